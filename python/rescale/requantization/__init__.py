# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What requantization takes: 4,096 accumulators in 16 channels to int8.

Loads, stores and the loop are included. Ours are compared with upstream's
lowerings and with plain C, through the same loops, printer and C compilers.
"""

from __future__ import annotations

import functools
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .. import progress, targets
from ..errors import RescaleError
from ..firmware import Program
from ..model import load
from ..targets import Target
from ..toolchain import Compiler, find_compiler
from .forms import FORMS, UPSTREAM_64, Form
from .layers import ELEMENTS, Layer
from .timing import FLAGS, Timer

TARGETS = ("cortex-m0", "cortex-m4", "rv32im", "host")
COMPILERS = ("gcc", "clang")

#: Of each layer in one measurement of time, which takes milliseconds then.
_CALLS = 2000

_LEVEL = "2"


def measure(
    names: Sequence[str] = TARGETS,
    compilers: Sequence[str] = COMPILERS,
    *,
    forms: Sequence[Form] = FORMS,
    repetitions: int = 31,
    seed: int = 0,
) -> list[dict[str, object]]:
    """Returns a row for each target, compiler and form.

    names: of targets. On the host it is times, as a ratio to those of
    `upstream-64` on the same layer by the compiler that makes it the fastest:
    the median of `repetitions`, in each of which all forms run in turn.
    Elsewhere it is executed instructions, which are the same in every run.
    seed: of the codes that the convolutions read.

    Raises RescaleError, also where a form gives a code that it must not.
    """
    rows = []
    for target in map(targets.find, names):
        measured = forms
        if target.is_host:
            measured = tuple(dict.fromkeys((*forms, *UPSTREAM_64.values())))
        with tempfile.TemporaryDirectory(prefix="rescale-") as folder:
            subjects = [
                _Subject(form, find_compiler(target, cc), cc, folder, seed)
                for form in measured
                for cc in compilers
            ]
            if target.is_host:
                figures = _time(subjects, repetitions)
            else:
                figures = [
                    {"instructions_per_element": subject.instructions()}
                    for subject in subjects
                ]
        rows += [
            subject.row() | figure
            for subject, figure in zip(subjects, figures, strict=True)
            if subject.form in forms
        ]
    return rows


@functools.cache
def _accumulate(layer: Layer, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns random codes, and what the layer's convolution makes of them."""
    network = load(layer.path)
    codes = np.random.default_rng(seed).integers(
        -128, 128, network.inputs[0].shape, np.int8
    )
    return codes, network(codes)[0]


class _Subject:
    """A form by a C compiler."""

    def __init__(
        self, form: Form, compiler: Compiler, cc: str, parent: str, seed: int
    ) -> None:
        """Writes the C, into a folder below `parent`."""
        self.form = form
        self._compiler = compiler
        self._cc = cc
        target = compiler.target
        self._folder = Path(tempfile.mkdtemp(dir=parent))
        with progress.step(f"compiling {form.name} for {target.name}"):
            self._interface = form.write(form.layer, self._folder, target)
        codes, accumulators = _accumulate(form.layer, seed)
        self._expected = [form.expected(accumulators)]
        self._inputs = [accumulators]
        if form.narrow is not None:
            self._expected.insert(0, accumulators)
            self._inputs = [codes]
        self._inputs = [array.reshape(1, -1) for array in self._inputs]
        self._outputs = [
            np.empty((1, port.size), port.dtype)
            for port in self._interface.outputs
        ]

    def row(self) -> dict[str, object]:
        """Returns what was measured, without the figures."""
        target = self._compiler.target
        return {
            "target": target.name,
            "cc": self._cc,
            "form": self.form.name,
            "version": self._compiler.version,
            "flags": " ".join([*_flags(target, self._cc), f"-O{_LEVEL}"]),
        }

    def _check(self) -> None:
        """Raises RescaleError where the last run gave other codes."""
        for output, expected in zip(
            self._outputs, self._expected, strict=True
        ):
            differing = np.count_nonzero(output.ravel() != expected.ravel())
            if differing:
                raise RescaleError(
                    f"requires the codes of the reference, got {differing} "
                    f"others of {expected.size} from {self.form.name} by "
                    f"{self._compiler.version} for "
                    f"{self._compiler.target.name}; report this as a bug"
                )

    def instructions(self) -> float:
        """Returns how many are executed for an element, on an emulator."""
        program = Program(
            self._folder,
            self._interface,
            self._compiler,
            _LEVEL,
            layers=True,
        )
        layers = program.measure(1, self._inputs, self._outputs).layers
        self._check()
        # The convolution is the first where there is one.
        counted = layers[1:] if self.form.narrow is not None else layers
        return sum(counts[0] for _, counts in counted) / ELEMENTS

    @functools.cached_property
    def _timer(self) -> Timer:
        timer = Timer(self._folder, self._interface, self._compiler, _LEVEL)
        timer.run(self._inputs, self._outputs)
        self._check()
        return timer

    def nanoseconds(self) -> float:
        """Returns the time for an element, on this machine."""
        seconds = self._timer.run(self._inputs, self._outputs, _CALLS)
        return seconds * 1e9 / _CALLS / ELEMENTS


def _flags(target: Target, cc: str) -> tuple[str, ...]:
    if target.is_host:
        return FLAGS
    return target.clang_flags if cc == "clang" else target.gcc_flags


def _time(
    subjects: Sequence[_Subject], repetitions: int
) -> list[dict[str, float]]:
    """Returns the times of each, as they are and as a ratio."""
    times: list[list[float]] = [[] for _ in subjects]
    with progress.step("measuring times"):
        # The first warms up.
        for repetition in range(repetitions + 1):
            for subject, its in zip(subjects, times, strict=True):
                nanoseconds = subject.nanoseconds()
                if repetition:
                    its.append(nanoseconds)
    medians = [statistics.median(its) for its in times]
    upstream = {
        layer: min(
            (median, its)
            for subject, median, its in zip(
                subjects, medians, times, strict=True
            )
            if subject.form == form
        )[1]
        for layer, form in UPSTREAM_64.items()
    }
    return [
        {
            "time_ratio": statistics.median(
                one / other
                for one, other in zip(
                    its, upstream[subject.form.layer], strict=True
                )
            ),
            "nanoseconds_per_element": median,
        }
        for subject, median, its in zip(subjects, medians, times, strict=True)
    ]


def format_table(rows: Sequence[dict[str, object]]) -> str:
    """Returns what `measure` returned as a table, the better compiler's."""
    forms = list(dict.fromkeys(row["form"] for row in rows))
    names = list(dict.fromkeys(row["target"] for row in rows))
    best: dict[tuple[object, object], dict[str, object]] = {}
    for row in rows:
        key = row["form"], row["target"]
        if key not in best or _figure(row) < _figure(best[key]):
            best[key] = row
    lines = [f"{'form':<18}" + "".join(f"  {name:>16}" for name in names)]
    for form in forms:
        line = f"{form:<18}"
        for name in names:
            row = best[form, name]
            line += f"  {_figure(row):>10.2f} {row['cc']:<5}"
        lines.append(line)
    lines += ["", "By the better of the compilers, all bit-exact."]
    if any(name != "host" for name in names):
        lines.append("Executed instructions for an element, not cycles.")
    if "host" in names:
        lines.append(
            "host: processor time as a ratio to that of upstream-64 on the "
            f"same layer, {' '.join(FLAGS)}."
        )
    return "\n".join(lines)


def _figure(row: dict[str, object]) -> float:
    return row.get("time_ratio", row.get("instructions_per_element"))
