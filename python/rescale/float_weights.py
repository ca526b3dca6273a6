# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Float weights of a quantized network, from the float one.

What a quantized weight was rounded from is in the .tflite file that was
converted without quantization. `rescale-snap` starts from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import RescaleError
from .tflite import read_model

#: What the converter makes of operators with weights. Each has those of the
#: file in the same order in memory.
_WEIGHTED = re.compile(
    rb"^ *%\S+ = tosa\.(?:conv2d|depthwise_conv2d|transpose_conv2d) "
    rb"[^{\n]*(\{)[^\n]* : \(tensor<[^>]*>, tensor<([0-9x]*)x\w+>",
    re.M,
)


@dataclass(frozen=True)
class Layer:
    """An operator with constant weights.

    kind: the name of the operator.
    name: that of its weights.
    weights: in the type and the shape of the file; None where they are no
    floats.
    """

    kind: str
    name: str
    shape: tuple[int, ...]
    weights: np.ndarray | None

    def __str__(self) -> str:
        shape = "x".join(map(str, self.shape))
        return f"{self.kind} of {shape} weights"


def read_layers(path: Path) -> list[Layer]:
    """Returns the operators with constant weights in the order of a file.

    Raises RescaleError where it cannot be read.
    """

    def read(model: Any) -> list[Layer]:
        import tflite

        kinds = {
            tflite.BuiltinOperator.CONV_2D: "CONV_2D",
            tflite.BuiltinOperator.DEPTHWISE_CONV_2D: "DEPTHWISE_CONV_2D",
            tflite.BuiltinOperator.FULLY_CONNECTED: "FULLY_CONNECTED",
            tflite.BuiltinOperator.TRANSPOSE_CONV: "TRANSPOSE_CONV",
        }
        graph = model.Subgraphs(0)
        layers = []
        for i in range(graph.OperatorsLength()):
            operator = graph.Operators(i)
            code = model.OperatorCodes(operator.OpcodeIndex())
            # Files of old converters have the second one only.
            kind = kinds.get(
                max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
            )
            if kind is None:
                continue
            tensor = graph.Tensors(operator.Inputs(1))
            data = model.Buffers(tensor.Buffer()).DataAsNumpy()
            shape = tuple(int(size) for size in tensor.ShapeAsNumpy())
            weights = None
            if tensor.Type() == tflite.TensorType.FLOAT32 and not isinstance(
                data, int
            ):
                weights = data.view("<f4").reshape(shape)
            layers.append(
                Layer(kind, tensor.Name().decode(), shape, weights)
            )
        return layers

    return read_model(path, read)


def match_layers(model: Path, floats: Path) -> list[np.ndarray | None]:
    """Returns the float weights of each layer of a quantized network.

    Both networks have the same layers in the same order, as one network has
    that was converted twice. None for those that are no floats in the second
    file either.

    Raises RescaleError where layers differ, or where none has floats.
    """
    quantized, original = read_layers(model), read_layers(floats)
    if len(quantized) != len(original):
        raise RescaleError(
            f"requires a float network with the {len(quantized)} layers of "
            f"{model}, got {len(original)} in {floats}; convert the network "
            "that was quantized, without quantization"
        )
    for i, (ours, theirs) in enumerate(zip(quantized, original, strict=True)):
        if (ours.kind, ours.shape) != (theirs.kind, theirs.shape):
            raise RescaleError(
                f"requires a float network whose layer {i} is a {ours}, as "
                f"{ours.name} of {model}, got a {theirs}, {theirs.name} of "
                f"{floats}; convert the network that was quantized, without "
                "quantization"
            )
    if all(layer.weights is None for layer in original):
        raise RescaleError(
            f"requires float weights, got none in {floats}; convert the "
            "network without quantization"
        )
    return [layer.weights for layer in original]


def add_float_weights(
    converted: Path, weights: Sequence[np.ndarray | None]
) -> None:
    """Writes float weights into what the converter made, as resources.

    Raises RescaleError where the converter made other layers of the file's.
    """
    content = converted.read_bytes()
    matches = list(_WEIGHTED.finditer(content))
    if len(matches) != len(weights):
        raise RescaleError(
            "requires a network of which the converter makes a convolution of "
            f"each layer with weights, got {len(matches)} for {len(weights)}; "
            "import it without --float-weights"
        )
    pieces, resources, end = [], [], 0
    for i, (match, values) in enumerate(zip(matches, weights, strict=True)):
        if values is None:
            continue
        name = b"float_weights_%d" % i
        pieces += [
            content[end : match.end(1)],
            b"rescale.float_weights = dense_resource<%s> : tensor<%sxf32>, "
            % (name, match[2]),
        ]
        end = match.end(1)
        # The alignment of the data comes first.
        data = (4).to_bytes(4, "little") + values.astype("<f4").tobytes()
        resources.append(b'%s: "0x%s"' % (name, data.hex().upper().encode()))
    pieces += [
        content[end:],
        b"\n{-# dialect_resources: {builtin: {",
        b", ".join(resources),
        b"}} #-}\n",
    ]
    converted.write_bytes(b"".join(pieces))
