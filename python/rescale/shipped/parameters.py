# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The file of float parameters, from which the shipped model is quantized.

A .npz with `<layer>.weights` and `<layer>.bias` (float32) per layer with
weights, and `<layer>.range` (float64, lowest and highest value over the
training samples) per layer. Quantizing it needs no samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile

import numpy as np

from ..network.graph import FloatModel, IntegerModel, Weighted
from ..network.quantize import Range, quantize
from . import PARAMETERS_PATH
from .digits import INPUT
from .network import DIGITS


def save(
    file: BinaryIO, model: FloatModel, ranges: Mapping[str, Range]
) -> None:
    """Writes `model` and what `quantize.calibrate` returned for it."""
    arrays = {}
    for layer in model.network.layers:
        if isinstance(layer, Weighted):
            arrays[f"{layer.name}.weights"] = model.weights[layer.name]
            arrays[f"{layer.name}.bias"] = model.biases[layer.name]
        arrays[f"{layer.name}.range"] = np.array(ranges[layer.name])
    np.savez(file, **arrays)


def load(
    path: Path = PARAMETERS_PATH,
) -> tuple[FloatModel, dict[str, Range]]:
    """Returns what `save` wrote for the architecture of the shipped model.

    Raises OSError where the file cannot be read, ValueError where it holds
    something else.
    """
    weights, biases, ranges = {}, {}, {}
    shapes = DIGITS.shapes()
    try:
        with np.load(path) as arrays:
            for layer in DIGITS.layers:
                low, high = arrays[f"{layer.name}.range"]
                ranges[layer.name] = (float(low), float(high))
                if not isinstance(layer, Weighted):
                    continue
                weights[layer.name] = arrays[f"{layer.name}.weights"].reshape(
                    layer.weight_shape(shapes[layer.input])
                )
                biases[layer.name] = arrays[f"{layer.name}.bias"].reshape(
                    shapes[layer.name][2]
                )
    except (EOFError, KeyError, TypeError, ValueError, BadZipFile) as error:
        raise ValueError(
            f"requires the parameters of the digits model, got {path}: "
            f"{error}; write them with --save-parameters"
        ) from error
    return FloatModel(DIGITS, weights, biases), ranges


def load_int8(path: Path = PARAMETERS_PATH) -> IntegerModel:
    """Returns the shipped model as `digits.mlir` has it."""
    return quantize(*load(path), INPUT)
