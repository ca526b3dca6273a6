# REQUIRES: models, tosa-converter, tflite
# REQUIRES: clang-22, arm-none-eabi-gcc, riscv64-unknown-elf-gcc
# REQUIRES: qemu-system-arm, qemu-system-riscv32
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""MLPerf Tiny and hello_world on microcontrollers, against the goldens."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale
from Inputs import networks

SAMPLES = 8


def spread(array: np.ndarray) -> np.ndarray:
    """Samples from the first to the last."""
    return array[np.linspace(0, len(array) - 1, SAMPLES).astype(int)]


# LLVM's objects link with what either C compiler makes of the harness.
PROGRAMS = [
    ("llvm", "cortex-m4", "gcc"),
    ("llvm", "cortex-m0", "clang"),
    ("llvm", "rv32im", "gcc"),
    *(
        ("c", target, cc)
        for target in ("cortex-m4", "cortex-m0", "rv32im")
        for cc in ("gcc", "clang")
    ),
]


class Embedded(unittest.TestCase):
    def test_golden_outputs(self):
        for network in networks.IMPORTED:
            with tempfile.TemporaryDirectory() as folder:
                model = Path(folder, "model.mlir")
                rescale.import_tflite(network.model, model)
                inputs = [spread(array) for array in network.inputs()]
                golden = spread(network.golden())
                for backend, target, cc in PROGRAMS:
                    name = f"{network.name}, {backend}, {target}, {cc}"
                    with self.subTest(name):
                        program = rescale.load(
                            model, backend=backend, target=target, cc=cc
                        )
                        actual = program(*inputs).reshape(golden.shape)
                        networks.assert_equal_samples(name, actual, golden)


if __name__ == "__main__":
    unittest.main()
