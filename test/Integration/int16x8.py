# REQUIRES: models, tosa-converter, tosa-reference-model, tflite
# REQUIRES: gcc, clang-22
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Layers with int16 activations: golden outputs, and the reference model.

Convolutions accumulate in 48 bits there, and take 16-bit multiplicands. The
reference model runs the converter's own output.
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs import converter, networks, ours, reference_model

RANDOM_SAMPLES = 31


def with_random_samples(inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The inputs, then random ones of every value that int16 has."""
    generator = np.random.default_rng(1)
    return [
        np.concatenate(
            [
                values,
                generator.integers(
                    -(2**15),
                    2**15,
                    (RANDOM_SAMPLES, *values.shape[1:]),
                    np.int16,
                ),
            ]
        )
        for values in inputs
    ]


class Int16x8(unittest.TestCase):
    def test_layers(self):
        for network in networks.INT16_LAYERS:
            with (
                self.subTest(network.name),
                tempfile.TemporaryDirectory() as name,
            ):
                folder = Path(name)
                inputs = with_random_samples(network.inputs())
                expected = reference_model.run(
                    converter.tosa_text(network.model), inputs, folder
                )
                np.testing.assert_array_equal(expected[:1], network.golden())
                model = ours.import_network(network.model, folder)
                for backend in ours.BACKENDS:
                    actual = ours.run(model, inputs, folder, backend)
                    networks.assert_equal_samples(
                        f"{network.name}, {backend}", actual, expected
                    )
                actual = ours.run_sanitized(model, inputs, expected, folder)
                networks.assert_equal_samples(
                    f"{network.name}, sanitizers", actual, expected
                )


if __name__ == "__main__":
    unittest.main()
