# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Post-training quantization to int8 by TensorFlow Lite's conventions.

Activations are asymmetric per tensor, weights symmetric, per output channel
for convolutions and per tensor for fully connected layers, biases int32 at
the scale of the accumulator.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from .evaluate import run_float
from .graph import (
    PROBABILITY,
    Add,
    AddParameters,
    FloatModel,
    FullyConnected,
    IntegerModel,
    Pool,
    Quantization,
    Rescale,
    Softmax,
    Weighted,
    WeightedParameters,
)

#: Lowest and highest real value of a tensor.
Range = tuple[float, float]

# The shifts that TOSA allows a RESCALE.
_MIN_SHIFT = 2
_MAX_SHIFT = 62

# The bits by which TFLite widens the operands of an addition, so that
# rescaling them loses next to nothing.
_ADD_BITS = 20


def calibrate(model: FloatModel, images: np.ndarray) -> dict[str, Range]:
    """Returns the range of every computed tensor over `images`.

    images: real values, (samples, height, width, channels).
    """
    tensors = run_float(model, images)
    return {
        layer.name: (
            float(tensors[layer.name].min()),
            float(tensors[layer.name].max()),
        )
        for layer in model.network.layers
    }


def quantize(
    model: FloatModel,
    ranges: Mapping[str, Range],
    input_quantization: Quantization,
) -> IntegerModel:
    """Returns `model` in int8.

    ranges: what `calibrate` returns.
    Raises ValueError where a scale cannot be had with a shift TOSA allows.
    """
    tensors = {model.network.input: input_quantization}
    weighted: dict[str, WeightedParameters] = {}
    additions: dict[str, AddParameters] = {}
    for layer in model.network.layers:
        sources = [tensors[name] for name in layer.inputs]
        if isinstance(layer, Pool):
            tensors[layer.name] = sources[0]
            continue
        if isinstance(layer, Softmax):
            tensors[layer.name] = PROBABILITY
            continue
        target = quantize_range(*ranges[layer.name])
        tensors[layer.name] = target
        if isinstance(layer, Add):
            additions[layer.name] = rescale_add(
                sources[0].scale, sources[1].scale, target.scale
            )
            continue
        weighted[layer.name] = _quantize_weighted(
            layer,
            model.weights[layer.name].astype(np.float64),
            model.biases[layer.name].astype(np.float64),
            sources[0].scale,
            target.scale,
        )
    return IntegerModel(model.network, tensors, weighted, additions)


def quantize_range(low: float, high: float) -> Quantization:
    """Returns the int8 codes that cover `low` .. `high` and hold 0 exactly.

    A range that starts at 0, as that of a ReLU does, gets the zero point
    -128. Scales are single precision, as in TensorFlow Lite's files.
    """
    low, high = min(low, 0.0), max(high, 0.0)
    scale = float(np.float32((high - low) / 255)) or 1.0
    zero_point = round(-128 - low / scale)
    return Quantization(scale, min(max(zero_point, -128), 127))


def decompose(scales: np.ndarray) -> Rescale:
    """Returns multipliers of 31 bits and shifts that give `scales`.

    scales: positive reals, one or one per channel.
    Raises ValueError where a shift is not one that TOSA allows.
    """
    multipliers, shifts = [], []
    for scale in scales:
        fraction, exponent = math.frexp(scale)
        multiplier = math.floor(fraction * 2**31 + 0.5)
        shift = 31 - exponent
        if multiplier == 2**31:  # a fraction next to 1, rounded up
            multiplier, shift = 2**30, shift - 1
        if not _MIN_SHIFT <= shift <= _MAX_SHIFT:
            raise ValueError(
                f"requires a shift of {_MIN_SHIFT} .. {_MAX_SHIFT}, got "
                f"{shift} for the scale {scale:g}; check the ranges"
            )
        multipliers.append(multiplier)
        shifts.append(shift)
    return Rescale(np.array(multipliers, np.int32), np.array(shifts, np.int8))


def _quantize_weighted(
    layer: Weighted,
    weights: np.ndarray,
    bias: np.ndarray,
    source_scale: float,
    target_scale: float,
) -> WeightedParameters:
    # A fully connected layer has one scale; the others one per channel.
    kept = None if isinstance(layer, FullyConnected) else layer.channel_axis
    reduced = tuple(axis for axis in range(weights.ndim) if axis != kept)
    peaks = np.abs(weights).max(axis=reduced, keepdims=True)
    # A channel of zeros has no scale of its own; any will do.
    scales = np.where(peaks > 0, peaks / 127, 1.0)
    codes = np.rint(weights / scales).astype(np.int8)
    scales = scales.ravel()
    sum_scales = source_scale * scales
    return WeightedParameters(
        weights=codes,
        weight_scales=scales,
        bias=np.rint(bias / sum_scales).astype(np.int32),
        rescale=decompose(sum_scales / target_scale),
    )


def rescale_add(
    first_scale: float,
    second_scale: float,
    target_scale: float,
    decompose: Callable[[np.ndarray], Rescale] = decompose,
) -> AddParameters:
    """Returns the three rescales of TensorFlow Lite's addition.

    decompose: gives the multipliers, but those of powers of two.
    """
    # Twice the larger scale leaves one bit for the sum, so that with
    # |code - zero point| <= 255 the sum stays below 255 * 2^20 < 2^28.
    shared = 2 * max(first_scale, second_scale)

    def widen(scale: float) -> tuple[Rescale, ...]:
        # Widening by a power of two is exact, so the operand with the larger
        # scale takes its factor of one half along with it.
        if 2 * scale == shared:
            return (power_of_two(_ADD_BITS - 1),)
        return (
            power_of_two(_ADD_BITS),
            decompose(np.array([scale / shared])),
        )

    return AddParameters(
        operands=(widen(first_scale), widen(second_scale)),
        rescale=decompose(np.array([shared / 2**_ADD_BITS / target_scale])),
    )


def power_of_two(bits: int) -> Rescale:
    """Multiplies by 2**bits: 2**30 / 2**(30 - bits)."""
    return decompose(np.array([2.0**bits]))
