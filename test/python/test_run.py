# REQUIRES: numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""rescale compile, rescale run, and the API behind them."""

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import rescale
from Inputs.patience import setUpModule  # noqa: F401
from rescale import (
    RescaleError,
    arrays,
    cli,
    files,
    model,
    progress,
    toolchain,
    tools,
)
from rescale.shipped import MODEL_PATH

# y = clamp(x + 1) for the first result, which has a batch of 2; the second
# input goes to the second result.
TWO = """
func.func @main(%x: tensor<2x3xi8> {rescale.scale = 0.1 : f64,
                                    rescale.zero_point = -5 : i64},
                %y: tensor<4xi16>)
    -> (tensor<2x3xi8> {rescale.scale = 0.2 : f64,
                        rescale.zero_point = 7 : i64}, tensor<4xi16>) {
  %m = "tosa.const"() <{values = dense<1073741824> : tensor<1xi32>}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<30> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zi = "tosa.const"() <{values = dense<-1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.rescale %x, %m, %s, %zi, %zo {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true} : (tensor<2x3xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2x3xi8>
  %1 = tosa.maximum %y, %y : (tensor<4xi16>, tensor<4xi16>) -> tensor<4xi16>
  return %0, %1 : tensor<2x3xi8>, tensor<4xi16>
}
"""

# One input and one output without dimensions.
SCALAR = """
func.func @main(%x: tensor<i32>) -> tensor<i32> {
  %0 = tosa.add %x, %x : (tensor<i32>, tensor<i32>) -> tensor<i32>
  return %0 : tensor<i32>
}
"""

BOOL = """
func.func @main(%x: tensor<4xi1>, %y: tensor<4xi1>) -> tensor<4xi1> {
  %0 = tosa.logical_and %x, %y : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
  return %0 : tensor<4xi1>
}
"""

EMPTY = """
func.func @main(%x: tensor<0x4xi8>) -> tensor<0x4xi8> {
  return %x : tensor<0x4xi8>
}
"""

NO_INPUT = """
func.func @main() -> tensor<2xi8> {
  %0 = "tosa.const"() <{values = dense<[1, 2]> : tensor<2xi8>}> : () -> tensor<2xi8>
  return %0 : tensor<2xi8>
}
"""

NO_OUTPUT = """
func.func @main(%x: tensor<2xi8>) {
  return
}
"""

FLOAT = """
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %0 = tosa.exp %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}
"""


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def write(self, name: str, content: str | bytes | np.ndarray) -> str:
        path = self.folder / name
        if isinstance(content, np.ndarray):
            np.save(path, content)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content)
        return str(path)

    def fails(self, arguments: list[str]) -> str:
        """Returns the message of the command, which leaves nothing behind."""
        before = sorted(self.folder.rglob("*"))
        output = io.StringIO()
        with contextlib.redirect_stderr(output):
            self.assertEqual(cli.main(arguments), 1)
        self.assertEqual(sorted(self.folder.rglob("*")), before)
        self.assertNotIn("Traceback", output.getvalue())
        return output.getvalue()

    def load(self, text: str) -> rescale.Model:
        return rescale.load(self.write("network.mlir", text))


class Api(Folder):
    def test_ports(self):
        network = self.load(TWO)
        self.assertEqual(
            network.inputs,
            (
                model.Port("input0", np.dtype("int8"), (2, 3), 0.1, -5),
                model.Port("input1", np.dtype("int16"), (4,)),
            ),
        )
        self.assertEqual(
            network.outputs,
            (
                model.Port("output0", np.dtype("int8"), (2, 3), 0.2, 7),
                model.Port("output1", np.dtype("int16"), (4,)),
            ),
        )

    def test_any_number_of_samples(self):
        network = self.load(TWO)
        for runs in (1, 2, 5):
            x = np.arange(runs * 6, dtype=np.int8).reshape(runs * 2, 3)
            y = np.arange(runs * 4, dtype=np.int16) * 1000
            # Stacked runs, or one after the other along the batch.
            for first, second in (
                (x, y),
                (x.reshape(runs, 2, 3), y.reshape(runs, 4)),
                # Not contiguous.
                (np.repeat(x, 2, axis=1)[:, ::2], y),
            ):
                results = network(first, second)
                np.testing.assert_array_equal(results[0], x + 1)
                np.testing.assert_array_equal(results[1], y)
                self.assertEqual(results[0].dtype, np.int8)

    def test_saturates(self):
        x = np.full((2, 3), 127, np.int8)
        result, _ = self.load(TWO)(x, np.zeros(4, np.int16))
        np.testing.assert_array_equal(result, x)

    def test_scalar(self):
        network = self.load(SCALAR)
        self.assertEqual(network(np.int32(21)).tolist(), [42])
        result = network(np.array([1, 2, 3], np.int32))
        self.assertEqual(result.tolist(), [2, 4, 6])

    def test_float(self):
        result = self.load(FLOAT)(np.zeros((3, 2), np.float32))
        self.assertEqual(result.tolist(), [[1.0, 1.0]] * 3)

    def test_two_networks_at_once(self):
        first, second = self.load(SCALAR), self.load(FLOAT)
        self.assertEqual(first(np.int32(1)).tolist(), [2])
        self.assertEqual(
            second(np.zeros((1, 2), np.float32)).tolist(), [[1.0, 1.0]]
        )

    def test_wrong_arrays(self):
        network = self.load(TWO)
        x, y = np.zeros((2, 3), np.int8), np.zeros(4, np.int16)
        for arrays, message in (
            (
                (x,),
                "requires an array for each of 2 inputs, got 1",
            ),
            (
                (x.astype(np.uint8), y),
                "requires input0 of type int8, got uint8; convert it first",
            ),
            (
                (np.zeros((3, 3), np.int8), y),
                "requires input0 of shape (2n, 3), got (3, 3); reshape it "
                "first",
            ),
            (
                (np.zeros(6, np.int8), y),
                "requires input0 of shape (2n, 3), got (6,); reshape it "
                "first",
            ),
            (
                (x[:0], y[:0]),
                "requires at least one sample for input0, got none",
            ),
            (
                (x, np.zeros(8, np.int16)),
                "requires the same number of samples for every input, got "
                "1, 2",
            ),
        ):
            with self.assertRaises(RescaleError) as caught:
                network(*arrays)
            self.assertEqual(str(caught.exception), message)

    def test_status(self):
        network = self.load(SCALAR)
        network._runner._run = lambda *pointers: 3
        with self.assertRaisesRegex(
            RescaleError, "the network ended with status 3"
        ):
            network(np.int32(1))

    def test_bool(self):
        network = self.load(BOOL)
        self.assertEqual(
            [port.dtype for port in network.inputs + network.outputs],
            [np.dtype(np.bool_)] * 3,
        )
        x = np.array([False, True, False, True])
        y = np.array([False, False, True, True])
        result = network(x, y)
        self.assertEqual(result.dtype, np.bool_)
        np.testing.assert_array_equal(result, x & y)

    def refuses(self, message: str, text: str, **options):
        with self.assertRaises(RescaleError) as caught:
            rescale.load(self.write("network.mlir", text), **options)
        self.assertEqual(str(caught.exception), message)

    def test_without_elements(self):
        with self.assertRaises(RescaleError) as caught:
            rescale.load(self.write("network.mlir", EMPTY))
        self.assertIn("requires tensors with elements", caught.exception.details)

    def test_library_that_cannot_be_loaded(self):
        with mock.patch(
            "rescale.native.ctypes.CDLL", side_effect=OSError("no such symbol")
        ):
            self.refuses(
                "requires a network that can be loaded, got no such symbol; "
                "compile it for this machine",
                SCALAR,
            )

    def test_narrow(self):
        for narrow in (0, 33, "8.5", "nonsense", ""):
            self.refuses(
                "requires lossless, off or a number of bits from 1 to 32 to "
                f"narrow to, got {narrow}",
                SCALAR,
                narrow=narrow,
            )

    def test_options(self):
        for option in (
            *("--emit=linalg", "-emit=obj", "-o", "--name=a", "-target=x"),
            "--narrow=8",
        ):
            self.refuses(
                "requires options other than --emit, --name, --narrow, --target and "
                f"-o, got {option}; run rescale compile for files",
                SCALAR,
                options=["-O1", option],
            )
        self.refuses(
            "requires options with which rescale-compile compiles, got "
            "-O1 --version; leave out those that only print",
            SCALAR,
            options=["-O1", "--version"],
        )

    def test_batch_of_a_static_network(self):
        self.refuses(
            "requires a network that leaves its batch open, got "
            "<rescale.Model (input: float32[1, 2]) -> "
            "(output: float32[1, 2])> for batch=3; leave out batch, a call "
            "takes any number of samples",
            FLOAT,
            batch=3,
        )
        path = self.write("network.mlir", FLOAT)
        self.assertEqual(rescale.load(path, batch=1).inputs[0].shape, (1, 2))

    def test_repr(self):
        self.assertEqual(
            repr(self.load(TWO)),
            "<rescale.Model (input0: int8[2, 3], input1: int16[4]) -> "
            "(output0: int8[2, 3], output1: int16[4])>",
        )

    def test_public_names(self):
        # In a new process, where nothing else has loaded the modules.
        for name in rescale.__all__:
            subprocess.run(
                [sys.executable, "-c", f"import rescale; rescale.{name}"],
                check=True,
            )
        self.assertLessEqual(set(rescale.__all__), set(dir(rescale)))
        with self.assertRaisesRegex(
            AttributeError, "module 'rescale' has no attribute 'nothing'"
        ):
            rescale.nothing  # noqa: B018

    def test_no_text(self):
        path = self.write("x.npy", np.arange(128, 256, dtype=np.uint8))
        with self.assertRaises(RescaleError) as caught:
            rescale.load(path)
        self.assertIn("rescale-compile failed", str(caught.exception))
        self.assertIn("error: ", caught.exception.details)

    def test_no_linker(self):
        with (
            mock.patch.object(
                toolchain, "_HOST_COMPILERS", ("no-cc", "no-gcc")
            ),
            self.assertRaisesRegex(
                RescaleError,
                "requires a C compiler, found none of no-cc, no-gcc on the "
                "PATH; install Debian's clang-22",
            ),
        ):
            self.load(SCALAR)

    def test_linker_fails(self):
        linker = self.write("linker", "#!/bin/sh\necho no space >&2\nexit 1\n")
        os.chmod(linker, 0o755)
        with (
            mock.patch.object(toolchain, "_HOST_COMPILERS", (linker,)),
            self.assertRaisesRegex(
                RescaleError,
                f"{linker} cannot link a program for host; see its messages "
                "above",
            ) as caught,
        ):
            self.load(SCALAR)
        self.assertEqual(caught.exception.details, "no space\n")


class Run(Folder):
    def setUp(self):
        super().setUp()
        self.x = np.arange(-6, 6, dtype=np.int8)
        self.y = np.arange(8, dtype="<i2") * 300
        self.model = self.write("two.mlir", TWO)

    def run_two(self, inputs: list[str], outputs: list[str], *more: str):
        arguments = ["run", self.model, *more]
        for path in inputs:
            arguments += ["--input", path]
        for path in outputs:
            arguments += ["--output", path]
        return arguments

    def test_options_of_the_compiler(self):
        """What run does not know is for rescale-compile."""
        network = self.write("network.mlir", SCALAR)
        samples = self.write("x.npy", np.arange(3, dtype=np.int32))
        arguments = ["run", network, "--input", samples]
        arguments += ["--output", self.path("y.npy")]
        self.assertIn(
            "Unknown command line argument '--one-shirt'",
            self.fails([*arguments, "--one-shirt"]),
        )
        self.assertEqual(cli.main([*arguments, "--one-shift"]), 0)
        np.testing.assert_array_equal(
            np.load(self.path("y.npy")), [0, 2, 4]
        )

    def test_npy_and_raw(self):
        raw_x = self.x.tobytes()
        for x in (
            self.write("x.npy", self.x.reshape(4, 3)),
            self.write("x.i8", raw_x),
            self.write("x.bin", raw_x),
        ):
            for y in (
                self.write("y.npy", self.y),
                # Big-endian, as another machine may write it.
                self.write("y.npy", self.y.astype(">i2")),
                self.write("y.i16", self.y.tobytes()),
                self.write("y.bin", self.y.tobytes()),
            ):
                first, second = self.path("0.npy"), self.path("1.bin")
                self.assertEqual(
                    cli.main(self.run_two([x, y], [first, second])), 0
                )
                result = np.load(first)
                np.testing.assert_array_equal(
                    result, (self.x + 1).reshape(4, 3)
                )
                self.assertEqual(result.dtype, np.int8)
                self.assertEqual(
                    Path(second).read_bytes(), self.y.tobytes()
                )

    def test_offset(self):
        pixels = self.write("x.u8", (self.x.view(np.uint8) ^ 128).tobytes())
        words = self.write("y.i16", (self.y - 3).tobytes())
        outputs = [self.path("0.i8"), self.path("1.i16")]
        arguments = self.run_two([pixels, words], outputs)
        arguments += ["--input-offset", "-128", "--input-offset", "3"]
        self.assertEqual(cli.main(arguments), 0)
        self.assertEqual(
            Path(outputs[0]).read_bytes(), (self.x + 1).tobytes()
        )
        self.assertEqual(Path(outputs[1]).read_bytes(), self.y.tobytes())

    def test_one_offset_is_for_all(self):
        words = self.write("y.i16", (self.y + 1).tobytes())
        codes = self.write("x.i8", (self.x + 1).tobytes())
        outputs = [self.path("0.i8"), self.path("1.i16")]
        arguments = self.run_two([codes, words], outputs)
        self.assertEqual(cli.main([*arguments, "--input-offset", "-1"]), 0)
        self.assertEqual(
            Path(outputs[0]).read_bytes(), (self.x + 1).tobytes()
        )

    def check(self, message: str, inputs=None, outputs=None, more=()):
        inputs = inputs or [
            self.write("x.i8", self.x.tobytes()),
            self.write("y.i16", self.y.tobytes()),
        ]
        outputs = outputs or [self.path("0.npy"), self.path("1.npy")]
        self.assertEqual(
            self.fails(self.run_two(inputs, outputs, *more)),
            f"rescale: error: {message}\n",
        )

    def test_counts(self):
        self.check(
            "requires --input for each of 2 inputs, got 1",
            inputs=[self.write("x.npy", self.x)],
        )
        self.check(
            "requires --output for each of 2 outputs, got 1",
            outputs=[self.path("0.npy")],
        )
        self.check(
            "requires --input-offset once or for each of 2 inputs, got 3",
            more=["--input-offset", "1"] * 3,
        )

    def test_files(self):
        y = self.write("y.i16", self.y.tobytes())
        none = self.path("none.i8")
        self.check(
            f"requires a readable file, got {none}: No such file or "
            "directory",
            inputs=[none, y],
        )
        for name, content in (("x.npy", b""), ("x.npy", b"\x80pickle")):
            path = self.write(name, content)
            message = self.fails(self.run_two([path, y], ["a.npy", "b.npy"]))
            self.assertRegex(
                message,
                rf"^rescale: error: requires one array of numbers, got {path}"
                r": .+\n$",
            )
        for size in (0, 7):
            path = self.write("x.i8", bytes(size))
            self.check(
                "requires a multiple of 6 bytes, the size of input0, got "
                f"{size} in {path}; write whole samples of shape (2, 3) as "
                "int8",
                inputs=[path, y],
            )
        path = self.write("x.png", b"123456")
        self.check(
            "requires a file of .npy, .bin or .i8, .u8, .i16, .i32, .f32, "
            f"got {path}; rename it",
            inputs=[path, y],
        )

    def test_checked_before_the_import(self):
        x, missing = self.write("x.npy", self.x), self.path("no.npy")
        broken, png = self.write("b.npy", b"b"), self.write("x.png", b"x")
        bench = ["bench", "network", str(MODEL_PATH), "--input"]
        run = ["run", str(MODEL_PATH), "--input"]
        for arguments, message in (
            ([*run, missing], f"readable file, got {missing}: "),
            ([*run, str(self.folder)], "requires a file of .npy"),
            ([*run, broken], f"requires one array of numbers, got {broken}"),
            ([*run, png], f"requires a file of .npy, .* got {png}"),
            ([*run, x, "--output", png], f"a file of .npy, .* got {png}"),
            ([*run, x, "--output", "no/y.npy"], "writable output directory"),
            ([*run, x, "--layers", x], "requires a file for several arrays"),
            ([*bench, missing], f"readable file, got {missing}: "),
            ([*bench, x, "--json", "no/y"], "writable output directory"),
        ):
            with (
                self.subTest(arguments[3:]),
                mock.patch.object(model, "import_tflite") as imported,
            ):
                self.assertRegex(self.fails(arguments), message)
                imported.assert_not_called()

    def test_input_that_is_read_once(self):
        """A check of a pipe would take what is to be read."""
        path = self.folder / "x.npy"
        os.mkfifo(path)
        arrays.check_input(path)

    def test_broken_npy(self):
        def npy(header: str) -> bytes:
            text = header.encode() + b"\n"
            size = len(text).to_bytes(2, "little")
            return b"\x93NUMPY\x01\x00" + size + text

        y = self.write("y.i16", self.y.tobytes())
        archive = io.BytesIO()
        np.savez(archive, x=self.x)
        objects = io.BytesIO()
        np.save(objects, np.array([{}]), allow_pickle=True)
        form = "{{'descr': '|i1', 'fortran_order': False, 'shape': {}}}"
        for content in (
            archive.getvalue(),
            objects.getvalue(),
            b"PK\x03\x04",
            npy("{'descr': "),
            npy('{"descr": """'),
            npy("1 1"),
            npy("\0"),
            npy("(" * 5000),
            npy("-" * 9000 + "1"),
            npy(form.format("(1 << 60,)")),
            npy(form.format("(1152921504606846976, 1)")),
            npy(form.format("(2, 3)")),
            npy(form.format("(2, -3)")) + self.x.tobytes(),
            npy(form.format("(-1, 3)")) + self.x.tobytes(),
            npy(form.format("'2'")),
        ):
            path = self.write("x.npy", content)
            arguments = self.run_two([path, y], ["a.npy", "b.npy"])
            with self.subTest(content[:80]):
                self.assertRegex(
                    self.fails(arguments),
                    r"^rescale: error: requires one array of numbers, got "
                    rf"({path}: .+; write it with numpy.save|objects in "
                    rf"{path}; convert it, .+)\n$",
                )

    def test_wide_offsets(self):
        y = self.write("y.i16", self.y.tobytes())
        full = np.full((4, 3), 2**64 - 1, np.uint64)
        for values, offset, found in (
            (full, 1, 2**64),
            (np.full((2, 3), 2**63 - 1), 1, 2**63),
            (np.zeros((2, 3), np.uint8), 2**70, 2**70),
            (np.zeros((2, 3), np.int64), -(2**64), -(2**64)),
        ):
            self.check(
                f"requires values of -128 .. 127 for input0, got {found} .. "
                f"{found} after adding {offset}; choose another "
                "--input-offset",
                inputs=[self.write("x.npy", values), y],
                more=["--input-offset", str(offset), "--input-offset", "0"],
            )
        # Sums that fit are exact, however wide their terms are.
        outputs = [self.path("0.i8"), self.path("1.i16")]
        for values, offset in (
            (full, 1 - 2**64),
            (np.full((4, 3), -(2**63)), 2**63),
        ):
            arguments = self.run_two(
                [self.write("x.npy", values), y], outputs
            )
            arguments += ["--input-offset", str(offset)]
            self.assertEqual(
                cli.main([*arguments, "--input-offset", "0"]), 0
            )
            self.assertEqual(Path(outputs[0]).read_bytes(), b"\1" * 12)

    def test_scalar_offset(self):
        network = self.write("scalar.mlir", SCALAR)
        path = self.write("x.npy", np.array(2**64 - 2, np.uint64))
        output = self.path("y.npy")
        arguments = ["run", network, "--input", path, "--output", output]
        arguments += ["--input-offset", str(-(2**64))]
        self.assertEqual(cli.main(arguments), 0)
        self.assertEqual(np.load(output).tolist(), [-4])

    def test_bool(self):
        network = self.write("bool.mlir", BOOL)
        x = self.write("x.bin", bytes([0, 1, 0, 1]))
        y = self.write("y.bin", bytes([0, 0, 1, 1]))
        output = self.path("z.bin")
        arguments = ["run", network, "--input", x, "--input", y]
        arguments += ["--output", output]
        self.assertEqual(cli.main(arguments), 0)
        self.assertEqual(Path(output).read_bytes(), bytes([0, 0, 0, 1]))
        self.write("y.bin", bytes([0, 2, 1, 1]))
        self.assertEqual(
            self.fails(arguments),
            "rescale: error: requires bytes of 0 or 1 for input1 of type "
            f"bool, got 2 in {y}; write one byte for each element\n",
        )

    def test_without_inputs_or_outputs(self):
        network = self.write("none.mlir", NO_INPUT)
        output = self.path("y.npy")
        self.assertEqual(cli.main(["run", network, "--output", output]), 0)
        self.assertEqual(np.load(output).tolist(), [1, 2])
        network = self.write("none.mlir", NO_OUTPUT)
        path = self.write("x.i8", bytes(2))
        self.assertEqual(cli.main(["run", network, "--input", path]), 0)
        self.assertEqual(
            self.fails(["run", self.model]),
            "rescale: error: requires --input for each of 2 inputs, got 0\n",
        )

    def test_one_file_twice(self):
        first = self.path("0.npy")
        twice = str(self.folder / ".." / self.folder.name / "0.npy")
        self.check(
            f"requires a file of its own for output1, got {twice}, which is "
            "that of output0; choose another",
            outputs=[first, twice],
        )
        self.model = str(Path(self.model).rename(self.path("model.bin")))
        self.check(
            f"requires a file of its own for output1, got {self.model}, which "
            "is that of the model; choose another",
            outputs=[first, self.model],
        )

    def test_output_replaces_input(self):
        x = self.write("x.i8", self.x.tobytes())
        y = self.write("y.i16", self.y.tobytes())
        self.assertEqual(cli.main(self.run_two([x, y], [x, y])), 0)
        self.assertEqual(Path(x).read_bytes(), (self.x + 1).tobytes())
        self.assertEqual(Path(y).read_bytes(), self.y.tobytes())

    def test_types(self):
        y = self.write("y.i16", self.y.tobytes())
        for path, found in (
            (self.write("x.u8", bytes(6)), "uint8"),
            (self.write("x.npy", np.zeros((2, 3))), "float64"),
        ):
            self.check(
                f"requires values of type int8 for input0, got {found} in "
                f"{path}; convert them, or shift integers with "
                "--input-offset, as in -128 for pixels",
                inputs=[path, y],
            )
        floats = self.write("x.f32", bytes(24))
        self.check(
            f"requires values of type int8 for input0, got float32 in {floats}"
            "; convert them, or shift integers with --input-offset, as in "
            "-128 for pixels",
            inputs=[floats, y],
            more=["--input-offset", "-128"],
        )
        pixels = self.write("x.u8", bytes([0, 1, 2, 3, 4, 255]))
        self.check(
            "requires values of -128 .. 127 for input0, got -127 .. 128 after "
            "adding -127; choose another --input-offset",
            inputs=[pixels, y],
            more=["--input-offset", "-127", "--input-offset", "0"],
        )
        flat = self.write("x.npy", self.x)
        self.check(
            "requires input0 of shape (2n, 3), got (12,); reshape it first",
            inputs=[flat, y],
        )

    def test_outputs(self):
        first, second = self.path("0.npy"), self.path("1.i8")
        self.check(
            f"requires a file for values of type int16, got {second}; name "
            "it .npy or .bin",
            outputs=[first, second],
        )
        missing = self.folder / "missing"
        self.check(
            f"requires a writable output directory, got {missing}; create it "
            "or choose another",
            outputs=[first, str(missing / "1.npy")],
        )

        folder = self.folder / "d.npy"
        folder.mkdir()
        self.check(
            f"requires a file to write to, got {folder}, which is a "
            "directory; choose another name",
            outputs=[first, str(folder)],
        )
        # One that appears later.
        folder.rmdir()
        with self.assertRaises(RescaleError) as caught:
            files.write_file(folder, lambda file: folder.mkdir())
        self.assertEqual(
            str(caught.exception),
            f"requires a file that can be written, got {folder}: Is a "
            "directory; choose another",
        )
        self.assertEqual(list(self.folder.glob(".*")), [])

    def test_model(self):
        none = self.path("none.mlir")
        self.assertEqual(
            self.fails(["run", none, "--input", "x.npy", "--output", "y.npy"]),
            f"rescale: error: requires a model, got {none}, which is no "
            "file\n",
        )
        broken = self.write("broken.mlir", "func.func @main(")
        message = self.fails(
            ["run", broken, "--input", self.write("x.npy", self.x)]
            + ["--output", "y.npy"]
        )
        self.assertRegex(
            message,
            rf"(?s)^{broken}:1:.*error: [^\n]*\n",
        )
        # The compiler has said it all.
        self.assertNotIn("rescale: error", message)

    def test_python_m(self):
        process = subprocess.run(
            [sys.executable, "-m", "rescale", "run", self.model]
            + ["--input", self.write("x.i8", self.x.tobytes())]
            + ["--input", self.write("y.i16", self.y.tobytes())]
            + ["--output", self.path("0.i8"), "--output", self.path("1.i16")],
            check=False,
        )
        self.assertEqual(process.returncode, 0)
        self.assertEqual(
            Path(self.path("0.i8")).read_bytes(), (self.x + 1).tobytes()
        )


class Compile(Folder):
    def test_passes_options_on(self):
        output = self.path("out")
        self.assertEqual(
            cli.main(
                ["compile", str(MODEL_PATH), "--emit=llvm", "--name=net"]
                + ["-o", output]
            ),
            0,
        )
        self.assertEqual(
            [path.name for path in Path(output).iterdir()], ["net.ll"]
        )

    def test_fails_as_the_driver_does(self):
        for arguments in (["none.mlir"], ["--no-such-option"]):
            process = subprocess.run(
                [sys.executable, "-m", "rescale", "compile", *arguments],
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual(process.returncode, 1)
            self.assertIn(arguments[0], process.stderr)

    def test_without_model(self):
        for arguments, found in (
            ([], "nothing"),
            (["-o", "out"], "-o out"),
            (["--cpu", "native", "-O2"], "--cpu native -O2"),
        ):
            self.assertEqual(
                self.fails(["compile", *arguments]),
                f"rescale: error: requires a model to compile, got {found}; "
                "name an MLIR or .tflite file, or - for standard input\n",
            )

    def test_options_with_values(self):
        """All that the compiler has, but those whose value needs a sign."""
        found = re.findall(
            r"^  --?([\w-]+)[ =]<",
            tools.run("rescale-compile", ["--help-hidden"]),
            re.M,
        )
        self.assertIn("snap-grid", found)
        for name in set(found) - {"verify"}:
            self.assertTrue(cli._WITH_VALUE.fullmatch(f"--{name}"), name)

    def test_help_needs_no_model(self):
        for option in ("--help", "--version", "-h", "--help-hidden"):
            cli._check_model(["-O", "2", option])
        for model_name in ("a.mlir", "-"):
            cli._check_model(["-O", "2", model_name, "-o", "out"])

    def test_options_are_checked_before_the_import(self):
        network = str(MODEL_PATH)
        for options in (
            ["--target=sparkle"],
            ["--name=int"],
            ["-o", self.write("file", b"")],
            ["--ram=12Q"],
            ["--no-such-option"],
        ):
            with (
                self.subTest(options),
                mock.patch.object(cli, "import_tflite") as imported,
            ):
                self.fails(["compile", network, *options])
                imported.assert_not_called()
        # What only prints needs none.
        with mock.patch.object(cli, "import_tflite") as imported:
            self.assertEqual(cli.main(["compile", network, "--version"]), 0)
            imported.assert_not_called()

    def test_unreadable_tflite(self):
        self.assertRegex(
            self.fails(["compile", self.path("none.tflite")]),
            r"^rescale: error: requires .*\n$",
        )


class Tools(Folder):
    def test_chosen_directory(self):
        with (
            mock.patch.dict(os.environ, RESCALE_TOOLS=str(self.folder)),
            self.assertRaises(RescaleError) as caught,
        ):
            rescale.tools.find("rescale-opt")
        self.assertEqual(
            str(caught.exception),
            "requires the tool rescale-opt in the directory that "
            f"RESCALE_TOOLS names, got {self.folder}; build it with "
            "./bootstrap build, or unset RESCALE_TOOLS",
        )

    def test_order(self):
        def tool(*parts: str) -> Path:
            path = self.folder.joinpath(*parts, "rescale-opt")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("#!/bin/sh\n")
            path.chmod(0o755)
            return path

        (self.folder / "CMakePresets.json").write_text("{}")
        environment = {"PATH": str(self.folder / "path"), "RESCALE_TOOLS": ""}
        with (
            mock.patch.dict(os.environ, environment),
            mock.patch.object(rescale.tools, "_CHECKOUT", self.folder),
            mock.patch.object(sys, "prefix", str(self.folder / "prefix")),
        ):
            with self.assertRaises(RescaleError) as caught:
                rescale.tools.find("rescale-opt")
            self.assertEqual(
                str(caught.exception),
                "requires the tool rescale-opt, which is not built; build it "
                "with ./bootstrap build, or set RESCALE_TOOLS to its "
                "directory",
            )
            # From the last place to the first.
            for parts in (
                ("path",),
                ("prefix", "bin"),
                ("build", "dev", "bin"),
                ("build", "release", "bin"),
            ):
                path = tool(*parts)
                self.assertEqual(rescale.tools.find("rescale-opt"), path)
            with mock.patch.dict(os.environ, RESCALE_TOOLS=str(self.folder)):
                path = tool()
                self.assertEqual(rescale.tools.find("rescale-opt"), path)

    def test_killed(self):
        path = Path(self.write("rescale-opt", "#!/bin/sh\nkill -9 $$\n"))
        path.chmod(0o755)
        with (
            mock.patch.dict(os.environ, RESCALE_TOOLS=str(self.folder)),
            self.assertRaisesRegex(
                RescaleError,
                "rescale-opt failed with signal 9; see its messages above",
            ),
        ):
            rescale.tools.run("rescale-opt", [])

    def test_terminated(self):
        # As by timeout: no tool goes on, and no folder stays.
        started = self.folder / "started"
        tool = f"#!/bin/sh\necho $$ > {started}\nexec sleep 600\n"
        for name in "rescale-opt", "rescale-compile":
            Path(self.write(name, tool)).chmod(0o755)
        folders = self.folder / "folders"
        folders.mkdir()
        with subprocess.Popen(
            [
                *(sys.executable, "-m", "rescale", "report", MODEL_PATH),
                *("-o", self.folder / "page.html"),
            ],
            env=os.environ
            | {"RESCALE_TOOLS": str(self.folder), "TMPDIR": str(folders)},
            stderr=subprocess.DEVNULL,
        ) as process:
            while not started.exists() or not started.read_text():
                self.assertIsNone(process.poll())
                time.sleep(0.05)
            process.terminate()
            self.assertEqual(process.wait(), 128 + 15)
        self.assertEqual(list(folders.iterdir()), [])
        with self.assertRaises(ProcessLookupError):
            os.kill(int(started.read_text()), 0)

    def test_version(self):
        output = io.StringIO()
        with (
            contextlib.redirect_stdout(output),
            self.assertRaises(SystemExit) as caught,
        ):
            cli.main(["--version"])
        self.assertEqual(caught.exception.code, 0)
        directory = os.environ["RESCALE_TOOLS"]
        self.assertRegex(
            output.getvalue(),
            rf"^rescale {rescale.__version__}\n"
            r"LLVM 22\.\d+\.\d+\n"
            rf"rescale-opt: {directory}/rescale-opt\n"
            rf"rescale-compile: {directory}/rescale-compile\n$",
        )

    def test_version_without_tools(self):
        output = io.StringIO()
        with (
            mock.patch.dict(os.environ, RESCALE_TOOLS=str(self.folder)),
            contextlib.redirect_stdout(output),
            self.assertRaises(SystemExit),
        ):
            cli.main(["--version"])
        self.assertRegex(
            output.getvalue(),
            rf"^rescale {rescale.__version__}\nrescale-opt: not found: "
            r"requires .*\nrescale-compile: not found: requires .*\n$",
        )

    def test_version_agrees_with_cmake(self):
        root = Path(rescale.__file__).parents[2]
        for path, text in (
            ("CMakeLists.txt", "project(Rescale VERSION {} LANGUAGES C CXX)"),
            ("python/pyproject.toml", '\nversion = "{}"\n'),
        ):
            self.assertIn(
                text.format(rescale.__version__), (root / path).read_text()
            )


class Progress(unittest.TestCase):
    def output(self, work) -> str:
        output = io.StringIO()
        with contextlib.redirect_stderr(output):
            work()
        return output.getvalue()

    def test_step(self):
        said = threading.Event()

        def slow():
            with (
                mock.patch.object(progress, "_PATIENCE", 0),
                mock.patch.object(
                    progress,
                    "_say",
                    lambda text: (print(text, file=sys.stderr), said.set()),
                ),
                progress.step("working"),
            ):
                said.wait(10)
                # A part of that.
                with progress.step("working on a part"):
                    time.sleep(0.05)

        def fast():
            with progress.step("working"):
                pass

        self.assertEqual(self.output(slow), "working\n")
        self.assertEqual(self.output(fast), "")

    def test_count(self):
        def work():
            self.assertEqual(list(progress.count("sample", 3)), [0, 1, 2])

        self.assertEqual(self.output(work), "")
        with mock.patch.object(progress, "_PATIENCE", 0):
            self.assertEqual(
                self.output(work),
                "rescale: sample 1 of 3 ...\nrescale: sample 2 of 3 ...\n"
                "rescale: sample 3 of 3 ...\n",
            )


class Unforeseen(Folder):
    def test_errors_of_the_system(self):
        output = io.StringIO()
        with (
            mock.patch.object(cli, "_run", side_effect=OSError("disk full")),
            contextlib.redirect_stderr(output),
        ):
            code = cli.main(["run", "m", "--input", "x", "--output", "y"])
        self.assertEqual(code, 1)
        self.assertEqual(output.getvalue(), "rescale: error: disk full\n")

    def test_interrupt(self):
        with (
            mock.patch.object(cli, "_run", side_effect=KeyboardInterrupt),
            contextlib.redirect_stderr(io.StringIO()) as output,
        ):
            code = cli.main(["run", "m", "--input", "x", "--output", "y"])
        self.assertEqual(code, 130)
        self.assertEqual(output.getvalue(), "rescale: interrupted\n")

    def test_interrupt_while_loading(self):
        self.write("numpy.py", "raise KeyboardInterrupt\n")
        path = f"{self.folder}{os.pathsep}{Path(rescale.__file__).parents[1]}"
        process = subprocess.run(
            [sys.executable, "-m", "rescale", "--version"],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(process.returncode, 130)
        self.assertEqual(process.stderr, "rescale: interrupted\n")


if __name__ == "__main__":
    unittest.main()
