# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Writes docs/Dialect.md and docs/Passes.md from the .td files, or with --check
# tells whether the committed ones are stale.

import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = {
    "Dialect.md": [
        ("-gen-dialect-doc", "Dialect/Rescale/IR/RescaleAll.td"),
        ("-gen-dialect-doc",
         "Dialect/RescaleKernel/IR/RescaleKernelOps.td"),
    ],
    "Passes.md": [
        ("-gen-pass-doc", "Conversion/Passes.td"),
        ("-gen-pass-doc", "Transforms/Passes.td"),
        ("-gen-pass-doc", "Target/C/Passes.td"),
    ],
}
DIALECTS = {"Rescale": "rescale", "RescaleKernel": "rescale_kernel"}
HEADINGS = {
    "Conversion/Passes.td": "# Conversions\n\n",
    "Transforms/Passes.td": "# Transforms\n\n",
    "Target/C/Passes.td": "# Before C\n\n",
}
NOTICE = (
    "<!-- Generated from {source} by docs/generate.py; do not edit. -->\n\n"
)


def generate(page, tblgen, mlir_include):
    """The text of one page."""
    text = ""
    for generator, name in PAGES[page]:
        source = pathlib.Path("include/rescale") / name
        command = [tblgen, generator, source, "-I", "include",
                   "-I", mlir_include]
        if generator == "-gen-dialect-doc":
            command.append(
                "-dialect=" + DIALECTS[source.parent.parent.name])
        output = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        body = (output.partition("-->\n")[2] or output).replace("[TOC]\n\n", "")
        # The generator shows a form that enumerations do not have.
        body = re.sub(r"(### \w+Attr\n\n_.*_\n\n)Syntax:\n\n```.*?```\n\n",
                      r"\1", body, flags=re.S)
        text += NOTICE.format(source=source) + HEADINGS.get(name, "")
        text += body.strip() + "\n\n"
    return text.rstrip() + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tblgen", default="mlir-tblgen-22")
    parser.add_argument("--mlir-include",
                        default="/usr/lib/llvm-22/include")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; fail when a page is stale")
    arguments = parser.parse_args()
    stale = []
    for page in PAGES:
        text = generate(page, arguments.tblgen, arguments.mlir_include)
        path = ROOT / "docs" / page
        if not arguments.check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(page)
    if stale:
        print(f"requires docs/{', docs/'.join(stale)} to agree with the .td "
              "files; run: python3 docs/generate.py", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
