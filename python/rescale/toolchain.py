# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""C compilers for each target: finding and running them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import RescaleError
from .targets import Target, Toolchain

#: Programs that are Clang, the one of the compiler's own LLVM first.
_CLANGS = ("clang-22", "clang")

#: C compilers of this machine, the best known ones first.
_HOST_COMPILERS = (*_CLANGS, "cc", "gcc")

#: Optimization levels of the option -O.
LEVELS = ("0", "1", "2", "3", "s")


@dataclass(frozen=True)
class Compiler:
    """A C compiler for a target.

    compile_command, link_command: without files and what depends on them.
    version: the first line that it says about itself.
    """

    target: Target
    compile_command: tuple[str, ...]
    link_command: tuple[str, ...]
    version: str

    def compile(
        self, source: Path, output: Path, options: Sequence[str | Path] = ()
    ) -> None:
        """Compiles a file to an object; raises RescaleError."""
        self._run(
            [*self.compile_command, *options, "-c", source, "-o", output],
            f"compile C for {self.target.name}",
            output,
        )

    def link(
        self,
        objects: Sequence[Path],
        output: Path,
        options: Sequence[str | Path] = (),
        directory: Path | None = None,
    ) -> None:
        """Links objects in `directory`; raises RescaleError."""
        self._run(
            [*self.link_command, *objects, "-o", output, *options],
            f"link a program for {self.target.name}",
            output,
            directory,
        )

    @staticmethod
    def _run(
        command: Sequence[str | Path],
        what: str,
        output: Path,
        directory: Path | None = None,
    ) -> None:
        process = subprocess.run(
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            cwd=directory,
        )
        if process.returncode:
            raise RescaleError(
                f"{command[0]} cannot {what}; see its messages above",
                process.stderr,
            )
        # As /bin/true, which ends well.
        if not Path(directory or "", output).is_file():
            raise RescaleError(
                f"requires a C compiler to {what}, got {command[0]}, which "
                "wrote nothing; say gcc, clang, or the path of one"
            )


def require(program: str, package: str, purpose: str) -> str:
    """Returns a program that is on the PATH; raises RescaleError."""
    if not shutil.which(program):
        raise RescaleError(
            f"requires {program} to {purpose}, found none on the PATH; "
            f"install Debian's {package}"
        )
    return program


def _output(command: Sequence[str]) -> str:
    """Returns all that a program says, nothing where it cannot run."""
    try:
        process = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError:
        return ""
    return process.stdout


def _find_gcc(toolchain: Toolchain, purpose: str) -> str:
    """Returns the GCC of a toolchain that has its library, or raises."""
    gcc = require(toolchain.gcc, toolchain.package, purpose)
    # What GCC does not find it returns as it is.
    found = _output([gcc, f"-print-file-name={toolchain.library_file}"])
    if not os.path.isabs(found.strip()):
        raise RescaleError(
            f"requires the C library of {gcc} to {purpose}, found none; "
            f"install Debian's {toolchain.library_package}"
        )
    return gcc


def _headers(gcc: str, flags: Sequence[str]) -> list[str]:
    """Returns the directories of the C library's headers."""
    lines = _output([gcc, *flags, "-E", "-Wp,-v", "-xc", os.devnull])
    _, _, lines = lines.partition("#include <...> search starts here:\n")
    directories = [
        os.path.realpath(line.strip())
        for line in lines.partition("End of search list")[0].splitlines()
    ]
    # GCC's own headers are for GCC.
    return [path for path in directories if "/gcc/" not in path]


def _find_named(target: Target, cc: str) -> tuple[str, bool]:
    """Returns the program that `cc` names, and whether it is Clang."""
    purpose = f"compile C for {target.name}"
    if cc == "clang":
        found = next(filter(shutil.which, _CLANGS), None)
        return found or require(_CLANGS[0], _CLANGS[0], purpose), True
    if cc == "gcc" and target.toolchain:
        return _find_gcc(target.toolchain, purpose), False
    if cc == "gcc":
        return require("gcc", "gcc", purpose), False
    if not shutil.which(cc):
        raise RescaleError(
            f"requires a C compiler to {purpose}, got {cc or 'an empty path'}"
            ", which is no program; say gcc, clang, or the path of one"
        )
    return cc, "clang" in _output([cc, "--version"])


def find_compiler(target: Target, cc: str | None = None) -> Compiler:
    """Returns a C compiler for a target.

    cc: gcc, clang, or the path of either; default: GCC for embedded targets,
    the first that is found for the host.

    Raises RescaleError where it, or the C library it needs, is missing.
    """
    if cc is None and target.is_host:
        cc = next(filter(shutil.which, _HOST_COMPILERS), None)
        if not cc:
            raise RescaleError(
                "requires a C compiler, found none of "
                f"{', '.join(_HOST_COMPILERS)} on the PATH; install Debian's "
                f"{_CLANGS[0]}"
            )
    program, is_clang = _find_named(target, "gcc" if cc is None else cc)
    version = _output([program, "--version"]).partition("\n")[0]
    if target.is_host:
        return Compiler(target, (program,), (program,), version)

    assert target.toolchain
    # Nothing unwinds, and newer compilers write the tables by default.
    common = ("-fno-unwind-tables", "-fno-asynchronous-unwind-tables")
    gcc_flags = (*target.toolchain.flags, *target.gcc_flags)
    if not is_clang:
        command = (program, *gcc_flags)
        return Compiler(target, (*command, *common), command, version)
    # Clang has neither a C library nor run-time routines for these targets:
    # those of GCC, which also knows how to call LLVM's linker with them.
    gcc = _find_gcc(
        target.toolchain, f"link what {program} compiles for {target.name}"
    )
    lld = _output([program, "-print-prog-name=ld.lld"]).strip()
    if not os.path.isabs(lld):
        raise RescaleError(
            f"requires ld.lld to link what {program} compiles for "
            f"{target.name}, found none; install Debian's lld-22"
        )
    headers = [
        word
        for path in _headers(gcc, gcc_flags)
        for word in ("-isystem", path)
    ]
    return Compiler(
        target,
        (program, f"--target={target.triple}", *target.clang_flags)
        + (*headers, *common),
        (gcc, *gcc_flags, f"-B{os.path.dirname(lld)}", "-fuse-ld=lld"),
        version,
    )
