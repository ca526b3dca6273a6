# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The layers whose requantization is measured, and what it has to give."""

from __future__ import annotations

import functools
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import tools
from ..errors import RescaleError

ELEMENTS = 4096
CHANNELS = 16

_FOLD = """\
func.func @codes() -> tensor<1x16x16x16xi8> {{
  %accumulators = arith.constant dense<"0x{accumulators}">
      : tensor<1x16x16x16xi32>
  %codes = rescale.requantize %accumulators {operation}
  return %codes : tensor<1x16x16x16xi8>
}}
"""


@dataclass(frozen=True)
class Layer:
    """A convolution whose function returns accumulators and codes.

    name: of the file beside this one, without its suffix.
    """

    name: str

    @property
    def path(self) -> Path:
        """The file with the function."""
        return Path(__file__).with_name(f"{self.name}.mlir")

    def _numbers(self, value: str) -> np.ndarray:
        """Returns the elements of the constant `value`."""
        text = self.path.read_text()
        values = re.search(
            rf"%{value} = .*?values = dense<\[?([-\d, ]+)\]?>", text
        )
        return np.array(values[1].split(","), np.int64)

    @functools.cached_property
    def multipliers(self) -> np.ndarray:
        """One for each channel."""
        return self._numbers("multipliers")

    @functools.cached_property
    def shifts(self) -> np.ndarray:
        """One for each channel."""
        return self._numbers("shifts")

    @functools.cached_property
    def zero_point(self) -> int:
        """The output's."""
        return int(self._numbers("output_zero_point")[0])

    def requantization(self) -> str:
        """Returns TOSA that takes the accumulators and returns the codes."""
        kept = [
            line
            for line in self.path.read_text().splitlines()
            if not re.search(r"%(weights|bias|weight_\w+|input_\w+) =", line)
            and "tosa.conv2d" not in line
        ]
        text = "\n".join(kept) + "\n"
        accumulators = f"tensor<1x16x16x{CHANNELS}xi32>"
        text = re.sub(
            r"@main\(.*\) -> \(tensor<\w+>, (tensor<\w+>)\)",
            rf"@main(%accumulators: {accumulators}) -> \1",
            text,
        )
        return text.replace(
            f"return %accumulators, %codes : {accumulators}, ",
            "return %codes : ",
        )

    def double_rounding(self, accumulators: np.ndarray) -> np.ndarray:
        """Returns the codes that TensorFlow Lite gives, for any shape."""
        x = accumulators.reshape(-1, CHANNELS).astype(np.int64)
        rounding = np.left_shift(1, self.shifts - 1)
        first = np.where(x >= 0, 1 << 30, -1 << 30)
        rounding = rounding + np.where(self.shifts > 31, first, 0)
        quotients = (x * self.multipliers + rounding) >> self.shifts
        codes = np.clip(quotients + self.zero_point, -128, 127)
        return codes.astype(np.int8).reshape(accumulators.shape)

    def narrowed(
        self, accumulators: np.ndarray, narrow: str | int
    ) -> np.ndarray:
        """Returns the codes of the layer's staircases when narrowed.

        They are what the operation in the IR gives when it is folded, before
        any lowering. Raises RescaleError.
        """
        text = tools.run(
            "rescale-opt", [self.path, f"--tosa-to-rescale=narrow={narrow}"]
        )
        operation = re.search(r"rescale\.requantize %\w+ (.*)", text)[1]
        values = accumulators.astype("<i4").tobytes().hex().upper()
        with tempfile.TemporaryDirectory(prefix="rescale-") as folder:
            path = Path(folder, "codes.mlir")
            path.write_text(
                _FOLD.format(accumulators=values, operation=operation)
            )
            folded = tools.run("rescale-opt", [path, "--canonicalize"])
        codes = re.search(r'dense<"0x([0-9A-F]+)"> : .*xi8>', folded)
        if not codes:
            raise RescaleError(
                "requires requantizations of constants to fold, got one that "
                "did not; report this as a bug"
            )
        array = np.frombuffer(bytes.fromhex(codes[1]), np.int8)
        return array.reshape(accumulators.shape)


#: As ReLUs end: saturated from one side.
ONE_SIDED = Layer("one_sided")
#: Without an activation.
TWO_SIDED = Layer("two_sided")
