# REQUIRES: arm-none-eabi-gcc, riscv64-unknown-elf-gcc
# REQUIRES: qemu-system-arm, qemu-system-riscv32
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Requantizations that are layers of their own, on every kind of target.

Their channels are outermost on microcontrollers, their pixels unrolled.
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale

SHIFT = 20

# The layers beside it keep what is requantized in the arena, where a result of
# fewer bytes must not lie over what is still to be read.
MODEL = """
func.func @main(%x: tensor<{shape}xi32>) -> tensor<{turned}xi8> {{
  %0 = tosa.clamp %x {{min_val = -65536 : i32, max_val = 65535 : i32}}
      : (tensor<{shape}xi32>) -> tensor<{shape}xi32>
  %1 = tosa.transpose %0 {{perms = array<i32: {turn}>}}
      : (tensor<{shape}xi32>) -> tensor<{turned}xi32>
  %2 = rescale.requantize %1 mul dense<{multiplicands}> : tensor<{channels}xui8>
      shift [{shift}] axis {axis} round half_up zero_point -5
      clamp [{clamp}] : tensor<{turned}xi32> -> tensor<{turned}xi8>
  %3 = tosa.reverse %2 {{axis = 1 : i32}}
      : (tensor<{turned}xi8>) -> tensor<{turned}xi8>
  return %3 : tensor<{turned}xi8>
}}
"""

# Shapes after the transposition, the axis of channels, and the clamp.
CASES = [
    ((1, 5, 7, 6), 3, (-128, 127)),  # 35 pixels: no multiple of 2 or 4
    ((2, 8, 3, 5), 1, (-5, 127)),  # pixels around the channel
    ((1, 1, 3, 16), 3, (0, 7)),  # fewer than channels outermost are worth
    ((4, 4, 4, 3), 0, (-8, 3)),
]

PROGRAMS = [
    (backend, target)
    for backend in ("llvm", "c")
    for target in ("cortex-m4", "cortex-m0", "rv32im")
]


class Elementwise(unittest.TestCase):
    def test_requantizations(self):
        generator = np.random.default_rng(1)
        for shape, axis, clamp in CASES:
            multiplicands = generator.integers(1, 256, shape[axis])
            inputs = generator.integers(
                -(2**17), 2**17, (shape[3], *shape[:3]), np.int32
            )
            channels = multiplicands.reshape(
                [-1 if i == axis else 1 for i in range(4)]
            )
            turned = np.moveaxis(inputs, 0, 3).clip(-(2**16), 2**16 - 1)
            sums = turned * channels + (1 << SHIFT - 1)
            expected = ((sums >> SHIFT) - 5).clip(*clamp)[:, ::-1]

            text = MODEL.format(
                shape="x".join(map(str, inputs.shape)),
                turned="x".join(map(str, shape)),
                turn="1, 2, 3, 0",
                multiplicands=multiplicands.tolist(),
                channels=shape[axis],
                shift=SHIFT,
                axis=axis,
                clamp="{}, {}".format(*clamp),
            )
            with tempfile.TemporaryDirectory() as folder:
                model = Path(folder, "model.mlir")
                model.write_text(text)
                for backend, target in PROGRAMS:
                    with self.subTest(shape, backend=backend, target=target):
                        network = rescale.load(
                            model, backend=backend, target=target, cc="gcc"
                        )
                        np.testing.assert_array_equal(
                            network(inputs), expected
                        )


if __name__ == "__main__":
    unittest.main()
