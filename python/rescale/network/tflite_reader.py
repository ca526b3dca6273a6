# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Reads .tflite files of convolutional networks as layer graphs.

The layers of `graph`, in float or in int8. Compiling a .tflite file takes no
such detour and takes more operators: `rescale.import_tflite`. This reader is
for what changes parameters, as training does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import RescaleError
from ..tflite import read_model
from .graph import (
    Add,
    AveragePool2D,
    Conv2D,
    DepthwiseConv2D,
    FloatModel,
    FullyConnected,
    IntegerModel,
    Layer,
    MaxPool2D,
    Network,
    Quantization,
    Rescale,
    Shape,
    Softmax,
    WeightedParameters,
)
from .quantize import decompose, rescale_add

#: Names of what is read, in the terms of the schema.
OPERATORS = (
    "ADD",
    "AVERAGE_POOL_2D",
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "MAX_POOL_2D",
    "PAD",
    "RESHAPE",
    "SOFTMAX",
)

_ZERO_PAD = (0, 0, 0, 0)

#: Channels with scales below are constants to TensorFlow Lite.
_LEAST_SCALE = 2.0**-32


def read(path: str | Path) -> FloatModel | IntegerModel:
    """Returns the network of a .tflite file, in float or in int8.

    Layers are named after their operators, with numbers.

    Raises RescaleError for other operators and types.
    """
    path = Path(path)

    def read_graph(model: Any) -> FloatModel | IntegerModel:
        import tflite

        return _Reader(tflite, model, path).read()

    return read_model(path, read_graph)


@dataclass(frozen=True)
class _Value:
    """Where a tensor of the file is in the graph.

    shape: of the graph's tensor, which RESHAPE does not change.
    pad: what PAD adds to it.
    """

    name: str
    shape: Shape
    pad: tuple[int, int, int, int] = _ZERO_PAD


class _Reader:
    def __init__(self, tflite: Any, model: Any, path: Path):
        self.tflite = tflite
        self.model = model
        self.path = path
        self.graph = model.Subgraphs(0)
        self.values: dict[int, _Value] = {}
        self.layers: list[Layer] = []
        self.weights: dict[str, np.ndarray] = {}
        self.biases: dict[str, np.ndarray] = {}
        self.weight_scales: dict[str, np.ndarray] = {}
        self.tensors: dict[str, Quantization | None] = {}
        self.names: Counter[str] = Counter()

    def read(self) -> FloatModel | IntegerModel:
        graph = self.graph
        if graph.InputsLength() != 1 or graph.OutputsLength() != 1:
            raise self.error(
                "a network of one input and one output",
                f"{graph.InputsLength()} and {graph.OutputsLength()}",
            )
        source = graph.Inputs(0)
        sizes = graph.Tensors(source).ShapeAsNumpy().tolist()
        if len(sizes) not in (2, 4):
            raise self.error("an input of rank 2 or 4", f"shape {sizes}")
        shape = (1, 1, sizes[1]) if len(sizes) == 2 else tuple(sizes[1:])
        self.values[source] = _Value("input", shape)
        self.tensors["input"] = self.quantization(source)
        for i in range(graph.OperatorsLength()):
            self.operator(graph.Operators(i))
        output = self.values.get(graph.Outputs(0))
        if not self.layers or output is None:
            raise self.error("a network that computes its output", "none")
        if output.name != self.layers[-1].name:
            raise self.error(
                "a network whose last layer gives the output",
                f"the output of {output.name}",
            )
        network = Network("input", shape, tuple(self.layers))
        if all(q is None for q in self.tensors.values()):
            return FloatModel(network, self.weights, self.biases)
        try:
            return self.integer_model(network)
        except ValueError as error:
            raise self.error(
                "scales that TOSA's shifts give", f"others: {error}"
            ) from error

    def error(self, rule: str, got: str) -> RescaleError:
        return RescaleError(
            f"requires {rule}, got {got} in {self.path}; compile it without "
            "training it, or train it from PyTorch"
        )

    def quantization(self, tensor: int) -> Quantization | None:
        """Returns the scale of an int8 tensor, None for a float one."""
        described = self.graph.Tensors(tensor)
        types = self.tflite.TensorType
        if described.Type() == types.FLOAT32:
            return None
        parameters = described.Quantization()
        if (
            described.Type() != types.INT8
            or parameters is None
            or parameters.ScaleLength() != 1
        ):
            raise self.error(
                "tensors of int8 with one scale, or of float",
                f"another one, {described.Name().decode(errors='replace')}",
            )
        zero_point = 0
        if parameters.ZeroPointLength():
            zero_point = int(parameters.ZeroPoint(0))
        return Quantization(float(parameters.Scale(0)), zero_point)

    def constant(self, tensor: int) -> np.ndarray:
        described = self.graph.Tensors(tensor)
        data = self.model.Buffers(described.Buffer()).DataAsNumpy()
        types = self.tflite.TensorType
        dtypes = {
            types.FLOAT32: np.float32,
            types.INT8: np.int8,
            types.INT32: np.int32,
        }
        if not isinstance(data, np.ndarray) or described.Type() not in dtypes:
            raise self.error(
                "constant parameters of float, int8 or int32",
                f"others, {described.Name().decode(errors='replace')}",
            )
        values = data.view(dtypes[described.Type()])
        return values.reshape(described.ShapeAsNumpy())

    def options(self, operator: Any, name: str) -> Any:
        options = getattr(self.tflite, name)()
        table = operator.BuiltinOptions()
        options.Init(table.Bytes, table.Pos)
        return options

    def name(self, kind: str) -> str:
        number = self.names[kind]
        self.names[kind] += 1
        return f"{kind}_{number}" if number else kind

    def operator(self, operator: Any) -> None:
        code = self.model.OperatorCodes(operator.OpcodeIndex())
        number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        kind = next(
            (
                name
                for name in OPERATORS
                if getattr(self.tflite.BuiltinOperator, name) == number
            ),
            None,
        )
        if kind is None:
            raise self.error(
                f"operators of {', '.join(OPERATORS)}",
                self.tflite.opcode2name(number),
            )
        inputs = [operator.Inputs(i) for i in range(operator.InputsLength())]
        sources = [self.values[i] for i in inputs if i in self.values]
        if not sources or self.layers and isinstance(self.layers[-1], Softmax):
            raise self.error(
                "layers between the input and at most a softmax at the end",
                f"{kind} elsewhere",
            )
        output = operator.Outputs(0)
        if kind == "RESHAPE":
            self.reshape(sources[0], output)
            return
        if kind == "PAD":
            self.pad(sources[0], self.constant(inputs[1]), output)
            return
        match kind:
            case "CONV_2D" | "DEPTHWISE_CONV_2D":
                layer = self.convolution(kind, operator, sources[0], inputs)
            case "FULLY_CONNECTED":
                layer = self.fully_connected(operator, sources[0], inputs)
            case "ADD":
                layer = self.addition(operator, sources)
            case "SOFTMAX":
                layer = self.softmax(operator, sources[0])
            case _:
                layer = self.pool(kind, operator, sources[0])
        self.layers.append(layer)
        shape = layer.output_shape(*(value.shape for value in sources))
        self.values[output] = _Value(layer.name, shape)
        self.tensors[layer.name] = self.quantization(output)

    def reshape(self, source: _Value, output: int) -> None:
        sizes = self.graph.Tensors(output).ShapeAsNumpy().tolist()
        if source.pad != _ZERO_PAD or sizes not in (
            [1, int(np.prod(source.shape))],
            [1, *source.shape],
        ):
            raise self.error("RESHAPE to flatten", f"one to {sizes}")
        self.values[output] = source

    def pad(self, source: _Value, by: np.ndarray, output: int) -> None:
        amounts = by.reshape(-1, 2).tolist()
        if len(amounts) != 4 or any(amounts[0] + amounts[3]):
            raise self.error("PAD of height and width", f"one by {amounts}")
        added = (*amounts[1], *amounts[2])
        pad = tuple(p + a for p, a in zip(source.pad, added, strict=True))
        self.values[output] = replace(source, pad=pad)

    def relu(self, options: Any) -> dict[str, Any]:
        functions = self.tflite.ActivationFunctionType
        match options.FusedActivationFunction():
            case functions.NONE:
                return {}
            case functions.RELU:
                return {"relu": True}
            case functions.RELU6:
                return {"relu": True, "maximum": 6.0}
        raise self.error(
            "the activations NONE, RELU and RELU6",
            f"number {options.FusedActivationFunction()}",
        )

    def padding(
        self,
        options: Any,
        source: _Value,
        kernel: tuple[int, int],
        stride: tuple[int, int],
    ) -> tuple[int, int, int, int]:
        """Returns the padding, negative where the kernel leaves a rest."""
        result = []
        for axis in (0, 1):
            before, after = source.pad[2 * axis : 2 * axis + 2]
            size = source.shape[axis] + before + after
            if options.Padding() == self.tflite.Padding.SAME:
                count = -(-size // stride[axis])
                missing = (count - 1) * stride[axis] + kernel[axis] - size
                missing = max(missing, 0)
                before += missing // 2
                after += missing - missing // 2
                size += missing
            after -= (size - kernel[axis]) % stride[axis]
            result += [before, after]
        return tuple(result)

    def add_weights(
        self,
        name: str,
        weights: np.ndarray,
        inputs: list[int],
        channels: int,
    ) -> None:
        self.weights[name] = weights
        has_bias = len(inputs) > 2 and inputs[2] >= 0
        self.biases[name] = (
            self.constant(inputs[2])
            if has_bias
            else np.zeros(
                channels, np.float32 if weights.dtype.kind == "f" else np.int32
            )
        )
        if weights.dtype != np.int8:
            return
        parameters = self.graph.Tensors(inputs[1]).Quantization()
        scales = parameters.ScaleAsNumpy().astype(np.float64)
        zero_points = parameters.ZeroPointAsNumpy()
        if len(scales) not in (1, channels) or np.any(zero_points):
            raise self.error(
                "symmetric weights with a scale for each channel, or one",
                f"others in {name}",
            )
        self.weight_scales[name] = scales

    def convolution(
        self, kind: str, operator: Any, source: _Value, inputs: list[int]
    ) -> Conv2D | DepthwiseConv2D:
        is_depthwise = kind == "DEPTHWISE_CONV_2D"
        options = self.options(
            operator,
            "DepthwiseConv2DOptions" if is_depthwise else "Conv2DOptions",
        )
        weights = self.constant(inputs[1])
        kernel = weights.shape[1:3]
        stride = (options.StrideH(), options.StrideW())
        dilation = (options.DilationHFactor(), options.DilationWFactor())
        channels = weights.shape[3 if is_depthwise else 0]
        is_multiplied = is_depthwise and channels != source.shape[2]
        if dilation != (1, 1) or is_multiplied:
            raise self.error(
                "convolutions without dilation, depthwise ones with as many "
                "outputs as inputs",
                f"dilation {dilation} and {channels} outputs of "
                f"{source.shape[2]} inputs",
            )
        name = self.name("depthwise_conv2d" if is_depthwise else "conv2d")
        common = {
            "kernel": kernel,
            "stride": stride,
            "pad": self.padding(options, source, kernel, stride),
            **self.relu(options),
        }
        if is_depthwise:
            layer = DepthwiseConv2D(name, source.name, **common)
            weights = weights.transpose(1, 2, 3, 0)
        else:
            layer = Conv2D(name, source.name, channels, **common)
        self.add_weights(name, weights, inputs, channels)
        return layer

    def fully_connected(
        self, operator: Any, source: _Value, inputs: list[int]
    ) -> Conv2D | FullyConnected:
        options = self.options(operator, "FullyConnectedOptions")
        weights = self.constant(inputs[1])
        relu = self.relu(options)
        name = self.name("dense")
        channels = len(weights)
        if source.shape[:2] == (1, 1):
            layer = FullyConnected(name, source.name, channels, **relu)
        else:
            # Of a flattened image it is a convolution by all of it.
            kernel = source.shape[:2]
            layer = Conv2D(name, source.name, channels, kernel, **relu)
            weights = weights.reshape(channels, *source.shape)
        self.add_weights(name, weights, inputs, channels)
        return layer

    def addition(self, operator: Any, sources: list[_Value]) -> Add:
        options = self.options(operator, "AddOptions")
        if len(sources) != 2 or any(v.pad != _ZERO_PAD for v in sources):
            raise self.error(
                "ADD of two computed tensors", "a constant or a padded one"
            )
        names = tuple(value.name for value in sources)
        return Add(self.name("add"), names, **self.relu(options))

    def pool(
        self, kind: str, operator: Any, source: _Value
    ) -> AveragePool2D | MaxPool2D:
        options = self.options(operator, "Pool2DOptions")
        kernel = (options.FilterHeight(), options.FilterWidth())
        stride = (options.StrideH(), options.StrideW())
        pad = self.padding(options, source, kernel, stride)
        if self.relu(options) or source.pad != _ZERO_PAD:
            raise self.error(
                "pools without an activation and PAD", f"{kind} with one"
            )
        if kind == "AVERAGE_POOL_2D" and max(pad) > 0:
            raise self.error(
                "average pools within their input", f"padding {pad}"
            )
        if kind == "MAX_POOL_2D":
            name = self.name("max_pool2d")
            return MaxPool2D(name, source.name, kernel, stride, pad)
        name = self.name("average_pool2d")
        return AveragePool2D(name, source.name, kernel, stride, pad)

    def softmax(self, operator: Any, source: _Value) -> Softmax:
        beta = self.options(operator, "SoftmaxOptions").Beta()
        if beta != 1:
            raise self.error("SOFTMAX with beta 1", f"{beta:g}")
        return Softmax(self.name("softmax"), source.name)

    def integer_model(self, network: Network) -> IntegerModel:
        floats = [name for name, q in self.tensors.items() if q is None]
        if floats:
            raise self.error(
                "a network all in int8 or all in float",
                f"both, float for {', '.join(floats)}",
            )
        weighted, additions = {}, {}
        for layer in network.layers:
            target = self.tensors[layer.name]
            sources = [self.tensors[name] for name in layer.inputs]
            if isinstance(layer, Add):
                additions[layer.name] = rescale_add(
                    sources[0].scale, sources[1].scale, target.scale
                )
            elif layer.name in self.weights:
                scales = self.weight_scales[layer.name]
                weighted[layer.name] = WeightedParameters(
                    self.weights[layer.name],
                    scales,
                    self.biases[layer.name],
                    _rescale(sources[0].scale * scales / target.scale),
                )
            elif not isinstance(layer, Softmax) and sources[0] != target:
                raise self.error(
                    "pools that keep scale and zero point",
                    f"others in {layer.name}",
                )
        return IntegerModel(network, self.tensors, weighted, additions)


def _rescale(scales: np.ndarray) -> Rescale:
    """Returns multipliers of 31 bits; 0 for what TensorFlow Lite drops."""
    is_live = scales >= _LEAST_SCALE
    by = decompose(np.where(is_live, scales, _LEAST_SCALE))
    return replace(by, multiplier=np.where(is_live, by.multiplier, 0))
