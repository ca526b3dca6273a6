# REQUIRES: models, tosa-converter, tflite, numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What snapping makes of the real networks, on their samples.

The figures are exact: a change of any of them is a change of what the
compiler makes, to be looked at. docs/Quality.md has those of many samples.
"""

import re
import tempfile
import time
import unittest
from pathlib import Path

import numpy as np
import rescale
from Inputs import networks
from Inputs.native import run_tool

MODELS = networks.MODELS / "mlperf_tiny"
RESNET = MODELS / "pretrainedResnet_quant.tflite"


class Snap(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.resnet = cls.folder / "resnet8.mlir"
        rescale.import_tflite(RESNET, cls.resnet)

    def run_network(self, model: Path, inputs: np.ndarray, *options: str):
        return rescale.load(model, options=("--cpu=native", *options))(inputs)

    def test_resnet8(self) -> None:
        images = networks.centred_pixels(
            "cifar10_test_0000-0499.u8", 32, 32, 3
        )
        labels = np.loadtxt(
            networks.SAMPLES / "cifar10_test_0000-0499.labels.txt", int
        )
        for options, right in RESNET_RIGHT.items():
            with self.subTest(options):
                outputs = self.run_network(
                    self.resnet, images, *options.split()
                )
                self.assertEqual(
                    int((outputs.argmax(axis=1) == labels).sum()), right
                )

    def test_ad01(self) -> None:
        # The reconstruction of one recording; the model's own is 10.26.
        windows = networks.codes(
            "ad01_normal_id_01_00000000.windows.i8", 640
        )
        frames = np.fromfile(
            networks.SAMPLES / "ad01_normal_id_01_00000000.f32", np.float32
        ).reshape(200, 128)
        wanted = np.stack([frames[i : i + 5].ravel() for i in range(196)])
        imported = self.folder / "ad01.mlir"
        for floats, error in AD01_ERRORS.items():
            with self.subTest(floats=floats):
                rescale.import_tflite(
                    MODELS / "ad01_int8.tflite",
                    imported,
                    float_weights=MODELS / floats if floats else None,
                )
                codes = self.run_network(imported, windows, "--snap=1")
                values = 0.36449846625328064 * (codes.astype(float) - 96)
                self.assertEqual(
                    round(float(((values - wanted) ** 2).mean()), 3), error
                )

    def test_no_multiplication(self) -> None:
        # Everything at one bit: no requantization of resnet8 multiplies.
        for target in ("cortex-m0", "cortex-m4", "rv32im"):
            with self.subTest(target):
                run_tool(
                    "rescale-compile",
                    *(self.resnet, "--snap=1", "--emit=c", "-o", self.folder),
                    f"--target={target}",
                )
                text = (self.folder / "resnet8.c").read_text()
                bodies = re.findall(
                    r"^static inline \w+ (\w+_requantize)\([^)]*\) \{\n(.*?)"
                    r"^\}",
                    text,
                    re.M | re.S,
                )
                self.assertGreaterEqual(len(bodies), 10)
                for name, body in bodies:
                    self.assertNotRegex(body, r"\*|\bmul", name)

    def test_time(self) -> None:
        # The bar is a second; imports and starts are not part of it.
        source = run_tool(
            "rescale-opt",
            *(self.resnet, "--convert-tosa-to-rescale", "--canonicalize"),
        )
        requantized = self.folder / "requantized.mlir"
        requantized.write_text(source)

        def measure(*passes: str) -> float:
            start = time.perf_counter()
            run_tool("rescale-opt", requantized, *passes, "-o", "/dev/null")
            return time.perf_counter() - start

        times = [
            measure("--rescale-snap=bits=1") - measure() for _ in range(5)
        ]
        self.assertLess(min(times), 1)


#: How many of 500 images are right; of the model 445.
RESNET_RIGHT = {"--snap=1": 440, "--snap=4": 443, "--snap=8": 443}
#: The mean squared error, from the weights of 8 bits and from float ones.
AD01_ERRORS = {"": 10.165, "ad01_fp32.tflite": 9.808}


if __name__ == "__main__":
    unittest.main()
