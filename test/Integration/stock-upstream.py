# REQUIRES: models, tosa-converter
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The networks, lowered by upstream's passes alone, give the golden outputs.

So a difference in another test is ours, and not the model's, the converter's
or upstream's. The uint8 network is compared in uint8-mobilenet.py, because it
has no golden outputs.
"""

import tempfile
import unittest
from pathlib import Path

from Inputs import converter, native, networks, stock


class StockUpstream(unittest.TestCase):
    def test_golden_outputs(self):
        for network in networks.WITH_GOLDEN:
            with self.subTest(network.model.name):
                text = converter.tosa_text(network.model)
                expected = network.golden()
                with tempfile.TemporaryDirectory() as folder:
                    library = stock.compile_network(
                        converter.with_batch_of_one(text), Path(folder)
                    )
                    actual = native.call(
                        library, "main", network.inputs(), expected
                    )
                networks.assert_equal_samples(
                    network.model.name, actual, expected
                )


if __name__ == "__main__":
    unittest.main()
