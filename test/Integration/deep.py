# REQUIRES: tosa-reference-model, gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Deep networks: C of 200 layers in 30 s, in time linear in depth."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs import native, programs
from Inputs.graphs import backends
from Inputs.graphs.deep import SHAPE, deep
from Inputs.graphs.tosa import function

LAYERS = 50, 100, 200
BAR = 30.0

# Of the time per layer, deepest to shallowest. What is quadratic gives 4; what
# every compilation costs makes the shallowest slower.
RATIO = 2.0


class Deep(unittest.TestCase):
    def test_time_is_linear(self):
        times = []
        with tempfile.TemporaryDirectory() as name:
            for layers in LAYERS:
                source = Path(name, f"deep{layers}.mlir")
                source.write_text(function("main", [deep(layers)]))
                times.append(
                    min(
                        native.compile_seconds(source, Path(name))
                        for _ in range(2)
                    )
                )
                print(f"{layers} layers: {times[-1]:.2f} s", flush=True)
        self.assertLess(times[-1], BAR)
        each = [t / n for t, n in zip(times, LAYERS, strict=True)]
        self.assertLess(each[-1] / each[0], RATIO)

    def test_outputs(self):
        generator = np.random.default_rng(1)
        samples = [
            [generator.integers(-128, 128, SHAPE).astype(np.int8)]
            for _ in range(4)
        ]
        case = backends.Case("deep", deep(LAYERS[-1]), samples)
        with tempfile.TemporaryDirectory() as name:
            (expected,) = backends.reference([case], Path(name))
            for way in (backends.llvm, backends.c(programs.GCC)):
                (found,) = way([case], Path(name))
                np.testing.assert_array_equal(found, expected)
        # Not a network in which nothing is left of the input.
        self.assertGreater(len(np.unique(expected)), 20)


if __name__ == "__main__":
    unittest.main()
