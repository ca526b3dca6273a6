# REQUIRES: numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Unsigned networks made signed and run, against what unsigned means."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale
from Inputs.unsigned_cases import CASES, Case, flip


def wrap_bools(case: Case) -> str:
    """Native code has no i1 at its interface: i8 of 0 and 1 stands for it."""
    text = case.text
    for name, type in zip("abc", case.types[0], strict=False):
        if type.endswith("xi1"):
            wide = type[:-2] + "i8"
            text = text.replace(
                f"%{name}: tensor<{type}>", f"%{name}8: tensor<{wide}>"
            ).replace(
                "{",
                f"{{\n  %{name} = tosa.cast %{name}8 : (tensor<{wide}>) -> "
                f"tensor<{type}>",
                1,
            )
    result = case.types[1]
    if result.endswith("xi1"):
        wide = result[:-2] + "i8"
        text = text.replace(
            f"-> tensor<{result}> {{", f"-> tensor<{wide}> {{"
        ).replace(
            f"  return %y : tensor<{result}>",
            f"  %y8 = tosa.cast %y : (tensor<{result}>) -> tensor<{wide}>\n"
            f"  return %y8 : tensor<{wide}>",
        )
    return text


class MakeSigned(unittest.TestCase):
    def test_cases(self):
        with tempfile.TemporaryDirectory() as folder:
            source, result = Path(folder, "u.mlir"), Path(folder, "s.mlir")
            for case in CASES:
                with self.subTest(case.name, types=case.types):
                    source.write_text(wrap_bools(case))
                    rescale.tools.run(
                        "rescale-opt",
                        ["--rescale-make-signed", source, "-o", result],
                    )
                    self.check(case, rescale.load(result))

    def check(self, case: Case, network: rescale.Model):
        arguments = [
            flip(a.view(np.int8) if a.dtype == bool else a)
            for a in case.arguments
        ]
        expected = flip(case.expected)
        if expected.dtype == bool:
            expected = expected.view(np.int8)
        result = network(*arguments)
        self.assertEqual(result.dtype, expected.dtype)
        np.testing.assert_array_equal(result, expected)


if __name__ == "__main__":
    unittest.main()
