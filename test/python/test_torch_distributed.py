# REQUIRES: torch
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A training script on two processes that torchrun starts, and on one."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from rescale import RescaleError
from rescale.network.graph import Quantization
from rescale.torch import Trainer, TrainerOptions, from_torch, trainer
from torch import nn

SCRIPT = """\
import os
import sys

import numpy as np
import torch
from torch import nn
from rescale.network.graph import Quantization
from rescale.torch import Options, Rescaler, Trainer, TrainerOptions
from rescale.torch import from_torch

folder = sys.argv[1]
torch.set_num_threads(1)
torch.manual_seed(0)
codes = np.random.default_rng(0).integers(-128, 128, (30, 6, 6, 3), np.int8)
module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
                       nn.Flatten(), nn.Linear(4, 3))
network = from_torch(module, codes, Quantization(1 / 32, 0),
                     Options(Rescaler(4), learn_scales=True))
trainer = Trainer(network, codes, np.arange(30) % 3,
                  TrainerOptions(epochs=4, batch=8, rate=0.001),
                  checkpoint=f"{folder}/c.pt")
history = trainer.fit()
rank = os.environ.get("RANK", "0")
torch.save((network.state_dict(), [e.loss for e in history],
            torch.from_numpy(network.codes(codes))),
           f"{folder}/result{rank}.pt")
"""


class Processes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "train.py").write_text(SCRIPT)

    def run_script(self, count: int, name: str) -> list:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        command = [self.folder / "train.py", folder]
        if count > 1:
            command = [
                *("-m", "torch.distributed.run", "--standalone"),
                *("--nproc-per-node", str(count), *command),
            ]
        done = subprocess.run(
            [sys.executable, *command],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stderr[-4000:])
        return [
            torch.load(folder / f"result{rank}.pt") for rank in range(count)
        ]

    def test_two_are_as_one(self):
        (one,) = self.run_script(1, "one")
        first, second = self.run_script(2, "two")
        for name, values in first[0].items():
            self.assertTrue(torch.equal(values, second[0][name]), name)
        self.assertTrue(torch.equal(first[2], second[2]))
        # Sums of floats in another order: a few codes may round otherwise.
        self.assertEqual(first[1], second[1])
        for ours, theirs in zip(first[1], one[1], strict=True):
            self.assertAlmostEqual(ours, theirs, delta=1e-2)
        # The first has written the checkpoint, and both go on from it.
        again = self.run_script(2, "two")
        self.assertEqual(again[0][1], first[1])
        self.assertTrue(torch.equal(again[1][2], first[2]))

    def test_means_are_taken_where_the_network_is(self):
        """NCCL, which is not here, knows no tensor of the CPU."""
        device = torch.device("cuda", 1)
        devices = []
        tensor = torch.tensor

        def record(values, *, dtype, device):
            devices.append(device)
            return tensor(values, dtype=dtype)

        with (
            mock.patch.dict(os.environ, {"WORLD_SIZE": "2", "RANK": "1"}),
            mock.patch("torch.distributed.init_process_group") as init,
            mock.patch("torch.cuda.set_device") as set_device,
            mock.patch("torch.distributed.all_reduce") as reduce,
            mock.patch("torch.tensor", record),
            mock.patch("atexit.register"),
        ):
            processes = trainer.Processes(device)
            self.assertEqual(processes.mean([3.0, 5.0]), [1.5, 2.5])
        init.assert_called_once_with("nccl")
        set_device.assert_called_once_with(device)
        reduce.assert_called_once()
        self.assertEqual(devices, [device])

    def test_batches_are_shared_alike(self):
        with (
            mock.patch.dict(os.environ, {"WORLD_SIZE": "2", "RANK": "1"}),
            mock.patch("torch.distributed.is_initialized", lambda: True),
            self.assertRaisesRegex(
                RescaleError,
                "requires a batch that all processes share alike, got 7 for 2",
            ),
        ):
            codes = np.zeros((4, 6, 6, 3), np.int8)
            Trainer(
                from_torch(
                    nn.Sequential(nn.Conv2d(3, 2, 6)),
                    *(codes, Quantization(1.0, 0)),
                ),
                *(codes, np.zeros(4, int)),
                TrainerOptions(batch=7),
            )


if __name__ == "__main__":
    unittest.main()
