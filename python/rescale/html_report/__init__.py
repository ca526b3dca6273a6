# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""One self-contained page on what compilation made of a network.

`rescale report`; docs/Report.md describes it. Matplotlib draws, Jinja fills
in; both are in the extra `report`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from .. import argument_types, targets
from ..arrays import check_place
from ..errors import RescaleError
from ..files import write_file
from ..model import check_model, check_narrow
from ..provenance import Provenance
from ..tflite import import_tflite, is_tflite
from . import facts

#: Options of rescale-compile that this sets.
_OWN_OPTIONS = ("emit", "name", "o", "report")


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds `rescale report` to the commands."""
    command = commands.add_parser(
        "report",
        usage="%(prog)s MODEL -o FILE.html [OPTIONS] [OPTIONS OF COMPILE]",
        allow_abbrev=False,
        help="write a page on what compilation made of a network",
        description="Compiles a network before and after and writes one HTML "
        "file, which needs no network: widths, ranges, certificates and exact "
        "errors of each layer, memory, instructions, accuracy, and one "
        "channel's staircase. Other options are those of rescale compile, as "
        "in --one-shift.",
    )
    command.add_argument("model", type=Path, metavar="MODEL")
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE.html"
    )
    command.add_argument(
        "--target",
        type=argument_types.target,
        metavar="{" + ",".join(targets.TARGETS) + "}",
        default="host",
        help="what to compile for (default: %(default)s)",
    )
    command.add_argument(
        "--narrow",
        metavar="{lossless,off,BITS}",
        default="lossless",
        help="as rescale compile has it (default: %(default)s)",
    )
    command.add_argument(
        "--channel",
        metavar="LAYER[:N]",
        help="whose staircase is drawn (default: the channel with the largest "
        "error, or else the one that lost most bits)",
    )
    command.add_argument(
        "--measure",
        action="store_true",
        help="compile the C of both, run it on random codes, and count "
        "instructions: needs the target's compiler and QEMU",
    )
    command.add_argument(
        "--bench",
        type=Path,
        metavar="FILE",
        help="what rescale bench network --json wrote of this network",
    )
    command.add_argument(
        "--bench-original",
        type=Path,
        metavar="FILE",
        help="what it wrote with --narrow=off",
    )
    command.add_argument(
        "--evaluation",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="what rescale eval --json wrote; may be repeated",
    )
    command.add_argument(
        "--search",
        type=Path,
        metavar="FILE",
        help="what rescale search wrote",
    )
    command.add_argument(
        "--title", help="of the page (default: the model file's stem)"
    )
    command.set_defaults(run=_run, compile_options=[])


def _run(options: argparse.Namespace) -> None:
    write(
        options.model,
        options.output,
        title=options.title,
        target=options.target,
        narrow=options.narrow,
        options=options.compile_options,
        channel=options.channel,
        measure=options.measure,
        bench=(options.bench_original, options.bench),
        evaluations=options.evaluation,
        search=options.search,
    )


def write(
    model: Path,
    output: Path,
    *,
    title: str | None = None,
    target: str = "host",
    narrow: str = "lossless",
    options: list[str] | tuple[str, ...] = (),
    channel: str | None = None,
    measure: bool = False,
    bench: tuple[Path | None, Path | None] = (None, None),
    evaluations: list[Path] | tuple[Path, ...] = (),
    search: Path | None = None,
) -> None:
    """Writes the page of a network, MLIR or .tflite.

    options: for rescale-compile, beside --target and --narrow.
    channel: LAYER or LAYER:CHANNEL, whose staircase is drawn.
    measure: whether to count instructions before and after.
    bench: what `rescale bench network` wrote before and after, instead.
    evaluations, search: what `rescale eval` and `rescale search` wrote of
    the network, or of one with the same origin.

    Raises RescaleError.
    """
    try:
        from . import page
    except ImportError as error:
        raise RescaleError(
            f"requires the Python package {error.name} to write pages, which "
            "is not installed; run pip install './python[report]' in the "
            "checkout"
        ) from error
    check_model(model)
    check_narrow(narrow)
    check_place(output, [model, *bench, *evaluations, search])
    for option in options:
        if option.lstrip("-").partition("=")[0] in _OWN_OPTIONS:
            raise RescaleError(
                "requires options other than --emit, --name, -o and --report, "
                f"got {option}; run rescale compile for files"
            )
    if measure and any(bench):
        raise RescaleError(
            "requires --measure or --bench, got both; leave one out"
        )
    if bench[0] and not bench[1]:
        raise RescaleError(
            "requires --bench beside --bench-original, got none; measure this "
            "network too"
        )
    network = Provenance.read(model)
    measured = tuple(
        path and facts.read_measurements(path, network) for path in bench
    )
    evaluated = [
        row
        for path in evaluations
        for row in facts.read_evaluation(
            path, network, [f"--narrow={narrow}", *options]
        )
    ]
    searched = search and facts.read_search(search, network)
    with tempfile.TemporaryDirectory(prefix="rescale-") as name:
        folder = Path(name)
        source = model
        if is_tflite(model):
            source = folder / f"{model.stem}.mlir"
            import_tflite(model, source)
        gathered = facts.gather(
            source,
            folder,
            title=title or model.stem,
            target=target,
            narrow=narrow,
            options=options,
            channel=channel,
            measure=measure,
        )
        if not gathered.files:
            gathered.files = [("Model", model.name, network.sha256)]
        if any(bench):
            gathered.bench = measured
        gathered.evaluations = evaluated
        gathered.search = searched
        text = page.render(gathered)
    write_file(output, lambda file: file.write(text.encode()))
