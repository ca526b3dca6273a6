# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random convolutions of all kinds, products of matrices, and pools."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from Inputs.graphs.builder import Builder, limits, require


class Windows(Builder):
    """Layers whose elements depend on windows of other values."""

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
