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
from Inputs.graphs.tosa import SHAPE, Graph, Node, Type

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

        Some accumulators have another use: a second activation, or they are
        an output themselves.

        channels: their number, or 1 for one ratio for all.
        """
        if self.chance(0.04):
            self.quantized(value, bits, channels)
        if self.nodes[value].type.bits == 32 and self.chance(0.02):
            self.ends.append(value)
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

    # Data movement that several layers need.

    def transposed(self, value: int, order: Sequence[int]) -> int:
        type_ = self.nodes[value].type
        return self.operation(
            *("transpose", [value]),
            [type_.shape[axis] for axis in order],
            type_.bits,
            f"perms = array<i32: {', '.join(map(str, order))}>",
        )

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

    def sliced(
        self, value: int, start: Sequence[int], size: Sequence[int]
    ) -> int:
        return self.operation(
            *("slice", [value, self.sizes(start), self.sizes(size)]),
            *(size, self.nodes[value].type.bits),
        )

    # Whole graphs.

    def finish(self) -> Graph:
        """The graph with outputs chosen among what nothing uses."""
        used = {i for node in self.nodes for i in node.operands}
        inputs = [i for i, n in enumerate(self.nodes) if n.kind == "input"]
        outputs = self.ends + [
            i
            for i in self.activations
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
