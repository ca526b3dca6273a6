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
    #: The least and the greatest accumulator that can occur.
    range: tuple[int, int]
    #: The code of the least one; None where thresholds are not listed.
    first_code: int | None
    #: The least accumulator for each further code.
    thresholds: np.ndarray | None


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
    channels: tuple[Channel, ...]

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
        range=tuple(data["range"]),
        first_code=data["first_code"],
        thresholds=thresholds,
    )


def _layer(data: dict[str, Any]) -> Layer:
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
        channels=tuple(map(_channel, data["channels"])),
    )


def read(path: str | Path) -> Mapping[str, Layer]:
    """Returns the layers of a file by name, in the order of the program.

    Raises RescaleError where it is no such file, or of another version.
    """
    try:
        data = json.loads(Path(path).read_text())
    except OSError as error:
        raise RescaleError(
            f"requires a file that can be read, got {path}: {error.strerror}"
        ) from error
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
    return {layer["name"]: _layer(layer) for layer in data["layers"]}
