# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Layer graphs and the parameters that go with them.

A `Network` is an architecture and carries no numbers. `FloatModel` and
`IntegerModel` add the numbers, keyed by layer name, so that training,
calibration, quantization, evaluation and the TOSA writer all walk the same
layers. Every tensor is named after the layer that computes it. Activations
are laid out as height, width, channels behind the batch dimension, weights
as TOSA has them: a convolution's are (output channels, height, width, input
channels), a depthwise convolution's (height, width, channels, 1), a fully
connected layer's (outputs, inputs). A negative padding crops the input, for
kernels that do not reach its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

#: Height, width, channels.
Shape = tuple[int, int, int]


def _slide(
    size: int, kernel: int, stride: int, before: int, after: int, layer: str
) -> int:
    """Returns the number of kernel positions along one dimension.

    TOSA 1.0 wants the stride to divide the distance that the kernel travels
    exactly, so a remainder is an error here and not a rounding.
    """
    travel = size + before + after - kernel
    if travel < 0 or travel % stride:
        raise ValueError(
            f"layer {layer} requires a stride that divides the distance its "
            f"kernel travels, got stride {stride} and distance {travel}; "
            "change the padding"
        )
    return travel // stride + 1


@dataclass(frozen=True)
class Conv2D:
    """Convolution plus bias, then ReLU where `relu` is set.

    maximum: what a ReLU clamps at too, 6 for ReLU6.
    """

    name: str
    input: str
    channels: int
    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    pad: tuple[int, int, int, int] = (0, 0, 0, 0)  # top, bottom, left, right
    relu: bool = False
    maximum: float | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.input,)

    @property
    def channel_axis(self) -> int:
        return 0

    def weight_shape(self, shape: Shape) -> tuple[int, ...]:
        return (self.channels, *self.kernel, shape[2])

    def output_shape(self, shape: Shape) -> Shape:
        height, width = _slide2d(self, shape)
        return (height, width, self.channels)


@dataclass(frozen=True)
class DepthwiseConv2D:
    """One convolution per channel plus bias, then ReLU where set."""

    name: str
    input: str
    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    pad: tuple[int, int, int, int] = (0, 0, 0, 0)  # top, bottom, left, right
    relu: bool = False
    maximum: float | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.input,)

    @property
    def channel_axis(self) -> int:
        return 2

    def weight_shape(self, shape: Shape) -> tuple[int, ...]:
        return (*self.kernel, shape[2], 1)

    def output_shape(self, shape: Shape) -> Shape:
        return (*_slide2d(self, shape), shape[2])


@dataclass(frozen=True)
class Add:
    """Sum of two tensors of one shape, then ReLU where set."""

    name: str
    inputs: tuple[str, str]
    relu: bool = False
    maximum: float | None = None

    def output_shape(self, shape: Shape, other: Shape) -> Shape:
        if shape != other:
            raise ValueError(
                f"layer {self.name} requires operands of one shape, got "
                f"{shape} and {other}"
            )
        return shape


@dataclass(frozen=True)
class MaxPool2D:
    """Maximum of each window."""

    relu: ClassVar[bool] = False
    name: str
    input: str
    kernel: tuple[int, int]
    stride: tuple[int, int]
    pad: tuple[int, int, int, int] = (0, 0, 0, 0)  # top, bottom, left, right

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.input,)

    def output_shape(self, shape: Shape) -> Shape:
        return (*_slide2d(self, shape), shape[2])


@dataclass(frozen=True)
class AveragePool2D:
    """Mean of each window."""

    relu: ClassVar[bool] = False
    name: str
    input: str
    kernel: tuple[int, int]
    stride: tuple[int, int]
    pad: tuple[int, int, int, int] = (0, 0, 0, 0)  # only to crop

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.input,)

    def output_shape(self, shape: Shape) -> Shape:
        if max(self.pad) > 0:
            raise ValueError(
                f"layer {self.name} requires windows within the input, got "
                f"padding {self.pad}; change the padding"
            )
        return (*_slide2d(self, shape), shape[2])


@dataclass(frozen=True)
class GlobalAveragePool:
    """Mean of each channel."""

    relu: ClassVar[bool] = False
    name: str
    input: str

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.input,)

    def output_shape(self, shape: Shape) -> Shape:
        return (1, 1, shape[2])


@dataclass(frozen=True)
class FullyConnected:
    """Matrix product with a 1x1 tensor plus bias, then ReLU where set."""

    name: str
    input: str
    channels: int
    relu: bool = False
    maximum: float | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.input,)

    @property
    def channel_axis(self) -> int:
        return 0

    def weight_shape(self, shape: Shape) -> tuple[int, ...]:
        return (self.channels, shape[2])

    def output_shape(self, shape: Shape) -> Shape:
        if shape[:2] != (1, 1):
            raise ValueError(
                f"layer {self.name} requires an input of height and width 1, "
                f"got {shape[0]}x{shape[1]}; pool it first"
            )
        return (1, 1, self.channels)


@dataclass(frozen=True)
class Softmax:
    """Probabilities of the classes: the last layer, or none."""

    relu: ClassVar[bool] = False
    name: str
    input: str

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.input,)

    def output_shape(self, shape: Shape) -> Shape:
        return shape


#: The layers that have weights and a bias. `weight_shape` says the layout of
#: the weights, `channel_axis` which of its axes counts output channels.
Weighted = Conv2D | DepthwiseConv2D | FullyConnected

#: The layers whose output is computed at the scale of their input.
Pool = MaxPool2D | AveragePool2D | GlobalAveragePool

Layer = Weighted | Add | Pool | Softmax



def _slide2d(
    layer: Conv2D | DepthwiseConv2D | MaxPool2D | AveragePool2D, shape: Shape
) -> tuple[int, int]:
    top, bottom, left, right = layer.pad
    return (
        _slide(
            shape[0], layer.kernel[0], layer.stride[0], top, bottom, layer.name
        ),
        _slide(
            shape[1], layer.kernel[1], layer.stride[1], left, right, layer.name
        ),
    )


@dataclass(frozen=True)
class Network:
    """Layers in the order of execution; the last one gives the output."""

    input: str
    input_shape: Shape
    layers: tuple[Layer, ...]

    @property
    def output(self) -> str:
        return self.layers[-1].name

    def shapes(self) -> dict[str, Shape]:
        """Returns the shape of every tensor, the input's first.

        Raises ValueError where a layer does not fit its operands.
        """
        shapes = {self.input: self.input_shape}
        for layer in self.layers:
            operands = [shapes[name] for name in layer.inputs]
            shapes[layer.name] = layer.output_shape(*operands)
        return shapes


@dataclass(frozen=True)
class FloatModel:
    """A network with real weights, batch normalization folded in."""

    network: Network
    weights: Mapping[str, np.ndarray]  # float32
    biases: Mapping[str, np.ndarray]  # float32, one per output channel


@dataclass(frozen=True)
class Quantization:
    """int8 codes of a tensor: real = scale * (code - zero_point)."""

    scale: float
    zero_point: int


#: What a softmax gives: probabilities in steps of 1/256.
PROBABILITY = Quantization(1 / 256, -128)


@dataclass(frozen=True)
class Rescale:
    """Multiplication by `multiplier / 2**shift`, one or one per channel.

    rounding: a mode of docs/spec.md, section 1.1; `addend` with `addends`.
    """

    multiplier: np.ndarray  # int32
    shift: np.ndarray  # int8
    rounding: str = "double"
    addends: np.ndarray | None = None  # int64


@dataclass(frozen=True)
class WeightedParameters:
    """Integer parameters of a layer with weights.

    `weight_scales` has one entry per output channel, or one for all of them.
    """

    weights: np.ndarray  # int8, symmetric
    weight_scales: np.ndarray  # float64
    bias: np.ndarray  # int32, scaled by input scale * weight scale
    rescale: Rescale  # accumulator to output


@dataclass(frozen=True)
class AddParameters:
    """Integer parameters of an addition.

    Each operand takes one or two rescales to the scale that both share.
    """

    operands: tuple[tuple[Rescale, ...], tuple[Rescale, ...]]
    rescale: Rescale  # sum to output


@dataclass(frozen=True)
class IntegerModel:
    """A network in int8 with int32 accumulators.

    `tensors` has every tensor of the network. Pools have no parameters.
    """

    network: Network
    tensors: Mapping[str, Quantization]
    weighted: Mapping[str, WeightedParameters]
    additions: Mapping[str, AddParameters]
