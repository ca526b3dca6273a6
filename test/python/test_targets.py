# REQUIRES: numpy, gcc, clang-22, valgrind
# REQUIRES: arm-none-eabi-gcc, riscv64-unknown-elf-gcc
# REQUIRES: qemu-system-arm, qemu-system-riscv32
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The harness on every target, with a network that is written by hand."""

import os
import shutil
import subprocess
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
from Inputs.patience import setUpModule  # noqa: F401
from rescale import RescaleError, elf, firmware, targets, toolchain
from rescale.firmware import Program
from rescale.interface import Arena, parse_header
from rescale.toolchain import find_compiler

NETWORK = Path(__file__).parent / "Inputs" / "halves"
X = np.array([[2, 4, 6, 8], [-128, 127, 42, 1], [1, -1, 1, -1]], np.int8)
Y = (X * np.array([1, 2, 3, -4]) / 2).astype(np.int32).astype(np.int8)


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for path in NETWORK.iterdir():
            shutil.copy(path, self.folder)
        self.interface = parse_header((NETWORK / "model.h").read_text())

    def edit(self, old: str, new: str, name: str = "model.c") -> None:
        """Changes the network."""
        text = Path(self.folder, name).read_text()
        self.assertIn(old, text)
        Path(self.folder, name).write_text(text.replace(old, new))

    def build(self, target: str, cc: str = "gcc", **options) -> Program:
        compiler = find_compiler(targets.find(target), cc)
        interface = parse_header(Path(self.folder, "model.h").read_text())
        return Program(self.folder, interface, compiler, **options)

    def measure(self, program: Program) -> firmware.Measurement:
        output = np.zeros_like(X)
        measured = program.measure(len(X), [X], [output])
        np.testing.assert_array_equal(output, Y)
        return measured


class Targets(Folder):
    def test_every_target_and_compiler(self):
        for target in targets.TARGETS:
            for cc in ("gcc", "clang"):
                with self.subTest(target, cc=cc):
                    measured = self.measure(self.build(target, cc))
                    self.assertEqual(measured.layers, [])
                    self.assertEqual(len(measured.instructions), len(X))
                    for count in measured.instructions:
                        self.assertTrue(20 < count < 400, count)
                    self.assertTrue(0 <= measured.stack < 400)

    def test_layers(self):
        for target in ("host", "cortex-m0", "rv32im"):
            with self.subTest(target):
                layers = self.measure(self.build(target, layers=True)).layers
                self.assertEqual(
                    [name for name, _ in layers], ["scale", "halve"]
                )
                for _, counts in layers:
                    self.assertEqual(len(counts), len(X))
                    self.assertTrue(all(0 < n < 300 for n in counts), counts)

    def test_counts(self):
        """A loop of a known length takes as many instructions."""
        loop = (
            '{{ int i; __asm__ volatile("{}" : "=&{}"(i) : "0"(1000000) : '
            '"cc"); }}'
        )
        arm = ".syntax unified\\n1: subs %0, %0, #1\\nbne 1b"
        riscv = "1: addi %0, %0, -1\\nbnez %0, 1b"
        x86 = "1: sub $1, %0\\njnz 1b"
        for target, code, register in (
            ("cortex-m4", arm, "l"),
            ("cortex-m0", arm, "l"),
            ("cortex-m3", arm, "l"),
            ("cortex-m7", arm, "l"),
            ("cortex-m33", arm, "l"),
            ("cortex-m55", arm, "l"),
            ("rv32im", riscv, "r"),
            ("host", x86, "r"),
        ):
            if target == "host" and os.uname().machine != "x86_64":
                continue
            with self.subTest(target):
                shutil.copy(NETWORK / "model.c", self.folder)
                before = self.measure(self.build(target)).instructions
                self.edit(
                    "#ifdef FAULT\n  FAULT",
                    "#if 1\n  " + loop.format(code, register),
                )
                after = self.measure(self.build(target)).instructions
                for first, second in zip(before, after, strict=True):
                    self.assertAlmostEqual(
                        second - first, 2_000_000, delta=60
                    )


class CortexM0(Folder):
    """The only board that QEMU has with one, which is too small for most."""

    MICROBIT = targets.Machine(
        "microbit",
        ("qemu-system-arm", "-M", "microbit", *targets.QEMU_OPTIONS),
        "qemu-system-arm",
        targets.Region(0, 256 << 10),
        targets.Region(0x20000000, 16 << 10),
        stack=2 << 10,
    )

    def build(self, target: str, cc: str, **options) -> Program:
        cortex_m0 = replace(targets.find("cortex-m0"), machine=self.MICROBIT)
        return Program(
            self.folder,
            self.interface,
            replace(find_compiler(cortex_m0, cc), target=cortex_m0),
            **options,
        )

    def test_runs(self):
        for cc in ("gcc", "clang"):
            self.measure(self.build("", cc))

    def test_traps(self):
        """It has no division, which the Cortex-M4 has."""
        self.edit(
            "#ifdef FAULT\n  FAULT",
            '#if 1\n  __asm__ volatile(".inst.w 0xfbb1f1f2");',
        )
        with self.assertRaisesRegex(
            RescaleError, "the program failed on microbit with exit code 2"
        ):
            self.measure(self.build("", "gcc"))


class Faults(Folder):
    def refuses(self, message: str, fault: str, target: str, cc: str) -> str:
        shutil.copy(NETWORK / "model.c", self.folder)
        self.edit("#ifdef FAULT\n  FAULT", f"#if 1\n  {fault}")
        with self.assertRaises(RescaleError) as caught:
            self.measure(self.build(target, cc))
        self.assertEqual(str(caught.exception), message)
        return caught.exception.details

    def test_writes(self):
        volatile = "*(volatile unsigned char *)"
        for what, fault in (
            (
                "memory beside its arena",
                f"{volatile}((char *)arena + 16) = 1;",
            ),
            ("memory beside its arena", f"{volatile}((char *)arena - 1) = 1;"),
            ("memory beside its outputs", "output[4] = 1;"),
            ("memory beside its outputs", "output[-1] = 1;"),
            ("its inputs", f"{volatile}input += 1;"),
        ):
            for target, cc in (
                ("cortex-m0", "gcc"),
                ("rv32im", "clang"),
                ("host", "clang"),
            ):
                with self.subTest(what, target=target):
                    self.refuses(
                        f"the network used {what}; report this as a bug",
                        *(fault, target, cc),
                    )

    def test_stack(self):
        fault = (
            "volatile char big[70000]; "
            "for (int i = 70000; i--;) big[i] = 1;"
        )
        for target in ("cortex-m4", "rv32im"):
            self.refuses(
                "the network used all of the stack; report this as a bug",
                *(fault, target, "gcc"),
            )

    def test_status(self):
        for target in ("cortex-m4", "rv32im", "host"):
            self.refuses(
                "the network ended with status -7",
                *("return -7;", target, "gcc"),
            )

    def test_traps(self):
        for target, board, fault in (
            # Cortex-M0 has no unaligned accesses, Cortex-M4 has.
            (
                "cortex-m0",
                "mps2-an386",
                "*(volatile int *)((char *)arena + 1) = 1;",
            ),
            ("cortex-m4", "mps2-an386", '__asm__ volatile("udf #1");'),
            # RV32IM has no compressed instructions.
            (
                "rv32im",
                "virt",
                '__asm__ volatile(".option rvc\\nc.nop\\nc.nop");',
            ),
        ):
            with self.subTest(target):
                self.refuses(
                    f"the program failed on {board} with exit code 2; see "
                    "its messages above",
                    *(fault, target, "gcc"),
                )

    def test_endless(self):
        with mock.patch.object(firmware, "_PATIENCE", 0.2):
            self.refuses(
                "requires a network that ends, got one that ran for "
                f"{0.2 * len(X)} seconds on mps2-an386; take a smaller "
                "network or fewer samples",
                *("for (;;) output[0] = 1;", "cortex-m4", "gcc"),
            )

    def test_too_large(self):
        huge = "extern const int8_t weights[];\nconst int8_t weights[4194304]"
        for cc in ("gcc", "clang"):
            with self.subTest(cc):
                shutil.copy(NETWORK / "model.c", self.folder)
                self.edit("static const int8_t weights[4]", huge)
                with self.assertRaisesRegex(
                    RescaleError,
                    "^requires a network for the 4194304 bytes of FLASH that "
                    r"mps2-an386 has, got one with \d+ more; choose a smaller "
                    "network$",
                ):
                    self.build("cortex-m4", cc)
                shutil.copy(NETWORK / "model.c", self.folder)
                shutil.copy(NETWORK / "model.h", self.folder)
                self.edit("SIZE 16", "SIZE 4200000", "model.h")
                with self.assertRaisesRegex(
                    RescaleError,
                    "^requires a network for the 4194304 bytes of RAM that "
                    r"mps2-an386 has, got one with \d+ more; choose a smaller "
                    "network$",
                ):
                    self.build("cortex-m4", cc)
                shutil.copy(NETWORK / "model.h", self.folder)

    def test_broken_c(self):
        shutil.copy(NETWORK / "model.c", self.folder)
        self.edit("return 0;", "return nothing;")
        for cc in ("gcc", "clang"):
            with self.assertRaisesRegex(
                RescaleError,
                r"\S+ cannot compile C for cortex-m4; see its messages above",
            ) as caught:
                self.build("cortex-m4", cc)
            self.assertIn("nothing", caught.exception.details)


class Missing(Folder):
    """What is missing is named, with the package that has it."""

    def refuses(self, message: str, without: str, *arguments) -> None:
        """Fails with `message` on a PATH without a program."""
        which = shutil.which
        with (
            mock.patch.object(
                shutil,
                "which",
                lambda name: None if without in name else which(name),
            ),
            self.assertRaises(RescaleError) as caught,
        ):
            self.build(*arguments)
        self.assertEqual(str(caught.exception), message)

    def test_programs(self):
        for without, target, cc, message in (
            (
                "arm-none-eabi-gcc",
                *("cortex-m4", "gcc"),
                "requires arm-none-eabi-gcc to compile C for cortex-m4, found "
                "none on the PATH; install Debian's gcc-arm-none-eabi",
            ),
            (
                "riscv64-unknown-elf-gcc",
                *("rv32im", "clang"),
                "requires riscv64-unknown-elf-gcc to link what clang-22 "
                "compiles for rv32im, found none on the PATH; install "
                "Debian's gcc-riscv64-unknown-elf",
            ),
            (
                "clang",
                *("rv32im", "clang"),
                "requires clang-22 to compile C for rv32im, found none on the "
                "PATH; install Debian's clang-22",
            ),
            (
                "gcc",
                *("host", "gcc"),
                "requires gcc to compile C for host, found none on the PATH; "
                "install Debian's gcc",
            ),
            (
                "qemu-system-arm",
                *("cortex-m0", "gcc"),
                "requires qemu-system-arm to run code for cortex-m0, found "
                "none on the PATH; install Debian's qemu-system-arm",
            ),
            (
                "qemu-system-riscv32",
                *("rv32imc", "gcc"),
                "requires qemu-system-riscv32 to run code for rv32imc, found "
                "none on the PATH; install Debian's qemu-system-misc",
            ),
            (
                "valgrind",
                *("host", "gcc"),
                "requires valgrind to count instructions, found none on the "
                "PATH; install Debian's valgrind",
            ),
        ):
            with self.subTest(message):
                self.refuses(message, without, target, cc)

    def test_compiler_of_another_name(self):
        self.refuses(
            "requires a C compiler to compile C for cortex-m4, got mycc, "
            "which is no program; say gcc, clang, or the path of one",
            *("nothing", "cortex-m4", "mycc"),
        )
        self.refuses(
            "requires a C compiler to compile C for host, got an empty path, "
            "which is no program; say gcc, clang, or the path of one",
            *("nothing", "host", ""),
        )

    def test_no_compiler(self):
        """A program that says nothing, and writes nothing."""
        for program in ("true", shutil.which("true")):
            with self.assertRaises(RescaleError) as caught:
                self.build("host", program)
            self.assertEqual(
                str(caught.exception),
                f"requires a C compiler to compile C for host, got {program}, "
                "which wrote nothing; say gcc, clang, or the path of one",
            )

    def test_library(self):
        for target, gcc, package in (
            ("cortex-m4", "arm-none-eabi-gcc", "libnewlib-arm-none-eabi"),
            (
                "rv32im",
                "riscv64-unknown-elf-gcc",
                "picolibc-riscv64-unknown-elf",
            ),
        ):
            with (
                mock.patch.object(
                    toolchain, "_output", lambda command: "libc.a\n"
                ),
                self.assertRaises(RescaleError) as caught,
            ):
                self.build(target)
            self.assertEqual(
                str(caught.exception),
                f"requires the C library of {gcc} to compile C for {target}, "
                f"found none; install Debian's {package}",
            )

    def test_linker(self):
        real = toolchain._output

        def output(command):
            # What Clang does not find it returns as it is.
            found = "-print-prog-name=ld.lld" in command
            return "ld.lld\n" if found else real(command)

        with (
            mock.patch.object(toolchain, "_output", output),
            self.assertRaises(RescaleError) as caught,
        ):
            self.build("cortex-m4", "clang")
        self.assertEqual(
            str(caught.exception),
            "requires ld.lld to link what clang-22 compiles for cortex-m4, "
            "found none; install Debian's lld-22",
        )

    def test_target(self):
        with self.assertRaises(RescaleError) as caught:
            targets.find("z80")
        self.assertEqual(
            str(caught.exception),
            "requires a target of host, cortex-m0, cortex-m3, cortex-m4, "
            "cortex-m7, cortex-m33, cortex-m55, rv32im, rv32imc, got z80",
        )
        for name, near in (("cortex-m4f", "cortex-m4"), ("rv32", "rv32im")):
            with self.assertRaises(RescaleError) as caught:
                targets.find(name)
            self.assertTrue(
                str(caught.exception).endswith(
                    f", got {name}; did you mean {near}?"
                )
            )


class Compilers(Folder):
    def test_by_path(self):
        for target, program in (
            ("cortex-m4", "arm-none-eabi-gcc"),
            ("cortex-m4", "clang-22"),
            ("host", "gcc"),
        ):
            path = shutil.which(program)
            self.measure(self.build(target, path))

    def test_of_another_target(self):
        with self.assertRaisesRegex(
            RescaleError,
            "gcc cannot compile C for cortex-m4; see its messages above",
        ):
            self.build("cortex-m4", shutil.which("gcc"))


class Document(Folder):
    def test_commands(self):
        """What docs/Targets.md says for each target compiles its C."""
        text = Path(firmware.__file__).parents[2] / "docs" / "Targets.md"
        _, _, table = text.read_text().partition("| with GCC | with Clang |\n")
        rows = [
            [cell.strip(" `") for cell in line.split("|")[1:-1]]
            for line in table.partition("\n\n")[0].splitlines()[1:]
        ]
        self.assertEqual([row[0] for row in rows], [*targets.TARGETS])
        for name, *commands in rows:
            for command in commands:
                with self.subTest(command):
                    subprocess.run(
                        command.split(), cwd=self.folder, check=True
                    )
                    sizes = elf.read_sizes(self.folder / "model.o")
                    self.assertGreater(sizes.code, 0)
                    for flag in targets.find(name).clang_flags:
                        self.assertIn(f" {flag} ", command)


class Header(Folder):
    def test_interface(self):
        self.assertEqual(self.interface.arena, Arena(16, 4, 12))
        self.assertEqual(
            [port.name for port in self.interface.inputs], ["input"]
        )
        (output,) = self.interface.outputs
        self.assertEqual(
            (output.shape, output.scale, output.zero_point),
            ((1, 4), float(np.float32(0.1)), 0),
        )

    def test_layers(self):
        """Outputs of layers follow those of the model."""
        (output,) = self.interface.outputs
        for names, results in (
            (["output"], 1),
            (["output", "output1"], 1),
            (["output0", "output1", "conv"], 2),
            (["output0", "output1", "output3"], 2),
            ([], 0),
        ):
            outputs = tuple(replace(output, name=name) for name in names)
            interface = replace(self.interface, outputs=outputs)
            self.assertEqual(interface.results, results)

    def test_without_arena(self):
        text = (NETWORK / "model.h").read_text().replace("void *arena, ", "")
        self.assertIsNone(parse_header(text).arena)
        Path(self.folder, "model.h").write_text(text)
        self.edit("void *arena, ", "")
        self.edit(
            "  int32_t *scaled = (int32_t *)arena;",
            "  static int32_t scaled[4];",
        )
        self.measure(self.build("cortex-m4"))


class Sizes(Folder):
    def test_sizes(self):
        Path(self.folder, "a.c").write_text(
            "const char table[300] = {1}; int initialized[10] = {1};\n"
            "int zeros[25]; int run(void) { return table[zeros[0]]; }\n"
        )
        for target, cc in (
            ("host", "gcc"),
            ("host", "clang"),
            ("cortex-m0", "clang"),
            ("rv32im", "gcc"),
        ):
            output = self.folder / "a.o"
            find_compiler(targets.find(target), cc).compile(
                self.folder / "a.c", output, ["-O2", "-g"]
            )
            sizes = elf.read_sizes(output)
            self.assertEqual(sizes.constants, 300)
            self.assertEqual((sizes.data, sizes.zeros), (40, 100))
            self.assertTrue(4 <= sizes.code <= 40, sizes)

    def test_no_elf(self):
        path = self.folder / "model.c"
        with self.assertRaises(RescaleError) as caught:
            elf.read_sizes(path)
        self.assertEqual(
            str(caught.exception),
            f"requires an ELF file to measure, got {path}; compile for a "
            "target with ELF",
        )


if __name__ == "__main__":
    unittest.main()
