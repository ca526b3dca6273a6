# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Programs that run networks in a process of their own.

Many networks can share one. Every buffer has a guard on both sides and no more
alignment than its type, the arena has what the header says, and each run finds
other values in it. Sanitizers need no preloaded library here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from Inputs.native import run_tool

#: The shape and the type of an input or output.
Port = tuple[tuple[int, ...], np.dtype]

#: Arrays [sample][output] of a network.
Arrays = list[list[np.ndarray]]

WARNINGS = (
    "-Wall -Wextra -Wconversion -Wsign-conversion -Wcast-align -Wundef "
    "-Wshadow -pedantic -Werror"
).split()
SANITIZE = "-fsanitize=undefined,address -fno-sanitize-recover=all".split()

#: The C compilers that users have, as strict as can be.
GCC = ["gcc", "-std=c99", "-O2", *WARNINGS]
CLANG = ["clang-22", "-std=c99", "-O2", *WARNINGS]
SANITIZED = ["gcc", "-std=c99", "-O1", *WARNINGS, *SANITIZE]


@dataclass(frozen=True)
class Job:
    """A network and the arrays that it is run on, [sample][input].

    header: declares `NAME_run`; without it a function `NAME` is declared.
    """

    name: str
    inputs: Sequence[Port]
    outputs: Sequence[Port]
    samples: Arrays
    header: str | None = None

    @property
    def has_arena(self) -> bool:
        return self.header is not None and bool(
            re.search(rf"^int {self.name}_run\(\s*void \*", self.header, re.M)
        )


_PROGRAM = """\
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
{declarations}

enum {{ GUARD = 64, MOST = 256 }};

/* `alignment` is all that the buffer has. */
struct buffer {{ size_t size, alignment; }};

struct network {{
  const char *name;
  int (*run)(void *const *);
  int inputs, outputs, arenas, samples;
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

static void run(const struct network *n, int sample, FILE *in, FILE *out) {{
  int count = n->inputs + n->outputs + n->arenas;
  if (count > MOST)
    fail(n->name, "has too many buffers");
  unsigned char *bases[MOST], *originals[MOST];
  void *buffers[MOST] = {{0}};
  for (int i = 0; i < count; ++i) {{
    size_t all = n->buffers[i].size + 2 * GUARD + 4 * n->buffers[i].alignment;
    bases[i] = malloc(all);
    originals[i] = malloc(all);
    memset(bases[i], 0xC3 + 7 * sample, all);
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
    for (int sample = 0; sample < networks[i].samples; ++sample)
      run(&networks[i], sample, in, out);
  fclose(in);
  return fclose(out) != 0;
}}
"""


def program(jobs: Sequence[Job]) -> str:
    """C that reads inputs and writes outputs of all jobs."""
    declarations, tables, rows = [], [], []
    for number, job in enumerate(jobs):
        ports = [*job.inputs, *job.outputs]
        sizes = [
            (int(np.prod(shape)) * dtype.itemsize, dtype.itemsize)
            for shape, dtype in ports
        ]
        arguments = [f"b[{i}]" for i in range(len(ports))]
        if job.header is None:
            parameters = ", ".join(["void *"] * len(ports))
            declarations.append(f"void {job.name}({parameters});")
            call = f"{job.name}({', '.join(arguments)}); return 0;"
        else:
            declarations.append(f'#include "{job.name}.h"')
            if job.has_arena:
                macro = f"{job.name.upper()}_ARENA"
                arguments.insert(0, f"b[{len(ports)}]")
                sizes.append((f"{macro}_SIZE", f"{macro}_ALIGNMENT"))
            call = f"return {job.name}_run({', '.join(arguments)});"
        tables.append(
            f"static int run{number}(void *const *b) {{ {call} }}\n"
            f"static const struct buffer buffers{number}[] = {{"
            + ", ".join(f"{{{size}, {align}}}" for size, align in sizes)
            + "};"
        )
        rows.append(
            f'  {{"{job.name}", run{number}, {len(job.inputs)}, '
            f"{len(job.outputs)}, {int(job.has_arena)}, {len(job.samples)}, "
            f"buffers{number}}},"
        )
    tables += ["static const struct network networks[] = {", *rows, "};"]
    return _PROGRAM.format(
        declarations="\n".join(declarations), networks="\n".join(tables)
    )


def run(
    jobs: Sequence[Job], build: Sequence[str | Path], folder: Path
) -> list[Arrays]:
    """The outputs of all jobs.

    build: a command that makes a program of C and of the files with the
    networks; headers are in `folder`.

    Raises RuntimeError where it does not compile, where a network writes to
    an input or outside of its buffers, and what a sanitizer finds.
    """
    main, executable = folder / "main.c", folder / "program"
    main.write_text(program(jobs))
    run_tool(*build, "-I", folder, main, "-o", executable)
    source, target = folder / "inputs.bin", folder / "outputs.bin"
    source.write_bytes(
        b"".join(
            array.tobytes()
            for job in jobs
            for row in job.samples
            for array in row
        )
    )
    run_tool(executable, source, target)
    rest = memoryview(target.read_bytes())
    results: list[Arrays] = []
    for job in jobs:
        results.append([])
        for _ in job.samples:
            row = []
            for shape, dtype in job.outputs:
                size = int(np.prod(shape)) * dtype.itemsize
                row.append(np.frombuffer(rest[:size], dtype).reshape(shape))
                rest = rest[size:]
            results[-1].append(row)
    if rest:
        raise RuntimeError(f"{len(rest)} bytes more than the outputs have")
    return results
