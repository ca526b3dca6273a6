# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The command `rescale`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import __version__, tools
from .errors import RescaleError
from .tflite import import_tflite


def _whole_number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"requires a whole number of at least 1, got {text}"
        )
    return int(text)


def _version() -> str:
    """Returns the versions, and where the tools are."""
    lines = [f"rescale {__version__}"]
    for name in ("rescale-opt", "rescale-compile"):
        try:
            lines.append(f"{name}: {tools.find(name)}")
        except RescaleError as error:
            lines.append(f"{name}: not found: {error}")
    return "\n".join(lines)


class _Version(argparse.Action):
    """Looks for the tools only where it is asked for."""

    def __call__(self, parser, namespace, values, option_string=None):
        print(_version())
        parser.exit()


def _import(options: argparse.Namespace) -> None:
    import_tflite(options.model, options.output, options.batch)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rescale",
        description="Compiles and runs quantized networks, bit for bit.",
    )
    parser.add_argument(
        "--version",
        action=_Version,
        nargs=0,
        help="print the versions, and where the tools are",
    )
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True
    )

    command = commands.add_parser(
        "import", help="convert a .tflite file to MLIR"
    )
    command.add_argument("model", type=Path, metavar="MODEL.tflite")
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="MODEL.mlir"
    )
    command.add_argument(
        "--batch",
        type=_whole_number,
        default=1,
        metavar="N",
        help="size of a leading dimension that is dynamic (default: 1)",
    )
    command.set_defaults(run=_import)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except RescaleError as error:
        sys.stderr.write(error.details)
        print(f"rescale: error: {error}", file=sys.stderr)
        return 1
    return 0
