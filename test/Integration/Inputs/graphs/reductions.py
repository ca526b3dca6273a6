# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random reductions, and softmax as the converter writes it."""

from __future__ import annotations

import math

import numpy as np
from Inputs.graphs.builder import Builder, limits, require


class Reductions(Builder):
    """Layers that reduce an axis."""

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
