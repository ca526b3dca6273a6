# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What a network takes on a target: instructions, memory and code."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from . import __version__, targets
from .elf import read_sizes
from .errors import RescaleError
from .firmware import Program
from .interface import NAME, Port
from .model import check_model, compile_network, interface_runs
from .provenance import Provenance
from .toolchain import find_compiler


def measure_network(
    path: Path,
    read_inputs: Callable[[Sequence[Port]], Sequence[np.ndarray]],
    *,
    backend: str = "c",
    target: str = "host",
    cc: str | None = None,
    level: str = "2",
    narrow: str | int = "lossless",
    options: Sequence[str] = (),
    layers: bool = True,
    quiet: bool = False,
) -> dict[str, object]:
    """Returns what the command `rescale bench network` writes as JSON.

    read_inputs: returns the samples for the inputs that it is given.
    narrow: as in `load`.
    options: for rescale-compile, beside those that this sets.
    quiet: whether to drop what rescale-compile says of a success.
    layers: whether to count the instructions of each layer, where that can
    be done.

    Instructions are executed ones, not cycles: of the sample with the most,
    whose number is `sample`, counted from 0. Layers are counted in a program
    of their own, with a call before and after each, and only of C.

    Raises RescaleError.
    """
    where = targets.find(target)
    compiler = find_compiler(where, cc)
    check_model(path)
    provenance = Provenance.read(path)
    with tempfile.TemporaryDirectory(prefix="rescale-") as name:
        folder = Path(name)
        interface = compile_network(
            *(path, folder, backend, where, level),
            narrow=narrow,
            options=options,
            quiet=quiet,
        )
        inputs = interface_runs(interface, read_inputs(interface.inputs))
        runs = len(inputs[0]) if inputs else 1
        outputs = [
            np.empty((runs, port.size), port.dtype)
            for port in interface.outputs
        ]
        program = Program(folder, interface, compiler, level)
        measured = program.measure(runs, inputs, outputs)
        sizes = read_sizes(folder / f"{NAME}.o")
        most = int(np.argmax(measured.instructions))
        counted = []
        if layers and backend == "c":
            expected = [array.copy() for array in outputs]
            program = Program(folder, interface, compiler, level, layers=True)
            counted = [
                {"name": layer, "instructions": counts[most]}
                for layer, counts in program.measure(
                    runs, inputs, outputs
                ).layers
            ]
            for array, other in zip(expected, outputs, strict=True):
                if not np.array_equal(array, other):
                    raise RescaleError(
                        "requires the same results with and without counting "
                        "layers, got others; report this as a bug"
                    )
    arena = interface.arena
    return {
        "rescale": __version__,
        "model": provenance.file,
        "sha256": provenance.sha256,
        "source_sha256": provenance.source_sha256,
        "backend": backend,
        "target": where.name,
        "cc": compiler.version,
        "optimization": f"-O{level}",
        "counter": (
            f"QEMU, {where.machine.name}" if where.machine else "Callgrind"
        ),
        "samples": runs,
        "sample": most,
        "instructions": measured.instructions[most],
        "arena_bytes": arena.size if arena else sizes.zeros,
        "arena_lower_bound_bytes": arena.lower_bound if arena else None,
        "code_bytes": sizes.code,
        "const_bytes": sizes.constants,
        "stack_bytes": measured.stack,
        "layers": counted,
    }


def format_table(result: dict[str, object]) -> str:
    """Returns what `measure_network` returned as a table."""
    total = result["instructions"]
    rows = [
        (layer["name"], layer["instructions"]) for layer in result["layers"]
    ]
    # The entry point's own. The program with calls around layers is another
    # one, where a compiler may share less between layers: their sum may be
    # more than the total, and nothing is known of the rest then.
    rest = total - sum(count for _, count in rows)
    if rows and rest >= 0:
        rows.append(("other", rest))
    rows.append(("total", total))
    width = max(len(name) for name, _ in rows)
    lines = [f"{'layer':<{width}}  {'instructions':>13}  {'share':>6}"]
    lines += [
        f"{name:<{width}}  {count:>13,}  {count / max(total, 1):>6.1%}"
        for name, count in rows
    ]
    if result["layers"] and rest < 0:
        lines += [
            "",
            "Layers are counted in a program of their own, with calls around "
            f"them, which executes {-rest:,} more.",
        ]
    # C compilers only compile the harness around an object.
    compiled = (
        result["cc"]
        if result["backend"] == "c"
        else f"object by rescale {result['rescale']}, linked by {result['cc']}"
    )
    bound = result["arena_lower_bound_bytes"]
    lines += [
        "",
        f"arena      {result['arena_bytes']:>11,} bytes"
        + (f" (lower bound {bound:,})" if bound is not None else ""),
        f"stack      {result['stack_bytes']:>11,} bytes",
        f"code       {result['code_bytes']:>11,} bytes",
        f"constants  {result['const_bytes']:>11,} bytes",
        "",
        f"Executed instructions, not cycles: {result['counter']}, "
        f"{compiled}, {result['optimization']}, sample "
        f"{result['sample']} of {result['samples']}, which takes the most.",
    ]
    return "\n".join(lines)
