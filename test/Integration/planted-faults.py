# REQUIRES: models, tosa-converter, tflite, z3
# RUN: env RESCALE_SOLVER=%z3 %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Wrong arithmetic is refuted, by evaluation and by a solver.

Channels of the four networks are lowered to each rung, and a fault is planted
in each: a wrong rounding constant, or a product, made for few accumulators,
that gets more. Whether a fault does harm is found by evaluating the body on
every accumulator with NumPy: a code is not that of the staircase, or a result
does not fit. Both verifications have to say the same of each, and every
accumulator that they show is looked at again.
"""

import dataclasses
import os
import random
import re
import subprocess
import tempfile
import unittest
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from Inputs import arithmetic, networks, ours
from Inputs.certified import PRINT_LISTS, Staircase, entry, parse
from Inputs.native import run_tool

#: How many of each kind are planted in each rung.
COUNT = int(os.environ.get("RESCALE_FAULTS", "100"))
RUNGS = (
    *("multiply_32", "two_limbs", "estimate"),
    *("multiply_high", "rounding_high", "rounding_high_16", "multiply_64"),
)
#: Those for few accumulators.
NARROW_RUNGS = ("multiply_32", "rounding_high_16")
SEPARATOR = "// -----\n"


@dataclasses.dataclass(frozen=True)
class Channel:
    """What a channel computed before narrowing, and for which accumulators."""

    original: Staircase
    own: Staircase
    low: int
    high: int

    def function(self, name: str, low: int, high: int) -> str:
        """One requantization of accumulators that are proved to be between the
        two."""
        bits = max(self.own.multiplicand.bit_length(), 1)
        addends = ""
        if self.own.rounding == "addend":
            addends = (
                f"addends [{self.own.addend}] "
                f"negative_addends [{self.own.negative_addend}]"
            )
        return f"""
func.func @{name}(%x: tensor<4xi32>) -> tensor<4xi8> {{
  %low = arith.constant dense<{low}> : tensor<4xi32>
  %high = arith.constant dense<{high}> : tensor<4xi32>
  %0 = tosa.maximum %x, %low
    : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %1 = tosa.minimum %0, %high
    : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %2 = rescale.requantize %1 mul dense<{self.own.multiplicand}>
    : tensor<1xui{bits}> shift [{self.own.shift}] round {self.own.rounding}
    {addends} zero_point {self.own.zero_point}
    clamp [{self.own.clamp[0]}, {self.own.clamp[1]}]
    : tensor<4xi32> -> tensor<4xi8>
  return %2 : tensor<4xi8>
}}
"""


def read_channels(folder: Path) -> list[Channel]:
    """The channels of the networks with accumulators that can be counted."""
    found = []
    for network in networks.MLPERF_TINY:
        model = ours.import_network(network.model, folder)
        text = run_tool(
            "rescale-opt", model, "--tosa-to-rescale", "--rescale-narrow",
            PRINT_LISTS,
        )
        for op in parse(text):
            if not op.certificate or op.input[1] != (1 << 31) - 1:
                continue
            claim = op.certificate
            for c in range(op.channels):
                low, high = entry(claim.low, c), entry(claim.high, c)
                if low < 0 < high and high - low < 1 << 21:
                    found.append(
                        Channel(
                            claim.original.channel(c),
                            op.columns.channel(c),
                            low,
                            high,
                        )
                    )
    return found


def convert(functions: Iterable[str], *passes: str) -> dict[str, str]:
    """What becomes of those that the passes can convert, by name."""
    done = subprocess.run(
        ["rescale-opt", "-", "-split-input-file", *passes],
        input=SEPARATOR.join(functions),
        capture_output=True,
        text=True,
    )
    return {
        re.search(r"func.func @(\w+)", chunk)[1]: chunk
        for chunk in done.stdout.split(SEPARATOR)
        if "linalg.generic" in chunk
    }


def lower(functions: list[str], rung: str) -> dict[str, str]:
    """Those that the rung can compute, as linalg with rescale.apply."""
    return convert(
        functions,
        "--rescale-certify",
        f"--convert-rescale-to-linalg=keep-certificates rung={rung}",
    )


def emit(functions: dict[str, str]) -> dict[str, str]:
    """The same as arith."""
    return convert(functions.values(), "--convert-rescale-to-arith")


def change_addend(generator: random.Random, function: str) -> str | None:
    """Another rounding constant; None where there is none."""
    apply = re.search(r"rescale\.apply .*? \+ (%[\w-]+)", function)
    if not apply:
        return None
    own = re.search(
        rf"{apply[1]} = arith.constant (-?\d+) : i(\d+)", function
    )
    value, width = int(own[1]), int(own[2])
    change = generator.choice((-1, 1)) << generator.randrange(width - 1)
    planted = value + change
    if not -(1 << width - 1) <= planted < 1 << width - 1:
        return None
    function = function.replace(
        apply[0], apply[0].removesuffix(apply[1]) + "%planted", 1
    )
    line = own[0].replace(own[1] + " :", f"{planted} :").replace(
        apply[1], "%planted"
    )
    # So that the promise holds, and the fault is in the code.
    promised = re.search(
        r"addend_range = array<i64: (-?\d+), (-?\d+)>", function
    )
    if promised:
        every = planted, int(promised[1]), int(promised[2])
        function = function.replace(
            promised[0],
            f"addend_range = array<i64: {min(every)}, {max(every)}>",
        )
    return function.replace(own[0], f"{own[0]}\n    {line}", 1)


def widen(function: str, low: int, high: int) -> str:
    """The same arithmetic for more accumulators."""
    return re.sub(
        r"proved low\[-?\d+\] high\[-?\d+\]",
        f"proved low[{low}] high[{high}]",
        function,
    )


def join(functions: dict[str, str]) -> tuple[str, dict[int, str]]:
    """One module, and which function a line of it is in."""
    text, names = "", {}
    for name, function in functions.items():
        body = function.strip().removeprefix("module {").removesuffix("}")
        # Maps have names that are the same in each.
        maps = dict(re.findall(r"^(#map\d*) = (.*)$", function, re.M))
        body = re.sub(r"^#map.*\n", "", body, flags=re.M)
        body = body.replace("module {", "")
        for short, long in sorted(maps.items(), reverse=True):
            body = body.replace(short, long)
        for _ in body.splitlines():
            names[len(names) + 1] = name
        text += "\n".join(body.splitlines()) + "\n"
    return text, names


def refute_by_evaluation(functions: dict[str, str]) -> dict[str, int]:
    """An accumulator for each that is wrong."""
    text, names = join(functions)
    done = subprocess.run(
        ["rescale-opt", "-", "--rescale-verify-arithmetic"]
        + ["--mlir-print-op-on-diagnostic=false", "-o", os.devnull],
        input=text,
        capture_output=True,
        text=True,
    )
    found = re.findall(
        r":(\d+):\d+: error: requires (?:the codes of|arithmetic without).*"
        r" at accumulator (-?\d+) of channel 0",
        done.stderr,
    )
    if len(found) != done.stderr.count("error:"):
        raise RuntimeError(done.stderr[-2000:])
    return {names[int(line)]: int(value) for line, value in found}


def refute_by_solver(functions: dict[str, str]) -> dict[str, int]:
    """The same by z3."""
    solvers = run_tool(
        "rescale-opt", "-", "--convert-rescale-to-smt", text=join(functions)[0]
    )
    script = run_tool(
        "rescale-translate", "--export-smtlib",
        "--smtlibexport-inline-single-use-values", text=solvers,
    ).replace("(reset)", "(get-value (accumulator))\n(reset)")
    # It ends with 1, since there is no value where there is no solution.
    answers = subprocess.run(
        [os.environ["RESCALE_SOLVER"], "-in"],
        input=script,
        capture_output=True,
        text=True,
    ).stdout
    found = re.findall(
        r"^(?:(unsat)|sat\n\(\(accumulator (?:(\d+)|\(- (\d+)\))\)\))$",
        answers,
        re.M,
    )
    if len(found) != len(functions):
        raise RuntimeError(answers[-2000:])
    return {
        name: int(positive) if positive else -int(negative)
        for name, (unsat, positive, negative) in zip(functions, found)
        if not unsat
    }


class PlantedFaults(unittest.TestCase):
    channels: list[Channel]

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory() as folder:
            cls.channels = read_channels(Path(folder))

    def compare(
        self, functions: dict[str, str], ranges: dict[str, tuple[int, int]]
    ) -> int:
        """How many do harm, which both ways have to find."""
        harmful = {}
        for name, function in functions.items():
            low, high = ranges[name]
            accumulators = np.arange(low, high + 1)
            codes, overflows = arithmetic.evaluate(function, accumulators)
            own = self.channels[int(name.split("_")[1])].own
            harmful[name] = (codes != own(accumulators)) | overflows
        expected = {name for name, wrong in harmful.items() if wrong.any()}
        for refute in (refute_by_evaluation, refute_by_solver):
            found = refute(functions)
            self.assertEqual(set(found), expected, refute.__name__)
            for name, accumulator in found.items():
                self.assertTrue(harmful[name][accumulator - ranges[name][0]])
        return len(expected)

    def plant(self, rung: str, plant_in_form, plant_in_body) -> int:
        """Plants faults until there are enough; how many do harm."""
        generator = random.Random(rung)
        ranges, planted = {}, {}
        while len(planted) < COUNT:
            functions = []
            chosen = generator.sample(range(len(self.channels)), COUNT)
            for i in chosen:
                own = self.channels[i]
                # Few accumulators for what has no wide products.
                part = 256 if rung in NARROW_RUNGS else 16
                low, high = own.low // part, own.high // part
                functions.append(own.function(f"f_{i}", low, high))
                ranges[f"f_{i}"] = (low, high)
            forms = {}
            for name, function in lower(functions, rung).items():
                if form := plant_in_form(generator, function):
                    forms[name] = form
            for name, function in emit(forms).items():
                own = self.channels[int(name.split("_")[1])]
                bounds = plant_in_body(own, *ranges[name])
                planted[name] = widen(function, *bounds)
                ranges[name] = bounds
        planted = dict(list(planted.items())[:COUNT])
        return self.compare(planted, ranges)

    def test_rounding_constants(self) -> None:
        for rung in RUNGS:
            with self.subTest(rung=rung):
                harmful = self.plant(
                    rung, change_addend, lambda own, low, high: (low, high)
                )
                print(rung, "rounding constants that do harm:", harmful)
                self.assertGreater(harmful, COUNT // 2)

    def test_products(self) -> None:
        for rung in RUNGS:
            with self.subTest(rung=rung):
                harmful = self.plant(
                    rung,
                    lambda generator, function: function,
                    lambda own, low, high: (own.low, own.high),
                )
                print(rung, "products that do harm:", harmful)
                self.assertGreater(harmful, COUNT // 2)


if __name__ == "__main__":
    unittest.main()
