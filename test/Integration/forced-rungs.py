# REQUIRES: models, tosa-converter, tflite
# REQUIRES: gcc, arm-none-eabi-gcc, riscv64-unknown-elf-gcc
# REQUIRES: qemu-system-arm, qemu-system-riscv32
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""MLPerf Tiny in every rung in turn, wherever that is exact.

Where it is not, forcing the rung is an error at each requantization, with the
inequality that fails; all others are computed in it. The outputs are the
golden ones, of all samples on this machine, of a few on microcontrollers.
"""

import json
import re
import subprocess
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import numpy as np
import rescale
from Inputs import networks
from rescale import tools

RUNGS = (
    *("multiply_32", "two_limbs", "estimate", "multiply_high"),
    *("rounding_high", "rounding_high_16", "multiply_64"),
)
TARGETS = ("cortex-m0", "cortex-m4", "rv32im")
#: Of a network on a microcontroller: what an emulator runs in a second.
SAMPLES = {"resnet8": 1, "ds_cnn": 2, "vww_96": 1, "ad01": 4}

#: How many of each network's requantizations are computed in each rung of
#: `RUNGS`, and all of them. Operands and sums of resnet8's three additions have
#: more codes than the solver takes.
REACHED = {
    "resnet8": (4, 10, 5, 16, 16, 2, 16, 25),
    "ds_cnn": (3, 13, 11, 13, 13, 2, 13, 13),
    "vww_96": (4, 24, 12, 31, 31, 2, 31, 31),
    "ad01": (3, 10, 9, 10, 10, 1, 10, 10),
}

REFUSED = re.compile(
    r"error: .*'rescale\.requantize' op requires (.+) for the rung (\w+); "
    r"append ,fallback to it, or leave the rung out\n.*note: .*in layer '(.+)'",
)
#: What an inequality looks like, with the figures that do not meet it.
INEQUALITY = re.compile(
    r".* in \d+ bits with .+ in \[-?\d+, -?\d+\]"
    r"|.+ (<|<=|>=) .+ with .+"
    r"|at most 1048576 codes of signed accumulators"
)


def spread(array: np.ndarray, count: int) -> np.ndarray:
    """Samples from the first to the last."""
    return array[np.linspace(0, len(array) - 1, count).astype(int)]


def force(model: Path, rung: str, folder: Path) -> list[tuple[str, str]]:
    """The layers for which the rung is refused, with the inequality."""
    done = subprocess.run(
        [tools.find("rescale-compile"), model, "--emit=linalg"]
        + [f"--rescale-rung={rung}", "-o", folder],
        capture_output=True,
        text=True,
    )
    refused = REFUSED.findall(done.stderr)
    assert len(refused) == done.stderr.count("error:"), done.stderr
    assert (done.returncode == 0) == (not refused), done.stderr
    assert all(name == rung for _, name, _ in refused), done.stderr
    return [(layer, needs) for needs, _, layer in refused]


def report(model: Path, rung: str, folder: Path) -> list[dict]:
    """The layers, with the arithmetic where the rung may be left."""
    path = folder / "report.json"
    tools.run(
        "rescale-compile",
        [model, "--emit=rescale", f"--rescale-rung={rung},fallback"]
        + [f"--report={path}", "-o", folder],
    )
    return json.loads(path.read_text())["layers"]


class ForcedRungs(unittest.TestCase):
    def check_refusals(self, network: networks.Network, model: Path):
        """Each layer is refused, or computed in the rung."""
        counts = []
        for rung in RUNGS:
            with (
                self.subTest(network=network.name, rung=rung),
                tempfile.TemporaryDirectory() as name,
            ):
                refused = force(model, rung, Path(name))
                for layer, needs in refused:
                    self.assertRegex(needs, INEQUALITY, layer)
                left = Counter(layer for layer, _ in refused)
                layers = report(model, rung, Path(name))
                for layer in layers:
                    if not left[layer["model_name"]]:
                        self.assertEqual(layer["rung"], rung, layer["name"])
                counts.append(len(layers) - len(refused))
                print(
                    f"{network.name}, {rung}: {counts[-1]} of {len(layers)}",
                    flush=True,
                )
        with self.subTest(network=network.name):
            self.assertEqual((*counts, len(layers)), REACHED[network.name])

    def check_golden(
        self, network: networks.Network, model: Path, target: str, rung: str
    ):
        inputs, golden = network.inputs(), network.golden()
        if target != "host":
            count = SAMPLES[network.name]
            inputs = [spread(array, count) for array in inputs]
            golden = spread(golden, count)
        name = f"{network.name}, {target}, {rung}"
        with self.subTest(name):
            program = rescale.load(
                model,
                backend="c",
                target=target,
                cc="gcc",
                options=[f"--rescale-rung={rung},fallback"],
            )
            actual = program(*inputs).reshape(golden.shape)
            networks.assert_equal_samples(name, actual, golden)

    def test_networks(self):
        for network in networks.MLPERF_TINY:
            with tempfile.TemporaryDirectory() as folder:
                model = Path(folder, "model.mlir")
                rescale.import_tflite(network.model, model)
                self.check_refusals(network, model)
                for rung in RUNGS:
                    for target in ("host", *TARGETS):
                        self.check_golden(network, model, target, rung)


if __name__ == "__main__":
    unittest.main()
