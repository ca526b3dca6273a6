# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Legalization against every multiplicand, shift and addend of small targets.

With allow-approximate the largest difference is the least that any parameters
of the target have, and where that is 0, no multiplicand has fewer bits. Where
it is not, the sum of all differences is the least too, for targets whose
products are wide enough for all multiplicands and whose addends are no biases.
"""

import random
import re
import subprocess
import unittest
from dataclasses import dataclass

import numpy as np

SEED = 5
CASES = 300


@dataclass(frozen=True)
class Case:
    """A requantization, and a target that may be too small for it."""

    bits: int
    multiplicand: int
    shift: int
    zero_point: int
    clamp: tuple[int, int]
    port: int
    shifts: tuple[int, int]
    product_bits: int
    rounding: tuple[str, ...]
    addend: str
    addend_bits: int

    def text(self, number: int) -> str:
        """The function with the op and its target."""
        target = (
            f'#rescale.target<"t", multiplicand = ui{self.port}, '
            f"shift = [{self.shifts[0]}, {self.shifts[1]}], "
            f"product_bits = {self.product_bits}, "
            f"rounding = [{', '.join(self.rounding)}], "
            f"addend = {self.addend}, addend_bits = {self.addend_bits}>"
        )
        types = f"tensor<2xi{self.bits}> -> tensor<2xi4>"
        return (
            f"func.func @f{number}(%x: tensor<2xi{self.bits}>) -> tensor<2xi4>"
            " {\n  %y = rescale.requantize %x "
            f"mul dense<{self.multiplicand}> : tensor<1xui8> "
            f"shift [{self.shift}] round half_up "
            f"zero_point {self.zero_point} clamp {list(self.clamp)} "
            f"{{rescale.target = {target}}} : {types}\n"
            "  return %y : tensor<2xi4>\n}\n"
        )

    def inputs(self) -> np.ndarray:
        """Every accumulator."""
        return np.arange(-(1 << (self.bits - 1)), 1 << (self.bits - 1))

    def codes(self, multiplicand, shift: int, addend) -> np.ndarray:
        """The codes of parameters, [..., accumulators]."""
        quotient = (multiplicand * self.inputs() + addend) >> shift
        return np.clip(quotient + self.zero_point, *self.clamp)

    def best(self) -> tuple[int, int, int] | None:
        """The least largest difference, the least sum of differences with it,
        and the bits of a multiplicand that has both; None where the target has
        no parameters at all."""
        original = self.codes(
            self.multiplicand, self.shift, 1 << self.shift >> 1
        )
        register = range(
            -(1 << (self.addend_bits - 1)), 1 << (self.addend_bits - 1)
        )
        best = None
        for shift in range(self.shifts[0], self.shifts[1] + 1):
            modes = {"floor": 0, "half_up": 1 << shift >> 1}
            fixed = [modes[name] for name in self.rounding]
            for multiplicand in range(1 << self.port):
                addends = set(fixed)
                if self.addend == "free":
                    addends.update(register)
                if self.addend == "in_bias":
                    addends.update(
                        multiplicand * c + base
                        for c in register
                        for base in fixed
                    )
                column = np.array(sorted(addends))[:, None]
                ends = multiplicand * self.inputs()[[0, -1]] + column
                limit = 1 << (self.product_bits - 1)
                fits = ((-limit <= ends) & (ends < limit)).all(axis=1)
                if not fits.any():
                    continue
                codes = self.codes(multiplicand, shift, column[fits])
                errors = np.abs(codes - original)
                largest, total = min(
                    zip(errors.max(axis=1), errors.sum(axis=1))
                )
                rank = (int(largest), int(total), multiplicand.bit_length())
                best = rank if best is None else min(best, rank)
        return best

    def total(self, result: str) -> int:
        """The sum of differences of the op that was printed."""
        multiplicand = re.search(r"mul dense<(\w+)>", result)[1]
        multiplicand = {"true": "1", "false": "0"}.get(
            multiplicand, multiplicand
        )
        shift = int(re.search(r"shift \[(\d+)\]", result)[1])
        addend = {"floor": 0, "half_up": 1 << shift >> 1}
        rounding = re.search(r"round (\w+)(?: addends \[(-?\d+)\])?", result)
        original = self.codes(
            self.multiplicand, self.shift, 1 << self.shift >> 1
        )
        codes = self.codes(
            int(multiplicand),
            shift,
            int(rounding[2]) if rounding[2] else addend[rounding[1]],
        )
        return int(np.abs(codes - original).sum())


def draw(generator: random.Random) -> Case:
    """A random case."""
    low = generator.randint(-8, 7)
    high = generator.randint(low, 7)
    least = generator.randint(0, 6)
    return Case(
        bits=generator.randint(4, 7),
        multiplicand=generator.randint(0, generator.choice([7, 255])),
        shift=generator.randint(3, 9),
        zero_point=generator.randint(-8, 7),
        clamp=generator.choice([(-8, 7), (low, high)]),
        port=generator.randint(1, 5),
        shifts=(least, generator.randint(least, 8)),
        product_bits=generator.choice([5, 8, 12, 20]),
        rounding=generator.choice(
            [("floor",), ("half_up",), ("floor", "half_up")]
        ),
        addend=generator.choice(["none", "free", "in_bias"]),
        addend_bits=generator.randint(1, 9),
    )


class BruteForce(unittest.TestCase):
    def test_least(self):
        generator = random.Random(SEED)
        cases = [draw(generator) for _ in range(CASES)]
        # One module each: where an op is an error, its module is not printed.
        done = subprocess.run(
            [
                *("rescale-opt", "--split-input-file"),
                "--rescale-legalize-for-target=allow-approximate",
                "--rescale-verify-certificates",
            ],
            input="// -----\n".join(
                case.text(number) for number, case in enumerate(cases)
            ),
            capture_output=True,
            text=True,
        )
        results = dict(
            re.findall(r"@f(\d+)\(.*\n.*?(mul dense<.*)", done.stdout)
        )
        counts = {"untouched": 0, "equal": 0, "approximate": 0, "none": 0}
        counts["least mean"] = 0
        for number, case in enumerate(cases):
            with self.subTest(case=case):
                best = case.best()
                result = results.get(str(number))
                if best is None:
                    self.assertIsNone(result)
                    counts["none"] += 1
                    continue
                self.assertIsNotNone(result)
                found = re.search(r"largest_difference = \[(\d+)\]", result)
                if not found:
                    counts["untouched"] += 1
                    self.assertEqual(best[0], 0)
                    continue
                self.assertEqual(int(found[1]), best[0])
                counts["approximate" if best[0] else "equal"] += 1
                if best[0] == 0:
                    text = re.search(r"mul dense<(\w+)>", result)[1]
                    text = {"true": "1", "false": "0"}.get(text, text)
                    self.assertEqual(int(text).bit_length(), best[2])
                elif case.product_bits == 20 and case.addend != "in_bias":
                    counts["least mean"] += 1
                    self.assertEqual(case.total(result), best[1])
        self.assertEqual(
            done.stderr.count("requires a fit for target"), counts["none"]
        )
        print(counts, flush=True)
        self.assertTrue(all(counts.values()), counts)


if __name__ == "__main__":
    unittest.main()
