# REQUIRES: models, tosa-converter, tflite
# RUN: env RESCALE_SOLVER=%z3 %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Every requantization of real networks is proved as it is lowered.

By evaluation those of all four, in at most a minute of one core together; by a
solver, where there is one, those of resnet8, in at most a minute too. With
RESCALE_PROVE_ALL=1 a solver proves the others as well: vww_96 takes up to five
minutes.
"""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from Inputs import networks, ours

SOLVER = os.environ.get("RESCALE_SOLVER", "")
LINE = re.compile(r"proved .*: (\d+) channels?(?:, \w+)?, [\d.]+ s")
#: Staircases; a layer that has one for all channels counts once.
CHANNELS = {"resnet8": 352, "ds_cnn": 580, "vww_96": 2740, "ad01": 10}


class Networks(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def prove(self, network: networks.Network, *options: str) -> float:
        """The processor time that it takes."""
        model = ours.import_network(network.model, self.folder)
        before = os.times()
        done = subprocess.run(
            ["rescale-compile", model, "--emit=c", "-o", self.folder]
            + [*options],
            capture_output=True,
            text=True,
        )
        after = os.times()
        self.assertEqual(done.returncode, 0, done.stderr)
        channels = sum(map(int, LINE.findall(done.stderr)))
        self.assertEqual(channels, CHANNELS[network.name])
        seconds = (after.children_user - before.children_user) + (
            after.children_system - before.children_system
        )
        print(network.name, *options, f"{channels} channels, {seconds:.1f} s")
        return seconds

    def test_evaluation(self) -> None:
        seconds = sum(
            self.prove(network, "--target=cortex-m4", "--verify")
            for network in networks.MLPERF_TINY
        )
        self.assertLess(seconds, 60)

    @unittest.skipUnless(SOLVER, "without a solver")
    def test_solver(self) -> None:
        proved = [networks.RESNET8]
        if os.environ.get("RESCALE_PROVE_ALL"):
            proved = networks.MLPERF_TINY
        for network in proved:
            limit = 300 if network is networks.VWW_96 else 60
            seconds = self.prove(
                network, "--verify=smt", f"--smt-solver={SOLVER}"
            )
            self.assertLess(seconds, limit)


if __name__ == "__main__":
    unittest.main()
