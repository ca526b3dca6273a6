# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Seeded ``rescale.requantize`` ops with accumulators that matter."""

import random
from dataclasses import dataclass

ROUNDINGS = ["half_up", "double", "floor", "half_even", "half_away", "addend"]


def bounds(width: int, unsigned: bool) -> tuple[int, int]:
    """Return the least and the greatest value of an integer type."""
    if unsigned:
        return 0, 2**width - 1
    return -(2 ** (width - 1)), 2 ** (width - 1) - 1


def to_bits(value: int, width: int) -> int:
    """Return ``value`` as a signless literal: the signed reading of its bits."""
    return value - 2**width if value >= 2 ** (width - 1) else value


def pick(rng: random.Random, low: int, high: int) -> int:
    """Return a value of [low, high], often one at its ends or near zero."""
    corner = rng.choice([low, low + 1, high - 1, high, 0, 1, -1])
    value = corner if rng.random() < 0.4 else rng.randint(low, high)
    return min(max(value, low), high)


def addends(rounding: str, shift: int) -> tuple[int, int]:
    """Return TOSA's addends for d >= 0 and for d < 0 at ``shift``."""
    half = 1 << (shift - 1) if shift else 0
    first = 1 << 30 if rounding == "double" and shift > 31 else 0
    return half + first, half - first


@dataclass(frozen=True)
class Case:
    """A requantization of given accumulators, signless as MLIR has them."""

    rows: list[list[int]]
    width: int
    code_width: int
    parameters: str

    @property
    def input_type(self) -> str:
        """The type of the accumulators."""
        return f"tensor<{len(self.rows)}x{len(self.rows[0])}xi{self.width}>"

    @property
    def result_type(self) -> str:
        """The type of the codes."""
        return f"tensor<{len(self.rows)}x{len(self.rows[0])}xi{self.code_width}>"

    def op(self, operand: str) -> str:
        """Return the op on an SSA value, in one line."""
        return (
            f"rescale.requantize {operand} {self.parameters}"
            f" : {self.input_type} -> {self.result_type}"
        )

    def function(self, name: str) -> str:
        """Return a function that requantizes the accumulators as constants."""
        return (
            f"func.func @{name}() -> {self.result_type} {{\n"
            f"  %x = arith.constant dense<{self.rows}> : {self.input_type}\n"
            f"  %y = {self.op('%x')}\n"
            f"  return %y : {self.result_type}\n}}\n"
        )


def make_case(rng: random.Random) -> Case:
    """Return a case; TOSA can say most of them, but not all."""
    width = rng.choice([8, 8, 16, 32, 32, 32, 32, 48, rng.choice([4, 24, 64])])
    code_width = rng.choice([8, 8, 8, 16, 32, rng.choice([8, 4])])
    flags = ["", "", "", ""]
    if width <= 16 and code_width <= 16:
        flags += ["unsigned_input", "unsigned_result"]
    if rng.random() < 0.05:
        flags = ["unsigned_input unsigned_result", "unsigned_result"]
    flag = rng.choice(flags)
    unsigned_input = "unsigned_input" in flag
    unsigned_result = "unsigned_result" in flag
    low, high = bounds(width, unsigned_input)
    code_low, code_high = bounds(code_width, unsigned_result)

    signed_port = rng.random() < 0.5
    port = rng.choice([2, 4, 8, 12, 16, 16, 32, 32, 32])
    channels = rng.choice([1, 1, 2, 3])
    top = 2 ** (port - signed_port) - 1
    shift_low, shift_high = rng.choice([(0, 63), (0, 12), (8, 31), (28, 62)])
    multiplicands = [pick(rng, 0, top) for _ in range(channels)]
    shifts = [rng.randint(shift_low, shift_high) for _ in range(channels)]
    rounding = rng.choice(ROUNDINGS[:2] * 4 + ROUNDINGS)
    text = f"round {rounding}"
    if rounding == "addend":
        mode = rng.choice(["half_up", "double"])
        pairs = [addends(mode, shift) for shift in shifts]
        text += f" addends [{', '.join(str(p) for p, _ in pairs)}]"
        text += f" negative_addends [{', '.join(str(n) for _, n in pairs)}]"

    zero_points = []
    for zero_low, zero_high, bits, unsigned in (
        (low, high, width, unsigned_input),
        (code_low, code_high, code_width, unsigned_result),
    ):
        zero_point = 0
        if bits == 8 or rng.random() < 0.03:
            zero_point = pick(rng, zero_low, zero_high)
        elif bits == 16 and unsigned and rng.random() < 0.5:
            zero_point = 2**15
        zero_points.append(zero_point)
    text += f" input_zero_point {zero_points[0]} zero_point {zero_points[1]}"
    if rng.random() < 0.4 and (code_width <= 16 or rng.random() < 0.2):
        clamp = sorted(pick(rng, code_low, code_high) for _ in range(2))
        text += f" clamp {clamp}"

    # Accumulators at the ends, at the zero point and where the code changes.
    columns = []
    for multiplicand, shift in zip(multiplicands, shifts):
        column = [low, low + 1, high, zero_points[0], zero_points[0] - 1]
        while len(column) < 24:
            if multiplicand and rng.random() < 0.7:
                quotient = rng.randint(-(2 ** rng.randint(0, 9)), 2**9)
                tie = ((2 * quotient + 1) << shift) // (2 * multiplicand)
                column.append(zero_points[0] + tie + rng.randint(-1, 1))
            else:
                column.append(rng.randint(low, high))
        columns.append([min(max(x, low), high) for x in column])
    rows = [[to_bits(x, width) for x in row] for row in zip(*columns)]
    port_type = f"tensor<{channels}x{'s' if signed_port else 'u'}i{port}>"
    return Case(
        rows,
        width,
        code_width,
        f"mul dense<{multiplicands}> : {port_type} shift {shifts} axis 1"
        f" {text} {flag}",
    )
