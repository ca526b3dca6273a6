# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks that join many parts."""

from collections.abc import Callable

import numpy as np
from Inputs.graphs.movement import Movement
from Inputs.graphs.tosa import Graph
from Inputs.graphs.windows import Windows


class _Wide(Movement, Windows):
    """Layers of two pixels. `most` parts at a time are joined."""

    def __init__(self, random: np.random.Generator, most: int) -> None:
        super().__init__(random)
        self.most = most

    def joined(self, values: list[int]) -> int:
        while len(values) > 1:
            values = [
                self.concatenated(values[i : i + self.most], 3)
                for i in range(0, len(values), self.most)
            ]
        return values[0]

    def channels_of(self, value: int, first: int, count: int) -> int:
        return self.sliced(value, (0, 0, 0, first), (1, 2, 1, count))

    def convolved(self, value: int, channels: int) -> int:
        depth = self.nodes[value].type.shape[3]
        weights = self.random.integers(-127, 128, (channels, 1, 1, depth))
        out = self.accumulate(
            *("conv2d", value, weights, weights.reshape(channels, -1)),
            (1, 2, 1, channels),
            "dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, "
            "stride = array<i64: 1, 1>",
        )
        ratio = 64 / self.nodes[out].spread
        return self.rescale(out, 8, ratio, rounding="DOUBLE", narrow=False)


def _shuffled(builder: _Wide, parts: int) -> int:
    """Slices of the input, joined in another order."""
    value = builder.input((1, 2, 1, parts), 8)
    order = builder.random.permutation(parts).tolist()
    slices = [builder.channels_of(value, i, 1) for i in order]
    return builder.joined(slices)


def _fan(builder: _Wide, parts: int) -> int:
    """A convolution for each part, all of one input."""
    value = builder.input((1, 2, 1, 3), 8)
    branches = [builder.convolved(value, 1) for _ in range(parts)]
    return builder.joined(branches)


def _groups(builder: _Wide, parts: int) -> int:
    """A grouped convolution: slices, a convolution of each, and a join."""
    value = builder.input((1, 2, 1, 2 * parts), 8)
    groups = [
        builder.convolved(builder.channels_of(value, 2 * i, 2), 1)
        for i in range(parts)
    ]
    return builder.joined(groups)


#: What builds a network of so many parts, by name.
WIDE: dict[str, Callable[[_Wide, int], int]] = {
    "shuffled": _shuffled,
    "fan": _fan,
    "groups": _groups,
}


def wide(kind: str, parts: int, most: int | None = None) -> Graph:
    """A network of a kind in WIDE, which joins at most `most` at a time."""
    builder = _Wide(np.random.default_rng(parts), most or parts)
    output = WIDE[kind](builder, parts)
    return Graph(tuple(builder.nodes), (output,)).live()
