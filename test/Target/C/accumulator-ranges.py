# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The ranges in comments are those of all inputs.

Layers of two codes are run on every pair of them: the range of the accumulator
has to be reached at both ends, and no sum on the way leaves that of the partial
sums. The layers differ in what makes the range: bias, zero point, padding.
"""

import itertools
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np

import rescale


def layer(width: int, pad: int, zero: int, result: str) -> str:
    """A convolution with a window of `width` columns, in all of two codes."""
    image = f"1x1x{width}x{3 - width}xi8"
    window = f"3x1x{width}x{3 - width}xi8"
    shape = f"1x1x{1 + 2 * pad}x3"

    def constant(values: object, of: str) -> str:
        return (
            f'"tosa.const"() <{{values = dense<{values}> : tensor<{of}>}}> '
            f": () -> tensor<{of}>"
        )

    requantize = f"""
  %1 = rescale.requantize %0 mul dense<77> : tensor<1xui8> shift [9]
         round half_up : tensor<{shape}xi32> -> tensor<{shape}xi8>"""
    is_code = result == "i8"
    return f"""
func.func @main(%x: tensor<{image}>) -> tensor<{shape}x{result}> {{
  %w = {constant(weights(width).tolist(), window)}
  %b = {constant(BIAS.tolist(), "3xi32")}
  %z = {constant(zero, "1xi8")}
  %zw = {constant(0, "1xi8")}
  %0 = tosa.conv2d %x, %w, %b, %z, %zw {{
         acc_type = i32, dilation = array<i64: 1, 1>,
         pad = array<i64: 0, 0, {pad}, {pad}>, stride = array<i64: 1, 1>}}
     : (tensor<{image}>, tensor<{window}>, tensor<3xi32>, tensor<1xi8>,
        tensor<1xi8>) -> tensor<{shape}xi32>{requantize if is_code else ""}
  return %{int(is_code)} : tensor<{shape}x{result}>
}}
"""


BIAS = np.array([-7, 1000, 3], np.int32)


def weights(width: int) -> np.ndarray:
    """Of three channels: both signs, one sign, and the least number."""
    pairs = np.array([[5, -3], [2, 9], [-128, -128]])
    return pairs.reshape(3, 1, width, 3 - width)


def read(text: str, what: str) -> set[tuple[int, int]]:
    """Returns the ranges that comments state for `what`."""
    pattern = rf"^ \*   {what}: \[(-?\d+), (-?\d+)\]"
    return {
        (int(low), int(high))
        for low, high in re.findall(pattern, text, re.MULTILINE)
    }


class Ranges(unittest.TestCase):
    def check(self, width: int, pad: int, zero: int) -> None:
        codes = np.arange(-128, 128)
        inputs = np.array(list(itertools.product(codes, codes)), np.int8)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source = folder / "sums.mlir"
            source.write_text(layer(width, pad, zero, "i32"))
            model = rescale.load(source, backend="c")
            sums = model(inputs.reshape(-1, 1, 1, width, 3 - width))
            texts = []
            for result in ("i32", "i8"):
                source.write_text(layer(width, pad, zero, result))
                command = ["rescale-compile", source, "--emit=c", "-o", folder]
                subprocess.run(command, check=True)
                texts.append((folder / "sums.c").read_text())
        expected = {(int(sums.min()), int(sums.max()))}
        for text in texts:
            self.assertEqual(read(text, "accumulator"), expected)
        # The layer and its helper.
        self.assertEqual(len(re.findall(r" accumulator: \[", texts[1])), 2)

        factors = weights(width).reshape(3, 2)
        folded = BIAS - zero * factors.sum(axis=1)
        first = inputs[:, :1] * factors[:, 0] + folded
        second = inputs[:, 1:] * factors[:, 1]
        ((low, high),) = read(texts[1], "partial sums")
        for partial in (folded, first, first + second):
            self.assertLessEqual(low, partial.min())
            self.assertGreaterEqual(high, partial.max())

    def test_channels(self):
        self.check(width=1, pad=0, zero=0)

    def test_zero_point(self):
        self.check(width=1, pad=0, zero=-128)

    def test_columns(self):
        self.check(width=2, pad=0, zero=5)

    def test_padding(self):
        """A border leaves out a weight: more than the inside allows."""
        self.check(width=2, pad=1, zero=-128)


if __name__ == "__main__":
    unittest.main()
