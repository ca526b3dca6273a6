# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes an int8 model as TOSA 1.0 text for MLIR 22.

The operations are those that TensorFlow Lite's converter chooses: a fully
connected layer is a 1x1 convolution, an addition happens in int32 between
rescales, a softmax is integers and tables. Each layer is preceded by its
constants, and its values and locations carry its name. Roundings that TOSA
does not have become `rescale.requantize`.
"""

from __future__ import annotations

import numpy as np

from . import evaluate
from .graph import (
    Add,
    AddParameters,
    AveragePool2D,
    Conv2D,
    DepthwiseConv2D,
    FullyConnected,
    GlobalAveragePool,
    IntegerModel,
    Layer,
    MaxPool2D,
    Pool,
    Quantization,
    Rescale,
    Shape,
    Softmax,
    Weighted,
    WeightedParameters,
)

_BANNER = """\
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An int8 network, written by rescale.network.tosa_writer; do not edit.
"""

# DOUBLE_ROUND, the rounding of TensorFlow Lite, is an extension of TOSA.
_MODULE = (
    "module attributes {tosa.target_env = #tosa.target_env<"
    'specification_version = "1.0", level = "8k", '
    "profiles = [pro_int], extensions = [doubleround]>} {"
)

_SUFFIXES = {"int8": "i8", "int16": "i16", "int32": "i32"}

#: TOSA's modes of RESCALE, by ours.
_TOSA_ROUNDING = {"double": "DOUBLE_ROUND", "half_up": "SINGLE_ROUND"}


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


def _normalized(by: Rescale) -> tuple[np.ndarray, np.ndarray]:
    """Returns multipliers of 31 bits and shifts of the same values.

    RESCALE wants shifts of 2 .. 62 and products below 2^(shift - 1). Half-up
    takes a power of two in both, other roundings are left as they are.
    """
    multiplier = by.multiplier.astype(np.int64)
    shift = by.shift.astype(np.int64)
    if by.rounding == "half_up":
        # frexp's exponent is the number of bits; 0 has none.
        bits = np.frexp(multiplier.astype(np.float64))[1]
        raised = np.where(multiplier > 0, np.minimum(31 - bits, 62 - shift), 0)
        multiplier, shift = multiplier << raised, shift + raised
    return multiplier.astype(np.int32), shift.astype(np.int8)


def _list(values: np.ndarray) -> str:
    return f"[{', '.join(map(str, values))}]"


def _elements(values: np.ndarray) -> str:
    if values.size == 1:
        return str(values.item())
    if values.ndim == 1:
        return _list(values)
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
        for layer in network.layers:
            self.layer(layer)
        self.location = network.output
        result = _activation(self.shapes[network.output])
        returned = f"%{network.output}"
        if self.shapes[network.output][:2] == (1, 1):
            # The result is what classifiers give: batch and classes.
            classes = self.shapes[network.output][2]
            shape = self.shape("result_shape", (1, classes))
            returned = self.value(
                "result",
                f"tosa.reshape %{network.output}, {shape} : "
                f"({result}, !tosa.shape<2>) -> {_tensor((1, classes), 'i8')}",
            )
            result = _tensor((1, classes), "i8")
        body = "\n".join(self.lines)
        return (
            f"{_BANNER}\n{_MODULE}\n"
            f"  func.func @main(%{network.input}: {source} "
            f"{_quantization(self.model.tensors[network.input])})\n"
            f"      -> ({result} "
            f"{_quantization(self.model.tensors[network.output])}) {{\n"
            f"{body}\n"
            f"    return {returned} : {result}\n"
            "  }\n}\n"
        )

    def layer(self, layer: Layer) -> None:
        self.location = layer.name
        self.lines += ["", f"    // {self.describe(layer)}"]
        match layer:
            case MaxPool2D():
                self.max_pool(layer)
            case AveragePool2D() | GlobalAveragePool():
                self.average_pool(layer)
            case Softmax():
                self.softmax(layer)
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
            AveragePool2D: "average pooling",
            GlobalAveragePool: "global average pooling",
            Softmax: "softmax",
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
        if by.rounding not in _TOSA_ROUNDING:
            return self.requantize(
                *(name, source, by, source_zero or 0, result_zero or 0),
                f"{_activation(shape, source_type)} -> "
                f"{_activation(shape, result_type)}",
            )
        multipliers, shifts = _normalized(by)
        multiplier = self.constant(f"{name}.multiplier", multipliers)
        shift = self.constant(f"{name}.shift", shifts)
        zero_in = self.scalar(f"{name}.zi", source_zero or 0, source_dtype)
        zero_out = self.scalar(f"{name}.zo", result_zero or 0, result_dtype)
        return self.value(
            name,
            f"tosa.rescale {source}, {multiplier}, {shift}, {zero_in}, "
            f"{zero_out} {{input_unsigned = false, output_unsigned = false, "
            f"per_channel = {str(elements > 1).lower()}, "
            f"rounding_mode = {_TOSA_ROUNDING[by.rounding]}, "
            "scale32 = true} : "
            f"({_activation(shape, source_type)}, "
            f"tensor<{elements}xi32>, tensor<{elements}xi8>, "
            f"tensor<1x{source_type}>, tensor<1x{result_type}>) "
            f"-> {_activation(shape, result_type)}",
        )

    def requantize(
        self,
        name: str,
        source: str,
        by: Rescale,
        source_zero: int,
        result_zero: int,
        types: str,
    ) -> str:
        elements = len(by.multiplier)
        bits = max(int(by.multiplier.max()).bit_length(), 1)
        addends = ""
        if by.addends is not None:
            addends = f" addends {_list(by.addends)}"
        return self.value(
            name,
            f"rescale.requantize {source} "
            f"mul dense<{_list(by.multiplier)}> : tensor<{elements}xui{bits}> "
            f"shift {_list(by.shift)}{' axis 3' if elements > 1 else ''} "
            f"round {by.rounding}{addends} input_zero_point {source_zero} "
            f"zero_point {result_zero} : {types}",
        )

    def result_name(self, layer: Layer) -> str:
        """Where a clamp follows, the value before it needs another name."""
        return f"{layer.name}.linear" if layer.relu else layer.name

    def relu(self, layer: Layer) -> None:
        low, high = evaluate.relu_codes(
            self.model.tensors[layer.name], layer.maximum
        )
        type_ = _activation(self.shapes[layer.name])
        self.value(
            layer.name,
            f"tosa.clamp %{self.result_name(layer)} "
            f"{{max_val = {high} : i8, min_val = {low} : i8}} : "
            f"({type_}) -> {type_}",
        )

    def weighted(
        self, layer: Weighted, parameters: WeightedParameters
    ) -> None:
        name = layer.name
        source, source_shape, pad = self.cropped(layer)
        shape = self.shapes[name]
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
            f"tosa.{operation} {source}, {weights}, {bias}, "
            f"{source_zero}, {weight_zero} {{acc_type = i32, "
            "dilation = array<i64: 1, 1>, "
            f"pad = {_array(pad)}, "
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

    def cropped(
        self, layer: Weighted | Pool
    ) -> tuple[str, Shape, tuple[int, ...]]:
        """Returns what a layer slides over, its shape, and the padding."""
        pad = getattr(layer, "pad", (0, 0, 0, 0))
        shape = self.shapes[layer.input]
        if min(pad) >= 0:
            return f"%{layer.input}", shape, pad
        top, bottom, left, right = (max(-size, 0) for size in pad)
        kept = (shape[0] - top - bottom, shape[1] - left - right, shape[2])
        start = self.shape(f"{layer.name}.start", (0, top, left, 0))
        size = self.shape(f"{layer.name}.size", (1, *kept))
        source = self.value(
            f"{layer.name}.cropped",
            f"tosa.slice %{layer.input}, {start}, {size} : "
            f"({_activation(shape)}, !tosa.shape<4>, !tosa.shape<4>) "
            f"-> {_activation(kept)}",
        )
        return source, kept, tuple(max(size, 0) for size in pad)

    def max_pool(self, layer: MaxPool2D) -> None:
        source, shape, pad = self.cropped(layer)
        result = _activation(self.shapes[layer.name])
        self.value(
            layer.name,
            f"tosa.max_pool2d {source} "
            f"{{kernel = {_array(layer.kernel)}, pad = {_array(pad)}, "
            f"stride = {_array(layer.stride)}}} : "
            f"({_activation(shape)}) -> {result}",
        )

    def average_pool(self, layer: AveragePool2D | GlobalAveragePool) -> None:
        # Both zero points are 0, although the tensors' may not be: the mean
        # of the codes is the code of the mean.
        zero = self.scalar(f"{layer.name}.zp", 0, np.int8)
        source, shape, pad = self.cropped(layer)
        result = _activation(self.shapes[layer.name])
        self.value(
            layer.name,
            f"tosa.avg_pool2d {source}, {zero}, {zero} "
            f"{{acc_type = i32, "
            f"kernel = {_array(getattr(layer, 'kernel', shape[:2]))}, "
            f"pad = {_array(pad)}, "
            f"stride = {_array(getattr(layer, 'stride', shape[:2]))}}} "
            f": ({_activation(shape)}, tensor<1xi8>, tensor<1xi8>) "
            f"-> {result}",
        )

    def softmax(self, layer: Softmax) -> None:
        """Adds what `evaluate.softmax` computes."""
        name = layer.name
        shape = self.shapes[name]
        one = (*shape[:2], 1)
        wide, single = (_activation(s, "i32") for s in (shape, one))
        count = 0

        def add(operation: str, operands: str, types: str, result: str) -> str:
            nonlocal count
            count += 1
            return self.value(
                f"{name}.{count}",
                f"tosa.{operation} {operands} : ({types}) -> {result}",
            )

        def number(value: int) -> str:
            nonlocal count
            count += 1
            return self.constant(
                f"{name}.{count}", np.full((1, *one), value, np.int32)
            )

        def multiply(first: str, second: str, shift: int) -> str:
            nonlocal count
            count += 1
            by = self.scalar(f"{name}.{count}", shift, np.int8)
            return add(
                "mul",
                f"{first}, {second}, {by}",
                f"{single}, {single}, tensor<1xi8>",
                single,
            )

        unit = Rescale(np.array([1]), np.array([0]), "half_up")
        source_zero = self.model.tensors[layer.input].zero_point
        codes = self.rescale(
            f"{name}.codes", f"%{layer.input}", shape, unit, source_zero, None
        )
        along = "{axis = 3 : i32}"
        greatest = add("reduce_max", f"{codes} {along}", wide, single)
        below = add("sub", f"{codes}, {greatest}", f"{wide}, {single}", wide)
        # TABLE interpolates between entries that are 2^7 apart.
        index_type = _activation(shape, "i16")
        multiplier = self.constant(
            f"{name}.index_multiplier", np.array([1 << 30], np.int32)
        )
        shift = self.scalar(f"{name}.index_shift", 23, np.int8)
        zero = self.scalar(f"{name}.index_zi", 0, np.int32)
        narrow_zero = self.scalar(f"{name}.index_zo", 0, np.int16)
        index = self.value(
            f"{name}.index",
            f"tosa.rescale {below}, {multiplier}, {shift}, {zero}, "
            f"{narrow_zero} {{input_unsigned = false, output_unsigned = "
            "false, per_channel = false, rounding_mode = SINGLE_ROUND, "
            f"scale32 = true}} : ({wide}, tensor<1xi32>, tensor<1xi8>, "
            f"tensor<1xi32>, tensor<1xi16>) -> {index_type}",
        )
        # A table has 16 bits, of which interpolation takes some: one for
        # each byte of the 32.
        table = evaluate.softmax_table(self.model.tensors[layer.input].scale)
        powers = None
        for byte in (3, 2, 1, 0):
            entries = ((table >> (8 * byte)) & 0xFF).astype(np.int16)
            constant = self.constant(f"{name}.table{byte}", entries)
            part = add(
                "table",
                f"{index}, {constant}",
                f"{index_type}, tensor<513xi16>",
                wide,
            )
            if byte:
                part = add(
                    "logical_left_shift",
                    f"{part}, {number(8 * byte - 7)}",
                    f"{wide}, {single}",
                    wide,
                )
            else:
                part = add(
                    "arithmetic_right_shift",
                    f"{part}, {number(7)} {{round = true}}",
                    f"{wide}, {single}",
                    wide,
                )
            if powers is not None:
                part = add("add", f"{powers}, {part}", f"{wide}, {wide}", wide)
            powers = part
        rounded = add(
            "arithmetic_right_shift",
            f"{powers}, {number(12)} {{round = true}}",
            f"{wide}, {single}",
            wide,
        )
        total = add("reduce_sum", f"{rounded} {along}", wide, single)
        zeros = add("clz", total, single, single)
        pair = f"{single}, {single}"
        raised = add("sub", f"{zeros}, {number(1)}", pair, single)
        norm = add("logical_left_shift", f"{total}, {raised}", pair, single)
        slope = multiply(norm, number(evaluate.SOFTMAX_SLOPE), 31)
        inverse = add(
            "add", f"{slope}, {number(evaluate.SOFTMAX_START)}", pair, single
        )
        for _ in range(evaluate.SOFTMAX_STEPS):
            product = multiply(inverse, norm, 31)
            error = add(
                "sub",
                f"{number(evaluate.SOFTMAX_ONE)}, {product}",
                pair,
                single,
            )
            quarter = multiply(inverse, error, 31)
            step = multiply(quarter, number(4), 0)
            inverse = add("add", f"{inverse}, {step}", pair, single)
        by = self.scalar(f"{name}.quotient_shift", 30, np.int8)
        quotients = add(
            "mul",
            f"{powers}, {inverse}, {by}",
            f"{wide}, {single}, tensor<1xi8>",
            wide,
        )
        shifts = add("sub", f"{number(35)}, {zeros}", pair, single)
        steps = add(
            "arithmetic_right_shift",
            f"{quotients}, {shifts} {{round = true}}",
            f"{wide}, {single}",
            wide,
        )
        self.rescale(
            name,
            steps,
            shape,
            unit,
            None,
            self.model.tensors[name].zero_point,
        )
