# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Arrays in files: NumPy's .npy, and raw little-endian codes."""

from __future__ import annotations

import contextlib
import os
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np

from .errors import RescaleError
from .files import reading, resolve_output, write_file
from .interface import Port

#: The types of raw files by suffix; .bin has that of the input or output.
RAW_TYPES = {
    ".i8": np.dtype(np.int8),
    ".u8": np.dtype(np.uint8),
    ".i16": np.dtype("<i2"),
    ".i32": np.dtype("<i4"),
    ".f32": np.dtype("<f4"),
}


def _check_suffix(path: Path) -> None:
    if path.suffix not in (".npy", ".bin", *RAW_TYPES):
        raise RescaleError(
            "requires a file of .npy, .bin or "
            f"{', '.join(RAW_TYPES)}, got {path}; rename it"
        )


def _raw_type(path: Path, dtype: np.dtype) -> np.dtype:
    _check_suffix(path)
    if path.suffix == ".bin":
        return dtype.newbyteorder("<")
    return RAW_TYPES[path.suffix]


def add_offset(
    values: np.ndarray, offset: int, port: Port, option: str
) -> np.ndarray:
    """Returns `values + offset` in the type of `port`, exactly.

    Raises RescaleError, which names the option, where it does not fit.
    """
    limits = np.iinfo(port.dtype)
    if not values.size:
        return values.astype(port.dtype)
    # Python's integers have no limits, which the sum may exceed.
    low, high = int(values.min()) + offset, int(values.max()) + offset
    if low < limits.min or high > limits.max:
        raise RescaleError(
            f"requires values of {limits.min} .. {limits.max} for "
            f"{port.name}, got {low} .. {high} after adding "
            f"{offset}; choose another {option}"
        )
    # Exact modulo 2^64, and every sum fits.
    moved = np.add(
        values.astype(np.uint64).reshape(-1), np.uint64(offset % 2**64)
    )
    return moved.astype(port.dtype).reshape(values.shape)


def read_npy_header(
    file: BinaryIO,
) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Returns shape, whether it is Fortran's order, and type.

    Raises ValueError where the .npy has a shape that no array can have, and
    all that a tokenizer or a parser of Python raises.
    """
    file.seek(0)
    if np.lib.format.read_magic(file) == (1, 0):
        header = np.lib.format.read_array_header_1_0(file)
    else:
        header = np.lib.format.read_array_header_2_0(file)
    # NumPy takes a negative dimension for one to be found out.
    if any(size < 0 for size in header[0]):
        raise ValueError(f"its shape is {header[0]}")
    return header


@contextlib.contextmanager
def reading_npy(name: str | Path) -> Iterator[None]:
    """As `reading`, for what parses a .npy file and allocates its array."""
    with (
        warnings.catch_warnings(),
        reading(name, "one array of numbers", "write it with numpy.save"),
    ):
        # What Python thinks of the text in a broken header.
        warnings.simplefilter("ignore")
        yield


def parse_npy(file: BinaryIO, name: str | Path) -> np.ndarray:
    """Reads the array of an open .npy file.

    Raises RescaleError where the file is broken, or of objects.
    """
    with reading_npy(name):
        if read_npy_header(file)[2].hasobject:
            raise RescaleError(
                f"requires one array of numbers, got objects in {name}; "
                "convert it, as numpy.stack does where each object is an array"
            )
        file.seek(0)
        return np.lib.format.read_array(file, allow_pickle=False)


def _read_npy(path: Path) -> np.ndarray:
    with path.open("rb") as file:
        return parse_npy(file, path)


def check_input(path: Path) -> None:
    """Raises RescaleError where `read` would, whatever the input is.

    What can be read only once, as a pipe, is left for `read`.
    """
    if path.suffix != ".npy":
        _check_suffix(path)
    if path.exists() and not path.is_file() and not path.is_dir():
        return
    with reading(path):
        if path.suffix == ".npy":
            _read_npy(path)
        else:
            path.open("rb").close()


def read(path: Path, port: Port, offset: int = 0) -> np.ndarray:
    """Reads samples for an input.

    path: a .npy file in one of the shapes that `port` takes, or a raw file of
    any number of samples, little-endian.
    offset: is added to every value; without one, the type of the file must be
    that of the input.

    Raises RescaleError.
    """
    with reading(path):
        if path.suffix == ".npy":
            array = _read_npy(path)
        else:
            dtype = _raw_type(path, port.dtype)
            array = np.frombuffer(path.read_bytes(), np.uint8)
            size = port.size * dtype.itemsize
            if array.size == 0 or array.size % size:
                raise RescaleError(
                    f"requires a multiple of {size} bytes, the size of "
                    f"{port.name}, got {array.size} in {path}; write whole "
                    f"samples of shape {port.shape} as {dtype.name}"
                )
            array = array.view(dtype).reshape(-1, *port.shape)
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    if array.dtype == np.bool_ and np.any(array.view(np.uint8) > 1):
        # Compiled code may do anything with other values.
        raise RescaleError(
            f"requires bytes of 0 or 1 for {port.name} of type bool, got "
            f"{array.view(np.uint8).max()} in {path}; write one byte for "
            "each element"
        )
    integers = np.issubdtype(array.dtype, np.integer) and np.issubdtype(
        port.dtype, np.integer
    )
    if offset and integers:
        return add_offset(array, offset, port, "--input-offset")
    if offset or array.dtype != port.dtype:
        raise RescaleError(
            f"requires values of type {port.dtype} for {port.name}, got "
            f"{array.dtype} in {path}; convert them, or shift integers with "
            "--input-offset, as in -128 for pixels"
        )
    return array


def check_output(path: Path, port: Port) -> None:
    """Raises RescaleError where `write` would for this output and path."""
    if path.suffix != ".npy" and _raw_type(
        path, port.dtype
    ) != port.dtype.newbyteorder("<"):
        raise RescaleError(
            f"requires a file for values of type {port.dtype}, got {path}; "
            "name it .npy or .bin"
        )
    check_place(path)


def check_output_path(path: Path) -> None:
    """Raises RescaleError where `write` would, whatever the output is."""
    _check_suffix(path)
    check_place(path)


def check_archive(path: Path) -> None:
    """Raises RescaleError where `write_archive` would for this path."""
    if path.suffix != ".npz":
        raise RescaleError(
            f"requires a file for several arrays, got {path}; name it .npz"
        )
    check_place(path)


def check_place(path: Path, inputs: Iterable[Path | None] = ()) -> None:
    """Raises RescaleError where no file can be written at `path`.

    inputs: what is read too, and not to be lost.
    """
    try:
        path = resolve_output(path)
    except OSError as error:
        raise RescaleError(str(error)) from error
    for other in filter(None, inputs):
        # Neither needs to be there, nor the name of a file.
        both_exist = os.path.exists(path) and os.path.exists(other)
        if both_exist and path.samefile(other):
            raise RescaleError(
                f"requires a file of its own for the output, got {path}, "
                "which is read too; choose another"
            )
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise RescaleError(
            f"requires a writable output directory, got {path.parent}; create "
            "it or choose another"
        )


def check_places(paths: Iterable[Path], inputs: Iterable[Path | None]) -> None:
    """Raises RescaleError where `check_place` does, or two are one file."""
    seen = set()
    inputs = list(inputs)
    for path in paths:
        check_place(path, inputs)
        place = os.path.realpath(path)
        if place in seen:
            raise RescaleError(
                f"requires a file of its own for each output, got {path} for "
                "two; choose another"
            )
        seen.add(place)


def write(path: Path, array: np.ndarray) -> None:
    """Writes an output, .npy or raw; nothing where it raises RescaleError."""
    if path.suffix == ".npy":
        write_file(path, lambda file: np.save(file, array))
    else:
        raw = array.astype(_raw_type(path, array.dtype), copy=False)
        write_file(path, lambda file: file.write(raw.tobytes()))


def write_archive(path: Path, members: Mapping[str, np.ndarray]) -> None:
    """Writes arrays as numpy.savez does, which takes not every name.

    Writes nothing where it raises RescaleError.
    """

    def write(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            for name, array in members.items():
                with archive.open(f"{name}.npy", "w") as member:
                    np.lib.format.write_array(member, array)

    write_file(path, write)
