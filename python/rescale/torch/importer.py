# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks to train, from .tflite files and from PyTorch."""

from __future__ import annotations

import operator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import fx, nn
from torch.nn import functional

from ..errors import RescaleError
from ..network import tflite_reader, tosa_reader
from ..network.graph import (
    PROBABILITY,
    Add,
    AveragePool2D,
    Conv2D,
    DepthwiseConv2D,
    FloatModel,
    FullyConnected,
    GlobalAveragePool,
    IntegerModel,
    Layer,
    MaxPool2D,
    Network,
    Pool,
    Quantization,
    Shape,
    Softmax,
    Weighted,
)
from ..network.quantize import calibrate, quantize_range
from .network import IntegerNetwork, Options, Parameters

#: Height and width.
Pair = tuple[int, int]

#: What PyTorch's functions hand on where a network says nothing.
_DEFAULTS = {
    "_stacklevel": 3,
    "ceil_mode": False,
    "dilation": 1,
    "divisor_override": None,
    "dtype": None,
    "return_indices": False,
}


def from_tflite(
    path: str | Path,
    options: Options | None = None,
    float_path: str | Path | None = None,
) -> IntegerNetwork:
    """Returns the network of an int8 .tflite file, to be trained.

    With `Rescaler(31, rounding="double")` it gives the file's own codes.

    float_path: the float .tflite file that it was quantized from, whose
    weights are taken then.

    Raises RescaleError.
    """
    model = tflite_reader.read(path)
    if isinstance(model, FloatModel):
        raise RescaleError(
            f"requires an int8 network, got {path} in float; give its "
            "quantized file, or samples to calibrate it with from_float"
        )
    parameters = Parameters.of_integers(model)
    if float_path is not None:
        parameters = _with_floats(parameters, model, float_path)
    return IntegerNetwork(parameters, options)


def from_tosa(
    path: str | Path, options: Options | None = None
) -> IntegerNetwork:
    """Returns the int8 network of TOSA in MLIR, text or bytecode.

    As `rescale import` writes it, or `IntegerNetwork.write_tosa`. With
    `Rescaler(31)` of the file's rounding it gives the file's own codes.

    Raises RescaleError.
    """
    parameters = Parameters.of_integers(tosa_reader.read(path))
    return IntegerNetwork(parameters, options)


def _with_floats(
    parameters: Parameters, model: IntegerModel, path: str | Path
) -> Parameters:
    """Returns parameters with float weights, which round to the int8 ones."""
    floats = tflite_reader.read(path)
    if isinstance(floats, IntegerModel):
        raise RescaleError(f"requires a float network, got {path} in int8")
    if _structure(floats.network) != _structure(model.network):
        raise RescaleError(
            f"requires float weights of the same network, got {path} with "
            "other layers"
        )
    weights, biases = {}, {}
    for name, of in model.weighted.items():
        real = floats.weights[name].astype(np.float64)
        codes = of.weights.astype(np.float64)
        layer = next(x for x in model.network.layers if x.name == name)
        shape = [1] * codes.ndim
        shape[layer.channel_axis] = -1
        steps = real / of.weight_scales.reshape(shape)
        # Converters divide in single precision, so a tie may go either way.
        worst = float(np.abs(steps - codes).max())
        if worst > 0.501:
            raise RescaleError(
                "requires float weights that round to the int8 ones, got "
                f"{path} with one of {name} that is {worst:.3g} steps off; "
                "take the file that was quantized"
            )
        weights[name], biases[name] = real, floats.biases[name]
    return replace(parameters, weights=weights, biases=biases)


def _structure(network: Network) -> list[tuple]:
    return [
        (type(layer), layer.inputs, shape)
        for layer, shape in zip(
            network.layers, list(network.shapes().values())[1:], strict=True
        )
    ]


def from_float(
    model: FloatModel,
    samples: np.ndarray,
    source: Quantization,
    options: Options | None = None,
) -> IntegerNetwork:
    """Returns a float network in integers, to be trained.

    samples: int8 codes, (samples, height, width, channels), over which the
    ranges of the tensors are taken.
    source: what the codes stand for.

    Raises RescaleError.
    """
    shape = model.network.input_shape
    if samples.dtype != np.int8 or samples.shape[1:] != shape:
        raise RescaleError(
            f"requires int8 samples of (samples, {', '.join(map(str, shape))})"
            f", got {samples.dtype} of {samples.shape}"
        )
    if not len(samples):
        raise RescaleError("requires samples to calibrate with, got none")
    images = (samples.astype(np.float64) - source.zero_point) * source.scale
    ranges = calibrate(model, images)
    tensors = {model.network.input: source}
    for layer in model.network.layers:
        if isinstance(layer, Softmax):
            tensors[layer.name] = PROBABILITY
        elif isinstance(layer, Pool):
            tensors[layer.name] = tensors[layer.input]
        else:
            tensors[layer.name] = quantize_range(*ranges[layer.name])
    parameters = Parameters(
        model.network, model.weights, model.biases, {}, tensors
    )
    return IntegerNetwork(parameters, options)


def from_torch(
    module: nn.Module,
    samples: np.ndarray,
    source: Quantization,
    options: Options | None = None,
) -> IntegerNetwork:
    """Returns a PyTorch network in integers, to be trained.

    module: of convolutions, batch normalizations (which are folded with their
    running statistics), linear layers, additions, ReLU and ReLU6, pools,
    flattening and at most a softmax at the end; takes (samples, channels,
    height, width).
    samples, source: as `from_float` has them, channels last.

    Raises RescaleError.
    """
    if samples.ndim != 4:
        raise RescaleError(
            "requires samples of (samples, height, width, channels), got "
            f"{samples.shape}"
        )
    model = trace(module, samples.shape[1:])
    return from_float(model, samples, source, options)


def trace(module: nn.Module, shape: Shape) -> FloatModel:
    """Returns a PyTorch network as a layer graph, in float.

    module: as it is in evaluation; its modes stay what they are.
    shape: of the input, height, width, channels.

    Raises RescaleError for other operations.
    """
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        graph = fx.symbolic_trace(module)
    except (fx.proxy.TraceError, TypeError, ValueError) as error:
        # Modules may raise them without a text.
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise RescaleError(
            "requires a network that torch.fx traces, got "
            f"{type(module).__name__}: {reason}; leave out control flow"
        ) from error
    finally:
        for part, mode in modes.items():
            part.training = mode
    return _Tracer(graph, shape).run()


class _Tracer:
    def __init__(self, graph: fx.GraphModule, shape: Shape):
        self.graph = graph
        self.modules = dict(graph.named_modules())
        self.shapes: dict[str, Shape] = {"input": tuple(shape)}
        self.input_shape = tuple(shape)
        self.names: dict[fx.Node, str] = {}
        #: Without height and width, which are part of the channels then.
        self.flat: set[fx.Node] = set()
        self.layers: dict[str, Layer] = {}
        self.weights: dict[str, np.ndarray] = {}
        self.biases: dict[str, np.ndarray] = {}

    def run(self) -> FloatModel:
        for node in self.graph.graph.nodes:
            if node.op == "placeholder":
                if "input" in self.names.values():
                    raise self.error(node, "a network of one input")
                self.names[node] = "input"
            elif node.op == "output":
                self.output(node)
            else:
                self.node(node)
        network = Network(
            "input", self.input_shape, tuple(self.layers.values())
        )
        return FloatModel(network, self.weights, self.biases)

    def error(self, node: fx.Node, rule: str) -> RescaleError:
        target = node.target
        if node.op == "call_module":
            target = f"{type(self.modules[target]).__name__} {target}"
        elif callable(target):
            target = target.__name__
        return RescaleError(
            f"requires {rule}, got {target}; change the network, or train it "
            "from its .tflite file"
        )

    def output(self, node: fx.Node) -> None:
        result = node.args[0]
        if not isinstance(result, fx.Node) or not self.layers:
            raise self.error(node, "a network that computes one output")
        if self.names[result] != list(self.layers)[-1]:
            raise self.error(
                node, "a network whose last layer gives the output"
            )
        if result in self.flat and not self.is_vector(result):
            # Channels come last here and first there.
            raise self.error(
                node, "a linear layer behind an image that is flattened"
            )

    def node(self, node: fx.Node) -> None:
        if node.op == "get_attr":
            raise self.error(node, "operands that layers compute")
        if not node.args or not isinstance(node.args[0], fx.Node):
            raise self.error(
                node, "a first operand that is computed, and is not named"
            )
        if node.op == "call_module":
            self.module(node, self.modules[node.target])
            return
        function = node.target
        if function in (operator.add, operator.iadd, torch.add, "add"):
            self.add(node)
        elif function in (functional.relu, torch.relu, "relu"):
            self.relu(node, None)
        elif function is functional.relu6:
            self.relu(node, 6.0)
        elif function is functional.dropout and not (
            node.kwargs.get("training", True)
        ):
            self.alias(node)
        elif function in (torch.flatten, "flatten"):
            given = _arguments(node, "start_dim", "end_dim")
            self.flatten(
                node, given.get("start_dim", 0), given.get("end_dim", -1)
            )
        elif function in (functional.max_pool2d, functional.avg_pool2d):
            given = _arguments(node, "kernel_size", "stride", "padding")
            if None in given:
                raise self.error(node, "pools of kernel, stride and padding")
            is_max = function is functional.max_pool2d
            self.pool(
                node,
                MaxPool2D if is_max else AveragePool2D,
                given["kernel_size"],
                given.get("stride") or given["kernel_size"],
                given.get("padding", 0),
            )
        elif function is functional.adaptive_avg_pool2d and _is_one(
            _arguments(node, "output_size").get("output_size")
        ):
            self.global_pool(node)
        elif function in (torch.mean, "mean"):
            self.mean(node)
        elif function in (functional.softmax, torch.softmax, "softmax"):
            given = _arguments(node, "dim")
            self.softmax(node, given.get("dim"), None in given)
        else:
            raise self.error(node, "layers that docs/Training.md lists")

    def module(self, node: fx.Node, module: nn.Module) -> None:
        match module:
            case nn.Conv2d():
                self.convolution(node, module)
            case nn.Linear():
                self.linear(node, module)
            case nn.BatchNorm2d():
                self.fold(node, module)
            case nn.ReLU():
                self.relu(node, None)
            case nn.ReLU6():
                self.relu(node, 6.0)
            case nn.Dropout() | nn.Identity():
                self.alias(node)
            case nn.Flatten():
                self.flatten(node, module.start_dim, module.end_dim)
            case nn.MaxPool2d() | nn.AvgPool2d() if not _is_plain(module):
                raise self.error(node, "pools of kernel, stride and padding")
            case nn.MaxPool2d():
                self.pool(
                    node,
                    MaxPool2D,
                    module.kernel_size,
                    module.stride,
                    module.padding,
                )
            case nn.AvgPool2d():
                self.pool(
                    node,
                    AveragePool2D,
                    module.kernel_size,
                    module.stride,
                    module.padding,
                )
            case nn.AdaptiveAvgPool2d() if _is_one(module.output_size):
                self.global_pool(node)
            case nn.Softmax():
                self.softmax(node, module.dim)
            case _:
                raise self.error(node, "layers that docs/Training.md lists")

    def source(self, node: fx.Node, at: int = 0) -> str:
        return self.names[node.args[at]]

    def emit(self, node: fx.Node, layer: Layer) -> None:
        self.layers[layer.name] = layer
        self.shapes[layer.name] = layer.output_shape(
            *(self.shapes[name] for name in layer.inputs)
        )
        self.follow(node, layer.name)

    def follow(self, node: fx.Node, name: str) -> None:
        """Notes what gives a tensor, which is flat where its operand is."""
        self.names[node] = name
        if node.args[0] in self.flat:
            self.flat.add(node)

    def alias(self, node: fx.Node) -> None:
        self.follow(node, self.source(node))

    def is_vector(self, node: fx.Node) -> bool:
        """Whether a tensor has no height and width but 1."""
        return self.shapes[self.names[node]][:2] == (1, 1)

    def flatten(self, node: fx.Node, start: int, end: int) -> None:
        rank = 2 if node.args[0] in self.flat else 4
        if start not in (1, 1 - rank) or end not in (-1, rank - 1):
            raise self.error(
                node, "flattening of all dimensions but the first"
            )
        self.alias(node)
        self.flat.add(node)

    def mean(self, node: fx.Node) -> None:
        given = _arguments(node, "dim", "keepdim")
        dims = given.get("dim")
        dims = {dims} if isinstance(dims, int) else {*(dims or ())}
        if (
            None in given
            or node.args[0] in self.flat
            or {dim % 4 for dim in dims} != {2, 3}
        ):
            raise self.error(node, "means over height and width")
        self.global_pool(node)
        if not given.get("keepdim", False):
            self.flat.add(node)

    def only(self, node: fx.Node, kinds: type, what: str) -> Layer:
        """Returns the layer before, which nothing else may use."""
        before = node.args[0]
        layer = self.layers.get(self.names[before])
        if (
            not isinstance(layer, kinds)
            or layer.relu
            or len(before.users) != 1
        ):
            raise self.error(node, what)
        return layer

    def relu(self, node: fx.Node, maximum: float | None) -> None:
        layer = self.only(
            node,
            Weighted | Add,
            "ReLU after a convolution, a linear layer or an addition that "
            "nothing else uses",
        )
        self.layers[layer.name] = replace(layer, relu=True, maximum=maximum)
        self.follow(node, layer.name)

    def fold(self, node: fx.Node, norm: nn.BatchNorm2d) -> None:
        layer = self.only(
            node,
            Conv2D | DepthwiseConv2D,
            "batch normalization after a convolution that nothing else uses",
        )
        if norm.running_mean is None or norm.running_var is None:
            raise self.error(
                node, "batch normalizations with running statistics"
            )
        gain = _array(norm.weight) if norm.affine else 1.0
        gain = gain / np.sqrt(_array(norm.running_var) + norm.eps)
        shape = [1] * 4
        shape[layer.channel_axis] = -1
        self.weights[layer.name] = self.weights[layer.name] * np.reshape(
            gain, shape
        )
        bias = self.biases[layer.name] - _array(norm.running_mean)
        offset = _array(norm.bias) if norm.affine else 0.0
        self.biases[layer.name] = bias * gain + offset
        self.follow(node, layer.name)

    def padding(
        self, shape: Shape, kernel: Pair, stride: Pair, padding: Pair
    ) -> tuple[int, int, int, int]:
        """Returns the padding, negative where the kernel leaves a rest."""
        result = []
        for axis in (0, 1):
            before = after = padding[axis]
            travel = shape[axis] + before + after - kernel[axis]
            result += [before, after - travel % stride[axis]]
        return tuple(result)

    def convolution(self, node: fx.Node, module: nn.Conv2d) -> None:
        source = self.source(node)
        shape = self.shapes[source]
        is_depthwise = module.groups == shape[2] == module.out_channels
        if (
            module.dilation != (1, 1)
            or module.padding_mode != "zeros"
            or isinstance(module.padding, str)
            or not (is_depthwise or module.groups == 1)
        ):
            raise self.error(
                node,
                "convolutions with numbers of zeros for padding, without "
                "dilation, of one group or depthwise",
            )
        name = node.name
        common = {
            "kernel": module.kernel_size,
            "stride": module.stride,
            "pad": self.padding(
                shape, module.kernel_size, module.stride, module.padding
            ),
        }
        weights = _array(module.weight)
        if is_depthwise and module.groups > 1:
            layer = DepthwiseConv2D(name, source, **common)
            weights = weights.transpose(2, 3, 0, 1)
        else:
            layer = Conv2D(name, source, module.out_channels, **common)
            weights = weights.transpose(0, 2, 3, 1)
        self.emit(node, layer)
        self.weights[name] = weights
        self.biases[name] = _bias(module, module.out_channels)

    def linear(self, node: fx.Node, module: nn.Linear) -> None:
        source = self.source(node)
        shape = self.shapes[source]
        name = node.name
        weights = _array(module.weight)
        if node.args[0] not in self.flat:
            raise self.error(node, "linear layers of a flattened tensor")
        if shape[:2] == (1, 1):
            layer = FullyConnected(name, source, module.out_features)
        elif weights.shape[1] == int(np.prod(shape)):
            # Of a flattened image, channels first, a convolution by all.
            layer = Conv2D(name, source, module.out_features, shape[:2])
            weights = weights.reshape(-1, shape[2], *shape[:2])
            weights = weights.transpose(0, 2, 3, 1)
        else:
            raise self.error(node, "linear layers of a flattened tensor")
        self.emit(node, layer)
        self.flat.add(node)
        self.weights[name] = weights
        self.biases[name] = _bias(module, module.out_features)

    def add(self, node: fx.Node) -> None:
        if (
            len(node.args) != 2
            or node.kwargs
            or not all(isinstance(a, fx.Node) for a in node.args)
        ):
            raise self.error(node, "additions of two computed tensors")
        names = (self.source(node), self.source(node, 1))
        are_flat = {operand in self.flat for operand in node.args}
        if (
            self.shapes[names[0]] != self.shapes[names[1]]
            or len(are_flat) > 1
        ):
            raise self.error(node, "additions of tensors of one shape")
        self.emit(node, Add(node.name, names))
        self.follow(node, node.name)

    def pool(
        self,
        node: fx.Node,
        kind: type[MaxPool2D | AveragePool2D],
        kernel: int | Pair,
        stride: int | Pair,
        padding: int | Pair,
    ) -> None:
        kernel, stride, padding = map(_pair, (kernel, stride, padding))
        source = self.source(node)
        pad = self.padding(self.shapes[source], kernel, stride, padding)
        if kind is AveragePool2D and max(padding):
            raise self.error(node, "average pools without padding")
        self.emit(node, kind(node.name, source, kernel, stride, pad))

    def global_pool(self, node: fx.Node) -> None:
        self.emit(node, GlobalAveragePool(node.name, self.source(node)))

    def softmax(
        self, node: fx.Node, dim: int | None, has_more: bool = False
    ) -> None:
        if any(user.op != "output" for user in node.users):
            raise self.error(node, "a softmax only at the end")
        is_flat = node.args[0] in self.flat
        # PyTorch takes the channels where none is named.
        is_channels = dim in (None, 1, -1 if is_flat else -3)
        if (
            has_more
            or not is_channels
            or (is_flat and not self.is_vector(node.args[0]))
        ):
            raise self.error(node, "a softmax over the channels alone")
        self.emit(node, Softmax(node.name, self.source(node)))
        self.follow(node, node.name)


def _array(values: torch.Tensor) -> np.ndarray:
    return values.detach().cpu().numpy().astype(np.float64)


def _bias(module: nn.Module, channels: int) -> np.ndarray:
    return np.zeros(channels) if module.bias is None else _array(module.bias)


def _pair(value: int | Pair) -> Pair:
    return (value, value) if isinstance(value, int) else tuple(value)


def _is_plain(pool: nn.MaxPool2d | nn.AvgPool2d) -> bool:
    """Whether a pool has but a kernel, a stride and a padding."""
    return all(
        getattr(pool, name, value) == value
        for name, value in _DEFAULTS.items()
    )


def _is_one(size: object) -> bool:
    return size in (1, (1, 1), [1, 1])


def _arguments(node: fx.Node, *names: str) -> dict[str | None, object]:
    """Returns what a call was given behind its first operand, by name.

    What is not among the names is under None.
    """
    given = dict(zip(names, node.args[1:], strict=False))
    for name, value in node.kwargs.items():
        if name in names:
            given[name] = value
        elif name not in _DEFAULTS or _DEFAULTS[name] != value:
            given[None] = None
    if len(node.args) > len(names) + 1:
        given[None] = None
    return given
