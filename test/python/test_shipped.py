# REQUIRES: numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The shipped model's file, and the arithmetic and quantization behind it."""

import os
import random
import re
import subprocess
import tempfile
import unittest
from fractions import Fraction
from pathlib import Path

import numpy as np
from rescale import RescaleError, arrays, files
from rescale.network import evaluate, graph, quantize, tosa_writer
from rescale.shipped import MODEL_PATH, parameters


def rescale_exactly(value: int, multiplier: int, shift: int) -> int:
    """TOSA's apply_scale_32 with double rounding, in unbounded integers."""
    addend = 2 ** (shift - 1)
    if shift > 31:
        addend += 2**30 if value >= 0 else -(2**30)
    return (value * multiplier + addend) // 2**shift


class CommittedModel(unittest.TestCase):
    def test_is_what_the_parameters_give(self):
        self.assertEqual(
            tosa_writer.write(parameters.load_int8()),
            MODEL_PATH.read_text(),
            "digits.mlir is stale; write it again with python -m "
            "rescale.shipped.train --load-parameters digits.npz "
            "--output digits.mlir",
        )

    def test_is_valid_tosa(self):
        subprocess.run(
            [
                "mlir-opt",
                "--tosa-validate=strict-op-spec-alignment",
                str(MODEL_PATH),
                "-o",
                "/dev/null",
            ],
            check=True,
        )

    def test_has_every_kind_of_layer(self):
        text = MODEL_PATH.read_text()
        for operation in (
            "conv2d",
            "depthwise_conv2d",
            "add",
            "max_pool2d",
            "avg_pool2d",
            "clamp",
        ):
            self.assertIn(f"= tosa.{operation} ", text)
        self.assertEqual(len(re.findall("per_channel = true", text)), 6)
        self.assertEqual(len(re.findall("per_channel = false", text)), 9)


class Arithmetic(unittest.TestCase):
    def test_rescale_is_double_rounding(self):
        edges = [-(2**31), -(2**31) + 1, -1, 0, 1, 2**31 - 1]
        generator = random.Random(0)
        for shift in range(2, 63):
            for multiplier in (0, 1, 2**30, 2**30 + 1, 2**31 - 1):
                values = edges + [
                    generator.randrange(-(2**31), 2**31) for _ in range(20)
                ]
                by = graph.Rescale(
                    np.array([multiplier], np.int32),
                    np.array([shift], np.int8),
                )
                self.assertEqual(
                    evaluate.rescale(np.array(values), by).tolist(),
                    [rescale_exactly(v, multiplier, shift) for v in values],
                )

    def test_rescale_per_channel(self):
        by = graph.Rescale(
            np.array([2**30, 2**30], np.int32), np.array([30, 33], np.int8)
        )
        # 12 / 8 is half-way between 1 and 2; the second addend decides.
        values = np.array([[12, 12], [-12, -12]])
        self.assertEqual(
            evaluate.rescale(values, by).tolist(), [[12, 2], [-12, -2]]
        )

    def test_rescale_refuses_more_than_int32(self):
        by = graph.Rescale(np.array([1], np.int32), np.array([2], np.int8))
        with self.assertRaisesRegex(
            OverflowError,
            "requires accumulators within int32, got 0 .. 2147483648",
        ):
            evaluate.rescale(np.array([0, 2**31]), by)

    def test_average_rounds_half_away(self):
        network = graph.Network(
            "x", (2, 2, 1), (graph.GlobalAveragePool("y", "x"),)
        )
        quantization = graph.Quantization(1.0, 3)
        model = graph.IntegerModel(
            network, {"x": quantization, "y": quantization}, {}, {}
        )
        codes = np.random.default_rng(0).integers(
            -128, 128, (5000, 2, 2, 1), np.int8
        )
        codes[0], codes[1] = -128, 127
        sums = codes.sum(axis=(1, 2, 3), dtype=int).tolist()
        expected = [(abs(s) + 2) // 4 * (1 if s >= 0 else -1) for s in sums]
        means = evaluate.run_int8(model, codes)["y"].ravel().tolist()
        self.assertEqual(means, expected)

    def test_relu_clamps_at_the_zero_point(self):
        one = graph.Rescale(
            np.array([2**30], np.int32), np.array([30], np.int8)
        )
        network = graph.Network(
            "x", (1, 1, 1), (graph.Conv2D("y", "x", 1, (1, 1), relu=True),)
        )
        model = graph.IntegerModel(
            network,
            {"x": graph.Quantization(1.0, 0), "y": graph.Quantization(1.0, 5)},
            {
                "y": graph.WeightedParameters(
                    np.ones((1, 1, 1, 1), np.int8),
                    np.ones(1),
                    np.zeros(1, np.int32),
                    one,
                )
            },
            {},
        )
        codes = np.array([-9, 9], np.int8).reshape(2, 1, 1, 1)
        result = evaluate.run_int8(model, codes)["y"].ravel().tolist()
        self.assertEqual(result, [5, 14])
        self.assertIn("min_val = 5 : i8", tosa_writer.write(model))


class Quantization(unittest.TestCase):
    def test_range_holds_zero(self):
        for low, high, zero_point in (
            (0.0, 5.1, -128),
            (1.0, 5.1, -128),
            (-5.1, 0.0, 127),
            (-2.55, 2.55, 0),
            (-1.0, 4.1, -78),
            (0.0, 0.0, -128),
        ):
            result = quantize.quantize_range(low, high)
            self.assertEqual(result.zero_point, zero_point)
            self.assertGreater(result.scale, 0)

    def test_decompose(self):
        generator = random.Random(1)
        scales = [2.0 ** generator.uniform(-30, 28) for _ in range(1000)]
        by = quantize.decompose(np.array(scales))
        for scale, m, s in zip(
            scales, by.multiplier.tolist(), by.shift.tolist(), strict=True
        ):
            self.assertLessEqual(2**30, m)
            error = abs(Fraction(m, 2**s) - Fraction(scale))
            self.assertLessEqual(error, Fraction(1, 2 ** (s + 1)))

    def test_decompose_next_to_a_power_of_two(self):
        by = quantize.decompose(np.array([np.nextafter(0.5, 0)]))
        self.assertEqual((by.multiplier[0], by.shift[0]), (2**30, 31))

    def test_decompose_refuses_other_shifts(self):
        for scale, shift in ((2.0**29, 1), (2.0**-33, 63)):
            with self.assertRaisesRegex(
                ValueError,
                rf"requires a shift of 2 \.\. 62, got {shift} for the scale "
                rf"{re.escape(f'{scale:g}')}; check the ranges",
            ):
                quantize.decompose(np.array([scale]))

    def test_add_of_all_code_pairs(self):
        network = graph.Network("x", (1, 1, 1), (graph.Add("y", ("x", "z")),))
        one = np.arange(-128, 128, dtype=np.int8)
        first, second = np.meshgrid(one, one)
        for scales in ((0.1, 0.1), (0.1, 0.037), (0.02, 0.1)):
            model = graph.IntegerModel(
                network,
                {
                    "x": graph.Quantization(scales[0], -128),
                    "z": graph.Quantization(scales[1], 11),
                    "y": graph.Quantization(0.13, -7),
                },
                {},
                {"y": quantize.rescale_add(*scales, 0.13)},
            )
            codes = evaluate.add(
                model.additions["y"],
                [first.reshape(-1, 1), second.reshape(-1, 1)],
                [model.tensors["x"], model.tensors["z"]],
                model.tensors["y"],
            )
            real = scales[0] * (first + 128.0) + scales[1] * (second - 11.0)
            exact = np.clip(real / 0.13 - 7, -128, 127).ravel()
            # Half a code of rounding, and what 20 bits of widening lose.
            self.assertLess(np.abs(codes.ravel() - exact).max(), 0.5 + 1e-4)

    def test_channel_without_weights(self):
        network = graph.Network(
            "x", (1, 1, 1), (graph.Conv2D("y", "x", 2, (1, 1)),)
        )
        weights = np.array([0, 1], np.float32).reshape(2, 1, 1, 1)
        model = graph.FloatModel(
            network, {"y": weights}, {"y": np.array([2, 0], np.float32)}
        )
        quantized = quantize.quantize(
            model, {"y": (0.0, 2.55)}, graph.Quantization(0.01, 0)
        )
        codes = np.array([100], np.int8).reshape(1, 1, 1, 1)
        result = evaluate.run_int8(quantized, codes)["y"].ravel().tolist()
        self.assertEqual(result, [200 - 128, 100 - 128])


class Errors(unittest.TestCase):
    def shapes(self, *layers: graph.Layer):
        graph.Network("x", (8, 8, 1), layers).shapes()

    def test_stride_must_divide(self):
        with self.assertRaisesRegex(
            ValueError,
            "layer y requires a stride that divides the distance its kernel "
            "travels, got stride 2 and distance 5; change the padding",
        ):
            self.shapes(graph.Conv2D("y", "x", 1, (3, 3), stride=(2, 2)))

    def test_operands_must_agree(self):
        with self.assertRaisesRegex(
            ValueError,
            r"layer z requires operands of one shape, got \(8, 8, 1\) and "
            r"\(1, 1, 1\)",
        ):
            self.shapes(
                graph.GlobalAveragePool("y", "x"), graph.Add("z", ("x", "y"))
            )

    def test_fully_connected_must_follow_a_pool(self):
        with self.assertRaisesRegex(
            ValueError,
            "layer y requires an input of height and width 1, got 8x8; "
            "pool it first",
        ):
            self.shapes(graph.FullyConnected("y", "x", 10))

    def test_failure_leaves_nothing_behind(self):
        def fail(file):
            file.write(b"half")
            raise OSError("full")

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.mlir")
            path.write_text("before")
            with self.assertRaisesRegex(OSError, "full"):
                files.write_atomically(path, fail)
            self.assertEqual(list(Path(folder).iterdir()), [path])
            self.assertEqual(path.read_text(), "before")

    def test_only_files_are_replaced(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            paths = [folder, folder / "pipe", folder / "lost", folder / "to"]
            os.mkfifo(folder / "pipe")
            (folder / "lost").symlink_to("nothing")
            (folder / "to").symlink_to("pipe")
            for path, what in zip(
                paths,
                ["a directory", "no regular file",
                 "a link that leads nowhere", "no regular file"],
                strict=True,
            ):
                for write in (
                    lambda path: files.write_file(path, self.fail),
                    arrays.check_place,
                ):
                    with self.assertRaisesRegex(
                        RescaleError,
                        f"^requires a file to write to, got {path}, which is "
                        f"{what}; choose another name$",
                    ):
                        write(path)
            self.assertTrue((folder / "pipe").is_fifo())

    def test_links_stay(self):
        with tempfile.TemporaryDirectory() as name:
            path, link = Path(name, "file"), Path(name, "link")
            path.write_text("before")
            link.symlink_to("file")
            files.write_file(link, lambda file: file.write(b"after"))
            self.assertTrue(link.is_symlink())
            self.assertEqual(path.read_text(), "after")


if __name__ == "__main__":
    unittest.main()
