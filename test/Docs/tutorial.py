# REQUIRES: numpy, sklearn, matplotlib
# RUN: %python %s %rescale_source_dir/docs/Tutorial.md

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs the commands of the tutorial; with --update writes what they print.

`rescale` and `python` are those of the test. What `rescale` says while a slow
machine compiles is left out.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

COMMAND = """\
#!{python}
import sys
from rescale import progress
progress._PATIENCE = 3600
from rescale.cli import main
sys.exit(main())
"""


def update(page: Path) -> None:
    """Replaces what the page's commands print."""
    text = page.read_text()
    fence = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
    with tempfile.TemporaryDirectory() as folder:

        def replace(match: re.Match) -> str:
            language, name, block = match.groups()
            if name:
                Path(folder, name).write_text(block)
            if name or language != "console":
                return match[0]
            lines = []
            for command in re.findall(r"^\$ (.*)$", block, re.M):
                process = subprocess.run(
                    ["sh", "-c", command],
                    cwd=folder,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=True,
                )
                lines.append(f"$ {command}\n{process.stdout}")
            return f"```console\n{''.join(lines)}```"

        page.write_text(fence.sub(replace, text))


def main() -> int:
    *options, page = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        command = Path(folder, "rescale")
        command.write_text(COMMAND.format(python=sys.executable))
        command.chmod(0o755)
        # A link would lose the packages of a virtual environment.
        command = Path(folder, "python")
        command.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        command.chmod(0o755)
        path = os.pathsep.join([folder, os.environ["PATH"]])
        os.environ["PATH"] = path
        if options == ["--update"]:
            update(Path(page))
            return 0
        doctest = Path(__file__).with_name("doctest.py")
        process = subprocess.run([sys.executable, doctest, page], check=False)
        return process.returncode


if __name__ == "__main__":
    sys.exit(main())
