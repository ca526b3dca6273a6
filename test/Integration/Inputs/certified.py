# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Requantizations and their certificates, as the text of the IR has them.

Staircases are evaluated from their definition (docs/spec.md, section 1), in
64 bits, which the products of the networks fit.
"""

import re
from dataclasses import dataclass

import numpy as np

#: Prints lists of parameters as lists, whatever their length.
PRINT_LISTS = "--mlir-print-elementsattrs-with-hex-if-larger=5000"


def numbers(text: str) -> list[int]:
    words = text.replace("false", "0").replace("true", "1")
    return [int(word) for word in re.findall(r"-?\d+", words)]


def limits(width: int, unsigned: bool) -> tuple[int, int]:
    """The least and the greatest value of a type."""
    low = 0 if unsigned else -(1 << (width - 1))
    return low, low + (1 << width) - 1


def entry(column: list[int], channel: int) -> int:
    """Of a list for all channels, or of one entry for each."""
    return column[0 if len(column) == 1 else channel]


@dataclass(frozen=True)
class Staircase:
    """The parameters of one channel."""

    multiplicand: int
    shift: int
    rounding: str
    addend: int
    negative_addend: int
    zero_point: int
    clamp: tuple[int, int]

    def __call__(self, d: np.ndarray) -> np.ndarray:
        """The codes of accumulators, less the input zero point, as int64."""
        half = 1 << self.shift >> 1
        first = 1 << 30 if self.shift > 31 else 0
        positive, negative = {
            "half_up": (half, half),
            "double": (half + first, half - first),
            "floor": (0, 0),
            "half_away": (half, half - (self.shift > 0)),
            "addend": (self.addend, self.negative_addend),
        }[self.rounding]
        addends = np.where(d < 0, negative, positive)
        quotient = (d * self.multiplicand + addends) >> self.shift
        return np.clip(quotient + self.zero_point, *self.clamp)


@dataclass(frozen=True)
class Columns:
    """The parameters of all channels."""

    multiplicands: list[int]
    shifts: list[int]
    rounding: str
    addends: list[int]
    negative_addends: list[int]
    input_zero_point: int
    zero_point: int
    clamp: list[int]

    def channel(self, index: int) -> Staircase:
        return Staircase(
            entry(self.multiplicands, index),
            entry(self.shifts, index),
            self.rounding,
            entry(self.addends, index),
            entry(self.negative_addends, index),
            self.zero_point,
            (self.clamp[0], self.clamp[1]),
        )


@dataclass(frozen=True)
class Certificate:
    """What an op carries, and can be written back."""

    kind: str
    low: list[int]
    high: list[int]
    original: Columns
    largest_difference: list[int]
    differing: list[int]
    digest: int

    def __str__(self) -> str:
        own = self.original
        parts = [
            f"range = <{self.kind} low{self.low} high{self.high}>",
            f"multiplicands = {own.multiplicands}",
            f"shifts = {own.shifts}",
            f"rounding = {own.rounding}",
        ]
        if own.rounding == "addend":
            parts.append(f"addends = {own.addends}")
            parts.append(f"negative_addends = {own.negative_addends}")
        parts += [
            f"input_zero_point = {own.input_zero_point}",
            f"zero_point = {own.zero_point}",
            f"clamp = {own.clamp}",
            f"largest_difference = {self.largest_difference}",
            f"differing = {self.differing}",
            f"digest = {self.digest}",
        ]
        return f"#rescale.certificate<{', '.join(parts)}>"


CERTIFICATE = re.compile(r"#rescale\.certificate<.*?digest = \d+>")


def parse_certificate(text: str) -> Certificate | None:
    """The certificate of an op's line, or None."""
    found = CERTIFICATE.search(text)
    if not found:
        return None
    text = found[0]

    def column(name: str) -> list[int]:
        list_ = re.search(rf"[<, ]{name} = \[(.*?)\]", text)
        return numbers(list_[1]) if list_ else [0]

    def number(name: str) -> int:
        return int(re.search(rf" {name} = (-?\d+)", text)[1])

    addends = column("addends")
    own = Columns(
        column("multiplicands"),
        column("shifts"),
        re.search(r"rounding = (\w+)", text)[1],
        addends,
        column("negative_addends") if "negative_" in text else addends,
        number("input_zero_point"),
        number("zero_point"),
        column("clamp"),
    )
    range_ = re.search(r"<(\w+) low\[(.*?)\] high\[(.*?)\]>", text)
    return Certificate(
        range_[1],
        numbers(range_[2]),
        numbers(range_[3]),
        own,
        column("largest_difference"),
        column("differing"),
        number("digest"),
    )


@dataclass(frozen=True)
class Requantization:
    """One line of IR; `line` counts from 1."""

    line: int
    columns: Columns
    channels: int
    #: The least and the greatest value of the input.
    input: tuple[int, int]
    certificate: Certificate | None


def parse(text: str) -> list[Requantization]:
    """Every rescale.requantize of a module in its usual form."""
    found = []
    for line, op in enumerate(text.splitlines(), 1):
        if "= rescale.requantize " not in op:
            continue
        head = CERTIFICATE.sub("", op).split(" loc(")[0]
        types = re.search(
            r" : tensor<([\dx]*?)i(\d+)> -> tensor<[\dx]*?i(\d+)>$", head
        )
        result = limits(int(types[3]), "unsigned_result" in head)

        def column(name: str, head: str = head) -> list[int] | None:
            list_ = re.search(rf" {name} \[(.*?)\]", head)
            return numbers(list_[1]) if list_ else None

        def number(name: str, head: str = head) -> int:
            value = re.search(rf" {name} (-?\d+)", head)
            return int(value[1]) if value else 0

        addends = column("addends") or [0]
        own = Columns(
            numbers(re.search(r"mul dense<(.*?)>", head)[1]),
            column("shift"),
            re.search(r" round (\w+)", head)[1],
            addends,
            column("negative_addends") or addends,
            number("input_zero_point"),
            number("zero_point"),
            column("clamp") or list(result),
        )
        axis = re.search(r" axis (\d+)", head)
        shape = numbers(types[1])
        found.append(
            Requantization(
                line,
                own,
                shape[int(axis[1])] if axis else 1,
                limits(int(types[2]), "unsigned_input" in head),
                parse_certificate(op),
            )
        )
    return found


def is_true(
    op: Requantization,
    claim: Certificate,
    low: list[int],
    high: list[int],
    channels: list[int],
) -> bool:
    """Whether a claim on channels of `op` holds, by counting everything.

    `low` and `high` are the accumulators that can occur.
    """
    if claim.digest != op.certificate.digest:
        return False
    if claim.original.input_zero_point != op.columns.input_zero_point:
        return False
    for channel in channels:
        first, last = entry(claim.low, channel), entry(claim.high, channel)
        if first > last:
            return False
        if claim.kind == "proved" and (
            first > entry(low, channel) or last < entry(high, channel)
        ):
            return False
        d = np.arange(first, last + 1) - claim.original.input_zero_point
        difference = np.abs(
            claim.original.channel(channel)(d) - op.columns.channel(channel)(d)
        )
        if difference.max() != entry(claim.largest_difference, channel):
            return False
        if np.count_nonzero(difference) != entry(claim.differing, channel):
            return False
    return True
