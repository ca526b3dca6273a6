# REQUIRES: numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random networks of layers, sums, products and concatenations, snapped.

With scales of 16 bits hardly more is left of snapping than weights that are
rounded again, so that a network gives nearly its own codes, whatever the steps
of those in between have become. Steps become less than twice as coarse.
"""

import random
import re
import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale
from Inputs.native import run_tool

SEEDS = 25
WINDOW = (
    "acc_type = i32, dilation = array<i64: 1, 1>, "
    "pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>"
)


class Network:
    """The text of a network; codes are tuples of a value, its channels and its
    zero point."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.x = ("%x", 4, 0)
        self.zero = self.constant([0], "1xi8")
        codes = [self.x, self.layer(self.x), self.layer(self.x)]
        makers = [self.layer, self.sum, self.sum, self.product, self.join]
        for _ in range(self.random.randint(3, 10)):
            operands = [self.random.choice(codes[-4:]) for _ in range(2)]
            codes.append(self.random.choice(makers)(*operands))
        value, channels, _ = self.layer(codes[-1])
        kind = f"tensor<1x4x4x{channels}xi8>"
        self.text = "\n".join(
            [
                f"func.func @main(%x: tensor<1x4x4x4xi8>) -> {kind} {{",
                *self.lines,
                f"  return {value} : {kind}",
                "}",
            ]
        )

    def add(self, operation: str) -> str:
        name = f"%{len(self.lines)}"
        self.lines.append(f"  {name} = {operation}")
        return name

    def constant(self, values: list, shape: str) -> str:
        return self.add(
            f'"tosa.const"() {{values = dense<{values}> : tensor<{shape}>}} '
            f": () -> tensor<{shape}>"
        )

    def requantize(
        self, value, channels, types, scale, before=0, after=0, clamp=""
    ) -> str:
        """By a multiplicand of 31 bits."""
        shift = 0
        while scale < 2**30:
            scale *= 2
            shift += 1
        source, result = (f"tensor<1x4x4x{channels}x{t}>" for t in types)
        return self.add(
            f"rescale.requantize {value} mul dense<{int(scale)}> : "
            f"tensor<1xui31> shift [{shift}] round half_up input_zero_point "
            f"{before} zero_point {after} {clamp} : {source} -> {result}"
        )

    def layer(self, x, _=None):
        value, inputs, before = x
        outputs = self.random.choice([3, 4])
        weights = np.array(
            [
                [[[self.random.randint(-127, 127) for _ in range(inputs)]]]
                for _ in range(outputs)
            ]
        )
        weights[..., 0] = 127
        biases = [self.random.randint(-3000, 3000) for _ in range(outputs)]
        shape = f"{outputs}x1x1x{inputs}xi8"
        operands = [
            value,
            self.constant(weights.tolist(), shape),
            self.constant(biases, f"{outputs}xi32"),
            self.constant([before], "1xi8"),
            self.zero,
        ]
        accumulators = self.add(
            f"tosa.conv2d {', '.join(operands)} {{{WINDOW}}} : "
            f"(tensor<1x4x4x{inputs}xi8>, tensor<{shape}>, "
            f"tensor<{outputs}xi32>, tensor<1xi8>, tensor<1xi8>) -> "
            f"tensor<1x4x4x{outputs}xi32>"
        )
        after = self.random.choice([0, -128, 5, -7])
        codes = self.requantize(
            accumulators,
            outputs,
            ("i32", "i8"),
            self.random.uniform(0.004, 0.009),
            after=after,
            clamp=self.random.choice(["", f"clamp [{after}, 127]"]),
        )
        return codes, outputs, after

    def widen(self, x, scale: float) -> str:
        value, channels, before = x
        return self.requantize(
            value, channels, ("i8", "i32"), scale, before=before
        )

    def combine(self, operation: str, terms: list[str], channels, scale):
        kind = f"tensor<1x4x4x{channels}xi32>"
        types = [kind, kind]
        if operation == "mul":
            terms, types = [*terms, self.zero], [*types, "tensor<1xi8>"]
        value = self.add(
            f"tosa.{operation} {', '.join(terms)} : ({', '.join(types)}) -> "
            f"{kind}"
        )
        after = self.random.choice([0, 3, -20])
        codes = self.requantize(
            value, channels, ("i32", "i8"), scale, after=after
        )
        return codes, channels, after

    def sum(self, x, y):
        if x[1] != y[1]:
            return self.layer(x)
        terms = [
            self.widen(operand, self.random.uniform(0.3, 1) * 2**20)
            for operand in (x, y)
        ]
        return self.combine(
            self.random.choice(["add", "sub"]),
            terms,
            x[1],
            self.random.uniform(0.5, 1) * 2.0**-20,
        )

    def product(self, x, y):
        if x[1] != y[1]:
            return self.layer(y)
        kind = f"tensor<1x4x4x{x[1]}x"
        terms = [
            self.add(
                f"rescale.requantize {value} mul dense<1> : tensor<1xui1> "
                f"shift [0] round floor input_zero_point {before} : "
                f"{kind}i8> -> {kind}i32>"
            )
            for value, _, before in (x, y)
        ]
        return self.combine(
            "mul", terms, x[1], self.random.uniform(0.008, 0.02)
        )

    def join(self, x, y):
        if x[2] != y[2]:
            scale = self.random.uniform(0.6, 0.99)
            after = self.random.choice([0, 9])
            codes = self.requantize(
                x[0], x[1], ("i8", "i8"), scale, before=x[2], after=after
            )
            return codes, x[1], after
        channels = x[1] + y[1]
        codes = self.add(
            f"tosa.concat {x[0]}, {y[0]} {{axis = 3 : i32}} : "
            f"(tensor<1x4x4x{x[1]}xi8>, tensor<1x4x4x{y[1]}xi8>) -> "
            f"tensor<1x4x4x{channels}xi8>"
        )
        return codes, channels, x[2]


class SnapGraphs(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.model = Path(folder.name) / "network.mlir"

    def run_network(self, inputs: np.ndarray, *options: str) -> np.ndarray:
        outputs = rescale.load(self.model, narrow="off", options=options)(
            inputs
        )
        return outputs.astype(int)

    def test_sixteen_bits(self) -> None:
        inputs = (
            np.random.default_rng(0)
            .integers(-128, 128, (1, 4, 4, 4))
            .astype(np.int8)
        )
        snapped = 0
        for seed in range(SEEDS):
            self.model.write_text(Network(seed).text)
            difference = np.abs(
                self.run_network(inputs)
                - self.run_network(inputs, "--snap=16")
            )
            with self.subTest(seed=seed):
                self.assertLessEqual(difference.max(), 8)
                self.assertLessEqual(difference.mean(), 1.5)
            for bits in (1, 4, 16):
                text = run_tool(
                    "rescale-opt", f"-rescale-snap=bits={bits}", self.model
                )
                factors = re.findall(r"result_factor = (\S+)", text)
                snapped += len(factors)
                for factor in map(float, factors):
                    self.assertTrue(1 <= factor < 2, (seed, bits, factor))
        # Layers alone are three at least in each network.
        self.assertGreater(snapped, SEEDS * 3 * 5)


if __name__ == "__main__":
    unittest.main()
