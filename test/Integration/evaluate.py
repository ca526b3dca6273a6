# REQUIRES: models, tosa-converter, tflite, jsonschema
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""rescale eval on real networks, beside their originals and float networks."""

import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

import jsonschema
import rescale
from Inputs import networks
from rescale import cli
from rescale.data import Conversion
from rescale.evaluation import NO_LOGITS, Build, Evaluator, Logits
from rescale.tflite import Quantization, read_logits

sys.path.insert(0, str(Path(__file__).parents[1] / "Benchmark"))

from nearest import nearest  # noqa: E402

ROOT = Path(__file__).parents[2]
TINY = networks.MODELS / "mlperf_tiny"
RESNET8 = TINY / "pretrainedResnet_quant.tflite"
FLOAT = TINY / "pretrainedResnet.tflite"
IMAGES = networks.SAMPLES / "cifar10_test_0000-0499.u8"
LABELS = networks.SAMPLES / "cifar10_test_0000-0499.labels.txt"
WINDOWS = networks.SAMPLES / "ad01_normal_id_01_00000000.windows.i8"


class Evaluate(unittest.TestCase):
    def test_accuracy_and_divergence(self):
        """That of the golden outputs; and of multiplicands of one bit."""
        evaluator = Evaluator(
            *(IMAGES, LABELS),
            metric=("top1", "kl"),
            reference=RESNET8,
            float_reference=FLOAT,
            conversion=Conversion("pixels"),
            samples=(0, 100),
        )
        same = evaluator.evaluate(Build(RESNET8, "off"))
        right = sum(
            int(codes.argmax()) == int(label)
            for codes, label in zip(
                networks.RESNET8.golden()[:100],
                LABELS.read_text().split()[:100],
                strict=True,
            )
        )
        self.assertEqual(same["top1"].counts["right"], right)
        self.assertEqual(same["kl"].difference, 0.0)
        self.assertEqual(same.codes.codes, 0)
        self.assertIn(
            "softmax of dense_0 with scale 0.17185351252555847 and zero "
            "point 24", same["kl"].definition,
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "nearest.mlir")
            rescale.import_tflite(RESNET8, path)
            path.write_text(nearest(path.read_text(), 1))
            rounded = evaluator.evaluate(path)
        self.assertLess(rounded["top1"].z, -5)
        self.assertGreater(rounded["kl"].z, 5)
        self.assertLess(rounded["top1"].value, 0.5)

    def test_logits(self):
        self.assertEqual(
            read_logits(RESNET8), Quantization(0.17185351252555847, 24)
        )
        self.assertIsNone(read_logits(TINY / "ad01_int8.tflite"))
        # From the float network's own softmax, to three places.
        common = {
            "metric": "kl",
            "float_reference": FLOAT,
            "conversion": Conversion("pixels"),
            "samples": (0, 50),
        }
        found, given, none = (
            rescale.evaluate(RESNET8, IMAGES, logits=logits, **common).value
            for logits in (
                None,
                Logits("dense_0", 0.17185351252555847, 24),
                NO_LOGITS,
            )
        )
        self.assertEqual(found, given)
        self.assertLess(found, 0.05)
        self.assertGreater(none, found)
        with self.assertRaisesRegex(
            rescale.RescaleError, "requires a layer of the model with scale "
            "0.5 and zero point 24 whose softmax is its output, got dense_0"
        ):
            rescale.evaluate(
                RESNET8, IMAGES, logits=Logits("dense_0", 0.5, 24), **common
            )

    def test_squared_error_and_record(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "out.json")
            with contextlib.redirect_stdout(io.StringIO()):
                code = cli.main(
                    ["eval", str(TINY / "ad01_int8.tflite"), "--metric=mse"]
                    + ["--data", str(WINDOWS), "--narrow=6", "-j2"]
                    + ["--reference", str(TINY / "ad01_int8.tflite")]
                    + ["--json", str(path)]
                )
            self.assertEqual(code, 0)
            record = json.loads(path.read_text())
        schema = json.loads((ROOT / "docs" / "eval.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(
            record, schema, cls=jsonschema.Draft202012Validator
        )
        result = record["results"][0]
        self.assertAlmostEqual(result["reference"], 10.279237067982534)
        self.assertAlmostEqual(result["value"], 10.437314001092757)
        self.assertEqual(result["n"], 196)


if __name__ == "__main__":
    unittest.main()
