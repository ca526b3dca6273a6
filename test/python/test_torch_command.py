# REQUIRES: torch, tflite, tosa-converter
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""python -m rescale.torch, and what a missing PyTorch says."""

import contextlib
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale
import rescale.torch
import torch
from Inputs.flatbuffer import Operator, Tensor, constant, write
from rescale.network import tflite_reader
from rescale.torch import from_tflite
from rescale.torch.__main__ import main


def model(
    is_float: bool = False, change: float = 0.0, greatest_bias: int = 900
) -> bytes:
    """A convolution, a pool of all, and a fully connected layer.

    change: of one float weight, in steps of the int8 one.
    """
    random = np.random.default_rng(0)

    def real(values, scale):
        values = values.astype(np.float32) * np.float32(scale)
        values.flat[0] += np.float32(change * scale)
        return constant(values)

    def weights(*shape, scale):
        values = random.integers(-127, 128, shape, np.int8)
        if is_float:
            return real(values, scale)
        return constant(values, *[scale] * shape[0])

    def bias(values, scale):
        if is_float:
            return constant(values.astype(np.float32) * np.float32(scale))
        return constant(values.astype(np.int32), 1.0)

    def computed(*shape, scale, zero_point):
        kind = "float32" if is_float else "int8"
        return Tensor(shape, kind, (scale,), (zero_point,))

    window = {"StrideH": 1, "StrideW": 1, "Padding": 1}
    return write(
        [
            computed(1, 6, 6, 3, scale=1 / 64, zero_point=2),
            weights(8, 3, 3, 3, scale=1 / 300),
            bias(
                random.integers(-greatest_bias, greatest_bias, 8),
                1 / 64 / 300,
            ),
            computed(1, 4, 4, 8, scale=0.02, zero_point=-128),
            computed(1, 1, 1, 8, scale=0.02, zero_point=-128),
            weights(3, 8, scale=1 / 80),
            bias(np.zeros(3), 1.0),
            computed(1, 3, scale=0.1, zero_point=1),
        ],
        [
            Operator(
                *("CONV_2D", [0, 1, 2], [3]),
                {**window, "FusedActivationFunction": 1},
            ),
            Operator(
                *("AVERAGE_POOL_2D", [3], [4]),
                {**window, "FilterHeight": 4, "FilterWidth": 4},
            ),
            Operator("FULLY_CONNECTED", [4, 5, 6], [7]),
        ],
        [0],
        [7],
    )


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "m.tflite").write_bytes(model())
        random = np.random.default_rng(1)
        self.codes = random.integers(-128, 128, (30, 6, 6, 3), np.int8)
        np.save(self.folder / "x.npy", self.codes)
        np.save(self.folder / "y.npy", np.arange(30) % 3)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def run_plain(
        self, *options: str, model: str = "m.tflite"
    ) -> tuple[int, str, str]:
        """Runs the command with nothing but a model, an output and options."""
        output, errors = io.StringIO(), io.StringIO()
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(errors),
        ):
            status = main(
                [self.path(model), "-o", self.path("o.mlir"), *options]
            )
        return status, output.getvalue(), errors.getvalue()

    def run_main(self, *options: str) -> tuple[int, str, str]:
        return self.run_plain(
            *("--data", self.path("x.npy"), "--labels", self.path("y.npy")),
            *options,
        )

    def test_trains_and_writes(self):
        for options in (
            ("--bits", "4", "--flip"),
            ("--bits", "1", "--mode", "snap", "--distillation", "1"),
            ("--weight-bits", "3", "--correct-biases", "10"),
            ("--target", str(self.folder / "target")),
            ("--target", "ne16"),
        ):
            (self.folder / "target").write_text(
                '#rescale.target<"ours", multiplicand = ui6, addend = free>'
            )
            status, output, errors = self.run_main(
                *("--epochs", "2", "--batch", "10", "--rate", "0.001"),
                *options,
            )
            self.assertEqual((status, errors), (0, ""))
            self.assertRegex(
                output, r"^(loss \d\.\d{4}, accuracy [01]\.\d{4}\n){2}$"
            )
            with contextlib.redirect_stderr(io.StringIO()):
                compiled = rescale.load(self.folder / "o.mlir")
            self.assertEqual(compiled(self.codes).shape, (30, 3))
            (self.folder / "o.mlir").unlink()

    def test_untrained_is_the_file(self):
        """31 bits and no epoch: what the compiler makes of the .tflite."""
        (self.folder / "target").write_text(
            '#rescale.target<"x", multiplicand = ui31, rounding = [double]>'
        )
        status, _, errors = self.run_main(
            *("--epochs", "0", "--target", str(self.folder / "target"))
        )
        self.assertEqual((status, errors), (0, ""))
        with contextlib.redirect_stderr(io.StringIO()):
            outputs = [
                rescale.load(self.folder / name)(self.codes)
                for name in ("o.mlir", "m.tflite")
            ]
        np.testing.assert_array_equal(*outputs)
        self.assertGreater(len(np.unique(outputs[0])), 10)

    def test_tosa(self):
        """What rescale import makes of the file trains as the file does."""
        options = ("--epochs", "0", "--rounding", "double", "--bits", "31")
        data = ("--data", self.path("x.npy"), "--labels", self.path("y.npy"))
        for name in ("m.mlir", "m.mlirbc"):
            path = self.folder / name
            rescale.import_tflite(self.folder / "m.tflite", path)
            status, _, errors = self.run_plain(*data, *options, model=name)
            self.assertEqual((status, errors), (0, ""))
            with contextlib.redirect_stderr(io.StringIO()):
                outputs = [
                    rescale.load(one)(self.codes)
                    for one in (self.folder / "o.mlir", path)
                ]
            np.testing.assert_array_equal(*outputs)
        status, output, errors = self.run_plain(
            *(*data, "--bits", "4", "--epochs", "1", "--distillation", "1"),
            model="m.mlir",
        )
        self.assertEqual((status, errors), (0, ""))
        self.assertRegex(output, "^loss ")
        for model, arguments, text in (
            (
                "m.mlir",
                ("--float-weights", "none.tflite"),
                "^error: requires a .tflite file for --float-weights, got "
                ".*m.mlir, which has no scales of weights; leave it out\n$",
            ),
            ("x.npy", (), "^.*x.npy:1:1: error: unexpected character"),
            ("none.mlir", (), "^error: requires a model, got .*none.mlir, wh"),
        ):
            status, _, errors = self.run_plain(*data, *arguments, model=model)
            self.assertEqual(status, 1)
            self.assertRegex(errors, text)

    def test_float_weights(self):
        path = self.folder / "float.tflite"
        for change in (0.4, 0.0):
            path.write_bytes(model(True, change))
            status, _, errors = self.run_main(
                *("--epochs", "0", "--float-weights", str(path))
            )
            self.assertEqual((status, errors), (0, ""))
        with_floats = (self.folder / "o.mlir").read_text()
        self.run_main("--epochs", "0")
        self.assertEqual(with_floats, (self.folder / "o.mlir").read_text())
        path.write_bytes(model(True, 0.6))
        status, _, errors = self.run_main("--float-weights", str(path))
        self.assertEqual(status, 1)
        self.assertRegex(
            errors,
            "^error: requires float weights that round to the int8 ones, got "
            ".*float.tflite with one of conv2d that is 0.6 steps off; take "
            "the file that was quantized\n$",
        )

    def test_errors(self):
        missing = self.folder / "none"
        for name in ("c.pt", "target", "f"):
            (self.folder / name).touch()
        for options, text in (
            (("--bits", "0"), "requires multiplicands of 1 to 31 bits, got 0"),
            (
                ("--data", str(missing)),
                "requires a readable file, got .*none: No such file",
            ),
            (
                ("--labels", str(missing)),
                "requires a readable file, got .*none: No such file",
            ),
            (
                ("--data", self.path("y.npy")),
                "requires data for each of 1 inputs, got 2",
            ),
            (
                ("--samples", "20:40"),
                "requires samples within 0:30, got 20:40",
            ),
            (
                ("--pixels",),
                "requires pixels of type uint8, got int8; give --real",
            ),
            (
                ("-o", str(missing / "o.mlir")),
                "requires a writable output directory, got .*none; create it",
            ),
            (
                ("--checkpoint", str(self.folder)),
                "requires a file to write to, got .*, which is a directory",
            ),
            (
                ("-o", self.path("m.tflite")),
                "requires a file of its own for the output, got .*m.tflite, "
                "which is read too; choose another",
            ),
            *(
                (
                    ("-o", self.path(name), *others),
                    f"requires a file of its own for the output, got .*{name}"
                    ", which is read too; choose another",
                )
                for name, others in (
                    ("x.npy", ()),
                    ("y.npy", ()),
                    ("target", ("--target", self.path("target"))),
                    ("f", ("--float-weights", self.path("f"))),
                )
            ),
            (
                ("--checkpoint", self.path("o.mlir")),
                "requires a file of its own for each output, got .*o.mlir "
                "for two; choose another",
            ),
            (
                ("--checkpoint", self.path("x.npy")),
                "requires a file of its own for the output, got .*x.npy, "
                "which is read too; choose another",
            ),
            (
                ("--weight-bits", "99"),
                "requires weights of 2 to 8 bits, got 99",
            ),
            (
                ("--seed", "99999999999999999999"),
                "requires a seed from 0 to 4294967295, got 9{20}",
            ),
            (
                ("--checkpoint", self.path("c.pt"), "--epochs", "1"),
                "requires a checkpoint of a training, got .*c.pt: an empty "
                "file; remove it to begin anew",
            ),
            (
                ("--rate", "-1"),
                "requires finite rates of at least 0, got -1, 1, 0",
            ),
            (
                ("--target", str(missing)),
                "requires a readable target, got .*none: No such file",
            ),
            (
                ("--target", "ne17"),
                "requires #rescale.target<...> or the name of a preset, got "
                'ne17: requires the name of a preset, got "ne17"; the presets',
            ),
            (
                ("--labels", str(self.folder / "x.npy")),
                "requires labels of one class for each sample, got an array "
                r"of shape \(30, 6, 6, 3\)",
            ),
        ):
            with self.subTest(text):
                status, _, errors = self.run_main(*options)
                self.assertEqual(status, 1)
                self.assertRegex(errors, f"^error: {text}[^\n]*\n$")
        for options, text in (
            ((), "requires data or a loader, got neither; give --data"),
            (
                ("--data", self.path("x.npy")),
                "requires labels to train with, got none; give --labels",
            ),
        ):
            status, _, errors = self.run_plain(*options)
            self.assertEqual((status, errors), (1, f"error: {text}\n"))
        self.assertFalse((self.folder / "o.mlir").exists())

    def test_numbers(self):
        for name, least in (
            ("--epochs", 0),
            ("--batch", 1),
            ("--seed", 0),
            ("--correct-biases", 0),
        ):
            with (
                self.subTest(name),
                contextlib.redirect_stderr(io.StringIO()) as errors,
                self.assertRaises(SystemExit),
            ):
                main(["m.tflite", "-o", "o.mlir", name, str(least - 1)])
            self.assertIn(
                f"argument {name}: requires a whole number of at least "
                f"{least}, got {least - 1}\n",
                errors.getvalue(),
            )

    def test_data(self):
        """What rescale eval takes: the same network of the same samples."""
        pixels = (self.codes.astype(int) + 128).astype(np.uint8)
        pixels.tofile(self.folder / "x.u8")
        np.savez(self.folder / "all.npz", x=self.codes, y=np.arange(30) % 3)
        (self.folder / "y.csv").write_text(
            "".join(f"{i},name,{i % 3}\n" for i in range(30))
        )
        (self.folder / "own.py").write_text(
            "import numpy as np\n"
            "class Own:\n"
            "    def __init__(self, path):\n"
            "        self.data = np.load(path)\n"
            "    def __len__(self):\n"
            "        return len(self.data['y'])\n"
            "    def samples(self, start, stop):\n"
            "        return [self.data['x'][start:stop]]\n"
            "    def labels(self, start, stop):\n"
            "        return self.data['y'][start:stop]\n"
            "class Wrong(Own):\n"
            "    def labels(self, start, stop):\n"
            "        return self.data['y']\n"
        )
        archive = self.path("all.npz")
        training = ("--epochs", "1", "--rate", "0.001", "--samples", "10:25")
        results = set()
        for options in (
            ("--data", self.path("x.npy"), "--labels", self.path("y.npy")),
            (
                *("--data", self.path("x.u8"), "--offset=-128"),
                *("--labels", self.path("y.csv")),
            ),
            ("--data", f"{archive}:x", "--labels", f"{archive}:y"),
            ("--data", archive, "--loader", f"{self.path('own.py')}:Own"),
        ):
            status, _, errors = self.run_plain(*options, *training)
            self.assertEqual((status, errors), (0, ""))
            results.add((self.folder / "o.mlir").read_text())
        self.assertEqual(len(results), 1)
        status, _, errors = self.run_plain(
            *("--data", archive, "--loader", f"{self.path('own.py')}:Wrong"),
            *training,
        )
        self.assertEqual(
            (status, errors),
            (
                1,
                "error: requires 15 labels of the loader from 10, got 30\n",
            ),
        )
        np.save(self.folder / "short.npy", np.zeros(29, int))
        status, _, errors = self.run_main("--labels", self.path("short.npy"))
        self.assertEqual(
            (status, errors),
            (
                1,
                "error: requires a label for each of 30 samples, got 29; take "
                "the labels of this data\n",
            ),
        )

    def test_biases_are_the_files(self):
        """Also those that single precision would round."""
        path = self.folder / "m.tflite"
        path.write_bytes(model(greatest_bias=2**30))
        expected = tflite_reader.read(path).weighted
        self.assertTrue((np.abs(expected["conv2d"].bias) > 2**24).all())
        exported = from_tflite(path).export().weighted
        for name, parameters in expected.items():
            np.testing.assert_array_equal(
                exported[name].bias, parameters.bias
            )

    def test_without_pytorch(self):
        script = (
            "import sys; sys.modules['torch'] = None\n"
            "import rescale.torch\n"
            "from rescale import RescaleError\n"
            "try: rescale.torch.Rescaler\n"
            "except RescaleError as error: print(error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
        )
        self.assertEqual(
            done.stdout,
            "requires the Python package torch for training, which is not "
            "installed; run pip install './python[train]' in the checkout\n",
        )

    def test_names(self):
        self.assertIn("from_tflite", dir(rescale.torch))
        with self.assertRaises(AttributeError):
            rescale.torch.nothing  # noqa: B018


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
