# REQUIRES: sklearn
# REQUIRES: gcc, clang-22
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The shipped model through every back end, on every sample.

The expected codes are those of NumPy integers, which equal the TOSA reference
model's (test/python/test_shipped_reference_model.py).
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs import networks, ours
from rescale.network import evaluate
from rescale.shipped import MODEL_PATH, digits, parameters


class Shipped(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.codes = digits.load().codes
        cls.expected = evaluate.logits(
            parameters.load_int8(), cls.codes
        ).astype(np.int8)

    def test_back_ends(self):
        for backend in ours.BACKENDS:
            with (
                self.subTest(backend),
                tempfile.TemporaryDirectory() as folder,
            ):
                actual = ours.run(
                    MODEL_PATH, [self.codes], Path(folder), backend
                )
                networks.assert_equal_samples(backend, actual, self.expected)

    def test_sanitizers(self):
        with tempfile.TemporaryDirectory() as folder:
            actual = ours.run_sanitized(
                MODEL_PATH, [self.codes], self.expected, Path(folder)
            )
        networks.assert_equal_samples("sanitizers", actual, self.expected)


if __name__ == "__main__":
    unittest.main()
