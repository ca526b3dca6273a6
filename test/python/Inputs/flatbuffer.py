# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes small .tflite files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import flatbuffers
import numpy as np
import tflite as schema

_TYPES = {
    "float32": schema.TensorType.FLOAT32,
    "int8": schema.TensorType.INT8,
    "int16": schema.TensorType.INT16,
    "int32": schema.TensorType.INT32,
    "uint8": schema.TensorType.UINT8,
}

#: The table of options of an operator, where it is named otherwise.
_OPTIONS = {
    "ADD": "Add",
    "AVERAGE_POOL_2D": "Pool2D",
    "CONV_2D": "Conv2D",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2D",
    "FULLY_CONNECTED": "FullyConnected",
    "MAX_POOL_2D": "Pool2D",
    "SOFTMAX": "Softmax",
}


@dataclass(frozen=True)
class Tensor:
    """A tensor; `values` of a constant one."""

    shape: tuple[int, ...]
    type: str = "int8"
    scales: tuple[float, ...] = (0.5,)
    zero_points: tuple[int, ...] = (0,)
    values: np.ndarray | None = None


def constant(values: np.ndarray, *scales: float) -> Tensor:
    return Tensor(
        *(values.shape, values.dtype.name, scales),
        (0,) * len(scales),
        values,
    )


@dataclass(frozen=True)
class Operator:
    """An operator by its name in the schema, with options by their names."""

    name: str
    inputs: Sequence[int]
    outputs: Sequence[int]
    options: Mapping[str, float] = field(default_factory=dict)


class _Writer:
    def __init__(self):
        self.builder = flatbuffers.Builder()

    def vector(self, start, values, prepend) -> int:
        start(self.builder, len(values))
        for value in reversed(values):
            prepend(value)
        return self.builder.EndVector()

    def offsets(self, start, values) -> int:
        return self.vector(
            start, values, self.builder.PrependUOffsetTRelative
        )

    def integers(self, start, values) -> int:
        return self.vector(start, list(values), self.builder.PrependInt32)

    def tensor(self, tensor: Tensor, buffer: int) -> int:
        builder = self.builder
        name = builder.CreateString(f"tensor{buffer}")
        shape = self.integers(schema.TensorStartShapeVector, tensor.shape)
        scales = self.vector(
            schema.QuantizationParametersStartScaleVector,
            tensor.scales,
            builder.PrependFloat32,
        )
        zeros = self.vector(
            schema.QuantizationParametersStartZeroPointVector,
            tensor.zero_points,
            builder.PrependInt64,
        )
        schema.QuantizationParametersStart(builder)
        schema.QuantizationParametersAddScale(builder, scales)
        schema.QuantizationParametersAddZeroPoint(builder, zeros)
        quantization = schema.QuantizationParametersEnd(builder)
        schema.TensorStart(builder)
        schema.TensorAddShape(builder, shape)
        schema.TensorAddType(builder, _TYPES[tensor.type])
        schema.TensorAddBuffer(builder, buffer)
        schema.TensorAddName(builder, name)
        if tensor.type != "float32":
            schema.TensorAddQuantization(builder, quantization)
        return schema.TensorEnd(builder)

    def buffer(self, values: np.ndarray | None) -> int:
        builder = self.builder
        data = None
        if values is not None:
            data = builder.CreateByteVector(values.tobytes())
        schema.BufferStart(builder)
        if data is not None:
            schema.BufferAddData(builder, data)
        return schema.BufferEnd(builder)

    def operator(self, operator: Operator, code: int) -> int:
        builder = self.builder
        inputs = self.integers(
            schema.OperatorStartInputsVector, operator.inputs
        )
        outputs = self.integers(
            schema.OperatorStartOutputsVector, operator.outputs
        )
        options = None
        table = _OPTIONS.get(operator.name)
        if table:
            prefix = f"{table}Options"
            getattr(schema, f"{prefix}Start")(builder)
            for name, value in operator.options.items():
                getattr(schema, f"{prefix}Add{name}")(builder, value)
            options = getattr(schema, f"{prefix}End")(builder)
        schema.OperatorStart(builder)
        schema.OperatorAddOpcodeIndex(builder, code)
        schema.OperatorAddInputs(builder, inputs)
        schema.OperatorAddOutputs(builder, outputs)
        if options is not None:
            kind = getattr(schema.BuiltinOptions, f"{table}Options")
            schema.OperatorAddBuiltinOptionsType(builder, kind)
            schema.OperatorAddBuiltinOptions(builder, options)
        return schema.OperatorEnd(builder)

    def code(self, name: str) -> int:
        number = getattr(schema.BuiltinOperator, name)
        schema.OperatorCodeStart(self.builder)
        schema.OperatorCodeAddDeprecatedBuiltinCode(
            self.builder, min(number, 127)
        )
        schema.OperatorCodeAddBuiltinCode(self.builder, number)
        return schema.OperatorCodeEnd(self.builder)


def write(
    tensors: Sequence[Tensor],
    operators: Sequence[Operator],
    inputs: Sequence[int],
    outputs: Sequence[int],
) -> bytes:
    """Returns the bytes of a model with one subgraph."""
    writer = _Writer()
    builder = writer.builder
    # Buffer 0 is that of tensors that are computed.
    buffers = [writer.buffer(None)]
    buffers += [writer.buffer(tensor.values) for tensor in tensors]
    made = [
        writer.tensor(tensor, 0 if tensor.values is None else i + 1)
        for i, tensor in enumerate(tensors)
    ]
    codes = [writer.code(operator.name) for operator in operators]
    calls = [writer.operator(op, i) for i, op in enumerate(operators)]
    tensor_vector = writer.offsets(schema.SubGraphStartTensorsVector, made)
    call_vector = writer.offsets(schema.SubGraphStartOperatorsVector, calls)
    input_vector = writer.integers(schema.SubGraphStartInputsVector, inputs)
    output_vector = writer.integers(schema.SubGraphStartOutputsVector, outputs)
    schema.SubGraphStart(builder)
    schema.SubGraphAddTensors(builder, tensor_vector)
    schema.SubGraphAddInputs(builder, input_vector)
    schema.SubGraphAddOutputs(builder, output_vector)
    schema.SubGraphAddOperators(builder, call_vector)
    subgraph = schema.SubGraphEnd(builder)
    subgraphs = writer.offsets(schema.ModelStartSubgraphsVector, [subgraph])
    code_vector = writer.offsets(schema.ModelStartOperatorCodesVector, codes)
    buffer_vector = writer.offsets(schema.ModelStartBuffersVector, buffers)
    schema.ModelStart(builder)
    schema.ModelAddVersion(builder, 3)
    schema.ModelAddOperatorCodes(builder, code_vector)
    schema.ModelAddSubgraphs(builder, subgraphs)
    schema.ModelAddBuffers(builder, buffer_vector)
    builder.Finish(schema.ModelEnd(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())
