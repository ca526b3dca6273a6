# REQUIRES: clang-22, ld.lld-22, numpy, arm-none-eabi-gcc
# REQUIRES: qemu-system-aarch64, qemu-system-arm, qemu-system-riscv32
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Multiplications that round give the codes of the staircases.

Layers of 4,096 accumulators are computed by sqrdmulh on a Cortex-A53, by
vqrdmulh on a Cortex-M55 and by vsmul on an RV32 with V, which QEMU runs, and by
pmulhrsw on this machine: accumulators around thresholds of each channel, both
ends, and random ones.
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale
from Inputs import bare_metal

CHANNELS = 16
SHAPE = (1, 16, 16, CHANNELS)


class Layer:
    """Requantizations of 16 channels: double or half-up, as TOSA defines."""

    def __init__(self, rounds_twice: bool, multiplicands, shifts, zero_point):
        self.rounds_twice = rounds_twice
        self.multiplicands = np.array(multiplicands, object)
        self.shifts = np.array(shifts, object)
        self.zero_point = zero_point

    def text(self) -> str:
        mode = "double" if self.rounds_twice else "half_up"
        return f"""
func.func @main(%x: tensor<1x16x16x{CHANNELS}xi32>)
    -> tensor<1x16x16x{CHANNELS}xi8> {{
  %0 = rescale.requantize %x mul dense<{list(self.multiplicands)}>
      : tensor<{CHANNELS}xui32> shift {list(self.shifts)} axis 3 round {mode}
      zero_point {self.zero_point}
      : tensor<1x16x16x{CHANNELS}xi32> -> tensor<1x16x16x{CHANNELS}xi8>
  return %0 : tensor<1x16x16x{CHANNELS}xi8>
}}
"""

    def codes(self, accumulators: np.ndarray) -> np.ndarray:
        """What the definition gives, in integers of any width."""
        x = accumulators.astype(object)
        half = 2 ** (self.shifts - 1) + 0 * x
        if self.rounds_twice:
            half = half + np.where(x >= 0, 2**30, -(2**30))
        quotients = (x * self.multiplicands + half) // 2**self.shifts
        return np.clip(quotients + self.zero_point, -128, 127).astype(np.int8)

    def accumulators(self) -> np.ndarray:
        """Those around thresholds first."""
        generator = np.random.default_rng(20261122)
        lanes = []
        for multiplicand, shift in zip(self.multiplicands, self.shifts):
            middle = [
                int((2 * code + 1) * 2 ** (shift - 1) // multiplicand) + offset
                for code in generator.integers(-140, 140, 80)
                for offset in (-1, 0, 1)
            ]
            ends = [-(2**31), 2**31 - 1, -1, 0, 1]
            free = generator.integers(-(2**31), 2**31, 256)
            lane = np.clip([*ends, *middle, *free], -(2**31), 2**31 - 1)
            lanes.append(lane[:256])
        return np.stack(lanes, 1).reshape(SHAPE).astype(np.int32)


LAYERS = {
    "double": Layer(
        True,
        [1518500250, 1342177281, 1218500250, 2147483647] * 4,
        [38, 37, 39, 38, 41, 37, 40, 38] * 2,
        -7,
    ),
    "half_up": Layer(
        False,
        [141, 79, 200, 255, 199, 188, 181, 142] * 2,
        [12, 12, 13, 13, 13, 13, 12, 13] * 2,
        -128,
    ),
}
#: 16 bits are too few for double rounding of 31.
CASES = (
    ("double", "rounding_high"),
    ("half_up", "rounding_high"),
    ("half_up", "rounding_high_16"),
)


def count_wrong(
    machine: bare_metal.Machine, layer: Layer, rung: str
) -> tuple[int, str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = folder / "model.mlir"
        model.write_text(layer.text())
        x = layer.accumulators()
        return bare_metal.count_wrong(
            *(machine, model, x, layer.codes(x), folder),
            [f"--rescale-rung={rung}"],
        )


class RoundingMultiply(unittest.TestCase):
    def test_bare_metal(self) -> None:
        for machine, instruction in (
            (bare_metal.CORTEX_A53, "sqrdmulh"),
            (bare_metal.RV32V, "vsmul.vv"),
        ):
            for name, rung in CASES:
                with self.subTest(instruction, layer=name, rung=rung):
                    wrong, text = count_wrong(machine, LAYERS[name], rung)
                    self.assertEqual(wrong, 0)
                    self.assertIn(f" {instruction} ", text)

    def test_a_wrong_code_is_seen(self) -> None:
        layer = Layer(False, [1] * CHANNELS, [8] * CHANNELS, 0)
        layer.codes = lambda x: (Layer.codes(layer, x) + (x == 0)).astype(
            np.int8
        )
        for machine in (bare_metal.CORTEX_A53, bare_metal.RV32V):
            wrong, _ = count_wrong(machine, layer, "rounding_high")
            self.assertEqual(wrong, CHANNELS)

    def check(self, target: str, options: list[str]) -> None:
        for name, rung in CASES:
            with (
                self.subTest(name, rung=rung),
                tempfile.TemporaryDirectory() as folder,
            ):
                model = Path(folder, "model.mlir")
                model.write_text(LAYERS[name].text())
                program = rescale.load(
                    model,
                    target=target,
                    options=[f"--rescale-rung={rung}", *options],
                )
                x = LAYERS[name].accumulators()
                np.testing.assert_array_equal(
                    program(x), LAYERS[name].codes(x)
                )

    def test_cortex_m55(self) -> None:
        self.check("cortex-m55", [])

    def test_host(self) -> None:
        self.check("host", ["--cpu=native"])


if __name__ == "__main__":
    unittest.main()
