# REQUIRES: models, tosa-converter, tflite
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The error that approximation states is the one that counting finds.

resnet8 and ds_cnn get multiplicands of 4 to 16 bits. The IR is read as text,
and for channels of every layer both staircases, the certificate's original and
the operation, are evaluated at every accumulator of the certificate's range.
"""

import re
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from Inputs import networks, ours
from Inputs.native import run_tool

#: Every kind of rounding, with every criterion.
CASES = Path(__file__).parents[1] / "Transforms" / "approximate.mlir"

#: Channels that are counted in a run, and the most accumulators of one.
LEAST_CHANNELS = 100
MOST_ACCUMULATORS = 1 << 22

OPTIONS = [
    f"criterion={criterion} shift={shift}"
    for criterion in ("largest", "mean", "thresholds")
    for shift in ("channel", "layer")
]

OP = re.compile(
    r"rescale\.requantize %\w+ (?P<own>mul .*?) \{.*?rescale\.certificate = "
    r"#rescale\.certificate<range = <proved low\[(?P<low>.*?)\] "
    r"high\[(?P<high>.*?)\]>, (?P<original>.*?)>.*\} : .* -> "
    r"tensor<[\dx]*xi(?P<width>\d+)>"
)


def numbers(text: str) -> np.ndarray:
    return np.array(re.findall(r"-?\d+", text), np.int64)


class Columns(dict):
    """Parameters by name, each with one entry or one for each channel."""

    def entry(self, name: str, channel: int, default: int = 0) -> int:
        column = self.get(name, [default])
        return int(column[channel if len(column) > 1 else 0])


def evaluate(
    columns: Columns, rounding: str, channel: int, d: np.ndarray
) -> np.ndarray:
    """The codes at accumulators less the input zero point."""
    m = columns.entry("multiplicands", channel)
    s = columns.entry("shifts", channel)
    half = 1 << (s - 1) if s else 0
    first = 1 << 30 if rounding == "double" and s > 31 else 0
    addend = columns.entry("addends", channel)
    positive, negative = {
        "floor": (0, 0),
        "half_up": (half, half),
        "half_even": (half, half),
        "double": (half + first, half - first),
        "addend": (
            addend,
            columns.entry("negative_addends", channel, addend),
        ),
    }[rounding]
    # So that 64 bits are enough.
    assert max(-int(d[0]), int(d[-1])) * m < 1 << 62
    assert max(abs(positive), abs(negative)) < 1 << 62
    sums = m * d + np.where(d < 0, negative, positive)
    quotients = sums >> s
    if rounding == "half_even":
        ties = (sums & (2 * half - 1)) == 0 if s else False
        quotients -= np.where(ties, quotients & 1, 0)
    return np.clip(
        quotients + columns.entry("zero_point", 0),
        columns["clamp"][0],
        columns["clamp"][1],
    )


@dataclass
class Layer:
    """A requantization with its certificate."""

    rounding: str
    columns: Columns
    original_rounding: str
    original: Columns
    low: np.ndarray
    high: np.ndarray

    @property
    def channels(self) -> int:
        columns = {**self.original, "low": self.low, "high": self.high}
        del columns["clamp"]  # Which has two ends.
        return max(map(len, columns.values()))

    def entry(self, column: np.ndarray, channel: int) -> int:
        return int(column[channel if len(column) > 1 else 0])


def read_own(text: str, width: int) -> tuple[str, Columns]:
    """The parameters of an operation, as it prints them."""
    names = {"mul": "multiplicands", "shift": "shifts"}
    own = Columns(clamp=[-(1 << width - 1), (1 << width - 1) - 1])
    text = text.replace("dense<true>", "dense<1>")
    for name, column in re.findall(
        r"(mul|shift|addends|negative_addends|clamp) "
        r"(?:dense<)?(\[.*?\]|-?\d+)",
        text,
    ):
        own[names.get(name, name)] = numbers(column)
    for name in ("input_zero_point", "zero_point"):
        found = re.search(rf"\b{name} (-?\d+)", text)
        own[name] = [int(found[1]) if found else 0]
    return re.search(r"round (\w+)", text)[1], own


def read(text: str) -> list[Layer]:
    """The requantizations of a program that have a certificate."""
    layers = []
    for line in text.splitlines():
        if "rescale.certificate" not in line:
            continue
        op = OP.search(line)
        original = Columns(
            (name, numbers(column))
            for name, column in re.findall(
                r"((?!digest)\b\w+) = (\[.*?\]|-?\d+)", op["original"]
            )
        )
        rounding = re.search(r"rounding = (\w+)", op["original"])[1]
        layers.append(
            Layer(
                *read_own(op["own"], int(op["width"])),
                rounding,
                original,
                numbers(op["low"]),
                numbers(op["high"]),
            )
        )
    return layers


class ErrorFigures(unittest.TestCase):
    def count(self, layer: Layer, channel: int) -> tuple[int, int] | None:
        """The largest difference and how many differ, of all accumulators."""
        low = layer.entry(layer.low, channel)
        high = layer.entry(layer.high, channel)
        if high - low >= MOST_ACCUMULATORS:
            return None
        zero_point = layer.columns.entry("input_zero_point", 0)
        self.assertEqual(
            zero_point, layer.original.entry("input_zero_point", 0)
        )
        d = np.arange(low, high + 1) - zero_point
        difference = np.abs(
            evaluate(layer.columns, layer.rounding, channel, d)
            - evaluate(
                layer.original, layer.original_rounding, channel, d
            )
        )
        return int(difference.max()), int(np.count_nonzero(difference))

    def check(
        self, text: str, bits: int, uncertified: int
    ) -> tuple[int, int]:
        """The counted channels, and how many of them have differences."""
        layers = read(text)
        self.assertEqual(
            len(layers) + uncertified, text.count("rescale.requantize")
        )
        counted = inexact = 0
        for number, layer in enumerate(layers):
            # A scale that so few bits do not reach is left, such as the 128
            # before an integer softmax.
            most = layer.columns["multiplicands"].max()
            if layer.entry(layer.columns["shifts"], 0) != 0:
                self.assertLess(int(most), 1 << bits)
            # Others for every width, and at least the first and the last.
            step = max(1, layer.channels // 12)
            start = (bits + number) % step
            for channel in {
                0,
                layer.channels - 1,
                *range(start, layer.channels, step),
            }:
                found = self.count(layer, channel)
                if found is None:
                    continue
                stated = (
                    layer.original.entry("largest_difference", channel),
                    layer.original.entry("differing", channel),
                )
                self.assertEqual(found, stated, (number, channel))
                counted += 1
                inexact += found[1] > 0
        return counted, inexact

    def test_cases(self):
        for bits in range(1, 9):
            for options in OPTIONS:
                text = run_tool(
                    "rescale-opt",
                    f"--rescale-approximate=bits={bits} {options}",
                    CASES,
                )
                # One multiplicand has eight bits already.
                self.check(text, bits, bits == 8)

    def test_networks(self):
        # The operands and sums of residual additions are left: they have more
        # than 2^20 codes.
        for network, too_wide in (
            (networks.RESNET8, 9),
            (networks.DS_CNN, 0),
        ):
            with tempfile.TemporaryDirectory() as folder:
                model = ours.import_network(network.model, Path(folder))
                for bits in range(4, 17):
                    options = OPTIONS[bits % len(OPTIONS)]
                    with self.subTest(network.name, bits=bits):
                        text = run_tool(
                            *("rescale-opt", "--tosa-to-rescale"),
                            f"--rescale-approximate=bits={bits} {options}",
                            "--rescale-verify-certificates",
                            "--mlir-print-elementsattrs-with-hex-if-larger=-1",
                            model,
                        )
                        counted, inexact = self.check(text, bits, too_wide)
                        self.assertGreaterEqual(counted, LEAST_CHANNELS)
                        # Eight bits are practically never enough.
                        if bits <= 8:
                            self.assertGreater(inexact, counted // 2)
                        print(
                            f"{network.name}, {bits} bits, {options}: "
                            f"{counted} channels counted, {inexact} inexact"
                        )


if __name__ == "__main__":
    unittest.main()
