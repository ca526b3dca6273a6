# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes an int8 model as TOSA 1.0 text for MLIR 22.

The operations are those that TensorFlow Lite's converter chooses: a fully
connected layer is a 1x1 convolution, an addition happens in int32 between
rescales. Each layer is preceded by its constants, and its values and
locations carry its name.
"""

from __future__ import annotations

import numpy as np

from .graph import (
    Add,
    AddParameters,
    Conv2D,
    DepthwiseConv2D,
    FullyConnected,
    GlobalAveragePool,
    IntegerModel,
    Layer,
    MaxPool2D,
    Quantization,
    Rescale,
    Shape,
    Weighted,
    WeightedParameters,
)

_BANNER = """\
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An int8 network, written by rescale.shipped.tosa_writer; do not edit.
"""

# DOUBLE_ROUND, the rounding of TensorFlow Lite, is an extension of TOSA.
_MODULE = (
    "module attributes {tosa.target_env = #tosa.target_env<"
    'specification_version = "1.0", level = "8k", '
    "profiles = [pro_int], extensions = [doubleround]>} {"
)

_SUFFIXES = {"int8": "i8", "int32": "i32"}


def write(model: IntegerModel) -> str:
    """Returns the module with `func.func @main`, of batch 1."""
    return _Writer(model).module()


def _tensor(shape: tuple[int, ...], element: str) -> str:
    return f"tensor<{'x'.join(map(str, shape))}x{element}>"


def _activation(shape: Shape, element: str = "i8") -> str:
    return _tensor((1, *shape), element)


def _array(values: tuple[int, ...]) -> str:
    return f"array<i64: {', '.join(map(str, values))}>"


def _quantization(of: Quantization) -> str:
    # Seventeen digits give every double back, and MLIR wants the point.
    return (
        f"{{rescale.scale = {of.scale:.16e} : f64, "
        f"rescale.zero_point = {of.zero_point} : i64}}"
    )


def _elements(values: np.ndarray) -> str:
    if values.size == 1:
        return str(values.item())
    if values.ndim == 1:
        return f"[{', '.join(map(str, values))}]"
    assert values.dtype.itemsize == 1  # hex digits are in memory order
    return f'"0x{values.tobytes().hex().upper()}"'


class _Writer:
    def __init__(self, model: IntegerModel):
        self.model = model
        self.shapes = model.network.shapes()
        self.lines: list[str] = []
        self.location = ""

    def module(self) -> str:
        network = self.model.network
        source = _activation(network.input_shape)
        # The result is what classifiers give: batch and classes.
        classes = self.shapes[network.output][2]
        result = _tensor((1, classes), "i8")
        for layer in network.layers:
            self.layer(layer)
        self.location = network.output
        shape = self.shape("result_shape", (1, classes))
        self.value(
            "result",
            f"tosa.reshape %{network.output}, {shape} : "
            f"({_activation(self.shapes[network.output])}, !tosa.shape<2>) "
            f"-> {result}",
        )
        body = "\n".join(self.lines)
        return (
            f"{_BANNER}\n{_MODULE}\n"
            f"  func.func @main(%{network.input}: {source} "
            f"{_quantization(self.model.tensors[network.input])})\n"
            f"      -> ({result} "
            f"{_quantization(self.model.tensors[network.output])}) {{\n"
            f"{body}\n"
            f"    return %result : {result}\n"
            "  }\n}\n"
        )

    def layer(self, layer: Layer) -> None:
        self.location = layer.name
        self.lines += ["", f"    // {self.describe(layer)}"]
        match layer:
            case MaxPool2D():
                self.max_pool(layer)
            case GlobalAveragePool():
                self.average_pool(layer)
            case Add():
                self.add(layer, self.model.additions[layer.name])
            case _:
                self.weighted(layer, self.model.weighted[layer.name])
        if layer.relu:
            self.relu(layer)

    def describe(self, layer: Layer) -> str:
        kind = {
            Conv2D: "convolution",
            DepthwiseConv2D: "depthwise convolution",
            Add: "residual addition",
            MaxPool2D: "max pooling",
            GlobalAveragePool: "global average pooling",
            FullyConnected: "fully connected",
        }[type(layer)]
        kernel = getattr(layer, "kernel", None)
        size = f"{kernel[0]}x{kernel[1]} " if kernel else ""
        relu = ", ReLU" if layer.relu else ""
        return f"{layer.name}: {size}{kind}{relu}"

    def value(self, name: str, operation: str) -> str:
        """Adds `%name = operation` at the current layer's location."""
        self.lines.append(f'    %{name} = {operation} loc("{self.location}")')
        return f"%{name}"

    def constant(self, name: str, values: np.ndarray) -> str:
        type_ = _tensor(values.shape, _SUFFIXES[values.dtype.name])
        return self.value(
            name,
            f'"tosa.const"() <{{values = dense<{_elements(values)}> '
            f": {type_}}}> : () -> {type_}",
        )

    def scalar(self, name: str, value: int, dtype: type) -> str:
        return self.constant(name, np.array([value], dtype))

    def shape(self, name: str, sizes: tuple[int, ...]) -> str:
        return self.value(
            name,
            f"tosa.const_shape {{values = dense<{list(sizes)}> : "
            f"tensor<{len(sizes)}xindex>}} : () -> "
            f"!tosa.shape<{len(sizes)}>",
        )

    def rescale(
        self,
        name: str,
        source: str,
        shape: Shape,
        by: Rescale,
        source_zero: int | None,
        result_zero: int | None,
    ) -> str:
        """Adds a rescale; a tensor without a zero point is an i32 one."""
        elements = len(by.multiplier)
        narrow = (source_zero is not None, result_zero is not None)
        source_type, result_type = ("i8" if n else "i32" for n in narrow)
        source_dtype, result_dtype = (
            np.int8 if n else np.int32 for n in narrow
        )
        multiplier = self.constant(f"{name}.multiplier", by.multiplier)
        shift = self.constant(f"{name}.shift", by.shift)
        zero_in = self.scalar(f"{name}.zi", source_zero or 0, source_dtype)
        zero_out = self.scalar(f"{name}.zo", result_zero or 0, result_dtype)
        return self.value(
            name,
            f"tosa.rescale {source}, {multiplier}, {shift}, {zero_in}, "
            f"{zero_out} {{input_unsigned = false, output_unsigned = false, "
            f"per_channel = {str(elements > 1).lower()}, "
            "rounding_mode = DOUBLE_ROUND, scale32 = true} : "
            f"({_activation(shape, source_type)}, "
            f"tensor<{elements}xi32>, tensor<{elements}xi8>, "
            f"tensor<1x{source_type}>, tensor<1x{result_type}>) "
            f"-> {_activation(shape, result_type)}",
        )

    def result_name(self, layer: Layer) -> str:
        """Where a clamp follows, the value before it needs another name."""
        return f"{layer.name}.linear" if layer.relu else layer.name

    def relu(self, layer: Layer) -> None:
        zero_point = self.model.tensors[layer.name].zero_point
        type_ = _activation(self.shapes[layer.name])
        self.value(
            layer.name,
            f"tosa.clamp %{self.result_name(layer)} "
            f"{{max_val = 127 : i8, min_val = {zero_point} : i8}} : "
            f"({type_}) -> {type_}",
        )

    def weighted(
        self, layer: Weighted, parameters: WeightedParameters
    ) -> None:
        name = layer.name
        shape, source_shape = self.shapes[name], self.shapes[layer.input]
        stored = parameters.weights
        if isinstance(layer, FullyConnected):
            stored = stored[:, np.newaxis, np.newaxis, :]
        weights = self.constant(f"{name}.weights", stored)
        bias = self.constant(f"{name}.bias", parameters.bias)
        zero_point = self.model.tensors[layer.input].zero_point
        source_zero = self.scalar(f"{name}.source_zp", zero_point, np.int8)
        weight_zero = self.scalar(f"{name}.weights_zp", 0, np.int8)
        operation = (
            "depthwise_conv2d"
            if isinstance(layer, DepthwiseConv2D)
            else "conv2d"
        )
        sums = self.value(
            f"{name}.sums",
            f"tosa.{operation} %{layer.input}, {weights}, {bias}, "
            f"{source_zero}, {weight_zero} {{acc_type = i32, "
            "dilation = array<i64: 1, 1>, "
            f"pad = {_array(getattr(layer, 'pad', (0, 0, 0, 0)))}, "
            f"stride = {_array(getattr(layer, 'stride', (1, 1)))}}} : "
            f"({_activation(source_shape)}, {_tensor(stored.shape, 'i8')}, "
            f"tensor<{shape[2]}xi32>, tensor<1xi8>, tensor<1xi8>) "
            f"-> {_activation(shape, 'i32')}",
        )
        self.rescale(
            self.result_name(layer),
            sums,
            shape,
            parameters.rescale,
            None,
            self.model.tensors[name].zero_point,
        )

    def add(self, layer: Add, parameters: AddParameters) -> None:
        name, shape = layer.name, self.shapes[layer.name]
        operands = []
        for number, source in enumerate(layer.inputs):
            value = f"%{source}"
            zero_point = self.model.tensors[source].zero_point
            for step, by in enumerate(parameters.operands[number]):
                value = self.rescale(
                    f"{name}.operand{number}.{step}",
                    value,
                    shape,
                    by,
                    None if step else zero_point,
                    None,
                )
            operands.append(value)
        type_ = _activation(shape, "i32")
        total = self.value(
            f"{name}.sum",
            f"tosa.add {', '.join(operands)} : ({type_}, {type_}) -> {type_}",
        )
        self.rescale(
            self.result_name(layer),
            total,
            shape,
            parameters.rescale,
            None,
            self.model.tensors[name].zero_point,
        )

    def max_pool(self, layer: MaxPool2D) -> None:
        source = _activation(self.shapes[layer.input])
        result = _activation(self.shapes[layer.name])
        self.value(
            layer.name,
            f"tosa.max_pool2d %{layer.input} "
            f"{{kernel = {_array(layer.kernel)}, pad = {_array(layer.pad)}, "
            f"stride = {_array(layer.stride)}}} : ({source}) -> {result}",
        )

    def average_pool(self, layer: GlobalAveragePool) -> None:
        # Both zero points are 0, although the tensors' may not be: the mean
        # of the codes is the code of the mean.
        zero = self.scalar(f"{layer.name}.zp", 0, np.int8)
        shape = self.shapes[layer.input]
        source = _activation(shape)
        result = _activation(self.shapes[layer.name])
        self.value(
            layer.name,
            f"tosa.avg_pool2d %{layer.input}, {zero}, {zero} "
            f"{{acc_type = i32, kernel = {_array(shape[:2])}, "
            f"pad = {_array((0, 0, 0, 0))}, stride = {_array(shape[:2])}}} "
            f": ({source}, tensor<1xi8>, tensor<1xi8>) -> {result}",
        )
