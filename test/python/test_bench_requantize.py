# REQUIRES: numpy, gcc, clang-22
# REQUIRES: arm-none-eabi-gcc, riscv64-unknown-elf-gcc
# REQUIRES: qemu-system-arm, qemu-system-riscv32
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""rescale bench requantize."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
from Inputs.patience import setUpModule  # noqa: F401
from rescale import cli, requantization
from rescale.requantization.layers import ONE_SIDED, TWO_SIDED, Layer

FORMS = [
    *("lossless-one-sided", "lossless-two-sided", "8-bit", "shift"),
    *("upstream-64", "upstream-32", "int64"),
]


def bench(*arguments: str) -> tuple[int, list[dict], str, str]:
    """Returns the exit code, the rows, and what either stream got."""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stdout(io.StringIO()) as output,
        contextlib.redirect_stderr(io.StringIO()) as errors,
    ):
        path = Path(folder, "rows.json")
        code = cli.main(
            ["bench", "requantize", "--json", str(path), *arguments]
        )
        rows = json.loads(path.read_text()) if path.is_file() else []
    return code, rows, output.getvalue(), errors.getvalue()


class Requantize(unittest.TestCase):
    def test_instructions(self):
        for target in ("cortex-m0", "cortex-m4", "rv32im"):
            code, rows, output, _ = bench("--target", target)
            self.assertEqual(code, 0)
            self.assertEqual(
                [(row["target"], row["cc"], row["form"]) for row in rows],
                [
                    (target, cc, form)
                    for form in FORMS
                    for cc in ("gcc", "clang")
                ],
            )
            best = {}
            for row in rows:
                self.assertIn("-O2", row["flags"])
                self.assertIn(row["cc"], row["version"])
                count = row["instructions_per_element"]
                # Load, compute, saturate and store; no call but of 64 bits.
                self.assertGreater(count, 3)
                self.assertLess(count, 200)
                best[row["form"]] = min(count, best.get(row["form"], count))
            for form in FORMS[:4]:
                self.assertLess(best[form], best["upstream-64"], form)
                self.assertLess(best[form], best["int64"], form)
                self.assertRegex(
                    output, rf"(?m)^{form} +{best[form]:.2f} (gcc|clang)"
                )

    def test_counts_again(self):
        arguments = ("--target=cortex-m4", "--cc=gcc", "--seed=3")
        self.assertEqual(bench(*arguments), bench(*arguments))

    def test_times(self):
        code, rows, output, _ = bench("--target=host", "--repetitions=3")
        self.assertEqual(code, 0)
        self.assertEqual(len(rows), 2 * len(FORMS))
        for row in rows:
            self.assertGreater(row["time_ratio"], 0)
            self.assertGreater(row["nanoseconds_per_element"], 0)
        ratios = [r["time_ratio"] for r in rows if r["form"] == "upstream-64"]
        self.assertEqual(min(ratios), 1)
        self.assertIn("host: processor time as a ratio", output)

    def test_difference(self):
        """One wrong code of 4,096 is an error."""
        right = Layer.double_rounding

        def wrong(layer: Layer, accumulators: np.ndarray) -> np.ndarray:
            codes = right(layer, accumulators)
            codes.flat[1234] ^= 1
            return codes

        with mock.patch.object(Layer, "double_rounding", wrong):
            code, rows, _, errors = bench("--target=cortex-m4", "--cc=gcc")
        self.assertEqual((code, rows), (1, []))
        self.assertRegex(
            errors,
            r"rescale: error: requires the codes of the reference, got 1 "
            r"others of 4096 from lossless-one-sided by .*gcc.* for "
            r"cortex-m4; report this as a bug\n$",
        )

    def test_references(self):
        """Folding agrees with double rounding where nothing is narrowed."""
        generator = np.random.default_rng(5)
        shape = (1, 16, 16, 16)
        for layer in (ONE_SIDED, TWO_SIDED):
            for bound in (1 << 12, 1 << 20, (1 << 31) - 1):
                x = generator.integers(
                    -bound, bound, shape, np.int32, endpoint=True
                )
                np.testing.assert_array_equal(
                    layer.narrowed(x, "off"), layer.double_rounding(x)
                )

    def test_processor(self):
        with mock.patch.object(
            requantization.timing, "has_instructions", lambda: False
        ):
            code, _, _, errors = bench("--target=host", "--cc=gcc")
        self.assertEqual(code, 1)
        self.assertEqual(
            errors,
            "rescale: error: requires a processor with the instructions of "
            f"{requantization.FLAGS[0]} to measure times, got one without; "
            "choose other targets\n",
        )

    def test_options(self):
        for text in ("-1", "one", "0.5"):
            with (
                self.assertRaises(SystemExit),
                contextlib.redirect_stderr(io.StringIO()) as errors,
            ):
                cli.main(["bench", "requantize", f"--seed={text}"])
            self.assertIn(
                f"requires a whole number of at least 0, got {text}",
                errors.getvalue(),
            )
        code, _, _, errors = bench("--target=cortex-m0", "--repetitions=2")
        self.assertEqual(code, 1)
        self.assertEqual(
            errors,
            "rescale: error: requires --target=host for --repetitions, got "
            "cortex-m0, where instructions are counted; leave it out\n",
        )
        arguments = ("--target=cortex-m4", "--cc=gcc")
        _, rows, *_ = bench(*arguments, *arguments)
        self.assertEqual([row["form"] for row in rows], FORMS)

if __name__ == "__main__":
    unittest.main()
