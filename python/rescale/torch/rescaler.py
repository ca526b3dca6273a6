# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What a rescaler can do, and the multiplicands that it takes for scales."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from .. import tools
from ..errors import RescaleError

#: The modes of docs/spec.md, section 1.1, but `addend`.
ROUNDINGS = ("half_up", "double", "floor", "half_even", "half_away")

#: Relative slack of the grid: a scale that was computed from a multiplicand
#: is that multiplicand, whatever the last bits of a double say.
_SLACK = 2.0**-40


@dataclass(frozen=True)
class Multiplicands:
    """`multiplier / 2**shift`, both int64, one or one per channel."""

    multiplier: Tensor
    shift: Tensor

    @property
    def value(self) -> Tensor:
        """The quotients as float64, exactly."""
        return torch.ldexp(self.multiplier.double(), -self.shift)


@dataclass(frozen=True)
class Rescaler:
    """The fields of `#rescale.target` that training obeys.

    bits: of a multiplicand's magnitude, 1 to 31; 1 is a pure shift.
    shift: the least and the greatest, from 0 to 62.
    rounding: a mode of docs/spec.md, section 1.1.
    addend: none for what the rounding adds, free for any constant: the bias
    is in it then, in steps of 2^-shift of an output code.
    shared_shift: whether a layer has one shift for all its channels.
    """

    bits: int = 31
    shift: tuple[int, int] = (0, 62)
    rounding: str = "half_up"
    addend: str = "none"
    shared_shift: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= 31:
            raise RescaleError(
                "requires multiplicands of 1 to 31 bits, got "
                f"{self.bits}; 1 is a pure shift"
            )
        low, high = self.shift
        if not 0 <= low <= high <= 62:
            raise RescaleError(
                "requires a range of shifts in order, from 0 to 62, got "
                f"{low} to {high}"
            )
        if self.rounding not in ROUNDINGS:
            raise RescaleError(
                f"requires a rounding of {', '.join(ROUNDINGS)}, got "
                f"{self.rounding}"
            )
        if self.addend not in ("none", "free"):
            raise RescaleError(
                f"requires an addend of none or free, got {self.addend}"
            )
        if self.addend == "free" and self.rounding not in ("half_up", "floor"):
            raise RescaleError(
                "requires the rounding half_up or floor beside a free "
                f"addend, got {self.rounding}; leave out the addend"
            )

    @classmethod
    def parse(cls, text: str) -> Rescaler:
        """Returns the rescaler of a `#rescale.target`, or of a preset.

        text: `#rescale.target<...>`, or the name of a preset alone, as those
        in docs/Targets.md. Fields that training does not obey are skipped:
        product_bits and the other registers, which the compiler checks.

        Raises RescaleError.
        """
        body = _write_out(text)

        def field(name: str, pattern: str) -> re.Match | None:
            return re.search(rf",\s*{name}\s*=\s*{pattern}", body)

        values = {}
        if found := field("multiplicand", r"(ui|si)(\d+)"):
            bits = int(found[2]) - (found[1] == "si")
            values["bits"] = min(bits, 31)
        if found := field("shift", r"\[\s*(\d+)\s*,\s*(\d+)\s*\]"):
            values["shift"] = (int(found[1]), min(int(found[2]), 62))
        if found := field("shift_per", r"(layer|channel)"):
            values["shared_shift"] = found[1] == "layer"
        if found := field("rounding", r"\[([^\]]*)\]"):
            modes = [mode.strip() for mode in found[1].split(",")]
            values["rounding"] = "half_up" if "half_up" in modes else modes[0]
        if field("addend", "free"):
            values["addend"] = "free"
        return cls(**values)

    def nearest(self, scales: Tensor) -> Multiplicands:
        """Returns the nearest multiplicands to positive float64 scales."""
        return self._choose(scales, _round_half_up)

    def above(self, scales: Tensor) -> Multiplicands:
        """Returns the least multiplicands that are not below `scales`."""
        return self._choose(scales, _round_up)

    def below(self, scales: Tensor) -> Multiplicands:
        """Returns the greatest that are not above, or 1 in the last place."""
        return self._choose(scales, _round_down)

    def _choose(self, scales: Tensor, rounded) -> Multiplicands:
        scales = scales.detach().double()
        # frexp: scale = fraction * 2^exponent with the fraction from 1/2.
        exponent = torch.frexp(scales)[1].long()
        if self.shared_shift:
            exponent = exponent.max().expand_as(exponent)
        low, high = self.shift
        shift = (self.bits - exponent).clamp(max=high)
        multiplier = rounded(torch.ldexp(scales, shift))
        # Rounding up may leave the grid of one exponent for the next one's.
        too_wide = multiplier >= 2**self.bits
        if self.shared_shift:
            too_wide = too_wide.any().expand_as(too_wide)
        shift = shift - too_wide.long()
        multiplier = rounded(torch.ldexp(scales, shift)).clamp(min=1)
        if bool((shift < low).any()):
            worst = scales.max().item()
            raise RescaleError(
                f"requires scales that {self.bits} bits and a shift of at "
                f"least {low} give, got {worst:g}; raise the output's scale"
            )
        return Multiplicands(multiplier.long(), shift)


def _write_out(text: str) -> str:
    """Returns a target with all its fields, also those of a preset."""
    name = text.strip()
    if re.fullmatch(r"[\w.-]+", name):
        text = f'#rescale.target<"{name}">'
    # A name alone is printed alone: another one, like it, is not.
    text = re.sub(
        r'(#rescale\.target<\s*)("[^"]*"\s*>\s*)$', r'\1"own" like \2', text
    )
    with tempfile.TemporaryDirectory(prefix="rescale-") as folder:
        path = Path(folder, "target.mlir")
        path.write_text(
            f"module attributes {{rescale.target =\n{text}\n}} {{}}\n"
        )
        try:
            output = tools.run("rescale-opt", [path])
        except RescaleError as error:
            found = re.search(r"error: (.*)", error.details)
            if not found:
                raise
            raise RescaleError(
                "requires #rescale.target<...> or the name of a preset, got "
                f"{name[:60]}: {found[1]}"
            ) from error
    return output


def _round_half_up(values: Tensor) -> Tensor:
    return torch.floor(values + 0.5)


def _round_up(values: Tensor) -> Tensor:
    return torch.ceil(values * (1 - _SLACK))


def _round_down(values: Tensor) -> Tensor:
    return torch.floor(values * (1 + _SLACK))
