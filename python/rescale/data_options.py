# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What commands that take data have in common on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from .data import Conversion, Loader, load_loader, path_of
from .errors import RescaleError

#: What --data takes.
_DATA_FILES = (
    "samples; once for each input: .npy, FILE.npz:NAME, raw .i8, .u8, .i16, "
    ".i32, .f32, idx, or cifar10:FILE, perhaps with .gz"
)


def add_sample_options(
    command: argparse.ArgumentParser, whose: str = "the data"
) -> None:
    """Adds what says which samples there are."""
    command.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="FILE",
        help=f"{_DATA_FILES}; or what the loader is made with",
    )
    command.add_argument(
        "--loader",
        metavar="MODULE:CLASS",
        help="a class of your own that gives samples; or FILE.py:CLASS",
    )
    command.add_argument(
        "--samples",
        default=":",
        metavar="START:STOP",
        help=f"the part of {whose} to take (default: all)",
    )


def make_loader(options: argparse.Namespace) -> Loader | None:
    """Makes what `--loader` names, if anything; raises RescaleError."""
    if not options.loader:
        return None
    if len(options.data) > 1:
        raise RescaleError(
            f"requires --data once with a loader, got {len(options.data)} "
            "times"
        )
    data = options.data[0] if options.data else None
    return load_loader(options.loader, data)


def input_paths(
    options: argparse.Namespace, *others: str | Path | None
) -> list[Path]:
    """Returns the files of the data, and others that may be given."""
    return [path_of(one) for one in (*options.data, *others) if one]


def add_value_options(command: argparse.ArgumentParser) -> None:
    """Adds what says which values the data has."""
    values = command.add_argument_group("values of the data")
    kinds = values.add_mutually_exclusive_group()
    kinds.add_argument(
        "--pixels",
        action="store_true",
        help="0 .. 255 for an input whose zero point is its least code",
    )
    kinds.add_argument(
        "--real",
        action="store_true",
        help="real numbers, which quantized inputs get as codes",
    )
    values.add_argument(
        "--normalize",
        metavar="MEAN,DEVIATION",
        help="real numbers after subtracting and dividing, as in 0,255",
    )
    values.add_argument(
        "--offset",
        type=int,
        default=0,
        metavar="N",
        help="codes after adding N, as in -128 for pixels",
    )


def parse_conversion(options: argparse.Namespace) -> Conversion:
    """Reads those options; raises RescaleError."""
    kind = "pixels" if options.pixels else "codes"
    if options.normalize is None:
        if options.real:
            kind = "real"
        return Conversion(kind, options.offset)
    if options.pixels:
        raise RescaleError(
            "requires real values to normalize, got --pixels; leave it out"
        )
    mean, _, deviation = options.normalize.partition(",")
    try:
        numbers = float(mean), float(deviation)
    except ValueError:
        raise RescaleError(
            "requires --normalize as MEAN,DEVIATION, got "
            f"{options.normalize}; as in 0,255"
        ) from None
    return Conversion("real", options.offset, *numbers)
