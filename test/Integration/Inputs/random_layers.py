# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random layers of TOSA that mean something by construction.

They are written as tosa-converter-for-tflite writes them. Every value has
bounds, from which follow

- accumulators and sums that fit their type: a bias, a shift or a second
  operand that could exceed it is not generated;
- rescales that TOSA defines: the shift is from 2 to 62, the value is inside
  [-2^(shift-1), 2^(shift-1)) with 32-bit multipliers, and the quotient and
  the zero point fit 32 bits;
- strides that divide the distance that a kernel travels, and averages of
  windows with at least one element of the input: the padding is chosen so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from Inputs.tosa_graph import SHAPE, Graph, Node, Type

#: No value has more elements, so that every network runs in milliseconds.
MAX_SIZE = 900

NAMES = (
    "model/{kind}_{i}/BiasAdd;model/{kind}_{i}/{kind}",
    "sequential/block_{i}.a/{kind}",
    "{kind}",
    "StatefulPartitionedCall:0",
    "7/int",
)


class NotApplicable(Exception):
    """A layer does not fit the values that were drawn for it."""


def require(condition: bool) -> None:
    if not condition:
        raise NotApplicable


def limits(bits: int) -> tuple[int, int]:
    """The least and the greatest signed integer."""
    return -(1 << (bits - 1)), (1 << (bits - 1)) - 1


class Builder:
    """Adds nodes to a graph; `random` decides everything that is open."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random
        self.nodes: list[Node] = []
        #: int8 and int16 values, the only ones that layers start from.
        self.activations: list[int] = []
        #: Values that are good as outputs only.
        self.ends: list[int] = []
        self.location = ""
        self.named = self.chance(0.6)

    # Randomness.

    def chance(self, probability: float) -> bool:
        return bool(self.random.random() < probability)

    def integer(self, low: int, high: int) -> int:
        """From `low` to `high`, both included."""
        return int(self.random.integers(low, high + 1))

    def choose(self, options: Sequence):
        return options[self.integer(0, len(options) - 1)]

    # Nodes.

    def add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def input(self, shape: tuple[int, ...], bits: int) -> int:
        low, high = limits(bits)
        value = self.add(
            Node(
                *("input", (), Type(shape, bits)),
                low=low,
                high=high,
                spread=high * 0.55,
            )
        )
        self.activations.append(value)
        return value

    def constant(self, values, bits: int) -> int:
        values = np.asarray(values, np.int64)
        low, high = limits(bits)
        assert ((values >= low) & (values <= high)).all(), (values, bits)
        return self.add(
            Node(
                *("constant", (), Type(values.shape, bits)),
                values=values,
                low=int(values.min()),
                high=int(values.max()),
            )
        )

    def sizes(self, sizes: Sequence[int]) -> int:
        """An operand of type !tosa.shape."""
        values = np.array(sizes, np.int64)
        return self.add(
            Node("constant", (), Type((len(sizes),), SHAPE), values=values)
        )

    def zero_point(self, value: int, bits: int) -> int:
        return self.constant([value], bits)

    def operation(
        self,
        kind: str,
        operands: Sequence[int],
        shape: Sequence[int],
        bits: int,
        attributes: str = "",
        bounds: tuple[int, int] | None = None,
        spread: float | None = None,
        mean: float | None = None,
    ) -> int:
        """An operation; what is not given is as in its first operand.

        Raises NotApplicable for values that are too large, or bounds that do
        not fit the type.
        """
        type_ = Type(tuple(map(int, shape)), bits)
        require(0 < type_.size <= MAX_SIZE)
        first = self.nodes[operands[0]]
        low, high = bounds or (first.low, first.high)
        least, greatest = limits(bits)
        require(least <= low and high <= greatest)
        return self.add(
            Node(
                *(kind, tuple(operands), type_, attributes, None),
                *(self.location, low, high),
                first.mean if mean is None else mean,
                first.spread if spread is None else spread,
            )
        )

    def layer(self, kind: str) -> None:
        """Begins a layer, whose operations have one location."""
        name = self.choose(NAMES).format(kind=kind, i=len(self.nodes))
        self.location = name if self.named else ""

    def activation(self, value: int) -> int:
        self.activations.append(value)
        return value

    # Drawing operands.

    def draw(self, bits: Sequence[int] = (8, 16)) -> int:
        """An activation, late ones more often."""
        values = [
            i for i in self.activations if self.nodes[i].type.bits in bits
        ]
        require(bool(values))
        if self.chance(0.6):
            return values[-1]
        return self.choose(values)

    def draw_rank(self, rank: int, bits: Sequence[int] = (8, 16)) -> int:
        """An activation of `rank`, reshaped if need be."""
        value = self.draw(bits)
        shape = self.nodes[value].type.shape
        if len(shape) == rank:
            return value
        if len(shape) < rank:
            shape = (1,) * (rank - len(shape)) + shape
        else:
            keep = len(shape) - rank + 1
            shape = (math.prod(shape[:keep]), *shape[keep:])
        return self.reshaped(value, shape)

    def reshaped(self, value: int, shape: Sequence[int]) -> int:
        return self.operation(
            *("reshape", [value, self.sizes(shape)]),
            *(shape, self.nodes[value].type.bits),
        )

    # Rescales.

    def rescale(
        self,
        value: int,
        bits: int,
        ratio: float | np.ndarray,
        zero_in: int = 0,
        zero_out: int = 0,
        rounding: str | None = None,
        narrow: bool | None = None,
    ) -> int:
        """Multiplies by about `ratio`, one number or one for each channel.

        narrow: 16-bit multipliers, as i48 accumulators need them.
        """
        node = self.nodes[value]
        ratios = np.atleast_1d(ratio)
        if narrow is None:
            narrow = node.type.bits == 48 or self.chance(0.08)
        if rounding is None:
            rounding = "DOUBLE" if self.chance(0.7) else "SINGLE"
        if narrow:
            rounding = "SINGLE"
        extreme = max(abs(node.low - zero_in), abs(node.high - zero_in))
        width = 15 if narrow else 31
        multipliers, shifts = [], []
        for factor in ratios:
            fraction, exponent = math.frexp(float(factor))
            multiplier = min(round(fraction * 2**width), 2**width - 1)
            shift = width - exponent
            while shift > 62:
                multiplier, shift = multiplier >> 1, shift - 1
            require(shift >= 2 and multiplier >= 0)
            require(narrow or extreme < 1 << (shift - 1))
            quotient = (extreme * multiplier >> shift) + 2
            require(quotient + abs(zero_out) < 1 << 31)
            multipliers.append(multiplier)
            shifts.append(shift)
        least, greatest = limits(bits)
        scale = float(np.abs(ratios).max())
        reach = math.ceil(extreme * scale) + 2
        return self.operation(
            "rescale",
            [
                value,
                self.constant(multipliers, 16 if narrow else 32),
                self.constant(shifts, 8),
                self.zero_point(zero_in, node.type.bits),
                self.zero_point(zero_out, bits),
            ],
            node.type.shape,
            bits,
            "input_unsigned = false, output_unsigned = false, per_channel = "
            f"{str(len(ratios) > 1).lower()}, rounding_mode = "
            f"{rounding}_ROUND, scale32 = {str(not narrow).lower()}",
            (
                max(zero_out - reach, least),
                min(zero_out + reach, greatest),
            ),
            min(node.spread * scale, greatest * 0.6),
            float(
                np.clip(
                    (node.mean - zero_in) * scale + zero_out,
                    *(least, greatest),
                )
            ),
        )

    def quantized(
        self, value: int, bits: int, channels: np.ndarray | int = 1
    ) -> int:
        """An activation of an accumulator, perhaps with a clamp behind it.

        channels: their number, or 1 for one ratio for all.
        """
        spread = max(self.nodes[value].spread, 1.0)
        aim = limits(bits)[1] * 10 ** self.random.uniform(-0.7, 0.2)
        count = channels if self.chance(0.6) else 1
        ratio = aim / spread * self.random.uniform(0.5, 1.5, count)
        if count > 1 and self.chance(0.1):
            ratio[self.integer(0, count - 1)] = 0.0
        mean = self.nodes[value].mean * float(np.mean(ratio))
        out = self.rescale(
            value, bits, ratio, zero_out=self.result_code(bits, mean)
        )
        if self.chance(0.3):
            out = self.clamped(out)
        return self.activation(out)

    def code(self, bits: int) -> int:
        """A zero point: any on 8 bits, 0 on 16, as TOSA has it."""
        if bits == 16:
            return 0
        return self.choose([-128, -128, 0, 127, self.integer(-128, 127)])

    def result_code(self, bits: int, mean: float) -> int:
        """A zero point with which codes around `mean` do not all saturate."""
        room = 0.8 * limits(bits)[1]
        for _ in range(8):
            code = self.code(bits)
            if abs(mean + code) < room:
                return code
        return 0 if bits == 16 else min(max(round(-mean), -128), 127)

    def widened(
        self, value: int, ratio: float, zero: int | None = None
    ) -> int:
        """An i32 value of an activation less its zero point."""
        if zero is None:
            zero = self.code(self.nodes[value].type.bits)
        return self.rescale(
            *(value, 32, ratio, zero, 0), rounding="DOUBLE", narrow=False
        )

    def clamped(self, value: int) -> int:
        node = self.nodes[value]
        low, high = limits(node.type.bits)
        # ReLU, ReLU6, or any.
        least = self.choose([low, self.integer(low, 0)])
        most = self.choose([high, self.integer(least + high // 4, high)])
        bounds = tuple(
            min(max(bound, least), most) for bound in (node.low, node.high)
        )
        bits = node.type.bits
        return self.operation(
            *("clamp", [value], node.type.shape, bits),
            f"max_val = {most} : i{bits}, min_val = {least} : i{bits}",
            bounds,
        )

    # Layers with weights.

    def weights(self, shape: Sequence[int]) -> np.ndarray:
        values = self.random.integers(-127, 128, shape)
        match self.integer(0, 11):
            case 0:
                return np.full(shape, self.integer(-128, 127))
            case 1:
                return values * (self.random.random(shape) < 0.3)
            case 2:
                return np.where(self.random.random(shape) < 0.5, -128, 127)
            case 3:
                # A dead output channel.
                values[-1] = 0
        return values

    def accumulate(
        self,
        kind: str,
        value: int,
        weights: np.ndarray,
        per_output: np.ndarray,
        shape: Sequence[int],
        attributes: str,
    ) -> int:
        """A convolution of any kind with bias and zero points.

        per_output: weights of shape [outputs, taps], for the bounds.
        """
        node = self.nodes[value]
        wide = node.type.bits == 16
        bits = 48 if wide else 32
        zero = self.code(node.type.bits)
        weight_zero = 0
        if not wide and self.chance(0.15):
            weight_zero = self.integer(-128, 127)
        extreme = max(abs(node.low - zero), abs(node.high - zero))
        signed = per_output.astype(np.int64) - weight_zero
        bound = int(np.abs(signed).sum(axis=1).max()) * extreme
        room = limits(bits)[1] - bound
        require(room > 0)
        means = signed.sum(axis=1) * (node.mean - zero)
        typical = float(np.sqrt((signed**2).sum(axis=1).mean()))
        typical = max(typical * node.spread, 100.0)
        count = 1 if self.chance(0.1) else len(per_output)
        scale = int(min(typical * self.random.uniform(0.1, 2), room))
        bias = self.random.integers(-scale, scale + 1, count)
        if self.chance(0.05):
            # An accumulator that comes to the ends of its type.
            bias[self.integer(0, count - 1)] = self.choose([room, -room])
        most = bound + int(np.abs(bias).max())
        return self.operation(
            kind,
            [
                value,
                self.constant(weights, 8),
                self.constant(bias, bits),
                self.zero_point(zero, node.type.bits),
                self.zero_point(weight_zero, 8),
            ],
            shape,
            bits,
            f"acc_type = i{bits}, {attributes}",
            (-most, most),
            math.hypot(typical, float(means.std())),
            float(means.mean()),
        )

    def slide(
        self, size: int, kernel: int, stride: int, dilation: int, most: int
    ) -> tuple[int, int, int]:
        """Padding before and after, at most `most`, and the output's size."""
        travel = size - 1 - (kernel - 1) * dilation
        options = [
            (before, after, (travel + before + after) // stride + 1)
            for before in range(most + 1)
            for after in range(most + 1)
            if travel + before + after >= 0
            and (travel + before + after) % stride == 0
        ]
        require(bool(options))
        if self.chance(0.3):
            # As little padding as can be.
            return min(options, key=lambda option: option[0] + option[1])
        return self.choose(options)

    def window(self, dilated: bool = True) -> tuple[list[int], ...]:
        """Kernel, stride and dilation."""
        match self.integer(0, 9):
            case 0:
                kernel = [10, 4]
            case 1 | 2 | 3:
                kernel = [3, 3]
            case 4 | 5:
                kernel = [1, 1]
            case _:
                kernel = [self.integer(1, 5), self.integer(1, 5)]
        stride = self.choose([[1, 1], [1, 1], [2, 2], [1, 2], [2, 1], [3, 3]])
        dilation = [1, 1]
        if dilated and self.chance(0.2):
            dilation = [self.integer(1, 3), self.integer(1, 3)]
        return kernel, stride, dilation

    def slide_2d(
        self, value: int, dilated: bool = True, pool: bool = False
    ) -> tuple[list[int], list[int], str]:
        """The kernel, the output's height and width, and the attributes."""
        _, *image, _ = self.nodes[value].type.shape
        kernel, stride, dilation = self.window(dilated)
        ways = [
            self.slide(
                *(size, k, s, d),
                min(k - 1, 4) if pool else min((k - 1) * d, 5),
            )
            for size, k, s, d in zip(
                image, kernel, stride, dilation, strict=True
            )
        ]
        pad = [*ways[0][:2], *ways[1][:2]]
        attributes = (
            f"pad = array<i64: {', '.join(map(str, pad))}>, "
            f"stride = array<i64: {stride[0]}, {stride[1]}>"
        )
        if pool:
            text = f"kernel = array<i64: {kernel[0]}, {kernel[1]}>, "
        else:
            text = f"dilation = array<i64: {dilation[0]}, {dilation[1]}>, "
        return kernel, [ways[0][2], ways[1][2]], text + attributes

    def channels(self) -> int:
        return self.choose([1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17])

    def conv2d(self) -> None:
        value = self.draw_rank(4)
        self.layer("conv2d")
        type_ = self.nodes[value].type
        kernel, image, attributes = self.slide_2d(value)
        count = self.channels()
        weights = self.weights((count, *kernel, type_.shape[3]))
        out = self.accumulate(
            *("conv2d", value, weights, weights.reshape(count, -1)),
            *((type_.shape[0], *image, count), attributes),
        )
        self.quantized(out, type_.bits, count)

    def grouped_conv2d(self) -> None:
        """As converters write groups: slices, convolutions, a concat."""
        value = self.draw_rank(4)
        self.layer("grouped")
        type_ = self.nodes[value].type
        batch, *_, depth = type_.shape
        groups = self.choose([2, 3, 4])
        require(depth % groups == 0)
        kernel, image, attributes = self.slide_2d(value)
        count = self.integer(1, 4)
        parts = []
        for group in range(groups):
            start = [0, 0, 0, group * depth // groups]
            size = [*type_.shape[:3], depth // groups]
            part = self.sliced(value, start, size)
            weights = self.weights((count, *kernel, depth // groups))
            parts.append(
                self.accumulate(
                    *("conv2d", part, weights, weights.reshape(count, -1)),
                    *((batch, *image, count), attributes),
                )
            )
        # Of accumulators, where TOSA has it for their type, or activations.
        if type_.bits == 8 and self.chance(0.5):
            out = self.concatenated(parts, 3)
            self.quantized(out, type_.bits, groups * count)
        else:
            parts = [self.quantized(p, type_.bits, count) for p in parts]
            self.activation(self.concatenated(parts, 3))

    def depthwise_conv2d(self) -> None:
        value = self.draw_rank(4)
        self.layer("depthwise_conv2d")
        type_ = self.nodes[value].type
        kernel, image, attributes = self.slide_2d(value)
        depth, multiplier = type_.shape[3], self.choose([1, 1, 1, 2, 3])
        count = depth * multiplier
        weights = self.weights((*kernel, depth, multiplier))
        out = self.accumulate(
            *("depthwise_conv2d", value, weights),
            weights.reshape(-1, count).T,
            *((type_.shape[0], *image, count), attributes),
        )
        self.quantized(out, type_.bits, count)

    def transpose_conv2d(self) -> None:
        value = self.draw_rank(4)
        self.layer("transpose_conv2d")
        batch, height, width, depth = self.nodes[value].type.shape
        kernel = [self.integer(1, 4), self.integer(1, 4)]
        stride = [self.integer(1, 3), self.integer(1, 3)]
        pad = [self.integer(-(kernel[i // 2] - 1), 1) for i in range(4)]
        image = [
            (size - 1) * s + before + after + k
            for size, s, before, after, k in zip(
                *((height, width), stride, pad[::2], pad[1::2], kernel),
                strict=True,
            )
        ]
        require(min(image) > 0)
        count = self.channels()
        weights = self.weights((count, *kernel, depth))
        out = self.accumulate(
            *("transpose_conv2d", value, weights),
            weights.reshape(count, -1),
            (batch, *image, count),
            f"out_pad = array<i64: {', '.join(map(str, pad))}>, "
            f"stride = array<i64: {stride[0]}, {stride[1]}>",
        )
        self.quantized(out, self.nodes[value].type.bits, count)

    def fully_connected(self) -> None:
        """As the converter writes it: a 1x1 convolution of a 1x1 image."""
        value = self.draw()
        self.layer("MatMul")
        type_ = self.nodes[value].type
        batch = type_.shape[0] if len(type_.shape) > 1 else 1
        depth = type_.size // batch
        image = self.reshaped(value, (batch, 1, 1, depth))
        count = self.channels()
        weights = self.weights((count, 1, 1, depth))
        out = self.accumulate(
            *("conv2d", image, weights, weights.reshape(count, -1)),
            (batch, 1, 1, count),
            "dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, "
            "stride = array<i64: 1, 1>",
        )
        out = self.quantized(out, type_.bits, count)
        if self.chance(0.7):
            self.activation(self.reshaped(out, (batch, count)))

    def matmul(self) -> None:
        """Of two values of the run time, or one of them transposed."""
        left = self.draw_rank(3)
        self.layer("BatchMatMul")
        a = self.nodes[left]
        batch, _, depth = a.type.shape
        right = self.draw_rank(3, (a.type.bits,))
        if self.nodes[right].type.shape[:2] != (batch, depth):
            if self.nodes[right].type.shape[0::2] == (batch, depth):
                right = self.transposed(right, (0, 2, 1))
            else:
                right = self.transposed(left, (0, 2, 1))
        b = self.nodes[right]
        zeros = [self.code(n.type.bits) for n in (a, b)]
        extremes = [
            max(abs(n.low - zero), abs(n.high - zero))
            for n, zero in zip((a, b), zeros, strict=True)
        ]
        bits = 48 if a.type.bits == 16 else 32
        bound = extremes[0] * extremes[1] * depth
        out = self.operation(
            "matmul",
            [left, right]
            + [self.zero_point(zero, a.type.bits) for zero in zeros],
            (batch, a.type.shape[1], b.type.shape[2]),
            bits,
            bounds=(-bound, bound),
            spread=max(a.spread * b.spread * math.sqrt(depth), 10.0),
            mean=(a.mean - zeros[0]) * (b.mean - zeros[1]) * depth,
        )
        self.quantized(out, a.type.bits)

    # Pools.

    def max_pool2d(self) -> None:
        value = self.draw_rank(4)
        self.layer("max_pool2d")
        type_ = self.nodes[value].type
        _, image, attributes = self.slide_2d(value, dilated=False, pool=True)
        self.activation(
            self.operation(
                *("max_pool2d", [value]),
                (type_.shape[0], *image, type_.shape[3]),
                *(type_.bits, attributes),
            )
        )

    def avg_pool2d(self) -> None:
        value = self.draw_rank(4)
        self.layer("avg_pool2d")
        type_ = self.nodes[value].type
        if self.chance(0.3):
            # Global.
            kernel = list(type_.shape[1:3])
            image = [1, 1]
            sides = ", ".join(map(str, kernel))
            attributes = (
                f"kernel = array<i64: {sides}>, pad = array<i64: 0, 0, 0, 0>,"
                f" stride = array<i64: {sides}>"
            )
        else:
            _, image, attributes = self.slide_2d(
                value, dilated=False, pool=True
            )
        zeros = [0, 0]
        if type_.bits == 8 and self.chance(0.3):
            zeros = [self.code(8), self.code(8)]
        node = self.nodes[value]
        least, greatest = limits(type_.bits)
        shift = zeros[1] - zeros[0]
        bounds = (
            max(min(node.low + shift, greatest), least),
            max(min(node.high + shift, greatest), least),
        )
        self.activation(
            self.operation(
                "avg_pool2d",
                [value] + [self.zero_point(z, type_.bits) for z in zeros],
                (type_.shape[0], *image, type_.shape[3]),
                type_.bits,
                f"acc_type = i32, {attributes}",
                bounds,
                node.spread / 2,
                min(max(node.mean + shift, least), greatest),
            )
        )

    # Elementwise layers.

    def operands(self) -> tuple[int, int, tuple[int, ...]]:
        """Two activations of types that broadcast, and the result's shape."""
        first = self.draw()
        type_ = self.nodes[first].type
        others = []
        for i in self.activations:
            other = self.nodes[i].type
            if (other.bits, len(other.shape)) == (
                type_.bits,
                len(type_.shape),
            ) and all(
                a == b or 1 in (a, b)
                for a, b in zip(type_.shape, other.shape, strict=True)
            ):
                others.append(i)
        second = self.choose(others)
        if self.chance(0.15):
            # A constant, of one element or one for each channel.
            last = self.choose([1, type_.shape[-1]])
            shape = (1,) * (len(type_.shape) - 1) + (last,)
            low, high = limits(type_.bits)
            second = self.constant(
                self.random.integers(low, high + 1, shape), type_.bits
            )
        if self.chance(0.3):
            first, second = second, first
        shape = np.broadcast_shapes(
            *(self.nodes[i].type.shape for i in (first, second))
        )
        return first, second, shape

    def common(self, value: int, headroom: int) -> int:
        """An addend: shifted left, and then perhaps to another scale."""
        node = self.nodes[value]
        if node.type.bits == 16 and self.chance(0.3):
            # As the converter does it for int16.
            cast = self.operation(
                "cast", [value], node.type.shape, 32, "", None
            )
            by = 15 - headroom
            rank = len(node.type.shape)
            shift = self.constant(np.full((1,) * rank, by), 32)
            out = self.operation(
                *("logical_left_shift", [cast, shift]),
                *(node.type.shape, 32, ""),
                (node.low << by, node.high << by),
                node.spread * (1 << by),
                node.mean * (1 << by),
            )
        else:
            out = self.widened(
                value, 2.0 ** (20 if node.type.bits == 8 else 13)
            )
        if self.chance(0.5):
            out = self.widened(out, float(self.random.uniform(0.2, 1)), 0)
        return out

    def add_or_sub(self) -> None:
        first, second, shape = self.operands()
        kind = self.choose(["add", "add", "sub"])
        self.layer(kind)
        bits = self.nodes[first].type.bits
        sides = [self.common(value, 1) for value in (first, second)]
        a, b = (self.nodes[i] for i in sides)
        bounds, mean = (a.low + b.low, a.high + b.high), a.mean + b.mean
        if kind == "sub":
            bounds, mean = (a.low - b.high, a.high - b.low), a.mean - b.mean
        out = self.operation(
            *(kind, sides, shape, 32, "", bounds),
            math.hypot(a.spread, b.spread),
            mean,
        )
        self.quantized(out, bits)

    def mul(self) -> None:
        first, second, shape = self.operands()
        self.layer("mul")
        bits = self.nodes[first].type.bits
        sides = [self.widened(value, 1.0) for value in (first, second)]
        a, b = (self.nodes[i] for i in sides)
        corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        shift = self.choose([0, 0, 0, self.integer(1, 9)])
        bounds = (min(corners) >> shift, (max(corners) >> shift) + 1)
        if shift == 0:
            bounds = (min(corners), max(corners))
        out = self.operation(
            *("mul", [*sides, self.constant([shift], 8)], shape, 32, ""),
            bounds,
            (a.spread + abs(a.mean)) * (b.spread + abs(b.mean)) / (1 << shift),
            a.mean * b.mean / (1 << shift),
        )
        self.quantized(out, bits)

    def minimum_or_maximum(self) -> None:
        first, second, shape = self.operands()
        kind = self.choose(["minimum", "maximum"])
        self.layer(kind)
        bits = self.nodes[first].type.bits
        zero = self.code(bits)
        sides = [self.widened(value, 1.0, zero) for value in (first, second)]
        a, b = (self.nodes[i] for i in sides)
        out = self.operation(
            *(kind, sides, shape, 32, ""),
            (min(a.low, b.low), max(a.high, b.high)),
            max(a.spread, b.spread),
        )
        self.activation(self.rescale(out, bits, 1.0, 0, zero, narrow=False))

    def leaky_relu(self) -> None:
        """The greater of a value and a part of it."""
        value = self.draw()
        self.layer("LeakyRelu")
        node = self.nodes[value]
        zero = self.code(node.type.bits)
        part = self.widened(value, float(self.random.uniform(0.05, 0.9)), zero)
        same = self.widened(value, 1.0, zero)
        a, b = self.nodes[part], self.nodes[same]
        out = self.operation(
            *("maximum", [same, part], node.type.shape, 32, ""),
            (min(a.low, b.low), max(a.high, b.high)),
        )
        self.quantized(out, node.type.bits)

    def compare_and_select(self) -> None:
        first, second, shape = self.operands()
        self.layer("select")
        bits = self.nodes[first].type.bits
        sides = [self.widened(value, 1.0, 0) for value in (first, second)]
        condition = self.operation(
            *(self.choose(["greater", "greater_equal", "equal"]), sides),
            *(shape, 1, "", (-1, 0)),
        )
        a, b = (self.nodes[i] for i in (first, second))
        self.activation(
            self.operation(
                *("select", [condition, first, second], shape, bits, ""),
                (min(a.low, b.low), max(a.high, b.high)),
                max(a.spread, b.spread),
            )
        )

    def bitwise(self) -> None:
        first, second, shape = self.operands()
        self.layer("bitwise")
        bits = self.nodes[first].type.bits
        kind = self.choose(["bitwise_and", "bitwise_or", "bitwise_xor"])
        self.activation(
            self.operation(
                *(kind, [first, second], shape, bits, "", limits(bits)),
                *(limits(bits)[1] * 0.5, 0.0),
            )
        )

    def absolute(self) -> None:
        value = self.draw()
        self.layer("abs")
        node = self.nodes[value]
        wide = self.widened(value, 1.0)
        a = self.nodes[wide]
        out = self.operation(
            *("abs", [wide], node.type.shape, 32, ""),
            (0, max(abs(a.low), abs(a.high))),
            a.spread / 2,
            abs(a.mean) + a.spread / 2,
        )
        self.quantized(out, node.type.bits)

    def negate(self) -> None:
        value = self.draw()
        self.layer("neg")
        node = self.nodes[value]
        # Upstream folds two to nothing, which is wrong for the least code.
        require(node.kind != "negate")
        bits = node.type.bits
        zeros = [self.code(bits), self.code(bits)]
        self.activation(
            self.operation(
                "negate",
                [value] + [self.zero_point(z, bits) for z in zeros],
                *(node.type.shape, bits, "", limits(bits)),
                *(node.spread, 0.0),
            )
        )

    def clamp(self) -> None:
        value = self.draw()
        self.layer("Relu6")
        self.activation(self.clamped(value))

    def requantize(self) -> None:
        """To other scales and zero points, and perhaps another width."""
        value = self.draw()
        self.layer("quantize")
        node = self.nodes[value]
        bits = self.choose([node.type.bits, 8, 16])
        ratio = 2.0 ** (bits - node.type.bits)
        ratio *= float(self.random.uniform(0.3, 1.5))
        zero = self.code(node.type.bits)
        mean = (node.mean - zero) * ratio
        self.activation(
            self.rescale(
                value, bits, ratio, zero, self.result_code(bits, mean)
            )
        )

    def table(self) -> None:
        value = self.draw()
        self.layer("Tanh")
        node = self.nodes[value]
        if node.type.bits == 8:
            entries = self.random.integers(-128, 128, 256)
            if self.chance(0.5):
                entries = np.sort(entries)
            out = self.operation(
                *("table", [value, self.constant(entries, 8)]),
                *(node.type.shape, 8, "", (-128, 127), 60.0, 0.0),
            )
            self.activation(out)
            return
        # Neighbours differ by less than 2^15, as the interpolation needs it.
        steps = np.linspace(-4, 4, 513) * self.random.uniform(0.2, 3)
        entries = np.round(32767 * np.tanh(steps)).astype(np.int64)
        entries = np.clip(
            entries + self.random.integers(-40, 41, 513), -32768, 32767
        )
        bound = 32768 * 128
        out = self.operation(
            *("table", [value, self.constant(entries, 16)]),
            *(node.type.shape, 32, "", (-bound, bound), bound * 0.5, 0.0),
        )
        self.activation(
            self.rescale(out, 16, 2.0**-7, 0, 0, rounding="SINGLE")
        )

    # Reductions.

    def softmax(self) -> None:
        """As the converter writes it for int8."""
        value = self.draw_rank(2, (8,))
        self.layer("Softmax")
        shape = self.nodes[value].type.shape
        row = (shape[0], 1)
        # Its constants stand for any beta; they make 1/x by Newton's method.
        beta = float(self.random.uniform(0.005, 0.2))
        exponents = np.minimum(np.arange(513) - 256, 0) * beta
        entries = np.floor(np.exp(exponents) * (2**31 - 1)).astype(np.int64)
        full = limits(32)
        codes = (-255, 255)

        def scalar(number: int) -> int:
            return self.constant([[number]], 32)

        def apply(kind, operands, to=row, attributes="", bounds=full) -> int:
            return self.operation(kind, operands, to, 32, attributes, bounds)

        def multiply(a: int, b: int, shift: int, to=row) -> int:
            return apply("mul", [a, b, self.constant([shift], 8)], to)

        wide = self.rescale(
            *(value, 32, 1.0, self.code(8), 0), "SINGLE", narrow=False
        )
        most = apply("reduce_max", [wide], row, "axis = 1 : i32", codes)
        less = apply("sub", [wide, most], shape, "", (-255, 0))
        index = self.rescale(less, 16, 2.0**7, 0, 0, "SINGLE", narrow=False)
        parts = []
        for byte in range(4):
            part = apply(
                "table",
                [
                    index,
                    self.constant(entries >> (8 * (3 - byte)) & 255, 16),
                ],
                *(shape, "", (0, 255 << 7)),
            )
            if byte < 3:
                by = scalar(17 - 8 * byte)
                part = apply("logical_left_shift", [part, by], shape)
            else:
                part = apply(
                    *("arithmetic_right_shift", [part, scalar(7)]),
                    *(shape, "round = true"),
                )
            parts.append(part)
        total = parts[0]
        for part in parts[1:]:
            total = apply("add", [total, part], shape)
        small = apply(
            *("arithmetic_right_shift", [total, scalar(12)]),
            *(shape, "round = true", (0, 1 << 19)),
        )
        total_sum = apply(
            *("reduce_sum", [small], row, "axis = 1 : i32"),
            (0, shape[1] << 19),
        )
        zeros = apply("clz", [total_sum], row, "", (1, 12))
        by = apply("sub", [zeros, scalar(1)], row, "", (0, 11))
        half = apply("logical_left_shift", [total_sum, by])
        guess = multiply(half, scalar(-1010580540), 31)
        guess = apply("add", [guess, scalar(1515870810)])
        for _ in range(3):
            error = multiply(guess, half, 31)
            error = apply("sub", [scalar(536870912), error])
            step = multiply(multiply(guess, error, 31), scalar(4), 0)
            guess = apply("add", [guess, step])
        product = multiply(total, guess, 30, shape)
        by = apply("sub", [scalar(35), zeros], row, "", (23, 34))
        result = apply(
            *("arithmetic_right_shift", [product, by]),
            *(shape, "round = true", (0, 256)),
        )
        self.activation(
            self.rescale(result, 8, 1.0, 0, -128, "SINGLE", narrow=False)
        )

    def mean(self) -> None:
        """A sum along one axis, and a requantization."""
        value = self.draw()
        self.layer("Mean")
        node = self.nodes[value]
        axis = self.integer(0, len(node.type.shape) - 1)
        wide = self.widened(value, 1.0)
        a = self.nodes[wide]
        count = node.type.shape[axis]
        shape = list(node.type.shape)
        shape[axis] = 1
        out = self.operation(
            *("reduce_sum", [wide], shape, 32, f"axis = {axis} : i32"),
            (min(a.low, 0) * count, max(a.high, 0) * count),
            a.spread * math.sqrt(count),
            a.mean * count,
        )
        out = self.quantized(out, node.type.bits)
        if len(shape) > 1 and self.chance(0.5):
            del shape[axis]
            self.activation(self.reshaped(out, shape))

    def reduce(self) -> None:
        value = self.draw()
        kind = self.choose(["reduce_max", "reduce_min"])
        self.layer(kind)
        type_ = self.nodes[value].type
        axis = self.integer(0, len(type_.shape) - 1)
        shape = list(type_.shape)
        shape[axis] = 1
        self.activation(
            self.operation(
                kind, [value], shape, type_.bits, f"axis = {axis} : i32"
            )
        )

    def argmax(self) -> None:
        """The indices are an output, or take rows of another value."""
        value = self.draw()
        self.layer("ArgMax")
        type_ = self.nodes[value].type
        require(len(type_.shape) > 1)
        axis = self.integer(0, len(type_.shape) - 1)
        shape = list(type_.shape)
        count = shape.pop(axis)
        out = self.operation(
            *("argmax", [value], shape, 32, f"axis = {axis} : i32"),
            (0, count - 1),
        )
        if len(shape) == 2 and self.chance(0.7):
            self.gathered(out, shape[0], count)
        else:
            self.ends.append(out)

    # Data movement.

    def gather(self) -> None:
        value = self.draw_rank(3)
        self.layer("gather")
        batch, rows, _ = self.nodes[value].type.shape
        indices = self.random.integers(0, rows, (batch, self.integer(1, 6)))
        self.taken(value, self.constant(indices, 32))

    def gathered(self, indices: int, batch: int, count: int) -> None:
        """Rows of a value that has at least `count` for each of `batch`."""
        for value in reversed(self.activations):
            shape = self.nodes[value].type.shape
            if len(shape) == 3 and shape[0] == batch and shape[1] >= count:
                self.taken(value, indices)
                return
        self.ends.append(indices)

    def taken(self, value: int, indices: int) -> None:
        type_ = self.nodes[value].type
        batch, count = self.nodes[indices].type.shape
        self.activation(
            self.operation(
                *("gather", [value, indices]),
                *((batch, count, type_.shape[2]), type_.bits),
            )
        )

    def pad(self) -> None:
        value = self.draw()
        self.layer("Pad")
        node = self.nodes[value]
        bits = node.type.bits
        most = 2 if len(node.type.shape) > 2 else 4
        amounts = [
            self.integer(0, most) if self.chance(0.6) else 0
            for _ in range(2 * len(node.type.shape))
        ]
        low, high = limits(bits)
        code = self.choose([0, low, self.integer(low, high)])
        shape = [
            size + before + after
            for size, before, after in zip(
                *(node.type.shape, amounts[::2], amounts[1::2]), strict=True
            )
        ]
        self.activation(
            self.operation(
                "pad",
                [value, self.sizes(amounts), self.zero_point(code, bits)],
                *(shape, bits, ""),
                (min(node.low, code), max(node.high, code)),
            )
        )

    def reshape(self) -> None:
        value = self.draw()
        self.layer("Reshape")
        size = self.nodes[value].type.size
        shape = []
        for _ in range(self.integer(0, 3)):
            factors = [f for f in range(1, 9) if size % f == 0]
            shape.append(self.choose(factors))
            size //= shape[-1]
        shape.insert(self.integer(0, len(shape)), size)
        self.activation(self.reshaped(value, shape))

    def transposed(self, value: int, order: Sequence[int]) -> int:
        type_ = self.nodes[value].type
        return self.operation(
            *("transpose", [value]),
            [type_.shape[axis] for axis in order],
            type_.bits,
            f"perms = array<i32: {', '.join(map(str, order))}>",
        )

    def transpose(self) -> None:
        value = self.draw()
        self.layer("transpose")
        rank = len(self.nodes[value].type.shape)
        order = self.random.permutation(rank).tolist()
        self.activation(self.transposed(value, order))

    def concatenated(self, values: Sequence[int], axis: int) -> int:
        nodes = [self.nodes[i] for i in values]
        shape = list(nodes[0].type.shape)
        shape[axis] = sum(node.type.shape[axis] for node in nodes)
        return self.operation(
            *("concat", values, shape, nodes[0].type.bits),
            f"axis = {axis} : i32",
            (min(n.low for n in nodes), max(n.high for n in nodes)),
            max(n.spread for n in nodes),
        )

    def concat(self) -> None:
        """Of two or three values, perhaps the same."""
        first = self.draw()
        self.layer("concat")
        type_ = self.nodes[first].type
        axis = self.integer(0, len(type_.shape) - 1)

        def rest(type_: Type) -> tuple:
            shape = list(type_.shape)
            shape[axis : axis + 1] = []
            return (type_.bits, *shape)

        fitting = [
            i
            for i in self.activations
            if len(self.nodes[i].type.shape) == len(type_.shape)
            and rest(self.nodes[i].type) == rest(type_)
        ]
        values = [first] + [
            self.choose(fitting) for _ in range(self.integer(1, 2))
        ]
        self.random.shuffle(values)
        self.activation(self.concatenated(values, axis))

    def sliced(
        self, value: int, start: Sequence[int], size: Sequence[int]
    ) -> int:
        return self.operation(
            *("slice", [value, self.sizes(start), self.sizes(size)]),
            *(size, self.nodes[value].type.bits),
        )

    def slice(self) -> None:
        value = self.draw()
        self.layer("Slice")
        shape = self.nodes[value].type.shape
        size = [self.integer((s + 1) // 2, s) for s in shape]
        start = [
            self.integer(0, whole - part)
            for whole, part in zip(shape, size, strict=True)
        ]
        self.activation(self.sliced(value, start, size))

    def split(self) -> None:
        """Two halves that meet again the other way round."""
        value = self.draw()
        self.layer("split")
        shape = self.nodes[value].type.shape
        axis = self.integer(0, len(shape) - 1)
        require(shape[axis] > 1)
        at = self.integer(1, shape[axis] - 1)
        start, size = [0] * len(shape), list(shape)
        size[axis] = at
        first = self.sliced(value, start, size)
        start[axis], size[axis] = at, shape[axis] - at
        second = self.sliced(value, start, size)
        self.activation(self.concatenated([second, first], axis))

    def reverse(self) -> None:
        value = self.draw()
        self.layer("reverse")
        type_ = self.nodes[value].type
        axis = self.integer(0, len(type_.shape) - 1)
        self.activation(
            self.operation(
                *("reverse", [value], type_.shape, type_.bits),
                f"axis = {axis} : i32",
            )
        )

    def tile(self) -> None:
        value = self.draw()
        self.layer("tile")
        type_ = self.nodes[value].type
        multiples = [self.choose([1, 1, 2, 3]) for _ in type_.shape]
        shape = [
            size * times
            for size, times in zip(type_.shape, multiples, strict=True)
        ]
        self.activation(
            self.operation(
                *("tile", [value, self.sizes(multiples)]),
                *(shape, type_.bits),
            )
        )

    def resize(self) -> None:
        value = self.draw_rank(4)
        self.layer("resize")
        node = self.nodes[value]
        batch, *image, depth = node.type.shape
        scale, offsets, borders, sizes = [], [], [], []
        for size in image:
            numerator, denominator = self.choose(
                [(2, 1), (4, 2), (3, 1), (1, 1), (1, 2), (6, 4), (4, 3)]
            )
            offset = self.choose([0, 0, -1, (denominator - numerator) // 2])
            offset = max(offset, -numerator)
            reach = (size - 1) * numerator - offset
            border = -reach % denominator
            if border >= numerator:
                border -= denominator
            require(border >= -16 * numerator and reach + border >= 0)
            scale += [numerator, denominator]
            offsets.append(offset)
            borders.append(border)
            sizes.append((reach + border) // denominator + 1)
        mode = self.choose(["NEAREST_NEIGHBOR", "BILINEAR"])
        bilinear = mode == "BILINEAR"
        grow = scale[0] * scale[2] if bilinear else 1
        bits = node.type.bits
        wide = {8: 32, 16: 48}[bits] if bilinear else bits
        out = self.operation(
            "resize",
            [value, *map(self.sizes, (scale, offsets, borders))],
            *((batch, *sizes, depth), wide, f"mode = {mode}"),
            (node.low * grow, node.high * grow),
            node.spread * grow,
            node.mean * grow,
        )
        if bilinear:
            out = self.rescale(out, bits, 1 / grow)
        self.activation(out)

    # Whole graphs.

    def finish(self) -> Graph:
        """The graph with outputs chosen among what nothing uses."""
        used = {i for node in self.nodes for i in node.operands}
        inputs = [i for i, n in enumerate(self.nodes) if n.kind == "input"]
        outputs = [
            i
            for i in [*self.ends, *self.activations]
            if i not in used and i not in inputs
        ]
        require(bool(outputs))
        # A value that is used in the graph too, one twice, an input.
        inner = [i for i in self.activations if i in used and i not in inputs]
        if inner and self.chance(0.25):
            outputs.append(self.choose(inner))
        if self.chance(0.05):
            outputs.append(self.choose(outputs))
        if self.chance(0.05):
            outputs.append(self.choose(inputs))
        self.random.shuffle(outputs)
        return Graph(tuple(self.nodes), tuple(map(int, outputs))).live()
