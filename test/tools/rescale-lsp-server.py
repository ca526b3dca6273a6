# RUN: %python %s rescale-lsp-server

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""An editor's conversation with the language server, over its pipes."""

import json
import subprocess
import sys
import unittest

URI = "test:///requantize.mlir"
TEXT = """\
func.func @f(%x: tensor<2xi32>) -> tensor<2xi8> {
  %y = rescale.requantize %x mul dense<77> : tensor<1xui8> shift [9]
         round half_up : tensor<2xi32> -> tensor<2xi8>
  return %y : tensor<2xi8>
}
"""


class Server:
    """The server as a process; messages are dictionaries."""

    def __init__(self, command: str):
        self.process = subprocess.Popen(
            [command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.requests = 0

    def send(self, method: str, **message) -> None:
        message = {"jsonrpc": "2.0", "method": method, **message}
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body))
        self.process.stdin.write(body)
        self.process.stdin.flush()

    def receive(self) -> dict:
        size = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b": ")
            if name == b"Content-Length":
                size = int(value)
        return json.loads(self.process.stdout.read(size))

    def notify(self, method: str, **params) -> None:
        self.send(method, params=params)

    def request(self, method: str, **params):
        """The result of a request; notifications before it are dropped."""
        self.requests += 1
        self.send(method, id=self.requests, params=params)
        while (answer := self.receive()).get("id") != self.requests:
            pass
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def wait_for(self, method: str) -> dict:
        """The parameters of the next notification of that name."""
        while (message := self.receive()).get("method") != method:
            pass
        return message["params"]


class LanguageServer(unittest.TestCase):
    command = ""

    def setUp(self):
        self.server = Server(self.command)
        self.addCleanup(self.server.process.stdout.close)
        self.addCleanup(self.server.process.wait)
        self.addCleanup(self.server.process.kill)

    def open(self, text: str) -> dict:
        """Opens a document and returns its diagnostics."""
        answer = self.server.request(
            "initialize", processId=None, rootUri=None, capabilities={}
        )
        self.assertTrue(answer["capabilities"]["hoverProvider"])
        self.server.notify("initialized")
        self.server.notify(
            "textDocument/didOpen",
            textDocument={
                "uri": URI,
                "languageId": "mlir",
                "version": 1,
                "text": text,
            },
        )
        return self.server.wait_for("textDocument/publishDiagnostics")

    def test_hover(self):
        self.assertEqual(self.open(TEXT)["diagnostics"], [])
        line = TEXT.splitlines()[1]
        answer = self.server.request(
            "textDocument/hover",
            textDocument={"uri": URI},
            position={"line": 1, "character": line.index("requantize")},
        )
        self.assertIn('"rescale.requantize"', answer["contents"]["value"])
        self.assertEqual(answer["range"]["start"]["line"], 1)

    def test_diagnostic(self):
        published = self.open(TEXT.replace("shift [9]", "shift [64]"))
        (diagnostic,) = published["diagnostics"]
        self.assertIn("requires shifts from 0 to 63", diagnostic["message"])
        self.assertEqual(diagnostic["range"]["start"]["line"], 1)

    def test_end(self):
        self.open(TEXT)
        self.server.request("shutdown")
        self.server.notify("exit")
        self.assertEqual(self.server.process.wait(timeout=60), 0)


if __name__ == "__main__":
    LanguageServer.command = sys.argv.pop()
    unittest.main()
