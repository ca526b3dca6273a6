# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writing output files whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from .errors import RescaleError


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Lets `write` fill a temporary file, then renames it to `path`.

    Raises OSError with the path where it cannot be written.
    """
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
