# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks through this project: imported, compiled through LLVM, and run."""

import shutil
import sys
from pathlib import Path

import numpy as np
from Inputs import native


def import_network(model: Path, folder: Path) -> Path:
    """The MLIR that `rescale import` makes of a .tflite file."""
    output = folder / f"{model.stem}.mlir"
    native.run_tool(
        *(sys.executable, "-m", "rescale", "import", model, "-o", output)
    )
    return output


def run(
    model: Path, inputs: list[np.ndarray], like: np.ndarray, folder: Path
) -> np.ndarray:
    """The outputs of native code for TOSA, with shape and type of `like`."""
    native.run_tool(
        *("rescale-compile", model, "--emit=obj", "--target=host"),
        *("--cpu=native", "--name=network", "-o", folder),
    )
    library = folder / "network.so"
    clang = Path(shutil.which("mlir-opt")).with_name("clang")
    native.run_tool(
        *(clang, "-shared", folder / "network.o", "-o", library, "-lm")
    )
    return native.call(library, "network_run", inputs, like)
