# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks that were quantized by PyTorch's own flow, PT2E.

ExecuTorch's TOSA back end lowers them to TOSA flatbuffers; nothing here
imports it, so any version with the same attributes does.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ..errors import RescaleError
from ..tflite import Quantization
from ..tosa_flatbuffer import import_tosa


def import_pt2e(program: Any, output: str | Path) -> None:
    """Writes the TOSA of a lowered program as MLIR for the compiler.

    program: what `executorch.exir.to_edge_transform_and_lower` returns with
    `TOSAPartitioner`: one part of TOSA between quantizations of the inputs
    and dequantizations of the outputs, which become the interface's scales.

    Raises RescaleError.
    """
    module = program.exported_program().graph_module
    parts = [
        child
        for _, child in module.named_children()
        if hasattr(child, "processed_bytes")
    ]
    nodes = [node for node in module.graph.nodes if node.op == "call_function"]
    calls = [node for node in nodes if _name(node) == "call_delegate"]
    other = {
        _name(node)
        for node in nodes
        if _name(node)
        not in (
            "call_delegate",
            "getitem",
            "quantize_per_tensor",
            "dequantize_per_tensor",
        )
    }
    if len(parts) != 1 or len(calls) != 1 or other:
        raise RescaleError(
            "requires a program that is one part of TOSA, got "
            f"{len(parts)} parts and {', '.join(sorted(other)) or 'no'} "
            "operations beside; quantize the whole network"
        )
    (call,) = calls
    inputs = [_quantization(node) for node in call.args[1:]]
    outputs = [
        _quantization(user)
        for item in sorted(call.users, key=lambda node: node.args[1])
        for user in item.users
    ]
    with tempfile.TemporaryDirectory(prefix="rescale-") as folder:
        path = Path(folder, "network.tosa")
        path.write_bytes(bytes(parts[0].processed_bytes))
        import_tosa(path, output, inputs, outputs)


def _name(node: Any) -> str:
    """Returns the name of an operator, without namespaces and overloads."""
    target = node.target
    name = getattr(target, "__name__", str(target))
    name = name.removeprefix("executorch_")
    return name.split(".")[-2] if "." in name else name


def _quantization(node: Any) -> Quantization | None:
    """Returns the scale of a quantization; None for what stays as it is."""
    if not hasattr(node, "op") or node.op != "call_function":
        return None
    if _name(node) not in ("quantize_per_tensor", "dequantize_per_tensor"):
        return None
    return Quantization(float(node.args[1]), int(node.args[2]))
