# REQUIRES: numpy, sklearn, optuna, matplotlib, jinja2
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""rescale search, on the shipped network."""

import contextlib
import io
import json
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from unittest import mock

import numpy as np
from Inputs.patience import setUpModule  # noqa: F401
from rescale import calibrate, cli, search, tools
from rescale.evaluation import evaluate
from rescale.shipped import MODEL_PATH, digits

SAMPLES = digits.load()[:300]

#: What is said of a network without calibration.
UNCALIBRATED = (
    "rescale: warning: addends are chosen for all accumulators that can "
    "occur, for want of observed ones, which loses more at few bits; run "
    "rescale calibrate before\n"
)


class Search(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        np.save(self.path("x.npy"), SAMPLES.codes)
        np.save(self.path("y.npy"), SAMPLES.labels)
        self.front = self.path("front.json")

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def run_command(
        self, *options: str, labels: bool = True, model: Path = MODEL_PATH
    ):
        """Returns the exit code, and what is written to either stream."""
        arguments = [
            *("search", str(model), "--data", self.path("x.npy")),
            *("-o", self.front, "--samples", ":200", "--seed", "3", *options),
        ]
        if labels:
            arguments += ["--labels", self.path("y.npy")]
        with (
            contextlib.redirect_stdout(io.StringIO()) as output,
            contextlib.redirect_stderr(io.StringIO()) as errors,
        ):
            code = cli.main(arguments)
        return code, output.getvalue(), errors.getvalue()

    def read(self) -> dict:
        return json.loads(Path(self.front).read_text())

    def test_search(self):
        best = self.path("best.mlirbc")
        options = ["--budget=2pp", "--trials=9", "--widths=3:5"]
        code, output, errors = self.run_command(
            *(*options, "--model-output", best, "--holdout=200:"),
            *("--plot", self.path("front.svg"), "--one-shift=both"),
        )
        self.assertEqual((code, errors), (0, UNCALIBRATED))
        record = self.read()
        self.assertEqual(record["n"], 200)
        self.assertEqual(record["trials"], 9)
        self.assertEqual(record["holdout"]["n"], 100)
        ElementTree.parse(self.path("front.svg"))
        its = next(
            c for c in record["candidates"] if c["trial"] == record["best"]
        )
        self.assertTrue(its["on_front"] and its["within_budget"])
        self.assertIn(f"{its['cost']:,}", output)
        # The network is the one that was judged.
        result = evaluate(
            best, SAMPLES.codes[:200], SAMPLES.labels[:200], MODEL_PATH
        )
        self.assertAlmostEqual(-100 * result.difference, its["loss"])
        report = self.path("report.json")
        tools.run(
            "rescale-compile",
            [best, "--emit=rescale", "-o", self.folder, f"--report={report}"],
            quiet=True,
        )
        found = json.loads(Path(report).read_text())
        self.assertEqual(
            found["summary"]["multiplicand_bits"]
            + found["elementwise_summary"]["multiplicand_bits"],
            its["cost"],
        )
        layers = {layer["name"]: layer for layer in found["layers"]}
        self.assertEqual(
            list(its["layers"]),
            [n for n, la in layers.items() if la["role"] == "accumulators"],
        )
        for name, text in its["layers"].items():
            choice = search.Choice.parse(text)
            if choice.method != search.KEEP:
                for channel in layers[name]["channels"]:
                    self.assertLessEqual(channel["bits_after"], choice.bits)
            if choice.one_shift:
                self.assertTrue(layers[name]["one_shift"])
        # What is tried by the sampler too is decided by the seed.
        first = Path(self.front).read_bytes()
        self.run_command(
            *(*options, "--holdout=200:", "--one-shift=both"),
        )
        self.assertEqual(Path(self.front).read_bytes(), first)

    def test_resume(self):
        storage = f"--storage=sqlite:///{self.folder}/study.db"
        options = ["--budget=2pp", "--widths=4:5", storage]
        self.assertEqual(self.run_command(*options, "--trials=2")[0], 0)
        first = self.read()["candidates"]
        self.assertEqual(self.run_command(*options, "--trials=4")[0], 0)
        again = self.read()
        self.assertEqual(again["trials"], 4)
        self.assertEqual(
            [c["layers"] for c in again["candidates"]][: len(first)],
            [c["layers"] for c in first],
        )
        code, _, errors = self.run_command(*options, "--cost=flash")
        self.assertEqual(code, 1)
        self.assertIn(
            "requires the study digits to have cost flash, got "
            "multiplicand-bits; name another with --study",
            errors,
        )

    def test_costs(self):
        for cost, unit in (
            ("flash", "bytes"),
            ("instructions", "instructions"),
        ):
            code, _, errors = self.run_command(
                *("--budget=50pp", f"--cost={cost}", "--trials=2"),
                *("--widths=4:5", "--target=cortex-m0"),
            )
            self.assertEqual((code, errors), (0, UNCALIBRATED))
            record = self.read()
            self.assertEqual(record["cost_unit"], unit)
            costs = [c["cost"] for c in record["candidates"]]
            self.assertEqual(len(set(costs)), len(costs))

    def test_one_trial(self):
        """Layers that are kept lose nothing, and are tried first."""
        code, _, _ = self.run_command("--budget=0pp", "--trials=1")
        self.assertEqual(code, 0)
        (its,) = self.read()["candidates"]
        self.assertEqual(set(its["layers"].values()), {"keep"})
        self.assertEqual(self.read()["methods"], ["keep", "addend"])

    def test_snap(self):
        """Without words on addends, which are not tried."""
        best = self.path("best.mlirbc")
        options = ["--budget=50pp", "--trials=2", "--widths=2"]
        options += ["--methods=keep,snap", "--model-output", best]
        code, _, errors = self.run_command(*options)
        self.assertEqual((code, errors), (0, ""))
        plain = self.read()
        snapped = plain["candidates"][1]
        self.assertEqual(set(snapped["layers"].values()), {"snap:2"})
        self.assertEqual(plain["best"], 1)
        report = self.path("report.json")
        tools.run(
            "rescale-opt",
            [best, f"--rescale-report=output={report}", "-o", "/dev/null"],
        )
        for layer in json.loads(Path(report).read_text())["layers"]:
            if layer["role"] == "accumulators":
                self.assertEqual(layer["snapped"]["bits"], 2)
            else:
                self.assertIsNone(layer["snapped"])
        # The same by hand, as docs/Search.md says.
        choices = ",".join(f"{name}:2" for name in snapped["layers"])
        own = self.path("own.mlirbc")
        tools.run(
            "rescale-opt",
            [
                *(MODEL_PATH, "--tosa-to-rescale=narrow=off"),
                *(f"--rescale-snap=layers={choices}", "--emit-bytecode"),
                *("-o", own),
            ],
        )
        result = evaluate(own, SAMPLES.codes[:200], None, best, "mse",
                          target="reference")
        self.assertEqual(result.value, 0)

    def test_calibrated(self):
        """What data gave the layers is used where it is there."""
        model = self.folder / "calibrated.mlirbc"
        calibrate.calibrate(MODEL_PATH, SAMPLES.codes[200:264], model)
        options = ["--metric=kl", "--budget=9nats", "--trials=2"]
        for methods in ("addend", "snap"):
            losses = []
            for network in (MODEL_PATH, model):
                code, _, errors = self.run_command(
                    *(*options, "--widths=2:3", f"--methods={methods}"),
                    model=network,
                )
                self.assertEqual(code, 0)
                is_warned = methods == "addend" and network != model
                self.assertEqual(errors, UNCALIBRATED * is_warned)
                losses.append([c["loss"] for c in self.read()["candidates"]])
            self.assertTrue(all(np.less(losses[1], losses[0])), losses)
        # Layers with one shift beside others, whose grid is another.
        code, _, errors = self.run_command(
            *(*options, "--widths=2", "--methods=snap", "--one-shift=both"),
            "--trials=4",
            model=model,
        )
        self.assertEqual((code, errors), (0, ""))
        layers = [c["layers"].values() for c in self.read()["candidates"]]
        self.assertIn({"snap:2", "snap:2:layer"}, list(map(set, layers)))

    def test_unreachable(self):
        """The best that there is, and what it loses, are said and written."""
        code, output, errors = self.run_command(
            *("--budget=0.1pp", "--widths=1", "--trials=1"),
            "--methods=addend",
        )
        self.assertEqual(code, 1)
        least = min(c["loss"] for c in self.read()["candidates"])
        self.assertGreater(least, 10)
        self.assertIsNone(self.read()["best"])
        self.assertIn(
            "rescale: error: requires a loss of at most 0.1 pp, got "
            f"{least:.3g} pp at best, with a cost of ",
            errors,
        )
        self.assertIn("addend:1 × 7", output)

    def test_errors(self):
        for options, labels, message in (
            (
                ["--budget=some"],
                True,
                "requires a budget for top1 of 0 or more, as in 0.2pp, got "
                "some",
            ),
            (
                ["--budget=1"],
                True,
                "requires a budget for top1 in pp, as in 0.2pp, got 1",
            ),
            (
                ["--budget=1pp", "--holdout=20:60"],
                True,
                "requires samples for --holdout that are not searched on, got "
                "20:60 beside :200; choose others, or another part with "
                "--samples",
            ),
            (
                ["--budget=1pp", f"--plot={self.path('x.npy')}"],
                True,
                "requires a file of its own for the output, got "
                f"{self.path('x.npy')}, which is read too; choose another",
            ),
            (
                [
                    "--budget=1pp",
                    f"--plot={self.path('p.svg')}",
                    f"--model-output={self.path('p.svg')}",
                ],
                True,
                "requires a file of its own for each output, got "
                f"{self.path('p.svg')} for two; choose another",
            ),
            (
                ["--budget=1pp", "--holdout=400:"],
                True,
                "requires samples within 0:300, got 400:",
            ),
            (
                ["--budget=1pp", "--holdout=250:240"],
                True,
                "requires samples as START:STOP with START < STOP, got "
                "250:240; as in 64:4000",
            ),
            (
                ["--budget=1pp", "--samples=:301"],
                True,
                "requires samples within 0:300, got :301",
            ),
            (
                ["--budget=1pp"],
                False,
                "requires labels for top1, got none; give --labels, or search "
                "with --metric kl",
            ),
            (
                ["--budget=1pp", "--widths=9:1"],
                True,
                "requires widths as LEAST:MOST from 1 to 16, got 9:1; as in "
                "1:8",
            ),
            (
                ["--budget=1pp", "--methods=magic"],
                True,
                "requires methods of keep, ",
            ),
            (
                ["--budget=1pp", "--storage=sqlite:////nonexistent/x.db"],
                True,
                "requires a storage that can be opened, got "
                "sqlite:////nonexistent/x.db: ",
            ),
        ):
            with (
                self.subTest(options=options),
                # Before a trial, or any network, takes its time.
                mock.patch.object(search.Network, "build", self.fail),
            ):
                code, output, errors = self.run_command(
                    *options, labels=labels
                )
                self.assertEqual((code, output), (1, ""))
                self.assertIn(f"rescale: error: {message}", errors)
                self.assertFalse(Path(self.front).exists())

    def test_nothing_to_search(self):
        model = self.folder / "x.mlir"
        model.write_text(
            "func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {\n"
            "  return %x : tensor<4xi8>\n}\n"
        )
        with contextlib.redirect_stderr(io.StringIO()) as errors:
            code = cli.main(
                [
                    *("search", str(model), "--data", self.path("x.npy")),
                    *("--labels", self.path("y.npy"), "--budget=1pp"),
                    *("-o", self.front),
                ]
            )
        self.assertEqual(code, 1)
        self.assertIn(
            "requires a network with requantizations of accumulators, got",
            errors.getvalue(),
        )

    def test_missing_extra(self):
        with (
            mock.patch.dict(sys.modules, {"optuna": None}),
            mock.patch.dict(sys.modules),
        ):
            sys.modules.pop("rescale.search.study", None)
            code, _, errors = self.run_command("--budget=1pp", "--trials=1")
        self.assertEqual(code, 1)
        self.assertIn(
            "requires the Python package optuna to search, which is not "
            "installed; run pip install './python[search]' in the checkout",
            errors,
        )


if __name__ == "__main__":
    unittest.main()
