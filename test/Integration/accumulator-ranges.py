# REQUIRES: models, tosa-converter, tflite, gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The accumulators of real networks lie in the ranges that are proved of them.

Each network gives the input of every requantization as a further result, is
compiled, and run on all golden samples, on random codes, and on the least and
the greatest ones. What was observed is then attached to the network, where the
pass finds it consistent; one accumulator more, and it is an error.
"""

import ctypes
import re
import subprocess
import unittest
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from Inputs import networks, ours
from Inputs.native import run_tool

PASSES = "--tosa-to-rescale=narrow=off", "--rescale-annotate-ranges"
OP = re.compile(
    r"%\w+ = rescale\.requantize (?P<input>%\w+) mul .*?"
    r"(?:axis (?P<axis>\d+) )?round (?P<round>\w+).*"
    r"rescale\.proved_range = #rescale\.range<proved "
    r"low\[(?P<low>[^]]*)\] high\[(?P<high>[^]]*)\]>.*"
    r" : (?P<type>tensor<[\dx]+xi(?P<width>\d+)>) ->"
)


@dataclass
class Accumulators:
    """What is proved of the input of one requantization."""

    line: int
    value: str
    type: str
    axis: int | None
    low: np.ndarray
    high: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(map(int, re.findall(r"(\d+)x", self.type)))

    @property
    def dtype(self) -> np.dtype:
        width = re.search(r"xi(\d+)", self.type)[1]
        return np.dtype(f"int{width}")

    @property
    def bits(self) -> list[int]:
        """The width of two's complement for each channel."""
        return [
            max((~low if low < 0 else low).bit_length(), high.bit_length()) + 1
            for low, high in zip(
                self.low.tolist(), self.high.tolist(), strict=True
            )
        ]

    def observe(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The least and the greatest of [sample, ...], for each entry."""
        if len(self.low) == 1:
            return values.min(keepdims=True).ravel(), values.max(
                keepdims=True
            ).ravel()
        # A sample has the batch of the network, of 1.
        others = tuple(
            d for d in range(values.ndim) if d != 1 + self.axis
        )
        return values.min(others), values.max(others)


def read(text: str) -> list[Accumulators]:
    """Those of each requantization."""
    result = []
    for number, line in enumerate(text.splitlines()):
        if "rescale.requantize" not in line:
            continue
        found = OP.search(line)
        ends = [
            np.array(list(map(int, found[end].split(","))), np.int64)
            for end in ("low", "high")
        ]
        axis = int(found["axis"]) if found["axis"] else None
        result.append(
            Accumulators(number, found["input"], found["type"], axis, *ends)
        )
    return result


def give_accumulators(text: str, known: list[Accumulators]) -> str:
    """The network with the inputs of requantizations as further results."""
    types = "".join(f", {a.type}" for a in known)
    values = "".join(f", {a.value}" for a in known)
    text = re.sub(
        r"^( *func\.func @.*) -> \(?(.*?)\)? \{$",
        lambda m: f"{m[1]} -> ({m[2]}{types}) {{",
        text,
        count=1,
        flags=re.M,
    )
    return re.sub(
        r"return (%\w+) : (tensor<.*>)",
        lambda m: f"return {m[1]}{values} : {m[2]}{types}",
        text,
        count=1,
    )


def run(
    text: str, inputs: np.ndarray, like: list[np.ndarray], folder: Path
) -> list[np.ndarray]:
    """The outputs, [samples, ...], of native code."""
    (folder / "network.mlir").write_text(text)
    run_tool(
        *("rescale-compile", folder / "network.mlir", "--static-arena"),
        *("--name=network", "-o", folder),
    )
    library = folder / "libnetwork.so"
    run_tool("gcc", "-shared", folder / "network.o", "-o", library, "-lm")
    function = ctypes.CDLL(str(library)).network_run
    outputs = [
        np.zeros((len(inputs), *one.shape), one.dtype) for one in like
    ]
    for rows in zip(np.ascontiguousarray(inputs), *outputs, strict=True):
        function(*(row.ctypes.data_as(ctypes.c_void_p) for row in rows))
    return outputs


def attach(
    text: str, known: list[Accumulators], observed: list[tuple]
) -> str:
    """The network with what was observed."""
    lines = text.splitlines()
    for accumulators, (low, high) in zip(known, observed, strict=True):
        ends = [", ".join(map(str, end.tolist())) for end in (low, high)]
        lines[accumulators.line] = lines[accumulators.line].replace(
            "rescale.proved_range",
            "rescale.observed_range = #rescale.range<observed "
            f"low[{ends[0]}] high[{ends[1]}]>, rescale.proved_range",
        )
    return "\n".join(lines)


def describe(known: list[Accumulators], used: list[float]) -> str:
    """How wide the accumulators of convolutions that vary are."""
    bits = [
        width
        for a in known
        if a.dtype.itemsize > 1 and len(a.low) > 1 or a.shape[:3] == (1, 1, 1)
        for width, low, high in zip(a.bits, a.low, a.high, strict=True)
        if low < high
    ]
    return (
        f"{len(bits)} ranges of {min(bits)} to {max(bits)} bits, median "
        f"{np.median(bits):.0f}; observed {np.median(used):.1%} (median)"
    )


class AccumulatorRanges(unittest.TestCase):
    def check(self, network: networks.Network, folder: Path):
        model = ours.import_network(network.model, folder)
        text = run_tool("rescale-opt", *PASSES, model)
        known = read(text)
        (samples,) = network.inputs()
        generator = np.random.default_rng(5)
        shape = (16, *samples.shape[1:])
        inputs = np.concatenate(
            [
                samples,
                generator.integers(-128, 128, shape, np.int8),
                generator.choice(np.array([-128, 127], np.int8), shape),
                np.full((1, *shape[1:]), -128, np.int8),
                np.full((1, *shape[1:]), 127, np.int8),
            ]
        )
        golden = network.golden()
        like = [np.zeros(golden.shape[1:], golden.dtype)]
        like += [np.zeros(a.shape, a.dtype) for a in known]
        outputs = run(give_accumulators(text, known), inputs, like, folder)
        np.testing.assert_array_equal(outputs[0][: len(golden)], golden)

        observed = []
        used = []
        for accumulators, values in zip(known, outputs[1:], strict=True):
            low, high = accumulators.observe(values)
            self.assertTrue((accumulators.low <= low).all(), accumulators)
            self.assertTrue((high <= accumulators.high).all(), accumulators)
            width = accumulators.high - accumulators.low + 1
            used += ((high - low + 1) / width).tolist()
            observed.append((low.astype(np.int64), high.astype(np.int64)))
        print(f"{network.name}: {describe(known, used)}")

        annotate = "--rescale-annotate-ranges"
        attached = attach(text, known, observed)
        again = run_tool("rescale-opt", annotate, "-", text=attached)
        self.assertEqual(again.count("<observed"), len(known))
        self.assertEqual(again.count("<proved"), len(known))
        # One more than is possible, at the first convolution.
        low, high = observed[0]
        observed[0] = low, np.maximum(high, known[0].high + 1)
        refused = subprocess.run(
            ["rescale-opt", annotate, "-"],
            input=attach(text, known, observed),
            capture_output=True,
            text=True,
        )
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("requires an observed range within", refused.stderr)

    def test_networks(self):
        networks.check_each(self, networks.IMPORTED, self.check)


if __name__ == "__main__":
    unittest.main()
