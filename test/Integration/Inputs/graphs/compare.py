# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random networks of a theme, four ways, bit for bit.

    cd test/Integration && python -m Inputs.graphs.compare THEME [--only N]

The TOSA reference model says what is right. A difference is printed with the
smallest part of the network that shows it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from Inputs.graphs import backends, networks
from Inputs.graphs.backends import Backend, Case, Refusal
from Inputs.graphs.networks import THEMES
from Inputs.graphs.tosa import Graph, function
from Inputs.programs import Arrays

#: How many differences are made small, each with at most so many runs.
SHOWN, TRIES = 3, 60

def strided_transpose_of_int16(graph: Graph) -> bool:
    return any(
        node.kind == "transpose_conv2d"
        and node.type.bits == 48
        and "stride = array<i64: 1, 1>" not in node.attributes
        for node in graph.nodes
    )


def resize_before_the_start(graph: Graph) -> bool:
    return any(
        node.kind == "resize"
        and (graph.nodes[node.operands[2]].values < 0).any()
        for node in graph.nodes
    )


def two_negations(graph: Graph) -> bool:
    return (
        sum(
            node.kind == "negate"
            and not any(graph.nodes[z].values.any() for z in node.operands[1:])
            for node in graph.nodes
        )
        > 1
    )


#: What upstream's lowering refuses or computes wrongly.
UPSTREAM_LIMITS = [
    (
        strided_transpose_of_int16,
        "tosa-optional-decompositions pads int8 weights with an int16 zero "
        "point",
    ),
    (
        two_negations,
        "two negations are folded to nothing, though they saturate",
    ),
    (
        resize_before_the_start,
        "tosa-to-linalg divides negative coordinates towards 0",
    ),
]


def make_case(theme: str, number: int, attempt: int) -> Case:
    graph = networks.generate(theme, number, attempt)
    return Case(
        f"g{number}", graph, networks.samples(graph, theme, number)
    )


def predictable(
    theme: str, numbers: Sequence[int], folder: Path
) -> tuple[list[Case], list[Arrays]]:
    """Cases that the reference model runs, and its results.

    The next attempt takes the place of a network that it refuses.
    """
    cases = {number: make_case(theme, number, 0) for number in numbers}
    results: dict[int, Arrays] = {}
    attempt = 0
    while missing := [n for n in numbers if n not in results]:
        if attempt:
            print(f"attempt {attempt} for {theme} {missing}")
            cases |= {n: make_case(theme, n, attempt) for n in missing}
        found = backends.reference([cases[n] for n in missing], folder)
        for number, result in zip(missing, found, strict=True):
            if isinstance(result, Refusal):
                print(f"refused by the reference: {result.reason[-300:]}")
            else:
                results[number] = result
        attempt += 1
        if attempt > 5:
            raise RuntimeError("the reference model refuses most networks")
    return [cases[n] for n in numbers], [results[n] for n in numbers]


def difference(expected: Arrays, found: Arrays | Refusal) -> str | None:
    """The first one, in words."""
    if isinstance(found, Refusal):
        return found.reason[-1500:]
    for sample, rows in enumerate(zip(expected, found, strict=True)):
        for output, (want, got) in enumerate(zip(*rows, strict=True)):
            if np.array_equal(want, got):
                continue
            where = np.argwhere(want != got)
            first = tuple(map(int, where[0]))
            return (
                f"sample {sample}, output {output}: {len(where)} of "
                f"{want.size} differ, first at {first}: {got[first]} instead "
                f"of {want[first]}"
            )
    return None


def smallest(
    case: Case, backend: Backend, theme: str, number: int
) -> Graph:
    """The smallest part of a network that still differs."""
    with tempfile.TemporaryDirectory() as folder:
        (found,) = backend([case], Path(folder))
    refused = isinstance(found, Refusal)

    def differs(graph: Graph) -> bool:
        """In the same way: by its values, or by what refuses it."""
        samples = networks.samples(graph, theme, number)
        part = Case(case.name, graph, samples)
        with tempfile.TemporaryDirectory() as name:
            (expected,) = backends.reference([part], Path(name))
            if isinstance(expected, Refusal):
                return False
            (found,) = backend([part], Path(name))
        if isinstance(found, Refusal) != refused:
            return False
        return difference(expected, found) is not None

    graph, tries, again = case.graph, 0, True
    while again and tries < TRIES:
        again = False
        for part in graph.smaller():
            tries += 1
            if differs(part):
                graph, again = part, True
                break
            if tries >= TRIES:
                break
    return graph


def compare(
    theme: str,
    cases: Sequence[Case],
    expected: Sequence[Arrays],
    way: str,
    backend: Backend,
) -> int:
    """Runs one way, prints differences, and returns how many there are."""
    start = time.monotonic()
    limits = [
        [
            reason
            for limit, reason in UPSTREAM_LIMITS * (way == "upstream")
            if limit(case.graph)
        ]
        for case in cases
    ]
    ready = [i for i, reasons in enumerate(limits) if not reasons]
    different = []
    with tempfile.TemporaryDirectory() as folder:
        found = backend([cases[i] for i in ready], Path(folder))
    for i, got in zip(ready, found, strict=True):
        if (text := difference(expected[i], got)) is not None:
            different.append((cases[i], text))
    print(
        f"{theme}, {way}: {len(ready) - len(different)} of {len(ready)} "
        f"networks equal, {time.monotonic() - start:.1f} s",
        flush=True,
    )
    for reason, count in Counter(sum(limits, [])).items():
        print(f"  not run: {count} where {reason}")
    for shown, (case, text) in enumerate(different):
        number = int(case.name[1:])
        print(f"DIFFERENT: {theme} {number}, {way}: {text}")
        print("  again: cd test/Integration && PATH="
              f"{Path(shutil.which('rescale-compile')).parent}:$PATH "
              f"{sys.executable} -m Inputs.graphs.compare {theme} "
              f"--only {number}")
        print("  operations:", "; ".join(case.graph.operations))
        if shown < SHOWN:
            part = smallest(case, backend, theme, number)
            print("  smallest:\n" + function("main", [part]), flush=True)
    return len(different)


def tells_apart(results: Sequence[Arrays]) -> int:
    """How many networks have an output with more than two codes."""
    return sum(
        any(
            len(np.unique(np.concatenate([a.ravel() for a in arrays]))) > 2
            for arrays in zip(*rows, strict=True)
        )
        for rows in results
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("theme", choices=THEMES)
    parser.add_argument("--only", type=int, metavar="N")
    parser.add_argument("--print", action="store_true")
    arguments = parser.parse_args()
    theme = arguments.theme
    numbers = list(range(THEMES[theme][2]))
    if arguments.only is not None:
        numbers = [arguments.only]
    with tempfile.TemporaryDirectory() as folder:
        cases, expected = predictable(theme, numbers, Path(folder))
    if arguments.print:
        for case in cases:
            print(function(case.name, [case.graph]))
    layers = Counter(
        operation.split()[0]
        for case in cases
        for operation in case.graph.operations
    )
    print(f"{theme}: {len(cases)} networks of {dict(layers.most_common())}")
    # Networks that only saturate would agree with wrong ones.
    busy = tells_apart(expected)
    print(f"{busy} have an output of more than two codes")
    failures = int(len(cases) > 1 and busy < 0.8 * len(cases))

    ways: list[tuple[str, Backend, list[int]]] = [
        ("upstream", backends.upstream, numbers),
        ("LLVM", backends.llvm, numbers),
    ]
    # Each network by one compiler; a single one by all.
    for place, (way, backend) in enumerate(backends.C_WAYS.items()):
        chosen = [
            number
            for number in numbers
            if len(numbers) == 1 or number % len(backends.C_WAYS) == place
        ]
        ways.append((way, backend, chosen))
    for way, backend, chosen in ways:
        indices = [numbers.index(number) for number in chosen]
        failures += compare(
            theme,
            [cases[i] for i in indices],
            [expected[i] for i in indices],
            *(way, backend),
        )
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
