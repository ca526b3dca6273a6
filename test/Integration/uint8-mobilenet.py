# REQUIRES: models, tosa-converter, tosa-reference-model, tflite
# REQUIRES: gcc, clang-22
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A uint8 network, made int8 by `rescale import`, against its own graph.

The expected outputs come from the TOSA reference model and the converter's
uint8 graph, which no part of this project has touched.
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs import converter, native, networks, ours, reference_model, stock

RANDOM_SAMPLES = 26


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


class Uint8Mobilenet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        network = networks.MOBILENET
        (photographs,) = network.inputs()
        noise = np.random.default_rng(1).integers(
            0, 256, (RANDOM_SAMPLES, *photographs.shape[1:]), np.uint8
        )
        cls.inputs = np.concatenate([photographs, noise])
        cls.text = converter.tosa_text(network.model)
        with tempfile.TemporaryDirectory() as folder:
            cls.expected = reference_model.run(
                cls.text, [cls.inputs], Path(folder)
            ).view(np.uint8)

    def test_photographs_are_recognized(self):
        """The reference is fed rightly; the last cat is of another breed."""
        names = lines(networks.MOBILENET.model.parent / "imagenet_labels.txt")
        table = lines(
            networks.SAMPLES / "imagenet_smoke_6_128.expected_top1.csv"
        )
        found = [names[code] for code in self.expected.argmax(axis=-1)]
        wanted = [line.split(";")[1] for line in table]
        self.assertEqual(found[:5], wanted[:5])

    def test_stock_upstream(self):
        with tempfile.TemporaryDirectory() as folder:
            library = stock.compile_network(self.text, Path(folder))
            actual = native.call(library, "main", [self.inputs], self.expected)
        networks.assert_equal_samples("upstream", actual, self.expected)

    def test_ours(self):
        """The imported network takes code - 128, and gives code - 128."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            model = ours.import_network(networks.MOBILENET.model, folder)
            codes = (self.inputs ^ 0x80).view(np.int8)
            for backend in ours.BACKENDS:
                actual = ours.run(model, [codes], folder, backend)
                self.assertEqual(actual.dtype, np.int8)
                networks.assert_equal_samples(
                    backend, actual.view(np.uint8) ^ 0x80, self.expected
                )

    def test_sanitizers(self):
        """Two samples, because the others take the same paths."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            model = ours.import_network(networks.MOBILENET.model, folder)
            codes = (self.inputs[:2] ^ 0x80).view(np.int8)
            expected = (self.expected[:2] ^ 0x80).view(np.int8)
            actual = ours.run_sanitized(model, [codes], expected, folder)
            networks.assert_equal_samples("sanitizers", actual, expected)


if __name__ == "__main__":
    unittest.main()
