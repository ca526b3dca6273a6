# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Sums keep their left side, however many values a function has."""

import subprocess
import unittest


def sum_of(count: int) -> str:
    """A loop that adds its variable `count` times."""
    additions = "\n".join(
        f"%s{i + 1} = arith.addi %s{i}, %v overflow<nsw> : i32"
        for i in range(count)
    )
    return f"""
func.func private @f(%x: memref<9xi8>, %y: memref<1xi32>) {{
  %zero = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %sum = scf.for %i = %c0 to %c9 step %c1 iter_args(%s0 = %zero) -> (i32) {{
    %e = memref.load %x[%i] : memref<9xi8>
    %v = arith.extsi %e : i8 to i32
    {additions}
    scf.yield %s{count} : i32
  }}
  memref.store %sum, %y[%c0] : memref<1xi32>
  return
}}
"""


class ManySums(unittest.TestCase):
    def test_sums(self):
        for count in range(1, 130, 8):
            with self.subTest(count=count):
                text = subprocess.run(
                    ["rescale-translate", "--rescale-to-c"],
                    input=sum_of(count),
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout
                self.assertEqual(text.count("sum += "), count)


if __name__ == "__main__":
    unittest.main()
