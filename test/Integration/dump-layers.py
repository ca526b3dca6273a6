# REQUIRES: models, tosa-converter, tflite, tosa-reference-model, gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What each layer computes, with `--dump-layers`.

C and LLVM agree on real networks; on a generated one both agree with the TOSA
reference model, which gives every value.
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs import networks, ours, programs
from Inputs.graphs import backends
from Inputs.graphs.deep import SHAPE, deep
from Inputs.graphs.tosa import Graph, function
from Inputs.native import run_tool
from rescale.interface import NAME, parse_header

SAMPLES = 2

#: Of the generated network; a multiple of 4.
LAYERS = 24


def dump(
    model: Path, inputs: list[np.ndarray], emit: str, folder: Path
) -> dict[str, list[np.ndarray]]:
    """Arrays for each sample by the names of outputs."""
    run_tool(
        *("rescale-compile", model, f"--emit={emit}", "--dump-layers"),
        *(f"--name={NAME}", "-o", folder),
    )
    header = (folder / f"{NAME}.h").read_text()
    interface = parse_header(header)
    job = programs.Job(
        NAME,
        [(port.shape, port.dtype) for port in interface.inputs],
        [(port.shape, port.dtype) for port in interface.outputs],
        [list(row) for row in zip(*inputs, strict=True)],
        header,
    )
    suffix = {"c": "c", "obj": "o"}[emit]
    build = [*programs.GCC, folder / f"{NAME}.{suffix}"]
    (rows,) = programs.run([job], build, folder)
    return {
        port.name: list(arrays)
        for port, arrays in zip(
            interface.outputs, zip(*rows, strict=True), strict=True
        )
    }


class DumpLayers(unittest.TestCase):
    def test_back_ends_agree(self):
        for network in networks.IMPORTED:
            with (
                self.subTest(network.name),
                tempfile.TemporaryDirectory() as name,
            ):
                folder = Path(name)
                model = ours.import_network(network.model, folder)
                inputs = [array[:SAMPLES] for array in network.inputs()]
                by_c = dump(model, inputs, "c", folder)
                by_llvm = dump(model, inputs, "obj", folder)
                self.assertEqual(by_c.keys(), by_llvm.keys())
                self.assertGreater(len(by_c), 3)
                for layer, arrays in by_c.items():
                    np.testing.assert_array_equal(
                        arrays, by_llvm[layer], err_msg=layer
                    )
                result, *_ = by_c.values()
                np.testing.assert_array_equal(
                    np.reshape(result, network.golden()[:SAMPLES].shape),
                    network.golden()[:SAMPLES],
                )
                print(f"{network.name}: {len(by_c)} outputs equal")

    def test_values_are_the_layers(self):
        graph = deep(LAYERS)
        # The rescale that ends each layer, in their order.
        ends = [
            i
            for i, node in enumerate(graph.nodes)
            if node.kind == "rescale" and node.type.bits == 8
        ]
        self.assertEqual(len(ends), LAYERS)
        random = np.random.default_rng(1)
        codes = random.integers(-128, 128, (1, *SHAPE)).astype(np.int8)
        case = backends.Case(
            "all", Graph(graph.nodes, tuple(ends)), [[codes[0]]]
        )
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ((values,),) = backends.reference([case], folder)
            model = folder / "deep.mlir"
            model.write_text(function("main", [graph]))
            for emit in ("c", "obj"):
                dumped = dump(model, [codes], emit, folder)
                result = dumped.pop("output")
                np.testing.assert_array_equal(result[0], values[-1])
                for layer, arrays in dumped.items():
                    number = int(layer.removeprefix("layer_"))
                    # A sum is computed with the convolution before it.
                    number += number % 4 == 2
                    np.testing.assert_array_equal(
                        arrays[0], values[number], err_msg=layer
                    )
                self.assertEqual(len(dumped), LAYERS * 3 // 4)


if __name__ == "__main__":
    unittest.main()
