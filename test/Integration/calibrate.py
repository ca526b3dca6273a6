# REQUIRES: models, tosa-converter, tflite, gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What 64 images do for narrow multiplicands of resnet8.

The first 64 of the test images of CIFAR-10 calibrate, the other 436 are
classified. Everything is integers, so the figures are exact.
"""

import contextlib
import io
import json
import re
import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale
from Inputs import networks, ours
from Inputs.native import run_tool
from rescale.calibrate import calibrate

#: Images of 436 that are classified correctly, by bits; without and with data.
ORIGINAL = 390
CORRECT = {4: (287, 373), 2: (68, 346)}


class Calibrate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(contextlib.redirect_stderr(io.StringIO()))
        cls.folder = Path(
            cls.enterClassContext(tempfile.TemporaryDirectory())
        )
        cls.model = ours.import_network(networks.RESNET8.model, cls.folder)
        (images,) = networks.RESNET8.inputs()
        cls.images = images[64:]
        cls.labels = np.loadtxt(
            networks.SAMPLES / f"{networks.CIFAR}.labels.txt", np.int64
        )[64:]
        cls.calibrated = cls.folder / "calibrated.mlir"
        calibrate(cls.model, images[:64], cls.calibrated)

    def count_correct(self, model: Path, narrow: object) -> int:
        network = rescale.load(model, narrow=narrow)
        classes = network(self.images).argmax(1)
        return int((classes == self.labels).sum())

    def test_accuracy(self):
        self.assertEqual(self.count_correct(self.calibrated, "off"), ORIGINAL)
        found = {
            bits: (
                self.count_correct(self.model, bits),
                self.count_correct(self.calibrated, bits),
            )
            for bits in CORRECT
        }
        print(found)
        self.assertEqual(found, CORRECT)

    def test_totals(self):
        # Of all 64 images, in each layer and with each number of bins.
        text = self.calibrated.read_text()
        data = dict(re.findall(r'^ *(counts_\d+): "0x08000000(\w+)"', text, re.M))
        found = re.findall(
            r"rescale\.requantize .*counts = dense_resource<(\w+)>.* : "
            r"tensor<([\dx]+)xi\d+> ->",
            text,
        )
        self.assertEqual(len(found), text.count(" = rescale.requantize "))
        for key, shape in found:
            counts = np.frombuffer(bytes.fromhex(data[key]), "<i8")
            size = np.prod(list(map(int, shape.split("x"))))
            self.assertEqual(counts.sum(), 64 * size)

    def test_report(self):
        # Data says less of what is proved to differ more.
        run_tool(
            *("rescale-compile", self.calibrated, "--narrow=4"),
            *("--emit=rescale", f"--report={self.folder}/report.json", "-o", self.folder),
        )
        report = json.loads((self.folder / "report.json").read_text())
        layers = {layer["name"]: layer for layer in report["layers"]}
        channels = layers["conv2d_0"]["channels"]
        observed = [channel["observed"] for channel in channels]
        self.assertEqual(
            {o["accumulators"] for o in observed}, {64 * 32 * 32}
        )
        self.assertGreater(
            min(channel["largest_difference"] for channel in channels), 0
        )
        means = [o["mean_difference"] for o in observed]
        self.assertLess(max(means), 1)
        self.assertGreater(max(means), 0)
        self.assertTrue(
            all(
                o["mean_difference"] * o["accumulators"] >= o["differing"]
                for o in observed
            )
        )


if __name__ == "__main__":
    unittest.main()
