# REQUIRES: models, tosa-converter, tflite, gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What the presets of targets make of the networks of MLPerf Tiny.

Each either takes all of a network, or every op that it cannot take is an error
that says why; docs/Targets.md has the table. What was legalized for 16-bit
multiplicands of TOSA gives the same codes by this project's code and by
upstream's lowering of what convert-rescale-to-tosa writes.
"""

import re
import subprocess
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import numpy as np
from Inputs import native, networks, ours, stock

#: What a message calls a field that is missed, and the field.
FIELDS = {
    r"needs \d+ multiplicand bits": "multiplicand",
    r"needs \d+ product bits": "product_bits",
    r"needs shift \d+": "shift",
    r"needs addends? -?\d+": "addend",
    r"one shift for all": "shift_per",
    r"one multiplicand for all": "multiplicand_per",
    r"the input has": "input_bits",
    r"the result has": "result_bits",
    r"\binput_zero_point is": "input_zero_point",
    r"(?<!_)\bzero_point is": "zero_point",
    r"the clamp is": "clamp",
    r"the accumulators need": "accumulator_bits",
    r"steps from code to code": "codes",
}

#: For each preset and network what happens without and with allow-approximate:
#: "fits" where every op stays as it is, "equal" where some change and no code
#: does, the largest difference of any code, or how many ops cannot be done and
#: how many of them miss which field.
OUTCOMES = (Path(__file__).parent / "Inputs" / "targets.txt").read_text()
PRESETS = list(
    dict.fromkeys(
        line.partition(";")[0]
        for line in OUTCOMES.splitlines()
        if not line.startswith("#")
    )
)


def legalize(
    model: Path, output: Path, *options: str
) -> subprocess.CompletedProcess:
    """The run that legalizes a network of TOSA and tests its certificates."""
    words = " ".join(options)
    passes = (
        "tosa-to-rescale{narrow=off},"
        f"rescale-legalize-for-target{{{words}}},"
        "rescale-verify-certificates"
    )
    return subprocess.run(
        [
            *("rescale-opt", model, "-o", output),
            "--mlir-print-op-on-diagnostic=false",
            f"--pass-pipeline=builtin.module({passes})",
        ],
        capture_output=True,
        text=True,
    )


def describe(done: subprocess.CompletedProcess, output: Path) -> str:
    """The outcome of one run, as in the table.

    Raises AssertionError for an error that names no field.
    """
    if done.returncode == 0:
        text = output.read_text()
        differences = [
            int(number)
            for column in re.findall(r"largest_difference = \[(.*?)\]", text)
            for number in column.split(",")
        ]
        if not differences:
            return "fits"
        largest = max(differences)
        return f"differs by {largest}" if largest else "equal"
    errors = re.findall(r"error: (.*)", done.stderr)
    missed = Counter()
    for error in errors:
        fields = {
            field
            for pattern, field in FIELDS.items()
            if re.search(pattern, error)
        }
        if not fields or "requires a fit for target" not in error:
            raise AssertionError(f"says nothing: {error}")
        missed.update(fields)
    fields = ", ".join(f"{field} {n}" for field, n in sorted(missed.items()))
    return f"{len(errors)} ops: {fields}"


class Targets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def import_networks(self) -> dict[str, Path]:
        return {
            network.name: ours.import_network(network.model, self.folder)
            for network in networks.MLPERF_TINY
        }

    def test_presets(self):
        output = self.folder / "legalized.mlir"
        lines = []
        models = self.import_networks()
        for preset in PRESETS:
            for name, model in models.items():
                outcomes = [
                    describe(
                        legalize(model, output, f"target={preset}", *more),
                        output,
                    )
                    for more in [(), ("allow-approximate",)]
                ]
                lines.append("; ".join([preset, name, *outcomes]))
                print(lines[-1], flush=True)
        self.assertEqual(lines, OUTCOMES.splitlines()[1:])

    def test_every_preset_has_a_row(self):
        done = legalize(
            self.import_networks()["ad01"], self.folder / "x", "target=?"
        )
        pattern = r"the presets are (.*), and target-file"
        listed = re.search(pattern, done.stderr)
        self.assertEqual(listed[1].split(", "), PRESETS)

    def test_tosa16(self):
        """Through upstream's lowering, with the same codes as ours.

        resnet8's additions have operands of 32 bits, which 16-bit
        multiplicands cannot do: there the op itself has another target.
        """
        models = self.import_networks()
        for network in networks.MLPERF_TINY:
            model = models[network.name]
            requantized = self.folder / "requantized.mlir"
            native.run_tool(
                *("rescale-opt", model, "-o", requantized),
                "--tosa-to-rescale=narrow=off",
            )
            additions = 0
            if network is networks.RESNET8:
                text, additions = re.subn(
                    r"(rescale\.requantize .*) : (?=tensor<\S+> -> \S+xi32>)",
                    r'\1 {rescale.target = #rescale.target<"tosa32">} : ',
                    requantized.read_text(),
                )
                requantized.write_text(text)
            legalized = self.folder / "legalized.mlir"
            options = "target=tosa16 allow-approximate"
            native.run_tool(
                *("rescale-opt", requantized, "-o", legalized),
                f"--rescale-legalize-for-target={options}",
                "--rescale-verify-certificates",
            )
            tosa = native.run_tool(
                *("rescale-opt", legalized, "--convert-rescale-to-tosa")
            )
            self.assertIn("scale32 = false", tosa)
            inputs, golden = network.inputs(), network.golden()
            # A library of the same path would not be loaded again.
            place = self.folder / network.name
            place.mkdir()
            upstream = native.call(
                stock.compile_network(tosa, place),
                *("main", inputs, golden),
            )
            own = ours.run(legalized, inputs, self.folder)
            networks.assert_equal_samples(
                f"{network.name}, tosa16, {additions} ops of tosa32",
                own,
                upstream,
            )
            # Nobody claims the original's codes; most are near.
            distance = np.abs(own.astype(int) - golden)
            print(
                f"{network.name}: {(distance > 0).mean():.1%} of the codes "
                f"differ from the golden ones, by at most {distance.max()}",
                flush=True,
            )


if __name__ == "__main__":
    unittest.main()
