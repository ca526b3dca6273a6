# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Seeded requantizations to TOSA and back: the codes must not change.

Every case is a ``rescale.requantize`` of constant accumulators. rescale-opt
folds it twice, directly and after both conversions, and the texts must be
equal. A case that TOSA cannot say has to be refused with a numbered rule.
"""

import random
import re
import subprocess
import unittest

from Inputs.requantizations import make_case

CASES = 600


def run(module: str, *passes: str) -> subprocess.CompletedProcess[str]:
    """Run passes on the text of a module."""
    return subprocess.run(
        ["rescale-opt", "-", *passes], input=module, capture_output=True, text=True
    )


class RandomTest(unittest.TestCase):
    """Compare the codes before and after."""

    def test_codes_are_kept(self) -> None:
        rng = random.Random(20260101)
        cases = [make_case(rng).function(f"f{i}") for i in range(CASES)]

        # All refusals come from one run, at the lines of the ops.
        result = run("".join(cases), "--convert-rescale-to-tosa")
        owner = [i for i, case in enumerate(cases) for _ in case.splitlines()]
        pattern = r"<stdin>:(\d+):\d+: error: .*\((rescale_to_tosa_c\d+)\)$"
        refused = {
            owner[int(line) - 1]: rule
            for line, rule in re.findall(pattern, result.stderr, re.MULTILINE)
        }
        self.assertEqual(len(refused), result.stderr.count("error:"))
        self.assertGreater(len(set(refused.values())), 8, refused)
        kept = "".join(c for i, c in enumerate(cases) if i not in refused)
        self.assertGreater(CASES - len(refused), CASES // 2)

        direct = run(kept, "--canonicalize")
        self.assertEqual(direct.returncode, 0, direct.stderr)
        self.assertNotIn("requantize", direct.stdout)
        back = run(
            kept,
            "--convert-rescale-to-tosa",
            "--tosa-attach-target=profiles=pro_int extensions=int16,doubleround",
            "--tosa-validate=strict-op-spec-alignment",
            "--convert-tosa-to-rescale",
            "--canonicalize",
        )
        self.assertEqual(back.returncode, 0, back.stderr)
        functions = [
            re.findall(r"func\.func.*?\n  }", text, re.DOTALL)
            for text in (direct.stdout, back.stdout)
        ]
        self.assertEqual(len(functions[0]), CASES - len(refused))
        for before, after in zip(*functions, strict=True):
            self.assertEqual(before, after)


if __name__ == "__main__":
    unittest.main()
