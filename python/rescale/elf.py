# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The sizes of code and constants in object files."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from .errors import RescaleError

# Of the ELF specification: section types and flags.
_SHT_PROGBITS, _SHT_NOBITS = 1, 8
_SHF_WRITE, _SHF_ALLOC, _SHF_EXECINSTR = 1, 2, 4


@dataclass(frozen=True)
class Sizes:
    """Bytes of an object by what they are.

    code: instructions, with the constants that the compiler mixes into them.
    constants: tables that are never written to.
    data: what is initialized and written to, in flash and RAM.
    zeros: what starts as zero, in RAM alone.
    """

    code: int
    constants: int
    data: int
    zeros: int


def read_sizes(path: Path) -> Sizes:
    """Returns the sizes of an ELF file; raises RescaleError for any other.

    Unwinding tables do not count: nothing in C needs them.
    """
    contents = path.read_bytes()
    if contents[:4] != b"\x7fELF" or contents[4] not in (1, 2):
        raise RescaleError(
            f"requires an ELF file to measure, got {path}; compile for a "
            "target with ELF"
        )
    is_64 = contents[4] == 2
    order = "<" if contents[5] == 1 else ">"
    # e_shoff to e_shstrndx; of sections, sh_name to sh_size.
    start = struct.unpack_from(
        order + ("Q" if is_64 else "I"), contents, 40 if is_64 else 32
    )[0]
    size, count, names = struct.unpack_from(
        f"{order}HHH", contents, 58 if is_64 else 46
    )
    sections = [
        struct.unpack_from(
            order + ("IIQQQQ" if is_64 else "IIIIII"),
            contents,
            start + i * size,
        )
        for i in range(count)
    ]
    strings = sections[names][4]
    totals = dict.fromkeys(("code", "constants", "data", "zeros"), 0)
    for name, kind, flags, _, _, length in sections:
        first = strings + name
        text = contents[first : contents.index(b"\0", first)]
        if (
            not flags & _SHF_ALLOC
            or kind not in (_SHT_PROGBITS, _SHT_NOBITS)
            or text.startswith(b".eh_frame")
        ):
            continue
        if kind == _SHT_NOBITS:
            totals["zeros"] += length
        elif flags & _SHF_EXECINSTR:
            totals["code"] += length
        elif flags & _SHF_WRITE:
            totals["data"] += length
        else:
            totals["constants"] += length
    return Sizes(**totals)
