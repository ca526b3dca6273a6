# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Integer arithmetic in floating point, exactly, with gradients.

Codes are integers in float32 tensors, less their zero point. A sum of
integers in floating point is exact, in any order, while the magnitudes of its
terms add up to less than 2^24 in float32 and 2^53 in float64. Every function
here bounds its terms from the weights at hand, and takes the narrowest type
in which that proves it exact; int64 where none does.

Gradients are straight through: rounding counts as the identity, and a clamp
passes nothing on outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..errors import RescaleError
from .rescaler import Multiplicands

#: Below these, integers and their sums are exact.
FLOAT32 = 2.0**24
FLOAT64 = 2.0**53


class _Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx, values: Tensor) -> Tensor:
        return values.round()

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        return gradient


def round_through(values: Tensor) -> Tensor:
    """Rounds to nearest, ties to even; its gradient is the identity's."""
    return _Round.apply(values)


@dataclass(frozen=True)
class Requantization:
    """From accumulators to codes less their zero point, channels first.

    addends: int64, with the rounding `addend` only.
    low, high: the clamp, less the zero point.
    """

    by: Multiplicands
    rounding: str
    addends: Tensor | None
    low: int
    high: int

    def constant(self) -> Tensor | None:
        """Returns what the rounding adds as float64, None if it depends.

        In steps of 2^-shift, one or one per channel.
        """
        shift = self.by.shift
        if self.rounding == "addend":
            return self.addends.double()
        if self.rounding == "floor":
            return torch.zeros_like(shift, dtype=torch.float64)
        is_half_up = self.rounding == "half_up" or (
            self.rounding == "double" and bool((shift <= 31).all())
        )
        if not is_half_up:
            return None
        half = torch.ldexp(torch.ones_like(shift).double(), shift - 1)
        return torch.where(shift > 0, half, 0.0)


@dataclass(frozen=True)
class Window:
    """How a convolution slides; `pad` is top, bottom, left, right."""

    stride: tuple[int, int] = (1, 1)
    pad: tuple[int, int, int, int] = (0, 0, 0, 0)
    groups: int = 1

    @property
    def symmetric(self) -> tuple[int, int] | None:
        """The padding that a convolution takes itself, None if it cannot."""
        top, bottom, left, right = self.pad
        is_symmetric = top == bottom >= 0 and left == right >= 0
        return (top, left) if is_symmetric else None


def _channels(values: Tensor) -> Tensor:
    """One value per channel against (samples, channels, height, width)."""
    return values.reshape(1, -1, 1, 1)


def requantize(
    accumulators: Tensor, by: Requantization, bound: float
) -> Tensor:
    """Returns unclamped codes less their zero point, as docs/spec.md has it.

    accumulators: integers, float32 or float64, of at most `bound`; may be
    overwritten.
    Returns integers in float64 or int64.
    """
    multiplier, shift = by.by.multiplier, by.by.shift
    rest = by.constant()
    greatest = bound * multiplier.max().item()
    addend = 2.0**31 if rest is None else rest.abs().max().item()
    # A double rounding adds 2^30 beside the half, any other at most the half.
    addend = max(addend, 2.0 ** max(shift.max().item() - 1, 0) + 2.0**30)
    if greatest + addend >= FLOAT64:
        return _requantize_int64(accumulators.long(), by)
    scale = _channels(by.by.value)
    values = accumulators.double()
    if rest is not None:
        rest = _channels(torch.ldexp(rest, -shift))
        return torch.addcmul(rest, values, scale).floor_()
    if by.rounding == "half_even":
        return values.mul_(scale).round_()
    if by.rounding == "half_away":
        quotients = values.mul_(scale)
        sign = torch.sign(quotients)
        return quotients.abs_().add_(0.5).floor_().mul_(sign)
    more = torch.ldexp(torch.ones_like(shift).double(), 30 - shift)
    more = _channels(torch.where(shift > 31, more, 0.0))
    signed = torch.where(values >= 0, more, -more)
    return values.mul_(scale).add_(signed).add_(0.5).floor_()


def _requantize_int64(values: Tensor, by: Requantization) -> Tensor:
    """The formula itself: |values * multiplier| < 2^62 by TOSA's bounds."""
    multiplier, shift = _channels(by.by.multiplier), _channels(by.by.shift)
    products = values * multiplier
    rest = by.constant()
    if rest is not None:
        return (products + _channels(rest.long())) >> shift
    one = torch.ones_like(shift)
    half = torch.where(shift > 0, one << (shift - 1).clamp(min=0), 0)
    if by.rounding == "half_even":
        quotients = (products + half) >> shift
        is_tie = ((products + half) & (2 * half - 1)) == 0
        is_tie = is_tie & (shift > 0) & (quotients & 1 == 1)
        return quotients - is_tie.long()
    if by.rounding == "half_away":
        half = half - ((values < 0) & (shift > 0)).long()
    else:
        assert by.rounding == "double"
        more = torch.where(shift > 31, one << 30, 0)
        half = half + torch.where(values >= 0, more, -more)
    return (products + half) >> shift


class _Convolution(torch.autograd.Function):
    """A convolution of codes and its requantization.

    The gradients of `weights` and `bias`, integers too, are those of the
    product with the multiplicand that is used; that of `scale`, the real
    multiplicand, is what learned scales need.
    """

    @staticmethod
    def forward(ctx, x, weights, bias, scale, by, window, greatest):
        ctx.window = window
        ctx.shape = x.shape
        if window.symmetric is None:
            top, bottom, left, right = window.pad
            x = functional.pad(x, (left, right, top, bottom))
        sums = weights.abs().flatten(1).sum(1) * greatest + bias.abs()
        bound = sums.max().item()
        if not bound < 2.0**31:
            raise RescaleError(
                f"requires accumulators within 31 bits, got {bound:g}; "
                "lower the learning rate or the biases"
            )
        multiplier, shift = by.by.multiplier, by.by.shift
        value = by.by.value
        rest = by.constant()
        needs_scale = ctx.needs_input_grad[3]
        # Elsewhere float32 may be TF32 or Winograd's, float64 is neither.
        is_plain = x.device.type == "cpu"
        accumulators = None
        # What is convolved may be the products with the multiplicands, where
        # their sums are exact: that is the requantization for nothing.
        is_fused = (
            is_plain
            and rest is not None
            and not needs_scale
            and (sums * multiplier + rest.abs()).max().item() < FLOAT32
        )
        arguments = (
            list(window.stride),
            list(window.symmetric or (0, 0)),
            [1, 1],
            window.groups,
        )
        scaled = (weights * value.view(-1, 1, 1, 1)).to(x.dtype)
        if is_fused:
            addend = bias * value + torch.ldexp(rest, -shift)
            codes = torch.conv2d(x, scaled, addend.to(x.dtype), *arguments)
            codes.floor_()
        else:
            is_narrow = is_plain and bound < FLOAT32
            wide = x.dtype if is_narrow else torch.float64
            accumulators = torch.conv2d(
                x.to(wide), weights.to(wide), bias.to(wide), *arguments
            )
            codes = requantize(accumulators, by, bound)
        clamped = codes.clamp(by.low, by.high)
        # The mask is what the clamp left alone.
        mask = clamped == codes
        ctx.save_for_backward(
            x,
            scaled,
            value,
            mask,
            accumulators if needs_scale else None,
        )
        return clamped.to(x.dtype)

    @staticmethod
    def backward(ctx, gradient):
        x, scaled, value, mask, accumulators = ctx.saved_tensors
        window = ctx.window
        gradient = gradient * mask
        of_x, of_weights, of_bias = torch.ops.aten.convolution_backward(
            gradient,
            x,
            scaled,
            [scaled.shape[0]],
            list(window.stride),
            list(window.symmetric or (0, 0)),
            [1, 1],
            False,
            [0, 0],
            window.groups,
            list(ctx.needs_input_grad[:3]),
        )
        if of_x is not None and window.symmetric is None:
            top, bottom, left, right = window.pad
            of_x = functional.pad(of_x, (-left, -right, -top, -bottom))
        value = value.to(gradient.dtype)
        if of_weights is not None:
            of_weights = of_weights * value.view(-1, 1, 1, 1)
        if of_bias is not None:
            of_bias = of_bias * value
        of_scale = None
        if accumulators is not None:
            of_scale = (gradient * accumulators).sum((0, 2, 3)).double()
        return of_x, of_weights, of_bias, of_scale, None, None, None


def convolution(
    x: Tensor,
    weights: Tensor,
    bias: Tensor,
    scale: Tensor,
    by: Requantization,
    window: Window,
    greatest: float,
) -> Tensor:
    """Returns the codes of a layer with weights, less their zero point.

    x: codes less their zero point, (samples, channels, height, width), of
    magnitudes of at most `greatest`.
    weights, bias: integers, as float32 or float64; one bias per output.
    scale: the real multiplicands, one per output, which the gradient goes to.

    Raises RescaleError where an accumulator may leave 32 bits.
    """
    return _Convolution.apply(x, weights, bias, scale, by, window, greatest)


class _Addition(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y, scales, table):
        # x * 256 + y from 0: below 2^16, so exact.
        index = torch.add(y, x, alpha=256.0)
        index = index.add_(table.offset).long()
        ctx.save_for_backward(
            table.mask[index], *((x, y) if ctx.needs_input_grad[2] else ())
        )
        ctx.values = table.values
        return table.codes[index]

    @staticmethod
    def backward(ctx, gradient):
        mask, *operands = ctx.saved_tensors
        gradient = gradient * mask
        of_scales = None
        if operands:
            of_scales = torch.stack(
                [(gradient * operand).sum() for operand in operands]
            ).double()
        first, second = ctx.values
        return gradient * first, gradient * second, of_scales, None


@dataclass(frozen=True)
class AdditionTable:
    """An addition of two tensors of codes, for each of the 2^16 pairs.

    codes: float32, less the zero point; mask: where the clamp left them.
    offset: of the index, with zero points in it.
    values: what the operands are multiplied with.
    """

    codes: Tensor
    mask: Tensor
    offset: int
    values: tuple[float, float]


def addition(
    x: Tensor, y: Tensor, scales: Tensor, table: AdditionTable
) -> Tensor:
    """Returns the sum of two tensors as codes less their zero point.

    scales: the two real multiplicands, which the gradient goes to.
    """
    return _Addition.apply(x, y, scales, table)


class _Average(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, kernel, stride, zero_point, multiplier, shift):
        ctx.save_for_backward(x)
        ctx.arguments = (list(kernel), list(stride))
        count = kernel[0] * kernel[1]
        # Sums of codes stay below 2^24 for windows of up to 2^16; their
        # products with 31 bits below 2^53 up to 2^14, else int64.
        sums = torch.nn.functional.avg_pool2d(
            x.double(), kernel, stride, divisor_override=1
        )
        sums = sums.long() + zero_point * count
        means = (sums * multiplier + (1 << (shift - 1))) >> shift
        return (means - zero_point).to(x.dtype)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        kernel, stride = ctx.arguments
        of_x = torch.ops.aten.avg_pool2d_backward(
            gradient, x, kernel, stride, [0, 0], False, True, None
        )
        return of_x, None, None, None, None, None


def average_pool(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    zero_point: int,
    multiplier: int,
    shift: int,
) -> Tensor:
    """Returns TOSA's mean of windows of codes, less their zero point."""
    return _Average.apply(x, kernel, stride, zero_point, multiplier, shift)
