# REQUIRES: sklearn
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The shipped model, lowered by upstream's passes alone and executed.

This ties the NumPy reference to an implementation that is not ours.
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs import native, stock
from rescale.network import evaluate
from rescale.shipped import MODEL_PATH, digits, parameters


class Upstream(unittest.TestCase):
    def test_all_samples(self):
        samples = digits.load()
        expected = evaluate.logits(parameters.load_int8(), samples.codes)
        with tempfile.TemporaryDirectory() as folder:
            library = stock.compile_network(
                MODEL_PATH.read_text(), Path(folder)
            )
            actual = native.call(library, "main", [samples.codes], expected)
        np.testing.assert_array_equal(actual, expected)


if __name__ == "__main__":
    unittest.main()
