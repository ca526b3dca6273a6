# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Reading damaged files, and writing files whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from .errors import RescaleError


@contextlib.contextmanager
def reading(
    name: str | Path,
    rule: str = "an undamaged file",
    way_out: str = "write or get it again",
) -> Iterator[None]:
    """Turns whatever readers of a file raise into RescaleError.

    What decompressors, parsers and allocators raise for damaged files is
    written nowhere, and is another with another version of them.

    rule: what it has to be, to be whole.
    way_out: what helps where it is not.
    """
    try:
        yield
    except RescaleError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.strerror:
            rule, reason = "a readable file", error.strerror
        else:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            reason += f"; {way_out}"
        raise RescaleError(f"requires {rule}, got {name}: {reason}") from error


def resolve_output(path: Path) -> Path:
    """Returns the file that an output replaces: what a link leads to.

    Raises OSError where no regular file is there.
    """
    wrong = ""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            wrong = "a directory"
        elif not stat.S_ISREG(mode):
            # As a device, which a file in its place would be the end of.
            wrong = "no regular file"
    except OSError:
        if path.is_symlink():
            wrong = "a link that leads nowhere"
    if wrong:
        raise OSError(
            f"requires a file to write to, got {path}, which is {wrong}; "
            "choose another name"
        )
    return path.resolve() if path.is_symlink() else path


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Lets `write` fill a temporary file, then renames it to `path`.

    Raises OSError with the path where it cannot be written.
    """
    path = resolve_output(path)
    try:
        handle, temporary = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name}."
        )
    except OSError as error:
        raise OSError(
            f"requires a writable output directory, got {path.parent}: "
            f"{error.strerror}"
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        # mkstemp makes the file private; give it what open() would have.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException as error:
        os.unlink(temporary)
        if isinstance(error, OSError) and error.strerror:
            # Its own text names the temporary file.
            raise OSError(
                f"requires a file that can be written, got {path}: "
                f"{error.strerror}; choose another"
            ) from error
        raise


def write_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """As `write_atomically`, but raises RescaleError."""
    try:
        write_atomically(path, write)
    except OSError as error:
        raise RescaleError(str(error)) from error
