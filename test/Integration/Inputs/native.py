# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Running tools, and native code with bare pointers, from the tests."""

import ctypes
import os
import subprocess
from pathlib import Path

import numpy as np


def run_tool(*command: str | Path, text: str | None = None) -> str:
    """The standard output of a command; its errors where it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        input=text,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-2000:]}")
    return done.stdout


def compile_seconds(source: Path, folder: Path) -> float:
    """Processor time of one compilation to C, which runs in one thread."""
    start = os.times()
    run_tool("rescale-compile", source, "--emit=c", "-o", folder)
    end = os.times()
    return (end.children_user - start.children_user) + (
        end.children_system - start.children_system
    )


def call(
    library: Path, entry: str, inputs: list[np.ndarray], like: np.ndarray
) -> np.ndarray:
    """What `entry(input..., output)` writes, with shape and type of `like`."""
    function = ctypes.CDLL(str(library))[entry]
    outputs = np.zeros_like(like)
    for rows in zip(*map(np.ascontiguousarray, inputs), outputs, strict=True):
        function(*(row.ctypes.data_as(ctypes.c_void_p) for row in rows))
    return outputs
