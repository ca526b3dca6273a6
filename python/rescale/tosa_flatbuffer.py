# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Import of TOSA's own serialized form, a flatbuffer.

ExecuTorch writes it, and tosa-opt of the package tosa-tools reads it. It has
no scales of inputs and outputs: who knows them says them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import tools
from .errors import RescaleError
from .files import write_file
from .tflite import Quantization, format_quantizations

#: The four bytes after the first four of every file.
_IDENTIFIER = b"TOSA"


def is_tosa_flatbuffer(path: Path) -> bool:
    """Returns whether `path` is TOSA's serialized form."""
    try:
        with path.open("rb") as file:
            return file.read(8)[4:] == _IDENTIFIER
    except OSError:
        return False


def _find_tosa_opt() -> str:
    beside = shutil.which(Path(sys.executable).with_name("tosa-opt"))
    found = beside or shutil.which("tosa-opt")
    if found is None:
        raise RescaleError(
            "requires the Python package tosa-tools to read TOSA "
            "flatbuffers, which is not installed; run pip install "
            "'./python[reference]' in the checkout"
        )
    return found


def import_tosa(
    model: str | Path,
    output: str | Path,
    inputs: Sequence[Quantization | None] = (),
    outputs: Sequence[Quantization | None] = (),
) -> None:
    """Converts a TOSA flatbuffer into MLIR that the compiler takes.

    output: the MLIR text to write, or bytecode where it ends in .mlirbc.
    inputs, outputs: what the codes of each stand for, or nothing.

    Raises RescaleError, and writes nothing then.
    """
    model, output = Path(model), Path(output)
    if not model.is_file() or not is_tosa_flatbuffer(model):
        raise RescaleError(
            f"requires a TOSA flatbuffer, got {model}, which is none"
        )
    passes = ["canonicalize", "cse"]
    if inputs or outputs:
        passes.insert(
            0,
            "rescale-annotate-interface{"
            f"inputs={format_quantizations(inputs)} "
            f"outputs={format_quantizations(outputs)}}}",
        )
    with tempfile.TemporaryDirectory(prefix="rescale-") as folder:
        # Its name is part of a list of options, so it has to be a plain one.
        source, converted = Path(folder, "m.tosa"), Path(folder, "m.mlir")
        source.write_bytes(model.read_bytes())
        process = subprocess.run(
            [
                _find_tosa_opt(),
                f"--tosa-deserialize=tosa-flatbuffer-filename={source}",
                *("-", "-o", converted),
            ],
            input="module {}",
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if process.returncode:
            raise RescaleError(
                f"requires a TOSA flatbuffer that tosa-opt reads, got {model};"
                " see its messages above",
                process.stderr or f"it ended with {process.returncode}\n",
            )
        # Names of tensors, which nothing of LLVM knows.
        text = re.sub(
            r' \{tosa\.tensor_name = "[^"]*"\}', "", converted.read_text()
        )
        converted.write_text(text)
        result = Path(folder, "result")
        options = [
            f"--pass-pipeline=builtin.module({','.join(passes)})",
            "--mlir-print-op-on-diagnostic=false",
        ]
        if output.suffix == ".mlirbc":
            options.append("--emit-bytecode")
        tools.run("rescale-opt", [converted, *options, "-o", result])
        content = result.read_bytes()
        write_file(output, lambda file: file.write(content))
