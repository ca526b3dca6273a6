# REQUIRES: tosa-reference-model, gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Wide networks: time linear in what is joined, and nothing copied twice."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs import native, programs
from Inputs.graphs import backends
from Inputs.graphs.tosa import function
from Inputs.graphs.wide import WIDE, wide

PARTS = 50, 200

# Of the time per part, widest to narrowest. Upstream's analysis of one chain
# of insertions gives 40 and more.
RATIO = 3.0


# What one concatenation of the reference model takes at most.
REFERENCE_PARTS = 64


class Wide(unittest.TestCase):
    def test_time_is_linear(self):
        for kind in WIDE:
            with self.subTest(kind), tempfile.TemporaryDirectory() as name:
                each = []
                for parts in PARTS:
                    source = Path(name, f"{kind}{parts}.mlir")
                    source.write_text(function("main", [wide(kind, parts)]))
                    time = min(
                        native.compile_seconds(source, Path(name))
                        for _ in range(2)
                    )
                    print(f"{kind}, {parts} parts: {time:.2f} s", flush=True)
                    each.append(time / parts)
                self.assertLess(each[-1] / each[0], RATIO)

    def test_parts_are_in_place(self):
        """Parts that a convolution computes need no memory of their own."""
        with tempfile.TemporaryDirectory() as name:
            native.run_tool(
                *("rescale-compile", "-", "--name=fan", "--emit=c"),
                *("-o", name),
                text=function("main", [wide("fan", PARTS[-1])]),
            )
            header = Path(name, "fan.h").read_text()
        self.assertIn("#define FAN_ARENA_SIZE 0\n", header)

    def test_outputs(self):
        generator = np.random.default_rng(1)
        flat, nested = [], []
        for kind in WIDE:
            graph = wide(kind, PARTS[-1])
            (port,) = graph.types(graph.inputs)
            samples = [
                [generator.integers(-128, 128, port.shape).astype(np.int8)]
                for _ in range(2)
            ]
            flat.append(backends.Case(kind, graph, samples))
            parts = wide(kind, PARTS[-1], REFERENCE_PARTS)
            nested.append(backends.Case(kind, parts, samples))
        with tempfile.TemporaryDirectory() as name:
            expected = backends.reference(nested, Path(name))
            for way in (backends.llvm, backends.c(programs.GCC)):
                for case, want, got in zip(
                    *(flat, expected, way(flat, Path(name))), strict=True
                ):
                    np.testing.assert_array_equal(got, want, case.name)
        # Not networks in which nothing is left of the input.
        for arrays in expected:
            self.assertGreater(len(np.unique(arrays)), 20)


if __name__ == "__main__":
    unittest.main()
