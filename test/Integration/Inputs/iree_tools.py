# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compiling with the IREE of the Python that runs this, for one thread."""

import sys
from pathlib import Path

from Inputs.native import run_tool

# Executes in the thread that calls.
DEVICE = "local-sync"


def tool(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def compile_module(source: Path, module: Path, *options: str) -> None:
    """Compiles MLIR text for this machine."""
    run_tool(
        *(tool("iree-compile"), source, "-o", module, *options),
        "--iree-hal-target-device=local",
        "--iree-hal-local-target-device-backends=llvm-cpu",
        "--iree-llvmcpu-target-cpu=host",
    )


def to_linalg(model: Path, output: Path) -> None:
    """TOSA text to linalg and arith text, by this project's pipeline."""
    run_tool("rescale-opt", "--rescale-to-linalg", model, "-o", output)
