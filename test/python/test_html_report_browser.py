# REQUIRES: numpy, matplotlib, jinja2, chromium
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The page of rescale report, in a browser."""

import io
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
from Inputs import reports
from Inputs.browser import Browser
from Inputs.patience import setUpModule  # noqa: F401
from PIL import Image
from rescale import html_report
from rescale.shipped import MODEL_PATH

SECTIONS = [
    *("summary", "layers", "widths", "certificates", "products", "cost"),
    *("staircase", "accuracy", "search"),
]

#: What each section has to show, in pixels, and which pictures are seen.
LOOK = """
({
  sections: [...document.querySelectorAll("section")].map(
    (s) => [s.id, s.offsetWidth, s.offsetHeight]),
  pictures: [...document.querySelectorAll("svg")]
    .filter((s) => s.getBoundingClientRect().width > 0)
    .map((s) => [s.getAttribute("class"), s.getBoundingClientRect().width]),
  width: document.documentElement.scrollWidth,
  // Text of pictures is drawn in units of the picture.
  smallest: Math.min(...[...document.querySelectorAll("svg text")]
    .filter((t) => t.getBoundingClientRect().width > 0)
    .map((t) => [parseFloat(t.style.fontSize), t.getScreenCTM()])
    .map(([size, {a, b}]) => size * Math.hypot(a, b))),
})
"""


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.pages = {}
        evaluation = Path(folder.name, "eval.json")
        evaluation.write_text(json.dumps(reports.EVALUATION))
        search = Path(folder.name, "front.json")
        search.write_text(json.dumps(reports.SEARCH))
        after = Path(folder.name, "bench.json")
        after.write_text(json.dumps(reports.bench(900, {"conv1_0": 800})))
        hostile = Path(folder.name, "hostile.mlir")
        hostile.write_text(reports.HOSTILE)
        for name, model, options in (
            (
                "digits",
                MODEL_PATH,
                {
                    "narrow": "4",
                    "evaluations": [evaluation] * 2,
                    "bench": (after, after),
                    "search": search,
                },
            ),
            ("hostile", hostile, {"title": "<script>alert(3)</script>"}),
        ):
            cls.pages[name] = Path(folder.name, f"{name}.html")
            html_report.write(model, cls.pages[name], **options)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.__exit__, None, None, None)

    def open(self, name: str, width: int, **options):
        self.browser.open(self.pages[name], width, **options)

    def check_silence(self):
        """No error, and nothing is loaded but the page."""
        self.assertEqual(self.browser.errors, [])
        self.assertEqual(len(self.browser.requests), 1)

    def test_windows(self):
        for name in self.pages:
            for width, kind in ((360, "narrow"), (1600, "wide")):
                for dark in (False, True):
                    with self.subTest(name=name, width=width, dark=dark):
                        self.open(name, width, dark=dark)
                        look = self.browser.evaluate(LOOK)
                        self.assertEqual(look["width"], width)
                        self.assertEqual(
                            [section[0] for section in look["sections"]],
                            SECTIONS,
                        )
                        for _, wide, high in look["sections"]:
                            self.assertGreater(wide, width * 0.7)
                            self.assertGreater(high, 100)
                        self.assertGreaterEqual(len(look["pictures"]), 4)
                        for found, wide in look["pictures"]:
                            self.assertEqual(found, kind)
                            self.assertGreater(wide, 300)
                        self.assertGreater(look["smallest"], 8.5)
                        self.check_pixels(dark)
                        self.check_silence()

    def check_pixels(self, dark: bool):
        """Paper, and enough on it."""
        pixels = np.asarray(
            Image.open(io.BytesIO(self.browser.screenshot(whole=True)))
        )[..., :3].mean(axis=2)
        self.assertLess(pixels[0, 0], 40) if dark else self.assertGreater(
            pixels[0, 0], 240
        )
        drawn = np.abs(pixels - pixels[0, 0]) > 60
        self.assertGreater(drawn.mean(), 0.01)
        # No part as high as a window is empty.
        for top in range(0, len(drawn) - 600, 300):
            self.assertTrue(drawn[top : top + 600].any())

    def test_sort(self):
        self.open("digits", 1600)
        column = """
          [...document.querySelectorAll("section#layers tbody")[0].rows].map(
            (row) => Number(row.cells[5].textContent))
        """
        values = self.browser.evaluate(column)
        click = (
            'document.querySelector("section#layers thead").rows[0].cells[5]'
            '.querySelector("button").click()'
        )
        self.browser.evaluate(click)
        self.assertEqual(self.browser.evaluate(column), sorted(values))
        self.browser.evaluate(click)
        self.assertEqual(
            self.browser.evaluate(column), sorted(values, reverse=True)
        )
        self.assertGreater(len(set(values)), 1)
        self.check_silence()

    def test_links_open_channels(self):
        self.open("digits", 1600)
        link = 'document.querySelector("section#layers tbody a")'
        opened = f"""
          (() => {{
            const id = {link}.getAttribute("href").slice(1);
            return document.getElementById(id).open;
          }})()
        """
        self.assertFalse(self.browser.evaluate(opened))
        self.browser.evaluate(f"{link}.click()")
        self.assertTrue(
            self.browser.evaluate(
                "new Promise((done) => setTimeout(() => "
                f"done({opened.strip()}), 200))",
                wait=True,
            )
        )
        self.check_silence()

    def test_errors_are_seen(self):
        """Or the silence of the other tests would mean nothing."""
        path = self.pages["digits"].with_name("broken.html")
        path.write_text(
            self.pages["digits"]
            .read_text()
            .replace("<main>", '<main><img src="http://127.0.0.1:9/x.png">')
            .replace('"use strict";', "nothing();")
        )
        self.browser.open(path, 1600)
        # Neither the changed script nor the picture is allowed.
        self.assertGreaterEqual(len(self.browser.errors), 2)
        for error in self.browser.errors[:2]:
            self.assertIn("Content Security Policy", error)


if __name__ == "__main__":
    unittest.main()
