# REQUIRES: numpy, gcc, clang-22, valgrind
# REQUIRES: arm-none-eabi-gcc, riscv64-unknown-elf-gcc
# REQUIRES: qemu-system-arm, qemu-system-riscv32
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""rescale run and rescale bench network on embedded targets."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale
from Inputs.patience import setUpModule  # noqa: F401
from rescale import RescaleError, arrays, bench, cli
from rescale.network import evaluate
from rescale.shipped import MODEL_PATH, parameters

SAMPLES = np.random.default_rng(4).integers(
    -128, 128, (4, 8, 8, 1), dtype=np.int8
)

KEYS = {
    *("rescale", "model", "sha256", "source_sha256"),
    *("backend", "target", "cc", "optimization"),
    *("counter", "samples", "sample", "instructions", "layers"),
    *("arena_bytes", "arena_lower_bound_bytes", "stack_bytes"),
    *("code_bytes", "const_bytes"),
}


class Folder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.expected = evaluate.logits(parameters.load_int8(), SAMPLES)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.input = str(self.folder / "x.npy")
        np.save(self.input, SAMPLES)

    def command(self, *arguments: str) -> tuple[int, str, str]:
        """Returns the exit code, and what is written to either stream."""
        with (
            contextlib.redirect_stdout(io.StringIO()) as output,
            contextlib.redirect_stderr(io.StringIO()) as errors,
        ):
            code = cli.main(list(arguments))
        return code, output.getvalue(), errors.getvalue()


class Run(Folder):
    def test_targets(self):
        output = self.folder / "y.npy"
        for backend, target, cc in (
            ("llvm", "cortex-m4", "gcc"),
            ("llvm", "cortex-m0", "clang"),
            ("c", "host", "gcc"),
            ("c", "host", "clang"),
            ("c", "cortex-m3", "gcc"),
            ("c", "cortex-m7", "clang"),
            ("c", "cortex-m33", "gcc"),
            ("c", "cortex-m55", "clang"),
            ("c", "rv32imc", "gcc"),
        ):
            code, _, errors = self.command(
                *("run", str(MODEL_PATH), "--input", self.input),
                *("--output", str(output), "--backend", backend),
                *("--target", target, "--cc", cc),
            )
            self.assertEqual((code, errors), (0, ""))
            np.testing.assert_array_equal(np.load(output), self.expected)

    def test_runs_again(self):
        """The program stays when `load` has returned, and goes at the end."""
        network = rescale.load(MODEL_PATH, target="cortex-m4")
        folder = network._runner._folder
        for part in (SAMPLES[:1], SAMPLES[1:3]):
            np.testing.assert_array_equal(
                network(part), evaluate.logits(parameters.load_int8(), part)
            )
        self.assertTrue(folder.is_dir())
        del network
        self.assertFalse(folder.exists())

    def test_levels(self):
        network = rescale.load(MODEL_PATH, target="cortex-m4", level="0")
        np.testing.assert_array_equal(network(SAMPLES), self.expected)
        with self.assertRaises(RescaleError) as caught:
            rescale.load(MODEL_PATH, level="s")
        self.assertEqual(
            str(caught.exception),
            "requires an optimization level of 0 to 3 for the back end llvm, "
            "got s; take another, or the back end c",
        )

    def test_backend(self):
        with self.assertRaises(RescaleError) as caught:
            rescale.load(MODEL_PATH, backend="fortran")
        self.assertEqual(
            str(caught.exception),
            "requires a back end of llvm, c, got fortran",
        )


class Layers(Folder):
    def run_layers(self, *arguments: str) -> dict[str, np.ndarray]:
        path = self.folder / "layers.npz"
        result = self.command(
            *("run", str(MODEL_PATH), "--input", self.input),
            *("--output", str(self.folder / "y.npy")),
            *("--layers", str(path), *arguments),
        )
        self.assertEqual(result, (0, "", ""))
        with np.load(path) as layers:
            return dict(layers)

    def test_every_back_end(self):
        """Each gives each layer's codes, and the same."""
        first = self.run_layers("--backend=llvm")
        np.testing.assert_array_equal(first["output"], self.expected)
        self.assertGreater(len(first), 8)
        for arguments in (
            ("--backend=c", "--cc=gcc"),
            ("--backend=c", "--target=cortex-m4"),
            ("--backend=llvm", "--target=rv32im"),
        ):
            other = self.run_layers(*arguments)
            self.assertEqual([*other], [*first])
            for name, codes in first.items():
                np.testing.assert_array_equal(codes, other[name], name)

    def test_no_archive(self):
        result = self.command(
            *("run", str(MODEL_PATH), "--input", self.input),
            *("--output", "y.npy", "--layers", "layers.npy"),
        )
        self.assertEqual(
            (result[0], result[2]),
            (
                1,
                "rescale: error: requires a file for several arrays, got "
                "layers.npy; name it .npz\n",
            ),
        )

    def test_any_name(self):
        """Those of numpy.savez's own arguments are names of layers too."""
        path = self.folder / "a.npz"
        members = {name: np.arange(3) for name in ("file", "allow_pickle")}
        arrays.write_archive(path, members)
        with np.load(path) as archive:
            self.assertEqual([*archive], [*members])


class Bench(Folder):
    def bench(self, *arguments: str) -> tuple[dict, str]:
        path = self.folder / "bench.json"
        code, output, errors = self.command(
            *("bench", "network", str(MODEL_PATH), "--input", self.input),
            *("--json", str(path), *arguments),
        )
        self.assertEqual((code, errors), (0, ""))
        result = json.loads(path.read_text())
        self.assertEqual(set(result), KEYS)
        return result, output

    def test_llvm(self):
        for target, counter in (
            ("cortex-m4", "QEMU, mps2-an386"),
            ("rv32im", "QEMU, virt"),
            ("host", "Callgrind"),
        ):
            result, output = self.bench(
                *("--backend=llvm", f"--target={target}", "--cc=gcc")
            )
            self.assertEqual(result["counter"], counter)
            self.assertEqual(result["samples"], len(SAMPLES))
            self.assertEqual(result["optimization"], "-O2")
            self.assertIn("gcc", result["cc"])
            self.assertGreater(result["instructions"], 100_000)
            self.assertLess(result["instructions"], 10_000_000)
            self.assertGreater(result["const_bytes"], 2_000)
            self.assertGreater(result["code_bytes"], 1_000)
            self.assertLess(result["stack_bytes"], 2_000)
            self.assertIn(f"total  {result['instructions']:>13,}", output)

    def test_c(self):
        """Layers have the names of the model, and add up."""
        for target, cc in (
            ("cortex-m4", "gcc"),
            ("rv32im", "clang"),
            ("host", "gcc"),
        ):
            result, output = self.bench(f"--target={target}", f"--cc={cc}")
            self.assertEqual(result["backend"], "c")
            names = [layer["name"] for layer in result["layers"]]
            self.assertEqual(len(set(names)), len(names))
            for name in ("conv1", "block1_dw", "logits"):
                self.assertTrue(any(name in other for other in names), names)
            total = sum(layer["instructions"] for layer in result["layers"])
            self.assertAlmostEqual(
                total / result["instructions"], 1, delta=0.1
            )
            for layer in result["layers"]:
                self.assertIn(f"{layer['instructions']:,}", output)
            self.assertGreaterEqual(
                result["arena_bytes"], result["arena_lower_bound_bytes"] // 4
            )
            self.assertLess(result["arena_bytes"], 16384)

    def test_size(self):
        fast, _ = self.bench("--target=cortex-m4", "-O2")
        small, _ = self.bench("--target=cortex-m4", "-Os")
        self.assertEqual(small["optimization"], "-Os")
        self.assertLess(small["code_bytes"], fast["code_bytes"])

    def test_repeatable(self):
        options = ("--target=cortex-m0",)
        self.assertEqual(self.bench(*options), self.bench(*options))

    def test_inputs(self):
        code, _, errors = self.command(
            *("bench", "network", str(MODEL_PATH), "--backend=llvm")
        )
        self.assertEqual(
            (code, errors),
            (
                1,
                "rescale: error: requires --input for each of 1 inputs, got "
                "0\n",
            ),
        )

    def test_table(self):
        result = dict.fromkeys(KEYS, 7)
        result.update(
            instructions=1_000_000,
            layers=[
                {"name": "conv", "instructions": 900_000},
                {"name": "softmax_1", "instructions": 90_000},
            ],
            arena_bytes=4096,
            arena_lower_bound_bytes=2048,
            backend="c",
            cc="gcc 12",
            counter="Callgrind",
            optimization="-Os",
        )
        self.assertEqual(
            bench.format_table(result).splitlines(),
            [
                "layer       instructions   share",
                "conv             900,000   90.0%",
                "softmax_1         90,000    9.0%",
                "other             10,000    1.0%",
                "total          1,000,000  100.0%",
                "",
                "arena            4,096 bytes (lower bound 2,048)",
                "stack                7 bytes",
                "code                 7 bytes",
                "constants            7 bytes",
                "",
                "Executed instructions, not cycles: Callgrind, gcc 12, -Os, "
                "sample 7 of 7, which takes the most.",
            ],
        )
        # Counting costs what is shared between layers.
        result["instructions"] = 989_000
        lines = bench.format_table(result).splitlines()
        self.assertEqual(lines[3], "total            989,000  100.0%")
        self.assertEqual(
            lines[5],
            "Layers are counted in a program of their own, with calls around "
            "them, which executes 1,000 more.",
        )
        # A C compiler does not make the object.
        result.update(backend="llvm", layers=[], rescale="0.1.0")
        self.assertIn(
            "Callgrind, object by rescale 0.1.0, linked by gcc 12, -Os,",
            bench.format_table(result),
        )


if __name__ == "__main__":
    unittest.main()
