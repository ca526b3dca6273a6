# REQUIRES: tosa-reference-model, sklearn
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The shipped model in the TOSA reference model, on every sample."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
from rescale.network import evaluate
from rescale.shipped import MODEL_PATH, digits, parameters

# A graph that the reference model refuses aborts the process, and every run
# warns that the file's version of TOSA is older: so it has a process to
# itself.
RUN_ALL = """\
import sys
import numpy as np
import tosa_reference_model
model, samples, results = sys.argv[1:]
rows = []
for codes in np.load(samples):
    with open(model, "rb") as file:
        outputs, status = tosa_reference_model.run(
            file.read(), [codes[np.newaxis]], tosa_level="EIGHTK")
    if status != tosa_reference_model.GraphStatus.TOSA_VALID:
        sys.exit(f"the reference model says {status}")
    rows.append(np.asarray(outputs[0]).view(np.int8).ravel())
np.save(results, np.stack(rows))
"""


class ReferenceModel(unittest.TestCase):
    def test_all_samples(self):
        samples = digits.load()
        expected = evaluate.logits(parameters.load_int8(), samples.codes)
        with tempfile.TemporaryDirectory() as folder:
            flatbuffer = Path(folder, "digits.tosa")
            codes, results = Path(folder, "x.npy"), Path(folder, "y.npy")
            np.save(codes, samples.codes)
            subprocess.run(
                [
                    Path(sys.executable).with_name("tosa-opt"),
                    "--tosa-serialize",
                    f"--tosa-flatbuffer-filename={flatbuffer}",
                    MODEL_PATH,
                    *("-o", "/dev/null"),
                ],
                check=True,
            )
            done = subprocess.run(
                [sys.executable, "-c", RUN_ALL, flatbuffer, codes, results],
                capture_output=True,
                text=True,
            )
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            np.testing.assert_array_equal(np.load(results), expected)


if __name__ == "__main__":
    unittest.main()
