# REQUIRES: models, tosa-converter, tflite
# REQUIRES: arm-none-eabi-gcc, qemu-system-arm
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What the C of MLPerf Tiny takes on microcontrollers, and may take."""

import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

import rescale
from Inputs import networks
from rescale import bench


@dataclass(frozen=True)
class Limits:
    """The most that a network may take, with GCC.

    m4, m0: instructions at -O2. For the Cortex-M0, 1.2 times what TensorFlow
    Lite Micro with CMSIS-NN executes, compiled by the same GCC.
    saved: the part of both that narrowing saves at least. In a network of
    fully connected layers it saves none of a Cortex-M4's, whose saturation
    shifts for nothing, and which multiplies to 64 bits for as much as to the
    upper half of them; there one constant in 500 may need another instruction.
    code: bytes at -Os for the Cortex-M4.
    """

    arena: int
    m4: int
    m0: int
    saved: float
    code: int | None = None


LIMITS = {
    networks.RESNET8: Limits(
        49_728, 45_000_000, int(1.2 * 97_564_061), 0.005, 15_000
    ),
    networks.DS_CNN: Limits(
        16_000, 13_000_000, int(1.2 * 29_009_339), 0.015, 15_000
    ),
    networks.VWW_96: Limits(
        73_728, 38_000_000, int(1.2 * 86_893_147), 0.03, 30_000
    ),
    networks.AD01: Limits(768, 900_000, int(1.2 * 1_762_502), -0.002),
}

#: Bytes, from the call of the entry point.
STACK = 1024


class Figures(unittest.TestCase):
    def test_limits(self):
        for network, limits in LIMITS.items():
            with tempfile.TemporaryDirectory() as folder:
                model = Path(folder, "model.mlir")
                rescale.import_tflite(network.model, model)

                def measure(
                    target: str, level: str, narrow: str = "lossless"
                ) -> dict:
                    return bench.measure_network(
                        model,
                        lambda ports: [a[:1] for a in network.inputs()],
                        target=target,
                        cc="gcc",
                        level=level,
                        narrow=narrow,
                        layers=False,
                    )

                fast = measure("cortex-m4", "2")
                small = measure("cortex-m4", "s")
                plain = measure("cortex-m0", "2")
                wide = {
                    "M4": (fast, measure("cortex-m4", "2", "off")),
                    "M0": (plain, measure("cortex-m0", "2", "off")),
                }
            for what, value, limit in (
                ("arena", fast["arena_bytes"], limits.arena),
                ("M4 instructions", fast["instructions"], limits.m4),
                ("M0 instructions", plain["instructions"], limits.m0),
                ("M4 code", small["code_bytes"], limits.code),
                ("M4 stack", fast["stack_bytes"], STACK),
                ("M0 stack", plain["stack_bytes"], STACK),
            ):
                print(f"{network.name}: {what} {value:,} of {limit or 0:,}")
                with self.subTest(network.name, what=what):
                    self.assertTrue(limit is None or value <= limit)
            for target, (narrow, off) in wide.items():
                with self.subTest(network.name, narrowed=target):
                    saved = 1 - narrow["instructions"] / off["instructions"]
                    print(f"{network.name}: {target} saves {saved:.2%}")
                    self.assertGreaterEqual(saved, limits.saved)
                    self.assertLessEqual(
                        narrow["const_bytes"], off["const_bytes"]
                    )


if __name__ == "__main__":
    unittest.main()
