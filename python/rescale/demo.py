# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The main job on the shipped network: TOSA -> rescale -> native code and C.

`python -m rescale.demo` shows how narrow the multiplicands of every layer
become, and for which accumulators that is proved, runs all samples through
native code and through C, which it leaves where it says, and compares the
results with the reference evaluation, which shares nothing with the compiler.
It fails unless all of it is equal.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import targets, tools
from .errors import RescaleError
from .interface import parse_header
from .model import Model, load
from .native import Library
from .network import evaluate
from .shipped import MODEL_PATH, digits, parameters
from .toolchain import find_compiler

#: Where the C goes unless another place is named.
OUTPUT = Path("rescale-demo")


@dataclass(frozen=True)
class Requantization:
    """One rescale.requantize, before and after narrowing.

    layer: what the model calls it.
    channels: how many multiplicands it has; 1 is one for the whole tensor.
    before, after: the least and the most bits that the magnitude of a
    multiplicand needs.
    shifts: the least and the greatest after narrowing.
    accumulators: the least and the greatest for which all codes are proved to
    be those of the model; None where nothing was changed.
    """

    layer: str
    channels: int
    before: tuple[int, int]
    after: tuple[int, int]
    shifts: tuple[int, int]
    accumulators: tuple[int, int] | None


def read_requantizations(path: Path) -> list[Requantization]:
    """Returns the requantizations of a network, from the compiler's report."""
    with tempfile.TemporaryDirectory(prefix="rescale-") as folder:
        report = Path(folder, "report.json")
        tools.run(
            "rescale-compile",
            [path, "--emit=rescale", f"--report={report}", "-o", folder],
        )
        layers = json.loads(report.read_text())["layers"]
    return [_parse(layer) for layer in layers]


def _parse(layer: dict) -> Requantization:
    channels = layer["channels"]

    def span(member: str) -> tuple[int, int]:
        values = [channel[member] for channel in channels]
        return min(values), max(values)

    ends = [end for channel in channels for end in channel["range"]]
    is_proved = all(
        channel["certificate"] == "proved" and not channel["differing"]
        for channel in channels
    )
    return Requantization(
        layer["model_name"] or "-",
        len(channels),
        span("bits_before"),
        span("bits_after"),
        span("shift"),
        (min(ends), max(ends)) if is_proved else None,
    )


def format_table(requantizations: Iterable[Requantization]) -> str:
    """Returns a table with a line for each requantization."""

    def format_span(span: tuple[int, int]) -> str:
        return " .. ".join(map(str, sorted(set(span))))

    rows = [
        ("layer", "channels", "bits before", "bits after", "shift", "proof")
    ] + [
        (
            r.layer,
            str(r.channels),
            format_span(r.before),
            format_span(r.after),
            format_span(r.shifts),
            f"equal for {format_span(r.accumulators)}"
            if r.accumulators
            else "as the model has it",
        )
        for r in requantizations
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            text.rjust(width) if i == 1 else text.ljust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def load_c(path: Path, folder: Path) -> Model:
    """Writes a network as C to `folder`, and loads what a C compiler makes.

    Raises RescaleError.
    """
    compiler = find_compiler(targets.find("host"))
    tools.run(
        "rescale-compile",
        [path, "--emit=c", f"--name={path.stem}", "-o", folder],
    )
    header = Path(folder, f"{path.stem}.h").read_text()
    interface = parse_header(header, path.stem)
    # The library stays mapped when its file is gone.
    with tempfile.TemporaryDirectory(prefix="rescale-") as name:
        source = Path(folder, f"{path.stem}.c")
        library = Library(source, Path(name), interface, compiler)
    return Model(interface, library)


def run(path: Path = MODEL_PATH, folder: Path = OUTPUT) -> bool:
    """Prints the demonstration; returns whether all results agree.

    path: a network with the parameters of the shipped one.
    folder: where the C goes.
    Raises RescaleError.
    """
    print(f"{path.name}: every tosa.rescale, narrowed without loss\n")
    print(format_table(read_requantizations(path)))

    try:
        samples = digits.load()
    except RuntimeError as error:
        raise RescaleError(str(error)) from error
    reference = evaluate.logits(parameters.load_int8(), samples.codes)

    def compare(what: str, compile_network: Callable[[], Model]) -> bool:
        start = time.perf_counter()
        model = compile_network()
        compiled = time.perf_counter()
        scores = model(samples.codes)
        finished = time.perf_counter()
        equal = int(np.all(scores == reference, axis=1).sum())
        held_out = evaluate.accuracy(
            scores[-digits.HELD_OUT :], samples.labels[-digits.HELD_OUT :]
        )
        print(
            f"\n{what}: compiled in {compiled - start:.2f} s, "
            f"{(finished - compiled) / len(samples) * 1e6:.0f} us a sample\n"
            f"agreement with the reference: {equal} of {len(samples)} samples "
            f"({equal / len(samples):.2%})\n"
            f"accuracy on the {digits.HELD_OUT} samples that training never "
            f"saw: {held_out:.2%}"
        )
        return equal == len(samples)

    equal = compare("native code", lambda: load(path))
    equal &= compare("C", lambda: load_c(path, folder))
    source = Path(folder, f"{path.stem}.c")
    lines = len(source.read_text().splitlines())
    print(f"the C is in {source}, {lines} lines, and {source.stem}.h")
    return equal


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 where all results agree, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m rescale.demo",
        description="Compiles the shipped network to native code and to C, "
        "runs both on the digits samples and compares the results with the "
        "reference evaluation.",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=OUTPUT,
        metavar="DIRECTORY",
        help="where to leave the C (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    try:
        if run(folder=options.output):
            return 0
        raise RescaleError(
            "requires results that equal the reference, got others; report "
            "this as a bug with the output above"
        )
    except RescaleError as error:
        error.tell()
        return 1


if __name__ == "__main__":
    sys.exit(main())
