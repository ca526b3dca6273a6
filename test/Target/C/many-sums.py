# REQUIRES: gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Sums keep their left side, however many values a function has."""

import ctypes
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np

COUNTS = range(1, 130, 8)
LENGTH = 9


def sum_of(count: int) -> str:
    """A function with a loop that adds its variable `count` times.

    The addition number i is of the variable plus i, so that none that is lost
    or done twice goes unnoticed.
    """
    additions = "\n".join(
        f"%k{i} = arith.constant {i} : i32\n"
        f"%v{i} = arith.addi %v, %k{i} overflow<nsw> : i32\n"
        f"%s{i + 1} = arith.addi %s{i}, %v{i} overflow<nsw> : i32"
        for i in range(count)
    )
    return f"""
func.func @sum_{count}(%x: memref<{LENGTH}xi8>, %y: memref<1xi32>) {{
  %zero = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %end = arith.constant {LENGTH} : index
  %sum = scf.for %i = %c0 to %end step %c1 iter_args(%s0 = %zero) -> (i32) {{
    %e = memref.load %x[%i] : memref<{LENGTH}xi8>
    %v = arith.extsi %e : i8 to i32
    {additions}
    scf.yield %s{count} : i32
  }}
  memref.store %sum, %y[%c0] : memref<1xi32>
  return
}}
"""


def expected(count: int, x: np.ndarray) -> int:
    return sum(int(e) + i for e in x for i in range(count))


def run(*command: str, text: str | None = None) -> str:
    return subprocess.run(
        command, input=text, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


class ManySums(unittest.TestCase):
    def test_sums(self):
        texts = {
            count: run("rescale-translate", "--rescale-to-c", text=source)
            for count in COUNTS
            for source in [sum_of(count)]
        }
        x = np.arange(-4, -4 + LENGTH, dtype=np.int8) * 29
        with tempfile.TemporaryDirectory() as name:
            files = []
            for count, text in texts.items():
                self.assertEqual(text.count("sum += "), count)
                files.append(Path(name, f"sum_{count}.c"))
                files[-1].write_text(text)
            library = Path(name, "sums.so")
            run(
                *("gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-O1"),
                *("-shared", "-fPIC", *map(str, files), "-o", str(library)),
            )
            functions = ctypes.CDLL(str(library))
            for count in COUNTS:
                with self.subTest(count=count):
                    y = ctypes.c_int32(-1)
                    functions[f"sum_{count}"](
                        x.ctypes.data_as(ctypes.c_void_p), ctypes.byref(y)
                    )
                    self.assertEqual(y.value, expected(count, x))


if __name__ == "__main__":
    unittest.main()
