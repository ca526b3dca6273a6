# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Which network a file is, by SHA-256."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import tools
from .tflite import is_tflite

#: What an import writes, in the first line of a module. Keys are sorted.
_SOURCE = re.compile(
    r'^module .*?\brescale\.source = \{.*?sha256 = "([0-9a-f]{64})"\}', re.M
)

#: Digits of a SHA-256 that tell networks apart, for messages.
_SHOWN = 12


@dataclass(frozen=True)
class Provenance:
    """A network's file, and the one that it was imported from.

    sha256: of the file; source_sha256: of what MLIR says that it was imported
    from, perhaps before it was calibrated or changed; else None.
    """

    file: str
    sha256: str
    source_sha256: str | None = None

    @classmethod
    def read(cls, path: Path) -> Provenance:
        """Raises RescaleError for what cannot be parsed."""
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if is_tflite(path):
            return cls(str(path), digest)
        # As text, whatever it is written in, without its constants.
        limits = [
            f"--mlir-elide-{what}-if-larger=1"
            for what in ("elementsattrs", "resource-strings")
        ]
        text = tools.run("rescale-opt", [path, *limits], quiet=True)
        found = _SOURCE.search(text)
        return cls(str(path), digest, found and found[1])

    @classmethod
    def parse(cls, record: Mapping[str, Any]) -> Provenance:
        """Reads what `record` gives, among other members."""
        return cls(
            record["file"], record["sha256"], record.get("source_sha256")
        )

    def record(self) -> dict[str, str | None]:
        """Returns what results say of the network that they are of."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "source_sha256": self.source_sha256,
        }

    def is_of(self, other: Provenance) -> bool:
        """Returns whether both are one file, or were made from one."""
        mine, its = (
            {one.sha256, one.source_sha256} - {None} for one in (self, other)
        )
        return not mine.isdisjoint(its)

    @property
    def name(self) -> str:
        """The name of the file, in whatever folder."""
        return Path(self.file).name

    @property
    def short(self) -> str:
        """The beginning of the SHA-256."""
        return self.sha256[:_SHOWN]

    def __str__(self) -> str:
        return f"{self.file} (SHA-256 {self.short})"
