# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What is being done, on standard error, when it takes more than a second."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds of silence.
_PATIENCE = 1.0


def _say(text: str) -> None:
    print(f"rescale: {text} ...", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Says `text` if the body takes more than a second."""
    timer = threading.Timer(_PATIENCE, _say, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def count(text: str, total: int) -> Iterator[int]:
    """Yields 0 .. total - 1, and says once a second how far it is."""
    due = time.monotonic() + _PATIENCE
    for i in range(total):
        yield i
        if time.monotonic() >= due:
            _say(f"{text} {i + 1} of {total}")
            due = time.monotonic() + _PATIENCE
