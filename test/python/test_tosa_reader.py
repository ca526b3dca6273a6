# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Reading TOSA as layer graphs: what is written is read, and errors."""

import contextlib
import io
import re
import tempfile
import unittest
from pathlib import Path

import numpy as np
import rescale
from rescale import RescaleError, tools
from rescale.network import evaluate, graph, tosa_reader, tosa_writer
from rescale.network.quantize import decompose, rescale_add

#: A convolution, an average pool and a flattening.
TEXT = """\
func.func @main(%x: tensor<1x4x4x2xi8> {rescale.scale = 0.5 : f64,
                                        rescale.zero_point = 3 : i64})
    -> (tensor<1x4xi8> {rescale.scale = 0.25 : f64,
                        rescale.zero_point = -1 : i64}) {
  %w = "tosa.const"() <{values = dense<WEIGHTS> : tensor<4x3x3x2xi8>}>
    : () -> tensor<4x3x3x2xi8>
  %b = "tosa.const"() <{values = dense<[1, -2, 3, -4]> : tensor<4xi32>}>
    : () -> tensor<4xi32>
  %zx = "tosa.const"() <{values = dense<3> : tensor<1xi8>}>
    : () -> tensor<1xi8>
  %z0 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}>
    : () -> tensor<1xi8>
  %shape = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>}
    : () -> !tosa.shape<2>
  %begin = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>}
    : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 4, 4, 2]> : tensor<4xindex>}
    : () -> !tosa.shape<4>
  %part = tosa.slice %x, %begin, %size
    : (tensor<1x4x4x2xi8>, !tosa.shape<4>, !tosa.shape<4>)
    -> tensor<1x4x4x2xi8>
  %sums = tosa.conv2d %part, %w, %b, %zx, %z0 {acc_type = i32,
      dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
      stride = array<i64: 1, 1>}
    : (tensor<1x4x4x2xi8>, tensor<4x3x3x2xi8>, tensor<4xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x2x2x4xi32>
  %y = rescale.requantize %sums mul dense<5> : tensor<1xui8> shift [8]
    round half_up zero_point -1 : tensor<1x2x2x4xi32> -> tensor<1x2x2x4xi8>
  %p = tosa.avg_pool2d %y, %z0, %z0 {acc_type = i32,
      kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>,
      stride = array<i64: 2, 2>}
    : (tensor<1x2x2x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x4xi8>
  %r = tosa.reshape %p, %shape
    : (tensor<1x1x1x4xi8>, !tosa.shape<2>) -> tensor<1x4xi8>
  return %r : tensor<1x4xi8>
}
"""

PAD = """\
  %around = tosa.const_shape {
      values = dense<[0, 0, 1, 0, 0, 0, 0, 0]> : tensor<8xindex>}
    : () -> !tosa.shape<8>
  %part = tosa.pad %x, %around, %zx
    : (tensor<1x4x4x2xi8>, !tosa.shape<8>, tensor<1xi8>)
    -> tensor<1x5x4x2xi8>
"""

#: A slice without the first row, and what follows from a pad by one.
SLICED = (
    ("dense<[0, 0, 0, 0]>", "dense<[0, 1, 0, 0]>"),
    ("dense<[1, 4, 4, 2]>", "dense<[1, 3, 4, 2]>"),
    ("-> tensor<1x4x4x2xi8>", "-> tensor<1x3x4x2xi8>"),
    ("(tensor<1x4x4x2xi8>, tensor<4x3", "(tensor<1x3x4x2xi8>, tensor<4x3"),
)
PADDED = (
    ("(tensor<1x4x4x2xi8>, tensor<4x3", "(tensor<1x5x4x2xi8>, tensor<4x3"),
    ("2x2x4xi", "3x2x4xi"),
    ("kernel = array<i64: 2, 2>", "kernel = array<i64: 3, 2>"),
)

SAME = """\
  %same = rescale.requantize %part mul dense<4> : tensor<1xui3> shift [2]
    round half_up input_zero_point 3 zero_point 3
    : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xi8>
"""

IDENTITY = """\
  %i = tosa.identity %y : (tensor<1x2x2x4xi8>) -> tensor<1x2x2x4xi8>
"""

AGAIN = """\
  %again = rescale.requantize %sums mul dense<5> : tensor<1xui8> shift [7]
    round half_up : tensor<1x2x2x4xi32> -> tensor<1x2x2x4xi8>
"""

CONSTANT = """\
  %c = tosa.clamp %zx {min_val = -1 : i8, max_val = 20 : i8}
    : (tensor<1xi8>) -> tensor<1xi8>
"""

POOL = "kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>"

CLAMP = """\
  %c = tosa.clamp %p {min_val = -1 : i8, max_val = 20 : i8}
    : (tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
"""

SUM = """\
  %wide = rescale.requantize %y mul dense<1> : tensor<1xui2> shift [0]
    round half_up input_zero_point -1
    : tensor<1x2x2x4xi8> -> tensor<1x2x2x4xi32>
  %bias = "tosa.const"() <{values = dense<7> : tensor<1x1x1x4xi32>}>
    : () -> tensor<1x1x1x4xi32>
  %t = tosa.add %wide, %bias
    : (tensor<1x2x2x4xi32>, tensor<1x1x1x4xi32>) -> tensor<1x2x2x4xi32>
"""

WEIGHTS = np.random.default_rng(0).integers(-127, 128, (4, 3, 3, 2), np.int8)


def every_layer(softmax: bool) -> graph.IntegerModel:
    """A network of every layer, one of whose tensors is cut off."""
    random = np.random.default_rng(1)
    layers = [
        graph.Conv2D(
            *("conv2d", "input", 8, (3, 3)), pad=(1, 1, 1, 1), relu=True
        ),
        graph.DepthwiseConv2D(
            *("depthwise_conv2d", "conv2d", (3, 3)),
            pad=(1, 1, 1, 1),
            relu=True,
            maximum=6.0,
        ),
        graph.Add("add", ("conv2d", "depthwise_conv2d"), relu=True),
        graph.MaxPool2D("max_pool2d", "add", (2, 2), (2, 2), (0, -1, 0, -1)),
        graph.Conv2D("conv2d_1", "max_pool2d", 12, (2, 2)),
        graph.AveragePool2D("average_pool2d", "conv2d_1", (3, 3), (3, 3)),
        graph.FullyConnected("dense", "average_pool2d", 5),
    ]
    tensors = {
        "input": graph.Quantization(0.5, 3),
        "conv2d": graph.Quantization(0.05, -128),
        "depthwise_conv2d": graph.Quantization(0.03, -100),
        "add": graph.Quantization(0.07, -128),
        "max_pool2d": graph.Quantization(0.07, -128),
        "conv2d_1": graph.Quantization(0.1, 12),
        "average_pool2d": graph.Quantization(0.1, 12),
        "dense": graph.Quantization(0.02, -7),
    }
    if softmax:
        layers.append(graph.Softmax("softmax", "dense"))
        tensors["softmax"] = graph.PROBABILITY
    network = graph.Network("input", (9, 9, 3), tuple(layers))
    shapes = network.shapes()
    weighted = {}
    for layer in layers:
        if not isinstance(layer, graph.Weighted):
            continue
        channels = shapes[layer.name][2]
        count = 1 if isinstance(layer, graph.FullyConnected) else channels
        scales = random.uniform(0.001, 0.002, count)
        real = tensors[layer.input].scale * scales / tensors[layer.name].scale
        weighted[layer.name] = graph.WeightedParameters(
            random.integers(
                *(-127, 128, layer.weight_shape(shapes[layer.input]), np.int8)
            ),
            scales,
            random.integers(-999, 999, channels, np.int32),
            decompose(real),
        )
    additions = {"add": rescale_add(0.05, 0.03, 0.07)}
    return graph.IntegerModel(network, tensors, weighted, additions)


class Reader(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "m.mlir")

    def read(self, text: str) -> graph.IntegerModel:
        self.path.write_text(text)
        return tosa_reader.read(self.path)

    def text(self, *changes: tuple[str, str]) -> str:
        text = TEXT
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        weights = WEIGHTS.tobytes().hex().upper()
        return text.replace("WEIGHTS", f'"0x{weights}"')

    def fails(self, message: str, *changes: tuple[str, str]) -> None:
        with self.assertRaisesRegex(RescaleError, f"^requires {message}"):
            self.read(self.text(*changes))

    def assert_codes(self, model: graph.IntegerModel) -> np.ndarray:
        """Compares a network with what the compiler makes of its file."""
        shape = (20, *model.network.input_shape)
        codes = np.random.default_rng(2).integers(-128, 128, shape, np.int8)
        result = evaluate.run_int8(model, codes)[model.network.output]
        with contextlib.redirect_stderr(io.StringIO()):
            expected = rescale.load(self.path)(codes)
        np.testing.assert_array_equal(result.reshape(expected.shape), expected)
        self.assertGreater(len(np.unique(expected)), 20)
        return expected

    def test_what_is_written(self):
        for softmax in (False, True):
            model = every_layer(softmax)
            actual = self.read(tosa_writer.write(model))
            self.assert_codes(actual)
            layers = list(zip(
                actual.network.layers, model.network.layers, strict=True
            ))
            for ours, theirs in layers:
                self.assertIs(type(ours), type(theirs))
                if isinstance(theirs, graph.Weighted):
                    np.testing.assert_array_equal(
                        actual.weighted[ours.name].weights,
                        model.weighted[theirs.name].weights,
                    )
            # What is known: both ends, and how operands are to a sum.
            for name in ("input", "dense"):
                scale = actual.tensors[name].scale
                self.assertAlmostEqual(
                    scale / model.tensors[name].scale, 1, delta=1e-9
                )
            ratios = [
                of.tensors["conv2d"].scale / of.tensors["add"].scale
                for of in (actual, model)
            ]
            self.assertAlmostEqual(*ratios, delta=1e-6)
            self.assertAlmostEqual(actual.tensors["conv2d_1"].scale, 8 / 140)
            # It is written as it was.
            again = self.read(tosa_writer.write(actual))
            np.testing.assert_array_equal(
                self.assert_codes(again), self.assert_codes(actual)
            )

    def test_text_and_bytecode(self):
        model = self.read(self.text())
        self.assert_codes(model)
        self.assertEqual(
            model.tensors["conv2d"], graph.Quantization(0.25, -1)
        )
        self.assertEqual(
            model.weighted["conv2d"].weight_scales.tolist(),
            [5 / 2**8 * 0.25 / 0.5],
        )
        bytecode = self.path.with_suffix(".mlirbc")
        tools.run(
            "rescale-opt", [self.path, "--emit-bytecode", "-o", bytecode]
        )
        other = tosa_reader.read(bytecode)
        self.assertEqual(other.network, model.network)
        # Constants may lie behind the network.
        hexadecimal = "01000000" + WEIGHTS.tobytes().hex()
        resources = (
            "{-# dialect_resources: {builtin: "
            f'{{w: "0x{hexadecimal}"}}}} #-}}\n'
        )
        other = self.read(
            self.text(("dense<WEIGHTS>", "dense_resource<w>")) + resources
        )
        actual = other.weighted["conv2d"].weights
        np.testing.assert_array_equal(actual, WEIGHTS)

    def test_slices_and_pads(self):
        """Slices cut off, pads put zero points around."""
        sliced = self.read(
            self.text(
                *SLICED,
                ("2x2x4xi", "1x2x4xi"),
                ("kernel = array<i64: 2, 2>", "kernel = array<i64: 1, 2>"),
            )
        )
        self.assertEqual(sliced.network.layers[0].pad, (-1, 0, 0, 0))
        self.assert_codes(sliced)
        start = TEXT.index("  %part"), TEXT.index("  %sums")
        padded = self.read(
            self.text(
                (TEXT[slice(*start)], PAD),
                *PADDED,
            )
        )
        self.assertEqual(padded.network.layers[0].pad, (1, 0, 0, 0))
        self.assert_codes(padded)
        self.fails(
            "slices and pads of height and width, by the zero point, got one",
            (TEXT[slice(*start)], PAD.replace("%zx", "%z0")),
            *PADDED,
        )

    def test_requantizations_to_the_same_codes(self):
        """They are left out, other ones are errors."""
        expected = self.read(self.text()).network
        start = ("  %sums", f"{SAME}  %sums"), ("%part, %w", "%same, %w")
        model = self.read(self.text(*start))
        self.assertEqual(model.network, expected)
        self.assert_codes(model)
        self.fails(
            "requantizations of what a layer accumulates, once, and of the "
            "operands of additions, got another one",
            *start,
            ("mul dense<4>", "mul dense<3>"),
        )

    def test_clamps(self):
        for clamp, relu, maximum in (
            ("-1, 127", True, None),
            ("-1, 20", True, 21 * 0.25),
            ("-128, 127", False, None),
        ):
            change = ("zero_point -1 :", f"zero_point -1 clamp [{clamp}] :")
            layer = self.read(self.text(change)).network.layers[0]
            self.assertEqual((layer.relu, layer.maximum), (relu, maximum))
        self.fails(
            "clamps that are a ReLU, from the zero point -1 on, got one from "
            "-5 to 20 in",
            ("zero_point -1 :", "zero_point -1 clamp [-5, 20] :"),
        )

    def test_errors(self):
        for message, *changes in (
            (
                "the scales of input and output, got none in .*m.mlir; import "
                "the network with rescale import, or add them with",
                ("rescale.scale = 0.5 : f64,", ""),
                ("rescale.zero_point = 3 : i64", ""),
            ),
            (
                "int8 codes of rank 2 or 4 and a batch of 1, got tensor<2x",
                ("tensor<1x4x4x2xi8>", "tensor<2x4x4x2xi8>"),
                ("[1, 4, 4, 2]", "[2, 4, 4, 2]"),
                ("<1x2x2x4x", "<2x2x2x4x"),
                ("<1x1x1x4x", "<2x1x1x4x"),
                ("tensor<1x4x", "tensor<2x4x"),
                ("dense<[1, 4]>", "dense<[2, 4]>"),
            ),
            (
                "average pools of codes, without zero points, got others",
                ("%y, %z0, %z0", "%y, %zx, %zx"),
            ),
            (
                "convolutions that subtract the zero point of their input, 3, "
                "got 0",
                ("%zx, %z0 {acc", "%z0, %z0 {acc"),
            ),
            (
                "convolutions without dilation, of symmetric weights, got "
                r"dilation \(1, 1\) and a zero point of 3",
                ("%zx, %z0 {acc", "%zx, %zx {acc"),
            ),
            (
                "requantizations of signed numbers by multiplicands of 31 "
                "bits, with one addend, got another one",
                (
                    "round half_up",
                    "round addend addends [3] negative_addends [4]",
                ),
            ),
            (
                "requantizations of what a layer accumulates, once, and of "
                "the operands of additions, got another one",
                ("half_up", "half_up input_zero_point 1"),
            ),
            (
                "requantizations of what a layer accumulates, once, and ",
                ("  %p =", f"{AGAIN}  %p ="),
            ),
            (
                "requantizations of what a layer accumulates, once, and ",
                ("dense<5> : tensor<1xui8>", "dense<[5, 6]> : tensor<2xui8>"),
                ("shift [8]", "shift [8, 8] axis 1"),
            ),
            (
                "depthwise convolutions with as many outputs as inputs, got 2",
                ("tosa.conv2d", "tosa.depthwise_conv2d"),
                ("tensor<4x3x3x2xi8>", "tensor<3x3x2x2xi8>"),
                ("dense<WEIGHTS>", "dense<1>"),
            ),
            (
                "constant parameters, got computed ones",
                ("%part, %w, %b,", "%part, %part, %b,"),
                ("tensor<4x3x3x2xi8>, ten", "tensor<1x4x4x2xi8>, ten"),
                ("tensor<4xi32>", "tensor<1xi32>"),
                ("dense<[1, -2, 3, -4]>", "dense<1>"),
                ("<1x2x2x4x", "<1x1x1x1x"),
                ("kernel = array<i64: 2, 2>", "kernel = array<i64: 1, 1>"),
                ("<1x1x1x4x", "<1x1x1x1x"),
                ("tensor<1x4xi8>", "tensor<1x1xi8>"),
                ("dense<[1, 4]>", "dense<[1, 1]>"),
            ),
            (
                "tensors in int8 between layers, got another one, or a const",
                ("  %p =", f"{CONSTANT}  %p ="),
            ),
            (
                "layers that fit, got others: layer average_pool2d requires "
                "windows within the input",
                (POOL, POOL.replace("0, 0, 0, 0", "1, 1, 1, 1")),
                ("tensor<1x1x1x4xi8>", "tensor<1x2x2x4xi8>"),
                ("dense<[1, 4]>", "dense<[1, 16]>"),
                ("tensor<1x4xi8>", "tensor<1x16xi8>"),
            ),
            (
                "reshape to flatten, got one to \\[2, 2\\]",
                ("dense<[1, 4]>", "dense<[2, 2]>"),
                ("tensor<1x4xi8>", "tensor<2x2xi8>"),
            ),
            (
                "operations of add, .* slice, and a softmax at the end, got "
                "identity in",
                ("  %p =", f"{IDENTITY}  %p ="),
            ),
            (
                "additions of two computed tensors, after rescales, got a",
                ("  %p =", f"{SUM}  %p ="),
            ),
            (
                "clamps of what a convolution, a fully connected layer or an "
                "addition gives, which nothing else uses",
                ("  %r = tosa.reshape %p", f"{CLAMP}  %r = tosa.reshape %c"),
            ),
            (
                "tensors that are padded or sliced once, got both, by ",
                *SLICED,
                ("1, 1>, pad = array<i64: 0,", "1, 1>, pad = array<i64: 1,"),
            ),
            (
                "constants that are there, got only w in",
                ("dense<WEIGHTS>", "dense_resource<w>"),
            ),
            (
                "a network whose last layer gives the output, got the output "
                "of input",
                ("tosa.reshape %p", "tosa.reshape %x"),
                (
                    "(tensor<1x1x1x4xi8>, !tosa",
                    "(tensor<1x4x4x2xi8>, !tosa",
                ),
                ("[1, 4]", "[1, 32]"),
                ("tensor<1x4xi8>", "tensor<1x32xi8>"),
            ),
        ):
            with self.subTest(message):
                self.fails(message, *changes)

    def test_errors_of_files(self):
        with self.assertRaisesRegex(
            RescaleError, "requires a model, got .*m.mlir, which is no file"
        ):
            tosa_reader.read(self.path)
        self.path.write_bytes(b"\0\0\0\0TOSA")
        with self.assertRaisesRegex(
            RescaleError,
            "requires TOSA as MLIR, got .*m.mlir, a flatbuffer; run rescale "
            "import on it",
        ):
            tosa_reader.read(self.path)
        with self.assertRaises(RescaleError) as caught:
            self.read("nothing")
        self.assertIn("error: ", caught.exception.details)
        for text, message in (
            (TEXT * 2, "one function with one block, got others"),
            (
                TEXT.replace("main(", "main(%other: tensor<1xi8>, "),
                "a network of one input and one output, got another number",
            ),
        ):
            text = text.replace("WEIGHTS", "1").replace("@main", "@first", 1)
            with self.assertRaisesRegex(RescaleError, f"requires {message}"):
                self.read(text)

    def test_errors_of_softmax(self):
        text = tosa_writer.write(every_layer(softmax=True))
        one = re.compile(r"dense<(-1010580540|35)>")
        for number in one.findall(text):
            with self.assertRaisesRegex(
                RescaleError,
                "requires TensorFlow Lite's softmax, as the last layer, got "
                "other operations in .*m.mlir; compile it without training",
            ):
                self.read(text.replace(f"dense<{number}>", "dense<17>"))

    def test_softmax_of_the_input(self):
        network = graph.Network(
            "input", (1, 1, 5), (graph.Softmax("softmax", "input"),)
        )
        tensors = {
            "input": graph.Quantization(0.5, 3),
            "softmax": graph.PROBABILITY,
        }
        model = graph.IntegerModel(network, tensors, {}, {})
        with self.assertRaisesRegex(
            RescaleError,
            "requires a softmax of what a layer gives, got another one in",
        ):
            self.read(tosa_writer.write(model))

    def test_tables_of_softmax(self):
        """TensorFlow's are in single precision here and there."""
        for scale in (0.171853, 0.0146, 1.3):
            single = float(np.float32(scale))
            table = evaluate.softmax_table(single)
            find = tosa_reader._find_softmax_scale
            self.assertEqual(find(table), single)
            self.assertTrue(
                np.array_equal(
                    evaluate.softmax_table(
                        find(evaluate.softmax_table(scale))
                    )[:257],
                    evaluate.softmax_table(scale)[:257],
                )
            )
            other = table.copy()
            other[:256:3] += other[:256:3] >> 22
            other[other < 30] = 0
            self.assertEqual(find(other), single)
            other[255] += other[255] >> 10
            self.assertIsNone(find(other))


if __name__ == "__main__":
    unittest.main()
