# REQUIRES: clang-22, arm-none-eabi-gcc, riscv64-unknown-elf-gcc
# REQUIRES: qemu-system-arm, qemu-system-riscv32
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The costs of targets put the rungs in the order that is measured.

Each rung is forced on the two layers of `rescale bench requantize` and on
8-bit multiplicands. What its cost says, in the report, is compared with the
instructions that an emulator counts, by the better compiler.
"""

import itertools
import json
import tempfile
import unittest
from pathlib import Path

from rescale import requantization, tools
from rescale.requantization.forms import ours
from rescale.requantization.layers import ONE_SIDED, TWO_SIDED, Layer

TARGETS = ("cortex-m0", "cortex-m4", "rv32im")
RUNGS = (
    *("multiply_32", "two_limbs", "estimate", "multiply_high"),
    "multiply_64",
)
#: Instructions that are the loop's and not a rung's.
LOOP = 1
#: Where a rung is exact: a channel of the first layer needs a shift of more
#: than 31, and products of lossless multiplicands more than 32 bits.
CASES = [
    *(("8-bit", ONE_SIDED, 8, rung) for rung in RUNGS),
    *(
        ("one-sided", ONE_SIDED, "lossless", rung)
        for rung in RUNGS
        if rung not in ("multiply_32", "estimate")
    ),
    *(("two-sided", TWO_SIDED, "lossless", rung) for rung in RUNGS[1:]),
]


def get_cost(layer: Layer, narrow: str | int, rung: str, target: str) -> int:
    """The cost in the report of the layer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.json")
        tools.run(
            "rescale-compile",
            [layer.path, "--emit=c", f"--narrow={narrow}"]
            + [f"--target={target}", f"--rescale-rung={rung}"]
            + [f"--report={path}", "-o", folder],
        )
        (layer,) = json.loads(path.read_text())["layers"]
    assert layer["rung"] == rung
    return layer["cost"]


class RungCosts(unittest.TestCase):
    def test_order(self):
        forms = [
            ours(
                f"{what}, {rung}", layer, narrow, [f"--rescale-rung={rung}"]
            )
            for what, layer, narrow, rung in CASES
        ]
        for target in TARGETS:
            measured = {}
            for row in requantization.measure([target], forms=forms):
                figure = row["instructions_per_element"]
                name = row["form"]
                measured[name] = min(figure, measured.get(name, figure))
            costs = {
                form.name: get_cost(layer, narrow, rung, target)
                for form, (_, layer, narrow, rung) in zip(
                    forms, CASES, strict=True
                )
            }
            for name, cost in costs.items():
                print(f"{target}, {name}: {cost}, {measured[name]:.2f}")
            for what, group in itertools.groupby(CASES, lambda c: c[0]):
                names = [f"{what}, {rung}" for *_, rung in group]
                for a, b in itertools.combinations(names, 2):
                    with self.subTest(target=target, a=a, b=b):
                        cheap, dear = sorted((a, b), key=costs.get)
                        # Of two that cost the same nothing is said.
                        if costs[cheap] < costs[dear]:
                            self.assertLess(
                                measured[cheap], measured[dear] + LOOP
                            )


if __name__ == "__main__":
    unittest.main()
