# REQUIRES: numpy
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""rescale eval, rescale.evaluate, and the statistics behind them."""

import contextlib
import gzip
import io
import json
import math
import os
import shutil
import struct
import sys
import tempfile
import threading
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import numpy as np
import rescale
from Inputs.patience import setUpModule  # noqa: F401
from rescale import (
    RescaleError,
    cli,
    data,
    estimates,
    evaluation,
    model,
    progress,
)
from rescale.data import Conversion
from rescale.evaluation import NO_LOGITS, Build, Evaluator, Logits
from rescale.interface import Interface, Port
from rescale.model import Model

# y = clamp(x * m * 2^-s), of four values with scale 1/4 and zero point -8.
SCALED = """
func.func @main(%x: tensor<1x4xi8> {{rescale.scale = 0.25 : f64,
                                     rescale.zero_point = -8 : i64}})
    -> (tensor<1x4xi8> {{rescale.scale = 0.25 : f64,
                         rescale.zero_point = -8 : i64}}) {{
  %m = "tosa.const"() <{{values = dense<{0}> : tensor<1xi32>}}> : () -> tensor<1xi32>
  %s = "tosa.const"() <{{values = dense<{1}> : tensor<1xi8>}}> : () -> tensor<1xi8>
  %z = "tosa.const"() <{{values = dense<-8> : tensor<1xi8>}}> : () -> tensor<1xi8>
  %0 = tosa.rescale %x, %m, %s, %z, %z {{input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}} : (tensor<1x4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4xi8>
  return %0 : tensor<1x4xi8>
}}
"""

IDENTITY = SCALED.format(1 << 30, 30)
HALVED = SCALED.format(1 << 29, 30)

EXP = """
func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = tosa.exp %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}
"""

FLOAT = """
func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  return %x : tensor<1x4xf32>
}
"""

INPUT = Port("input", np.dtype(np.int8), (1, 4), 0.25, -8)
LOADER = """
from __future__ import annotations

import dataclasses
import typing

import numpy as np

class Two:
    def __init__(self, text):
        self.count = int(text)
    def __len__(self):
        return self.count
    def samples(self, start, stop):
        return [np.eye(4, dtype=np.int8)[np.arange(start, stop) % 4]]
    def labels(self, start, stop):
        return np.arange(start, stop) % 4

class Short(Two):
    def samples(self, start, stop):
        return [super().samples(start, stop)[0][1:]]

class Broken:
    def __init__(self, text):
        raise ValueError("no such thing")

class Nothing:
    def __init__(self, text):
        pass

@dataclasses.dataclass
class Annotated:
    text: str
    kind: typing.ClassVar[str] = "kind"
    def __len__(self):
        return int(self.text)
    def samples(self, start, stop):
        return Two(self.text).samples(start, stop)
    def labels(self, start, stop):
        return np.arange(start, stop) % 4
"""


def fake(function, outputs: Port = INPUT, inputs: Port = INPUT) -> Model:
    """A model that computes a function of its only input's runs."""

    def run(runs, arrays, results):
        results[0][:] = function(arrays[0])

    named = Port("output", *list(vars(outputs).values())[1:])
    return Model(Interface((inputs,), (named,)), run)


class Statistics(unittest.TestCase):
    def test_means(self):
        a, b = np.array([1.0, 2, 4, 9]), np.array([1.0, 1, 5, 5])
        found = estimates.paired_means(a, b)
        self.assertEqual((found.value, found.reference), (4.0, 3.0))
        self.assertEqual(found.difference, 1.0)
        # Of the differences 0, 1, -1, 4, whose variance is 14 / 3.
        self.assertAlmostEqual(
            found.difference_standard_error, math.sqrt(14 / 3 / 4)
        )
        self.assertAlmostEqual(found.z, 1 / math.sqrt(14 / 3 / 4))
        self.assertAlmostEqual(found.standard_error, math.sqrt(38 / 3 / 4))

    def test_differences_without_spread(self):
        a = np.array([1.0, 2, 3])
        self.assertEqual(estimates.paired_means(a, a).z, 0.0)
        self.assertIsNone(estimates.paired_means(a + 1, a).z)
        single = estimates.paired_means(a[:1], a[:1])
        self.assertIsNone(single.standard_error)
        self.assertEqual(single.z, 0.0)

    def test_areas(self):
        # Against sums over all pairs, as DeLong et al. define them.
        generator = np.random.default_rng(0)
        labels = (generator.random(60) < 0.3).astype(int)
        scores = [np.round(generator.normal(labels, 1), 1) for _ in range(2)]
        found = estimates.areas(labels, *scores)
        wins = [
            np.sign(s[labels == 1][:, None] - s[labels == 0][None]) / 2 + 0.5
            for s in scores
        ]
        self.assertTrue((wins[0] == 0.5).any())
        self.assertAlmostEqual(found.value, wins[0].mean())
        self.assertAlmostEqual(found.reference, wins[1].mean())

        def error(w):
            above, below = w.mean(axis=1), w.mean(axis=0)
            return math.sqrt(
                above.var(ddof=1) / len(above)
                + below.var(ddof=1) / len(below)
            )

        self.assertAlmostEqual(found.standard_error, error(wins[0]))
        self.assertAlmostEqual(
            found.difference_standard_error, error(wins[0] - wins[1])
        )
        self.assertAlmostEqual(
            found.z, (wins[0] - wins[1]).mean() / error(wins[0] - wins[1])
        )

    def test_divergence(self):
        p = np.array([[0.5, 0.5, 0.0]])
        q = np.array([[0.25, 0.5, 0.25]])
        with np.errstate(divide="ignore"):
            found = estimates.divergence(np.log(p), np.log(q))
        np.testing.assert_allclose(found, [0.5 * math.log(2)])
        # Where exp would overflow, and where shares are below any double.
        far = np.array([[1e4, 0.0]])
        np.testing.assert_allclose(
            estimates.divergence(
                estimates.log_softmax(far[:, ::-1]),
                estimates.log_softmax(far),
            ),
            [1e4],
        )


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

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
            self.assertEqual(cli.main(["eval", *arguments]), 1)
        self.assertEqual(sorted(self.folder.rglob("*")), before)
        self.assertNotIn("Traceback", output.getvalue())
        return output.getvalue()


class Api(Folder):
    """Metrics of functions, whose figures are known."""

    def setUp(self):
        super().setUp()
        generator = np.random.default_rng(1)
        self.data = generator.integers(-60, 60, (700, 4), np.int8)
        self.labels = np.argmax(self.data, axis=1)

    def test_top1(self):
        wrong = self.labels.copy()
        wrong[:35] = (wrong[:35] + 1) % 4
        result = rescale.evaluate(
            fake(lambda x: x), self.data, wrong, fake(lambda x: -x)
        )
        reference = np.argmax(-self.data.astype(int), axis=1) == wrong
        self.assertEqual((result.metric, result.n), ("top1", 700))
        self.assertEqual(result.value, 665 / 700)
        self.assertEqual(result.reference, reference.mean())
        self.assertEqual(
            result.counts["only_reference"] - result.counts["only_model"],
            reference.sum() - 665,
        )
        self.assertAlmostEqual(
            result.difference, result.value - result.reference
        )

    def test_equal_networks(self):
        evaluator = Evaluator(
            self.data, self.labels, metric=("top1", "mse"),
            reference=fake(lambda x: x),
        )
        evaluation = evaluator.evaluate(fake(lambda x: x))
        self.assertEqual(evaluation["top1"].value, 1.0)
        self.assertEqual(evaluation["top1"].z, 0.0)
        self.assertEqual(evaluation["mse"].value, 0.0)
        self.assertEqual(evaluation.codes.codes, 0)
        self.assertEqual(evaluation.codes.of, 2800)
        # The reference is not run again.
        evaluator.reference.model._runner = None
        other = evaluator.evaluate(fake(lambda x: x + 1))
        self.assertEqual(other.codes.codes, 2800)
        self.assertEqual(other.codes.largest, 1)
        self.assertEqual(other["mse"].value, 0.0625)

    def test_mean_squared_error(self):
        real = (self.data + 8.0) / 4
        network = fake(lambda x: x // 2)
        result = rescale.evaluate(network, self.data, metric="mse")
        expected = np.mean((((self.data // 2) + 8.0) / 4 - real) ** 2)
        self.assertAlmostEqual(result.value, expected)
        self.assertIsNone(result.reference)
        # Against labels of the output's shape, and another network.
        result = rescale.evaluate(
            network, self.data, real, fake(lambda x: x), metric="mse"
        )
        self.assertAlmostEqual(result.value, expected)
        self.assertEqual(result.reference, 0.0)
        result = rescale.evaluate(
            network, self.data, None, fake(lambda x: x), metric="mse",
            target="reference",
        )
        self.assertAlmostEqual(result.value, expected)
        self.assertIsNone(result.reference)

    def test_real_values(self):
        # What is between two codes is part of the error.
        real = np.full((3, 4), 1.1)
        result = rescale.evaluate(
            fake(lambda x: x), real, metric="mse",
            conversion=Conversion("real"),
        )
        self.assertAlmostEqual(result.value, 0.1**2)
        normalized = rescale.evaluate(
            fake(lambda x: x), real * 2 + 3, metric="mse",
            conversion=Conversion("real", 0, 3.0, 2.0),
        )
        self.assertAlmostEqual(normalized.value, 0.1**2)

    def test_area(self):
        one = Port("output", np.dtype(np.int8), (1, 1), 0.25, -8)
        labels = (self.data[:, 0] > 5).astype(int)
        result = rescale.evaluate(
            fake(lambda x: x[:, :1], one), self.data, labels, metric="auc"
        )
        self.assertEqual(result.value, 1.0)
        result = rescale.evaluate(
            fake(lambda x: x), self.data, labels, metric="auc",
            score="output:1",
        )
        self.assertLess(result.value, 0.6)
        # The error of a reconstruction that knows no large values.
        result = rescale.evaluate(
            fake(lambda x: np.minimum(x, 5)), self.data, labels,
            metric="auc",
        )
        self.assertGreater(result.value, 0.65)

    def test_divergence(self):
        real = (self.data + 8.0) / 4
        shares = np.exp(real) / np.exp(real).sum(axis=1, keepdims=True)
        halves = np.exp(real / 2)
        halves /= halves.sum(axis=1, keepdims=True)
        expected = np.mean(np.sum(shares * np.log(shares / halves), axis=1))
        half = fake(lambda x: (x.astype(int) + 8) // 2 - 8)
        even = (self.data // 2 * 2).astype(np.int8)
        real = (even + 8.0) / 4
        shares = np.exp(real) / np.exp(real).sum(axis=1, keepdims=True)
        halves = np.exp(real / 2)
        halves /= halves.sum(axis=1, keepdims=True)
        expected = np.mean(np.sum(shares * np.log(shares / halves), axis=1))
        result = rescale.evaluate(
            half, even, None, fake(lambda x: x), metric="kl"
        )
        self.assertAlmostEqual(result.value, expected)
        self.assertIsNone(result.reference)
        # Paired, with a float network as what it is measured to.
        floats = Port("input", np.dtype(np.float32), (1, 4))
        result = rescale.evaluate(
            half, even, None, fake(lambda x: x), metric="kl",
            float_reference=fake(lambda x: x, floats, floats),
        )
        self.assertAlmostEqual(result.value, expected, places=5)
        self.assertAlmostEqual(result.reference, 0.0, places=6)
        self.assertIn("softmax of output", result.definition)

    def test_probabilities(self):
        codes = Port("output", np.dtype(np.int8), (1, 4), 1 / 256, -128)
        network = fake(
            lambda x: np.array([[127, -127, -128, -128]] * len(x)), codes
        )
        result = rescale.evaluate(
            network, self.data, None,
            fake(lambda x: np.array([[-64] * 4] * len(x)), codes),
            metric="kl", logits=NO_LOGITS,
        )
        q = np.array([255, 1, 0.5, 0.5]) / 257
        self.assertAlmostEqual(
            result.value, np.mean(np.log(0.25 / q))
        )
        self.assertIn("0 as half a code", result.definition)

    def test_processes_and_parts(self):
        files = [self.write("x.npy", self.data), self.write("y.npy",
                                                            self.labels)]
        one, two = (
            Evaluator(
                *files, metric=("top1", "mse"), jobs=jobs,
                samples=(10, None), reference=fake(lambda x: -x),
            ).evaluate(fake(lambda x: x // 3)).record()
            for jobs in (1, 2)
        )
        self.assertEqual(one, two)
        self.assertEqual(one["results"][0]["n"], 690)

    def test_error_in_a_process(self):
        def fail(x):
            raise RescaleError("the network ended with status 7")

        with self.assertRaisesRegex(RescaleError, "status 7"):
            rescale.evaluate(
                fake(fail), self.data, metric="mse", jobs=2
            )

    def test_float_outputs_are_finite(self):
        floats = Port("input", np.dtype(np.float32), (1, 4))
        for value in (np.nan, np.inf):
            for metric in ("top1", "mse"):
                with self.assertRaisesRegex(
                    RescaleError, "requires finite outputs of the model, got"
                ):
                    rescale.evaluate(
                        fake(lambda x, v=value: np.full(x.shape, v), floats, floats),
                        self.data.astype(np.float32), self.labels,
                        metric=metric,
                    )

    def test_batches(self):
        three = Port("input", np.dtype(np.int8), (3, 4), 0.25, -8)
        network = fake(lambda x: x, three, three)
        result = rescale.evaluate(
            network, self.data[:300], self.labels[:300]
        )
        self.assertEqual((result.n, result.value), (300, 1.0))
        with self.assertRaisesRegex(
            RescaleError, "requires a multiple of 3 samples, .* got 700"
        ):
            rescale.evaluate(network, self.data, self.labels)

    def test_errors(self):
        network = fake(lambda x: x)
        big = fake(lambda x: np.repeat(x, 2, 1),
                   Port("output", np.dtype(np.int8), (1, 8), 0.25, -8))
        other = fake(lambda x: x, INPUT,
                     Port("input", np.dtype(np.int8), (1, 4), 0.5, 0))
        for message, options in (
            ("metrics of top1, mse, auc, kl, got f1", {"metric": "f1"}),
            ("each metric once, got none", {"metric": ()}),
            ("each metric once, got mse, mse", {"metric": ("mse", "mse")}),
            ("a reference for kl, got none", {"metric": "kl"}),
            ("a target of auto, .*, got x", {"target": "x"}),
            ("a score of output, .*, got x", {"score": "x"}),
            ("at least 1 process, got 0", {"jobs": 0}),
            ("data for each of 1 inputs, got 2",
             {"data": [self.data, self.data]}),
            ("data or a loader, got neither", {"data": None}),
            ("labels for top1, got none", {"labels": None}),
            ("a label for each of 700 samples, got 699",
             {"labels": self.labels[1:]}),
            ("labels of 0 to 3, the outputs, got 4",
             {"labels": self.labels + 1}),
            ("labels of 0 to 3, the outputs, got -1",
             {"labels": self.labels - 1}),
            ("a whole number as the label of each sample, got float64",
             {"labels": self.labels / 2}),
            ("at least one sample, got none in data",
             {"data": self.data[:0]}),
            ("at least one sample, got none in labels",
             {"labels": self.labels[:0]}),
            ("samples within 0:700, got 600:701", {"samples": (600, 701)}),
            ("samples within 0:700, got 700:$", {"samples": (700, None)}),
            ("samples as START:STOP with START < STOP, got 9:9; as in ",
             {"samples": (9, 9)}),
            ("samples as START:STOP with START < STOP, got :0; as in ",
             {"samples": (None, 0)}),
            (r"samples of shape \(4\) for input, got an array of shape "
             r"\(350, 8\)",
             {"data": self.data.reshape(-1, 8), "labels": None}),
            ("an array of samples, got a single number in data",
             {"data": np.array(3)}),
            ("codes of type int8 for input, got int16",
             {"data": self.data.astype(np.int16)}),
            ("pixels of type uint8, got int8",
             {"conversion": Conversion("pixels")}),
            ("a zero point of -128 to take pixels for input, got -8",
             {"data": self.data.view(np.uint8),
              "conversion": Conversion("pixels")}),
            ("values of -128 .. 127 for input, got .* after adding 100",
             {"conversion": Conversion(offset=100)}),
            ("finite samples, got nan",
             {"data": np.full((9, 4), np.nan), "labels": self.labels[:9],
              "conversion": Conversion("real")}),
            ("an array of numbers, got <U1",
             {"data": np.full((9, 4), "a"), "labels": self.labels[:9]}),
            ("samples of both labels for auc, got 700 of 1 and 0 of 0",
             {"metric": "auc", "labels": np.ones(700, int)}),
            ("labels of 0 and 1 for auc, got",
             {"metric": "auc", "labels": self.labels}),
            ("one output or two for auc, got 4; choose with --score",
             {"metric": "auc", "score": "output"}),
            ("a score of output 0 to 3, got 4",
             {"metric": "auc", "score": "output:4"}),
            ("a float network as target of mse, got none",
             {"metric": "mse", "target": "float"}),
            ("a target of 4 values for mse, got 1",
             {"metric": "mse", "target": "labels"}),
            ("finite targets for mse, got nan",
             {"metric": "mse", "labels": np.full((700, 4), np.nan)}),
            ("as many outputs as the reference for kl, got 4 and 8",
             {"metric": "kl", "reference": big}),
            ("the scale and zero point of input for the model too, got 0.25 "
             "and -8, not 0.5 and 0", {"reference": other}),
            ("a layer of the reference with scale 0.5 and zero point 3 whose "
             "softmax is its output, got none",
             {"metric": "kl", "reference": network,
              "logits": Logits("", 0.5, 3)}),
            ("one of the outputs output of the model, got x; name it",
             {"output": "x"}),
        ):
            with self.subTest(message), self.assertRaisesRegex(
                RescaleError, f"requires {message}"
            ):
                rescale.evaluate(
                    network,
                    **{"data": self.data, "labels": self.labels} | options,
                )

    def test_more_errors(self):
        with self.assertRaisesRegex(
            RescaleError, "requires something to compare outputs with for mse"
        ):
            rescale.evaluate(
                fake(lambda x: x[:, :1],
                     Port("output", np.dtype(np.int8), (1, 1), 0.25, -8)),
                self.data, metric="mse",
            )
        with self.assertRaisesRegex(
            RescaleError, "requires an output for each class for top1, got 1"
        ):
            rescale.evaluate(
                fake(lambda x: x[:, :1],
                     Port("output", np.dtype(np.int8), (1, 1), 0.25, -8)),
                self.data, self.labels,
            )
        no_scale = Port("input", np.dtype(np.int8), (1, 4))
        for model, message in (
            (fake(lambda x: x, no_scale), "for real values, got a model"),
            (fake(lambda x: x, INPUT, no_scale), "to quantize real values"),
        ):
            with self.assertRaisesRegex(RescaleError, message):
                rescale.evaluate(
                    model, self.data, metric="mse",
                    conversion=Conversion("real"),
                )
        floats = Port("input", np.dtype(np.float32), (1, 4))
        with self.assertRaisesRegex(
            RescaleError, "requires real values for input of type float32, "
            "got pixels of type int8; give --real"
        ):
            rescale.evaluate(
                fake(lambda x: x, floats, floats), self.data, metric="mse",
                conversion=Conversion("pixels"),
            )

    def test_conversions(self):
        for options, message in (
            ({"kind": "x"}, "values of codes, pixels or real, got x"),
            ({"kind": "real", "offset": 1}, "no offset for values of real"),
            ({"mean": 1.0}, "real values for a mean and deviation, got codes"),
            ({"kind": "real", "deviation": 0.0}, "a deviation that is not 0"),
            ({"kind": "real", "mean": math.nan}, "a finite mean"),
        ):
            with self.subTest(message), self.assertRaisesRegex(
                RescaleError, message
            ):
                Conversion(**options)

    def test_offsets(self):
        # Sums that fit are exact, and others are known, however wide.
        full = np.full((2, 4), 2**64 - 1, np.uint64)
        moved = Conversion(offset=1 - 2**64).codes(full, INPUT)
        self.assertEqual(moved.tolist(), [[0] * 4] * 2)
        self.assertEqual(moved.dtype, np.int8)
        for values, offset, found in (
            (full, 1, 2**64),
            (np.zeros((2, 4), np.uint8), 10**20, 10**20),
        ):
            with self.assertRaisesRegex(
                RescaleError,
                f"^requires values of -128 .. 127 for input, got {found} .. "
                f"{found} after adding {offset}; choose another --offset$",
            ):
                Conversion(offset=offset).codes(values, INPUT)

    def test_rounding(self):
        # Ties away from zero, and clamped.
        port = Port("input", np.dtype(np.int8), (1, 6), 0.5, 3)
        codes = Conversion("real").codes(
            np.array([[0.25, -0.25, 0.2, 0.75, 100.0, -1e9]]), port
        )
        self.assertEqual(codes.tolist(), [[4, 2, 3, 5, 127, -128]])


class Files(Folder):
    """Each format, read in parts and as a whole."""

    PORT = Port("input", np.dtype(np.int8), (1, 2, 3, 1))

    def setUp(self):
        super().setUp()
        generator = np.random.default_rng(3)
        self.values = generator.integers(-128, 128, (5, 2, 3), np.int8)

    def check(self, name: str, values: np.ndarray, port=PORT) -> None:
        table = data.open_samples(name, port)
        self.assertEqual(len(table), len(values))
        self.assertEqual(table[1:3].dtype, values.dtype)
        np.testing.assert_array_equal(
            np.squeeze(table[1:3]), np.squeeze(values[1:3])
        )

    def compress(self, name: str) -> str:
        content = (self.folder / name).read_bytes()
        return self.write(f"{name}.gz", gzip.compress(content))

    def test_npy(self):
        self.check(self.write("x.npy", self.values), self.values)
        self.check(self.compress("x.npy"), self.values)
        self.check(self.write("s.npy", self.values[:, None]), self.values)
        # Its rows are not one after the other, and it has no batch.
        self.check(self.write("f.npy", np.asfortranarray(self.values)),
                   self.values)
        self.check(self.compress("f.npy"), self.values)
        for array, message in (
            (self.values[0], "got an array of shape (2, 3) in"),
            (np.zeros((0, 2, 3)), "at least one sample, got none in"),
            (np.full((5, 2, 3), "a"), "array of numbers"),
        ):
            with self.assertRaises(RescaleError) as raised:
                data.open_samples(self.write("w.npy", array), self.PORT)
            self.assertIn(message, str(raised.exception))
        objects = self.values.astype(object)
        path = str(self.folder / "o.npy")
        np.save(path, objects, allow_pickle=True)
        with self.assertRaisesRegex(
            RescaleError,
            f"^requires one array of numbers, got objects in {path}; convert "
            "it, as numpy.stack does where each object is an array$",
        ):
            data.open_samples(path, self.PORT)
        broken = self.write("b.npy", b"\x93NUMPY\1\0")
        with self.assertRaisesRegex(RescaleError, "one array of numbers"):
            data.open_samples(broken, self.PORT)

    def test_npz(self):
        path = str(self.folder / "x.npz")
        np.savez_compressed(path, x=self.values, y=np.arange(5))
        self.check(f"{path}:x", self.values)
        np.testing.assert_array_equal(
            data.open_labels(f"{path}:y")[:], np.arange(5)
        )
        for name in (path, f"{path}:z"):
            with self.assertRaisesRegex(
                RescaleError, "the name of an array after a colon, one of x, "
                "y, got"
            ):
                data.open_samples(name, self.PORT)
        columns = str(self.folder / "columns.npz")
        np.savez(columns, np.asfortranarray(self.values))
        self.check(columns, self.values)
        single = str(self.folder / "one.npz")
        np.savez(single, x=self.values)
        self.check(single, self.values)

    def test_raw(self):
        raw = self.values.tobytes()
        for name in ("x.i8", "x.bin"):
            self.check(self.write(name, raw), self.values)
        self.check(self.compress("x.i8"), self.values)
        self.check(self.write("x.u8", raw), self.values.view(np.uint8))
        wide = self.values.astype("<i2")
        self.check(self.write("x.i16", wide.tobytes()), wide)
        floats = self.values.astype("<f4")
        self.check(self.write("x.f32", floats.tobytes()), floats)
        with self.assertRaisesRegex(
            RescaleError, "requires a multiple of 6 bytes, the size of a "
            r"sample for input, got 29 in .*x.i8"
        ):
            data.open_samples(self.write("x.i8", raw[1:]), self.PORT)
        with self.assertRaisesRegex(RescaleError, "got none in .*x.i8"):
            data.open_samples(self.write("x.i8", b""), self.PORT)

    def test_idx(self):
        pixels = self.values.view(np.uint8)
        header = struct.pack(">BBBBIII", 0, 0, 8, 3, 5, 2, 3)
        self.write("x-idx3-ubyte", header + pixels.tobytes())
        self.check(str(self.folder / "x-idx3-ubyte"), pixels)
        self.check(self.compress("x-idx3-ubyte"), pixels)
        wide = self.values.astype(">i2")
        header = struct.pack(">BBBBIII", 0, 0, 0x0B, 3, 5, 2, 3)
        self.check(self.write("w.idx", header + wide.tobytes()),
                   wide.astype(np.int16))
        labels = self.write(
            "y-idx1-ubyte", struct.pack(">BBBBI", 0, 0, 8, 1, 3) + b"\7\2\1"
        )
        self.assertEqual(data.open_labels(labels)[:].tolist(), [7, 2, 1])
        for content in (b"", b"\0\0\10\1", header + wide.tobytes()[1:]):
            path = self.write("broken-ubyte", content)
            with self.assertRaisesRegex(
                RescaleError, "requires samples as .npy, .npz, .bin, .i8"
            ):
                data.open_samples(path, self.PORT)
            with self.assertRaisesRegex(
                RescaleError, "requires labels as .txt, .csv, .npy"
            ):
                data.open_labels(path)

    def test_cifar(self):
        port = Port("input", np.dtype(np.int8), (1, 32, 32, 3))
        generator = np.random.default_rng(4)
        images = generator.integers(0, 256, (5, 32, 32, 3), np.uint8)
        records = np.hstack([
            np.arange(5, dtype=np.uint8)[:, None],
            images.transpose(0, 3, 1, 2).reshape(5, -1),
        ])
        self.write("x.bin", records.tobytes())
        for path in (str(self.folder / "x.bin"), self.compress("x.bin")):
            self.check(f"cifar10:{path}", images, port)
            self.assertEqual(
                data.open_labels(f"cifar10:{path}")[1:4].tolist(), [1, 2, 3]
            )
        with self.assertRaisesRegex(
            RescaleError, r"an input of shape \(32, 32, 3\) for"
        ):
            data.open_samples(f"cifar10:{path}", self.PORT)
        # It is not taken for raw values.
        with self.assertRaisesRegex(RescaleError, "as in cifar10:FILE"):
            data.open_samples(path, port)
        short = self.write("s.bin", records.tobytes()[1:])
        with self.assertRaisesRegex(
            RescaleError, "a multiple of 3073 bytes, .* got 15364 in"
        ):
            data.open_samples(f"cifar10:{short}", port)

    def test_labels(self):
        for name, content in (
            ("y.txt", "3\n 1\n\n2"),
            ("y.csv", "a.png,10,3\nb.png,10,1\nc.png,10,2\n"),
            ("y.i8", bytes([3, 1, 2])),
            ("y.npy", np.array([3, 1, 2])),
        ):
            labels = data.open_labels(self.write(name, content))
            self.assertEqual(labels[:].tolist(), [3, 1, 2])
        self.assertEqual(
            data.open_labels(self.compress("y.txt"))[1:].tolist(), [1, 2]
        )
        for name, content, message in (
            ("y.txt", "1\n1.5\n", "as label, got '1.5' in line 2 of"),
            ("y.csv", "name,classes,label\n",
             "after the last comma as label, got 'label' in line 1 of"),
            ("y.txt", b"\xff\n", "labels as text, got"),
            ("y.txt", "", "at least one sample, got none in"),
            ("y.npy", np.array(3), "for each sample, got a single number"),
            ("y.txt", "9" * 400, "of at most 18 digits as label, got '999"),
            ("y.txt", "9" * 5000, "of at most 18 digits as label, got '999"),
            ("y.txt", "1_0\n", "as label, got '1_0' in line 1 of"),
            ("y.i32", b"\0" * 41,
             "requires a multiple of 4 bytes, the size of a label, got 41 in "
             ".*y.i32; write whole labels as int32"),
        ):
            with self.subTest(message), self.assertRaisesRegex(
                RescaleError, message
            ):
                data.open_labels(self.write(name, content))

    def npy(self, shape: str) -> bytes:
        """A file of one byte, whatever its shape is."""
        header = (
            f"{{'descr': '|i1', 'fortran_order': False, 'shape': {shape}}}\n"
        )
        size = struct.pack("<H", len(header))
        return b"\x93NUMPY\1\0" + size + header.encode() + b"0"

    def npz(self, method: int, at: int = 0, change: bytes = b"") -> bytes:
        """An archive with bytes changed in it.

        at: from its start, or from that of the member's last header.
        """
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as archive:
            archive.writestr("x.npy", self.npy("(1,)"))
        content = bytearray(file.getvalue())
        if at < 30:
            at += content.index(b"PK\1\2")
        content[at : at + len(change)] = change
        return bytes(content)

    def test_damaged(self):
        whole = gzip.compress(self.values.tobytes())
        stored = self.npz(zipfile.ZIP_STORED)
        huge = "(0, 9223372036854775807, 9223372036854775807)"
        for name, content in (
            ("cut.i8.gz", whole[:-9]),
            ("none.i8.gz", b"x"),
            ("tail.i8.gz", whole[:-1] + b"x"),
            ("none.npz", b"x"),
            ("cut.npz", stored[:-30]),
            ("start.npz", stored[20:]),
            ("encrypted.npz", self.npz(zipfile.ZIP_STORED, 8, b"\1")),
            ("method.npz", self.npz(zipfile.ZIP_STORED, 10, b"\x63")),
            ("deflated.npz",
             self.npz(zipfile.ZIP_DEFLATED, 36, b"\xff" * 20)),
            ("bzip2.npz", self.npz(zipfile.ZIP_BZIP2, 36, b"\xff" * 20)),
            ("lzma.npz", self.npz(zipfile.ZIP_LZMA, 46, b"\xff" * 20)),
            ("magic.npy", b"\x93NUMPY\1\0"),
            ("dimensions.npy", self.npy(f"({'1, ' * 70})")),
            ("huge.npy", self.npy(huge)),
            ("long.npy", self.npy("(9223372036854775807, 2, 3)")),
            ("huge-idx",
             struct.pack(">4B3I", 0, 0, 8, 3, 2**32 - 1, 2**32 - 1, 0)),
        ):
            path = self.write(name, content)
            for read in (data.open_source, data.open_labels):
                with (
                    self.subTest(name, read=read),
                    self.assertRaisesRegex(
                        RescaleError,
                        "^requires (an undamaged file|a readable file|one "
                        f"array of numbers), got {path}: .*",
                    ),
                ):
                    read(path)

    def test_pipe(self):
        for name, content in (
            ("pipe.i8", self.values.tobytes()),
            ("pipe.i8.gz", gzip.compress(self.values.tobytes())),
        ):
            path = self.folder / name
            os.mkfifo(path)
            writer = threading.Thread(target=path.write_bytes, args=[content])
            writer.start()
            self.check(str(path), self.values)
            writer.join()


class Command(Folder):
    def setUp(self):
        super().setUp()
        self.model = self.write("halved.mlir", HALVED)
        self.reference = self.write("identity.mlir", IDENTITY)
        generator = np.random.default_rng(2)
        data = generator.integers(-128, 128, (300, 4), np.int8)
        self.data = self.write("x.npy", data)
        self.labels = self.write(
            "y.txt", "".join(f"{y}\n" for y in np.argmax(data, axis=1))
        )

    def run_eval(self, *arguments: str) -> tuple[str, dict]:
        output = io.StringIO()
        path = self.folder / "out.json"
        with contextlib.redirect_stdout(output):
            self.assertEqual(
                cli.main(["eval", *arguments, "--json", str(path)]), 0
            )
        return output.getvalue(), json.loads(path.read_text())

    def test_table_and_json(self):
        table, record = self.run_eval(
            self.model, "--data", self.data, "--labels", self.labels,
            "--reference", self.reference, "--metric", "top1,mse,kl",
        )
        self.assertRegex(table, r"^metric +samples +model +reference")
        self.assertRegex(table, r"\ntop1 +300 .* % +100.00 \+- 0.00 % ")
        self.assertIn("have the same class", table)
        self.assertIn("output codes differ, by at most", table)
        self.assertEqual(record["format"], "rescale-eval")
        self.assertEqual(record["model"]["file"], self.model)
        self.assertEqual(len(record["reference"]["sha256"]), 64)
        self.assertEqual(
            [one["metric"] for one in record["results"]],
            ["top1", "mse", "kl"],
        )

    def test_options_of_the_compiler(self):
        _, record = self.run_eval(
            self.model, "--data", self.data, "--metric", "mse",
            "--narrow=8", "--one-shift", "--backend=c",
        )
        self.assertEqual(record["model"]["narrow"], "8")
        self.assertEqual(record["model"]["options"], ["--one-shift"])
        self.assertEqual(record["model"]["backend"], "c")

    @unittest.skipUnless(
        shutil.which("qemu-system-arm") and shutil.which("arm-none-eabi-gcc"),
        "requires QEMU and a compiler for Cortex-M",
    )
    def test_processes_with_an_emulator(self):
        _, record = self.run_eval(
            self.model, "--data", self.data, "--labels", self.labels,
            "--reference", self.model, "--metric", "top1", "-j2",
            "--backend=c", "--target=cortex-m4",
        )
        self.assertEqual(record["results"][0]["value"], 1.0)
        self.assertEqual(record["differing"]["codes"], 0)

    def test_compiled_float_network(self):
        floats = self.write("float.mlir", FLOAT)
        _, record = self.run_eval(
            self.reference, "--data", self.data, "--metric", "kl",
            "--float-reference", floats,
        )
        self.assertLess(record["results"][0]["value"], 1e-6)
        # Real values go into both.
        real = self.write("real.npy", np.full((5, 4), 1.1))
        _, record = self.run_eval(
            self.reference, "--data", real, "--real", "--metric", "mse",
            "--reference", floats,
        )
        self.assertAlmostEqual(record["results"][0]["value"], 0.01)
        self.assertLess(record["results"][0]["reference"], 1e-12)

    def test_nothing_to_change(self):
        """A float network must not pass for one of few bits."""
        floats = self.write("float.mlir", FLOAT)
        for option, message in (
            ("--snap=4",
             "requires layers with integer weights that can be snapped, got "
             f"none in '{floats}'; quantize the model, or leave out --snap"),
            ("--narrow=4",
             f"requires requantizations to narrow to 4 bits, got {floats} "
             "without; quantize the model, or leave out --narrow"),
        ):
            self.assertIn(
                f"error: {message}\n",
                self.fails([floats, option, "--data", self.data, "--real",
                            "--metric=mse"]),
            )

    def test_loader(self):
        loader = self.write("loader.py", LOADER)
        _, record = self.run_eval(
            self.reference, "--data", "10", "--loader", f"{loader}:Two",
            "--metric", "top1",
        )
        self.assertEqual(record["results"][0]["value"], 1.0)
        self.assertEqual(record["results"][0]["n"], 10)
        # Its annotations are looked up in its module.
        _, record = self.run_eval(
            self.reference, "--data", "10", "--loader", f"{loader}:Annotated",
            "--metric", "top1",
        )
        self.assertEqual(record["results"][0]["n"], 10)
        wrong = self.write("wrong.py", "import nothing_of_the_kind\n")
        self.assertIn(
            f"got {wrong}:Two: ModuleNotFoundError: ",
            self.fails([
                self.reference, "--metric=top1", f"--loader={wrong}:Two"
            ]),
        )
        self.assertNotIn(str(Path(wrong).resolve()), sys.modules)
        for name, message in (
            ("Short", "requires 10 samples of the loader from 0, got 9"),
            ("Broken", "got .*Broken: ValueError: no such thing"),
            ("Nothing", "without __len__ and samples"),
            ("Missing", "has no attribute 'Missing'"),
        ):
            self.assertRegex(
                self.fails([
                    self.reference, "--data", "10", "--metric=top1",
                    "--loader", f"{loader}:{name}",
                ]),
                message,
            )
        self.assertIn(
            "requires a loader as MODULE:CLASS or FILE.py:CLASS, got x",
            self.fails([self.model, "--metric=mse", "--loader=x"]),
        )
        with mock.patch.object(sys, "path", [str(self.folder), *sys.path]):
            _, record = self.run_eval(
                self.reference, "--data", "3", "--loader=loader:Two",
                "--metric", "top1",
            )
        self.assertEqual(record["results"][0]["n"], 3)

    def test_errors(self):
        given = [self.model, "--data", self.data, "--labels", self.labels]
        short = self.write("short.txt", "1\n2\n")
        for message, arguments in (
            ("requires a label for each of 300 samples, got 2; take the "
             "labels of this data", ["--labels", short, "--metric=top1"]),
            ("requires metrics of top1, mse, auc, kl, got f1",
             ["--metric=f1"]),
            ("requires samples as START:STOP, got 5",
             ["--metric=top1", "--samples=5"]),
            ("requires samples as START:STOP, got 999",
             ["--metric=top1", f"--samples={'9' * 5000}:"]),
            ("requires samples as START:STOP, got -1:",
             ["--metric=top1", "--samples=-1:"]),
            ("requires samples within 0:300, got 350:\n",
             ["--metric=top1", "--samples=350:"]),
            ("requires samples as START:STOP with START < STOP, got 5:5; as "
             "in 64:4000", ["--metric=top1", "--samples=5:5"]),
            ("requires bits from 1 to 16 for --snap, got 17",
             ["--metric=top1", "--snap=17"]),
            ("requires bits from 1 to 16 for --snap, got 17",
             ["--metric=top1", f"--reference={self.reference}",
              "--reference-option=--snap=17"]),
            ("requires a readable file, got missing.npy: No such file",
             ["--labels=missing.npy", "--metric=top1"]),
            ("requires a model, got missing.mlir, which is no file",
             ["--reference=missing.mlir", "--metric=top1"]),
            ("requires logits as LAYER:SCALE:ZERO_POINT, output or none, got "
             "dense", ["--metric=top1", "--logits=dense"]),
            ("requires --normalize as MEAN,DEVIATION, got 1",
             ["--metric=top1", "--normalize=1"]),
            ("requires real values to normalize, got --pixels",
             ["--metric=top1", "--normalize=0,1", "--pixels"]),
            ("requires lossless, off or a number of bits",
             ["--metric=top1", "--narrow=x"]),
            ("Unknown command line argument '--lables=y'",
             ["--metric=top1", "--lables=y"]),
            ("requires a target of ", ["--metric=top1", "--target=x"]),
            ("requires a file to write to, got",
             ["--metric=top1", "--json", str(self.folder)]),
            *(
                ("requires a file of its own for the output, got",
                 ["--metric=top1", "--json", path,
                  f"--reference={self.reference}"])
                for path in (
                    self.model, self.reference, self.data, self.labels
                )
            ),
        ):
            # None of these takes a compiled network to be found.
            with (
                self.subTest(message),
                mock.patch.object(evaluation, "load", self.fail),
            ):
                found = self.fails([*given, *arguments])
                self.assertIn(message, found)
                self.assertEqual(found.count("error:"), 1 - found.count(
                    "Unknown command line"
                ))
        self.assertIn(
            "requires a readable file, got gone.npy",
            self.fails([self.model, "--data=gone.npy", "--metric=mse"]),
        )
        self.assertIn(
            "requires data or a loader, got neither; give --data",
            self.fails([self.model, "--metric=mse"]),
        )
        self.assertIn(
            "requires --data once with a loader, got 2 times",
            self.fails([self.model, "--data=1", "--data=2", "--loader=x:X",
                        "--metric=mse"]),
        )


    def test_order(self):
        """What is wrong with the model is found before the reference is
        compiled."""
        compiled = []

        def load(path, **options):
            compiled.append(str(path))
            return model.load(path, **options)

        broken = self.write("broken.mlir", "func.func @main(")
        wide = self.write("wide.npy", np.zeros((300, 5), np.int8))
        for arguments, message in (
            ([broken, "--data", self.data], "broken.mlir:1:16: error: "),
            ([self.model, "--data", wide], "requires samples of shape (4)"),
        ):
            with mock.patch.object(evaluation, "load", load):
                self.assertIn(
                    message,
                    self.fails([*arguments, "--labels", self.labels,
                                "--metric=top1", "--reference",
                                self.reference]),
                )
            self.assertEqual(compiled, arguments[:1])
            compiled.clear()


class Bar(unittest.TestCase):
    def draw(self, is_terminal: bool) -> str:
        output = io.StringIO()
        output.isatty = lambda: is_terminal
        with (
            mock.patch.object(sys, "stderr", output),
            mock.patch.object(progress, "_PATIENCE", 0.0),
            progress.bar("evaluating", 8) as advance,
        ):
            advance(2)
            for _ in progress.count("running sample", 2):
                pass
            advance(6)
        return output.getvalue()

    def test_lines(self):
        text = self.draw(False)
        self.assertRegex(
            text, r"^rescale: evaluating \[#{6} {18}\] 2 of 8, \d+ s left\n"
        )
        self.assertNotIn("running sample", text)

    def test_terminal(self):
        text = self.draw(True)
        self.assertTrue(text.startswith("\r\x1b[Krescale: evaluating [###"))
        self.assertTrue(text.endswith("\r\x1b[K"))


if __name__ == "__main__":
    unittest.main()
