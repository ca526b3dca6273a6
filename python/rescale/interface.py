# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What a compiled network takes and gives, as its C header states it."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import numpy as np

from .errors import RescaleError

#: The name that entry point and files of a network get where nobody sees them.
NAME = "model"

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


@dataclass(frozen=True)
class Arena:
    """The memory that a network works in, in bytes.

    lower_bound: of any plan that keeps the model's tensors as they are.
    """

    size: int
    alignment: int
    lower_bound: int | None = None


@dataclass(frozen=True)
class Interface:
    """What the entry point of a compiled network takes.

    arena: None where the network has memory of its own.
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    arena: Arena | None = None
    name: str = NAME

    @property
    def results(self) -> int:
        """How many outputs are the model's; those of layers follow."""
        names = [port.name for port in self.outputs]
        if names[:1] == ["output"]:
            return 1
        numbered = (f"output{i}" == name for i, name in enumerate(names))
        return sum(itertools.takewhile(bool, numbered))


def _read_number(text: str) -> float:
    """Returns the value of a literal of C, which may be a float's."""
    if text.endswith("f"):
        return float(np.float32(text[:-1]))
    return float(text)


def parse_header(text: str, name: str = NAME) -> Interface:
    """Reads the C header of a compiled network, which is called `name`.

    Raises RescaleError for inputs or outputs without elements.
    """
    macros = dict(re.findall(r"^#define (\w+) (.+)$", text, re.MULTILINE))
    prototype = re.search(rf"^int {name}_run\((.*?)\);", text, re.M | re.S)
    ports: tuple[list[Port], list[Port]] = ([], [])
    for const, ctype, port_name in re.findall(
        r"(const )?(\w+) \*(\w+)", prototype[1]
    ):
        if ctype == "void":
            continue
        macro = f"{name}_{port_name}".upper()
        shape = re.findall(r"\d+", macros.get(f"{macro}_SHAPE", ""))
        scale = macros.get(f"{macro}_SCALE")
        zero_point = macros.get(f"{macro}_ZERO_POINT")
        port = Port(
            port_name,
            np.dtype(_TYPES[ctype]),
            tuple(map(int, shape)),
            _read_number(scale) if scale else None,
            int(zero_point.strip("()")) if zero_point else None,
        )
        ports[0 if const else 1].append(port)

    def read(macro: str) -> int | None:
        value = macros.get(f"{name}_ARENA_{macro}".upper(), "")
        return int(value.strip("()uU")) if value else None

    arena = None
    if re.match(r"\s*void \*", prototype[1]):
        arena = Arena(read("size"), read("alignment"), read("lower_bound"))
    return Interface(*map(tuple, ports), arena, name)
