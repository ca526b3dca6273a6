# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks through this project's command, as its users run them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from Inputs import programs
from Inputs.native import run_tool
from rescale import tools


def rescale(*arguments: str | Path) -> str:
    """The standard output of the command `rescale`."""
    return run_tool(sys.executable, "-m", "rescale", *arguments)


def import_network(model: Path, folder: Path) -> Path:
    """The MLIR that `rescale import` makes of a .tflite file."""
    output = folder / f"{model.stem}.mlir"
    rescale("import", model, "-o", output)
    return output


def arithmetic_remarks(model: Path, target: str) -> str:
    """What lowering says of the arithmetic of each requantization."""
    process = subprocess.run(
        [
            *(tools.find("rescale-opt"), model, "-o", "/dev/null"),
            f"--rescale-to-loops=target={target}",
            "--remarks-filter=convert-rescale-to-arith",
            "--mlir-print-op-on-diagnostic=false",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return process.stderr


#: The ways to machine code for this machine: options of `rescale run`.
BACKENDS = {
    "LLVM": ("--backend", "llvm"),
    "C by gcc": ("--backend", "c", "--cc", "gcc"),
    "C by clang": ("--backend", "c", "--cc", "clang-22"),
}


def run(
    model: Path,
    inputs: list[np.ndarray],
    folder: Path,
    backend: str = "LLVM",
    narrow: str = "lossless",
) -> np.ndarray:
    """The outputs, [samples, ...], of native code for TOSA."""
    words = []
    for index, samples in enumerate(inputs):
        path = folder / f"input{index}.npy"
        np.save(path, samples)
        words += ["--input", path]
    output = folder / "output.npy"
    words += [*BACKENDS[backend], "--narrow", narrow]
    rescale("run", model, *words, "--output", output)
    return np.load(output)


def run_sanitized(
    model: Path, inputs: list[np.ndarray], like: np.ndarray, folder: Path
) -> np.ndarray:
    """The outputs, as `like`, of C under UBSan and ASan, guards and all.

    Raises RuntimeError for what a sanitizer or a compiler's warning says.
    """
    run_tool(
        *("rescale-compile", model, "--emit=c", "--name=network"),
        *("-o", folder),
    )
    job = programs.Job(
        "network",
        [(array.shape[1:], array.dtype) for array in inputs],
        [(like.shape[1:], like.dtype)],
        [list(row) for row in zip(*inputs, strict=True)],
        (folder / "network.h").read_text(),
    )
    build = [*programs.SANITIZED, folder / "network.c"]
    (rows,) = programs.run([job], build, folder)
    return np.stack([row[0] for row in rows])
