# REQUIRES: models, tosa-converter, tflite
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""No accumulator is in memory, in what both back ends make code of.

Every buffer of more than 16 bits is a constant, which is a table or a bias, or
the result of a reduction by name: the greatest code and the sum of a softmax.
"""

import re
import tempfile
import unittest
from pathlib import Path

from Inputs import networks, ours
from Inputs.native import run_tool
from rescale.shipped import MODEL_PATH

WIDE = r"memref<(?:\d+x)*i(?:3[2-9]|4\d|5\d|6\d)[,>]"


def layer_operations(text: str) -> dict[str, str]:
    """What each layer was made of, by the name of its function."""
    return dict(
        re.findall(
            r"func\.func private @(\w+)\(.*rescale\.layer = \{.*"
            r"ops = \[(.*?)\]",
            text,
        )
    )


class NoAccumulators(unittest.TestCase):
    def check(self, text: str) -> int:
        """Returns how many wide buffers there are."""
        layers = layer_operations(text)
        self.assertGreater(len(layers), 0)
        for line in text.splitlines():
            if "memref.global" in line and re.search(WIDE, line):
                self.assertIn(" constant ", line)
        self.assertNotRegex(text, rf"memref\.alloca?\(.*{WIDE}")
        # Views of one place in the arena are one buffer.
        places = dict(
            re.findall(r"(%\w+) = memref\.view %\w+\[(%\w+)\]", text)
        )
        filled: set[str] = set()
        for callee, operands, types in re.findall(
            r"^    (?:func\.)?call @(\w+)\((.*)\) : \((.*)\) ->", text, re.M
        ):
            for operand, type_ in zip(
                operands.split(", "),
                re.findall(r"memref<.*?>(?=, memref|$)", types),
                strict=True,
            ):
                if not re.match(WIDE, type_):
                    continue
                self.assertRegex(type_, r"^memref<(1x)*i\d+", callee)
                if "tosa.reduce_" in layers[callee]:
                    filled.add(places[operand])
                else:
                    self.assertIn(places[operand], filled, callee)
        return len(filled)

    def test_networks(self):
        models = [n.model for n in (*networks.IMPORTED, networks.MOBILENET)]
        models += [n.model for n in networks.INT16_LAYERS] + [MODEL_PATH]
        wide = {}
        for model in models:
            with (
                self.subTest(model.name),
                tempfile.TemporaryDirectory() as name,
            ):
                if model.suffix == ".tflite":
                    model = ours.import_network(model, Path(name))
                text = run_tool("rescale-opt", "--rescale-to-loops", model)
                wide[model.stem] = self.check(text)
        print(wide)
        # The test sees the sums of softmax where there is one.
        self.assertGreater(sum(wide.values()), 0)
        self.assertEqual(wide["ad01_int8"], 0)


if __name__ == "__main__":
    unittest.main()
