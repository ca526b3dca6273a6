# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Reference evaluation of float and of int8 models, in NumPy.

The int8 evaluation computes what TOSA 1.0 specifies for the file that
`tosa_writer` writes, bit for bit, with no float anywhere.
"""

from __future__ import annotations

import numpy as np

from .graph import (
    Add,
    AddParameters,
    Conv2D,
    DepthwiseConv2D,
    FloatModel,
    FullyConnected,
    GlobalAveragePool,
    IntegerModel,
    MaxPool2D,
    Quantization,
    Rescale,
    Weighted,
    WeightedParameters,
)

_INT8 = np.iinfo(np.int8)
_INT32 = np.iinfo(np.int32)


def run_float(model: FloatModel, images: np.ndarray) -> dict[str, np.ndarray]:
    """Evaluates a float model in double precision.

    images: real values, (samples, height, width, channels).
    Returns every tensor by name, the input's included.
    """
    tensors = {model.network.input: images.astype(np.float64)}
    for layer in model.network.layers:
        operands = [tensors[name] for name in layer.inputs]
        match layer:
            case Add():
                result = operands[0] + operands[1]
            case MaxPool2D():
                result = _windows(layer, operands[0], -np.inf).max(axis=(4, 5))
            case GlobalAveragePool():
                result = operands[0].mean(axis=(1, 2), keepdims=True)
            case _:
                weights = model.weights[layer.name].astype(np.float64)
                result = _product(layer, operands[0], weights)
                result = result + model.biases[layer.name]
        if layer.relu:
            result = np.maximum(result, 0)
        tensors[layer.name] = result
    return tensors


def run_int8(model: IntegerModel, codes: np.ndarray) -> dict[str, np.ndarray]:
    """Evaluates an int8 model with the arithmetic of TOSA.

    codes: int8, (samples, height, width, channels).
    Returns every tensor by name as int8, the input's included.
    Raises OverflowError where an accumulator leaves int32, which TOSA
    declares an error of the model.
    """
    tensors = {model.network.input: codes}
    for layer in model.network.layers:
        operands = [tensors[name] for name in layer.inputs]
        quantizations = [model.tensors[name] for name in layer.inputs]
        match layer:
            case MaxPool2D():
                result = _windows(layer, operands[0], _INT8.min)
                result = result.max(axis=(4, 5))
            case GlobalAveragePool():
                result = _average(operands[0])
            case Add():
                result = _add(
                    model.additions[layer.name],
                    operands,
                    quantizations,
                    model.tensors[layer.name],
                )
            case _:
                result = _weighted(
                    layer,
                    model.weighted[layer.name],
                    operands[0],
                    quantizations[0],
                    model.tensors[layer.name],
                )
        if layer.relu:
            zero = model.tensors[layer.name].zero_point
            result = np.maximum(result, np.int8(zero))
        tensors[layer.name] = result
    return tensors


def logits(model: IntegerModel, codes: np.ndarray) -> np.ndarray:
    """Returns the model's output as int8, (samples, classes)."""
    return run_int8(model, codes)[model.network.output].squeeze((1, 2))


def accuracy(scores: np.ndarray, labels: np.ndarray) -> float:
    """Returns the share of samples whose first highest score is right.

    scores: (samples, classes); labels: (samples,).
    """
    return float(np.mean(scores.argmax(axis=1) == labels))


def rescale(values: np.ndarray, by: Rescale) -> np.ndarray:
    """Multiplies by `multiplier / 2**shift` with TOSA's DOUBLE_ROUND.

    values: integers within int32, channels last.
    Returns int64. Raises OverflowError where a value is not within int32.
    """
    values = _check_int32(values)
    # |values * multiplier| < 2^31 * 2^31 and the addend is below
    # 2^61 + 2^30 (shift <= 62), so the sum stays below 2^63.
    multiplier = by.multiplier.astype(np.int64)
    shift = by.shift.astype(np.int64)
    addend = np.left_shift(np.int64(1), shift - 1)
    double = np.where(values >= 0, 1 << 30, -(1 << 30))
    addend = addend + np.where(shift > 31, double, 0)
    return (values * multiplier + addend) >> shift


def _check_int32(values: np.ndarray) -> np.ndarray:
    low, high = values.min(), values.max()
    if low < _INT32.min or high > _INT32.max:
        raise OverflowError(
            f"requires accumulators within int32, got {low} .. {high}"
        )
    return values.astype(np.int64)


def _windows(
    layer: Conv2D | DepthwiseConv2D | MaxPool2D, x: np.ndarray, fill: float
) -> np.ndarray:
    """Returns (samples, height, width, channels, *kernel) windows of `x`."""
    top, bottom, left, right = layer.pad
    padded = np.pad(
        x,
        ((0, 0), (top, bottom), (left, right), (0, 0)),
        constant_values=fill,
    )
    windows = np.lib.stride_tricks.sliding_window_view(
        padded, layer.kernel, axis=(1, 2)
    )
    return windows[:, :: layer.stride[0], :: layer.stride[1]]


def _product(
    layer: Weighted, x: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Returns the sums of products of a layer, padding with zeros."""
    match layer:
        case Conv2D():
            return np.tensordot(
                _windows(layer, x, 0), weights, axes=([3, 4, 5], [3, 1, 2])
            )
        case DepthwiseConv2D():
            return np.einsum(
                "nhwcij,ijc->nhwc", _windows(layer, x, 0), weights[..., 0]
            )
        case FullyConnected():
            return x @ weights.T


def _narrow(values: np.ndarray, to: Quantization) -> np.ndarray:
    codes = np.clip(values + to.zero_point, _INT8.min, _INT8.max)
    return codes.astype(np.int8)


def _centre(codes: np.ndarray, of: Quantization) -> np.ndarray:
    return codes.astype(np.int64) - of.zero_point


def _weighted(
    layer: Weighted,
    parameters: WeightedParameters,
    codes: np.ndarray,
    source: Quantization,
    target: Quantization,
) -> np.ndarray:
    weights = parameters.weights.astype(np.int64)
    sums = _product(layer, _centre(codes, source), weights)
    return _narrow(rescale(sums + parameters.bias, parameters.rescale), target)


def _add(
    parameters: AddParameters,
    operands: list[np.ndarray],
    sources: list[Quantization],
    target: Quantization,
) -> np.ndarray:
    rescaled = []
    for codes, source, steps in zip(
        operands, sources, parameters.operands, strict=True
    ):
        value = _centre(codes, source)
        for step in steps:
            value = rescale(value, step)
        rescaled.append(value)
    total = rescaled[0] + rescaled[1]
    return _narrow(rescale(total, parameters.rescale), target)


def _average(codes: np.ndarray) -> np.ndarray:
    """TOSA's AVG_POOL2D over the whole tensor, with zero points 0.

    The division is a multiplication by a rounded-up reciprocal, single
    rounding: RECIPROCAL_SCALE and APPLY_SCALE_32 of the specification.
    """
    count = codes.shape[1] * codes.shape[2]
    bits = (count - 1).bit_length()
    multiplier = (((1 << 30) + 1) << bits) // count
    shift = 30 + bits
    sums = codes.astype(np.int64).sum(axis=(1, 2), keepdims=True)
    # |sums * multiplier| <= 2^7 * count * (2^31 + 2), which stays below 2^63
    # for any count up to 2^24.
    means = (sums * multiplier + (1 << (shift - 1))) >> shift
    return np.clip(means, _INT8.min, _INT8.max).astype(np.int8)
