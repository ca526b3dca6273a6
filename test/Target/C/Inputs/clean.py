# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Holds the C of networks to what firmware asks of C.

Usage: clean.py FOLDER MODEL...

Compilers and linters have nothing to say; nothing is called but memcpy and its
like; no float; a small stack; no undefined behaviour and no access outside of
buffers, with the results of the object that LLVM makes.
"""

import random
import re
import subprocess
import sys
from pathlib import Path

TARGET = "cortex-m4"
WARNINGS = [
    "-std=c99",
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wshadow",
    "-Wvla",
    "-Wstrict-prototypes",
    "-Wmissing-prototypes",
    "-Wsign-conversion",
    "-Wundef",
    "-pedantic",
    "-Werror",
]
#: What is aligned as it is on the strictest of machines.
COMPILERS = {"gcc": "-Wcast-align=strict", "clang-22": "-Wcast-align"}
SANITIZERS = ["-fsanitize=undefined,address", "-fno-sanitize-recover=all"]
#: The sanitizer of types knows the first type that memory has, so each layer
#: begins with memory that has none.
LAYER_HOOKS = """
#include <stddef.h>
void tysan_set_type_unknown(const void *begin, size_t bytes);
#define {prefix}_LAYER_BEGIN(index, layer) \\
  tysan_set_type_unknown(arena, {prefix}_ARENA_SIZE);
"""

#: What clang-tidy would say of any C with pointers and indices.
TIDY = {
    # A layer takes an input and an output of one type, a clamp two bounds.
    "-bugprone-easily-swappable-parameters": None,
    # An index is an int32_t, and no buffer has 2^31 elements.
    "-bugprone-implicit-widening-of-multiplication-result": None,
}
#: int8_t is a number here, not a character.
TIDY_OPTIONS = "{CheckOptions: {" + (
    "bugprone-signed-char-misuse.CharTypdefsToIgnore: int8_t, "
    "cert-str34-c.CharTypdefsToIgnore: int8_t}}"
)

#: What a freestanding compiler needs of the C library.
CALLED = {"memcpy", "memmove", "memset"}
#: Bytes of a function's stack on the host, where GCC inlines layers into the
#: entry point and spills vectors; of products in two limbs there are more.
STACK = 1536

MAIN = """
#include "{name}.h"
#include <stdio.h>
#include <string.h>
{buffers}
int main(void) {{
  {reads}
  if ({call} != 0)
    return 1;
  {writes}
  return 0;
}}
"""


def run(*command: object, stdin: bytes | None = None) -> bytes:
    """The output of a command that must succeed."""
    result = subprocess.run(
        [str(part) for part in command],
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if result.returncode:
        text = " ".join(map(str, command))
        sys.exit(f"{text}\n{result.stdout.decode(errors='replace')}")
    return result.stdout


def shorten_tables(text: str) -> str:
    """The source with the first numbers of each table."""

    def shorten(match: re.Match) -> str:
        return match[1] + ",".join(match[2].split(",")[:8]) + "\n};"

    return re.sub(
        r"(_CONST_SECTION = \{\n)(.*?)\n\};", shorten, text, flags=re.S
    )


def write_main(folder: Path, name: str) -> int:
    """Writes main.c; returns the bytes that it reads."""
    header = (folder / f"{name}.h").read_text()
    call = re.search(rf"\bint {name}_run\((.*?)\);", header, re.S)
    sizes = {"bool": 1, "int8_t": 1, "int16_t": 2, "int32_t": 4, "int64_t": 8}
    buffers, reads, writes, arguments, total = [], [], [], [], 0
    for parameter in re.split(r",\s*", call[1]):
        declared, argument = parameter.rsplit("*", 1)
        macro = f"{name.upper()}_{argument.upper()}_SIZE"
        arguments.append(argument)
        kind = declared.replace("const ", "").strip()
        if kind == "void":
            # Of the very size, so that an access beyond it is found.
            buffers.append(
                f"static char arena[{macro} ? {macro} : 1]"
                f" __attribute__((aligned({macro[:-5]}_ALIGNMENT)));"
            )
            continue
        buffers.append(f"static {kind} {argument}[{macro}];")
        stream = f"({argument}, 1, sizeof {argument}, "
        if "const " in declared:
            count = int(re.search(rf"{macro} (\d+)", header)[1])
            total += count * sizes[kind]
            reads.append(
                f"if (fread{stream}stdin) != sizeof {argument}) return 2;"
            )
        else:
            writes.append(f"fwrite{stream}stdout);")
    (folder / "main.c").write_text(
        MAIN.format(
            name=name,
            buffers="\n".join(buffers),
            reads="\n  ".join(reads),
            writes="\n  ".join(writes),
            call=f"{name}_run({', '.join(arguments)})",
        )
    )
    return total


def check_compilers(source: Path) -> None:
    """No compiler warns, with and without optimization."""
    for compiler, warning in COMPILERS.items():
        for level in ("-O0", "-O2"):
            run(compiler, *WARNINGS, warning, level, "-c", source, "-o",
                source.with_suffix(".c.o"))


def check_linters(source: Path) -> None:
    """clang-tidy and cppcheck find nothing."""
    short = source.with_suffix(".short.c")
    short.write_text(shorten_tables(source.read_text()))
    checks = ",".join(["-*", "bugprone-*", "cert-*", *TIDY])
    run("clang-tidy-22", "--quiet", "--warnings-as-errors=*",
        f"--checks={checks}", f"--config={TIDY_OPTIONS}", short, "--",
        "-std=c99", f"-I{source.parent}")
    run("cppcheck", "--std=c99", "--quiet", "--error-exitcode=1",
        "--enable=warning,style,performance,portability",
        # Borders are asked about in one form, whichever of them a layer has.
        "--suppress=knownConditionTrueFalse",
        # It counts the bytes of an int32_t otherwise.
        "--platform=unix64", f"-I{source.parent}", short)


def check_object(source: Path) -> None:
    """Nothing is called, nothing is a float, and the stack is small."""
    text = re.sub(r"/\*.*?\*/", "", source.read_text(), flags=re.S)
    words = set(re.findall(r"\w+", text))
    forbidden = words & {"float", "double", "malloc", "goto", "alloca"}
    if forbidden:
        sys.exit(f"{source} has {forbidden}")
    output = source.with_suffix(".stack.o")
    run("gcc", "-std=c99", "-O2", "-fstack-usage", "-c", source, "-o", output)
    symbols = run("nm", "--undefined-only", output).decode().split()
    called = set(symbols) - {"U", "_GLOBAL_OFFSET_TABLE_"}
    if called - CALLED:
        sys.exit(f"{source} calls {called - CALLED}")
    writable = re.findall(
        r" [dDbBC] (\w+)", run("nm", output).decode()
    )
    if writable:
        sys.exit(f"{source} has variables: {writable}")
    usage = output.with_suffix(".su").read_text().splitlines()
    for line in usage:
        function, size, kind = line.split("\t")
        if kind != "static" or int(size) > STACK:
            sys.exit(f"requires at most {STACK} bytes of stack, got {line}")
    largest = max(int(line.split("\t")[1]) for line in usage)
    print(f"{source.stem}: {largest} bytes of stack at most")


def check_behaviour(folder: Path, name: str) -> None:
    """The sanitizers are silent, and the results are those of LLVM."""
    size = write_main(folder, name)
    main, source = folder / "main.c", folder / f"{name}.c"
    hooks = folder / "layer_hooks.h"
    hooks.write_text(LAYER_HOOKS.format(prefix=name.upper()))
    programs = []
    for compiler, flags, code in (
        ("clang-22", ["-O1"], folder / f"{name}.o"),
        ("clang-22", ["-O1", *SANITIZERS], source),
        ("clang-22", ["-O1", "-fsanitize=type", "-include", hooks], source),
        ("gcc", ["-O2"], source),
        ("gcc", ["-O2", f"-D{name.upper()}_PORTABLE"], source),
    ):
        program = folder / f"program{len(programs)}"
        run(compiler, "-std=gnu99", f"-I{folder}", *flags, main, code, "-o",
            program)
        programs.append(program)
    generator = random.Random(name)
    for data in (generator.randbytes(size), bytes([127]) * size,
                 bytes([128]) * size):
        results = [run(program, stdin=data) for program in programs]
        for result in results:
            if b"TypeSanitizer" in result:
                sys.exit(f"{name}: {result.decode(errors='replace')}")
        if len(set(results)) != 1:
            sys.exit(f"{name}: results differ")


def check(folder: Path, model: str) -> None:
    """Holds one network to all of it."""
    name = re.sub(r"\W", "_", Path(model).stem)
    folder = folder / name
    if model.endswith(".tflite"):
        imported = folder.parent / f"{name}.mlir"
        run(sys.executable, "-m", "rescale", "import", model, "-o", imported)
        model = str(imported)
    for emit in ("obj", "c"):
        run("rescale-compile", model, f"--emit={emit}", f"--name={name}", "-o",
            folder)
    source = folder / f"{name}.c"
    check_compilers(source)
    check_linters(source)
    check_object(source)
    check_behaviour(folder, name)
    # Another target has other nests, which the host runs as well.
    run("rescale-compile", model, "--emit=c", f"--target={TARGET}",
        f"--name={name}", "-o", folder)
    check_compilers(source)
    check_behaviour(folder, name)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    for path in sys.argv[2:]:
        check(Path(sys.argv[1]), path)
