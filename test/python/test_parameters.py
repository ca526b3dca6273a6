# REQUIRES: numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The reader of parameters, in every rounding mode."""

import contextlib
import dataclasses
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
from rescale import RescaleError, parameters, tools

sys.path.append(str(Path(__file__).parents[1] / "Integration"))
from Inputs import requantizations  # noqa: E402

# Of codes of 8 bits, so that all accumulators can be tried.
OPS = """
func.func @main(%x: tensor<256x2xi8>, %y: tensor<256xi8>, %z: tensor<4xi64>)
    -> (tensor<256x2xi8>, tensor<256x2xi8>, tensor<256x2xi8>, tensor<256xi8>,
        tensor<256xi8>, tensor<256x2xi8>, tensor<4xi32>) {
  %0 = rescale.requantize %x mul dense<[3, 5]> : tensor<2xui3> shift [1, 3] axis 1 round half_even input_zero_point 4 zero_point -7 : tensor<256x2xi8> -> tensor<256x2xi8>
  %1 = rescale.requantize %x mul dense<[3, 7]> : tensor<2xui3> shift [2, 3] axis 1 round half_away clamp [-20, 30] : tensor<256x2xi8> -> tensor<256x2xi8>
  %2 = rescale.requantize %x mul dense<[1518500250, 2147483647]> : tensor<2xsi32> shift [33, 32] axis 1 round double : tensor<256x2xi8> -> tensor<256x2xi8>
  %3 = rescale.requantize %y mul dense<5> : tensor<1xui3> shift [4] round floor input_zero_point 3 unsigned_input unsigned_result : tensor<256xi8> -> tensor<256xi8>
  %4 = rescale.requantize %y mul dense<3> : tensor<1xui2> shift [0] round half_even : tensor<256xi8> -> tensor<256xi8>
  %5 = rescale.requantize %x mul dense<[3, 0]> : tensor<2xui2> shift [3, 2] axis 1 round addend addends [4, 9] negative_addends [-2, 9] : tensor<256x2xi8> -> tensor<256x2xi8>
  %6 = rescale.requantize %z mul dense<4294967295> : tensor<1xui32> shift [63] round half_up unsigned_input : tensor<4xi64> -> tensor<4xi32>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<256x2xi8>, tensor<256x2xi8>, tensor<256x2xi8>, tensor<256xi8>, tensor<256xi8>, tensor<256x2xi8>, tensor<4xi32>
}
"""


# Fields that begin within bytes, in both packings.
PACKED = """
module attributes {rescale.target = #rescale.target<"ours", multiplicand = si13, shift = [0, 31], addend = by_sign, addend_bits = 21,
    rounding = [floor],
    layout = %s [addend : 21, shift : 5, negative_addend : 21, padding : 2, multiplicand : 13, zero_point : 8, clamp_max : 8]>} {
  func.func @main(%%x: tensor<4x3xi32>) -> tensor<4x3xi8> {
    %%0 = rescale.requantize %%x mul dense<[4001, 3001, 2001]> : tensor<3xsi13> shift [24, 23, 22] axis 1
      round addend addends [1000000, 3, -4] negative_addends [-500000, 3, -5] zero_point -7 clamp [-128, 99] : tensor<4x3xi32> -> tensor<4x3xi8>
    return %%0 : tensor<4x3xi8>
  }
}
"""


# Two fields without a name, in both packings.
PADDED = """
module attributes {rescale.target = #rescale.target<"ours", multiplicand = ui8, rounding = [half_up],
    layout = %s [padding : 9, multiplicand : 8, padding : 3, shift : 7]>} {
  func.func @main(%%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
    %%0 = rescale.requantize %%x mul dense<[57, 58]> : tensor<2xui8> shift [6, 7] axis 1 round half_up : tensor<4x2xi8> -> tensor<4x2xi8>
    return %%0 : tensor<4x2xi8>
  }
}
"""


# A layer that is called conv2d_1, as that of the page.
PAGE = """
func.func @main(%x: tensor<1x2x2x3xi8>) -> tensor<1x2x2x2xi8> {
  %w = "tosa.const"() <{values = dense<[[[[1, 2, 3]]], [[[-4, 5, 6]]]]> : tensor<2x1x1x3xi8>}> : () -> tensor<2x1x1x3xi8>
  %b = "tosa.const"() <{values = dense<[7, -9]> : tensor<2xi32>}> : () -> tensor<2xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %acc = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x2x2x3xi8>, tensor<2x1x1x3xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x2xi32> loc("model/conv2d_1/Conv2D")
  %0 = rescale.requantize %acc mul dense<[1518500250, 1618500250]> : tensor<2xsi32> shift [38, 38] axis 3
    round double : tensor<1x2x2x2xi32> -> tensor<1x2x2x2xi8> loc("model/conv2d_1/Conv2D")
  return %0 : tensor<1x2x2x2xi8>
}
"""


class Parameters(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def read(self, text: str, narrow: str) -> list[parameters.Layer]:
        model = self.write("model.mlir", text)
        subprocess.run(
            [
                *(tools.find("rescale-compile"), model, "--emit=parameters"),
                *(f"--narrow={narrow}", "-o", self.folder),
            ],
            check=True,
        )
        path = self.folder / "model.parameters.json"
        return list(parameters.read(path).values())

    def test_all_accumulators(self):
        for narrow in "off", "lossless":
            with self.subTest(narrow):
                self.check(self.read(OPS, narrow))

    def check(self, layers: list[parameters.Layer]):
        accumulators = []
        for layer in layers[:6]:
            low, high = layer.channels[0].range
            values = np.arange(low, high + 1)
            self.assertEqual(len(values), 256)
            accumulators.append(
                values
                if layer.axis is None
                else np.stack([values, values], axis=1)
            )
        # Of 64 bits they have to be Python's integers.
        accumulators.append(np.array([0, 2**63, 2**64 - 1, 2**31], object))
        found = requantizations.find(OPS)
        signed = [np.array(values) for values in accumulators]
        signed[3] = (signed[3] + 128) % 256 - 128
        signed[6] = (signed[6] + 2**63) % 2**64 - 2**63
        expected = requantizations.evaluate(found, signed)
        expected[3] %= 256
        for layer, values, codes in zip(
            layers, accumulators, expected, strict=True
        ):
            with self.subTest(layer.name):
                np.testing.assert_array_equal(layer.requantize(values), codes)
        for layer, values, codes in zip(
            layers[:6], accumulators, expected, strict=False
        ):
            with self.subTest(layer.name):
                np.testing.assert_array_equal(layer.compare(values), codes)
        # Along another dimension.
        np.testing.assert_array_equal(
            layers[0].requantize(accumulators[0].T, axis=0), expected[0].T
        )
        with self.assertRaisesRegex(RescaleError, "requires 2 channels"):
            layers[0].requantize(accumulators[0].T)
        with self.assertRaisesRegex(RescaleError, "requires thresholds"):
            layers[6].compare(accumulators[6])

    def test_packed(self):
        columns = 8 + 2 + 8 + 1 + 5 + 3 + 3
        for packing, size in ("records", 3 * 10), ("columns", columns):
            with self.subTest(packing):
                (layer,) = self.read(PACKED % packing, "off")
                self.assertEqual(layer.packed.target, "ours")
                self.assertEqual(layer.packed.rounding, "floor")
                self.assertEqual(len(layer.packed.data), size)
                found = layer.packed.unpack()
                self.assertEqual(len(found), 3)
                for fields, channel in zip(
                    found, layer.channels, strict=True
                ):
                    negative = channel.negative_addend
                    self.assertEqual(
                        fields,
                        {
                            "addend": channel.addend % (1 << 21),
                            "shift": channel.shift,
                            "negative_addend": negative % (1 << 21),
                            "multiplicand": channel.multiplicand,
                            "zero_point": -7 % 256,
                            "clamp_max": 99,
                        },
                    )
                more = dataclasses.replace(layer.packed, records=4)
                with self.assertRaisesRegex(RescaleError, "for 4 records"):
                    more.unpack()
        (self.folder / "model.parameters.bin").unlink()
        with self.assertRaisesRegex(RescaleError, "model.parameters.bin"):
            parameters.read(self.folder / "model.parameters.json")

    def test_two_paddings(self):
        for packing, size in ("records", 2 * 4), ("columns", 3 + 2 + 1 + 2):
            with self.subTest(packing):
                (layer,) = self.read(PADDED % packing, "off")
                self.assertEqual(len(layer.packed.data), size)
                self.assertEqual(
                    layer.packed.unpack(),
                    [
                        {"multiplicand": 57, "shift": 6},
                        {"multiplicand": 58, "shift": 7},
                    ],
                )

    def test_nothing_there(self):
        layer = self.read(OPS, "off")[0]
        self.assertIsNone(layer.packed)
        with self.assertRaisesRegex(RescaleError, "packed.*got none; compile"):
            layer.unpack()
        network = parameters.read(self.folder / "model.parameters.json")
        with self.assertRaisesRegex(
            RescaleError, "got 'conv2d_1'; the layers are requantize_0, "
        ):
            network["conv2d_1"]
        self.assertNotIn("conv2d_1", network)
        self.assertIsNone(network.get("conv2d_1"))

    def test_page(self):
        """What docs/Parameters.md shows, after its own command."""
        page = Path(__file__).parents[2] / "docs" / "Parameters.md"
        text = page.read_text()
        (options,) = re.findall("model.tflite (.*--rescaler=[^ ]*)", text)
        (snippet,) = re.findall("```python\n(.*?)```", text, re.DOTALL)
        model = self.write("model.mlir", PAGE)
        subprocess.run(
            [
                *(tools.find("rescale-compile"), model, *options.split()),
                *("-o", self.folder / "out"),
            ],
            check=True,
        )
        values: dict = {}
        with contextlib.chdir(self.folder):
            exec(snippet, values)
        self.assertEqual(
            values["by_arithmetic"].tolist(), values["by_thresholds"].tolist()
        )
        self.assertEqual(len(values["records"]), 2)

    def test_wrong_files(self):
        with self.assertRaisesRegex(RescaleError, "can be read.*No such"):
            parameters.read(self.folder / "none.json")
        text = self.write("text.json", "layers")
        with self.assertRaisesRegex(RescaleError, "requires JSON"):
            parameters.read(text)
        for data in ([], {"format": "rescale-report", "version": 1}):
            other = self.write("other.json", json.dumps(data))
            with self.assertRaisesRegex(RescaleError, "of version 1"):
                parameters.read(other)


if __name__ == "__main__":
    unittest.main()
