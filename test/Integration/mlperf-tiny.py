# REQUIRES: models, tosa-converter, tflite
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""MLPerf Tiny and hello_world, from .tflite to native code, on all samples."""

import tempfile
import unittest
from pathlib import Path

from Inputs import networks, ours


class MlperfTiny(unittest.TestCase):
    def test_golden_outputs(self):
        for network in networks.IMPORTED:
            with (
                self.subTest(network.name),
                tempfile.TemporaryDirectory() as folder,
            ):
                model = ours.import_network(network.model, Path(folder))
                actual = ours.run(model, network.inputs(), Path(folder))
                networks.assert_equal_samples(
                    network.name, actual, network.golden()
                )


if __name__ == "__main__":
    unittest.main()
