# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random networks by theme and number: always the same for both."""

from __future__ import annotations

import zlib

import numpy as np
from Inputs.graphs.builder import NotApplicable, limits
from Inputs.graphs.elementwise import Elementwise
from Inputs.graphs.movement import Movement
from Inputs.graphs.reductions import Reductions
from Inputs.graphs.tosa import Graph
from Inputs.graphs.windows import Windows

#: The inputs that a network is run on.
SAMPLES = 3

_DATA_MOVEMENT = (
    ["pad", "reshape", "transpose", "concat", "slice", "split"]
    + ["reverse", "tile", "gather", "resize", "argmax"]
)
_ELEMENTWISE = (
    ["add_or_sub", "add_or_sub", "mul", "minimum_or_maximum", "leaky_relu"]
    + ["compare_and_select", "bitwise", "absolute", "negate", "clamp"]
    + ["requantize", "table"]
)
_CONVOLUTIONS = (
    ["conv2d", "conv2d", "depthwise_conv2d", "grouped_conv2d"]
    + ["transpose_conv2d", "fully_connected", "matmul"]
)
_BETWEEN = ["add_or_sub", "pad", "clamp", "requantize", "avg_pool2d"]
_POOLS = ["max_pool2d", "avg_pool2d", "mean", "reduce", "softmax"]

#: The layers of a theme, the bits of its inputs, and how many networks it has.
THEMES = {
    "convolutions": (_CONVOLUTIONS * 2 + _BETWEEN, (8,), 110),
    # Large images in chains, so that the arena is tight.
    "memory": (
        ["conv2d", "conv2d", "depthwise_conv2d", "max_pool2d", "avg_pool2d"]
        + ["add_or_sub", "pad", "clamp"],
        (8,),
        60,
    ),
    "residual": (
        ["conv2d", "add_or_sub", "add_or_sub", "clamp", "depthwise_conv2d"]
        + _ELEMENTWISE,
        (8,),
        110,
    ),
    "movement": (
        ["conv2d", "add_or_sub", *_DATA_MOVEMENT, *_DATA_MOVEMENT],
        (8,),
        110,
    ),
    "pools": (["conv2d", "add_or_sub", *_POOLS, *_POOLS], (8,), 60),
    "int16": (
        _CONVOLUTIONS + _ELEMENTWISE + _DATA_MOVEMENT + _POOLS[:4],
        (16,),
        80,
    ),
    "mixed": (
        _CONVOLUTIONS * 2 + _ELEMENTWISE + _DATA_MOVEMENT + _POOLS,
        (8, 8, 16),
        85,
    ),
}


class Builder(Windows, Elementwise, Reductions, Movement):
    """Layers of all kinds, by the names of its methods."""


def _generator(theme: str, number: int, attempt: int) -> np.random.Generator:
    return np.random.default_rng([zlib.crc32(theme.encode()), number, attempt])


def _input_shape(builder: Builder, theme: str) -> tuple[int, ...]:
    """Of rank 1 to 4, most often an image."""
    if theme == "memory":
        image = (builder.integer(7, 14), builder.integer(7, 14))
        return (1, *image, builder.integer(1, 4))
    rank = builder.choose([4, 4, 4, 4, 4, 4, 3, 2, 2, 1])
    if rank == 4:
        batch = builder.choose([1, 1, 1, 1, 2, 3])
        image = (builder.integer(1, 11), builder.integer(1, 9))
        return (batch, *image, builder.choose([1, 2, 3, 4, 5, 8]))
    return tuple(builder.integer(1, 13) for _ in range(rank))


def generate(theme: str, number: int, attempt: int = 0) -> Graph:
    """A network; `attempt` counts those that the reference refused."""
    builder = Builder(_generator(theme, number, attempt))
    while True:
        try:
            _grow(builder, theme)
            return builder.finish()
        except NotApplicable:
            builder = Builder(builder.random)


def _grow(builder: Builder, theme: str) -> None:
    layers, widths, _ = THEMES[theme]
    shape = _input_shape(builder, theme)
    builder.input(shape, builder.choose(widths))
    while builder.chance(0.35):
        # Of the same shape, so that there is something to add.
        builder.input(
            shape if builder.chance(0.6) else _input_shape(builder, theme),
            builder.choose(widths),
        )
    wanted = builder.integer(1, 7)
    for _ in range(4 * wanted):
        try:
            getattr(builder, builder.choose(layers))()
            wanted -= 1
        except NotApplicable:
            continue
        if wanted == 0:
            return


def samples(
    graph: Graph, theme: str, number: int
) -> list[list[np.ndarray]]:
    """Arrays for each input: any codes, the ends, and small codes."""
    random = np.random.default_rng([zlib.crc32(theme.encode()), number])
    rows = []
    for kind in range(SAMPLES):
        row = []
        for type_ in graph.types(graph.inputs):
            low, high = limits(type_.bits)
            match kind:
                case 0:
                    values = random.integers(low, high + 1, type_.shape)
                case 1:
                    values = random.choice([low, high, 0], type_.shape)
                case _:
                    values = random.normal(0, high / 8, type_.shape)
                    values = np.clip(np.rint(values), low, high)
            row.append(values.astype(type_.dtype))
        rows.append(row)
    return rows
