# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Where the compiled tools are, and running them.

They are looked for in the directory that RESCALE_TOOLS names, or else in
build/*/bin of the checkout that this file is part of, in the bin directory of
the prefix that Python runs from, and on the PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import RescaleError

_CHECKOUT = Path(__file__).resolve().parents[2]


def _directories() -> list[Path]:
    """Returns where to look for tools before the PATH."""
    directories = []
    if (_CHECKOUT / "CMakePresets.json").is_file():
        # The build that users make before those of developers.
        builds = sorted(_CHECKOUT.glob("build/*/bin"))
        builds.sort(key=lambda path: path.parent.name != "release")
        directories += builds
    return [*directories, Path(sys.prefix, "bin")]


def find(name: str) -> Path:
    """Returns the path of the tool `name`; raises RescaleError."""
    chosen = os.environ.get("RESCALE_TOOLS")
    for directory in [Path(chosen)] if chosen else _directories():
        path = directory / name
        if path.is_file() and os.access(path, os.X_OK):
            return path
    if chosen:
        raise RescaleError(
            f"requires the tool {name} in the directory that RESCALE_TOOLS "
            f"names, got {chosen}; build it with ./bootstrap build, or unset "
            "RESCALE_TOOLS"
        )
    found = shutil.which(name)
    if found:
        return Path(found)
    raise RescaleError(
        f"requires the tool {name}, which is not built; build it with "
        "./bootstrap build, or set RESCALE_TOOLS to its directory"
    )


def run(
    name: str, arguments: Sequence[str | Path], *, quiet: bool = False
) -> str:
    """Runs a tool and returns what it prints to standard output.

    quiet: whether to drop the warnings and remarks of a successful run.

    Raises RescaleError with the tool's diagnostics where it fails.
    """
    process = subprocess.run(
        [find(name), *arguments],
        capture_output=True,
        # Diagnostics quote the input, which need not be text.
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if process.returncode:
        reason = (
            f"signal {-process.returncode}"
            if process.returncode < 0
            else f"exit code {process.returncode}"
        )
        raise RescaleError(
            f"{name} failed with {reason}; see its messages above",
            process.stderr,
            # A tool that ends by itself has said why.
            is_told=process.returncode > 0 and bool(process.stderr),
        )
    if not quiet:
        # Warnings and remarks of a successful run.
        sys.stderr.write(process.stderr)
    return process.stdout
