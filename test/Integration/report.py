# REQUIRES: models, tosa-converter, tflite, jsonschema, gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""How narrow the multiplicands of real networks become, all proved.

The reports of the four networks of MLPerf Tiny fit the schema of docs/, agree
with themselves, and with bounds on widths. The bounds of every channel and of
medians are those of an exact solver for ranges from weights alone; ranges that
know what a layer gets can only do better. With one shift for each layer, as
hardware has it whose shift is a register, the golden outputs are the same. The
rung of each layer, with its inequalities, is the one of the code for a target.
"""

import json
import re
import statistics
import unittest
from collections import Counter
from pathlib import Path

import jsonschema
from Inputs import networks, ours
from Inputs.native import run_tool

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"

#: Channels of accumulators, constant ones, greatest width and median.
BARS = {
    "resnet8": (337, 0, 24, 21),
    "ds_cnn": (577, 0, 24, 19),
    "vww_96": (1752, 985, 25, 18),
    "ad01": (10, 0, 24, 21),
}

#: The width of each layer of accumulators with one shift for all its channels.
ONE_SHIFT = {
    "resnet8": [25, 25, 22, 24, 24, 24, 25, 22, 24, 16],
    "ds_cnn": [24, 23, 23, 23, 24, 23, 24, 25, 23, 20],
    "vww_96": [
        *(25, 23, 23, 24, 24, 23, 26, 24, 26, 25, 24, 26, 26, 24),
        *(24, 25, 24, 24, 24, 23, 24, 25, 26, 23, 27, 22, 26, 15),
    ],
    "ad01": [21, 17, 10, 14, 21, 19, 20, 19, 21, 23],
}


def report(model: Path, folder: Path, shift: str) -> dict:
    """The report; the narrowed module is written beside it."""
    output = folder / f"{shift}.json"
    run_tool(
        *("rescale-opt", model, "--tosa-to-rescale=narrow=off"),
        *(f"--rescale-narrow=shift={shift}", "-o", folder / f"{shift}.mlir"),
        f"--rescale-report=output={output}",
    )
    return json.loads(output.read_text())


def find_arithmetic(model: Path, target: str) -> Counter[tuple[str, ...]]:
    """Layer, inequalities and rung of all that is lowered."""
    remarks = ours.arithmetic_remarks(model, target)
    return Counter(
        re.findall(r'Layer=(.+), Proof="(.+)", Rung=(\w+)', remarks)
    )


class Report(unittest.TestCase):
    def check_itself(self, report: dict):
        """The sums are those of the layers."""
        schema = json.loads(SCHEMA.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(
            report, schema, cls=jsonschema.Draft202012Validator
        )
        names = [layer["name"] for layer in report["layers"]]
        self.assertEqual(len(names), len(set(names)))
        for summary, role in (
            (report["summary"], "accumulators"),
            (report["elementwise_summary"], "elementwise"),
        ):
            layers = [
                layer for layer in report["layers"] if layer["role"] == role
            ]
            everything = [c for layer in layers for c in layer["channels"]]
            channels = [c for c in everything if not c["constant"]]
            bits = [c["bits_after"] for c in channels]
            self.assertEqual(summary["layers"], len(layers))
            self.assertEqual(summary["channels"], len(channels))
            self.assertEqual(
                summary["constant_channels"], len(everything) - len(channels)
            )
            self.assertEqual(summary["max_bits"], max(bits, default=0))
            if bits:
                self.assertEqual(
                    summary["median_bits"], statistics.median(bits)
                )
            self.assertEqual(summary["multiplicand_bits"], sum(bits))
            self.assertEqual(
                summary["proved"],
                sum(
                    c["certificate"] == "proved" and c["differing"] == 0
                    for c in channels
                ),
            )
            self.assertEqual(
                {h["bits"]: h["channels"] for h in summary["histogram"]},
                {h["bits"]: 0 for h in summary["histogram"]} | Counter(bits),
            )
        for layer in report["layers"]:
            for c in layer["channels"]:
                self.assertEqual(
                    c["bits_after"], c["multiplicand"].bit_length()
                )
                self.assertLessEqual(c["bits_after"], c["bits_before"])
                self.assertLessEqual(c["bits_after"], layer["port"]["width"])
                self.assertLessEqual(
                    c["product_bits"], c["product_bits_before"]
                )
                products = (
                    c["multiplicand"] * d
                    + c["addend" if d >= 0 else "negative_addend"]
                    for d in c["range"]
                )
                if layer["role"] == "accumulators":
                    self.assertEqual(
                        c["product_bits"],
                        1 + max((p ^ p >> 99).bit_length() for p in products),
                    )

    def check(self, network: networks.Network, folder: Path):
        model = ours.import_network(network.model, folder)
        channels, constant, widest, median = BARS[network.name]
        found = report(model, folder, "channel")
        self.check_itself(found)
        # As users get it.
        compiled = folder / "compiled.json"
        ours.rescale(
            *("compile", network.model, "--emit=rescale", "-o", folder),
            f"--report={compiled}",
        )
        compiled = json.loads(compiled.read_text())
        for key in "summary", "elementwise_summary":
            self.assertEqual(compiled[key], found[key])
        summary = found["summary"]
        print(
            f"{network.name}: {summary['channels']} channels of at most "
            f"{summary['max_bits']} bits, median {summary['median_bits']} "
            f"({summary['median_bits_varying']} of the "
            f"{summary['channels'] - summary['constant_on_range']} that vary), "
            f"{summary['constant_channels']} constant"
        )
        self.assertEqual(summary["channels"], channels)
        self.assertEqual(summary["constant_channels"], constant)
        self.assertEqual(summary["proved"], channels)
        self.assertLessEqual(summary["max_bits"], widest)
        self.assertLessEqual(summary["median_bits"], median)
        wide = [
            c["bits_after"]
            for layer in found["layers"]
            if layer["role"] == "accumulators"
            for c in layer["channels"]
            if c["bits_after"] > 24
        ]
        self.assertLessEqual(len(wide), network.name == "vww_96")

        found = report(model, folder, "layer")
        self.check_itself(found)
        layers = [
            layer
            for layer in found["layers"]
            if layer["role"] == "accumulators"
        ]
        one = [
            max(c["bits_after"] for c in layer["channels"])
            for layer in layers
            if layer["one_shift"]
        ]
        print(
            f"{network.name}: {len(one)} of {len(layers)} layers have one "
            f"shift, with {', '.join(map(str, one))} bits"
        )
        self.assertEqual(len(one), len(layers))
        self.assertEqual(found["summary"]["proved"], channels)
        for bits, bound in zip(one, ONE_SHIFT[network.name], strict=True):
            self.assertLessEqual(bits, bound)
        for backend in "LLVM", "C by gcc":
            outputs = ours.run(
                *(folder / "layer.mlir", network.inputs(), folder, backend),
                narrow="off",
            )
            networks.assert_equal_samples(
                f"{network.name}, one shift, {backend}",
                outputs,
                network.golden(),
            )

    def check_arithmetic(self, network: networks.Network, folder: Path):
        """The arithmetic of the report is that of the code."""
        model = ours.import_network(network.model, folder)
        for target in "cortex-m0", "cortex-m4", "rv32im", "host":
            output = folder / f"{target}.json"
            ours.rescale(
                *("compile", model, "--emit=rescale", "-o", folder),
                *(f"--target={target}", f"--report={output}"),
            )
            found = json.loads(output.read_text())
            self.check_itself(found)
            reported = Counter(
                (
                    layer["model_name"],
                    ", ".join(
                        f"{condition['needs']} with {condition['got']}"
                        for condition in layer["conditions"]
                    ),
                    layer["rung"],
                )
                for layer in found["layers"]
            )
            self.assertEqual(
                reported - find_arithmetic(model, target), Counter(), target
            )

    def test_arithmetic(self):
        networks.check_each(self, networks.MLPERF_TINY, self.check_arithmetic)

    def test_networks(self):
        networks.check_each(self, networks.MLPERF_TINY, self.check)


if __name__ == "__main__":
    unittest.main()
