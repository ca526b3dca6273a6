# REQUIRES: tflite
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Reading .tflite files as layer graphs: operators, padding, and errors."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs.flatbuffer import Operator, Tensor, constant, write
from rescale import RescaleError
from rescale.network import evaluate, graph, tflite_reader

RELU, RELU6, TANH = 1, 3, 4
SAME, VALID = 0, 1


def weights(*shape: int, dtype=np.int8) -> Tensor:
    values = np.arange(np.prod(shape)).reshape(shape) % 11 - 5
    return constant(values.astype(dtype), 0.25)


class Reader(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "m.tflite")

    def read(self, *args):
        self.path.write_bytes(write(*args))
        return tflite_reader.read(self.path)

    def convolution(self, options=None, size=4, **change):
        """A 3x3 convolution with bias: its result is tensor 3."""
        tensors = {
            "x": Tensor((1, size, size, 2)),
            "w": weights(4, 3, 3, 2),
            "b": constant(np.arange(4, dtype=np.int32), 0.125),
            "y": Tensor((1, size, size, 4), zero_points=(3,)),
            **change,
        }
        options = {"StrideH": 1, "StrideW": 1, "Padding": SAME,
                   **(options or {})}
        return (
            list(tensors.values()),
            [Operator("CONV_2D", [0, 1, 2], [3], options)],
            [0],
            [3],
        )

    def layer(self, **options):
        (layer,) = self.read(*self.convolution(options)).network.layers
        return layer

    def test_padding(self):
        """As TensorFlow has it: the rest of SAME goes behind."""
        self.assertEqual(self.layer().pad, (1, 1, 1, 1))
        self.assertEqual(self.layer(Padding=VALID).pad, (0, 0, 0, 0))
        strided = self.layer(StrideH=2, StrideW=2)
        self.assertEqual((strided.pad, strided.stride), ((0, 1, 0, 1), (2, 2)))
        # 4 - 3 is 1: the last row and column are not reached.
        strided = self.layer(StrideH=2, StrideW=2, Padding=VALID)
        self.assertEqual(strided.pad, (0, -1, 0, -1))

    def test_activations(self):
        layer = self.layer(FusedActivationFunction=RELU)
        self.assertEqual((layer.relu, layer.maximum), (True, None))
        layer = self.layer(FusedActivationFunction=RELU6)
        self.assertEqual((layer.relu, layer.maximum), (True, 6.0))

    def test_all_operators(self):
        """A network of each, against a computation without the graph."""
        tensors = [
            Tensor((1, 4, 4, 2), zero_points=(1,)),
            constant(np.array([[0, 0], [1, 0], [0, 1], [0, 0]], np.int32)),
            Tensor((1, 5, 5, 2), zero_points=(1,)),
            weights(1, 2, 2, 2),
            Tensor((1, 4, 4, 2), scales=(1.0,)),
            Tensor((1, 4, 4, 2), scales=(0.75,)),
            Tensor((1, 2, 2, 2), scales=(0.75,)),
            Tensor((1, 1, 1, 2), scales=(0.75,)),
            constant(np.array([1, 2], np.int32)),
            Tensor((1, 2), scales=(0.75,)),
            weights(3, 2),
            Tensor((1, 3), scales=(0.1,)),
            Tensor((1, 3), scales=(1 / 256,), zero_points=(-128,)),
        ]
        pool = {"FilterHeight": 2, "FilterWidth": 2, "StrideH": 2,
                "StrideW": 2, "Padding": VALID}
        valid = {"StrideH": 1, "StrideW": 1, "Padding": VALID,
                 "DepthMultiplier": 1}
        model = self.read(
            tensors,
            [
                Operator("PAD", [0, 1], [2]),
                Operator("DEPTHWISE_CONV_2D", [2, 3], [4], valid),
                Operator("ADD", [0, 4], [5],
                         {"FusedActivationFunction": RELU}),
                Operator("MAX_POOL_2D", [5], [6], pool),
                Operator("AVERAGE_POOL_2D", [6], [7], pool),
                Operator("RESHAPE", [7, 8], [9]),
                Operator("FULLY_CONNECTED", [9, 10], [11]),
                Operator("SOFTMAX", [11], [12], {"Beta": 1.0}),
            ],
            [0],
            [12],
        )
        self.assertEqual(
            [type(layer) for layer in model.network.layers],
            [
                graph.DepthwiseConv2D,
                graph.Add,
                graph.MaxPool2D,
                graph.AveragePool2D,
                graph.FullyConnected,
                graph.Softmax,
            ],
        )
        self.assertEqual(model.network.layers[0].pad, (1, 0, 0, 1))
        codes = np.random.default_rng(0).integers(
            -128, 128, (5, 4, 4, 2), np.int8
        )
        values = evaluate.run_int8(model, codes)
        real = 0.5 * (codes.astype(float) - 1)
        padded = np.pad(real, ((0, 0), (1, 0), (0, 1), (0, 0)))
        kernel = 0.25 * tensors[3].values[0].astype(float)
        sums = sum(
            padded[:, i : i + 4, j : j + 4] * kernel[i, j]
            for i in (0, 1)
            for j in (0, 1)
        )
        sums = np.clip(sums, -128, 127)
        codes = values["depthwise_conv2d"]
        # Double rounding adds 2^30 of 2^33 to the half.
        self.assertLessEqual(np.abs(codes - sums).max(), 0.625)
        total = np.clip((real + codes) / 0.75, 0, 127)
        self.assertLessEqual(np.abs(values["add"] - total).max(), 0.5001)
        self.assertEqual(values["softmax"].shape, (5, 1, 1, 3))

    def test_fully_connected_of_an_image(self):
        model = self.read(
            [
                Tensor((1, 2, 3, 2)),
                constant(np.array([1, 12], np.int32)),
                Tensor((1, 12)),
                weights(5, 12),
                Tensor((1, 5), scales=(4.0,)),
            ],
            [
                Operator("RESHAPE", [0, 1], [2]),
                Operator("FULLY_CONNECTED", [2, 3], [4]),
            ],
            [0],
            [4],
        )
        (layer,) = model.network.layers
        self.assertIsInstance(layer, graph.Conv2D)
        codes = np.arange(12, dtype=np.int8).reshape(1, 2, 3, 2)
        expected = weights(5, 12).values.astype(int) @ np.arange(12)
        expected = np.floor(0.5 * 0.25 / 4 * expected + 0.5)
        actual = evaluate.run_int8(model, codes)["dense"]
        self.assertEqual(actual.ravel().tolist(), expected.tolist())

    def test_float(self):
        tensors, *rest = self.convolution(
            x=Tensor((1, 4, 4, 2), "float32"),
            w=weights(4, 3, 3, 2, dtype=np.float32),
            b=constant(np.ones(4, np.float32)),
            y=Tensor((1, 4, 4, 4), "float32"),
        )
        model = self.read(tensors, *rest)
        self.assertIsInstance(model, graph.FloatModel)
        self.assertEqual(model.weights["conv2d"].dtype, np.float32)
        self.assertEqual(model.biases["conv2d"].tolist(), [1.0] * 4)

    def test_scales_that_tensorflow_lite_drops(self):
        scales = (0.25, 2.0**-33, 0.25, 0.25)
        tensors, *rest = self.convolution(
            w=constant(np.ones((4, 3, 3, 2), np.int8), *scales)
        )
        model = self.read(tensors, *rest)
        multipliers = model.weighted["conv2d"].rescale.multiplier
        self.assertEqual(
            [m > 0 for m in multipliers], [True, False, True, True]
        )

    def fails(self, text, *args):
        with self.assertRaisesRegex(
            RescaleError,
            f"requires .*{text}.*m.tflite(; compile it without training it, "
            "or train it from PyTorch)?",
        ):
            self.read(*args)

    def test_errors_of_layers(self):
        for options, text in (
            ({"DilationHFactor": 2}, r"without dilation.*dilation \(2, 1\)"),
            ({"FusedActivationFunction": TANH}, "NONE, RELU and RELU6, got"),
        ):
            with self.subTest(text):
                self.fails(text, *self.convolution(options))
        for change, text in (
            ({"x": Tensor((1, 4, 4, 2), "int16")}, "int8 with one scale, or"),
            ({"x": Tensor((4, 4, 2))}, r"rank 2 or 4, got shape \[4, 4, 2\]"),
            ({"y": Tensor((1, 4, 4, 4), "float32")}, "float, got both, flo"),
            (
                {"w": Tensor((4, 3, 3, 2), "int16", (), (),
                             np.ones((4, 3, 3, 2), np.int16))},
                "parameters of float, int8 or int32, got others, tensor2",
            ),
            (
                {"w": Tensor((4, 3, 3, 2), "int8", (0.5,) * 4, (0, 0, 1, 0),
                             np.ones((4, 3, 3, 2), np.int8))},
                "a scale for each channel, or one, got others in conv2d",
            ),
            ({"w": Tensor((4, 3, 3, 2))}, "constant parameters of float"),
            (
                {"y": Tensor((1, 4, 4, 4), scales=(2.0**-40,))},
                "scales that TOSA's shifts give, got others: requires a shift",
            ),
        ):
            with self.subTest(text):
                self.fails(text, *self.convolution(**change))

    def one(self, name, options=None, shape=(1, 2, 2, 2), inputs=(0,)):
        tensors = [
            Tensor((1, 4, 4, 2)),
            Tensor(shape),
            constant(np.array([[1, 0], [0, 0], [0, 0], [0, 0]], np.int32)),
            constant(np.ones((1, 4, 4, 2), np.int8), 0.5),
            weights(1, 2, 2, 4),
        ]
        return tensors, [Operator(name, inputs, [1], options or {})], [0], [1]

    def test_errors_of_operators(self):
        pool = {"FilterHeight": 2, "FilterWidth": 2, "StrideH": 2,
                "StrideW": 2, "Padding": VALID}
        window = {"StrideH": 1, "StrideW": 1, "DepthMultiplier": 2}
        for args, text in (
            (self.one("TANH"), "operators of ADD, .*SOFTMAX, got TANH in"),
            (self.one("RESHAPE", shape=(1, 2, 16)), "to flatten, got one to"),
            (self.one("PAD", inputs=(0, 2)), "PAD of height and width, got"),
            (self.one("ADD", inputs=(0, 3)), "ADD of two computed tensors, g"),
            (self.one("SOFTMAX", {"Beta": 2.0}), "SOFTMAX with beta 1, got 2"),
            (
                self.one(
                    "MAX_POOL_2D", {**pool, "FusedActivationFunction": RELU}
                ),
                "pools without an activation and PAD, got MAX_POOL_2D with",
            ),
            (
                self.one("DEPTHWISE_CONV_2D", window, inputs=(0, 4)),
                "as many outputs as inputs, got .* 4 outputs of 2 inputs",
            ),
            (self.one("SOFTMAX", inputs=(3,)), "softmax at the end, got SOFT"),
            (
                self.one(
                    "AVERAGE_POOL_2D", {**pool, "FilterHeight": 3, "Padding": 0}
                ),
                r"within their input, got padding \(0, 1, 0, 0\)",
            ),
        ):
            with self.subTest(text):
                self.fails(text, *args)

    def test_pools_that_rescale(self):
        tensors, *rest = self.one(
            "MAX_POOL_2D",
            {"FilterHeight": 2, "FilterWidth": 2, "StrideH": 2, "StrideW": 2,
             "Padding": VALID},
        )
        tensors[1] = Tensor((1, 2, 2, 2), scales=(0.6,))
        self.fails(
            "pools that keep scale and zero point, got others in max_pool2d",
            *(tensors, *rest),
        )

    def test_errors_of_networks(self):
        tensors, operators, inputs, outputs = self.convolution()
        self.fails(
            "one input and one output, got 2 and 1",
            *(tensors, operators, [0, 3], outputs),
        )
        self.fails(
            "computes its output, got none", tensors, [], inputs, outputs
        )
        again = Operator("SOFTMAX", [0], [4], {"Beta": 1.0})
        self.fails(
            "whose last layer gives the output, got the output of conv2d",
            [*tensors, Tensor((1, 4, 4, 2))],
            *([*operators, again], inputs, outputs),
        )

    def test_damaged(self):
        content = write(*self.convolution())
        for count in (0, 7, 60, len(content) // 2):
            self.path.write_bytes(content[:count])
            with self.assertRaisesRegex(
                RescaleError, "requires a TensorFlow Lite file, got .*m.tflite"
            ):
                tflite_reader.read(self.path)
        with self.assertRaisesRegex(RescaleError, "requires a readable model"):
            tflite_reader.read(self.path.with_name("none.tflite"))


if __name__ == "__main__":
    unittest.main()
