# RUN: %python %s
# REQUIRES: numpy, tosa-reference-model

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Requantizations as TOSA in TOSA's reference model.

The folder of rescale says what the codes are. Cases whose accumulators TOSA
does not define, which the pass tells by a remark, are left out.
"""

import random
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs.requantizations import Case, make_case

CASES = 400

# A graph that the reference model refuses aborts the process.
RUN_GRAPH = """\
import sys
import numpy as np
import tosa_reference_model
model, inputs, outputs = sys.argv[1:]
with open(model, "rb") as file:
    results, status = tosa_reference_model.run(
        file.read(), list(np.load(inputs).values()))
if status != tosa_reference_model.GraphStatus.TOSA_VALID:
    sys.exit(f"the reference model says {status}")
np.savez(outputs, *results)
"""


def run(text: str, tool: str | Path, *arguments: str) -> tuple[str, str]:
    """Run a tool on the text of a module; return its output and its errors."""
    result = subprocess.run(
        [tool, "-", *arguments], input=text, capture_output=True, text=True
    )
    return result.stdout, result.stderr


def get_defined(cases: list[Case]) -> list[Case]:
    """Return the cases that TOSA can say and that it defines everywhere."""
    functions = [case.function(f"f{i}") for i, case in enumerate(cases)]
    owner = [i for i, text in enumerate(functions) for _ in text.splitlines()]
    for kind in ("error", "remark"):
        _, log = run(
            "".join(functions),
            "rescale-opt",
            "--convert-rescale-to-tosa",
            "--remarks-filter=convert-rescale-to-tosa",
        )
        lines = re.findall(rf"<stdin>:(\d+):\d+: {kind}:", log)
        dropped = {owner[int(line) - 1] for line in lines}
        # The pass stops at errors, so the remarks need a second run.
        for i in dropped:
            functions[i] = "\n" * functions[i].count("\n")
    return [case for case, text in zip(cases, functions) if text.strip()]


class ReferenceModelTest(unittest.TestCase):
    """Compare the folder's codes with those of the reference model."""

    def test_codes(self) -> None:
        rng = random.Random(20260102)
        cases = get_defined([make_case(rng) for _ in range(CASES)])
        # The reference model's Python interface takes no 48-bit tensors.
        cases = [case for case in cases if case.width != 48]
        self.assertGreater(len(cases), CASES // 5)
        folded, _ = run(
            "".join(case.function(f"f{i}") for i, case in enumerate(cases)),
            "rescale-opt",
            "--canonicalize",
        )
        expected = re.findall(r"arith\.constant dense<(.*)> :", folded)
        self.assertEqual(len(expected), len(cases))

        arguments = ", ".join(f"%x{i}: {c.input_type}" for i, c in enumerate(cases))
        types = ", ".join(case.result_type for case in cases)
        body = "".join(
            f"  %y{i} = {case.op(f'%x{i}')}\n" for i, case in enumerate(cases)
        )
        values = ", ".join(f"%y{i}" for i in range(len(cases)))
        tosa, errors = run(
            f"func.func @main({arguments}) -> ({types}) {{\n{body}"
            f"  return {values} : {types}\n}}\n",
            "rescale-opt",
            "--convert-rescale-to-tosa",
        )
        self.assertEqual(errors, "")
        with tempfile.TemporaryDirectory() as folder:
            graph = Path(folder, "graph.tosa")
            inputs, outputs = Path(folder, "x.npz"), Path(folder, "y.npz")
            _, errors = run(
                tosa,
                Path(sys.executable).with_name("tosa-opt"),
                "--tosa-serialize",
                f"--tosa-flatbuffer-filename={graph}",
            )
            self.assertEqual(errors, "")
            np.savez(
                inputs, *(np.array(c.rows, f"int{c.width}") for c in cases)
            )
            done = subprocess.run(
                [sys.executable, "-c", RUN_GRAPH, graph, inputs, outputs],
                capture_output=True,
                text=True,
            )
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            results = list(np.load(outputs).values())
        for case, text, result in zip(cases, expected, results, strict=True):
            codes = np.array(eval(text), f"int{case.code_width}")  # noqa: S307
            np.testing.assert_array_equal(
                np.broadcast_to(codes, result.shape), result, str(case)
            )


if __name__ == "__main__":
    unittest.main()
