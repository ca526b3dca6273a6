# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What `rescale compile --emit=parameters` writes, and what it means.

For tests of hardware: codes by multiplicand, shift and addends, and by
thresholds. docs/Parameters.md describes the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import RescaleError

FORMAT = "rescale-parameters"
VERSION = 1


@dataclass(frozen=True)
class Channel:
    """The parameters of one channel, or of all that share them."""

    multiplicand: int
    shift: int
    addend: int
    negative_addend: int
    #: Of the convolution that computes the accumulators, where it is known.
    bias: int | None
    #: The least and the greatest accumulator that can occur.
    range: tuple[int, int]
    #: The code of the least one; None where thresholds are not listed.
    first_code: int | None
    #: The least accumulator for each further code.
    thresholds: np.ndarray | None


@dataclass(frozen=True)
class Packed:
    """The parameters of a layer as its target has them in memory."""

    target: str
    #: The mode that the machine is set to: addends come on top of it.
    rounding: str
    #: One for each channel, or one for all where they share everything.
    records: int
    packing: str
    #: Names and bits.
    fields: tuple[tuple[str, int], ...]
    data: bytes

    def unpack(self) -> list[dict[str, int]]:
        """Returns the fields of each record, but padding.

        As unsigned numbers: which ones are signed is the target's to say.

        Raises RescaleError where the data has another size.
        """
        # By index: there may be several of padding.
        places = range(self.records), range(len(self.fields))
        if self.packing == "columns":
            order = [(i, j) for j in places[1] for i in places[0]]
        else:
            order = [(i, j) for i in places[0] for j in places[1]]
        result: list[dict[str, int]] = [{} for _ in range(self.records)]
        position = 0
        last = None
        for record, index in order:
            field, bits = self.fields[index]
            # A record and a column start with a byte of their own.
            part = index if self.packing == "columns" else record
            if part != last:
                position = -(-position // 8) * 8
                last = part
            number = int.from_bytes(
                self.data[position // 8 : (position + bits + 7) // 8],
                "little",
            )
            if field != "padding":
                result[record][field] = (
                    number >> position % 8 & (1 << bits) - 1
                )
            position += bits
        if len(self.data) != -(-position // 8):
            raise RescaleError(
                f"requires {-(-position // 8)} bytes for {self.records} records, "
                f"got {len(self.data)}; write JSON and .bin together again"
            )
        return result


@dataclass(frozen=True)
class Layer:
    """One requantization."""

    name: str
    model_name: str | None
    role: str
    #: -1 for a dynamic dimension.
    shape: tuple[int, ...]
    #: The dimension that channels are along; None where all share one.
    axis: int | None
    rounding: str
    input_zero_point: int
    zero_point: int
    clamp: tuple[int, int]
    #: None without a target.
    packed: Packed | None
    channels: tuple[Channel, ...]

    def unpack(self) -> list[dict[str, int]]:
        """Returns the fields of each record, as `Packed.unpack`.

        Raises RescaleError also where nothing is packed.
        """
        if self.packed is None:
            raise RescaleError(
                f"requires packed parameters for {self.name}, got none; "
                "compile with --rescaler and a target that has a layout"
            )
        return self.packed.unpack()

    def requantize(
        self, accumulators: np.ndarray, axis: int = -1
    ) -> np.ndarray:
        """Returns the codes by multiplicand, shift and addends.

        axis: the dimension of `accumulators` with the channels.

        Raises RescaleError where it has another number of them.
        """
        return self._map(accumulators, axis, self._requantize)

    def compare(self, accumulators: np.ndarray, axis: int = -1) -> np.ndarray:
        """Returns the codes by thresholds; otherwise as `requantize`.

        Raises RescaleError also where thresholds are not listed.
        """
        if any(channel.thresholds is None for channel in self.channels):
            raise RescaleError(
                f"requires thresholds for {self.name}, got a layer with too "
                "many codes for them; use requantize"
            )
        return self._map(accumulators, axis, self._compare)

    def _map(self, accumulators, axis, function) -> np.ndarray:
        values = np.asarray(accumulators)
        if self.axis is None:
            return function(self.channels[0], values)
        values = np.moveaxis(values, axis, 0)
        if len(values) != len(self.channels):
            raise RescaleError(
                f"requires {len(self.channels)} channels for {self.name}, got "
                f"{len(values)}; name their dimension with axis"
            )
        codes = map(function, self.channels, values)
        return np.moveaxis(np.stack(list(codes)), 0, axis)

    def _requantize(self, channel: Channel, values: np.ndarray) -> np.ndarray:
        # Python's integers, which have as many bits as they need.
        difference = values.astype(object) - self.input_zero_point
        addend = np.where(
            values.astype(object) >= self.input_zero_point,
            channel.addend,
            channel.negative_addend,
        )
        product = difference * channel.multiplicand + addend
        quotient = product >> channel.shift
        if self.rounding == "half_even" and channel.shift:
            tie = product == quotient << channel.shift
            quotient = quotient - (tie & (quotient % 2 == 1))
        low, high = self.clamp
        codes = np.minimum(np.maximum(quotient + self.zero_point, low), high)
        return np.asarray(codes, np.int64)

    def _compare(self, channel: Channel, values: np.ndarray) -> np.ndarray:
        count = np.searchsorted(channel.thresholds, values, side="right")
        return channel.first_code + count.astype(np.int64)


def _channel(data: dict[str, Any]) -> Channel:
    thresholds = data["thresholds"]
    if thresholds is not None:
        # Of unsigned 64 bits they do not fit int64.
        is_large = max(thresholds, default=0) >= 1 << 63
        thresholds = np.array(thresholds, object if is_large else np.int64)
    return Channel(
        multiplicand=data["multiplicand"],
        shift=data["shift"],
        addend=data["addend"],
        negative_addend=data["negative_addend"],
        bias=data["bias"],
        range=tuple(data["range"]),
        first_code=data["first_code"],
        thresholds=thresholds,
    )


def _packed(data: dict[str, Any] | None, file: bytes) -> Packed | None:
    if data is None:
        return None
    end = data["offset"] + data["size"]
    return Packed(
        target=data["target"],
        rounding=data["rounding"],
        records=data["records"],
        packing=data["packing"],
        fields=tuple((f["field"], f["bits"]) for f in data["fields"]),
        data=file[data["offset"] : end],
    )


def _layer(data: dict[str, Any], file: bytes) -> Layer:
    return Layer(
        name=data["name"],
        model_name=data["model_name"],
        role=data["role"],
        shape=tuple(data["shape"]),
        axis=data["axis"],
        rounding=data["rounding"],
        input_zero_point=data["input_zero_point"],
        zero_point=data["zero_point"],
        clamp=tuple(data["clamp"]),
        packed=_packed(data["packed"], file),
        channels=tuple(map(_channel, data["channels"])),
    )


class _Network(dict[str, Layer]):
    """Layers by name."""

    def __missing__(self, name: str) -> Layer:
        raise RescaleError(
            f"requires the name of a layer, got {name!r}; the layers are "
            + ", ".join(self)
        )


def read(path: str | Path) -> Mapping[str, Layer]:
    """Returns the layers of a file by name, in the order of the program.

    path: the JSON; what is packed lies beside it.

    Raises RescaleError where it is no such file, or of another version; and
    the result where it is asked for a layer that it has not.
    """
    try:
        data = json.loads(_read_bytes(Path(path)))
    except ValueError as error:
        raise RescaleError(
            f"requires JSON, got {path}: {error}; write it with "
            "rescale compile --emit=parameters"
        ) from error
    found = None
    if isinstance(data, dict):
        found = data.get("format"), data.get("version")
    if found != (FORMAT, VERSION):
        raise RescaleError(
            f"requires {FORMAT} of version {VERSION}, got {path}; write it "
            "with rescale compile --emit=parameters"
        )
    file = b""
    if data["packed_file"]:
        file = _read_bytes(Path(path).parent / data["packed_file"])
    return _Network(
        (layer["name"], _layer(layer, file)) for layer in data["layers"]
    )


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RescaleError(
            f"requires a file that can be read, got {path}: {error.strerror}"
        ) from error
