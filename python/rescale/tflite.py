# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Import of TensorFlow Lite files.

The conversion to TOSA is that of tosa-converter-for-tflite. It drops the
scales and zero points of inputs and outputs, keeps the batch dynamic and
unsigned types unsigned; Rescale's passes put that right.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import re
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from . import __version__, tools
from .errors import RescaleError
from .files import write_file
from .interface import Port

_Value = TypeVar("_Value")

#: The four bytes after the first four of every .tflite file.
_IDENTIFIER = b"TFL3"

#: Runs apart, because the converter can abort the process it is loaded into.
#: In the directory of the file, because its path becomes the location of
#: every operation.
_CONVERT = """
import sys
from tosa_converter_for_tflite import *
try:
    tflite_flatbuffer_to_tosa_mlir(sys.argv[1], sys.argv[2],
                                   TosaConverterOutputFormat.Text,
                                   TosaConverterDebugInfo.Enable)
except Exception as error:
    sys.exit(str(error))
"""


@dataclass(frozen=True)
class Quantization:
    """What a code stands for: `scale * (code - zero_point)`.

    scale: the single-precision value of the file, exactly.
    """

    scale: float
    zero_point: int


@dataclass(frozen=True)
class Interface:
    """The quantizations of the inputs and outputs, None where they have none.

    In the order of the file, which the converter keeps.
    """

    inputs: tuple[Quantization | None, ...]
    outputs: tuple[Quantization | None, ...]


def is_tflite(path: Path) -> bool:
    """Returns whether `path` names or is a TensorFlow Lite file."""
    if path.suffix == ".tflite":
        return True
    try:
        with path.open("rb") as file:
            return file.read(8)[4:] == _IDENTIFIER
    except OSError:
        return False


def _missing_extra(module: str) -> RescaleError:
    return RescaleError(
        f"requires the Python package {module} to read .tflite files, which "
        "is not installed; run pip install './python[tflite]' in the checkout"
    )


def read_model(path: Path, read: Callable[[Any], _Value]) -> _Value:
    """Returns what `read` finds in a .tflite file; raises RescaleError."""
    try:
        import tflite
    except ImportError as error:
        raise _missing_extra("tflite") from error
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RescaleError(
            f"requires a readable model, got {path}: {error.strerror}"
        ) from error
    broken = RescaleError(
        f"requires a TensorFlow Lite file, got {path}, which is none or is "
        "damaged; get it again"
    )
    if content[4:8] != _IDENTIFIER:
        raise broken
    # Flatbuffers are not checked before they are read: a damaged one shows
    # itself as an index outside of the file or as a value of another type.
    try:
        model = tflite.Model.GetRootAs(content, 0)
        subgraphs = model.SubgraphsLength()
        if subgraphs != 1:
            raise RescaleError(
                f"requires a model with one subgraph, got {subgraphs} in "
                f"{path}; export it without control flow and with one "
                "signature"
            )
        return read(model)
    except (
        AttributeError,
        IndexError,
        TypeError,
        ValueError,
        struct.error,
    ) as error:
        raise broken from error


def read_interface(path: Path) -> Interface:
    """Reads the quantization of the inputs and outputs of a .tflite file.

    Raises RescaleError where it cannot be read or is none.
    """

    def read(model: Any) -> Interface:
        graph = model.Subgraphs(0)
        return Interface(
            tuple(
                _quantization(graph.Tensors(graph.Inputs(i)))
                for i in range(graph.InputsLength())
            ),
            tuple(
                _quantization(graph.Tensors(graph.Outputs(i)))
                for i in range(graph.OutputsLength())
            ),
        )

    return read_model(path, read)


def read_inputs(path: Path) -> tuple[Port, ...]:
    """Reads types and shapes of the inputs of a .tflite file.

    With a batch of 1 where it is dynamic, as import makes it by default. Types
    are those of the file: import makes unsigned ones signed.

    Raises RescaleError where it cannot be read or is none.
    """

    def read(model: Any) -> tuple[Port, ...]:
        import tflite

        types = {
            tflite.TensorType.BOOL: np.bool_,
            tflite.TensorType.INT8: np.int8,
            tflite.TensorType.UINT8: np.uint8,
            tflite.TensorType.INT16: np.int16,
            tflite.TensorType.INT32: np.int32,
            tflite.TensorType.INT64: np.int64,
            tflite.TensorType.FLOAT32: np.float32,
        }
        graph = model.Subgraphs(0)
        tensors = [
            graph.Tensors(graph.Inputs(i)) for i in range(graph.InputsLength())
        ]
        return tuple(
            Port(
                "input" if len(tensors) == 1 else f"input{i}",
                # Import says what is wrong with any other.
                np.dtype(types.get(tensor.Type(), np.int8)),
                tuple(tensor.Shape(j) for j in range(tensor.ShapeLength())),
            )
            for i, tensor in enumerate(tensors)
        )

    return read_model(path, read)


def read_logits(path: Path) -> Quantization | None:
    """Reads the quantization of what a softmax makes the only output of.

    None where another operator makes the output, or where there are several.

    Raises RescaleError where the file cannot be read or is none.
    """

    def read(model: Any) -> Quantization | None:
        import tflite

        graph = model.Subgraphs(0)
        if graph.OutputsLength() != 1:
            return None
        for i in range(graph.OperatorsLength()):
            operator = graph.Operators(i)
            code = model.OperatorCodes(operator.OpcodeIndex())
            if (
                code.BuiltinCode() == tflite.BuiltinOperator.SOFTMAX
                and operator.Outputs(0) == graph.Outputs(0)
            ):
                return _quantization(graph.Tensors(operator.Inputs(0)))
        return None

    return read_model(path, read)


def _quantization(tensor: Any) -> Quantization | None:
    parameters = tensor.Quantization()
    if parameters is None or parameters.ScaleLength() != 1:
        return None
    scale = float(parameters.Scale(0))
    if scale <= 0:
        return None
    # The schema lets zero points be absent where they are 0.
    has_zero_point = parameters.ZeroPointLength() == 1
    return Quantization(
        scale, int(parameters.ZeroPoint(0)) if has_zero_point else 0
    )


def _convert(model: Path, output: Path) -> None:
    """Runs the converter from `model` to the MLIR text `output`."""
    process = subprocess.run(
        [sys.executable, "-P", "-c", _CONVERT, model.name, output],
        cwd=model.parent,
        capture_output=True,
        # Its messages can quote the file.
        encoding="utf-8",
        errors="replace",
        check=False,
        # Its library logs what is no problem otherwise.
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    if not process.returncode:
        return
    if "ModuleNotFoundError" in process.stderr:
        raise _missing_extra("tosa-converter-for-tflite")
    raise RescaleError(
        f"requires a model that tosa-converter-for-tflite converts, got "
        f"{model}; see its messages above",
        # Some operators end it without a word.
        process.stderr or f"it ended with code {process.returncode}\n",
    )


def format_quantizations(quantizations: Sequence[Quantization | None]) -> str:
    """Returns them as rescale-annotate-interface takes them."""
    # repr of a float is exact.
    return ",".join(
        f"{q.scale!r}:{q.zero_point}" if q else "none" for q in quantizations
    )


def _quote(text: str) -> str:
    """Returns a string as MLIR writes it; file names are any bytes."""
    escaped = re.sub(
        rb'[^ -~]|["\\]',
        lambda match: b"\\%02X" % ord(match[0]),
        os.fsencode(text),
    )
    return f'"{escaped.decode()}"'


def _add_source(model: Path, converted: Path, batch: int) -> None:
    """Writes into a module what it was converted from.

    In the text, because no option of a pass can hold every file name.
    """
    importer = f"rescale {__version__}"
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        package = "tosa-converter-for-tflite"
        importer += f" with {package} {importlib.metadata.version(package)}"
    entries = {
        "file": _quote(model.name),
        "sha256": _quote(hashlib.sha256(model.read_bytes()).hexdigest()),
        "importer": _quote(f"{importer}, --batch={batch}"),
    }
    source = ", ".join(f"{name} = {text}" for name, text in entries.items())
    # The only line that starts so: a newline in a string is escaped.
    content, count = re.subn(
        rb"^module(?: attributes \{(.*)\})? \{$",
        lambda match: b"module attributes {rescale.source = {%s}%s} {"
        % (source.encode(), b", " + match[1] if match[1] else b""),
        converted.read_bytes(),
        count=1,
        flags=re.M,
    )
    assert count == 1, "the converter writes one module"
    converted.write_bytes(content)


def import_tflite(
    model: Path,
    output: Path,
    batch: int = 1,
    float_weights: Path | None = None,
) -> None:
    """Converts a .tflite file into TOSA that the compiler takes.

    The result has static shapes, with `batch` for a leading dimension that is
    dynamic, signed codes, and the quantization of arguments and results as
    attributes. An unsigned network's codes become `code - 128`. The module
    says which file it comes from, its SHA-256, and what converted it.

    model: the .tflite file.
    output: the MLIR text to write, or bytecode where it ends in .mlirbc.
    float_weights: the .tflite file of the same network without quantization,
    whose weights `rescale-snap` starts from.

    Raises RescaleError, and writes nothing then.
    """
    model, output = Path(model), Path(output)
    interface = read_interface(model)
    weights = []
    if float_weights is not None:
        # It reads files as this module does.
        from .float_weights import add_float_weights, match_layers

        weights = match_layers(model, Path(float_weights))
    passes = ",".join(
        (
            "rescale-annotate-interface{"
            f"inputs={format_quantizations(interface.inputs)} "
            f"outputs={format_quantizations(interface.outputs)}}}",
            f"rescale-make-static{{batch={batch}}}",
            "rescale-make-signed",
            "canonicalize",
            "cse",
        )
    )
    with tempfile.TemporaryDirectory(prefix="rescale-") as folder:
        converted, result = Path(folder, "tosa.mlir"), Path(folder, "result")
        _convert(model, converted)
        _add_source(model, converted, batch)
        if weights:
            add_float_weights(converted, weights)
        options = [
            f"--pass-pipeline=builtin.module({passes})",
            "--mlir-print-debuginfo",
            # Where the operation is a function, that is the whole network.
            "--mlir-print-op-on-diagnostic=false",
        ]
        if output.suffix == ".mlirbc":
            options.append("--emit-bytecode")
        tools.run("rescale-opt", [converted, *options, "-o", result])
        content = result.read_bytes()
        write_file(output, lambda file: file.write(content))
