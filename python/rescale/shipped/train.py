# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Trains the shipped model and writes it as TOSA.

    python -m rescale.shipped.train --output model.mlir

trains in float, calibrates on the training samples, quantizes to int8, and
prints the accuracy of both on the held-out samples. Training needs PyTorch.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..argument_types import whole_number
from ..files import write_atomically
from ..network import evaluate, tosa_writer
from ..network.graph import FloatModel
from ..network.quantize import Range, calibrate, quantize
from . import digits, parameters
from .network import DIGITS


def train(samples: digits.Samples, epochs: int, seed: int) -> FloatModel:
    """Returns the shipped architecture, trained on `samples`.

    Equal arguments give equal results on the same machine and version of
    PyTorch. Raises RuntimeError where PyTorch is missing.
    """
    try:
        import torch
    except ImportError as error:
        raise RuntimeError(
            "requires PyTorch for training, which is not installed; "
            "install this package with its extra 'train'"
        ) from error
    from .torch_model import NetworkModule, fit

    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    # The order of float additions depends on the number of threads; and for
    # batches this small one is as fast as any.
    torch.set_num_threads(1)
    module = NetworkModule(DIGITS)
    fit(module, samples.images(), samples.labels, epochs)
    return module.export()


def float_accuracy(model: FloatModel, samples: digits.Samples) -> float:
    """Returns the accuracy of a float model as a share of 1."""
    tensors = evaluate.run_float(model, samples.images())
    scores = tensors[model.network.output].squeeze((1, 2))
    return evaluate.accuracy(scores, samples.labels)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rescale.shipped.train",
        description="Trains the digits model and writes it as TOSA.",
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="MODEL.mlir",
        help="where the model goes",
    )
    parameter_file = parser.add_mutually_exclusive_group()
    parameter_file.add_argument(
        "--save-parameters",
        type=Path,
        metavar="P.npz",
        help="where the float parameters and ranges go as well",
    )
    parameter_file.add_argument(
        "--load-parameters",
        type=Path,
        metavar="P.npz",
        help="take the float parameters and ranges from here and do not "
        "train, which needs no PyTorch",
    )
    parser.add_argument(
        "--epochs",
        type=whole_number(1),
        default=60,
        help="passes over the training samples (default: %(default)s)",
    )
    parser.add_argument(
        "--samples",
        type=whole_number(1),
        help="how many samples to train on (default: all but the "
        f"{digits.HELD_OUT} held-out ones)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        help="of all random choices (default: %(default)s)",
    )
    return parser


def _float_model(
    options: argparse.Namespace, samples: digits.Samples
) -> tuple[FloatModel, dict[str, Range]]:
    """Returns the parameters and ranges, loaded or trained and saved."""
    if options.load_parameters:
        return parameters.load(options.load_parameters)
    if options.samples and options.samples > len(samples):
        raise ValueError(
            f"requires --samples of at most {len(samples)}, "
            f"got {options.samples}"
        )
    samples = samples[: options.samples]
    model = train(samples, options.epochs, options.seed)
    ranges = calibrate(model, samples.images())
    if options.save_parameters:
        write_atomically(
            options.save_parameters,
            lambda file: parameters.save(file, model, ranges),
        )
    return model, ranges


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        model, ranges = _float_model(options, digits.load_train())
        quantized = quantize(model, ranges, digits.INPUT)
        text = tosa_writer.write(quantized)
        write_atomically(
            options.output, lambda file: file.write(text.encode())
        )
        held_out = digits.load_held_out()
    except (OSError, RuntimeError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    scores = evaluate.logits(quantized, held_out.codes)
    print(
        f"accuracy on {len(held_out)} held-out samples: "
        f"float {float_accuracy(model, held_out):.4f}, "
        f"int8 {evaluate.accuracy(scores, held_out.labels):.4f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
