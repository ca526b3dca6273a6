# REQUIRES: numpy, sklearn
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The demonstration on the shipped network."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from Inputs.patience import setUpModule  # noqa: F401
from rescale import demo
from rescale.shipped import MODEL_PATH


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name, "c")

    def run_main(self) -> tuple[int, str, str]:
        output, errors = io.StringIO(), io.StringIO()
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(errors),
        ):
            code = demo.main(["-o", str(self.folder)])
        return code, output.getvalue(), errors.getvalue()

    def test_agrees(self):
        code, output, errors = self.run_main()
        self.assertEqual((code, errors), (0, ""))
        lines = output.splitlines()
        self.assertEqual(
            lines[2:5],
            [
                "layer       channels  bits before  bits after  shift     "
                "proof",
                "conv1             12  31           11 .. 19    15 .. 23  "
                "equal for -109505 .. 128806",
                "block1_dw         12  31           16 .. 22    23 .. 30  "
                "equal for -120145 .. 103064",
            ],
        )
        self.assertEqual(
            lines[6],
            "block1_add         1  31           31          10        "
            "as the model has it",
        )
        self.assertEqual(
            lines[17],
            "logits             1  31           19          26        "
            "equal for -195130 .. 168355",
        )
        for line in (
            "agreement with the reference: 1797 of 1797 samples (100.00%)",
            "accuracy on the 360 samples that training never saw: 97.50%",
        ):
            # Of native code and of C.
            self.assertEqual(lines.count(line), 2)
        source = self.folder / "digits.c"
        count = len(source.read_text().splitlines())
        self.assertEqual(
            lines[-1], f"the C is in {source}, {count} lines, and digits.h"
        )
        self.assertEqual(
            sorted(path.name for path in self.folder.iterdir()),
            ["digits.c", "digits.h"],
        )

    def test_disagrees(self):
        # Another zero point of the logits is another network.
        text = MODEL_PATH.read_text()
        old = '%logits.zo = "tosa.const"() <{values = dense<-34>'
        self.assertIn(old, text)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "other.mlir")
            path.write_text(text.replace(old, old.replace("-34", "-33")))
            with mock.patch.object(demo.run, "__defaults__", (path, None)):
                code, output, errors = self.run_main()
        self.assertEqual(code, 1)
        self.assertRegex(
            output, r"agreement with the reference: \d+ of 1797 samples"
        )
        self.assertNotIn("100.00%", output)
        self.assertEqual(
            errors,
            "rescale: error: requires results that equal the reference, got "
            "others; report this as a bug with the output above\n",
        )

    def test_arguments(self):
        for argument, code in (("--help", 0), ("--no-such-option", 2)):
            with (
                mock.patch.object(demo, "run") as run,
                contextlib.redirect_stdout(io.StringIO()) as output,
                contextlib.redirect_stderr(io.StringIO()) as errors,
                self.assertRaises(SystemExit) as caught,
            ):
                demo.main([argument])
            self.assertEqual(caught.exception.code, code)
            self.assertIn(
                "usage: python -m rescale.demo",
                output.getvalue() + errors.getvalue(),
            )
            run.assert_not_called()

    def test_without_samples(self):
        with mock.patch.dict(sys.modules, {"sklearn.datasets": None}):
            code, _, errors = self.run_main()
        self.assertEqual(code, 1)
        self.assertEqual(
            errors,
            "rescale: error: requires scikit-learn for the digits samples, "
            "which is not installed; install this package with its extra "
            "'demo'\n",
        )


if __name__ == "__main__":
    unittest.main()
