# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Arithmetic of more than 32 bits in object code, function by function."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import native

#: The instruction of a rung: the upper half of a product of 32 bits.
HIGH_MULTIPLY = "high multiply"

#: By architecture and kind, the mnemonics that are arithmetic of 64 bits
#: wherever they stand. objdump writes those of x86 with a suffix.
_MNEMONICS = {
    "arm": {
        HIGH_MULTIPLY: r"[su]mull|smmulr?|smmlar?|smmlsr?",
        "64-bit multiply-add": r"[su]mlal",
        "64-bit shift": r"rrxs?|lsll|asrl|lsrl",
    },
    "riscv": {HIGH_MULTIPLY: r"mulh|mulhu|mulhsu"},
    "x86": {
        "64-bit multiply": r"imulq|mulq|mulxq",
        "64-bit lanes": r"v?pmuludq|v?pmuldq",
    },
}

#: What compilers call for arithmetic of 64 bits, by the run-time ABI for Arm
#: and in libgcc, whose names have di for 64 bits.
_RUNTIME = re.compile(
    r"__aeabi_(lmul|u?ldivmod|ll?s[lr]|lasr|u?lcmp)|__\w+di[23]"
)

#: Clang adds where no bit is in both.
_JOIN = re.compile(r"orrs?|or|adds?")
_LEFT = re.compile(r"lsls?|slli?")
_RIGHT = re.compile(r"lsrs?|srli?")
_WITH_CARRY = re.compile(r"adcs?|sbcs?")
_SETS_CARRY = re.compile(r"(add|sub|rsb|neg|adc|sbc|ls[lr]|asr)s|cm[pn]")


@dataclass(frozen=True)
class Instruction:
    """callee: of calls, where a relocation or a label names it."""

    mnemonic: str
    operands: tuple[str, ...]
    callee: str = ""


Functions = dict[str, list[Instruction]]


def read(path: Path) -> tuple[str, Functions]:
    """The architecture of an object, and what each function consists of."""
    text = native.run_tool(
        *("llvm-objdump", "-d", "-r", "--no-show-raw-insn", path)
    )
    name = re.search(r"file format elf(?:32|64)-(?:little)?([a-z0-9]+)", text)
    functions: Functions = {}
    body: list[Instruction] = []
    for line in text.splitlines():
        if label := re.fullmatch(r"[0-9a-f]+ <([^>]+)>:", line):
            # Those of loops are local.
            if not label[1].startswith((".", "$")):
                body = functions.setdefault(label[1], [])
        elif relocation := re.match(r"\s+[0-9a-f]+:\s+R_\w+\s+(\w+)", line):
            body[-1] = replace(body[-1], callee=relocation[1])
        elif match := re.match(
            r"\s+[0-9a-f]+:\s+(\S+)\s*([^<@#]*(?:#-?\w+)?[^<@]*)(?:<(\w+))?",
            line,
        ):
            operands = tuple(part.strip() for part in match[2].split(","))
            mnemonic = match[1].removesuffix(".w").removesuffix(".n")
            body.append(Instruction(mnemonic, operands, match[3] or ""))
    return name[1], functions


@dataclass(frozen=True)
class _Shifted:
    """A word shifted by a number of bits, or by what a register holds."""

    left: bool
    amount: str

    def completes(self, other: "_Shifted") -> bool:
        """Whether both have all 32 bits of two neighbouring words."""
        amounts = [
            int(text.lstrip("#"), 0) if re.match(r"#|\d", text) else None
            for text in (self.amount, other.amount)
        ]
        if self.left == other.left or (None in amounts and any(amounts)):
            return False
        return None in amounts or sum(amounts) == 32


def _shifts(body: Sequence[Instruction]) -> int:
    """How often parts of two words become one, as in a shift of 64 bits."""
    count = 0
    shifted: dict[str, _Shifted] = {}
    for mnemonic, operands in ((i.mnemonic, i.operands) for i in body):
        if _JOIN.fullmatch(mnemonic):
            sources = [shifted.get(register) for register in operands]
            if match := re.fullmatch(r"ls([lr]) (\S+)", operands[-1]):
                sources[-2:] = [_Shifted(match[1] == "l", match[2])]
            count += any(
                one and other and one.completes(other)
                for one, other in itertools.combinations(sources, 2)
            )
        before = shifted.pop(operands[0], None)
        if len(operands) == 3:
            before = shifted.get(operands[1], before)
        for left, names in ((True, _LEFT), (False, _RIGHT)):
            if names.fullmatch(mnemonic):
                shifted[operands[0]] = _Shifted(left, operands[-1])
                # To the left and back clears bits.
                if before == _Shifted(not left, operands[-1]):
                    del shifted[operands[0]]
    return count


def _carries(architecture: str, body: Sequence[Instruction]) -> int:
    """How often a sum or difference has a carry from another one."""
    count = 0
    for i, instruction in enumerate(body):
        near = body[max(0, i - 6) : i + 7]
        if architecture == "arm" and _WITH_CARRY.fullmatch(
            instruction.mnemonic
        ):
            # The comparison of two words leaves one too.
            setters = [
                other.mnemonic
                for other in body[max(0, i - 6) : i]
                if _SETS_CARRY.fullmatch(other.mnemonic)
            ]
            count += not setters or setters[-1] not in ("cmp", "cmn")
        elif architecture == "riscv" and instruction.mnemonic == "sltu":
            copies = dict(i.operands for i in near if i.mnemonic == "mv")
            left, right = (
                {register, copies.get(register)}
                for register in instruction.operands[1:]
            )
            count += any(
                (
                    other.mnemonic in ("add", "addi")
                    and other.operands[0] in left
                    and right.intersection(other.operands[1:])
                )
                or (
                    other.mnemonic == "sub"
                    and other.operands[1] in left
                    and right.intersection(other.operands)
                )
                for other in near
            )
    return count


def find_64_bit(
    architecture: str, functions: Functions, name: str
) -> Counter[str]:
    """How often a function, with those of its own that it calls, does what.

    By kind; calls of run-time functions by their names.
    """
    found: Counter[str] = Counter()
    seen, waiting = set(), [name]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        body = functions[name]
        for instruction in body:
            for kind, mnemonics in _MNEMONICS[architecture].items():
                if re.fullmatch(mnemonics, instruction.mnemonic):
                    found[kind] += 1
            if instruction.callee in functions:
                waiting.append(instruction.callee)
            elif _RUNTIME.fullmatch(instruction.callee):
                found[instruction.callee] += 1
        if architecture == "x86":
            continue
        found["64-bit shift"] += _shifts(body)
        found["carry"] += _carries(architecture, body)
    return +found
