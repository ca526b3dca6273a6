# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Reference evaluation of float and of int8 models, in NumPy.

The int8 evaluation computes what TOSA 1.0 and docs/spec.md specify for the
file that `tosa_writer` writes, bit for bit, with no float anywhere but for
the tables of a softmax, which are constants of the file.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .graph import (
    Add,
    AddParameters,
    AveragePool2D,
    Conv2D,
    DepthwiseConv2D,
    FloatModel,
    FullyConnected,
    GlobalAveragePool,
    IntegerModel,
    MaxPool2D,
    Quantization,
    Rescale,
    Softmax,
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
            case AveragePool2D():
                result = _windows(layer, operands[0], 0).mean(axis=(4, 5))
            case GlobalAveragePool():
                result = operands[0].mean(axis=(1, 2), keepdims=True)
            case Softmax():
                exponents = operands[0] - operands[0].max(-1, keepdims=True)
                powers = np.exp(exponents)
                result = powers / powers.sum(-1, keepdims=True)
            case _:
                weights = model.weights[layer.name].astype(np.float64)
                result = _product(layer, operands[0], weights)
                result = result + model.biases[layer.name]
        if layer.relu:
            result = np.clip(result, 0, layer.maximum)
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
            case AveragePool2D():
                result = _average(_windows(layer, operands[0], 0))
            case GlobalAveragePool():
                windows = operands[0].transpose(0, 3, 1, 2)[:, None, None]
                result = _average(windows)
            case Softmax():
                scale = quantizations[0].scale
                result = softmax(operands[0], scale)
            case Add():
                result = add(
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
            bounds = relu_codes(model.tensors[layer.name], layer.maximum)
            result = np.clip(result, *map(np.int8, bounds))
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


def relu_codes(
    quantization: Quantization, maximum: float | None
) -> tuple[int, int]:
    """Returns the codes between which a ReLU clamps."""
    if maximum is None:
        return quantization.zero_point, int(_INT8.max)
    steps = round(maximum / quantization.scale)
    return quantization.zero_point, min(
        quantization.zero_point + steps, int(_INT8.max)
    )


def rescale(values: np.ndarray, by: Rescale) -> np.ndarray:
    """Multiplies by `multiplier / 2**shift` as docs/spec.md, 1.1, has it.

    values: integers within int32, channels last.
    Returns int64. Raises OverflowError where a value is not within int32.
    """
    values = _check_int32(values)
    # |values * multiplier| < 2^31 * 2^31 and no rounding adds more than
    # 2^61 + 2^30 (shift <= 62), so the sum stays below 2^63.
    multiplier = by.multiplier.astype(np.int64)
    shift = by.shift.astype(np.int64)
    products = values * multiplier
    if by.rounding == "addend":
        return (products + by.addends) >> shift
    if by.rounding == "floor":
        return products >> shift
    # Without a shift nothing is discarded.
    half = np.where(shift > 0, 1 << np.maximum(shift - 1, 0), 0)
    if by.rounding == "half_even":
        quotients = (products + half) >> shift
        is_tie = ((products + half) & (2 * half - 1)) == 0
        is_tie &= shift > 0
        return quotients - (is_tie & (quotients & 1 == 1))
    if by.rounding == "half_away":
        half = half - ((values < 0) & (shift > 0))
    elif by.rounding == "double":
        double = np.where(values >= 0, 1 << 30, -(1 << 30))
        half = half + np.where(shift > 31, double, 0)
    else:
        assert by.rounding == "half_up", by.rounding
    return (products + half) >> shift


def _check_int32(values: np.ndarray) -> np.ndarray:
    low, high = values.min(), values.max()
    if low < _INT32.min or high > _INT32.max:
        raise OverflowError(
            f"requires accumulators within int32, got {low} .. {high}"
        )
    return values.astype(np.int64)


def _windows(
    layer: Conv2D | DepthwiseConv2D | MaxPool2D | AveragePool2D,
    x: np.ndarray,
    fill: float,
) -> np.ndarray:
    """Returns (samples, height, width, channels, *kernel) windows of `x`."""
    top, bottom, left, right = layer.pad
    padded = np.pad(
        x,
        (
            (0, 0),
            (max(top, 0), max(bottom, 0)),
            (max(left, 0), max(right, 0)),
            (0, 0),
        ),
        constant_values=fill,
    )
    height, width = padded.shape[1:3]
    padded = padded[
        :,
        max(-top, 0) : height - max(-bottom, 0),
        max(-left, 0) : width - max(-right, 0),
    ]
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


def add(
    parameters: AddParameters,
    operands: Sequence[np.ndarray],
    sources: Sequence[Quantization],
    target: Quantization,
) -> np.ndarray:
    """Returns the sum of two int8 tensors as int8, before a ReLU."""
    return _narrow(add_unclamped(parameters, operands, sources), target)


def add_unclamped(
    parameters: AddParameters,
    operands: Sequence[np.ndarray],
    sources: Sequence[Quantization],
) -> np.ndarray:
    """Returns the sum of two int8 tensors, less its zero point, unclamped."""
    rescaled = []
    for codes, source, steps in zip(
        operands, sources, parameters.operands, strict=True
    ):
        value = _centre(codes, source)
        for step in steps:
            value = rescale(value, step)
        rescaled.append(value)
    return rescale(rescaled[0] + rescaled[1], parameters.rescale)


def average_scale(count: int) -> tuple[int, int]:
    """Returns multiplier and shift with which TOSA divides by `count`.

    A rounded-up reciprocal: RECIPROCAL_SCALE of the specification.
    """
    bits = (count - 1).bit_length()
    return (((1 << 30) + 1) << bits) // count, 30 + bits


def _average(windows: np.ndarray) -> np.ndarray:
    """TOSA's AVG_POOL2D of (..., *kernel) windows, with zero points 0.

    Single rounding: APPLY_SCALE_32 of the specification.
    """
    multiplier, shift = average_scale(windows.shape[-2] * windows.shape[-1])
    sums = windows.sum(axis=(-2, -1), dtype=np.int64)
    # |sums * multiplier| <= 2^7 * count * (2^31 + 2), which stays below 2^63
    # for any count up to 2^24.
    means = (sums * multiplier + (1 << (shift - 1))) >> shift
    return np.clip(means, _INT8.min, _INT8.max).astype(np.int8)




def softmax_table(scale: float) -> np.ndarray:
    """Returns exp(scale * (i - 256)) in steps of 2^-31, for i from 0 to 512.

    As TensorFlow's conversion of softmax to TOSA has it, where i is 256 more
    than the difference of a logit and the greatest.
    """
    exponents = scale * (np.arange(513) - 256.0)
    powers = np.exp(np.minimum(exponents, 0.0)) * (2**31 - 1)
    return np.rint(powers).astype(np.int64)


def softmax(logits: np.ndarray, scale: float) -> np.ndarray:
    """TensorFlow's softmax in integers, for which TOSA has no operation.

    logits: int8, classes last, in steps of `scale`.
    Returns int8 in the steps of `graph.PROBABILITY`.
    """
    codes = logits.astype(np.int64)
    powers = softmax_table(scale)[codes - codes.max(-1, keepdims=True) + 256]
    # In steps of 2^-19, so that 2^12 classes fit 31 bits.
    total = _shift_right(powers, 12).sum(-1, keepdims=True)
    # frexp's exponent is the number of bits.
    leading_zeros = 32 - np.frexp(total.astype(np.float64))[1]
    # 1/total, with total from 2^30 to 2^31, by three steps of Newton's from
    # 48/17 - 32/17 total, in steps of 2^-29.
    norm = total << (leading_zeros - 1)
    inverse = _multiply(norm, SOFTMAX_SLOPE, 31) + SOFTMAX_START
    for _ in range(SOFTMAX_STEPS):
        error = SOFTMAX_ONE - _multiply(inverse, norm, 31)
        inverse = inverse + 4 * _multiply(inverse, error, 31)
    quotients = _multiply(powers, inverse, 30)
    steps = _shift_right(quotients, 35 - leading_zeros)
    return np.clip(steps - 128, _INT8.min, _INT8.max).astype(np.int8)


#: -32/17 and 48/17 in steps of 2^-29, and 1.
SOFTMAX_SLOPE = -1010580540
SOFTMAX_START = 1515870810
SOFTMAX_ONE = 1 << 29
SOFTMAX_STEPS = 3


def _multiply(first: np.ndarray, second: np.ndarray, shift: int) -> np.ndarray:
    """TOSA's MUL of int32 with a shift."""
    return _shift_right(first * second, shift)


def _shift_right(values: np.ndarray, by: np.ndarray | int) -> np.ndarray:
    """TOSA's ARITHMETIC_RIGHT_SHIFT with rounding."""
    return (values + (1 << (np.asarray(by, np.int64) - 1))) >> by
