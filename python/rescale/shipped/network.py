# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The architecture of the shipped model.

Two residual blocks of depthwise and pointwise convolutions, so that every
kind of requantization of the larger networks occurs once: per channel after
convolutions of three kinds, with and without ReLU, the three rescales of an
addition, and the single one of a fully connected layer. Twelve and 24
channels are no powers of two, which leaves remainders to vectorized code.
"""

from ..network.graph import (
    Add,
    Conv2D,
    DepthwiseConv2D,
    FullyConnected,
    GlobalAveragePool,
    MaxPool2D,
    Network,
)

_SAME = (1, 1, 1, 1)


def _block(name: str, input: str, channels: int) -> tuple:
    """A depthwise and a pointwise convolution around which the input goes."""
    return (
        DepthwiseConv2D(f"{name}_dw", input, (3, 3), pad=_SAME, relu=True),
        Conv2D(f"{name}_pw", f"{name}_dw", channels, (1, 1)),
        Add(f"{name}_add", (input, f"{name}_pw"), relu=True),
    )


DIGITS = Network(
    input="image",
    input_shape=(8, 8, 1),
    layers=(
        Conv2D("conv1", "image", 12, (3, 3), pad=_SAME, relu=True),
        *_block("block1", "conv1", 12),
        # 8 + 1 - 3 is a multiple of the stride; padding on both sides is not.
        Conv2D(
            "conv2",
            "block1_add",
            24,
            (3, 3),
            stride=(2, 2),
            pad=(0, 1, 0, 1),
            relu=True,
        ),
        *_block("block2", "conv2", 24),
        MaxPool2D("max_pool", "block2_add", (2, 2), (2, 2)),
        GlobalAveragePool("average_pool", "max_pool"),
        FullyConnected("logits", "average_pool", 10),
    ),
)
