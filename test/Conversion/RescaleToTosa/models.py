# RUN: %python %s
# REQUIRES: models

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The real networks from TOSA to rescale and back are what they were.

The texts are compared with every constant in the place of its name, and the
other names in order, since the constants come back in another order.
"""

import os
import re
import subprocess
import unittest
from pathlib import Path

MODELS = sorted(Path(os.environ["RESCALE_MODELS"], "tosa").glob("*-llvm22.mlir"))
CONSTANT = re.compile(r' *(%\w+) = ("tosa\.const".*|tosa\.const_shape.*)')
NAME = re.compile(r"%\w+")


def run(model: Path, *passes: str) -> str:
    """Return the text of a model after some passes and a clean-up."""
    return subprocess.run(
        ["rescale-opt", model, *passes, "--cse", "--canonicalize"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def normalize(text: str) -> list[str]:
    """Return the lines with constants in place and other names in order."""
    names: dict[str, str] = {}
    lines = []
    for line in text.splitlines():
        if match := CONSTANT.fullmatch(line):
            names[match[1]] = f"<{match[2]}>"
            continue
        for name in NAME.findall(line):
            names.setdefault(name, f"%{len(lines)}")
        lines.append(NAME.sub(lambda match: names[match[0]], line))
    return lines


class ModelsTest(unittest.TestCase):
    """One test for all networks."""

    def test_identity(self) -> None:
        self.assertTrue(MODELS)
        for model in MODELS:
            with self.subTest(model.name):
                rescale = run(model, "--convert-tosa-to-rescale")
                self.assertNotIn("tosa.rescale", rescale)
                self.assertIn("rescale.requantize", rescale)
                back = run(
                    model, "--convert-tosa-to-rescale", "--convert-rescale-to-tosa"
                )
                self.assertEqual(normalize(run(model)), normalize(back))


if __name__ == "__main__":
    unittest.main()
