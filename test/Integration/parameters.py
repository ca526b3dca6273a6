# REQUIRES: models, tosa-converter, tflite, jsonschema
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What hardware is told gives the codes of the network as it came.

The parameters of real networks fit the schema of docs/. For accumulators of
each channel, at all thresholds, on both sides of them and at random, the
reader of the Python package gives the codes that the dialect's folder gives for
the requantizations before narrowing: by multiplicand, shift and addends, as
they are packed for a target too, and by comparisons.
"""

import json
import re
import unittest
from pathlib import Path

import jsonschema
import numpy as np
from Inputs import networks, ours, requantizations
from Inputs.native import run_tool
from rescale import parameters

SCHEMA = Path(__file__).parents[2] / "docs" / "parameters.schema.json"
COUNT = 600

TARGET = (
    'rescale.target = #rescale.target<"ours", multiplicand = ui31, '
    "rounding = [floor], addend = by_sign, layout = "
    "records [multiplicand : 31, shift : 6, addend : 64, negative_addend : 64]>"
)


def choose(
    channel: parameters.Channel, generator: np.random.Generator
) -> np.ndarray:
    """Accumulators of the range, the telling ones first."""
    low, high = channel.range
    values = [np.array([low, high])]
    if channel.thresholds is not None:
        steps = channel.thresholds[:: 1 + len(channel.thresholds) // 256]
        values += [steps, steps - 1]
    values.append(generator.integers(low, high, COUNT, endpoint=True))
    return np.concatenate(values)[:COUNT]


def requantize_packed(
    layer: parameters.Layer, values: np.ndarray
) -> np.ndarray:
    """The codes of a layer by the fields of TARGET alone."""

    def signed(number: int) -> int:
        return number - (number >> 63 << 64)

    assert layer.packed.rounding == "floor"
    fields = layer.packed.unpack()
    columns = {
        name: np.array([signed(f[name]) for f in fields], object)
        for name in fields[0]
    }
    differences = values.astype(object) - layer.input_zero_point
    addends = np.where(
        differences >= 0, columns["addend"], columns["negative_addend"]
    )
    quotients = (
        differences * columns["multiplicand"] + addends
    ) >> columns["shift"]
    return np.clip(quotients + layer.zero_point, *layer.clamp).astype(int)


class Parameters(unittest.TestCase):
    def check(self, network: networks.Network, folder: Path):
        model = ours.import_network(network.model, folder)
        targeted = folder / "network.mlir"
        text, count = re.subn(
            r"^module (attributes \{)?",
            lambda m: f"module attributes {{{TARGET}"
            + (", " if m[1] else "} "),
            model.read_text(),
            count=1,
            flags=re.MULTILINE,
        )
        self.assertEqual(count, 1)
        targeted.write_text(text)
        run_tool(
            *("rescale-compile", targeted, "--emit=parameters", "-o", folder),
        )
        path = folder / "network.parameters.json"
        schema = json.loads(SCHEMA.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(
            json.loads(path.read_text()),
            schema,
            cls=jsonschema.Draft202012Validator,
        )
        layers = list(parameters.read(path).values())
        ops = requantizations.find(
            run_tool("rescale-opt", "--tosa-to-rescale=narrow=off", model)
        )
        generator = np.random.default_rng(7)
        accumulators = []
        for layer in layers:
            columns = [choose(c, generator) for c in layer.channels]
            accumulators.append(
                columns[0]
                if layer.axis is None
                else np.stack(columns, axis=1)
            )
        expected = requantizations.evaluate(ops, accumulators)
        compared = 0
        for layer, values, codes in zip(
            layers, accumulators, expected, strict=True
        ):
            np.testing.assert_array_equal(
                layer.requantize(values), codes, layer.name
            )
            np.testing.assert_array_equal(
                requantize_packed(layer, values), codes, layer.name
            )
            if all(c.thresholds is not None for c in layer.channels):
                compared += values.size
                np.testing.assert_array_equal(
                    layer.compare(values), codes, layer.name
                )
        print(
            f"{network.name}: {sum(map(np.size, accumulators))} codes of "
            f"{len(layers)} layers equal, {compared} by comparisons too"
        )
        self.assertGreater(compared, 0)

    def test_networks(self):
        networks.check_each(self, networks.MLPERF_TINY, self.check)


if __name__ == "__main__":
    unittest.main()
