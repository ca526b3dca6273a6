# REQUIRES: models, tosa-converter, tflite, numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The layers of `rescale bench requantize` are those of resnet8."""

import re
import unittest

from Inputs import converter, networks
from rescale.requantization.layers import ONE_SIDED, TWO_SIDED


def constants(text: str, operation: str, count: int) -> list[tuple[str, ...]]:
    """The constants that the first operations of a kind read."""
    values = dict(
        re.findall(r'(%\w+) = "tosa.const"\(\) <{values = (.*?)}>', text)
    )
    operands = re.findall(rf"= {operation} (.*?) {{", text)[:count]
    return [
        tuple(values[name] for name in names.split(", ")[1:])
        for names in operands
    ]


class Layers(unittest.TestCase):
    def test_constants(self):
        network = converter.tosa_text(networks.RESNET8.model)
        for operation in ("tosa.conv2d", "tosa.rescale"):
            its = constants(network, operation, 3)
            for i, layer in ((0, ONE_SIDED), (2, TWO_SIDED)):
                (own,) = constants(layer.path.read_text(), operation, 1)
                self.assertEqual(own, its[i])


if __name__ == "__main__":
    unittest.main()
