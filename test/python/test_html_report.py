# REQUIRES: numpy, matplotlib, jinja2
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""rescale report: what is on the page, and what it takes."""

import contextlib
import copy
import html.parser
import io
import json
import math
import re
import sys
import tempfile
import unittest
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
from Inputs import reports
from Inputs.patience import setUpModule  # noqa: F401
from rescale import (
    RescaleError,
    calibrate,
    cli,
    html_report,
    parameters,
    tools,
)
from rescale.html_report import facts, figures, page, records
from rescale.provenance import Provenance
from rescale.shipped import MODEL_PATH

ROOT = Path(__file__).parents[2]

SECTIONS = [
    *("summary", "layers", "widths", "certificates", "products", "cost"),
    *("staircase", "accuracy", "search"),
]

#: Elements that have no end.
VOID = {"meta", "br", "path", "use", "link"}


class Reader(html.parser.HTMLParser):
    """Checks that elements nest, and collects what is on a page."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.sections = [], [], []
        self.loaded, self.unlabelled, self.text = [], [], []
        self.tags = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "section":
            self.sections.append(values["id"])
        if tag == "svg" and not values.get("aria-label"):
            self.unlabelled.append(values)
        for name, value in attributes:
            if name in ("src", "href", "xlink:href", "action"):
                if not value.startswith("#"):
                    self.loaded.append(value)
            if name.startswith("on"):
                self.loaded.append(name)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            last = self.open.pop()
            assert last == tag, f"{last} ends with {tag} at {self.getpos()}"

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text())
    reader.close()
    return reader


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.page = self.folder / "report.html"

    def file(self, name: str, content: object) -> Path:
        path = self.folder / name
        if not isinstance(content, str):
            content = json.dumps(content)
        path.write_text(content)
        return path

    def write(self, model=MODEL_PATH, **options) -> Reader:
        html_report.write(Path(model), self.page, **options)
        return read(self.page)


class Page(Folder):
    def check(self, reader: Reader):
        self.assertEqual(reader.open, [])
        self.assertEqual(reader.sections, SECTIONS)
        self.assertEqual(len(reader.ids), len(set(reader.ids)))
        self.assertEqual(reader.loaded, [])
        self.assertEqual(reader.unlabelled, [])
        self.assertNotRegex(
            "".join(reader.text), r"(?i)\bnan\b|\bNone\b(?! keeps)"
        )

    def test_lossless(self):
        reader = self.write()
        self.check(reader)
        text = " ".join("".join(reader.text).split())
        self.assertIn("Lossless: all ", text)
        self.assertIn("No evaluation was given", text)
        self.assertNotIn("Approximate:", text)

    def test_approximate(self):
        reader = self.write(
            narrow="3",
            target="cortex-m4",
            evaluations=[self.file("a <i>b.json", reports.EVALUATION)],
        )
        self.check(reader)
        text = " ".join("".join(reader.text).split())
        self.assertIn("Approximate: ", text)
        self.assertIn("a <i>b", text)
        network = f"digits.mlir, SHA-256 {reports.SHIPPED.short}"
        self.assertIn(f"{network}, with --narrow=3 --<i>", text)
        # Of an option that this page is not of.
        self.assertIn(
            "a <i>b is not of what this page shows, but of digits.mlir with "
            "--narrow=3 --<i>.",
            text,
        )
        self.assertIn("samples of another build", text)
        self.assertIn(
            f"Modeldigits.mlir, SHA-256 {reports.SHIPPED.sha256}", text
        )
        self.assertIn("−0.25", text)
        self.assertNotIn("No evaluation was given", text)

    def test_evaluation(self):
        """Of the file and the options that the page is of."""
        record = reports.EVALUATION
        model = record["model"] | {"options": ["--one-shift"]}
        path = self.file("x.json", record | {"model": model})
        reader = self.write(
            narrow="3", options=["--one-shift"], evaluations=[path]
        )
        text = "".join(reader.text)
        self.assertIn("digits.mlir", text)
        self.assertNotIn("is not of what this page shows", text)
        self.assertNotIn("another build", text)

    def test_search(self):
        reader = self.write(search=self.file("front.json", reports.SEARCH))
        self.check(reader)
        text = " ".join("".join(reader.text).split())
        self.assertIn("4 networks", text)
        self.assertIn("700 other samples", text)
        self.assertIn("conv1_0 snap:2, <i> keep", text.replace("\xa0", " "))
        self.assertNotIn("addend:2:layer", text)
        self.assertNotIn("No search was given", text)
        none = reports.SEARCH | {"best": None, "holdout": None}
        reader = self.write(search=self.file("front.json", none))
        self.check(reader)
        self.assertIn("None keeps to that", "".join(reader.text))

    def test_same_bytes(self):
        self.write(narrow="5")
        first = self.page.read_bytes()
        self.write(narrow="5")
        self.assertEqual(self.page.read_bytes(), first)

    def test_names_are_text(self):
        model = self.file("hostile.mlir", reports.HOSTILE)
        reader = self.write(model, title="<img src=x onerror=alert(1)> $a_$")
        self.check(reader)
        self.assertNotIn("img", reader.tags)
        self.assertEqual(reader.tags.count("script"), 1)
        text = "".join(reader.text)
        self.assertIn("<script>alert(1)</script>", text)
        self.assertIn("<img src=x onerror=alert(1)> $a_$", text)

    def test_elementwise_alone(self):
        reader = self.write(self.file("x.mlir", reports.ELEMENTWISE))
        self.check(reader)

    def test_snapped(self):
        reader = self.write(target="cortex-m4", options=["--snap=2"])
        self.check(reader)
        text = " ".join("".join(reader.text).split())
        self.assertIn("Snapped: ", text)
        self.assertIn("codes of the original", text)
        # The model's own widths come before, and arithmetic has reasons.
        self.assertIn("31\xa0→\xa02", "".join(reader.text))
        self.assertIn("multiply_32", text)
        self.assertIn("m*d + b in 32 bits", text)

    def test_snapped_addition(self):
        """Its operand has no original, and the page says so."""
        reader = self.write(
            self.file("x.mlir", reports.RESIDUAL), options=["--snap=4"]
        )
        self.check(reader)
        text = " ".join("".join(reader.text).split())
        self.assertIn("the model has no layer to compare it with", text)
        self.assertRegex(
            text,
            r"codes of the original: one of this layer’s is 1\.\d+ of those\.",
        )

    def test_observed(self):
        """What data gave, as the report of the compiler has it."""
        model = self.folder / "calibrated.mlirbc"
        codes = np.random.default_rng(0).integers(-128, 128, (8, 8, 8, 1))
        calibrate.calibrate(MODEL_PATH, codes.astype(np.int8), model)
        reader = self.write(model, narrow="4")
        self.check(reader)
        self.assertIn("t-observed", reader.ids)
        report = self.folder / "report.json"
        tools.run(
            "rescale-compile",
            [model, "--narrow=4", f"--report={report}", "-o", self.folder],
            quiet=True,
        )
        channels = [
            channel["observed"]
            for layer in json.loads(report.read_text())["layers"]
            for channel in layer["channels"]
            # Some have too many codes for that.
            if "observed" in channel
        ]
        count = sum(c["accumulators"] for c in channels)
        differing = sum(c["differing"] for c in channels)
        mean = np.average(
            [c["mean_difference"] for c in channels],
            weights=[c["accumulators"] for c in channels],
        )
        self.assertGreater(mean, 0)
        self.assertRegex(
            " ".join("".join(reader.text).split()),
            f"all layers{count:,}{differing:,} \\(.*?\\){mean:.4g}",
        )
        self.assertNotIn("t-observed", self.write(narrow="4").ids)

    def test_function(self):
        model = self.file("x.mlir", reports.TWO)
        reader = self.write(model, options=["--function=second"])
        self.check(reader)
        self.assertIn("--function=second", "".join(reader.text))

    def test_floats_have_no_c(self):
        reader = self.write(self.file("x.mlir", reports.FLOATS))
        self.check(reader)
        self.assertIn("There is no C of this network", "".join(reader.text))

    def test_codes_of_many_bits_are_not_drawn(self):
        reader = self.write(self.file("x.mlir", reports.WIDE))
        self.check(reader)
        self.assertIn("No layer has codes", "".join(reader.text))

    def test_measurements(self):
        before = reports.bench(3000, {"conv": 2000, "<b>": 900})
        after = reports.bench(1500, {"conv": 1000, "<b>": 450})
        reader = self.write(
            bench=(
                self.file("before.json", before),
                self.file("after.json", after),
            )
        )
        self.check(reader)
        self.assertIn("50.0 % less", "".join(reader.text))
        reader = self.write(bench=(None, self.file("after.json", after)))
        self.check(reader)
        self.assertIn("1,500", "".join(reader.text))


class Facts(Folder):
    def gather(self, **options) -> facts.Facts:
        return facts.gather(
            MODEL_PATH, self.folder, title="x", target="cortex-m4", **options
        )

    def test_tables(self):
        """The compiler counts the same bytes."""
        found = self.gather()
        for which, name in enumerate(("before", "after")):
            text = (self.folder / name / "model.c").read_text()
            stated = re.search(r"addends and shifts: (\d+) bytes", text)[1]
            self.assertGreater(int(stated), 0)
            self.assertEqual(found.tables[which].total, int(stated))

    def test_staircase(self):
        """It is the arithmetic of both files, at every accumulator."""
        found = self.gather(narrow="3").staircase
        values = np.arange(found.range[0], found.range[1] + 1)
        codes = []
        for which, name in enumerate(("before", "after")):
            layer = parameters.read(
                self.folder / name / "model.parameters.json"
            )[found.layer]
            expected = layer.requantize(
                np.repeat(values[:, None], len(layer.channels), 1)
            )[:, found.channel]
            np.testing.assert_array_equal(found.codes(which, values), expected)
            codes.append(expected)
        difference = np.abs(codes[1] - codes[0])
        self.assertGreater(found.largest_difference, 0)
        self.assertEqual(difference.max(), found.largest_difference)
        self.assertEqual(np.count_nonzero(difference), found.differing)

    def residual(
        self, *options: str, narrow="off", model=None, **more
    ) -> facts.Facts:
        model = model or self.file("residual.mlir", reports.RESIDUAL)
        return facts.gather(
            *(model, self.folder),
            title="x",
            target="cortex-m4",
            narrow=narrow,
            options=options,
            **more,
        )

    def test_snapped_pairs(self):
        """Layers are compared with what they were, not with their names."""
        found = self.residual("--snap=4", channel="add_0_3")
        pairs = {
            layer.name: layer.original.get("name") for layer in found.layers
        }
        self.assertEqual(
            pairs,
            {
                "conv_0": "conv_0",
                "conv_1": "conv_1",
                # Of two, add_0 and add_0_2.
                "add_0": None,
                "add_0_2": "add_0_3",
                "add_0_3": "add_0_4",
            },
        )
        originals = {
            layer["name"]: layer["channels"]
            for layer in found.original["layers"]
        }
        for layer in found.layers:
            was = originals.get(pairs[layer.name])
            for i, its in enumerate(layer.channels):
                before = layer.before(i)
                if was is None:
                    self.assertIsNone(before["product_bits"])
                    continue
                self.assertEqual(
                    (before["bits"], before["shift"], before["product_bits"]),
                    (was[i]["bits_after"], was[i]["shift"])
                    + (was[i]["product_bits"],),
                )
                self.assertLessEqual(its["bits_after"], 4)
        (add,) = (one for one in found.layers if one.name == "add_0")
        self.assertIsNone(add.spreads["product_bits"][0])
        self.assertEqual(add.before(0)["bits"], 31)

    def test_snapped_staircase(self):
        """A sum's is drawn beside that of the sum, not of an operand."""
        found = self.residual("--snap=4", channel="add_0_3").staircase
        self.assertTrue(found.is_scaled)
        middle = (found.range[0] + found.range[1]) / 2
        before, after = (
            found.codes(which, np.array([middle])) for which in (0, 1)
        )
        # Both multiply by their scales, and have one zero point.
        self.assertLessEqual(abs(int(before[0]) - int(after[0])), 1)

    def test_snapped_axis(self):
        """Accumulators are scaled by what snapping chose, not by what it is
        narrowed to, and codes by the factor of their steps."""
        for bits in ("1", "2", "3"):
            found = self.residual("--snap=4", narrow=bits, channel="conv_0:1")
            steps = found.staircase
            (layer,) = (la for la in found.layers if la.name == "conv_0")
            its = layer.channels[1]
            self.assertLess(its["bits_after"], 4)
            factor = layer.snapped["result_factor"]
            self.assertGreater(factor, 1.02)
            scale = its["multiplicand_before"] / 2 ** its["shift_before"]
            low, high = (end * scale * factor for end in its["range"])
            was = layer.original["channels"][1]
            before = [end * 1518500250 / 2**38 for end in was["range"]]
            self.assertAlmostEqual(steps.range[0], max(low, before[0]))
            self.assertAlmostEqual(steps.range[1], min(high, before[1]))
            # Results are off by the certificate's codes and a rounding each.
            values = np.linspace(*steps.range, 999)
            results = (steps.results(which, values) for which in (0, 1))
            off = np.abs(np.subtract(*results)).max()
            bound = (its["largest_difference"] + 0.5) * factor + 0.5
            self.assertLessEqual(off, bound)

    def test_constant_channels(self):
        """They are drawn where asked for alone."""
        model = self.file("dead.mlir", reports.DEAD)
        for options in (["--snap=2"], []):
            found = self.residual(*options, narrow="3", model=model)
            self.assertEqual(found.staircase.channel, 0)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                self.write(model, options=options, channel="conv_0:1")

    def test_snapped_before(self):
        """What came snapped is its own original, with the model's widths."""
        snapped = self.folder / "snapped.mlir"
        tools.run(
            "rescale-opt",
            [
                *(self.file("x.mlir", reports.RESIDUAL), "-o", snapped),
                *("--rescale-snap=bits=4", "--mlir-print-debuginfo"),
            ],
        )
        found = facts.gather(
            *(snapped, self.folder), title="x", target="cortex-m4"
        )
        for layer in found.layers:
            self.assertEqual(layer.original["name"], layer.name)
            self.assertFalse(layer.is_snapped_here)
            self.assertEqual(layer.before(0)["bits"], 31)
            self.assertIsNone(layer.before(0)["product_bits"])
        self.assertFalse(found.staircase.is_scaled)

    def test_claims(self):
        """Snapping hides no certificate."""
        found = self.residual("--snap=4", narrow="2")
        badges = {layer.name: layer.badges for layer in found.layers}
        self.assertEqual(badges["conv_0"], ["approximate", "snapped"])
        exact = self.residual("--snap=4", narrow="off")
        for layer in exact.layers:
            self.assertEqual(layer.badges, ["snapped"])
        for layer in self.residual(narrow="lossless").layers:
            self.assertIn(layer.badges, (["proved"], ["unchanged"]))
        observed = dict.fromkeys(("proved", "none"), 0) | {"observed": 1}
        snapped = found.layers[0]
        changed = replace(snapped, certificates=Counter(observed))
        self.assertEqual(changed.badges, ["observed", "snapped"])

    def test_chosen_channel(self):
        """Without another wish, none has a larger error."""
        found = self.gather(narrow="3")
        errors = [
            c["largest_difference"]
            for layer in found.of_role("accumulators")
            for c in layer.channels
        ]
        self.assertEqual(found.staircase.largest_difference, max(errors))
        layer = found.layers[0]
        other = self.gather(narrow="3", channel=f"{layer.name}:1").staircase
        self.assertEqual((other.layer, other.channel), (layer.name, 1))


class Errors(Folder):
    def check(self, message: str, model=MODEL_PATH, **options):
        with self.assertRaisesRegex(RescaleError, f"^{message}$"):
            self.write(model, **options)
        self.assertFalse(self.page.exists())

    def test_output_that_is_read(self):
        self.page.write_text("evaluation")
        with self.assertRaisesRegex(
            RescaleError,
            f"^requires a file of its own for the output, got {self.page}, "
            "which is read too; choose another$",
        ):
            self.write(MODEL_PATH, evaluations=[self.page])
        self.assertEqual(self.page.read_text(), "evaluation")

    def test_channel(self):
        self.check(
            "requires the name of a layer, got nothing; the layers are .*",
            channel="nothing",
        )
        name = json.loads(
            tools.run(
                "rescale-opt",
                [
                    *(MODEL_PATH, "--tosa-to-rescale", "-o", "/dev/null"),
                    "--rescale-report=output=-",
                ],
            )
        )["layers"][0]["name"]
        for number in ("99", "-1", "x"):
            self.check(
                f"requires a channel of {name} from 0 to 11, got {number}",
                channel=f"{name}:{number}",
            )
        self.check(
            "requires a layer that the model has too to draw, got add_0, "
            "which snapping made of several; choose another",
            self.file("x.mlir", reports.RESIDUAL),
            options=["--snap=4"],
            channel="add_0",
        )
        wide = self.file("x.mlir", reports.WIDE)
        self.check(
            "requires a layer with codes of at most 16 bits to draw, got "
            "requantize_0; choose another",
            wide,
            channel="requantize_0",
        )

    def test_other_networks(self):
        """Figures of one network are never on the page of another."""
        model = self.file("x.mlir", reports.HOSTILE)
        its = re.escape(str(Provenance.read(model)))
        other = re.escape(str(reports.SHIPPED))
        for content, what, verb in (
            (reports.EVALUATION, "an evaluation", "evaluate"),
            (reports.SEARCH, "a search", "search"),
            (reports.bench(1, {}), "measurements", "measure"),
        ):
            path = self.file("x.json", content)
            self.check(
                f"requires {what} of {its}, got {path} of {other}; {verb} "
                "this network, or name that one",
                model,
                **{
                    "an evaluation": {"evaluations": [path]},
                    "a search": {"search": path},
                    "measurements": {"bench": (None, path)},
                }[what],
            )
        another = Provenance("y.mlir", "5" * 64).record()
        path = self.file("x.json", reports.EVALUATION | {"reference": another})
        self.check(
            f"requires an evaluation of {its}, got {path} of {other} beside "
            r"y.mlir \(SHA-256 555555555555\); .*",
            model,
            evaluations=[path],
        )
        path = self.file("x.json", reports.EVALUATION | {"model": None})
        self.check(
            f"requires an evaluation of {other}, got {path} of no file; .*",
            evaluations=[path],
        )

    def test_related_networks(self):
        """One with the same origin, or compared with it, will do."""
        source = "a" * 64
        model = self.file(
            "x.mlir",
            'module attributes {rescale.source = {file = "x.tflite", '
            f'importer = "i", sha256 = "{source}"}}}} {{\n'
            f"{reports.HOSTILE}}}\n",
        )
        self.assertEqual(Provenance.read(model).source_sha256, source)
        record = reports.EVALUATION
        for change in (
            {"model": record["model"] | {"sha256": source}},
            {"model": record["model"] | {"source_sha256": source}},
            {"reference": Provenance.read(model).record()},
        ):
            path = self.file("x.json", record | change)
            text = "".join(self.write(model, evaluations=[path]).text)
            self.assertIn("digits.mlir, SHA-256", text)
        # As the C has both.
        its = Provenance.read(model).sha256
        self.assertRegex(
            text,
            rf"Model\s*x.tflite, SHA-256 {source}\s*MLIR\s*x.mlir, SHA-256 "
            f"{its}",
        )

    def test_files(self):
        self.check(
            "requires a file that can be read, got nothing.json: .*",
            evaluations=[Path("nothing.json")],
        )
        path = self.file("x.json", "{")
        self.check(
            f"requires JSON, got {path}: .*; write it with rescale eval "
            "--json",
            evaluations=[path],
        )
        path = self.file("x.json", reports.SEARCH | {"version": 2})
        self.check(
            f"requires rescale-search of version 1, got {path}; write it with "
            "rescale search",
            search=path,
        )
        head = {"format": "rescale-eval", "version": 1}
        for content, got in (
            ([], "an empty list, which has to be an object"),
            ({"n": 3}, "out format"),
            ({"format": "rescale-eval"}, "out version"),
            (head, "out results"),
            (head | {"results": reports.EVALUATION["results"]}, "out model"),
        ):
            path = self.file("x.json", content)
            got = f"with{got}" if got.startswith("out") else f"with {got}"
            self.check(
                f"requires an evaluation, got {path} {got}; write it with "
                "rescale eval --json",
                evaluations=[path],
            )
        path = self.file("x.json", reports.EVALUATION | {"version": 2})
        self.check(
            f"requires rescale-eval of version 1, got {path}; write it with "
            "rescale eval --json",
            evaluations=[path],
        )
        for content, got in (
            (3, "with 3, which has to be an object"),
            ({"n": 3}, "without model"),
        ):
            path = self.file("x.json", content)
            self.check(
                f"requires measurements, got {path} {got}; write it with "
                "rescale bench network --json",
                bench=(None, path),
            )

    def test_options(self):
        path = self.file("x.json", reports.bench(1, {}))
        self.check(
            "requires --measure or --bench, got both; leave one out",
            measure=True,
            bench=(None, path),
        )
        self.check(
            "requires --bench beside --bench-original, got none; measure "
            "this network too",
            bench=(path, None),
        )
        self.check(
            "requires lossless, off or a number of bits from 1 to 32 to "
            "narrow to, got much",
            narrow="much",
        )

    def test_networks(self):
        self.check(
            "requires a network with requantizations, got x, which has none; "
            "name one with tosa.rescale",
            self.file("x.mlir", reports.NOTHING),
        )
        self.check(
            "requires a model, got nothing.mlir, which is no file",
            "nothing.mlir",
        )
        self.check(
            "rescale-compile failed with exit code 1; see its messages above",
            options=["--rescaler=nothing"],
        )

    def test_missing_extra(self):
        with (
            mock.patch.dict(sys.modules, {"matplotlib": None}),
            mock.patch.dict(sys.modules),
        ):
            for module in ("page", "figures"):
                sys.modules.pop(f"{html_report.__name__}.{module}", None)
                html_report.__dict__.pop(module, None)
            self.check(
                "requires the Python package matplotlib to write pages, which "
                r"is not installed; run pip install './python\[report\]' in "
                "the checkout"
            )

    def test_command(self):
        arguments = ["report", str(MODEL_PATH), "-o", str(self.page)]
        self.assertEqual(cli.main([*arguments, "--one-shift"]), 0)
        self.assertIn("--one-shift", "".join(read(self.page).text))
        for option, message in (
            ("--channel=x", "error: requires the name of a layer, got x; "),
            ("--emit=c", "other than --emit, --name, -o and --report, got"),
            ("--nothing", "Unknown command line argument '--nothing'"),
        ):
            with contextlib.redirect_stderr(io.StringIO()) as errors:
                self.assertEqual(cli.main([*arguments, option]), 1)
            self.assertIn(message, errors.getvalue())
        # Of no other command.
        for command in (
            ["import", "x.tflite", "-o", "x.mlir"],
            ["bench", "requantize"],
        ):
            with (
                contextlib.redirect_stderr(io.StringIO()) as errors,
                self.assertRaises(SystemExit) as caught,
            ):
                cli.main([*command, "--one-shift"])
            # As of the compiler's own.
            self.assertEqual(caught.exception.code, 1)
            name = " ".join(command[:-3] or command)
            self.assertTrue(
                errors.getvalue().startswith(f"usage: rescale {name} [-h]")
            )
            self.assertIn(
                f"rescale {name}: error: unrecognized arguments: --one-shift",
                errors.getvalue(),
            )


#: What stands for a member that is not there.
GONE = object()

#: What members of results are replaced by, as JSON has it.
WRONG = (
    *(GONE, None, True, -1, 0.5, 2**53, 10**400, 1e100),
    *(math.inf, math.nan, "x", "\ud800", [], [None], {}, {"x": None}),
)


def find_places(value: object, place: tuple = ()) -> Iterator[tuple]:
    """Gives where each value in JSON is, outer ones before inner ones."""
    yield place
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from find_places(entry, (*place, key))
    elif isinstance(value, list):
        for i, entry in enumerate(value[:2]):
            yield from find_places(entry, (*place, i))


def put(record: object, place: tuple, value: object) -> object:
    """Returns a record with another value at a place."""
    if not place:
        return value
    first, *rest = place
    changed = copy.copy(record)
    if value is GONE and not rest:
        del changed[first]
    else:
        changed[first] = put(record[first], tuple(rest), value)
    return changed


class Records(Folder):
    """What is in files of results, whoever wrote them."""

    #: How each kind is read into what a page says, and one that is right.
    KINDS = (
        ("evaluations", facts.read_evaluation, reports.EVALUATION),
        ("search", facts.read_search, reports.SEARCH),
        (
            "bench",
            facts.read_measurements,
            reports.bench(1000, {"a": 5, "b": 995}),
        ),
    )

    def read(self, kind: str, reader: Callable, text: str) -> object:
        path = self.file("x.json", text)
        read = reader(
            path, reports.SHIPPED, *([[]] if kind == "evaluations" else [])
        )
        return (read, read) if kind == "bench" else read

    def check(self, message: str, which: int, text: str):
        with self.assertRaisesRegex(RescaleError, f"^{message}$"):
            self.read(*self.KINDS[which][:2], text)

    def test_messages(self):
        record = reports.EVALUATION
        first = ("results", 0)
        for place, value, got in (
            (("results",), {}, "an object for results, which has to be a "
             "list"),
            (("results",), [], "an empty list for results, which has to be a "
             "list of one or more"),
            ((*first, "metric"), "f1", '"f1" for results[0].metric, which '
             "has to be one of top1, mse, auc, kl"),
            ((*first, "n"), 0.5, "0.5 for results[0].n, which has to be an "
             "integer from 0 to 2^53"),
            ((*first, "z"), math.nan, "NaN for results[0].z, which has to be "
             "a number from -1e100 to 1e100"),
            ((*first, "value"), 10**400, f"1{'0' * 39}... for "
             "results[0].value, which has to be a number from -1e100 to "
             "1e100"),
            ((*first, "standard_error"), -1, "-1 for "
             "results[0].standard_error, which has to be a number from 0 to "
             "1e100"),
            (("model", "file"), "\ud800", r'"\ud800" for model.file, which '
             "has to be text"),
            (("model", "sha256"), "12", '"12" for model.sha256, which has to '
             "be a SHA-256"),
            (("model", "options"), [None], "null for model.options[0], which "
             "has to be text"),
        ):
            self.check(
                f"requires an evaluation, got .*x.json with {re.escape(got)}; "
                "write it with rescale eval --json",
                *(0, json.dumps(put(record, place, value))),
            )
        self.check(
            r"requires an evaluation, got .* without results\[0\]\.z; .*",
            *(0, json.dumps(put(record, (*first, "z"), GONE))),
        )
        first = ("candidates", 0)
        for place, value, got in (
            ((*first, "on_front"), 1, "1 for candidates[0].on_front, which "
             "has to be true or false"),
            ((*first, "layers"), [None], "a list for candidates[0].layers, "
             "which has to be an object"),
            ((*first, "layers"), {"\ud800": "keep"}, r'"\ud800" for a name '
             "in candidates[0].layers, which has to be text"),
            ((*first, "layers"), {"conv": 8}, '8 for '
             'candidates[0].layers["conv"], which has to be text'),
        ):
            self.check(
                f"requires a search, got .*x.json with {re.escape(got)}; "
                "write it with rescale search",
                *(1, json.dumps(put(reports.SEARCH, place, value))),
            )

    def test_schema(self):
        """Nothing is asked of evaluations that the schema leaves open."""
        schema = json.loads(
            (ROOT / "docs" / "eval.schema.json").read_text()
        )
        network = schema["$defs"]["network"]["anyOf"][1]
        members = records.EVALUATION.members
        for mine, its in (
            (members, schema),
            (members["results"].of, schema["$defs"]["result"]),
            (members["model"].of, network),
            (members["reference"].of, network),
        ):
            needed = {
                name
                for name, one in mine.items()
                if not getattr(one, "may_miss", False)
            }
            self.assertLessEqual(needed, set(its["required"]))
            self.assertLessEqual(set(mine), set(its["properties"]))

    def test_no_json(self):
        for text in ("[" * 10**5, '{"a":' * 10**5, "9" * 5000, "nul"):
            for which in range(len(self.KINDS)):
                self.check("requires JSON, got .*; write it .*", which, text)

    def test_anything(self):
        """Whatever stands at a place is refused, or makes a page."""
        model = self.file("x.mlir", reports.HOSTILE)
        gathered = facts.gather(
            model, self.folder, title="x", target="cortex-m4"
        )
        # They have nothing of the files.
        drawn = {"spreads": "", "histogram": "", "staircase": ""}
        for kind, reader, right in self.KINDS:
            for wrong in WRONG:
                record, taken = right, []
                for place in find_places(right):
                    is_member = place and isinstance(place[-1], str)
                    if wrong is GONE and not is_member:
                        continue
                    # What is around it is no longer there.
                    if any(place[: len(one)] == one for one in taken):
                        continue
                    changed = put(record, place, wrong)
                    try:
                        self.read(kind, reader, json.dumps(changed))
                    except RescaleError:
                        continue
                    record = changed
                    taken.append(place)
                if not taken:
                    continue
                with self.subTest(kind=kind, wrong=wrong, places=taken):
                    read = self.read(kind, reader, json.dumps(record))
                    shown = replace(gathered, **{kind: read})
                    with mock.patch.multiple(figures, **{
                        name: mock.Mock(return_value=text)
                        for name, text in drawn.items()
                    }):
                        text = page.render(shown)
                    self.assertNotRegex(
                        re.sub(r"<style.*?</style>|<[^>]*>", "", text,
                               flags=re.S),
                        r"(?i)\b(nan|inf)\b|\bNone\b(?! keeps)",
                    )
                    text.encode()


if __name__ == "__main__":
    unittest.main()
