# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What networks are compiled for, and the machines that run them here."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from .errors import RescaleError


@dataclass(frozen=True)
class Region:
    """Memory from `origin`, `size` bytes long."""

    origin: int
    size: int


@dataclass(frozen=True)
class Machine:
    """An emulated board.

    command: runs the program whose path follows it.
    package: of Debian, that has the emulator.
    clock: of SysTick, in Hz, where that is what counts. QEMU runs one
    instruction in a nanosecond of the board's time.
    stack: its size, of the RAM.
    """

    name: str
    command: tuple[str, ...]
    package: str
    flash: Region
    ram: Region
    clock: int | None = None
    stack: int = 64 << 10

    def instructions(self, count: int) -> int:
        """Returns how many instructions a difference of counts stands for."""
        return count * 10**9 // self.clock if self.clock else count

    @property
    def emulator(self) -> str:
        """The program that has to be on the PATH."""
        return self.command[0]


@dataclass(frozen=True)
class Toolchain:
    """The GCC for an architecture and the C library that belongs to it.

    The library's presence is that of `library_file`, which GCC finds. Clang
    takes headers and libraries from here too.
    """

    gcc: str
    package: str
    library_file: str
    library_package: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """What code is generated for.

    title: the processor's name in tables.
    triple: for Clang; rescale-compile knows the name.
    gcc_flags, clang_flags: which processor.
    harness_flags: what the harness needs beyond that to read the counter.
    toolchain, machine: None for the machine that this runs on.
    """

    name: str
    title: str
    triple: str
    gcc_flags: tuple[str, ...] = ()
    clang_flags: tuple[str, ...] = ()
    harness_flags: tuple[str, ...] = ()
    toolchain: Toolchain | None = None
    machine: Machine | None = None

    @property
    def is_host(self) -> bool:
        """Whether programs run without an emulator."""
        return self.machine is None


_NEWLIB = Toolchain(
    "arm-none-eabi-gcc",
    "gcc-arm-none-eabi",
    "libc.a",
    "libnewlib-arm-none-eabi",
)
_PICOLIBC = Toolchain(
    "riscv64-unknown-elf-gcc",
    "gcc-riscv64-unknown-elf",
    "picolibc.specs",
    "picolibc-riscv64-unknown-elf",
    ("--specs=picolibc.specs",),
)

_MEBI = 1 << 20

#: Options of QEMU, to be followed by the program.
QEMU_OPTIONS = (
    *("-nographic", "-nodefaults", "-monitor", "none", "-serial", "none"),
    *("-semihosting-config", "enable=on,target=native"),
    *("-icount", "shift=0,align=off,sleep=off", "-kernel"),
)


def _mps(board: str, flash: Region, ram: Region, megahertz: int) -> Machine:
    return Machine(
        board,
        ("qemu-system-arm", "-M", board, *QEMU_OPTIONS),
        "qemu-system-arm",
        flash,
        ram,
        megahertz * 1_000_000,
    )


def _virt(cpu: str) -> Machine:
    return Machine(
        "virt",
        ("qemu-system-riscv32", "-M", "virt", "-cpu", cpu)
        + ("-bios", "none", *QEMU_OPTIONS),
        "qemu-system-misc",
        Region(0x80000000, 32 * _MEBI),
        Region(0x82000000, 64 * _MEBI),
    )


_SSRAM = (Region(0, 4 * _MEBI), Region(0x20000000, 4 * _MEBI))
_AN386 = _mps("mps2-an386", *_SSRAM, 25)


def _cortex_m(
    number: str, triple: str, machine: Machine, abi: str = "soft"
) -> Target:
    name = f"cortex-m{number}"
    flags = (f"-mcpu={name}", f"-mfloat-abi={abi}")
    return Target(
        name,
        name.title(),
        triple,
        gcc_flags=(*flags, "-mthumb"),
        clang_flags=flags,
        toolchain=_NEWLIB,
        machine=machine,
    )


def _rv32(extensions: str, cpu: str) -> Target:
    flags = (f"-march=rv32{extensions}", "-mabi=ilp32")
    return Target(
        f"rv32{extensions}",
        f"RV32{extensions.upper()}",
        "riscv32-unknown-elf",
        gcc_flags=flags,
        clang_flags=flags,
        # The last of two wins. Counters are an extension of their own.
        harness_flags=(f"-march=rv32{extensions}_zicsr",),
        toolchain=_PICOLIBC,
        machine=_virt(cpu),
    )


#: All targets by name. QEMU has no board with a Cortex-M0 and enough memory:
#: its code, a subset of the Cortex-M4's, runs on one of those, which traps
#: unaligned accesses then.
TARGETS = {
    target.name: target
    for target in (
        Target("host", "this machine", "host"),
        _cortex_m("0", "thumbv6m-none-eabi", _AN386),
        _cortex_m(
            "3", "thumbv7m-none-eabi", _mps("mps2-an385", *_SSRAM, 25)
        ),
        _cortex_m("4", "thumbv7em-none-eabi", _AN386),
        _cortex_m(
            "7", "thumbv7em-none-eabi", _mps("mps2-an500", *_SSRAM, 25)
        ),
        _cortex_m(
            "33",
            "thumbv8m.main-none-eabi",
            _mps(
                "mps2-an505",
                Region(0x10000000, 4 * _MEBI),
                Region(0x38000000, 4 * _MEBI),
                20,
            ),
        ),
        _cortex_m(
            "55",
            "thumbv8.1m.main-none-eabihf",
            # Tightly coupled memory.
            _mps(
                "mps3-an547",
                Region(0, _MEBI // 2),
                Region(0x20000000, _MEBI // 2),
                32,
            ),
            # The libraries with vector instructions pass floats in registers.
            abi="hard",
        ),
        _rv32("im", "rv32,a=off,f=off,d=off,c=off"),
        _rv32("imc", "rv32,a=off,f=off,d=off"),
    )
}


def find(name: str) -> Target:
    """Returns the target `name`; raises RescaleError."""
    if name not in TARGETS:
        near = difflib.get_close_matches(name, TARGETS, n=1)
        raise RescaleError(
            f"requires a target of {', '.join(TARGETS)}, got {name}"
            + (f"; did you mean {near[0]}?" if near else "")
        )
    return TARGETS[name]
