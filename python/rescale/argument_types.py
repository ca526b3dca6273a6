# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What the values of options are, on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from . import targets
from .errors import RescaleError


def whole_number(least: int) -> Callable[[str], int]:
    """Returns what reads a number from `least` on."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(
                f"requires a whole number of at least {least}, got {text}"
            )
        return int(text)

    return read


def target(text: str) -> str:
    """Returns the name of a target, which may be given as another of it."""
    try:
        return targets.find(text).name
    except RescaleError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
