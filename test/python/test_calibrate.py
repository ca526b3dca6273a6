# REQUIRES: numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""rescale calibrate: what it measures is what a model in NumPy gives."""

import contextlib
import io
import itertools
import re
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
from Inputs.patience import setUpModule  # noqa: F401
from rescale import RescaleError, calibrate, cli, progress, tools

#: Kernel, padding, strides and dilation of the convolutions.
KERNEL, PAD, STRIDE, DILATION = (3, 2), (2, 1, 0, 3), (2, 1), (1, 2)
ZERO_POINT = -5

TOSA_RESCALE = (
    "input_unsigned = false, output_unsigned = false, per_channel = {per}, "
    "rounding_mode = SINGLE_ROUND, scale32 = true"
)


def const(name: str, values: np.ndarray, element: str) -> str:
    shape = "".join(f"{size}x" for size in values.shape)
    text = str(values.tolist())
    type_ = f"tensor<{shape}{element}>"
    return (
        f'%{name} = "tosa.const"() <{{values = dense<{text}> : {type_}}}> '
        f": () -> {type_}"
    )


class Network:
    """A convolution, a depthwise one behind it, and a product."""

    def __init__(self) -> None:
        generator = np.random.default_rng(3)
        self.w = generator.integers(-128, 128, (3, *KERNEL, 2))
        self.b = generator.integers(-999, 999, 3)
        self.d = generator.integers(-128, 128, (*KERNEL, 3, 1))
        self.p = generator.integers(-128, 128, (1, 4, 5))
        attrs = (
            f"acc_type = i32, pad = array<i64: {', '.join(map(str, PAD))}>, "
            f"stride = array<i64: {STRIDE[0]}, {STRIDE[1]}>, "
            f"dilation = array<i64: {DILATION[0]}, {DILATION[1]}>"
        )
        self.text = f"""
func.func @main(%x: tensor<1x6x5x2xi8>, %r: tensor<1x3x4xi8>) -> (tensor<1x4x6x3xi8>, tensor<1x3x7x3xi32>, tensor<1x3x5xi8>) {{
  {const("w", self.w, "i8")}
  {const("b", self.b, "i32")}
  {const("zb", np.zeros(3, int), "i32")}
  {const("d", self.d, "i8")}
  {const("p", self.p, "i8")}
  {const("zx", np.array([ZERO_POINT]), "i8")}
  {const("z", np.array([0]), "i8")}
  {const("z32", np.array([0]), "i32")}
  {const("m", np.array([1 << 30, 3 << 29, 5 << 28]), "i32")}
  {const("s", np.array([40, 41, 39]), "i8")}
  {const("m1", np.array([1 << 30]), "i32")}
  {const("s1", np.array([38]), "i8")}
  %acc = tosa.conv2d %x, %w, %b, %zx, %z {{{attrs}}} : (tensor<1x6x5x2xi8>, tensor<3x3x2x2xi8>, tensor<3xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x6x3xi32>
  %y = tosa.rescale %acc, %m, %s, %z32, %zx {{{TOSA_RESCALE.format(per="true")}}} : (tensor<1x4x6x3xi32>, tensor<3xi32>, tensor<3xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x4x6x3xi8>
  %dacc = tosa.depthwise_conv2d %y, %d, %zb, %zx, %z {{{attrs}}} : (tensor<1x4x6x3xi8>, tensor<3x2x3x1xi8>, tensor<3xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x3x7x3xi32>
  %pacc = tosa.matmul %r, %p, %zx, %z : (tensor<1x3x4xi8>, tensor<1x4x5xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x3x5xi32>
  %q = tosa.rescale %pacc, %m1, %s1, %z32, %zx {{{TOSA_RESCALE.format(per="false")}}} : (tensor<1x3x5xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x3x5xi8>
  return %y, %dacc, %q : tensor<1x4x6x3xi8>, tensor<1x3x7x3xi32>, tensor<1x3x5xi8>
}}
"""


def patches(x: np.ndarray) -> np.ndarray:
    """[image, row, column, kernel's row, its column, channel]."""
    top, bottom, left, right = PAD
    x = x.astype(np.int64) - ZERO_POINT
    x = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    rows = (x.shape[1] - 1 - DILATION[0] * (KERNEL[0] - 1)) // STRIDE[0] + 1
    columns = (x.shape[2] - 1 - DILATION[1] * (KERNEL[1] - 1)) // STRIDE[1] + 1
    result = np.zeros(
        (len(x), rows, columns, *KERNEL, x.shape[3]), np.int64
    )
    for i, j, k, n in itertools.product(
        range(rows), range(columns), *map(range, KERNEL)
    ):
        result[:, i, j, k, n] = x[
            :, i * STRIDE[0] + k * DILATION[0], j * STRIDE[1] + n * DILATION[1]
        ]
    return result


def moments(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and second moment of [row, element]."""
    total = rows.T @ rows
    return rows.sum(0) / len(rows), total / len(rows)


class Calibrated:
    """Reads the attributes in the text of a network."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.data = {
            key: bytes.fromhex(data)[4:]
            for key, data in re.findall(r'^ *(\w+): "0x(\w+)"', text, re.M)
        }

    def line(self, op: str, number: int = 0) -> str:
        return [line for line in self.lines if f" {op} " in line][number]

    def tensor(self, name: str, line: str) -> np.ndarray:
        found = re.search(
            rf"{name} = dense_resource<(\w+)> : tensor<([\dx]+)x(\w+)>", line
        )
        shape = tuple(map(int, found[2].split("x")))
        dtype = {"i64": np.int64, "f64": np.float64}[found[3]]
        return np.frombuffer(self.data[found[1]], dtype).reshape(shape)

    def histogram(self, line: str) -> list[tuple[int, dict[int, int]]]:
        """For each column the width of its bins, and their counts."""
        bits, sizes = (
            list(map(int, re.search(rf"{name} = array<i\d+: (.*?)>", line)[1].split(",")))
            for name in ("bin_bits", "sizes")
        )
        bins = self.tensor("bins", line).tolist()
        counts = self.tensor("counts", line).tolist()
        result = []
        for width, size in zip(bits, sizes, strict=True):
            result.append(
                (width, dict(zip(bins[:size], counts[:size], strict=True)))
            )
            del bins[:size], counts[:size]
        assert not bins
        return result

    def range(self, line: str) -> tuple[list[int], list[int]]:
        found = re.search(r"observed low\[(.*?)\] high\[(.*?)\]", line)
        low, high = (list(map(int, end.split(","))) for end in found.groups())
        return low, high


def count(values: np.ndarray) -> dict[int, int]:
    found, counts = np.unique(values, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


class Measured(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.model = self.folder / "model.mlir"
        self.output = self.folder / "calibrated.mlir"

    def run_main(self, *arguments: object) -> tuple[int, str]:
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            code = cli.main(list(map(str, arguments)))
        return code, errors.getvalue()

    def calibrate(self, network: Network, *options: str) -> Calibrated:
        generator = np.random.default_rng(4)
        self.x = generator.integers(-128, 128, (20, 6, 5, 2), np.int8)
        self.r = generator.integers(-128, 128, (20, 3, 4), np.int8)
        np.save(self.folder / "x.npy", self.x)
        np.save(self.folder / "r.npy", self.r)
        self.model.write_text(network.text)
        code, errors = self.run_main(
            *("calibrate", self.model, "-o", self.output),
            *("--data", self.folder / "x.npy"),
            *("--data", self.folder / "r.npy", *options),
        )
        self.assertEqual((code, errors), (0, ""))
        return Calibrated(self.output.read_text())

    def check_column(self, values, column, low, high):
        width, counts = column
        self.assertEqual((width, counts), (0, count(values)))
        self.assertEqual((low, high), (values.min(), values.max()))

    def test_measured(self):
        network = Network()
        calibrated = self.calibrate(network)

        rows = patches(self.x).reshape(-1, 3 * 2 * 2)
        line = calibrated.line("tosa.conv2d")
        mean, moment = moments(rows)
        np.testing.assert_array_equal(
            calibrated.tensor("input_mean", line), mean
        )
        np.testing.assert_array_equal(
            calibrated.tensor("input_moment", line), moment
        )

        accumulators = rows @ network.w.reshape(3, -1).T + network.b
        line = calibrated.line("rescale.requantize")
        low, high = calibrated.range(line)
        columns = calibrated.histogram(line)
        self.assertEqual(len(columns), 3)
        for channel in range(3):
            self.check_column(
                accumulators[:, channel],
                *(columns[channel], low[channel], high[channel]),
            )

        # As the network computes it, half up.
        m, s = np.array([1 << 30, 3 << 29, 5 << 28]), np.array([40, 41, 39])
        y = (accumulators * m + (1 << (s - 1))) >> s
        y = np.clip(y + ZERO_POINT, -128, 127).reshape(20, 4, 6, 3)
        line = calibrated.line("tosa.depthwise_conv2d")
        means = calibrated.tensor("input_mean", line)
        products = calibrated.tensor("input_moment", line)
        for channel in range(3):
            mean, moment = moments(patches(y)[..., channel].reshape(-1, 6))
            np.testing.assert_array_equal(means[channel], mean)
            np.testing.assert_array_equal(products[channel], moment)

        rows = self.r.astype(np.int64).reshape(-1, 4) - ZERO_POINT
        line = calibrated.line("tosa.matmul")
        mean, moment = moments(rows)
        np.testing.assert_array_equal(
            calibrated.tensor("input_mean", line), mean
        )
        np.testing.assert_array_equal(
            calibrated.tensor("input_moment", line), moment
        )
        line = calibrated.line("rescale.requantize", 1)
        (low,), (high,) = calibrated.range(line)
        (column,) = calibrated.histogram(line)
        self.check_column(rows @ network.p[0], column, low, high)

    def test_parts(self):
        # Run and measured a sample at a time, and all at once.
        whole = self.calibrate(Network()).lines
        self.addCleanup(setattr, calibrate, "_CHUNK", calibrate._CHUNK)
        calibrate._CHUNK = 1
        self.assertEqual(self.calibrate(Network()).lines, whole)

    def test_again(self):
        # What was measured is measured again, and compiles.
        first = self.calibrate(Network())
        self.model.write_text(self.output.read_text())
        code, errors = self.run_main(
            *("calibrate", self.model, "-o", self.folder / "again.mlir"),
            *("--data", self.folder / "x.npy"),
            *("--data", self.folder / "r.npy"),
        )
        self.assertEqual((code, errors), (0, ""))
        again = Calibrated((self.folder / "again.mlir").read_text())
        for op in ("tosa.conv2d", "tosa.matmul"):
            np.testing.assert_array_equal(
                again.tensor("input_mean", again.line(op)),
                first.tensor("input_mean", first.line(op)),
            )
        tools.run(
            "rescale-compile",
            [self.output, "--emit=c", "-o", self.folder / "c"],
        )

    def test_loader(self):
        expected = self.calibrate(Network()).lines
        loader = self.folder / "own.py"
        loader.write_text(
            "import numpy as np\n"
            "class Own:\n"
            "    def __init__(self, folder):\n"
            "        self.files = [np.load(f'{folder}/{n}.npy') for n in 'xr']\n"
            "    def __len__(self):\n"
            "        return len(self.files[0])\n"
            "    def samples(self, start, stop):\n"
            "        return [file[start:stop] for file in self.files]\n"
        )
        own = self.folder / "own.mlir"
        arguments = ("calibrate", self.model, "--loader", f"{loader}:Own")
        code, errors = self.run_main(
            *arguments, "--data", self.folder, "-o", own
        )
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(own.read_text().splitlines(), expected)
        own.unlink()
        for more, message in [
            (("--data", "1", "--data", "2"), "requires --data once with a "),
            (("--data", "none"), "requires a loader that can be made, got "),
        ]:
            code, errors = self.run_main(*arguments, *more, "-o", own)
            self.assertEqual(code, 1)
            self.assertIn(message, errors)
        np.save(self.folder / "r.npy", self.r[:19])
        code, errors = self.run_main(
            *arguments, "--data", self.folder, "-o", own
        )
        self.assertEqual(code, 1)
        self.assertIn(
            "requires 20 samples of shape (3, 4) for input1, got an array of "
            "shape (19, 3, 4)",
            errors,
        )
        self.assertFalse(own.exists())
        code, errors = self.run_main("calibrate", self.model, "-o", own)
        self.assertEqual(code, 1)
        self.assertIn(
            "requires data or a loader, got neither; give --data", errors
        )

    def test_progress(self):
        """It says that it compiles what was given, and names nothing else."""
        self.calibrate(Network())
        load = calibrate.load

        def slow(*arguments, **options):
            time.sleep(0.5)
            return load(*arguments, **options)

        with (
            mock.patch.object(progress, "_PATIENCE", 0.1),
            mock.patch.object(calibrate, "load", slow),
        ):
            code, errors = self.run_main(
                *("calibrate", self.model, "-o", self.output),
                *("--data", self.folder / "x.npy"),
                *("--data", self.folder / "r.npy"),
            )
        self.assertEqual(code, 0)
        self.assertEqual(
            re.findall(r"compiling (.*) \.\.\.", errors), [str(self.model)]
        )

    def test_no_moments(self):
        calibrated = self.calibrate(Network(), "--no-moments")
        self.assertNotIn("input_mean", calibrated.line("tosa.conv2d"))
        self.assertIn("observed", calibrated.line("rescale.requantize"))

    def test_large_patch(self):
        self.addCleanup(setattr, calibrate, "MAX_PATCH", calibrate.MAX_PATCH)
        calibrate.MAX_PATCH = 11
        calibrated = self.calibrate(Network())
        self.assertNotIn("input_mean", calibrated.line("tosa.conv2d"))
        self.assertIn("input_mean", calibrated.line("tosa.depthwise_conv2d"))

    def test_patch_beyond_memory(self):
        """Moments that are not measured take no memory: here 720 GB."""
        size = 300_000
        self.model.write_text(f"""
func.func @main(%x: tensor<1x1x{size}xi8>) -> tensor<1x1x1xi8> {{
  {const("z", np.array([0]), "i8")}
  %w = "tosa.const"() <{{values = dense<3> : tensor<1x{size}x1xi8>}}>
    : () -> tensor<1x{size}x1xi8>
  %a = tosa.matmul %x, %w, %z, %z
    : (tensor<1x1x{size}xi8>, tensor<1x{size}x1xi8>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x1x1xi32>
  %y = rescale.requantize %a mul dense<1> : tensor<1xui1> shift [20]
    round half_up : tensor<1x1x1xi32> -> tensor<1x1x1xi8>
  return %y : tensor<1x1x1xi8>
}}
""")
        data = self.folder / "x.npy"
        np.save(data, np.full((2, 1, size), 1, np.int8))
        code, errors = self.run_main(
            *("calibrate", self.model, "-o", self.output, "--data", data)
        )
        self.assertEqual((code, errors), (0, ""))
        calibrated = Calibrated(self.output.read_text())
        self.assertNotIn("input_mean", calibrated.line("tosa.matmul"))
        self.assertIn("observed", calibrated.line("rescale.requantize"))

    def test_bytecode(self):
        self.calibrate(Network())
        text = self.output.read_text()
        self.output = self.folder / "calibrated.mlirbc"
        with self.assertRaises(UnicodeDecodeError):
            self.calibrate(Network())
        self.assertEqual(
            tools.run(
                "rescale-opt", [self.output, "--mlir-print-debuginfo"]
            ),
            text,
        )

    def check_error(
        self,
        message: str,
        data: list,
        text: str | None = None,
        samples: str = ":",
    ):
        self.model.write_text(Network().text if text is None else text)
        for i, values in enumerate(data):
            np.save(self.folder / f"{i}.npy", values)
        files = [f"--data={self.folder}/{i}.npy" for i in range(len(data))]
        code, errors = self.run_main(
            *("calibrate", self.model, "-o", self.output, *files),
            *("--samples", samples),
        )
        self.assertEqual(code, 1)
        self.assertIn(message, errors)
        self.assertFalse(self.output.exists())

    def test_errors(self):
        x, r = np.zeros((1, 6, 5, 2), np.int8), np.zeros((1, 3, 4), np.int8)
        self.check_error(
            f"requires at least one sample, got none in {self.folder}/0.npy",
            [x[:0], r],
        )
        self.check_error(
            "requires samples of shape (6, 5, 2) for input0, got an array of "
            "shape (1, 6, 5, 3)",
            [np.zeros((1, 6, 5, 3), np.int8), r],
        )
        self.check_error(
            "requires codes of type int8 for input0, got float64",
            [x.astype(np.float64), r],
        )
        self.check_error(
            "requires the same number of samples for every input, got 1, 2",
            [x, np.concatenate([r, r])],
        )
        self.check_error("requires data for each of 2 inputs, got 1", [x])
        self.check_error(
            "requires samples within 0:1, got 0:2", [x, r], None, "0:2"
        )
        self.check_error(
            "requires samples within 0:1, got 1:\n", [x, r], None, "1:"
        )
        self.check_error(
            "requires samples as START:STOP with START < STOP, got 1:1; as in "
            "64:4000",
            *([x, r], None, "1:1"),
        )
        self.check_error(
            "requires requantizations to calibrate, got "
            f"{self.model} without; give a quantized network",
            [r],
            "func.func @main(%x: tensor<1x3x4xi8>) -> tensor<1x3x4xi8> {\n"
            "return %x : tensor<1x3x4xi8>\n}",
        )
        self.check_error(
            "requires a multiple of 2 samples, the batch of the network, got "
            "3; choose other samples",
            [np.zeros((3, 4), np.int8)],
            "func.func @main(%x: tensor<2x4xi8>) -> tensor<2x4xi8> {\n"
            "%0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift "
            "[1] round floor : tensor<2x4xi8> -> tensor<2x4xi8>\n"
            "return %0 : tensor<2x4xi8>\n}",
        )
        with self.assertRaisesRegex(RescaleError, "^requires a model, got "):
            calibrate.calibrate("no.mlir", [x], self.output)
        with self.assertRaisesRegex(RescaleError, "^requires a readable file"):
            calibrate.calibrate(self.model, "no.npy", self.output)

    def test_no_inputs(self):
        self.model.write_text(
            "func.func @main() -> tensor<1xi8> {\n"
            "%c = arith.constant dense<9> : tensor<1xi32>\n"
            "%x = arith.addi %c, %c : tensor<1xi32>\n"
            "%0 = rescale.requantize %x mul dense<1> : tensor<1xui8> shift "
            "[1] round floor : tensor<1xi32> -> tensor<1xi8>\n"
            "return %0 : tensor<1xi8>\n}"
        )
        with self.assertRaisesRegex(RescaleError, "requires requantizations"):
            calibrate.calibrate(self.model, [], self.output)

    def test_output(self):
        self.model.write_text(Network().text)
        samples = self.folder / "x.npy"
        np.save(samples, np.zeros((1, 4), np.int8))
        for output, message in [
            (self.folder / "none" / "x.mlir", "requires a writable output"),
            (self.folder, "requires a file to write to, got "),
            (self.model, "requires a file of its own for the output, got "),
            (samples, "requires a file of its own for the output, got "),
        ]:
            with self.assertRaisesRegex(RescaleError, message):
                calibrate.calibrate(self.model, samples, output)
        self.assertEqual(self.model.read_text(), Network().text)


class Histogram(unittest.TestCase):
    def test_order(self):
        # Whatever comes first: bins are the narrowest that are few enough.
        generator = np.random.default_rng(7)
        values = np.concatenate(
            [
                generator.normal(0, 9999, 40000).astype(np.int64),
                np.array([-(1 << 40), (1 << 40) + 5]),
            ]
        )
        expected = calibrate.Histogram()
        expected.add(values)
        bits = expected.bin_bits
        self.assertEqual(
            dict(
                zip(
                    expected.bins.tolist(), expected.counts.tolist(), strict=True
                )
            ),
            count(values >> bits),
        )
        self.assertLessEqual(len(expected.bins), calibrate.BINS)
        self.assertGreater(
            len(np.unique(values >> (bits - 1))), calibrate.BINS
        )
        for _ in range(3):
            values = generator.permutation(values)
            other = calibrate.Histogram()
            for part in np.array_split(values, 17):
                other.add(part)
            self.assertEqual(other.bin_bits, bits)
            np.testing.assert_array_equal(other.bins, expected.bins)
            np.testing.assert_array_equal(other.counts, expected.counts)
            self.assertEqual(
                (other.low, other.high), (values.min(), values.max())
            )


if __name__ == "__main__":
    unittest.main()
