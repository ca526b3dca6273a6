# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compiled networks that are loaded into this process."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from . import progress
from .errors import RescaleError
from .interface import Interface
from .toolchain import Compiler


class Library:
    """A network as a shared library.

    Not to be called from two threads at a time.
    """

    def __init__(
        self,
        network: Path,
        folder: Path,
        interface: Interface,
        compiler: Compiler,
        level: str = "2",
    ) -> None:
        """Links a network in `folder`, and loads it.

        network: its C or its object.

        Raises RescaleError.
        """
        name = interface.name
        library_path = folder / f"lib{name}.so"
        # Networks with floats, which C never has, call those of libm.
        options = ["-shared", "-lm"]
        if network.suffix == ".c":
            source, network = network, folder / f"{name}.o"
            options = ["-shared"]
            compiler.compile(
                source, network, ["-std=c99", f"-O{level}", "-fPIC"]
            )
        compiler.link([network], library_path, options)
        try:
            # It stays mapped when its file is gone.
            library = ctypes.CDLL(str(library_path))
        except OSError as error:
            reason = str(error).removeprefix(f"{library_path}: ")
            raise RescaleError(
                f"requires a network that can be loaded, got {reason}; "
                "compile it for this machine"
            ) from error
        self._run = library[f"{name}_run"]
        self._run.restype = ctypes.c_int
        self._arena = None
        if interface.arena:
            alignment = interface.arena.alignment
            self._arena = np.empty(
                interface.arena.size + alignment, np.uint8
            )
            start = -self._arena.ctypes.data % alignment
            self._arena = self._arena[start:]

    def __call__(
        self,
        runs: int,
        inputs: Sequence[np.ndarray],
        outputs: Sequence[np.ndarray],
    ) -> None:
        """Runs the network; every array is (runs, elements of one run)."""
        first = [self._arena.ctypes.data] if self._arena is not None else []
        for i in progress.count("running sample", runs):
            pointers = first + [a[i].ctypes.data for a in (*inputs, *outputs)]
            status = self._run(*map(ctypes.c_void_p, pointers))
            if status:
                raise RescaleError(f"the network ended with status {status}")
