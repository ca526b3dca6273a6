# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Layers whose forward pass is integer arithmetic.

Their inputs and outputs are codes less their zero point, as integers in
float32, (samples, channels, height, width). Parameters are real: the codes of
weights and biases are computed from them in each forward pass.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from ..errors import RescaleError
from ..network import evaluate
from ..network.graph import (
    AddParameters,
    Quantization,
    Rescale,
    WeightedParameters,
)
from ..network.quantize import rescale_add
from . import functional
from .functional import AdditionTable, Requantization, Window
from .rescaler import Multiplicands, Rescaler

#: Nearest multiplicand, or weights in steps of the snapped scale.
MODES = ("rat", "snap")

#: How a snapped multiplicand is chosen.
GRIDS = ("above", "best")

#: TensorFlow Lite's three rescales, or one multiplicand for each operand.
ADDITIONS = ("tflite", "direct")


#: Quotients of scales up to this power of two are found on a grid.
_RAISED_BITS = 20


@dataclass(frozen=True)
class Scale:
    """What the codes of a tensor stand for.

    value: float64, of no dimensions; learned ones have a gradient.
    """

    value: Tensor
    zero_point: int

    def quantization(self) -> Quantization:
        value = float(self.value.detach())
        if not math.isfinite(value):
            raise RescaleError(
                f"requires finite scales, got {value}; lower the learning rate"
            )
        return Quantization(value, self.zero_point)

    @property
    def greatest(self) -> int:
        """The greatest magnitude of a code less the zero point."""
        return max(128 + self.zero_point, 127 - self.zero_point)


def _clamp(
    target: Scale, relu: bool, maximum: float | None
) -> tuple[int, int]:
    """Returns the clamp of a layer, less the zero point."""
    low, high = -128, 127
    if relu:
        low, high = evaluate.relu_codes(target.quantization(), maximum)
    return low - target.zero_point, high - target.zero_point


def check_weight_bits(bits: int) -> None:
    """Raises RescaleError for what codes of weights cannot have."""
    if not 2 <= bits <= 8:
        raise RescaleError(f"requires weights of 2 to 8 bits, got {bits}")


def weight_scale(weights: Tensor, bits: int) -> Tensor:
    """Returns a scale for each output with the least squared error.

    weights: outputs first. With 8 bits the peak is the greatest code; fewer
    bits clip peaks where that makes the rest more exact.
    """
    flat = weights.detach().double().flatten(1)
    greatest = 2 ** (bits - 1) - 1
    peaks = flat.abs().amax(1)
    # A channel of zeros has no scale of its own; any will do.
    peaks = torch.where(peaks > 0, peaks, 1.0) / greatest
    best = peaks
    if bits == 8:
        return best
    least = _squared_error(flat, best, greatest)
    for share in torch.arange(0.3, 1.0, 0.02):
        scales = peaks * share
        error = _squared_error(flat, scales, greatest)
        best = torch.where(error < least, scales, best)
        least = torch.minimum(error, least)
    return best


def _squared_error(flat: Tensor, scales: Tensor, greatest: int) -> Tensor:
    scales = scales[:, None]
    codes = torch.round(flat / scales).clamp(-greatest, greatest)
    return (flat - codes * scales).square().sum(1)


class IntegerConv2d(nn.Module):
    """A convolution with a k-bit rescaler; depthwise by `window.groups`.

    weight: real, (outputs, inputs / groups, height, width).
    bias: real, one per output.
    scale: real, of the weights' codes, one per output or one for all.
    rescaler: what the requantization may be.
    mode: rat for the multiplicand nearest to the scales' quotient, snap for
    weights in steps of the snapped multiplicand's scale.
    weight_bits: of the weights' codes, 2 to 8.
    grid: of snapped multiplicands: above the quotient, where nothing clips,
    or the one of both neighbours with the better weights.
    relu, maximum: the clamp, real.
    learn_scale: whether `scale` is trained.
    """

    def __init__(
        self,
        weight: Tensor,
        bias: Tensor,
        scale: Tensor,
        *,
        window: Window = Window(),
        rescaler: Rescaler = Rescaler(),
        mode: str = "rat",
        weight_bits: int = 8,
        grid: str = "above",
        relu: bool = False,
        maximum: float | None = None,
        learn_scale: bool = False,
    ) -> None:
        super().__init__()
        if mode not in MODES:
            raise RescaleError(
                f"requires a mode of {', '.join(MODES)}, got {mode}"
            )
        if grid not in GRIDS:
            raise RescaleError(
                f"requires a grid of {', '.join(GRIDS)}, got {grid}"
            )
        check_weight_bits(weight_bits)
        # Layers of a 1x1 image have no layout that channels come last in.
        self.weight = nn.Parameter(
            weight.detach()
            .float()
            .contiguous(memory_format=torch.channels_last)
        )
        # Of up to 31 bits in its codes, which float32 would round.
        self.bias = nn.Parameter(bias.detach().double())
        self.register_buffer("scale", scale.detach().double().reshape(-1))
        self.log_factor = (
            nn.Parameter(torch.zeros_like(self.scale)) if learn_scale else None
        )
        # Where a neighbour below is better, which is asked for once: weights
        # that are trained would go back and forth.
        self.register_buffer("is_below", None)
        self.window = window
        self.rescaler = rescaler
        self.mode = mode
        self.weight_bits = weight_bits
        self.grid = grid
        self.relu = relu
        self.maximum = maximum

    def extra_repr(self) -> str:
        return (
            f"{tuple(self.weight.shape)}, {self.window}, {self.rescaler}, "
            f"mode={self.mode}, weight_bits={self.weight_bits}"
        )

    @property
    def _greatest_weight(self) -> int:
        return 2 ** (self.weight_bits - 1) - 1

    def _multiplicands(
        self, source: Scale, target: Scale
    ) -> tuple[Multiplicands, Tensor, Tensor]:
        """Returns multiplicands, their real values, the weights' scales."""
        scale = self.scale
        if self.log_factor is not None:
            scale = scale * self.log_factor.exp()
        real = source.value * scale / target.value
        if self.mode == "rat":
            return self.rescaler.nearest(real), real, scale
        by = self.rescaler.above(real)
        if self.grid == "best" and not self.rescaler.shared_shift:
            below = self.rescaler.below(real)
            if self.is_below is None:
                self.is_below = self._is_better(below, by, source, target)
            by = Multiplicands(
                torch.where(self.is_below, below.multiplier, by.multiplier),
                torch.where(self.is_below, below.shift, by.shift),
            )
        value = by.value
        return by, value, value * target.value / source.value

    def _is_better(
        self,
        first: Multiplicands,
        second: Multiplicands,
        source: Scale,
        target: Scale,
    ) -> Tensor:
        flat = self.weight.detach().double().flatten(1)
        if len(self.scale) == 1:
            flat = flat.reshape(1, -1)
        unit = target.value.detach() / source.value.detach()
        errors = [
            _squared_error(flat, by.value * unit, self._greatest_weight)
            for by in (first, second)
        ]
        return errors[0] < errors[1]

    def quantized(
        self, source: Scale, target: Scale
    ) -> tuple[Tensor, Tensor, Tensor, Requantization, Tensor]:
        """Returns codes of weights and bias with gradients, float64.

        And the real multiplicands, the requantization, and the weights'
        scales.
        """
        by, real, scale = self._multiplicands(source, target)
        greatest = self._greatest_weight
        steps = self.weight / scale.view(-1, 1, 1, 1)
        weights = functional.round_through(steps).clamp(-greatest, greatest)
        unit = source.value * scale
        biases = self.bias / unit
        rounding, addends = self.rescaler.rounding, None
        if self.rescaler.addend == "free":
            half = 0.5 if rounding == "half_up" else 0.0
            real_addends = self.bias.detach() / target.value.detach() + half
            addends = torch.ldexp(real_addends.double(), by.shift).round()
            addends = addends.long()
            rounding = "addend"
            # The value is in the addend, the gradient here.
            biases = biases - biases.detach()
        elif rounding == "floor":
            # Half a code, so that flooring rounds.
            biases = functional.round_through(biases + 0.5 / by.value)
        else:
            biases = functional.round_through(biases)
        low, high = _clamp(target, self.relu, self.maximum)
        channels = len(self.bias)
        by = Multiplicands(
            by.multiplier.expand(channels), by.shift.expand(channels)
        )
        requantization = Requantization(by, rounding, addends, low, high)
        return weights, biases, real.expand(channels), requantization, scale

    def forward(self, x: Tensor, source: Scale, target: Scale) -> Tensor:
        weights, bias, real, by, _ = self.quantized(source, target)
        return functional.convolution(
            x, weights, bias, real, by, self.window, source.greatest
        )

    @torch.no_grad()
    def export(self, source: Scale, target: Scale) -> WeightedParameters:
        """Returns the integer parameters, weights as this module has them."""
        weights, bias, _, by, scale = self.quantized(source, target)
        if not bias.abs().max() < 2**31:
            raise RescaleError(
                f"requires biases of 32 bits, got {bias.abs().max():g}; "
                "lower the learning rate"
            )
        multiplier, shift = by.by.multiplier, by.by.shift
        is_one = len(self.scale) == 1 and by.addends is None
        if is_one:
            multiplier, shift = multiplier[:1], shift[:1]
        rounding = by.rounding
        if rounding == "double" and bool((shift <= 31).all()):
            # They are one, and half-up is TOSA without an extension.
            rounding = "half_up"
        return WeightedParameters(
            _numpy(weights).astype(np.int8),
            _numpy(scale),
            _numpy(bias).astype(np.int32),
            Rescale(
                _numpy(multiplier).astype(np.int32),
                _numpy(shift).astype(np.int8),
                rounding,
                None if by.addends is None else _numpy(by.addends),
            ),
        )


class IntegerLinear(IntegerConv2d):
    """A fully connected layer, of a 1x1 image; `weight`: (outputs, inputs)."""

    def __init__(
        self, weight: Tensor, bias: Tensor, scale: Tensor, **options
    ) -> None:
        super().__init__(weight[:, :, None, None], bias, scale, **options)


class IntegerAdd(nn.Module):
    """An addition of two tensors, with k-bit rescalers.

    form: tflite for TensorFlow Lite's three rescales in steps of 2^-20, or
    direct for one multiplicand to each operand and a shift of the sum.
    """

    def __init__(
        self,
        *,
        rescaler: Rescaler = Rescaler(),
        form: str = "tflite",
        relu: bool = False,
        maximum: float | None = None,
    ) -> None:
        super().__init__()
        if form not in ADDITIONS:
            raise RescaleError(
                f"requires an addition of {', '.join(ADDITIONS)}, got {form}"
            )
        self.rescaler = rescaler
        self.form = form
        self.relu = relu
        self.maximum = maximum
        self._key: tuple | None = None
        self._table: AdditionTable | None = None

    def export(
        self, sources: tuple[Scale, Scale], target: Scale
    ) -> AddParameters:
        """Returns the integer parameters."""
        scales = [float(scale.value.detach()) for scale in sources]
        result = float(target.value.detach())
        if self.form == "tflite":
            return rescale_add(*scales, result, self._decompose)
        return self._direct(*scales, result)

    def _decompose(self, scales: np.ndarray) -> Rescale:
        by = self.rescaler.nearest(torch.from_numpy(scales))
        multiplier = _numpy(by.multiplier).astype(np.int32)
        shift = _numpy(by.shift).astype(np.int8)
        rounding = self.rescaler.rounding
        if rounding == "double" and shift.max() <= 31:
            rounding = "half_up"
        if self.rescaler.addend == "free":
            half = np.left_shift(np.int64(1), shift.astype(np.int64)) >> 1
            return Rescale(multiplier, shift, "addend", half)
        return Rescale(multiplier, shift, rounding)

    def _direct(
        self, first: float, second: float, target: float
    ) -> AddParameters:
        scales = torch.tensor([first, second], dtype=torch.float64) / target
        # Multiplicands alone: only the sum is shifted to the right.
        by = _unshifted(self.rescaler).nearest(scales * 2.0**-_RAISED_BITS)
        shifts = by.shift - _RAISED_BITS
        shift = max(int(shifts.max()), 0)
        multipliers = _numpy(by.multiplier << (shift - shifts))
        if multipliers.sum() * 255 + 2.0**shift >= 2**31:
            raise RescaleError(
                "requires products of 31 bits in a direct addition, got "
                f"multiplicands of {self.rescaler.bits} bits for the scales "
                f"{scales[0]:.3g} and {scales[1]:.3g}; take fewer bits or the "
                "form tflite"
            )
        none = np.zeros(1, np.int8)
        one = np.ones(1, np.int32)
        result = Rescale(one, np.array([shift], np.int8), "half_up")
        if self.rescaler.rounding in ("floor", "half_even", "half_away"):
            rounding = self.rescaler.rounding
            if self.rescaler.addend == "none":
                result = Rescale(one, result.shift, rounding)
        return AddParameters(
            operands=tuple(
                (Rescale(m[None].astype(np.int32), none, "half_up"),)
                for m in multipliers
            ),
            rescale=result,
        )

    def table(
        self, sources: tuple[Scale, Scale], target: Scale, device: torch.device
    ) -> AdditionTable:
        """Returns the sums of all pairs, those of last time if they hold."""
        quantizations = [scale.quantization() for scale in sources]
        result = target.quantization()
        key = (*quantizations, result, device)
        if key == self._key:
            return self._table
        parameters = self.export(sources, target)
        codes = np.arange(-128, 128, dtype=np.int8)
        pairs = [np.repeat(codes, 256), np.tile(codes, 256)]
        sums = evaluate.add_unclamped(parameters, pairs, quantizations)
        low, high = _clamp(target, self.relu, self.maximum)
        clamped = np.clip(sums, low, high)
        offset = 256 * (128 + sources[0].zero_point)
        offset += 128 + sources[1].zero_point
        self._table = AdditionTable(
            torch.from_numpy(clamped.astype(np.float32)).to(device),
            torch.from_numpy(clamped == sums).to(device),
            offset,
            tuple(
                _factor(by, parameters.rescale) for by in parameters.operands
            ),
        )
        self._key = key
        return self._table

    def forward(
        self,
        x: Tensor,
        y: Tensor,
        sources: tuple[Scale, Scale],
        target: Scale,
    ) -> Tensor:
        scales = torch.stack([s.value for s in sources]) / target.value
        table = self.table(sources, target, x.device)
        return functional.addition(x, y, scales, table)


def _unshifted(rescaler: Rescaler) -> Rescaler:
    """Returns the grid of a rescaler for each quotient of its own."""
    return replace(rescaler, shift=(0, 62), shared_shift=False)


def raised_quotient(rescaler: Rescaler, quotient: float) -> float:
    """Returns the least k-bit number, of any exponent, not below it."""
    scaled = torch.tensor([quotient], dtype=torch.float64)
    by = _unshifted(rescaler).above(scaled * 2.0**-_RAISED_BITS)
    return float(by.value[0]) * 2.0**_RAISED_BITS


def _factor(steps: tuple[Rescale, ...], result: Rescale) -> float:
    """Returns what an operand of an addition is multiplied with."""
    factor = 1.0
    for by in (*steps, result):
        factor *= float(by.multiplier[0]) * 2.0 ** -float(by.shift[0])
    return factor


def _numpy(values: Tensor) -> np.ndarray:
    return values.detach().cpu().numpy()
