# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""How much quality a search may give away."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ..errors import RescaleError
from ..evaluation import METRICS, Result

#: What a loss of each metric is counted in, and how many of it are one of the
#: metric's own unit. A loss is never negative for a worse network.
UNITS = {
    "top1": {"pp": 100.0},
    "auc": {"pp": 100.0},
    "kl": {"nats": 1.0},
    "mse": {"%": 100.0, "": 1.0},
}


@dataclass(frozen=True)
class Budget:
    """The largest loss that a network may have, in `unit`."""

    metric: str
    largest: float
    unit: str

    @classmethod
    def parse(cls, text: str, metric: str) -> Budget:
        """Reads a number and its unit, as in 0.2pp; raises RescaleError."""
        if metric not in METRICS:
            raise RescaleError(
                f"requires a metric of {', '.join(METRICS)}, got {metric}"
            )
        units = UNITS[metric]
        match = re.fullmatch(r"([0-9.eE+-]+)\s*([a-z%]*)", text.strip())
        number = -1.0
        if match:
            try:
                number = float(match[1])
            except ValueError:
                pass
        forms = " or ".join(f"0.2{unit}" for unit in units)
        if not (number >= 0 and math.isfinite(number)):
            raise RescaleError(
                f"requires a budget for {metric} of 0 or more, as in {forms}, "
                f"got {text}"
            )
        if match[2] not in units:
            names = " or ".join(unit or "no unit" for unit in units)
            raise RescaleError(
                f"requires a budget for {metric} in {names}, as in {forms}, "
                f"got {text}"
            )
        return cls(metric, number, match[2])

    def loss(self, result: Result) -> tuple[float, float | None]:
        """Returns the loss of a network, and its standard error.

        result: of an evaluation beside the original.

        Raises RescaleError for a part of an original without errors.
        """
        scale = UNITS[self.metric][self.unit]
        if result.difference is None:
            # A divergence from the original is a difference itself.
            value, error = result.value, result.standard_error
        else:
            value = result.difference
            error = result.difference_standard_error
        if self.metric in ("top1", "auc"):
            value = -value
        if self.unit == "%":
            if not result.reference:
                raise RescaleError(
                    "requires an original with errors for a budget in %, got "
                    f"{self.metric} {result.reference}; give the budget as a "
                    "number"
                )
            scale /= result.reference
        value = value * scale if value else 0.0
        return value, None if error is None else error * scale

    def format(self, value: float) -> str:
        """Returns a loss with its unit."""
        text = f"{value:.3g}"
        return f"{text} {self.unit}" if self.unit not in ("", "%") else (
            text + self.unit
        )

    def __str__(self) -> str:
        return self.format(self.largest)
