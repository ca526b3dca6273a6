# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks through this project's command, as its users run them."""

import sys
from pathlib import Path

import numpy as np
from Inputs.native import run_tool


def rescale(*arguments: str | Path) -> str:
    """The standard output of the command `rescale`."""
    return run_tool(sys.executable, "-m", "rescale", *arguments)


def import_network(model: Path, folder: Path) -> Path:
    """The MLIR that `rescale import` makes of a .tflite file."""
    output = folder / f"{model.stem}.mlir"
    rescale("import", model, "-o", output)
    return output


def run(model: Path, inputs: list[np.ndarray], folder: Path) -> np.ndarray:
    """The outputs, [samples, ...], of native code for TOSA."""
    words = []
    for index, samples in enumerate(inputs):
        path = folder / f"input{index}.npy"
        np.save(path, samples)
        words += ["--input", path]
    output = folder / "output.npy"
    rescale("run", model, *words, "--output", output, "--backend", "llvm")
    return np.load(output)
