# REQUIRES: tosa-converter, tflite, models
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Import of real TensorFlow Lite files, and of damaged ones."""

import contextlib
import hashlib
import importlib.metadata
import io
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import rescale
import tflite as schema
from Inputs.patience import setUpModule  # noqa: F401
from rescale import RescaleError, cli, evaluation, import_tflite, tflite

MODELS = Path(os.environ["RESCALE_MODELS"])
HELLO = MODELS / "tflite_micro/hello_world_int8.tflite"

#: Types of arguments and results, and what their codes stand for. Scales are
#: exact, or the bits of a single-precision float.
INTERFACES = {
    "tflite_micro/hello_world_int8": (
        ["1x1xi8"],
        ["1x1xi8"],
        [(0x3CC88A86, -128)],
        [(0x3C07D6CB, 5)],
    ),
    "mlperf_tiny/pretrainedResnet_quant": (
        ["1x32x32x3xi8"],
        ["1x10xi8"],
        [(1.0, -128)],
        [(1 / 256, -128)],
    ),
    "mlperf_tiny/kws_ref_model": (
        ["1x49x10x1xi8"],
        ["1x12xi8"],
        [(0x3F15AF17, 83)],
        [(1 / 256, -128)],
    ),
    "mlperf_tiny/vww_96_int8": (
        ["1x96x96x3xi8"],
        ["1x2xi8"],
        [(0x3B808081, -128)],
        [(1 / 256, -128)],
    ),
    "mlperf_tiny/ad01_int8": (
        ["1x640xi8"],
        ["1x640xi8"],
        [(0x3EC83326, 89)],
        [(0x3EBA9F8B, 96)],
    ),
    # Made signed: the file has the zero points 128 and 0.
    "coral/mobilenet_v1_0.25_128_quant": (
        ["1x128x128x3xi8"],
        ["1x1001xi8"],
        [(1 / 128, 0)],
        [(1 / 256, -128)],
    ),
    "int16x8/conv0": (
        ["1x8x166x2xi16"],
        ["1x2x160x8xi16"],
        [(0x3A67020A, 0)],
        [(0x3AE538C7, 0)],
    ),
    "int16x8/conv11": (
        ["1x3x7x64xi16"],
        ["1x1x5x32xi16"],
        [(0x3A2C4054, 0)],
        [(0x3A053325, 0)],
    ),
    "int16x8/conv15": (
        ["1x1x10x64xi16"],
        ["1x1x10x32xi16"],
        [(0x3B464F14, 0)],
        [(0x3AB4C540, 0)],
    ),
    "int16x8/leaky_relu0": (
        ["1x2x160x8xi16"],
        ["1x2x160x8xi16"],
        [(0x3AE538C7, 0)],
        [(0x3AE538C7, 0)],
    ),
    "mlperf_tiny/ad01_fp32": (["1x640xf32"], ["1x640xf32"], [None], [None]),
}


def number(scale: float | int) -> float:
    if isinstance(scale, float):
        return scale
    return struct.unpack("<f", struct.pack("<I", scale))[0]


def interface(text: str) -> list[list[tuple[str, float | None, int | None]]]:
    """Returns type, scale and zero point of the arguments and the results."""
    head = re.search(r"(?m)func\.func @main\((.*) \{$", text)[1]
    arguments, results = re.split(r"\) -> \(?", head)
    return [
        [
            (
                type,
                float(scale) if scale else None,
                int(zero_point) if zero_point else None,
            )
            for type, scale, zero_point in re.findall(
                r"tensor<([^>]*)>(?: \{(?:rescale.code_offset = -128 : i64, )?"
                r"rescale.scale = (\S*) : f64, "
                r"rescale.zero_point = (\S*) : i64\})?",
                part,
            )
        ]
        for part in (arguments, results)
    ]


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.output = self.folder / "model.mlir"

    def convert(self, model: Path, batch: int = 1) -> str:
        import_tflite(model, self.output, batch)
        return self.output.read_text()

    def fails(self, arguments: list[str]) -> str:
        """Returns the message of the command, which leaves nothing behind."""
        before = sorted(self.folder.iterdir())
        output = io.StringIO()
        with contextlib.redirect_stderr(output):
            self.assertEqual(cli.main(arguments), 1)
        self.assertEqual(sorted(self.folder.iterdir()), before)
        self.assertNotIn("Traceback", output.getvalue())
        return output.getvalue()

    def write(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


class RealModels(Folder):
    def test_interfaces(self):
        for name, parts in INTERFACES.items():
            with self.subTest(name):
                types = parts[:2]
                quantizations = [
                    [(number(q[0]), q[1]) if q else (None, None) for q in part]
                    for part in parts[2:]
                ]
                text = self.convert(MODELS / f"{name}.tflite")
                self.assertEqual(
                    interface(text),
                    [
                        [(t, *q) for t, q in zip(*part, strict=True)]
                        for part in zip(types, quantizations, strict=True)
                    ],
                )
                # Static, signed, and with nothing of the converter's.
                self.assertNotRegex(text, r"tensor<\?|\?x|ui8|ui16")
                self.assertNotRegex(text, r"tfl?\.|tf_saved_model")
                self.assertNotIn("-1, ", re.sub("tosa.const\".*", "", text))
                self.assertNotIn(str(MODELS), text)
                self.assertIn(f'"{Path(name).name}.tflite":0:0', text)

    def test_inputs(self):
        """What a file says without an import, but that codes get signed."""
        for name, (types, *_) in INTERFACES.items():
            found = tflite.read_inputs(MODELS / f"{name}.tflite")
            self.assertEqual(
                [
                    f"{'x'.join(map(str, p.shape))}x"
                    f"{p.dtype.kind.replace('u', 'i')}{8 * p.dtype.itemsize}"
                    for p in found
                ],
                types,
            )

    def test_samples_that_do_not_fit(self):
        """They are found before an import."""
        model = MODELS / "mlperf_tiny/kws_ref_model.tflite"
        samples = self.write("x.i8", bytes(3 * 490))
        labels = self.write("y.txt", b"1\n2\n")
        for arguments, message in (
            (
                ["--labels", str(labels)],
                "requires a label for each of 3 samples, got 2; take the "
                "labels of this data",
            ),
            (["--samples=3:"], "requires samples within 0:3, got 3:"),
            (
                ["--data", str(samples)],
                "requires data for each of 1 inputs, got 2",
            ),
        ):
            with mock.patch.object(evaluation, "load", self.fail):
                self.assertEqual(
                    self.fails(
                        ["eval", str(model), "--data", str(samples)]
                        + ["--metric=mse", *arguments]
                    ),
                    f"rescale: error: {message}\n",
                )

    def test_locations_name_the_layers(self):
        text = self.convert(HELLO)
        self.assertIn("sequential/dense_1/MatMul", text)
        self.assertIn('loc("serving_default_dense_input:0")', text)

    def test_source(self):
        """The module says what it was converted from, by any name."""
        content = HELLO.read_bytes()
        for name, quoted in (
            ("model.tflite", "model.tflite"),
            ('a "b\\}\u00e4.tflite', r"a \22b\5C}\C3\A4.tflite"),
        ):
            source = tflite._quote(name)
            self.assertEqual(source, f'"{quoted}"')
            text = self.convert(self.write(name, content), batch=3)
            version = importlib.metadata.version("tosa-converter-for-tflite")
            digest = hashlib.sha256(content).hexdigest()
            self.assertIn(f'sha256 = "{digest}"', text)
            self.assertIn(
                f'importer = "rescale {rescale.__version__} with '
                f'tosa-converter-for-tflite {version}, --batch=3"',
                text,
            )
            # The name, and then the same from the C.
            cli.main(
                ["compile", str(self.output), "--emit=c", "-o"]
                + [str(self.folder)]
            )
            header = (self.folder / "model.h").read_text()
            self.assertIn(f" * Model: {name}\n * SHA-256: {digest}\n", header)
            self.assertIn(" * MLIR: model.mlir\n", header)

    def test_source_of_compile(self):
        """A .tflite is named as such where it is compiled at once."""
        path = self.write("hello.tflite", HELLO.read_bytes())
        cli.main(["compile", str(path), "-o", str(self.folder)])
        at_once = (self.folder / "hello.h").read_text()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self.assertIn(
            f" * Model: hello.tflite\n * SHA-256: {digest}\n", at_once
        )
        imported = self.folder / "hello.mlir"
        import_tflite(path, imported)
        cli.main(["compile", str(imported), "-o", str(self.folder)])
        self.assertEqual((self.folder / "hello.h").read_text(), at_once)

    def test_batch(self):
        text = self.convert(HELLO, batch=5)
        self.assertEqual(
            [part[0][0] for part in interface(text)], ["5x1xi8", "5x1xi8"]
        )

    def test_bytecode(self):
        self.output = self.folder / "model.mlirbc"
        import_tflite(HELLO, self.output)
        self.assertEqual(self.output.read_bytes()[:4], b"ML\xefR")

    def test_is_valid_tosa(self):
        for name in INTERFACES:
            with self.subTest(name):
                self.convert(MODELS / f"{name}.tflite")
                subprocess.run(
                    [
                        "mlir-opt",
                        self.output,
                        "--tosa-attach-target=specification_version=1.0 "
                        "profiles=pro_int,pro_fp "
                        "extensions=int16,doubleround",
                        "--tosa-validate=strict-op-spec-alignment",
                        "-o",
                        "/dev/null",
                    ],
                    check=True,
                )

    def test_order_of_inputs(self):
        path = MODELS / "int16x8/add0.tflite"
        text = self.convert(path)
        self.assertRegex(text, "tosa.cast %arg0")
        first, second = interface(text)[0]
        self.assertNotEqual(first, second)
        # The same file with its inputs the other way round.
        content = bytearray(path.read_bytes())
        graph = schema.Model.GetRootAs(content, 0).Subgraphs(0)
        table = graph._tab
        start = table.Vector(table.Offset(6))
        content[start : start + 8] = (
            content[start + 4 : start + 8] + content[start : start + 4]
        )
        text = self.convert(self.write("swapped.tflite", content))
        self.assertRegex(text, "tosa.cast %arg1")
        self.assertEqual(interface(text)[0], [second, first])


class Errors(Folder):
    def test_missing_file(self):
        self.assertEqual(
            self.fails(["import", "none.tflite", "-o", str(self.output)]),
            "rescale: error: requires a readable model, got none.tflite: "
            "No such file or directory\n",
        )

    def test_something_else(self):
        for text in (b"", b"text", HELLO.read_bytes()[:8]):
            path = self.write("model.tflite", text)
            self.assertEqual(
                self.fails(["import", str(path), "-o", str(self.output)]),
                f"rescale: error: requires a TensorFlow Lite file, got {path}"
                ", which is none or is damaged; get it again\n",
            )

    def test_every_truncation_is_told(self):
        content = HELLO.read_bytes()
        for size in range(8, len(content), 97):
            path = self.write("model.tflite", content[:size])
            with self.subTest(size), self.assertRaises(RescaleError):
                import_tflite(path, self.output)
            self.assertFalse(self.output.exists())

    def with_operator(self, code: int) -> str:
        """Returns the path of a model whose first operator is another one."""
        content = bytearray(HELLO.read_bytes())
        operator = schema.Model.GetRootAs(content, 0).OperatorCodes(0)._tab
        for field in (4, 10):
            content[operator.Pos + operator.Offset(field)] = code
        return str(self.write("model.tflite", content))

    def test_converter_refuses(self):
        for operator, details in (
            (schema.BuiltinOperator.MIRROR_PAD, "expected 2 operands"),
            (schema.BuiltinOperator.CONCATENATION, "it ended with code -"),
        ):
            path = self.with_operator(operator)
            message = self.fails(["import", path, "-o", str(self.output)])
            self.assertIn(details, message)
            self.assertEqual(
                message.splitlines()[-1],
                "rescale: error: requires a model that "
                f"tosa-converter-for-tflite converts, got {path}; see its "
                "messages above",
            )

    def test_custom_operator(self):
        path = self.with_operator(schema.BuiltinOperator.CUSTOM)
        self.assertEqual(
            self.fails(["import", path, "-o", str(self.output)]),
            "model.tflite:0:0: error: requires a shape that follows from "
            "those of the arguments, got 'tensor<?x16xi8>'; export the model "
            "with fixed input shapes\n",
        )

    def test_subgraphs(self):
        builder = schema_with_subgraphs(2)
        path = self.write("model.tflite", builder)
        self.assertEqual(
            self.fails(["import", str(path), "-o", str(self.output)]),
            "rescale: error: requires a model with one subgraph, got 2 in "
            f"{path}; export it without control flow and with one "
            "signature\n",
        )

    def test_passes_refuse(self):
        process = "import sys; sys.exit('a diagnostic')"
        tool = self.write(
            "rescale-opt",
            f'#!/bin/sh\nexec {sys.executable} -c "{process}"'.encode(),
        )
        tool.chmod(0o755)
        with mock.patch.dict(os.environ, RESCALE_TOOLS=str(self.folder)):
            self.assertEqual(
                self.fails(["import", str(HELLO), "-o", str(self.output)]),
                "a diagnostic\n",
            )

    def test_passes_are_silent(self):
        """What no tool says, the command does."""
        tool = self.write("rescale-opt", b"#!/bin/sh\nexit 3\n")
        tool.chmod(0o755)
        with mock.patch.dict(os.environ, RESCALE_TOOLS=str(self.folder)):
            self.assertEqual(
                self.fails(["import", str(HELLO), "-o", str(self.output)]),
                "rescale: error: rescale-opt failed with exit code 3; see its "
                "messages above\n",
            )

    def test_output_directory(self):
        missing = self.folder / "missing"
        self.assertEqual(
            self.fails(["import", str(HELLO), "-o", f"{missing}/m.mlir"]),
            "rescale: error: requires a writable output directory, got "
            f"{missing}; create it or choose another\n",
        )

    def test_batch(self):
        output = io.StringIO()
        with (
            contextlib.redirect_stderr(output),
            self.assertRaises(SystemExit),
        ):
            cli.main(["import", "a", "-o", "b", "--batch", "0"])
        self.assertIn(
            "requires a whole number of at least 1, got 0", output.getvalue()
        )

    def test_missing_extra(self):
        with mock.patch.dict(sys.modules, {"tflite": None}):
            self.assertEqual(
                self.fails(["import", str(HELLO), "-o", str(self.output)]),
                "rescale: error: requires the Python package tflite to read "
                ".tflite files, which is not installed; run pip install "
                "'./python[tflite]' in the checkout\n",
            )
        script = tflite._CONVERT.replace("tosa_converter_for_tflite", "none")
        with mock.patch.object(tflite, "_CONVERT", script):
            self.assertEqual(
                self.fails(["import", str(HELLO), "-o", str(self.output)]),
                "rescale: error: requires the Python package "
                "tosa-converter-for-tflite to read .tflite files, which is "
                "not installed; run pip install './python[tflite]' in the "
                "checkout\n",
            )


def schema_with_subgraphs(count: int) -> bytes:
    """Returns a model of empty subgraphs."""
    import flatbuffers

    builder = flatbuffers.Builder()
    subgraphs = []
    for _ in range(count):
        schema.SubGraphStart(builder)
        subgraphs.append(schema.SubGraphEnd(builder))
    schema.ModelStartSubgraphsVector(builder, count)
    for subgraph in subgraphs:
        builder.PrependUOffsetTRelative(subgraph)
    vector = builder.EndVector()
    schema.ModelStart(builder)
    schema.ModelAddVersion(builder, 3)
    schema.ModelAddSubgraphs(builder, vector)
    builder.Finish(schema.ModelEnd(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


if __name__ == "__main__":
    unittest.main()
