# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""How the command line is read, and what the values of options are."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from . import targets
from .errors import RescaleError


class Parser(argparse.ArgumentParser):
    """Says what is wrong with arguments as the compiler does, with status 1.

    A command without `compile_options` takes no options but its own; its own
    usage is shown then, not that of what it is a command of.
    """

    def parse_known_args(
        self,
        args: Sequence[str] | None = None,
        namespace: argparse.Namespace | None = None,
    ) -> tuple[Any, list[str]]:
        options, others = super().parse_known_args(args, namespace)
        if others and not hasattr(options, "compile_options"):
            self.error(f"unrecognized arguments: {' '.join(others)}")
        return options, others

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(1, f"{self.prog}: error: {message}\n")


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """Returns what reads a number from `least` on, up to `most` if given."""
    rule = f"of at least {least}" if most is None else f"from {least} to {most}"

    def read(text: str) -> int:
        if (
            not text.isdecimal()
            or int(text) < least
            or (most is not None and int(text) > most)
        ):
            raise argparse.ArgumentTypeError(
                f"requires a whole number {rule}, got {text}"
            )
        return int(text)

    return read


def target(text: str) -> str:
    """Returns the name of a target, which may be given as another of it."""
    try:
        return targets.find(text).name
    except RescaleError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
