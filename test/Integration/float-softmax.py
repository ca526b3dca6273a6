# REQUIRES: models, numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks that are integer up to their softmax, which is float.

On the host they give the golden outputs. A target that has integers only
refuses them, at the first operation that computes in float.
"""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from Inputs import networks, ours


class FloatSoftmax(unittest.TestCase):
    def test_golden_outputs_on_the_host(self):
        for network in networks.FLOAT_SOFTMAX:
            with (
                self.subTest(network.name),
                tempfile.TemporaryDirectory() as folder,
            ):
                actual = ours.run(
                    network.model, network.inputs(), Path(folder)
                )
                networks.assert_equal_samples(
                    network.name, actual, network.golden()
                )

    def test_integer_only_target_refuses(self):
        for network in networks.FLOAT_SOFTMAX:
            with (
                self.subTest(network.name),
                tempfile.TemporaryDirectory() as folder,
            ):
                output = Path(folder, "output")
                done = subprocess.run(
                    [
                        "rescale-compile",
                        network.model,
                        "--target=thumbv7em-none-eabi",
                        "-o",
                        output,
                    ],
                    capture_output=True,
                    text=True,
                )
                self.assertEqual(done.returncode, 1)
                line = first_float_op(network.model)
                error, *_ = done.stderr.splitlines()
                self.assertRegex(
                    error,
                    rf"^{re.escape(str(network.model))}:{line}:\d+: error: "
                    "'tosa.cast' op requires integers, got .*f32.*; import the"
                    " .tflite with `rescale import`",
                )
                self.assertFalse(output.exists())


def first_float_op(model: Path) -> int:
    """The line of the first operation, not a constant, that has floats."""
    for number, line in enumerate(model.read_text().splitlines(), 1):
        if "f32" in line and "tosa.const" not in line:
            return number
    raise ValueError(f"{model} has no float")


if __name__ == "__main__":
    unittest.main()
