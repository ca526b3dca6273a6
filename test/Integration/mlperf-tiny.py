# REQUIRES: models, tosa-converter, tflite
# REQUIRES: gcc, clang-22
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""MLPerf Tiny and hello_world, from .tflite to native code, on all samples."""

import re
import tempfile
import unittest
from pathlib import Path

from Inputs import native, networks, ours


class MlperfTiny(unittest.TestCase):
    def test_golden_outputs(self):
        for network in networks.IMPORTED:
            with (
                self.subTest(network.name),
                tempfile.TemporaryDirectory() as folder,
            ):
                model = ours.import_network(network.model, Path(folder))
                for backend in ours.BACKENDS:
                    actual = ours.run(
                        model, network.inputs(), Path(folder), backend
                    )
                    networks.assert_equal_samples(
                        f"{network.name}, {backend}", actual, network.golden()
                    )

    def test_golden_outputs_without_narrowing(self):
        for network in networks.IMPORTED:
            with (
                self.subTest(network.name),
                tempfile.TemporaryDirectory() as folder,
            ):
                model = ours.import_network(network.model, Path(folder))
                for backend in ("LLVM", "C by gcc"):
                    actual = ours.run(
                        *(model, network.inputs(), Path(folder), backend),
                        narrow="off",
                    )
                    networks.assert_equal_samples(
                        f"{network.name}, {backend}, as the model has it",
                        actual,
                        network.golden(),
                    )

    def test_golden_outputs_under_sanitizers(self):
        for network in networks.IMPORTED:
            with (
                self.subTest(network.name),
                tempfile.TemporaryDirectory() as folder,
            ):
                model = ours.import_network(network.model, Path(folder))
                actual = ours.run_sanitized(
                    *(model, network.inputs(), network.golden()),
                    Path(folder),
                )
                networks.assert_equal_samples(
                    f"{network.name}, sanitizers", actual, network.golden()
                )

    def test_raw_files(self):
        """Pixels in and codes out, as bytes, and the network as .tflite."""
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder, "output.i8")
            ours.rescale(
                *("run", networks.RESNET8.model, "--input-offset", "-128"),
                *("--input", networks.SAMPLES / f"{networks.CIFAR}.u8"),
                *("--output", output),
            )
            self.assertEqual(
                output.read_bytes(), networks.RESNET8.golden().tobytes()
            )

    def test_integer_only_target(self):
        """No float is left, and no heap: the object asks for neither."""
        for network in networks.IMPORTED:
            with (
                self.subTest(network.name),
                tempfile.TemporaryDirectory() as name,
            ):
                folder = Path(name)
                ours.rescale(
                    *("compile", network.model, "--name=network"),
                    *("--target=thumbv7em-none-eabi", "-o", folder),
                )
                symbols = native.run_tool(
                    *("llvm-nm", "--undefined-only", "--format=just-symbols"),
                    folder / "network.o",
                ).split()
                other = [
                    symbol
                    for symbol in symbols
                    if not re.fullmatch(
                        r"__aeabi_mem(cpy|set|clr)[48]?", symbol
                    )
                ]
                self.assertEqual(other, [])


if __name__ == "__main__":
    unittest.main()
