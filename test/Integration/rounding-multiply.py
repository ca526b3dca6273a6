# REQUIRES: clang-22, ld.lld-22, qemu-system-aarch64, qemu-system-arm, numpy
# REQUIRES: arm-none-eabi-gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Multiplications that round give the codes of the staircases.

Layers of 4,096 accumulators are computed by sqrdmulh on a Cortex-A53, which
QEMU runs without an operating system, by vqrdmulh on a Cortex-M55 and by
pmulhrsw on this machine: every threshold of each channel with its neighbours,
both ends of the accumulators, and random ones.
"""

import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale
from Inputs.native import run_tool

CHANNELS = 16
SHAPE = (1, 16, 16, CHANNELS)

#: Reads nothing, and ends with the number of codes that are wrong, 255 at most.
PROGRAM = """\
#include "net.h"
static const int32_t input[] = {{ {inputs} }};
static const int8_t expected[] = {{ {codes} }};
static int8_t output[sizeof expected];
int check(void) {{
  int wrong = 0;
  net_run(0, input, output);
  for (unsigned i = 0; i < sizeof expected; ++i)
    wrong += output[i] != expected[i];
  return wrong < 255 ? wrong : 255;
}}
__asm__(".globl _start\\n_start:\\n"
        "mrs x0, cpacr_el1\\norr x0, x0, #(3 << 20)\\n"
        "msr cpacr_el1, x0\\nisb\\n"
        "adrp x0, stack + 65536\\nmov sp, x0\\nbl check\\n"
        "adrp x1, report\\nadd x1, x1, :lo12:report\\nstr x0, [x1, #8]\\n"
        "mov x0, #0x18\\nhlt #0xf000\\n"
        ".bss\\n.balign 4096\\nstack: .skip 65536\\n"
        ".data\\n.balign 8\\nreport: .quad 0x20026, 0\\n.text\\n");
"""


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


def count_wrong_on_aarch64(layer: Layer, rung: str, folder: Path) -> int:
    """Runs a program without an operating system."""
    model = folder / "net.mlir"
    model.write_text(layer.text())
    run_tool(
        *("rescale-compile", model, "--target=aarch64-linux-gnu", "-o", folder),
        f"--rescale-rung={rung}",
    )
    disassembly = run_tool("llvm-objdump-22", "-d", folder / "net.o")
    assert "sqrdmulh" in disassembly
    x = layer.accumulators()
    program = folder / "program.c"
    program.write_text(
        PROGRAM.format(
            inputs=", ".join(map(str, x.ravel())),
            codes=", ".join(map(str, layer.codes(x).ravel())),
        )
    )
    elf = folder / "program"
    run_tool(
        *("clang-22", "--target=aarch64-none-elf", "-O1", "-ffreestanding"),
        *("-nostdlib", "-fuse-ld=lld", "-static", "-Wl,-Ttext=0x40080000"),
        *(program, folder / "net.o", "-o", elf),
    )
    return subprocess.run(
        ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a53"]
        + ["-display", "none", "-serial", "none", "-monitor", "none"]
        + ["-semihosting", "-kernel", elf],
        timeout=60,
    ).returncode


class RoundingMultiply(unittest.TestCase):
    def test_aarch64(self) -> None:
        for name, rung in CASES:
            with (
                self.subTest(name, rung=rung),
                tempfile.TemporaryDirectory() as folder,
            ):
                wrong = count_wrong_on_aarch64(
                    LAYERS[name], rung, Path(folder)
                )
                self.assertEqual(wrong, 0)

    def test_a_wrong_code_is_seen(self) -> None:
        layer = Layer(False, [1] * CHANNELS, [8] * CHANNELS, 0)
        layer.codes = lambda x: (Layer.codes(layer, x) + (x == 0)).astype(
            np.int8
        )
        with tempfile.TemporaryDirectory() as folder:
            wrong = count_wrong_on_aarch64(layer, "rounding_high", Path(folder))
            self.assertGreater(wrong, 0)

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
