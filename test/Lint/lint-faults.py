# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The linter finds each fault that it is for, and nothing in a clean tree."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

LINT = Path(__file__).with_name("lint.py")
# Split, so that this file's own lint does not see them.
RUN = "RUN" + ": rescale-opt %s | FileCheck %s"
VERIFY = "RUN" + ": rescale-opt %s -verify-diagnostics"


class Lint(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("docs/spec.md", "| `apply_c1` | to `apply_c1` |")
        self.write("include/Ops.td", "// apply_c1: the types.")
        self.write("lib/Ops.cpp", "// apply_c1")
        self.write("test/invalid.mlir", f"// {VERIFY}\n// apply_c1")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")

    def lint(self) -> list[str]:
        done = subprocess.run(
            [sys.executable, LINT, self.root], capture_output=True, text=True
        )
        self.assertEqual(done.stderr, "")
        faults = done.stdout.split("\n")
        faults = [fault for fault in faults if fault]
        self.assertEqual(done.returncode, 1 if faults else 0)
        return faults

    def test_clean(self):
        for suffix in ("", "-NEXT", "-SAME", "-NOT", "-DAG", "-LABEL"):
            text = f"// {RUN}\n// CHECK{suffix}: x"
            self.write(f"test/a{suffix}.mlir", text)
        self.write("test/count.mlir", f"// {RUN}\n// CHECK-COUNT-3: x")
        self.write("test/plain.test", f"{RUN}\nCHECK: x\nThe text goes on.")
        self.write("test/shell.test", f"# {RUN}\n# CHECK: x")
        self.write(
            "test/two.mlir",
            f"// {RUN} --check-prefixes=A,LONG-NAME\n// A: x\n"
            "// LONG-NAME-NEXT: x\n// REQUIRES" + ": models",
        )
        self.write(
            "test/continued.mlir",
            f"// {RUN.removesuffix(' %s')} \\\n// RUN"
            ":   %s --check-prefix A\n// A: x",
        )
        self.write(
            "test/defined.mlir",
            "// DEFINE" + ": %{check} = rescale-opt %s | FileCheck %s\n"
            "// RUN" + ": %{check}\n// CHECK: x",
        )
        # A file of no test, and a word in capitals that is no directive.
        self.write("test/Inputs/a.mlir", "// CHECK: x")
        text = "# RUN" + ': true\nTEXT = "CHECK: x"\n# TOSA x'
        self.write("test/a.py", text)
        self.assertEqual(self.lint(), [])

    def test_colon(self):
        for line in ("CHECK x", "CHECK-NEXT x", "CHECK-SAME", "CHECK"):
            with self.subTest(line):
                self.write("test/a.mlir", f"// {RUN}\n  // {line}")
                self.assertEqual(
                    self.lint(), [f"test/a.mlir:2: a colon is missing: {line}"]
                )

    def test_suffix(self):
        self.write("test/a.mlir", f"// {RUN}\n// CHECK-NXT: x")
        self.assertEqual(
            self.lint(),
            ["test/a.mlir:2: CHECK has no such directive: CHECK-NXT: x"],
        )

    def test_prefix(self):
        self.write("test/a.mlir", f"// {RUN} --check-prefix=A\n// CHECK: x")
        self.assertEqual(
            self.lint(), ["test/a.mlir:2: no command checks CHECK: CHECK: x"]
        )

    def test_no_filecheck(self):
        self.write("test/a.mlir", "// RUN" + ": rescale-opt %s\n// CHECK: x")
        self.write("test/b.py", "# RUN" + ": %python %s\n# CHECK: x")
        self.assertEqual(
            self.lint(),
            [
                "test/a.mlir:2: no command checks CHECK: CHECK: x",
                "test/b.py:2: no command checks CHECK: CHECK: x",
            ],
        )

    def test_diagnostics(self):
        self.write(
            "test/a.mlir", f"// {RUN}\n// CHECK: x\n// expected-error {{x"
        )
        self.assertEqual(
            self.lint(),
            [
                "test/a.mlir:1: no command has -verify-diagnostics, but "
                "errors are expected"
            ],
        )

    def test_labels(self):
        self.write("lib/Ops.cpp", "// apply_c1\n// apply_c2")
        self.assertEqual(
            self.lint(), ["apply_c2: not in docs/spec.md, nor in test"]
        )
        self.write("docs/spec.md", "| `apply_c1` |\n| `apply_c2` |")
        self.assertEqual(self.lint(), ["apply_c2: not in test"])
        self.write("test/b.mlir", f"// {VERIFY}\n// apply_c2 to_tosa_c12")
        self.assertEqual(
            self.lint(),
            ["to_tosa_c12: not in docs/spec.md, nor in include and lib"],
        )


if __name__ == "__main__":
    unittest.main()
