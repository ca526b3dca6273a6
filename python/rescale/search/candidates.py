# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks with widths chosen layer by layer, and what they cost."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import bench, parameters, tools
from ..errors import RescaleError
from ..html_report.facts import measure_samples, read_tables

#: What can be made of a layer, by the pass that does it, in the order in which
#: these run: snapping moves the scale and requantizes the weights, which makes
#: another function of the layer, approximation finds the best multiplicand and
#: addend for the accumulators as they are. Kept layers are narrowed without
#: changing a code.
METHODS = {"snap": "rescale-snap", "addend": "rescale-approximate"}
KEEP = "keep"

#: What is tried unless methods are named: no other function of a layer.
DEFAULT_METHODS = (KEEP, "addend")

#: Further options of passes, where there is calibration that they use, by
#: method and by whether a layer has one shift: a grid has one point then.
_CALIBRATED = {
    ("snap", False): " grid=best correct-bias=true",
    ("snap", True): " correct-bias=true",
}

#: What can be minimized, with its unit.
COSTS = {
    "multiplicand-bits": "bits",
    "flash": "bytes",
    "instructions": "instructions",
    "measured-instructions": "instructions",
}

_NAME = "model"


@dataclass(frozen=True)
class Choice:
    """What is made of a layer."""

    method: str = KEEP
    bits: int = 0
    one_shift: bool = False

    def __str__(self) -> str:
        if self.method == KEEP:
            return KEEP
        shift = ":layer" if self.one_shift else ""
        return f"{self.method}:{self.bits}{shift}"

    @classmethod
    def parse(cls, text: str) -> Choice:
        """Reads what `str` gives."""
        method, *rest = text.split(":")
        if method == KEEP:
            return cls()
        return cls(method, int(rest[0]), rest[1:] == ["layer"])


#: A choice for each layer.
Candidate = Mapping[str, Choice]


@dataclass(frozen=True)
class Built:
    """A candidate's network.

    content: tells whether two candidates are the same network.
    """

    path: Path
    content: str


class Network:
    """A network that candidates are made of.

    layers: the names of those that accumulators of convolutions and products
    are requantized in, in order.
    is_calibrated: whether it is known what data gave these.
    """

    def __init__(self, model: Path, folder: Path, target: str) -> None:
        """Reads the layers of MLIR; raises RescaleError."""
        self._folder = folder
        self._target = target
        self._base = folder / "base.mlirbc"
        report = folder / "base.json"
        tools.run(
            "rescale-opt",
            [
                *(model, "--tosa-to-rescale=narrow=off"),
                f"--rescale-report=output={report}",
                *("--emit-bytecode", "-o", self._base),
            ],
            quiet=True,
        )
        found = [
            layer
            for layer in json.loads(report.read_text())["layers"]
            if layer["role"] == "accumulators"
        ]
        self.layers = [layer["name"] for layer in found]
        self.is_calibrated = all(
            "observed" in channel
            for layer in found
            for channel in layer["channels"]
        )
        if not self.layers:
            raise RescaleError(
                "requires a network with requantizations of accumulators, got "
                f"{model}, which has none; name one with convolutions"
            )

    def build(self, candidate: Candidate, name: str) -> Built:
        """Makes the network of a candidate; raises RescaleError."""
        arguments: list[str | Path] = [self._base]
        for kind in itertools.product(METHODS, (False, True)):
            layers = [
                f"{layer}:{choice.bits}{':layer' * choice.one_shift}"
                for layer, choice in candidate.items()
                if (choice.method, choice.one_shift) == kind
            ]
            if layers:
                more = _CALIBRATED.get(kind, "") * self.is_calibrated
                arguments.append(
                    f"--{METHODS[kind[0]]}=layers={','.join(layers)}{more}"
                )
        path = self._folder / f"{name}.mlirbc"
        tools.run(
            "rescale-opt", [*arguments, "--emit-bytecode", "-o", path],
            quiet=True,
        )
        return Built(path, hashlib.sha256(path.read_bytes()).hexdigest())

    def cost(self, built: Built, kind: str) -> int:
        """Returns what a network costs; raises RescaleError."""
        if kind == "measured-instructions":
            return bench.measure_network(
                built.path,
                measure_samples,
                target=self._target,
                layers=False,
                quiet=True,
            )["instructions"]
        folder = self._folder / "cost"
        report = folder / "report.json"
        emits = {"flash": "c", "instructions": "parameters"}
        tools.run(
            "rescale-compile",
            [
                *(built.path, f"--emit={emits.get(kind, 'rescale')}"),
                *(f"--target={self._target}", f"--name={_NAME}"),
                *(f"--report={report}", "-o", folder),
            ],
            quiet=True,
        )
        if kind == "flash":
            return read_tables((folder / f"{_NAME}.c").read_text()).constants
        found = json.loads(report.read_text())
        if kind == "instructions":
            network = parameters.read(folder / f"{_NAME}.parameters.json")
            # Without a cost are those that keep their parameters whatever is
            # chosen.
            return sum(
                math.prod(network[layer["name"]].shape) * (layer["cost"] or 0)
                for layer in found["layers"]
            )
        return sum(
            found[sums]["multiplicand_bits"]
            for sums in ("summary", "elementwise_summary")
        )


def parse_widths(text: str) -> tuple[int, int]:
    """Reads LEAST:MOST, or a number for both; raises RescaleError."""
    least, _, most = text.partition(":")
    most = most or least
    if not (least.isdecimal() and most.isdecimal()) or not (
        1 <= int(least) <= int(most) <= 16
    ):
        raise RescaleError(
            f"requires widths as LEAST:MOST from 1 to 16, got {text}; as in "
            "1:8"
        )
    return int(least), int(most)


def parse_methods(texts: Sequence[str]) -> list[str]:
    """Reads names of methods, several after commas; raises RescaleError."""
    known = (KEEP, *METHODS)
    names = [name for text in texts for name in text.split(",")]
    for name in names:
        if name not in known:
            raise RescaleError(
                f"requires methods of {', '.join(known)}, got {name}"
            )
    if not set(names) - {KEEP}:
        raise RescaleError(
            f"requires a method of {', '.join(METHODS)}, got {KEEP} alone; "
            "add one"
        )
    return [name for name in known if name in names]
