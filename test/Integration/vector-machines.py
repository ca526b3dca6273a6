# REQUIRES: models, tosa-converter, tflite, numpy, clang-22, ld.lld-22
# REQUIRES: qemu-system-aarch64, qemu-system-riscv32
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""MLPerf Tiny on machines whose multiplications of vectors round.

The outputs are the golden ones, and each network has the instruction: on
AArch64 in the arithmetic that its costs choose, on RISC-V with V wherever the
rung is exact.
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale
from Inputs import bare_metal, networks

#: Of each network, from the first to the last.
SAMPLES = 2

MACHINES = (
    (bare_metal.CORTEX_A53, (), "sqrdmulh"),
    (bare_metal.RV32V, ("--rescale-rung=rounding_high,fallback",), "vsmul.v"),
)


class VectorMachines(unittest.TestCase):
    def check(self, network: networks.Network, folder: Path) -> None:
        model = folder / "model.mlir"
        rescale.import_tflite(network.model, model)
        (samples,), golden = network.inputs(), network.golden()
        chosen = np.linspace(0, len(samples) - 1, SAMPLES).astype(int)
        for machine, options, instruction in MACHINES:
            for i in chosen.tolist():
                with self.subTest(instruction, network=network.name, sample=i):
                    wrong, text = bare_metal.count_wrong(
                        *(machine, model, samples[i], golden[i], folder),
                        options,
                    )
                    self.assertEqual(wrong, 0)
                    self.assertIn(f" {instruction}", text)

    def test_golden(self) -> None:
        for network in networks.MLPERF_TINY:
            with tempfile.TemporaryDirectory() as folder:
                self.check(network, Path(folder))


if __name__ == "__main__":
    unittest.main()
