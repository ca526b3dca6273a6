# REQUIRES: iree, models, tosa-converter
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The output of rescale-to-linalg, compiled and run by IREE."""

import tempfile
import unittest
from pathlib import Path

import iree.runtime
import numpy as np
from Inputs import converter, iree_tools, networks


def run(module: Path, inputs: np.ndarray) -> np.ndarray:
    """The outputs of main, [samples, ...], for [samples, ...]."""
    context = iree.runtime.SystemContext(
        config=iree.runtime.Config(iree_tools.DEVICE)
    )
    context.add_vm_module(
        iree.runtime.VmModule.mmap(context.instance, str(module))
    )
    main = context.modules.module.main
    # Copied, because the buffer of a result is freed with the result.
    return np.concatenate(
        [np.array(main(row[np.newaxis]).to_host()) for row in inputs]
    )


class Iree(unittest.TestCase):
    def test_golden_outputs(self):
        for network in [*networks.IMPORTED, *networks.FLOAT_SOFTMAX]:
            with (
                self.subTest(network.model.name),
                tempfile.TemporaryDirectory() as folder,
            ):
                tosa = Path(folder, "network.mlir")
                text = converter.tosa_text(network.model)
                tosa.write_text(converter.with_batch_of_one(text))
                linalg, module = Path(folder, "l.mlir"), Path(folder, "m.vmfb")
                iree_tools.to_linalg(tosa, linalg)
                iree_tools.compile_module(linalg, module)
                (inputs,) = network.inputs()
                actual = run(module, inputs)
                networks.assert_equal_samples(
                    network.model.name, actual, network.golden()
                )


if __name__ == "__main__":
    unittest.main()
