# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Samples and labels of any number, read a part at a time.

Files stay on the disk: they are mapped into memory, compressed ones after
they have been expanded into a temporary file, and only the samples that are
asked for are converted into what a network takes.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib
import importlib.util
import math
import os
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, Protocol

import numpy as np

from .arrays import (
    RAW_TYPES,
    add_offset,
    parse_npy,
    read_npy_header,
    reading_npy,
)
from .errors import RescaleError
from .files import reading
from .interface import Port

#: Bytes of a sample in CIFAR-10's binary layout: the label, then three planes.
_CIFAR_RECORD = 1 + 3 * 32 * 32

#: The types of idx files by the third byte.
_IDX_TYPES = {
    0x08: np.dtype("u1"),
    0x09: np.dtype("i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}


class Loader(Protocol):
    """What a user's own class gives: samples, and labels where it has them.

    It is made with the text of --data as its only argument, or without one
    where --data is not given. With several processes, each has a copy of it,
    made by fork.
    """

    def __len__(self) -> int:
        """Returns the number of samples."""

    def samples(self, start: int, stop: int) -> Sequence[np.ndarray]:
        """Returns the samples from start to stop, an array for each input."""

    def labels(self, start: int, stop: int) -> np.ndarray | None:
        """Returns their labels, or None; need not exist."""


@dataclass(frozen=True)
class Table:
    """An array of any number of samples; slices of it are read when needed.

    arrange: turns samples as they are in the file into those of an input.
    """

    values: np.ndarray
    arrange: Callable[[np.ndarray], np.ndarray] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, part: slice) -> np.ndarray:
        values = self.values[part]
        values = np.asarray(values).astype(
            values.dtype.newbyteorder("="), copy=False
        )
        return self.arrange(values) if self.arrange else values


@contextlib.contextmanager
def _expand(source: BinaryIO) -> Iterator[BinaryIO]:
    """Copies what can only be read in order into a file without a name."""
    with tempfile.TemporaryFile(prefix="rescale-") as expanded:
        shutil.copyfileobj(source, expanded, 1 << 20)
        expanded.seek(0)
        yield expanded


@contextlib.contextmanager
def _open(path: Path) -> Iterator[tuple[BinaryIO, str]]:
    """Opens a file; gives it and its name's suffix, both without .gz.

    What is mapped while it is open stays so. Raises RescaleError, also for
    whatever is raised while it is open.
    """
    is_compressed = path.suffix == ".gz"
    suffix = path.with_suffix("").suffix if is_compressed else path.suffix
    with (
        reading(path),
        gzip.open(path) if is_compressed else path.open("rb") as file,
    ):
        if not is_compressed and file.seekable():
            yield file, suffix
        else:
            with _expand(file) as expanded:
                yield expanded, suffix


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _map(
    file: BinaryIO, dtype: np.dtype, shape: tuple[int, ...], offset: int = 0
) -> np.ndarray:
    """Maps a part of a file, which may be empty."""
    if 0 in shape:
        return np.empty(shape, dtype)
    return np.memmap(file, dtype, "r", offset, shape)


def _map_npy(path: Path, file: BinaryIO) -> np.ndarray:
    """Maps the array of a .npy file.

    Raises RescaleError where it is broken, or of no numbers.
    """
    with reading_npy(path):
        shape, is_fortran, dtype = read_npy_header(file)
        offset = file.tell()
        is_whole = offset + math.prod(shape) * dtype.itemsize <= _size(file)
        if dtype.kind in "iufb" and not is_fortran and shape and is_whole:
            return _map(file, dtype, shape, offset)
    return parse_npy(file, path)


def _map_npz(path: Path, file: BinaryIO, key: str) -> np.ndarray:
    with zipfile.ZipFile(file) as archive:
        names = [
            name.removesuffix(".npy")
            for name in archive.namelist()
            if name.endswith(".npy")
        ]
        if not key and len(names) == 1:
            key = names[0]
        if key not in names:
            raise RescaleError(
                "requires the name of an array after a colon, one of "
                f"{', '.join(names) or 'none'}, got {key or 'none'} for "
                f"{path}"
            )
        with (
            archive.open(f"{key}.npy") as member,
            _expand(member) as expanded,
        ):
            return _map_npy(path, expanded)


def _idx_header(file: BinaryIO) -> tuple[np.dtype, tuple[int, ...]] | None:
    """Returns type and shape of an idx file, None for any other."""
    file.seek(0)
    start = file.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in _IDX_TYPES:
        return None
    sizes = file.read(4 * start[3])
    if not start[3] or len(sizes) < 4 * start[3]:
        return None
    dtype = _IDX_TYPES[start[2]]
    shape = tuple(np.frombuffer(sizes, ">u4").tolist())
    length = 4 + len(sizes) + math.prod(shape) * dtype.itemsize
    return (dtype, shape) if _size(file) == length else None


def _split(text: str) -> tuple[str, Path, str]:
    """Splits `[cifar10:]path[:key]` into its parts."""
    layout = ""
    if text.startswith("cifar10:"):
        layout, text = "cifar10", text.removeprefix("cifar10:")
    name, colon, key = text.rpartition(":")
    if colon and name.endswith(".npz"):
        return layout, Path(name), key
    return layout, Path(text), ""


def _map_cifar(path: Path, file: BinaryIO) -> np.ndarray:
    size = _size(file)
    if not size or size % _CIFAR_RECORD:
        raise RescaleError(
            f"requires a multiple of {_CIFAR_RECORD} bytes, as CIFAR-10's "
            f"binary files have, got {size} in {path}"
        )
    return _map(file, np.dtype("u1"), (size // _CIFAR_RECORD, _CIFAR_RECORD))


def _cifar_images(records: np.ndarray) -> np.ndarray:
    planes = records[:, 1:].reshape(-1, 3, 32, 32)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1))


def _cifar_labels(records: np.ndarray) -> np.ndarray:
    return records[:, 0]


def _map_array(
    path: Path, file: BinaryIO, suffix: str, key: str
) -> np.ndarray | None:
    """Maps a file that says its type and shape; None for any other."""
    if suffix == ".npy":
        return _map_npy(path, file)
    if suffix == ".npz":
        return _map_npz(path, file, key)
    if header := _idx_header(file):
        return _map(file, *header, 4 + 4 * len(header[1]))
    return None


def _arrange(array: np.ndarray, port: Port, name: str) -> Table:
    """Checks the shape of samples for an input; dimensions of 1 are free."""

    def squeeze(shape: Sequence[int]) -> list[int]:
        return [size for size in shape if size != 1]

    batch = port.shape[0] if port.shape else 1
    sample = squeeze(port.shape[1:])
    if array.ndim and squeeze(array.shape[1:]) == sample:
        return Table(array)
    if array.ndim > 1 and squeeze(array.shape[2:]) == sample and (
        array.shape[1] == batch
    ):
        return Table(array.reshape(-1, *array.shape[2:]))
    raise RescaleError(
        f"requires samples of shape ({', '.join(map(str, port.shape[1:]))}) "
        f"for {port.name}, got an array of shape {array.shape} in {name}; "
        "reshape it"
    )


@dataclass(frozen=True)
class Source:
    """Opened samples, before it is known which input they are for.

    values: an array, or the bytes of a file that does not say its shape.
    layout: cifar10, or the suffix of such a file, or nothing.
    """

    name: str
    values: np.ndarray
    layout: str = ""

    def counts(self) -> tuple[int, ...]:
        """Returns how many samples there may be; nothing if any number."""
        if self.layout not in ("", "cifar10"):
            return ()
        # An array may have a dimension for the batch.
        return len(self.values), math.prod(self.values.shape[:2])

    def table(self, port: Port) -> Table:
        """Returns the samples of an input; raises RescaleError."""
        if self.layout == "cifar10":
            if port.size // (port.shape or (1,))[0] != _CIFAR_RECORD - 1:
                raise RescaleError(
                    "requires an input of shape (32, 32, 3) for "
                    f"{self.name}, got {port.name} of shape {port.shape[1:]}; "
                    "take other data"
                )
            return Table(self.values, _cifar_images)
        if not self.layout:
            return _arrange(self.values, port, self.name)
        dtype = RAW_TYPES.get(self.layout, port.dtype).newbyteorder("<")
        shape = port.shape[1:]
        bytes_each = math.prod(shape) * dtype.itemsize
        size = len(self.values)
        if not bytes_each or size % bytes_each:
            raise RescaleError(
                f"requires a multiple of {bytes_each} bytes, the size of a "
                f"sample for {port.name}, got {size} in {self.name}; write "
                f"whole samples of shape {shape} as {dtype.name}, or name the "
                "layout, as in cifar10:FILE"
            )
        return Table(self.values.view(dtype).reshape(-1, *shape))


def path_of(spec: str | Path) -> Path:
    """Returns the file that samples or labels are read from."""
    return _split(str(spec))[1]


def open_source(spec: str | Path | np.ndarray) -> Source:
    """Opens samples for some input; raises RescaleError.

    spec: an array, or [cifar10:]FILE[.gz], or FILE.npz:NAME.
    """
    if isinstance(spec, np.ndarray):
        return _check_source(Source("data", spec))
    layout, path, key = _split(str(spec))
    with _open(path) as (file, suffix):
        if layout:
            return Source(str(path), _map_cifar(path, file), layout)
        if suffix in RAW_TYPES or suffix == ".bin":
            array = _map(file, np.dtype("u1"), (_size(file),))
            return _check_source(Source(str(path), array, suffix))
        array = _map_array(path, file, suffix, key)
    if array is None:
        raise RescaleError(
            "requires samples as .npy, .npz, .bin, "
            f"{', '.join(RAW_TYPES)} or idx, perhaps with .gz, or cifar10: "
            f"before the name, got {path}; convert them, or give a loader"
        )
    return _check_source(Source(str(path), array))


def _check_source(source: Source) -> Source:
    if not source.values.ndim:
        raise RescaleError(
            f"requires an array of samples, got a single number in "
            f"{source.name}; add a dimension in front"
        )
    _check_samples(Table(source.values), source.name)
    return source


def open_samples(spec: str | Path | np.ndarray, port: Port) -> Table:
    """Opens samples for an input, as `open_source`; raises RescaleError."""
    return open_source(spec).table(port)


def _check_samples(table: Table, name: str) -> Table:
    if not len(table):
        raise RescaleError(f"requires at least one sample, got none in {name}")
    if table.values.dtype.kind not in "iufb":
        raise RescaleError(
            f"requires an array of numbers, got {table.values.dtype} in {name}"
        )
    return table


#: A whole number that fits into 64 bits.
_DIGITS = "[0-9]{1,18}"


def _read_text(path: Path, file: BinaryIO, is_csv: bool) -> np.ndarray:
    """Reads the last field of each line as a whole number."""
    file.seek(0)
    labels = []
    try:
        for number, line in enumerate(file, 1):
            text = line.decode().strip()
            if not text:
                continue
            field = text.rpartition(",")[2] if is_csv else text
            if not re.fullmatch(rf"\s*[+-]?{_DIGITS}\s*", field):
                raise RescaleError(
                    "requires a whole number of at most 18 digits "
                    f"{'after the last comma ' if is_csv else ''}as label, "
                    f"got {field!r} in line {number} of {path}"
                )
            labels.append(int(field))
    except UnicodeDecodeError as error:
        raise RescaleError(
            f"requires labels as text, got {path}: {error.reason}; name it "
            "after what it is, such as .npy"
        ) from error
    return np.array(labels, np.int64)


def open_labels(spec: str | Path | np.ndarray) -> Table:
    """Opens labels, or what outputs should be; raises RescaleError.

    spec: an array, or [cifar10:]FILE[.gz], FILE.npz:NAME, text with a whole
    number in each line, or .csv, where it is the last field.
    """
    if isinstance(spec, np.ndarray):
        return _check_samples(Table(spec), "labels")
    layout, path, key = _split(str(spec))
    with _open(path) as (file, suffix):
        if layout:
            return Table(_map_cifar(path, file), _cifar_labels)
        if suffix in (".txt", ".csv"):
            array = _read_text(path, file, suffix == ".csv")
        elif suffix in RAW_TYPES:
            dtype, size = RAW_TYPES[suffix], _size(file)
            if size % dtype.itemsize:
                raise RescaleError(
                    f"requires a multiple of {dtype.itemsize} bytes, the size "
                    f"of a label, got {size} in {path}; write whole labels as "
                    f"{dtype.name}"
                )
            array = _map(file, dtype, (size // dtype.itemsize,))
        else:
            array = _map_array(path, file, suffix, key)
    if array is None:
        raise RescaleError(
            f"requires labels as .txt, .csv, .npy, .npz, "
            f"{', '.join(RAW_TYPES)} or idx, perhaps with .gz, or cifar10: "
            f"before the name, got {path}; convert them, or give a loader"
        )
    if not array.ndim:
        raise RescaleError(
            f"requires a label for each sample, got a single number in {path}"
        )
    return _check_samples(Table(array), str(path))


#: The first of some samples and the one after the last, which may be absent.
Range = tuple[int | None, int | None]


def parse_range(text: str) -> Range:
    """Reads START:STOP, either of which may be absent; raises RescaleError."""
    start, colon, stop = text.partition(":")
    parts = [part.strip() for part in (start, stop)]
    if not colon or not all(
        not part or re.fullmatch(_DIGITS, part) for part in parts
    ):
        raise RescaleError(
            f"requires samples as START:STOP, got {text}; as in 64:4000"
        )
    first, last = (int(part) if part else None for part in parts)
    resolve_range((first, last))
    return first, last


def resolve_range(
    samples: Range, total: int | None = None
) -> tuple[int, int | None]:
    """Fills in the ends of a part of `total` samples; raises RescaleError."""
    start, stop = samples
    text = ":".join("" if end is None else str(end) for end in samples)
    if stop is not None and (start or 0) >= stop:
        raise RescaleError(
            "requires samples as START:STOP with START < STOP, got "
            f"{text}; as in 64:4000"
        )
    if total is not None and max((start or 0) + 1, stop or 0) > total:
        raise RescaleError(
            f"requires samples within 0:{total}, got {text}"
        )
    return start or 0, total if stop is None else stop


def overlap(one: Range, other: Range) -> bool:
    """Returns whether two parts have samples in common."""
    start = max(part[0] or 0 for part in (one, other))
    return all(part[1] is None or start < part[1] for part in (one, other))


@dataclass(frozen=True)
class Conversion:
    """What the values of samples are.

    kind: "codes" of the network, "pixels" of 0 .. 255, which are `code - zero
    point`, or "real" numbers, which a quantized network gets as the codes
    nearest to them.
    offset: is added to codes.
    mean, deviation: a real number is `(value - mean) / deviation`.
    """

    kind: str = "codes"
    offset: int = 0
    mean: float = 0.0
    deviation: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in ("codes", "pixels", "real"):
            raise RescaleError(
                f"requires values of codes, pixels or real, got {self.kind}"
            )
        if self.offset and self.kind != "codes":
            raise RescaleError(
                f"requires no offset for values of {self.kind}, got "
                f"{self.offset}; it is for codes"
            )
        numbers = (self.mean, self.deviation)
        if not all(map(math.isfinite, numbers)) or not self.deviation:
            raise RescaleError(
                "requires a finite mean and a deviation that is not 0, got "
                f"{self.mean} and {self.deviation}"
            )
        if numbers != (0, 1) and self.kind != "real":
            raise RescaleError(
                "requires real values for a mean and deviation, got "
                f"{self.kind}"
            )

    def real(self, values: np.ndarray) -> np.ndarray:
        """Returns the real numbers that samples stand for."""
        result = (values.astype(np.float64) - self.mean) / self.deviation
        if not np.isfinite(result).all():
            raise RescaleError(
                "requires finite samples, got "
                f"{result[~np.isfinite(result)][0]}; leave such samples out"
            )
        return result

    def codes(self, values: np.ndarray, port: Port) -> np.ndarray:
        """Returns what an input takes; raises RescaleError."""
        if self.kind == "real":
            return quantize(self.real(values), port)
        if port.dtype.kind == "f":
            # A float network has no codes: they are real already.
            if self.kind == "codes" and not self.offset and (
                values.dtype == port.dtype
            ):
                return self.real(values).astype(port.dtype)
            raise RescaleError(
                f"requires real values for {port.name} of type {port.dtype}, "
                f"got {self.kind} of type {values.dtype}; give --real"
            )
        if self.kind == "pixels":
            return self._pixels(values, port)
        if self.offset and values.dtype.kind in "iu":
            return add_offset(values, self.offset, port, "--offset")
        if values.dtype != port.dtype:
            raise RescaleError(
                f"requires codes of type {port.dtype} for {port.name}, got "
                f"{values.dtype}; give --pixels or --offset for pixels, and "
                "--real for numbers that are to be quantized"
            )
        return values

    def _pixels(self, values: np.ndarray, port: Port) -> np.ndarray:
        if values.dtype != np.uint8:
            raise RescaleError(
                f"requires pixels of type uint8, got {values.dtype}; give "
                "--real for numbers that are to be quantized"
            )
        limits = np.iinfo(port.dtype)
        zero = port.zero_point
        if zero is None or zero < limits.min or zero + 255 > limits.max:
            raise RescaleError(
                f"requires a zero point of {limits.min} to take pixels for "
                f"{port.name}, got {zero}; give --offset or --real"
            )
        return add_offset(values, zero, port, "--offset")


def quantize(values: np.ndarray, port: Port) -> np.ndarray:
    """Returns the codes nearest to real numbers, ties away from zero.

    Raises RescaleError for an input without a scale.
    """
    if port.dtype.kind == "f":
        return values.astype(port.dtype)
    if not port.scale:
        raise RescaleError(
            f"requires the scale of {port.name} to quantize real values, got "
            "a model without; give it codes"
        )
    limits = np.iinfo(port.dtype)
    scaled = values / port.scale
    nearest = np.trunc(scaled + np.copysign(0.5, scaled))
    codes = np.clip(nearest + (port.zero_point or 0), limits.min, limits.max)
    return codes.astype(port.dtype)


def dequantize(codes: np.ndarray, port: Port) -> np.ndarray:
    """Returns the real numbers that codes stand for, in double precision.

    Raises RescaleError for integers without a scale.
    """
    if port.dtype.kind == "f":
        return codes.astype(np.float64)
    if not port.scale:
        raise RescaleError(
            f"requires the scale of {port.name} for real values, got a model "
            "without; import it from its .tflite file"
        )
    return (codes.astype(np.float64) - (port.zero_point or 0)) * port.scale


def _load_module(path: Path) -> ModuleType:
    """Runs a file of Python; raises whatever that does."""
    # Under a name that no installed module has.
    spec = importlib.util.spec_from_file_location(str(path), path)
    module = importlib.util.module_from_spec(spec)
    # Where a dataclass looks for the names in its annotations.
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(spec.name, None)
        raise
    return module


def load_loader(name: str, data: str | None) -> Loader:
    """Makes an object of a user's class; raises RescaleError.

    name: MODULE:CLASS, or FILE.py:CLASS.
    data: its only argument, if not None.
    """
    module_name, _, class_name = name.rpartition(":")
    if not module_name or not class_name:
        raise RescaleError(
            f"requires a loader as MODULE:CLASS or FILE.py:CLASS, got {name}"
        )
    try:
        if module_name.endswith(".py"):
            module = _load_module(Path(module_name).resolve())
        else:
            sys.path.insert(0, "")
            try:
                module = importlib.import_module(module_name)
            finally:
                sys.path.remove("")
        factory = getattr(module, class_name)
        loader = factory() if data is None else factory(data)
    except RescaleError:
        raise
    except Exception as error:
        # Whatever a user's module raises.
        raise RescaleError(
            f"requires a loader that can be made, got {name}: "
            f"{type(error).__name__}: {error}"
        ) from error
    missing = [
        member for member in ("__len__", "samples")
        if not callable(getattr(loader, member, None))
    ]
    if missing:
        raise RescaleError(
            f"requires a loader with __len__ and samples, got {name} without "
            f"{' and '.join(missing)}"
        )
    return loader


class Part:
    """A part of the samples of all inputs, and how they become codes.

    batch: of the network; total: how many samples the part has.
    """

    def __init__(
        self,
        given: Sequence[Source] | Loader,
        ports: Sequence[Port],
        conversion: Conversion,
        samples: Range = (None, None),
    ) -> None:
        """Gives samples the shapes of inputs.

        given: those of each input, or a loader.
        ports: the inputs.
        samples: where the part starts and stops.

        Raises RescaleError.
        """
        self._given = given
        self._ports = ports
        self._conversion = conversion
        if hasattr(given, "samples"):
            self._read, count = given.samples, len(given)
        else:
            self._read, count = self._open(given)
        self._count = count
        self._start, stop = resolve_range(samples, count)
        batches = [port.shape[0] for port in self._ports if port.shape]
        self.batch = batch = math.lcm(*batches)
        self.total = stop - self._start
        if self.total % batch:
            raise RescaleError(
                f"requires a multiple of {batch} samples, the batch of the "
                f"network, got {self.total}; choose other samples"
            )

    def _open(
        self, given: Sequence[Source]
    ) -> tuple[Callable[[int, int], Sequence[np.ndarray]], int]:
        """Returns what reads a part of the samples, and their number."""
        self._check_inputs(given)
        tables = [
            one.table(port)
            for one, port in zip(given, self._ports, strict=True)
        ]
        counts = [len(table) for table in tables]
        if len(set(counts)) > 1:
            raise RescaleError(
                "requires the same number of samples for every input, got "
                f"{', '.join(map(str, counts))}"
            )
        return lambda a, b: [table[a:b] for table in tables], counts[0]

    def _check_inputs(self, given: Sequence) -> None:
        if len(given) != len(self._ports):
            raise RescaleError(
                f"requires data for each of {len(self._ports)} inputs, got "
                f"{len(given)}"
            )

    def _codes(self, values: np.ndarray, port: Port, count: int) -> np.ndarray:
        if values.size * self.batch != count * port.size:
            raise RescaleError(
                f"requires {count} samples of shape {port.shape[1:]} for "
                f"{port.name}, got an array of shape {values.shape}"
            )
        return self._conversion.codes(values, port).reshape(-1, *port.shape)

    def parts(self, size: int) -> Iterator[tuple[int, list[np.ndarray]]]:
        """Yields the number of samples and the inputs of `size` at a time."""
        for start in range(0, self.total, size):
            count = min(size, self.total - start)
            first = self._start + start
            values = self._read(first, first + count)
            self._check_inputs(values)
            yield count, [
                self._codes(one, port, count)
                for one, port in zip(values, self._ports, strict=True)
            ]

    def labels(self, table: Table | None) -> np.ndarray | None:
        """Returns the labels of the part; None where there are none.

        table: those of all samples; None for the loader's, if it has any.

        Raises RescaleError where there are more, or fewer.
        """
        start, stop = self._start, self._start + self.total
        if table is not None:
            if len(table) != self._count:
                raise RescaleError(
                    f"requires a label for each of {self._count} samples, got "
                    f"{len(table)}; take the labels of this data"
                )
            return table[start:stop]
        if not hasattr(self._given, "labels"):
            return None
        labels = self._given.labels(start, stop)
        if labels is not None and len(labels) != self.total:
            raise RescaleError(
                f"requires {self.total} labels of the loader from {start}, "
                f"got {len(labels)}"
            )
        return labels
