# REQUIRES: sklearn
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The shipped model on its samples, and the commands' bad input."""

import contextlib
import io
import re
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
from rescale.network import evaluate, quantize
from rescale.shipped import (
    MODEL_PATH,
    PARAMETERS_PATH,
    digits,
    parameters,
    train,
)


class Accuracy(unittest.TestCase):
    def test_accuracy_is_the_stated_one(self):
        samples = digits.load_held_out()
        self.assertEqual(len(samples), 360)
        scores = evaluate.logits(parameters.load_int8(), samples.codes)
        right = int((scores.argmax(axis=1) == samples.labels).sum())
        self.assertEqual(right, 351)
        model, _ = parameters.load()
        in_float = train.float_accuracy(model, samples)
        readme = MODEL_PATH.with_name("README.md").read_text()
        self.assertIn(f"**{right / 360:.2%}** in int8 ({right} right)", readme)
        self.assertIn(f"{in_float:.2%} in float", readme)

    def test_ranges_are_those_of_the_training_samples(self):
        model, ranges = parameters.load()
        again = quantize.calibrate(model, digits.load_train().images())
        for name, (low, high) in ranges.items():
            # Float sums depend on the order that the processor prefers.
            self.assertAlmostEqual(again[name][0], low, places=9)
            self.assertAlmostEqual(again[name][1], high, places=9)


class Samples(unittest.TestCase):
    def test_codes_are_pixels_minus_128(self):
        samples = digits.load()
        self.assertEqual(samples.codes.shape, (1797, 8, 8, 1))
        self.assertEqual(samples.codes.dtype, np.int8)
        self.assertEqual(samples.codes.min(), -128)
        self.assertEqual(samples.codes.max(), -112)
        images = samples.images()
        self.assertEqual((images.min(), images.max()), (0.0, 1.0))

    def test_split_is_fixed(self):
        both = np.concatenate(
            [digits.load_train().codes, digits.load_held_out().codes]
        )
        np.testing.assert_array_equal(both, digits.load().codes)

    def test_command_writes_arrays(self):
        with tempfile.TemporaryDirectory() as folder:
            x, y = Path(folder, "x.npy"), Path(folder, "y.npy")
            status = digits.main(["--samples", str(x), "--labels", str(y)])
            self.assertEqual(status, 0)
            held_out = digits.load_held_out()
            np.testing.assert_array_equal(np.load(x), held_out.codes)
            np.testing.assert_array_equal(np.load(y), held_out.labels)


class Commands(unittest.TestCase):
    def fails(self, main, arguments: list[str]) -> str:
        """Runs a command that must fail, returns what it says."""
        output = io.StringIO()
        with contextlib.redirect_stderr(output):
            self.assertEqual(main(arguments), 1)
        return output.getvalue()

    def test_missing_packages(self):
        with mock.patch.dict(sys.modules, {"sklearn.datasets": None}):
            self.assertEqual(
                self.fails(digits.main, ["--samples", "x.npy"]),
                "error: requires scikit-learn for the digits samples, which "
                "is not installed; install this package with its extra "
                "'demo'\n",
            )
        with mock.patch.dict(sys.modules, {"torch": None}):
            self.assertEqual(
                self.fails(train.main, ["--output", "m.mlir"]),
                "error: requires PyTorch for training, which is not "
                "installed; install this package with its extra 'train'\n",
            )

    def test_parameters_of_something_else(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "p.npz")
            np.savez(path, conv1=np.zeros(3))
            for content in (None, b"", b"text", b"PK\x03\x04"):
                if content is not None:
                    path.write_bytes(content)
                message = self.fails(
                    train.main,
                    ["--output", "m.mlir", "--load-parameters", str(path)],
                )
                self.assertRegex(
                    message,
                    "error: requires the parameters of the digits model, "
                    f"got {re.escape(str(path))}: .*; write them with "
                    "--save-parameters\n",
                )

    def test_counts(self):
        for text in ("0", "-3", "many"):
            output = io.StringIO()
            with (
                contextlib.redirect_stderr(output),
                self.assertRaises(SystemExit),
            ):
                train.main(["--output", "m.mlir", "--epochs", text])
            self.assertIn(
                f"requires a whole number of at least 1, got {text}",
                output.getvalue(),
            )
        self.assertEqual(
            self.fails(
                train.main, ["--output", "m.mlir", "--samples", "1438"]
            ),
            "error: requires --samples of at most 1437, got 1438\n",
        )

    def test_output_directory(self):
        missing = "/nonexistent-directory"
        message = (
            f"error: requires a writable output directory, got {missing}: "
            "No such file or directory\n"
        )
        self.assertEqual(
            self.fails(digits.main, ["--samples", f"{missing}/x.npy"]),
            message,
        )
        arguments = ["--load-parameters", str(PARAMETERS_PATH)]
        self.assertEqual(
            self.fails(
                train.main, [*arguments, "--output", f"{missing}/m.mlir"]
            ),
            message,
        )


if __name__ == "__main__":
    unittest.main()
