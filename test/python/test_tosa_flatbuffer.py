# REQUIRES: tosa-reference-model
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""TOSA flatbuffers, as tosa-opt writes the shipped model."""

import contextlib
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import rescale
from rescale import RescaleError, cli, tosa_flatbuffer
from rescale.network import evaluate
from rescale.shipped import MODEL_PATH, parameters
from rescale.tflite import Quantization


class Import(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        # Names that a list of a pass's options could not hold.
        self.model = Path(folder.name, "a, {b}.tosa")
        self.output = Path(folder.name, "m.mlir")
        plain = Path(folder.name, "m.tosa")
        subprocess.run(
            [
                Path(sys.executable).with_name("tosa-opt"),
                "--tosa-serialize",
                f"--tosa-flatbuffer-filename={plain}",
                *(MODEL_PATH, "-o", "/dev/null"),
            ],
            check=True,
            capture_output=True,
        )
        plain.rename(self.model)

    def check(self):
        codes = np.random.default_rng(0).integers(
            -128, -111, (20, 8, 8, 1), np.int8
        )
        expected = evaluate.logits(parameters.load_int8(), codes)
        with contextlib.redirect_stderr(io.StringIO()):
            model = rescale.load(self.output)
        np.testing.assert_array_equal(model(codes), expected)
        return model

    def test_command(self):
        arguments = ["import", str(self.model), "-o", str(self.output)]
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(cli.main(arguments), 0)
        self.check()

    def test_scales(self):
        tosa_flatbuffer.import_tosa(
            *(self.model, self.output),
            [Quantization(0.0625, -128)],
            [Quantization(0.3, 7)],
        )
        model = self.check()
        self.assertEqual(
            (model.inputs[0].scale, model.outputs[0].zero_point), (0.0625, 7)
        )

    def test_errors(self):
        with self.assertRaisesRegex(
            RescaleError, "requires a TOSA flatbuffer, got .*, which is none"
        ):
            tosa_flatbuffer.import_tosa(MODEL_PATH, self.output)
        self.model.write_bytes(self.model.read_bytes()[:40])
        with self.assertRaisesRegex(
            RescaleError, "that tosa-opt reads, got .*; see its messages"
        ):
            tosa_flatbuffer.import_tosa(self.model, self.output)
        with (
            mock.patch("shutil.which", return_value=None),
            self.assertRaisesRegex(
                RescaleError,
                "requires the Python package tosa-tools to read TOSA "
                "flatbuffers, which is not installed; run pip install",
            ),
        ):
            tosa_flatbuffer.import_tosa(self.model, self.output)
        self.assertFalse(self.output.exists())


if __name__ == "__main__":
    unittest.main()
