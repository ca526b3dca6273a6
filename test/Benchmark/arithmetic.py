# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Prints the table of docs/Benchmarks.md on the arithmetic of MLPerf Tiny.

    python test/Benchmark/arithmetic.py

How many requantizations of each network are computed in which rung, for each
target, and which layers have arithmetic of 64 bits in their object code: those
that test/Integration/no-64-bit.py lists. Needs the tools, the Python package
and the models (RESCALE_MODELS).
"""

import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import rescale

INTEGRATION = Path(__file__).parents[1] / "Integration"
sys.path.insert(0, str(INTEGRATION))

from Inputs import networks, ours  # noqa: E402

RUNGS = (
    *("multiply_32", "two_limbs", "estimate", "multiply_high"),
    "multiply_64",
)


def count(model: Path, target: str) -> Counter[str]:
    """The requantizations of a network by rung."""
    remarks = ours.arithmetic_remarks(model, target)
    return Counter(re.findall(r"Rung=(\w+)", remarks))


def main() -> None:
    wide = json.loads((INTEGRATION / "Inputs/wide-layers.json").read_text())
    print(
        f"| network | target | {' | '.join(RUNGS)} | layers with more than 32 "
        "bits in their object code |"
    )
    print("|" + "---|" * (len(RUNGS) + 3))
    for network in networks.MLPERF_TINY:
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder, "model.mlir")
            rescale.import_tflite(network.model, model)
            for target, layers in wide[network.name].items():
                rungs = count(model, target)
                cells = (
                    network.name,
                    target,
                    *(str(rungs[rung]) for rung in RUNGS),
                    ", ".join(layers) if len(layers) < 7 else f"{len(layers)}",
                )
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
