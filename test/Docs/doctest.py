# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Runs the examples of a Markdown page, so that they cannot rot. A block whose
# fence says ```mlir NAME is written to the file NAME; in a block ```console each
# line that begins with "$ " is run by sh, and what it prints must be the lines
# up to the next command. Blocks of other kinds are prose.

import difflib
import pathlib
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


def run_console(block, folder):
    """Runs the commands of one block; returns the number of them."""
    count = 0
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, _, expected = part.partition("\n")
        result = subprocess.run(["sh", "-c", command], cwd=folder, text=True,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)
        count += 1
        if result.stdout != expected:
            diff = difflib.unified_diff(expected.splitlines(),
                                        result.stdout.splitlines(),
                                        "the page", "the command", lineterm="")
            sys.exit(f"$ {command}\n" + "\n".join(diff))
    return count


def main():
    page = pathlib.Path(sys.argv[1]).read_text()
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for language, name, block in FENCE.findall(page):
            if name:
                pathlib.Path(folder, name).write_text(block)
            elif language == "console":
                count += run_console(block, folder)
    if not count:
        sys.exit(f"requires an example to run in {sys.argv[1]}, found none")


if __name__ == "__main__":
    main()
