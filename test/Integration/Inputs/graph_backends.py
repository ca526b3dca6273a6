# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Many small networks at once through each way of running them.

A process start costs more than a network, so that each way runs all networks
in as few processes as it can: one graph, one module, one program.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from Inputs import stock
from Inputs.native import run_tool
from Inputs.tosa_graph import Graph, Type, function

#: Arrays [sample][output] of a network.
Arrays = list[list[np.ndarray]]


@dataclass(frozen=True)
class Case:
    """A network with the arrays that it is run on, [sample][input]."""

    name: str
    graph: Graph
    samples: Arrays

    @property
    def input_types(self) -> list[Type]:
        return self.graph.types(self.graph.inputs)

    @property
    def output_types(self) -> list[Type]:
        return self.graph.types(self.graph.outputs)


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
                    for type_ in case.output_types
                ]
            )
    return results


# Programs.

_PROGRAM = """\
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
{declarations}

enum {{ GUARD = 64, SAMPLES = {samples} }};

/* `alignment` is all that the buffer has. */
struct buffer {{ size_t size, alignment; }};

struct network {{
  const char *name;
  int (*run)(void *const *);
  int inputs, outputs, arenas;
  const struct buffer *buffers;
}};

{networks}

static void fail(const char *name, const char *what) {{
  fprintf(stderr, "%s %s\\n", name, what);
  exit(1);
}}

static unsigned char *start(unsigned char *base, const struct buffer *b) {{
  uintptr_t address = (uintptr_t)(base + GUARD);
  address += (2 * b->alignment - address % (2 * b->alignment));
  return (unsigned char *)(address + b->alignment);
}}

static void run(const struct network *n, FILE *in, FILE *out) {{
  int count = n->inputs + n->outputs + n->arenas;
  unsigned char *bases[16], *originals[16];
  void *buffers[16];
  for (int i = 0; i < count; ++i) {{
    size_t all = n->buffers[i].size + 2 * GUARD + 4 * n->buffers[i].alignment;
    bases[i] = malloc(all);
    originals[i] = malloc(all);
    memset(bases[i], 0xC3, all);
    unsigned char *first = start(bases[i], &n->buffers[i]);
    buffers[i] = first;
    if (i < n->inputs &&
        fread(first, 1, n->buffers[i].size, in) != n->buffers[i].size)
      fail(n->name, "has no input");
    memcpy(originals[i], bases[i], all);
  }}
  if (n->run(buffers) != 0)
    fail(n->name, "gives another status than 0");
  for (int i = 0; i < count; ++i) {{
    size_t size = n->buffers[i].size;
    size_t all = size + 2 * GUARD + 4 * n->buffers[i].alignment;
    size_t offset = (size_t)((unsigned char *)buffers[i] - bases[i]);
    if (i < n->inputs && memcmp(bases[i], originals[i], all) != 0)
      fail(n->name, "writes to an input");
    if (memcmp(bases[i], originals[i], offset) != 0 ||
        memcmp(bases[i] + offset + size, originals[i] + offset + size,
               all - offset - size) != 0)
      fail(n->name, "writes outside of a buffer");
    if (i >= n->inputs && i < n->inputs + n->outputs)
      fwrite(buffers[i], 1, size, out);
    free(bases[i]);
    free(originals[i]);
  }}
}}

int main(int argc, char **argv) {{
  FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL;
  FILE *out = argc == 3 ? fopen(argv[2], "wb") : NULL;
  if (!in || !out)
    return 2;
  for (size_t i = 0; i < sizeof networks / sizeof *networks; ++i)
    for (int sample = 0; sample < SAMPLES; ++sample)
      run(&networks[i], in, out);
  fclose(in);
  return fclose(out) != 0;
}}
"""


def _program(cases: Sequence[Case], headers: Sequence[str] | None) -> str:
    """A program that reads inputs and writes outputs of all cases.

    headers: what declares `NAME_run`; without it `NAME` is declared here.
    """
    declarations, tables, rows = [], [], []
    for number, case in enumerate(cases):
        types = case.input_types + case.output_types
        sizes = [
            (type_.size * type_.dtype.itemsize, type_.dtype.itemsize)
            for type_ in types
        ]
        arguments = [f"b[{i}]" for i in range(len(types))]
        upper, arenas = case.name.upper(), 0
        if headers is None:
            parameters = ", ".join(["void *"] * len(types))
            declarations.append(f"void {case.name}({parameters});")
            call = f"{case.name}({', '.join(arguments)}); return 0;"
        else:
            declarations.append(f'#include "{case.name}.h"')
            if f"int {case.name}_run(void *arena" in headers[number]:
                arenas = 1
                arguments.insert(0, f"b[{len(types)}]")
                sizes.append(
                    (f"{upper}_ARENA_SIZE", f"{upper}_ARENA_ALIGNMENT")
                )
            call = f"return {case.name}_run({', '.join(arguments)});"
        tables.append(
            f"static int run{number}(void *const *b) {{ {call} }}\n"
            f"static const struct buffer buffers{number}[] = {{"
            + ", ".join(f"{{{size}, {align}}}" for size, align in sizes)
            + "};"
        )
        rows.append(
            f'  {{"{case.name}", run{number}, {len(case.input_types)}, '
            f"{len(case.output_types)}, {arenas}, buffers{number}}},"
        )
    tables += ["static const struct network networks[] = {", *rows, "};"]
    return _PROGRAM.format(
        declarations="\n".join(declarations),
        samples=len(cases[0].samples),
        networks="\n".join(tables),
    )


def _run_program(
    cases: Sequence[Case], program: Path, folder: Path
) -> list[Arrays]:
    source, target = folder / "inputs.bin", folder / "outputs.bin"
    source.write_bytes(
        b"".join(
            array.tobytes()
            for case in cases
            for row in case.samples
            for array in row
        )
    )
    run_tool(program, source, target)
    rest = target.read_bytes()
    results = []
    for case in cases:
        results.append([])
        for _ in case.samples:
            row = []
            for type_ in case.output_types:
                size = type_.size * type_.dtype.itemsize
                values, rest = rest[:size], rest[size:]
                row.append(
                    np.frombuffer(values, type_.dtype).reshape(type_.shape)
                )
            results[-1].append(row)
    if rest:
        raise RuntimeError(f"{len(rest)} bytes more than the outputs have")
    return results


@halved
def upstream(cases: Sequence[Case], folder: Path) -> list[Arrays]:
    """One module of all cases, lowered by upstream's passes alone."""
    text = "".join(function(case.name, [case.graph]) for case in cases)
    ir, main = folder / "stock.ll", folder / "stock.c"
    ir.write_text(stock.to_llvm_ir(text))
    main.write_text(_program(cases, headers=None))
    program = folder / "stock"
    libraries = stock.tools().parent / "lib"
    run_tool(
        *(stock.tools() / "clang", "-O1", "-Wno-override-module", ir, main),
        *("-o", program, f"-L{libraries}", f"-Wl,-rpath,{libraries}"),
        "-lmlir_c_runner_utils",
    )
    return _run_program(cases, program, folder)


def _compile(case: Case, folder: Path, *options: str) -> str:
    """Calls rescale-compile; returns the header."""
    run_tool(
        *("rescale-compile", "-", f"--name={case.name}", "-o", folder),
        *options,
        text=function("main", [case.graph]),
    )
    return (folder / f"{case.name}.h").read_text()


def _ours(
    compiler: Sequence[str], suffix: str, *options: str
) -> Backend:
    """Each case by rescale-compile, all in one program by `compiler`."""

    def run(cases: Sequence[Case], folder: Path) -> list[Arrays | Refusal]:
        results: list[Arrays | Refusal | None] = []
        headers = []
        for case in cases:
            try:
                headers.append(_compile(case, folder, *options))
                results.append(None)
            except RuntimeError as error:
                results.append(Refusal(str(error)))
        compiled = [
            case
            for case, result in zip(cases, results, strict=True)
            if result is None
        ]
        if compiled:
            (folder / "main.c").write_text(_program(compiled, headers))
            files = [folder / f"{case.name}.{suffix}" for case in compiled]
            run_tool(
                *(*compiler, "-I", folder, folder / "main.c", *files),
                *("-o", folder / "ours"),
            )
            found = iter(_run_program(compiled, folder / "ours", folder))
            results = [r if r is not None else next(found) for r in results]
        return results

    return halved(run)


_WARNINGS = "-Wall -Wextra -Wconversion -Wshadow -pedantic -Werror".split()
_SANITIZE = "-fsanitize=undefined,address -fno-sanitize-recover=all".split()

llvm = _ours(["cc", "-std=c99"], "o", "--emit=obj")

#: The C back end with the compilers and options that users have.
C_COMPILERS = {
    "gcc": ["gcc", "-std=c99", "-O2", *_WARNINGS],
    "clang": ["clang-22", "-std=c99", "-O2", *_WARNINGS],
    "gcc-sanitize": ["gcc", "-std=c99", "-O1", *_WARNINGS, *_SANITIZE],
}


def c(compiler: str) -> Backend:
    return _ours(C_COMPILERS[compiler], "c", "--emit=c")


def has_c() -> bool:
    """Whether rescale-compile prints C."""
    done = subprocess.run(
        ["rescale-compile", "--help"], capture_output=True, text=True
    )
    return re.search(r"=c\b", done.stdout) is not None
