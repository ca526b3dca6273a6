# REQUIRES: tosa-reference-model
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What unsigned networks mean, in the TOSA reference model.

It runs the networks as they are, before they are made signed. Only
tosa.rescale has unsigned codes there, so these are the networks whose other
operations move bits without looking at them.
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs.unsigned_cases import CASES

# A graph that the reference model refuses aborts the process.
RUN = """\
import sys
import numpy as np
import tosa_reference_model
model, arguments, result = sys.argv[1:]
with open(model, "rb") as file:
    outputs, status = tosa_reference_model.run(
        file.read(), list(np.load(arguments).values()), tosa_level="EIGHTK")
if status != tosa_reference_model.GraphStatus.TOSA_VALID:
    sys.exit(f"the reference model says {status}")
np.save(result, outputs[0])
"""


class ReferenceModel(unittest.TestCase):
    def test_cases(self):
        cases = [case for case in CASES if case.in_reference]
        self.assertGreater(len(cases), 10)
        for case in cases:
            with self.subTest(case.name, types=case.types):
                result = self.run_case(case.text, case.arguments)
                self.assertEqual(
                    result.dtype.itemsize, case.expected.dtype.itemsize
                )
                np.testing.assert_array_equal(
                    result.view(case.expected.dtype), case.expected
                )

    def run_case(
        self, text: str, arguments: tuple[np.ndarray, ...]
    ) -> np.ndarray:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            # The file format has no unsigned types, only the flags.
            subprocess.run(
                [
                    Path(sys.executable).with_name("tosa-opt"),
                    "--tosa-convert-integer-type-to-signless",
                    "--tosa-serialize",
                    f"--tosa-flatbuffer-filename={folder / 'model'}",
                    *("-", "-o", "/dev/null"),
                ],
                input=text,
                text=True,
                check=True,
            )
            np.savez(folder / "x.npz", *arguments)
            done = subprocess.run(
                [sys.executable, "-c", RUN, folder / "model"]
                + [folder / "x.npz", folder / "y.npy"],
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            return np.load(folder / "y.npy")


if __name__ == "__main__":
    unittest.main()
