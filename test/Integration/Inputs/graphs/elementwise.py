# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random elementwise layers, as their converter writes them."""

from __future__ import annotations

import math

import numpy as np
from Inputs.graphs.builder import Builder, limits, require


class Elementwise(Builder):
    """Layers of one or two operands, which broadcast."""

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

    def compared(self, first: int, second: int) -> list[int]:
        """Operands of a comparison: two values, or one and a constant."""
        if self.chance(0.6):
            return [self.widened(value, 1.0, 0) for value in (first, second)]
        # What decides it, or nearly so: a compiler may know.
        type_ = self.nodes[first].type
        cast = self.operation("cast", [first], type_.shape, 32)
        bound = self.choose(limits(type_.bits)) + self.integer(-1, 1)
        if self.chance(0.3):
            mask = self.constant(
                np.full((1,) * len(type_.shape), self.code(8)), 32
            )
            cast = self.operation(
                self.choose(["bitwise_and", "bitwise_or"]),
                *([cast, mask], type_.shape, 32, "", limits(type_.bits)),
            )
            bound = self.code(8)
        sides = [
            cast,
            self.constant(np.full((1,) * len(type_.shape), bound), 32),
        ]
        return sides if self.chance(0.5) else sides[::-1]

    def compare_and_select(self) -> None:
        first, second, shape = self.operands()
        self.layer("select")
        bits = self.nodes[first].type.bits
        sides = self.compared(first, second)
        condition_shape = np.broadcast_shapes(
            *(self.nodes[i].type.shape for i in sides)
        )
        condition = self.operation(
            *(self.choose(["greater", "greater_equal", "equal"]), sides),
            *(condition_shape, 1, "", (-1, 0)),
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
