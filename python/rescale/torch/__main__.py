# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Trains an int8 network for a rescaler, and writes it as TOSA.

    python -m rescale.torch model.tflite --bits 4 --data x.npy --labels y.npy \
        -o trained.mlir

Data and labels are what `rescale eval` takes.

Under torchrun, `torchrun --nproc-per-node 2 -m rescale.torch ...`, each
process takes its part of every batch.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import arrays
from ..argument_types import whole_number
from ..data import (
    Conversion,
    Loader,
    Part,
    Range,
    Source,
    Table,
    open_labels,
    open_source,
    parse_range,
)
from ..data_options import (
    add_sample_options,
    add_value_options,
    input_paths,
    make_loader,
    parse_conversion,
)
from ..errors import RescaleError
from ..interface import Port
from ..tflite import is_tflite
from . import (
    IntegerNetwork,
    Options,
    Rescaler,
    Trainer,
    TrainerOptions,
    from_tflite,
    from_tosa,
)
from .modules import ADDITIONS, GRIDS, MODES
from .rescaler import ROUNDINGS
from .trainer import OPTIMIZERS, check_samples, flip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rescale.torch",
        description=__doc__.splitlines()[0],
    )
    add = parser.add_argument
    add("model", type=Path, help="an int8 network: .tflite, or TOSA as MLIR")
    add("-o", "--output", type=Path, required=True, metavar="MODEL.mlir")
    add_sample_options(parser, "data and labels")
    add(
        "--labels",
        metavar="FILE",
        help="a class for each sample: .txt, .csv (the last field), or one of "
        "the formats of the data; a loader may have them",
    )
    add("--float-weights", type=Path, metavar="MODEL.tflite")
    add_value_options(parser)
    target = parser.add_argument_group("what a rescaler can do")
    target.add_argument(
        "--target",
        metavar="NAME or FILE",
        help="a preset of docs/Targets.md, such as ne16, or a file with a "
        "#rescale.target, in place of the options below",
    )
    target.add_argument("--bits", type=int, default=8, help="of multiplicands")
    target.add_argument("--rounding", choices=ROUNDINGS, default="half_up")
    target.add_argument("--addend", choices=("none", "free"), default="none")
    target.add_argument("--shared-shift", action="store_true")
    network = parser.add_argument_group("how the network is quantized")
    network.add_argument("--mode", choices=MODES, default="rat")
    network.add_argument("--weight-bits", type=int, default=8)
    network.add_argument("--grid", choices=GRIDS, default="above")
    network.add_argument("--add", choices=ADDITIONS, default="tflite")
    network.add_argument("--learn-scales", action="store_true")
    network.add_argument(
        "--correct-biases",
        type=whole_number(0),
        default=0,
        metavar="N",
        help="by the first N samples, before training",
    )
    training = parser.add_argument_group("training")
    training.add_argument("--epochs", type=whole_number(0), default=5)
    training.add_argument("--batch", type=whole_number(1), default=50)
    training.add_argument("--optimizer", choices=OPTIMIZERS, default="adamw")
    training.add_argument("--rate", type=float, default=3e-5)
    training.add_argument("--seed", type=whole_number(0), default=0)
    training.add_argument(
        "--distillation",
        type=float,
        default=0.0,
        help="share of the divergence from the network before training",
    )
    training.add_argument(
        "--flip", action="store_true", help="mirror every other image"
    )
    training.add_argument("--checkpoint", type=Path, metavar="C.pt")
    return parser


def _rescaler(options: argparse.Namespace) -> Rescaler:
    if options.target is None:
        return Rescaler(
            options.bits,
            rounding=options.rounding,
            addend=options.addend,
            shared_shift=options.shared_shift,
        )
    path = Path(options.target)
    if re.fullmatch(r"[\w-]+", options.target) and not path.exists():
        return Rescaler.parse(options.target)
    try:
        text = path.read_text(errors="replace")
    except OSError as error:
        raise RescaleError(
            f"requires a readable target, got {options.target}: "
            f"{error.strerror}"
        ) from error
    return Rescaler.parse(text)


def _check_places(options: argparse.Namespace) -> None:
    """Raises RescaleError for what could not be written after training."""
    inputs = input_paths(
        options,
        *(options.model, options.labels, options.float_weights),
        options.target,
    )
    outputs = filter(None, (options.output, options.checkpoint))
    arrays.check_places(outputs, inputs)


@dataclass(frozen=True)
class _Data:
    """What is trained on, opened before there is a network."""

    samples: Sequence[Source] | Loader
    labels: Table | None
    conversion: Conversion
    part: Range

    @classmethod
    def open(cls, options: argparse.Namespace) -> _Data:
        """Raises RescaleError."""
        loader = make_loader(options)
        if loader is None and not options.data:
            raise RescaleError(
                "requires data or a loader, got neither; give --data"
            )
        return cls(
            [open_source(one) for one in options.data]
            if loader is None
            else loader,
            open_labels(options.labels) if options.labels else None,
            parse_conversion(options),
            parse_range(options.samples),
        )

    def read(self, network: IntegerNetwork) -> tuple[np.ndarray, np.ndarray]:
        """Returns the codes and labels of a network; raises RescaleError."""
        shape = network.network.input_shape
        of = network.scale(network.network.input).quantization()
        port = Port(
            *("the input", np.dtype(np.int8), (1, *shape)),
            *(of.scale, of.zero_point),
        )
        part = Part(self.samples, [port], self.conversion, self.part)
        labels = part.labels(self.labels)
        if labels is None:
            raise RescaleError(
                "requires labels to train with, got none; give --labels"
            )
        ((_, (codes,)),) = part.parts(part.total)
        codes, labels = codes.reshape(-1, *shape), np.asarray(labels)
        check_samples(network, codes, labels)
        return codes, labels


def _import(
    options: argparse.Namespace, how: Options
) -> IntegerNetwork:
    if is_tflite(options.model):
        return from_tflite(options.model, how, options.float_weights)
    if options.float_weights is not None:
        raise RescaleError(
            "requires a .tflite file for --float-weights, got "
            f"{options.model}, which has no scales of weights; leave it out"
        )
    return from_tosa(options.model, how)


def _run(options: argparse.Namespace) -> None:
    _check_places(options)
    data = _Data.open(options)
    training = TrainerOptions(
        epochs=options.epochs,
        batch=options.batch,
        optimizer=options.optimizer,
        rate=options.rate,
        seed=options.seed,
        distillation=options.distillation,
    )
    how = Options(
        _rescaler(options),
        options.mode,
        options.weight_bits,
        options.grid,
        options.add,
        options.learn_scales,
    )
    network = _import(options, how)
    codes, labels = data.read(network)
    teacher = None
    if options.distillation or options.correct_biases:
        original = _import(options, Options(Rescaler(31, rounding="double")))
    if options.correct_biases:
        network.correct_biases(codes[: options.correct_biases], original)
    if options.distillation:
        teacher = original.outputs(codes)
    trainer = Trainer(
        network,
        codes,
        labels,
        training,
        teacher=teacher,
        augment=flip if options.flip else None,
        checkpoint=options.checkpoint,
    )
    for epoch in trainer.fit():
        if trainer.processes.is_first:
            print(f"loss {epoch.loss:.4f}, accuracy {epoch.accuracy:.4f}")
    if trainer.processes.is_first:
        network.write_tosa(options.output)


def main(arguments: list[str] | None = None) -> int:
    try:
        _run(_parser().parse_args(arguments))
    except RescaleError as error:
        sys.stderr.write(error.details)
        # Of several processes each has one.
        if not error.is_told:
            print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
