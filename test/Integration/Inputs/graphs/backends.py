# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Many small networks at once through each way of running them.

A process start costs more than a network, so that each way runs all networks
in as few processes as it can: one graph, one module, one program.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from Inputs import programs, stock
from Inputs.native import run_tool
from Inputs.programs import Arrays, Job
from Inputs.graphs.tosa import Graph, Type, function


@dataclass(frozen=True)
class Case:
    """A network with the arrays that it is run on, [sample][input]."""

    name: str
    graph: Graph
    samples: Arrays

    @property
    def outputs(self) -> list[Type]:
        return self.graph.types(self.graph.outputs)

    def job(self, header: str | None = None) -> Job:
        inputs, outputs = (
            [(type_.shape, type_.dtype) for type_ in types]
            for types in (self.graph.types(self.graph.inputs), self.outputs)
        )
        return Job(self.name, inputs, outputs, self.samples, header)


@dataclass(frozen=True)
class Refusal:
    """Instead of arrays: why a network cannot be run."""

    reason: str


#: A way of running networks: arrays or a refusal for each.
Backend = Callable[[Sequence[Case], Path], list[Arrays | Refusal]]


def halved(
    run: Callable[[Sequence[Case], Path], list[Arrays]],
) -> Backend:
    """All cases at once, in halves after a RuntimeError, then one by one."""

    def run_halves(cases: Sequence[Case], folder: Path) -> list:
        if not cases:
            return []
        try:
            return run(cases, folder)
        except RuntimeError as error:
            if len(cases) == 1:
                return [Refusal(str(error))]
        middle = len(cases) // 2
        return run_halves(cases[:middle], folder) + run_halves(
            cases[middle:], folder
        )

    return run_halves


# The TOSA reference model.

#: A graph that the reference model refuses aborts the process.
_RUN_REFERENCE = """\
import sys
import numpy as np
import tosa_reference_model
model, samples, results = sys.argv[1:]
with open(model, "rb") as file:
    model = file.read()
arrays = list(np.load(samples).values())
inputs = len(arrays) // {samples}
found = []
for i in range({samples}):
    outputs, status = tosa_reference_model.run(
        model, arrays[i * inputs : (i + 1) * inputs], tosa_level="EIGHTK")
    if status != tosa_reference_model.GraphStatus.TOSA_VALID:
        sys.exit(f"the reference model says {{status}}")
    found += outputs
np.savez(results, *found)
"""


@halved
def reference(cases: Sequence[Case], folder: Path) -> list[Arrays]:
    """One graph of all cases; raises RuntimeError where one is refused."""
    flatbuffer = folder / "reference.tosa"
    run_tool(
        Path(sys.executable).with_name("tosa-opt"),
        "--tosa-serialize",
        f"--tosa-flatbuffer-filename={flatbuffer}",
        *("-", "-o", "/dev/null"),
        text=function("main", [case.graph for case in cases]),
    )
    samples = len(cases[0].samples)
    arrays = [
        array
        for sample in range(samples)
        for case in cases
        for array in case.samples[sample]
    ]
    np.savez(folder / "x.npz", *arrays)
    run_tool(
        *(sys.executable, "-c", _RUN_REFERENCE.format(samples=samples)),
        *(flatbuffer, folder / "x.npz", folder / "y.npz"),
    )
    found = iter(np.load(folder / "y.npz").values())
    results = [[] for _ in cases]
    for _ in range(samples):
        for case, rows in zip(cases, results, strict=True):
            # It has no signs, and gives every array as it likes.
            rows.append(
                [
                    next(found).astype(type_.dtype).reshape(type_.shape)
                    for type_ in case.outputs
                ]
            )
    return results


@halved
def upstream(cases: Sequence[Case], folder: Path) -> list[Arrays]:
    """One module of all cases, lowered by upstream's passes alone."""
    text = "".join(function(case.name, [case.graph]) for case in cases)
    ir = folder / "stock.ll"
    ir.write_text(stock.to_llvm_ir(text))
    libraries = stock.tools().parent / "lib"
    build = [
        *(stock.tools() / "clang", "-O1", "-Wno-override-module", ir),
        *(f"-L{libraries}", f"-Wl,-rpath,{libraries}"),
        "-lmlir_c_runner_utils",
    ]
    return programs.run([case.job() for case in cases], build, folder)


def _ours(compiler: Sequence[str], suffix: str, *options: str) -> Backend:
    """Each case by rescale-compile, all in one program by `compiler`."""

    def run(cases: Sequence[Case], folder: Path) -> list[Arrays | Refusal]:
        results: list[Arrays | Refusal | None] = []
        jobs, files = [], []
        for case in cases:
            try:
                run_tool(
                    *("rescale-compile", "-", f"--name={case.name}"),
                    *(*options, "-o", folder),
                    text=function("main", [case.graph]),
                )
            except RuntimeError as error:
                results.append(Refusal(str(error)))
                continue
            header = (folder / f"{case.name}.h").read_text()
            jobs.append(case.job(header))
            files.append(folder / f"{case.name}.{suffix}")
            results.append(None)
        if jobs:
            found = iter(programs.run(jobs, [*compiler, *files], folder))
            results = [r if r is not None else next(found) for r in results]
        return results

    return halved(run)


llvm = _ours(["clang-22", "-std=c99", *programs.WARNINGS], "o", "--emit=obj")


def c(compiler: Sequence[str], *options: str) -> Backend:
    """The C back end with a compiler."""
    return _ours(compiler, "c", "--emit=c", *options)


#: All options change the C and none its meaning, or where it runs.
C_WAYS = {
    "C by gcc, as for cortex-m4": c(programs.GCC, "--target=cortex-m4"),
    "C by clang, with a static arena": c(programs.CLANG, "--static-arena"),
    "C under sanitizers, as for cortex-m0": c(
        programs.SANITIZED, "--target=cortex-m0"
    ),
}
