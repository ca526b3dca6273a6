# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Pages in headless Chromium, by its debugging protocol over a pipe."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

#: Seconds that a slow machine may take for an answer.
_PATIENCE = 120


class Browser:
    """One page at a time. Errors of it are collected in `errors`."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._folder = tempfile.mkdtemp(prefix="rescale-chromium-")
        # Chromium reads commands from 3 and answers on 4.
        theirs_in, self._write = os.pipe()
        self._read, theirs_out = os.pipe()
        self._process = subprocess.Popen(
            [
                *("sh", "-c", 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"', "-"),
                *(str(theirs_in), str(theirs_out)),
                *("chromium", "--headless=new", "--no-sandbox"),
                *("--disable-gpu", "--disable-dev-shm-usage"),
                *("--no-first-run", "--disable-background-networking"),
                *("--remote-debugging-pipe", "--hide-scrollbars"),
                *(f"--user-data-dir={self._folder}", "about:blank"),
            ],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._count = 0
        self._rest = b""
        self._session = ""
        target = self._send("Target.createTarget", url="about:blank")
        self._session = self._send(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )["sessionId"]
        for domain in "Page", "Runtime", "Log", "Network":
            self._send(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._write)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            part = os.read(self._read, 1 << 20)
            if not part:
                raise RuntimeError("chromium has ended")
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def _notice(self, message: dict[str, Any]) -> None:
        method, values = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.errors.append(str(values["exceptionDetails"]))
        elif method == "Log.entryAdded":
            if values["entry"]["level"] in ("error", "warning"):
                self.errors.append(values["entry"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.errors.append(str(values["args"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(values["request"]["url"])

    def _send(self, method: str, **values: object) -> dict[str, Any]:
        self._count += 1
        message = {"id": self._count, "method": method, "params": values}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            answer = self._receive()
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._notice(answer)
        raise RuntimeError(f"chromium does not answer to {method}")

    def open(self, page: Path, width: int, *, dark: bool = False) -> None:
        """Opens a file in a window of so many pixels."""
        self.errors.clear()
        self.requests.clear()
        self._send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        self._send(
            "Emulation.setEmulatedMedia",
            features=[
                {
                    "name": "prefers-color-scheme",
                    "value": "dark" if dark else "light",
                }
            ],
        )
        self._send("Page.navigate", url=page.resolve().as_uri())
        while self.evaluate("document.readyState") != "complete":
            time.sleep(0.05)

    def evaluate(self, expression: str, *, wait: bool = False) -> Any:
        """Returns the value of JavaScript, or with `wait` of its promise."""
        result = self._send(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=wait,
        )
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def screenshot(self, *, whole: bool = False) -> bytes:
        """Returns what is seen as PNG: the window, or the whole page."""
        data = self._send(
            "Page.captureScreenshot",
            format="png",
            captureBeyondViewport=whole,
            **(
                {
                    "clip": {
                        "x": 0,
                        "y": 0,
                        "width": self.evaluate("innerWidth"),
                        "height": self.evaluate(
                            "document.documentElement.scrollHeight"
                        ),
                        "scale": 1,
                    }
                }
                if whole
                else {}
            ),
        )
        return base64.b64decode(data["data"])
