# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks of any depth, whose layers are all alike."""

import numpy as np
from Inputs.graphs.tosa import Graph
from Inputs.graphs.windows import Windows

#: Of every value.
SHAPE = (1, 8, 8, 8)


def deep(layers: int) -> Graph:
    """A network of convolutions, every fourth layer a residual sum."""
    builder = Windows(np.random.default_rng(layers))
    builder.input(SHAPE, 8)
    for number in range(layers):
        builder.location = f"model/layer_{number}/out"
        value = builder.activations[-1]
        if number % 4 == 3:
            sides = [
                builder.widened(i, 2.0**20, 0)
                for i in (value, builder.activations[-3])
            ]
            a, b = (builder.nodes[i] for i in sides)
            out = builder.operation(
                *("add", sides, SHAPE, 32, ""),
                (a.low + b.low, a.high + b.high),
            )
            ratio = 2.0**-21
        else:
            kernel = 3 if number % 2 else 1
            weights = builder.random.integers(
                -127, 128, (SHAPE[3], kernel, kernel, SHAPE[3])
            )
            pad = kernel // 2
            out = builder.accumulate(
                *("conv2d", value, weights, weights.reshape(SHAPE[3], -1)),
                SHAPE,
                f"dilation = array<i64: 1, 1>, pad = array<i64: {pad}, {pad}, "
                f"{pad}, {pad}>, stride = array<i64: 1, 1>",
            )
            ratio = 64 / builder.nodes[out].spread
        builder.activation(
            builder.rescale(out, 8, ratio, rounding="DOUBLE", narrow=False)
        )
    return Graph(tuple(builder.nodes), (builder.activations[-1],)).live()
