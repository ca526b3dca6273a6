# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Objects of LLVM on machines that have vectors, without an operating system.

QEMU runs a program that holds a sample and the codes that are expected, and
whose exit status says how many are wrong. It needs nothing but Clang and lld.
"""

import dataclasses
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .native import run_tool

#: `STACK` and `check` are C's. What LLVM may call is a part of it.
PROGRAM = """\
#include "net.h"
#include <stddef.h>
_Alignas(64) char stack[65536];
static union net_arena arena;
static const {input_type} input[] = {{ {inputs} }};
static const {output_type} expected[] = {{ {outputs} }};
static {output_type} output[{count}];
void *memcpy(void *to, const void *from, size_t count) {{
  for (size_t i = 0; i < count; ++i)
    ((volatile char *)to)[i] = ((const char *)from)[i];
  return to;
}}
void *memmove(void *to, const void *from, size_t count) {{
  if ((char *)to < (const char *)from)
    return memcpy(to, from, count);
  for (size_t i = count; i > 0; --i)
    ((volatile char *)to)[i - 1] = ((const char *)from)[i - 1];
  return to;
}}
void *memset(void *to, int value, size_t count) {{
  for (size_t i = 0; i < count; ++i)
    ((volatile char *)to)[i] = (char)value;
  return to;
}}
int check(void) {{
  int wrong = 0;
  net_run(&arena, input, output);
  for (int i = 0; i < {count}; ++i)
    wrong += output[i] != expected[i];
  return wrong < 255 ? wrong : 255;
}}
"""


@dataclasses.dataclass(frozen=True)
class Machine:
    """Something that QEMU has a board with.

    options: for rescale-compile.
    flags: for clang.
    start: switches vectors on, calls check, and ends with what it returns.
    """

    options: tuple[str, ...]
    flags: tuple[str, ...]
    start: str
    command: tuple[str, ...]


CORTEX_A53 = Machine(
    ("--target=aarch64-linux-gnu",),
    ("--target=aarch64-none-elf", "-Wl,-Ttext=0x40080000"),
    """
    mrs x0, cpacr_el1
    orr x0, x0, #(3 << 20)
    msr cpacr_el1, x0
    isb
    adrp x0, stack + 65536
    add sp, x0, :lo12:stack + 65536
    bl check
    adr x1, report
    str x0, [x1, #8]
    mov x0, #0x18
    hlt #0xf000
    .balign 8
    report: .quad 0x20026, 0
    """,
    ("qemu-system-aarch64", "-cpu", "cortex-a53", "-semihosting"),
)

#: With vectors of 128 bits, the shortest that V allows.
RV32V = Machine(
    ("--target=riscv32-unknown-elf", "--features=+m,+c,+v"),
    # V has D, whose ABI objects have then.
    ("--target=riscv32-none-elf", "-march=rv32imcv", "-mabi=ilp32d")
    + ("-mcmodel=medany", "-Wl,-Ttext=0x80000000"),
    """
    li t0, 0x2200
    csrs mstatus, t0
    la sp, stack + 65536
    call check
    slli t0, a0, 16
    li t1, 0x3333
    bnez a0, 1f
    li t1, 0x5555
    1: or t0, t0, t1
    li t1, 0x100000
    sw t0, 0(t1)
    2: j 2b
    """,
    ("qemu-system-riscv32", "-bios", "none")
    + ("-cpu", "rv32,v=true,vlen=128,vext_spec=v1.0"),
)


def _write_numbers(array: np.ndarray) -> str:
    return ", ".join(map(str, array.ravel()))


def count_wrong(
    machine: Machine,
    model: Path,
    sample: np.ndarray,
    expected: np.ndarray,
    folder: Path,
    options: Sequence[str] = (),
) -> tuple[int, str]:
    """How many codes are wrong, 255 at most, and the object's disassembly."""
    run_tool(
        *("rescale-compile", model, "--name=net", "-o", folder),
        *(*machine.options, *options),
    )
    program = folder / "program.c"
    program.write_text(
        PROGRAM.format(
            input_type=f"{sample.dtype}_t",
            output_type=f"{expected.dtype}_t",
            inputs=_write_numbers(sample),
            outputs=_write_numbers(expected),
            count=expected.size,
        )
    )
    # It lies in front, where QEMU begins without a firmware.
    start = folder / "start.s"
    start.write_text(f".globl _start\n_start:{machine.start}")
    run_tool(
        *("clang-22", "-O1", "-ffreestanding", "-fno-builtin", "-nostdlib"),
        *("-fuse-ld=lld", "-static", *machine.flags, start, program),
        *(folder / "net.o", "-o", folder / "program"),
    )
    status = subprocess.run(
        [*machine.command, "-M", "virt", "-display", "none"]
        # A network card would need the firmware of another package.
        + ["-serial", "none", "-monitor", "none", "-nic", "none"]
        + ["-kernel", folder / "program"],
        timeout=120,
    ).returncode
    disassembly = run_tool(
        "llvm-objdump-22", "-d", "--no-show-raw-insn", folder / "net.o"
    )
    return status, re.sub(r"[ \t]+", " ", disassembly)
