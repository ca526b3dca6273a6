# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The command `rescale eval`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from . import arrays
from .data import parse_range
from .data_options import (
    add_sample_options,
    add_value_options,
    input_paths,
    make_loader,
    parse_conversion,
)
from .errors import RescaleError
from .evaluation import (
    METRICS,
    NO_LOGITS,
    TARGETS,
    Build,
    Evaluation,
    Evaluator,
    Logits,
)
from .files import write_file
from .model import BACKENDS
from .targets import TARGETS as MACHINES
from .toolchain import LEVELS


def _format_value(metric: str, value: float, error: float | None) -> str:
    """Returns a figure with its standard error."""
    places = {"top1": 2, "mse": 4, "auc": 4, "kl": 5}[metric]
    scale = 100 if metric == "top1" else 1
    text = f"{value * scale:.{places}f}"
    if error is not None:
        text += f" +- {error * scale:.{places}f}"
    return text + " %" * (metric == "top1")


def format_table(evaluation: Evaluation) -> str:
    """Returns results as a table; what follows +- are standard errors."""
    rows = [("metric", "samples", "model", "reference", "difference", "z")]
    for result in evaluation.results:
        pairs = (
            (result.value, result.standard_error),
            (result.reference, result.reference_standard_error),
            (result.difference, result.difference_standard_error),
        )
        cells = [
            "" if value is None else _format_value(result.metric, value, error)
            for value, error in pairs
        ]
        if cells[2] and not cells[2].startswith("-"):
            cells[2] = f"+{cells[2]}"
        z = "" if result.z is None else f"{result.z:+.1f}"
        rows.append((result.metric, f"{result.n:,}", *cells, z))
    if not any(row[3] for row in rows[1:]):
        rows = [row[:3] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            f"{cell:<{width}}" if i == 0 else f"{cell:>{width}}"
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.append("")
    lines += [f"{r.metric}: {r.definition}" for r in evaluation.results]
    for result in evaluation.results:
        counts = result.counts or {}
        if "agree" in counts:
            lines.append(
                f"{counts['only_model']:,} samples are right only in the "
                f"model, {counts['only_reference']:,} only in the reference; "
                f"{counts['agree']:,} of {result.n:,} have the same class"
            )
    if codes := evaluation.codes:
        lines.append(
            f"{codes.codes:,} of {codes.of:,} output codes differ, by at most "
            f"{codes.largest}, in {codes.samples:,} samples"
        )
    return "\n".join(lines)


def _parse_metrics(texts: list[str]) -> list[str]:
    return [name for text in texts for name in text.split(",")]


def _parse_logits(text: str | None) -> Logits | None:
    """Reads none, output, or LAYER:SCALE:ZERO_POINT; raises RescaleError."""
    if text is None:
        return None
    if text == "none":
        return NO_LOGITS
    if text == "output":
        return Logits("output")
    layer, _, numbers = text.partition(":")
    scale, _, zero_point = numbers.partition(":")
    try:
        return Logits(layer, float(scale), int(zero_point or 0))
    except ValueError:
        raise RescaleError(
            "requires logits as LAYER:SCALE:ZERO_POINT, output or none, got "
            f"{text}; as in dense_0:0.171875:24"
        ) from None


def open_evaluator(
    options: argparse.Namespace,
    metrics: list[str],
    reference: Build | None,
    *,
    reuse: bool = False,
) -> Evaluator:
    """Returns what evaluates networks as `add_data_options` was given.

    reuse: as for `Evaluator`.

    Raises RescaleError.
    """
    loader = make_loader(options)
    return Evaluator(
        options.data if loader is None else None,
        options.labels,
        metric=metrics,
        reference=reference,
        float_reference=options.float_reference,
        conversion=parse_conversion(options),
        samples=parse_range(options.samples),
        loader=loader,
        output=options.output,
        logits=_parse_logits(options.logits),
        target=options.mse_target,
        score=options.score,
        jobs=options.jobs,
        reuse=reuse,
    )


def _run(options: argparse.Namespace) -> None:
    if options.json:
        arrays.check_place(
            options.json,
            input_paths(
                options,
                options.model,
                options.labels,
                options.reference,
                options.float_reference,
            ),
        )
    machine = {
        "backend": options.backend,
        "target": options.target,
        "cc": options.cc,
        "level": options.level,
    }
    reference = options.reference and Build(
        options.reference,
        options.reference_narrow,
        options.reference_option,
    )
    evaluator = open_evaluator(
        options, _parse_metrics(options.metric), reference
    )
    evaluation = evaluator.evaluate(
        Build(
            *(options.model, options.narrow, options.compile_options),
            **machine,
        )
    )
    print(format_table(evaluation))
    if options.json:
        text = json.dumps(evaluation.record(), indent=2) + "\n"
        write_file(options.json, lambda file: file.write(text.encode()))


def add_data_options(command: argparse.ArgumentParser) -> None:
    """Adds what commands that evaluate networks have in common."""
    add_sample_options(command, "data and labels")
    command.add_argument(
        "--labels",
        metavar="FILE",
        help="a whole number for each sample: .txt, .csv (the last field), or "
        "one of the formats of the data",
    )
    command.add_argument(
        "--float-reference",
        type=Path,
        metavar="MODEL",
        help="the network in float, which kl is measured to (default: the "
        "reference)",
    )
    command.add_argument(
        "-j",
        "--jobs",
        type=int,
        default=1,
        metavar="N",
        help="processes (default: %(default)s)",
    )

    add_value_options(command)

    what = command.add_argument_group("what is measured")
    what.add_argument(
        "--output", metavar="NAME", help="the output, where there are several"
    )
    what.add_argument(
        "--mse-target",
        choices=TARGETS,
        default="auto",
        help="what mse compares outputs with (default: labels or the input, "
        "where they have the output's shape, or else a reference)",
    )
    what.add_argument(
        "--score",
        default="auto",
        metavar="WHAT",
        help="what auc ranks samples by: error, the squared error of the "
        "reconstruction; output, the last of one or two; or output:N",
    )
    what.add_argument(
        "--logits",
        metavar="LAYER:SCALE:ZERO_POINT",
        help="what the softmax of integer networks takes, for kl; output, for "
        "one without softmax; or none, for probabilities of codes (default: "
        "what a .tflite file says)",
    )


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to those of `rescale`."""
    command = commands.add_parser(
        "eval",
        usage="%(prog)s MODEL --data FILE [--labels FILE] [--reference FILE] "
        "--metric NAME [OPTIONS] [OPTIONS OF COMPILE]",
        allow_abbrev=False,
        help="measure quality on data, beside the original",
        description="Compiles a network, runs it on samples, and prints its "
        "quality, and the paired difference to a reference with its standard "
        "error. Other options are those of rescale compile for the model, as "
        "in --one-shift.",
    )
    command.add_argument("model", type=Path, metavar="MODEL")
    command.add_argument(
        "--metric",
        action="append",
        required=True,
        metavar="NAME",
        help=f"{', '.join(METRICS)}; several after commas, or repeated",
    )
    command.add_argument(
        "--reference",
        type=Path,
        metavar="MODEL",
        help="the original, which every sample is paired with",
    )
    command.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="write the results there too",
    )
    add_data_options(command)

    build = command.add_argument_group("how networks are compiled")
    for name, of in (("", "the model"), ("reference-", "the reference")):
        build.add_argument(
            f"--{name}narrow",
            metavar="{lossless,off,BITS}",
            default="lossless",
            help=f"multiplicands of {of}, as for rescale run (default: "
            "%(default)s)",
        )
    build.add_argument(
        "--reference-option",
        action="append",
        default=[],
        metavar="OPTION",
        help="of rescale compile, for the reference; may be repeated, as in "
        "--reference-option=--one-shift",
    )
    build.add_argument(
        "--backend",
        choices=BACKENDS,
        default="llvm",
        help="what makes machine code of the model (default: %(default)s)",
    )
    build.add_argument(
        "--target",
        metavar="{" + ",".join(MACHINES) + "}",
        default="host",
        help="what to compile the model for; all but host run under QEMU "
        "(default: %(default)s)",
    )
    build.add_argument("--cc", metavar="CC", help="C compiler of the model")
    build.add_argument(
        "-O", dest="level", choices=LEVELS, help="optimization level"
    )
    command.set_defaults(run=_run, compile_options=[])
