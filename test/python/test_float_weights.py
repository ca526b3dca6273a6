# REQUIRES: tosa-converter, tflite, models
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Float weights beside quantized ones, and those of other networks."""

import contextlib
import io
import os
import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs.patience import setUpModule  # noqa: F401
from rescale import RescaleError, cli, import_tflite, tools
from rescale.float_weights import match_layers, read_layers

MODELS = Path(os.environ["RESCALE_MODELS"]) / "mlperf_tiny"
RESNET = MODELS / "pretrainedResnet_quant.tflite"
FLOAT_RESNET = MODELS / "pretrainedResnet.tflite"


class FloatWeights(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_layers(self) -> None:
        layers = read_layers(FLOAT_RESNET)
        self.assertEqual(len(layers), 10)
        self.assertEqual(layers[0].kind, "CONV_2D")
        self.assertEqual(layers[0].shape, (16, 3, 3, 3))
        self.assertEqual(layers[0].weights.dtype, np.float32)
        self.assertEqual(layers[-1].kind, "FULLY_CONNECTED")
        self.assertEqual(str(layers[-1]), "FULLY_CONNECTED of 10x64 weights")
        self.assertIsNone(read_layers(RESNET)[0].weights)

    def snap(self, model: Path, floats: Path, bits: int) -> str:
        imported = self.folder / f"{model.stem}.mlir"
        import_tflite(model, imported, float_weights=floats)
        return tools.run(
            "rescale-opt",
            [imported, f"--tosa-to-rescale=snap={bits} narrow=off"],
        )

    def test_snap(self) -> None:
        # Every layer's weights round to those of 8 bits, and of a dense layer
        # with one scale each output gets its own.
        for name, floats, layers in (
            ("pretrainedResnet_quant", "pretrainedResnet", 10),
            ("ad01_int8", "ad01_fp32", 10),
            ("vww_96_int8", "vww_96_float", 28),
        ):
            with self.subTest(name):
                text = self.snap(
                    MODELS / f"{name}.tflite", MODELS / f"{floats}.tflite", 1
                )
                weighted = [
                    line
                    for line in text.splitlines()
                    if "rescale.snapped" in line and " axis 3 " in line
                ]
                self.assertEqual(len(weighted), layers)
                self.assertNotIn("float_weights", text)
                for line in weighted:
                    self.assertRegex(line, r"clipped = \[0(, 0)*\]")

    def test_some_are_quantized(self) -> None:
        # A network of dynamic range has float weights where that pays.
        weights = match_layers(
            MODELS / "kws_ref_model.tflite",
            MODELS / "kws_ref_model_float32.tflite",
        )
        self.assertEqual(
            [value is None for value in weights], [True, False] * 5
        )

    def test_bytecode(self) -> None:
        imported = self.folder / "net.mlirbc"
        import_tflite(RESNET, imported, float_weights=FLOAT_RESNET)
        text = tools.run("rescale-opt", [imported])
        self.assertEqual(text.count("rescale.float_weights"), 10)

    def test_other_count(self) -> None:
        with self.assertRaisesRegex(
            RescaleError,
            "requires a float network with the 10 layers of .*, got 28 in "
            ".*vww_96_float.tflite; convert the network that was quantized, "
            "without quantization",
        ):
            match_layers(RESNET, MODELS / "vww_96_float.tflite")

    def test_other_shape(self) -> None:
        with self.assertRaisesRegex(
            RescaleError,
            "requires a float network whose layer 0 is a CONV_2D of 16x3x3x3 "
            "weights, as model/conv2d/Conv2D of .*, got a FULLY_CONNECTED of "
            "128x640 weights, functional_1/dense/MatMul of .*ad01_fp32.tflite",
        ):
            match_layers(RESNET, MODELS / "ad01_fp32.tflite")

    def test_no_floats(self) -> None:
        with self.assertRaisesRegex(
            RescaleError,
            "requires float weights, got none in .*; convert the network "
            "without quantization",
        ):
            match_layers(RESNET, RESNET)

    def test_other_weights(self) -> None:
        # Of the same layers, with the sign of one weight turned.
        content = bytearray(FLOAT_RESNET.read_bytes())
        largest = read_layers(FLOAT_RESNET)[0].weights
        place = content.find(largest.tobytes())
        self.assertGreater(place, 0)
        index = int(np.abs(largest).argmax())
        content[place + 4 * index + 3] ^= 0x80
        other = self.folder / "other.tflite"
        other.write_bytes(content)
        with self.assertRaises(RescaleError) as raised:
            self.snap(RESNET, other, 1)
        self.assertRegex(
            raised.exception.details,
            "requires float weights that some scale rounds to the integer "
            f"ones, got .* at weight {index % 27} of channel {index // 27}; "
            "import those of the network that was quantized",
        )

    def test_command(self) -> None:
        output = self.folder / "net.mlir"
        arguments = ["import", str(RESNET), "-o", str(output)]
        arguments += ["--float-weights", str(self.folder / "missing.tflite")]
        with contextlib.redirect_stderr(io.StringIO()) as errors:
            self.assertEqual(cli.main(arguments), 1)
        self.assertRegex(errors.getvalue(), "requires a readable model, got ")
        self.assertFalse(output.exists())
        arguments[-1] = str(FLOAT_RESNET)
        self.assertEqual(cli.main(arguments), 0)
        self.assertIn("rescale.float_weights", output.read_text())


if __name__ == "__main__":
    unittest.main()
