# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compiled networks as callables on arrays."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import progress, tools
from .errors import RescaleError
from .tflite import import_tflite, is_tflite

#: The name that the entry point and the files of a compiled network get.
_NAME = "model"

#: C compilers that can link a shared library, the best known ones first.
_LINKERS = ("clang-22", "clang", "cc", "gcc")

#: Options of rescale-compile that `load` sets.
_OWN_OPTIONS = ("emit", "name", "o")

#: By the names in the C header.
_TYPES = {
    "bool": np.bool_,
    "int8_t": np.int8,
    "int16_t": np.int16,
    "int32_t": np.int32,
    "int64_t": np.int64,
    "float": np.float32,
    "double": np.float64,
}


@dataclass(frozen=True)
class Port:
    """An input or output of a network.

    shape: of what one run takes or gives; the leading dimension is the batch.
    scale, zero_point: what codes stand for, `scale * (code - zero_point)`.
    """

    name: str
    dtype: np.dtype
    shape: tuple[int, ...]
    scale: float | None = None
    zero_point: int | None = None

    @property
    def size(self) -> int:
        """The number of elements of one run."""
        return int(np.prod(self.shape, dtype=np.int64))

    def runs(self, array: np.ndarray) -> np.ndarray:
        """Returns the samples of `array` as (runs, elements of one run).

        array: of type `dtype` and either `shape` with any multiple of the
        batch in front, or `shape` after a dimension of any size.

        Raises RescaleError for any other.
        """
        if array.dtype != self.dtype:
            raise RescaleError(
                f"requires {self.name} of type {self.dtype}, got "
                f"{array.dtype}; convert it first"
            )
        stacked = array.ndim == len(self.shape) + 1 and (
            array.shape[1:] == self.shape
        )
        batched = (
            array.ndim == len(self.shape) > 0
            and array.shape[1:] == self.shape[1:]
            and array.shape[0] % self.shape[0] == 0
        )
        if not (stacked or batched or array.shape == self.shape):
            batch = self.shape[0] if self.shape else 1
            shape = ["n" if batch == 1 else f"{batch}n", *self.shape[1:]]
            raise RescaleError(
                f"requires {self.name} of shape "
                f"({', '.join(map(str, shape))}), got {array.shape}; reshape "
                "it first"
            )
        if array.size == 0:
            raise RescaleError(
                f"requires at least one sample for {self.name}, got none"
            )
        return np.ascontiguousarray(array).reshape(-1, self.size)


class Model:
    """A network compiled to native code.

    Calling it runs it on arrays, one for each of `inputs`, with any number of
    samples; it returns an array for the only one of `outputs`, or a tuple.
    Not to be called from two threads at a time.
    """

    def __init__(self, folder: Path) -> None:
        """Loads the compiled network in `folder`; raises RescaleError."""
        header = Path(folder, f"{_NAME}.h").read_text()
        self.inputs, self.outputs = parse_header(header)
        for port in self.inputs + self.outputs:
            if port.size == 0:
                raise RescaleError(
                    "requires inputs and outputs with elements, got "
                    f"{port.name} of shape {port.shape}; compile the network "
                    "with other shapes"
                )
        library_path = str(_link(folder))
        try:
            library = ctypes.CDLL(library_path)
        except OSError as error:
            reason = str(error).removeprefix(f"{library_path}: ")
            raise RescaleError(
                f"requires a network that can be loaded, got {reason}; "
                "compile it for this machine"
            ) from error
        self._run = library[f"{_NAME}_run"]
        self._run.argtypes = [ctypes.c_void_p] * (
            len(self.inputs) + len(self.outputs)
        )
        self._run.restype = ctypes.c_int

    def __repr__(self) -> str:
        inputs, outputs = (
            ", ".join(f"{p.name}: {p.dtype}{list(p.shape)}" for p in ports)
            for ports in (self.inputs, self.outputs)
        )
        return f"<rescale.Model ({inputs}) -> ({outputs})>"

    def __call__(
        self, *arrays: np.ndarray
    ) -> np.ndarray | tuple[np.ndarray, ...]:
        """Runs the network on every sample.

        arrays: one for each of `inputs`, of its type, in its shape with any
        multiple of the batch in front, or in its shape after a dimension of
        any size; the number of runs is the same for all.

        Returns an array for each of `outputs`, all runs one after the other
        along the leading dimension; without a tuple where there is one.

        Raises RescaleError for arrays of other types or shapes.
        """
        if len(arrays) != len(self.inputs):
            raise RescaleError(
                f"requires an array for each of {len(self.inputs)} inputs, "
                f"got {len(arrays)}"
            )
        inputs = [
            port.runs(np.asarray(array))
            for port, array in zip(self.inputs, arrays, strict=True)
        ]
        counts = [len(array) for array in inputs]
        if len(set(counts)) > 1:
            raise RescaleError(
                "requires the same number of samples for every input, got "
                f"{', '.join(map(str, counts))}"
            )
        # A network without inputs is a constant.
        runs = counts[0] if counts else 1
        outputs = [
            np.empty((runs, port.size), port.dtype) for port in self.outputs
        ]
        for i in progress.count("running sample", runs):
            status = self._run(*(a[i].ctypes.data for a in inputs + outputs))
            if status:
                raise RescaleError(f"the network ended with status {status}")
        results = tuple(
            array.reshape(runs * port.shape[0], *port.shape[1:])
            if port.shape
            else array.reshape(runs)
            for port, array in zip(self.outputs, outputs, strict=True)
        )
        return results[0] if len(results) == 1 else results


def parse_header(text: str) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """Reads inputs and outputs from the C header of a compiled network."""
    macros = dict(re.findall(r"^#define (\w+) (.+)$", text, re.MULTILINE))
    prototype = re.search(rf"^int {_NAME}_run\((.*?)\);", text, re.M | re.S)
    ports: tuple[list[Port], list[Port]] = ([], [])
    for const, ctype, name in re.findall(
        r"(const )?(\w+) \*(\w+)", prototype[1]
    ):
        macro = f"{_NAME}_{name}".upper()
        shape = re.findall(r"\d+", macros.get(f"{macro}_SHAPE", ""))
        scale = macros.get(f"{macro}_SCALE")
        zero_point = macros.get(f"{macro}_ZERO_POINT")
        port = Port(
            name,
            np.dtype(_TYPES[ctype]),
            tuple(map(int, shape)),
            float(scale) if scale else None,
            int(zero_point.strip("()")) if zero_point else None,
        )
        ports[0 if const else 1].append(port)
    return tuple(ports[0]), tuple(ports[1])


def _link(folder: Path) -> Path:
    """Makes a shared library of the object in `folder`."""
    linker = next(filter(None, map(shutil.which, _LINKERS)), None)
    if not linker:
        raise RescaleError(
            "requires a C compiler to link the compiled network, got none of "
            f"{', '.join(_LINKERS)} on the PATH; install clang-22"
        )
    library = folder / f"lib{_NAME}.so"
    # Networks with floats call the mathematical functions of C.
    process = subprocess.run(
        [linker, "-shared", "-o", library, folder / f"{_NAME}.o", "-lm"],
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise RescaleError(
            f"{linker} cannot link the compiled network; see its messages "
            "above",
            process.stderr,
        )
    return library


def load(
    path: str | Path,
    *,
    batch: int | None = None,
    options: Sequence[str] = ("--cpu=native",),
) -> Model:
    """Compiles a network for this machine and returns it as a callable.

    path: MLIR text or bytecode, or a .tflite file.
    batch: of a .tflite file, where it is not fixed (default: 1).
    options: for rescale-compile, such as --integer-only; not --emit, --name
    or -o.

    Raises RescaleError.
    """
    for option in options:
        if option.startswith("-") and (
            option.lstrip("-").partition("=")[0] in _OWN_OPTIONS
        ):
            raise RescaleError(
                f"requires options other than --emit, --name and -o, got "
                f"{option}; run rescale compile for files"
            )
    path = Path(path)
    if not path.is_file():
        raise RescaleError(f"requires a model, got {path}, which is no file")
    with tempfile.TemporaryDirectory(prefix="rescale-") as name:
        folder = Path(name)
        source = path
        with progress.step(f"compiling {path}"):
            if is_tflite(path):
                source = folder / f"{path.stem}.mlir"
                import_tflite(path, source, 1 if batch is None else batch)
            tools.run(
                "rescale-compile",
                [source, *options, f"--name={_NAME}", "-o", folder],
            )
        if not Path(folder, f"{_NAME}.o").is_file():
            # As --help does.
            raise RescaleError(
                "requires options with which rescale-compile compiles, got "
                f"{' '.join(options)}; leave out those that only print"
            )
        # The library stays mapped when its file is gone.
        model = Model(folder)
    if batch is not None and not any(
        port.shape[:1] == (batch,) for port in model.inputs
    ):
        raise RescaleError(
            f"requires a network that leaves its batch open, got {model!r} "
            f"for batch={batch}; leave out batch, a call takes any number of "
            "samples"
        )
    return model
