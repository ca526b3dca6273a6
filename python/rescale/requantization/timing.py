# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The time of a network's last layer on this machine."""

from __future__ import annotations

import ctypes
import platform
import re
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import RescaleError
from ..interface import NAME, Interface
from ..toolchain import Compiler

#: The processor whose instructions are compiled for: AVX2, where it is x86.
FLAGS = (
    ("-march=x86-64-v3",)
    if platform.machine().lower() in ("x86_64", "amd64")
    else ("-mcpu=native",)
)

#: Before the C: what it does around each layer. Where the last one is repeated
#: no other is run; the compiler has to believe that its buffers change.
_HOOKS = """\
long rescale_repetitions;
#define MODEL_LAYER_BEGIN(index, layer) \\
  for (long i = !rescale_repetitions ? 1 \\
           : (index) == {last} ? rescale_repetitions : 0; \\
       i > 0; --i) {{
#define MODEL_LAYER_END(index, layer) \\
  __asm__ volatile("" ::: "memory"); }}
"""


def has_instructions() -> bool:
    """Whether this machine runs what FLAGS compile for."""
    if "-march=x86-64-v3" not in FLAGS:
        return True
    try:
        return " avx2 " in Path("/proc/cpuinfo").read_text()
    except OSError:
        return True


class Timer:
    """A network as a shared library, with its last layer to be repeated."""

    def __init__(
        self,
        folder: Path,
        interface: Interface,
        compiler: Compiler,
        level: str,
    ) -> None:
        """Compiles and loads the C in `folder`; raises RescaleError."""
        if not has_instructions():
            raise RescaleError(
                "requires a processor with the instructions of "
                f"{' '.join(FLAGS)} to measure times, got one without; choose "
                "other targets"
            )
        source = folder / f"{NAME}.c"
        layers = re.findall(
            rf"^ *{NAME.upper()}_LAYER_BEGIN\((\d+)", source.read_text(), re.M
        )
        hooks = folder / "timing.h"
        hooks.write_text(_HOOKS.format(last=layers[-1]))
        compiler.compile(
            source,
            folder / f"{NAME}.o",
            ["-std=c99", f"-O{level}", "-fPIC", *FLAGS, "-include", hooks],
        )
        path = folder / f"lib{NAME}.so"
        compiler.link([folder / f"{NAME}.o"], path, ["-shared"])
        try:
            self._library = ctypes.CDLL(str(path))
        except OSError as error:
            raise RescaleError(
                f"requires C for this machine, got {error}; report this as a "
                "bug"
            ) from error
        self._repetitions = ctypes.c_long.in_dll(
            self._library, "rescale_repetitions"
        )
        self._arena = np.zeros(
            interface.arena.size + 64 if interface.arena else 0, np.uint8
        )
        self._has_arena = interface.arena is not None

    def run(
        self,
        inputs: Sequence[np.ndarray],
        outputs: Sequence[np.ndarray],
        repetitions: int = 0,
    ) -> float:
        """Returns the seconds of this thread that a run takes.

        repetitions: of the last layer alone; 0: a run of all layers.
        """
        aligned = self._arena.ctypes.data + -self._arena.ctypes.data % 64
        pointers = [aligned] if self._has_arena else []
        pointers += [array.ctypes.data for array in (*inputs, *outputs)]
        arguments = list(map(ctypes.c_void_p, pointers))
        self._repetitions.value = repetitions
        run = self._library[f"{NAME}_run"]
        start = time.thread_time()
        run(*arguments)
        return time.thread_time() - start
