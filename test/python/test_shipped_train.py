# REQUIRES: torch, sklearn
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Training of the shipped model, with a setting that takes a second."""

import contextlib
import io
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from rescale.network import evaluate
from rescale.shipped import digits, parameters, train
from rescale.shipped.network import DIGITS
from rescale.shipped.torch_model import NetworkModule, fit

SMALL = ["--epochs", "8", "--samples", "500"]


def run(arguments: list[str]) -> str:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        assert train.main(arguments) == 0
    return output.getvalue()


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def test_small_setting(self):
        model, saved = self.path("model.mlir"), self.path("p.npz")
        output = run(["--output", model, "--save-parameters", saved, *SMALL])
        match = re.fullmatch(
            r"accuracy on 360 held-out samples: "
            r"float (0\.\d{4}), int8 (0\.\d{4})\n",
            output,
        )
        self.assertIsNotNone(match, output)
        # A tenth is chance; what is missing is samples and epochs.
        self.assertGreater(float(match[1]), 0.6)
        self.assertGreater(float(match[2]), 0.6)
        subprocess.run(
            [
                "mlir-opt",
                "--tosa-validate=strict-op-spec-alignment",
                model,
                "-o",
                "/dev/null",
            ],
            check=True,
        )
        # The saved parameters give the same file, and so does the seed;
        # another seed does not.
        text = Path(model).read_text()
        other = self.path("other.mlir")
        run(["--output", other, "--load-parameters", saved])
        self.assertEqual(Path(other).read_text(), text)
        run(["--output", other, *SMALL])
        self.assertEqual(Path(other).read_text(), text)
        run(["--output", other, *SMALL, "--seed", "1"])
        self.assertNotEqual(Path(other).read_text(), text)

    def test_smallest_setting(self):
        saved = self.path("p.npz")
        run(
            ["--output", self.path("m.mlir"), "--save-parameters", saved]
            + ["--epochs", "1", "--samples", "2"]
        )
        model, _ = parameters.load(Path(saved))
        self.assertEqual(model.network, DIGITS)


class Export(unittest.TestCase):
    def test_folds_normalization(self):
        torch.manual_seed(0)
        samples = digits.load_train()[:128]
        module = NetworkModule(DIGITS)
        # Training moves the statistics away from 0 and 1.
        fit(module, samples.images(), samples.labels, epochs=2)
        module = module.double()
        images = samples.images()
        with torch.no_grad():
            expected = module(torch.from_numpy(images.transpose(0, 3, 1, 2)))
        tensors = evaluate.run_float(module.export(), images)
        # The exported parameters are rounded to single precision.
        np.testing.assert_allclose(
            tensors["logits"].squeeze((1, 2)), expected, atol=1e-5
        )


if __name__ == "__main__":
    unittest.main()
