# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random layers that move elements, and resize."""

from __future__ import annotations

from Inputs.graphs.builder import Builder, limits, require
from Inputs.graphs.tosa import Type


class Movement(Builder):
    """Layers that compute no element, but for resize."""

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

    def transpose(self) -> None:
        value = self.draw()
        self.layer("transpose")
        rank = len(self.nodes[value].type.shape)
        order = self.random.permutation(rank).tolist()
        self.activation(self.transposed(value, order))

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
