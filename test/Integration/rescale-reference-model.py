# REQUIRES: tosa-reference-model
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""200,000 values of tosa.rescale: the TOSA reference model and our folder.

Ours are converted to the dialect, with a constant input, and folded there. The
unit tests compare the folder with compiled code.
"""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs.native import run_tool
from Inputs.rescale_cases import VALUES, Case, forms, make_case

BATCH = 24

# A graph that the reference model refuses aborts the process.
RUN = """\
import sys
import numpy as np
import tosa_reference_model
with open(sys.argv[1], "rb") as file:
    outputs, status = tosa_reference_model.run(
        file.read(), [], tosa_level="EIGHTK")
if status != tosa_reference_model.GraphStatus.TOSA_VALID:
    sys.exit(f"the reference model says {status}")
np.savez(sys.argv[2], *outputs)
"""


def graph(cases: list[Case]) -> str:
    """A function of constants that returns the results of all cases.

    The inputs are constants too: the reference model takes no array for i48.
    """
    body = "\n".join(case.text(i) for i, case in enumerate(cases))
    values = ", ".join(f"%y{i}" for i in range(len(cases)))
    types = ", ".join(case.output_type for case in cases)
    return (
        f"func.func @main() -> ({types}) {{\n{body}\n"
        f"return {values} : {types}\n}}"
    )


def run_reference(text: str, folder: Path) -> list[np.ndarray]:
    """The results that the reference model computes."""
    run_tool(
        Path(sys.executable).with_name("tosa-opt"),
        "--tosa-serialize",
        f"--tosa-flatbuffer-filename={folder / 'graph.tosa'}",
        *("-", "-o", "/dev/null"),
        text=text,
    )
    done = subprocess.run(
        [sys.executable, "-c", RUN, folder / "graph.tosa", folder / "y.npz"],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return list(np.load(folder / "y.npz").values())


def run_ours(text: str) -> list[np.ndarray]:
    """The results that `convert-tosa-to-rescale` and the folder compute."""
    folded = run_tool(
        "rescale-opt",
        *("--convert-tosa-to-rescale", "--canonicalize"),
        "--mlir-print-elementsattrs-with-hex-if-larger=-1",
        text=text,
    )
    codes = dict(re.findall(r"(%\w+) = arith\.constant dense<(.*)> :", folded))
    (results,) = re.findall(r"return (.*) : ", folded)
    return [
        np.array(json.loads(codes[name]), np.int64)
        for name in results.split(", ")
    ]


class RescaleReferenceModel(unittest.TestCase):
    def test_every_form(self):
        random = np.random.default_rng(20260303)
        cases = [make_case(form, random) for form in [*forms()] * 2]
        self.assertGreaterEqual(len(cases) * VALUES, 200_000)
        inside = 0
        for start in range(0, len(cases), BATCH):
            batch = cases[start : start + BATCH]
            text = graph(batch)
            with tempfile.TemporaryDirectory() as folder:
                expected = run_reference(text, Path(folder))
            for case, ours, theirs in zip(
                batch, run_ours(text), expected, strict=True
            ):
                # A splat has one code for all.
                ours = np.broadcast_to(ours, theirs.shape)
                with self.subTest(case.form):
                    np.testing.assert_array_equal(
                        ours, theirs, err_msg=case.text(0)
                    )
                inside += len(np.unique(ours)) > 2
        print(f"{len(cases) * VALUES} values of {len(cases)} operations")
        # An operation that only saturates would agree with a wrong one.
        self.assertGreater(inside, len(cases) // 2)


if __name__ == "__main__":
    unittest.main()
