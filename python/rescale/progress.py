# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What is being done, on standard error, when it takes more than a second."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Seconds of silence.
_PATIENCE = 1.0


#: Whether something says already how far it is with a part of what it does.
_is_silent = False

#: Whether something is said, or will be, of what is being done.
_is_step = False

#: Characters of a bar.
_WIDTH = 24


def _say(text: str) -> None:
    if _is_silent:
        return
    print(f"rescale: {text} ...", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Says `text` if the body takes more than a second.

    In the body of another one it says nothing: that has said what is done.
    """
    global _is_step
    if _is_step:
        yield
        return
    timer = threading.Timer(_PATIENCE, _say, [text])
    timer.daemon = True
    timer.start()
    _is_step = True
    try:
        yield
    finally:
        _is_step = False
        timer.cancel()


def count(text: str, total: int) -> Iterator[int]:
    """Yields 0 .. total - 1, and says once a second how far it is."""
    due = time.monotonic() + _PATIENCE
    for i in range(total):
        yield i
        if time.monotonic() >= due:
            _say(f"{text} {i + 1} of {total}")
            due = time.monotonic() + _PATIENCE


@contextmanager
def silence() -> Iterator[None]:
    """Says nothing in the body."""
    global _is_silent
    before, _is_silent = _is_silent, True
    try:
        yield
    finally:
        _is_silent = before


def _format_bar(text: str, done: int, total: int, seconds: float) -> str:
    filled = "#" * (_WIDTH * done // total)
    left = seconds * (total - done) / max(done, 1)
    return (
        f"rescale: {text} [{filled:<{_WIDTH}}] {done:,} of {total:,}, "
        f"{left:.0f} s left"
    )


@contextmanager
def bar(text: str, total: int) -> Iterator[Callable[[int], None]]:
    """Draws a bar, which the body moves by calling what it gets.

    On a terminal only; elsewhere it says less and less often how far it is.
    What the body does says nothing of its own.
    """
    # A part of what something else draws one of.
    is_part = _is_silent
    is_terminal = sys.stderr.isatty() and not is_part
    start = time.monotonic()
    done, pause, due = 0, _PATIENCE, start + _PATIENCE

    def advance(count: int) -> None:
        nonlocal done, pause, due
        done += count
        now = time.monotonic()
        if is_part or now < due:
            return
        line = _format_bar(text, done, total, now - start)
        if is_terminal:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
            due = now + 0.1
        else:
            print(line, file=sys.stderr, flush=True)
            pause = min(2 * pause, 60.0)
            due = now + pause

    try:
        with silence():
            yield advance
    finally:
        if is_terminal and time.monotonic() - start >= _PATIENCE:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
