# REQUIRES: torch, executorch, tosa-reference-model
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A network that PyTorch's PT2E quantizes and ExecuTorch lowers to TOSA."""

import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import rescale
import torch
from executorch.backends.arm.quantizer import (
    TOSAQuantizer,
    get_symmetric_quantization_config,
)
from executorch.backends.arm.tosa.compile_spec import TosaCompileSpec
from executorch.backends.arm.tosa.partitioner import TOSAPartitioner
from executorch.exir import to_edge_transform_and_lower
from Inputs import reference_model
from rescale import RescaleError
from rescale.torch import import_pt2e
from torch import nn
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

SHAPE = (1, 3, 8, 8)


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 8, 3, padding=1)
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.last = nn.Linear(8, 5)

    def forward(self, x):
        x = torch.relu(self.first(x))
        x = torch.relu(x + self.second(x))
        return self.last(self.mean(x).flatten(1))


def lowered(module: nn.Module):
    """Returns the program in TOSA, and the quantized module."""
    compiled = TosaCompileSpec("TOSA-1.0+INT")
    quantizer = TOSAQuantizer(compiled)
    quantizer.set_global(get_symmetric_quantization_config())
    example = (torch.randn(SHAPE),)
    program = torch.export.export(module.eval(), example)
    prepared = prepare_pt2e(program.module(check_guards=False), quantizer)
    for _ in range(10):
        prepared(torch.randn(SHAPE))
    quantized = convert_pt2e(prepared)
    program = torch.export.export(quantized, example)
    return (
        to_edge_transform_and_lower(
            program, partitioner=[TOSAPartitioner(compiled)]
        ),
        quantized,
    )


class Pt2e(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "network.mlir")

    def test_compiled_is_the_reference_model(self):
        program, quantized = lowered(Small())
        import_pt2e(program, self.path)
        model = rescale.load(self.path)
        (source,), (result,) = model.inputs, model.outputs
        self.assertIsNotNone(source.scale)
        images = torch.randn(20, *SHAPE[1:])
        codes = np.clip(
            np.rint(images.numpy() / source.scale) + source.zero_point,
            *(-128, 127),
        ).astype(np.int8)
        actual = model(codes)
        self.assertGreater(len(np.unique(actual)), 20)
        expected = reference_model.run(
            self.path.read_text(), [codes], self.path.parent
        )
        np.testing.assert_array_equal(actual, expected)
        # And near to what PyTorch simulates in float.
        real = np.concatenate([quantized(x[None]).detach() for x in images])
        steps = real / result.scale + result.zero_point
        self.assertLessEqual(np.abs(actual - steps).max(), 3)

    def test_more_than_one_part(self):
        exported = lowered(Small())[0].exported_program()
        module = exported.graph_module
        another = nn.Module()
        another.processed_bytes = b""
        module.add_module("another", another)
        program = SimpleNamespace(exported_program=lambda: exported)
        with self.assertRaisesRegex(
            RescaleError,
            "requires a program that is one part of TOSA, got 2 parts and no "
            "operations beside; quantize the whole network",
        ):
            import_pt2e(program, self.path)


if __name__ == "__main__":
    unittest.main()
