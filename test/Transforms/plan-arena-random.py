# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Plans of random functions are legal, and small.

Whatever the lifetimes and the overlaps that layers allow: buffers that are in
use at the same layer are disjoint, or lie as an attribute allows. Without
overlaps, no plan is below what is in use at one layer, and few are above it.
"""

import random
import re
import subprocess
import unittest

ALIGNMENT = 4
FUNCTIONS = 200


class Network:
    """Calls of layers, each with inputs, an output and what may overlap."""

    def __init__(self, generator: random.Random, overlaps: bool) -> None:
        count = generator.randint(2, 12)
        self.sizes = [generator.randint(1, 400) for _ in range(count)]
        self.inputs: list[list[int]] = []
        self.may_alias: list[list[int]] = []
        self.distances: list[dict[int, int]] = []
        for output in range(count):
            known = range(output)
            inputs = generator.sample(known, min(output, 2))
            if output and output - 1 not in inputs:
                inputs[-1] = output - 1
            allowed = [i for i in inputs if overlaps and generator.random() < 0.7]
            aliases = [i for i in allowed if generator.random() < 0.3]
            self.inputs.append(inputs)
            self.may_alias.append(aliases)
            self.distances.append(
                {i: generator.randint(0, 90) for i in allowed if i not in aliases}
            )

    def lifetime(self, buffer: int) -> tuple[int, int]:
        """The first and the last call that uses a buffer."""
        users = [i for i, used in enumerate(self.inputs) if buffer in used]
        return buffer, max(users, default=buffer)

    def text(self, name: str) -> str:
        """As functions on buffers."""
        layers, body = [], []
        for output, inputs in enumerate(self.inputs):
            buffers = [*inputs, output]
            types = [f"memref<{self.sizes[b]}xi8>" for b in buffers]
            alias = [inputs.index(i) for i in self.may_alias[output]]
            overlap = [
                [inputs.index(i), d] for i, d in self.distances[output].items()
            ]
            attributes = (
                f' {{rescale.name = "output", rescale.may_alias = {alias},'
                f" rescale.overlap = {overlap}}}"
            )
            parameters = ", ".join(types) + attributes
            layers.append(f"func.func private @{name}_{output}({parameters})")
            body.append(f"%{output} = memref.alloc() : {types[-1]}")
            operands = ", ".join(f"%{b}" for b in buffers)
            body.append(
                f"func.call @{name}_{output}({operands}) : "
                f"({', '.join(types)}) -> ()"
            )
        lines = "\n  ".join(body)
        layers.append(f"func.func @{name}() {{\n  {lines}\n  return\n}}")
        return "\n".join(layers)

    def allows(self, first: int, second: int, offsets: list[int]) -> bool:
        """Whether two buffers may lie where they lie."""
        a, b = sorted((first, second))
        (_, last_a), (first_b, _) = self.lifetime(a), self.lifetime(b)
        ends = [offsets[i] + self.sizes[i] for i in (a, b)]
        if last_a < first_b or ends[0] <= offsets[b] or ends[1] <= offsets[a]:
            return True
        if last_a != first_b:
            return False
        if a in self.may_alias[b]:
            return offsets[a] == offsets[b]
        distance = self.distances[b].get(a)
        return distance is not None and offsets[b] + distance <= offsets[a]

    def live_bytes(self) -> int:
        """The most that is in use at one call."""
        return max(
            sum(
                -(-self.sizes[b] // ALIGNMENT) * ALIGNMENT
                for b in range(len(self.sizes))
                if self.lifetime(b)[0] <= call <= self.lifetime(b)[1]
            )
            for call in range(len(self.inputs))
        )


def plan(networks: list[Network]) -> list[tuple[list[int], int]]:
    """The offsets of every network's buffers, and its arena's size."""
    text = "\n".join(n.text(f"net{i}") for i, n in enumerate(networks))
    done = subprocess.run(
        ["rescale-opt", "-rescale-plan-arena"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    plans = []
    for body in re.findall(
        r"func\.func @net\d+\((.*?)\n  }", done.stdout, re.DOTALL
    ):
        size = int(re.match(r"%\w+: memref<(\d+)xi8>", body)[1])
        constants = dict(
            re.findall(r"(%\w+) = arith\.constant (\d+) : index", body)
        )
        views = re.findall(r"= memref\.view %\w+\[(%\w+)\]", body)
        plans.append(([int(constants[view]) for view in views], size))
    return plans


class PlanArena(unittest.TestCase):
    def check(self, overlaps: bool) -> list[tuple[Network, int]]:
        generator = random.Random(1)
        networks = [Network(generator, overlaps) for _ in range(FUNCTIONS)]
        plans = plan(networks)
        self.assertEqual(len(plans), FUNCTIONS)
        for i, (network, (offsets, size)) in enumerate(
            zip(networks, plans, strict=True)
        ):
            with self.subTest(network=i):
                buffers = range(len(network.sizes))
                self.assertEqual(len(offsets), len(network.sizes))
                for b in buffers:
                    self.assertEqual(offsets[b] % ALIGNMENT, 0)
                    self.assertLessEqual(offsets[b] + network.sizes[b], size)
                    for other in range(b):
                        self.assertTrue(network.allows(other, b, offsets))
        return [(n, size) for n, (_, size) in zip(networks, plans, strict=True)]

    def test_disjoint(self) -> None:
        ratios = []
        for network, size in self.check(overlaps=False):
            # The last buffer is not padded.
            self.assertGreater(size, network.live_bytes() - ALIGNMENT)
            ratios.append(size / network.live_bytes())
        above = sum(ratio > 1 for ratio in ratios)
        print(f"{above} of {FUNCTIONS} above the bound, {max(ratios):.3f} at most")
        self.assertLessEqual(above, FUNCTIONS // 20)

    def test_overlaps(self) -> None:
        below = sum(
            size < network.live_bytes() - ALIGNMENT
            for network, size in self.check(overlaps=True)
        )
        print(f"{below} of {FUNCTIONS} below what is in use at one call")
        self.assertGreater(below, FUNCTIONS // 2)


if __name__ == "__main__":
    unittest.main()
