# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writing output files whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from .errors import RescaleError
from .shipped.files import write_atomically


def write_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Lets `write` fill a temporary file, then renames it to `path`.

    Raises RescaleError where that is not possible.
    """
    try:
        write_atomically(path, write)
    except OSError as error:
        raise RescaleError(str(error)) from error
