# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Bodies of arith operations, evaluated on many accumulators at once.

A third reading of what these operations mean, beside those of the compiler's
evaluation and of the solver. Numbers have 64 bits here, which every operation
of the tests' bodies fits.
"""

import re

import numpy as np


def signed(values: np.ndarray, width: int) -> np.ndarray:
    """Two's complement of `width` bits."""
    unused = 64 - width
    return values << unused >> unused


def unsigned(values: np.ndarray, width: int) -> np.ndarray:
    """The unsigned reading, of less than 64 bits."""
    return values & ((1 << width) - 1)


EXACT = {
    "addi": np.add,
    "subi": np.subtract,
    "muli": np.multiply,
    "shli": np.left_shift,
}
COMPARISONS = {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}
CONSTANT = re.compile(r"(%[\w-]+) = arith.constant (-?\w+) : i(\d+)")
STEP = re.compile(
    r"(%[\w-]+) = arith\.(\w+) (.*?)(?: overflow<(.*?)>)?"
    r"( \{rescale\.wraps\})? : (.*)"
)


def evaluate(
    function: str, accumulators: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The codes of a function with one linalg.generic, and where an operation
    has a result that does not fit."""
    argument = re.search(r"\^bb0\((%\w+): i(\d+)", function)
    values = {argument[1]: signed(accumulators, int(argument[2]))}
    widths = {argument[1]: int(argument[2])}
    overflows = np.zeros(len(accumulators), bool)
    for line in function.splitlines():
        constant = CONSTANT.search(line)
        if constant:
            name, number, width = constant.groups()
            number = int({"true": "-1", "false": "0"}.get(number, number))
            values[name] = np.full(len(accumulators), number, np.int64)
            widths[name] = int(width)
            continue
        step = STEP.search(line)
        if not step or "dense" in line:
            continue
        name, op, rest, flags, wraps, types = step.groups()
        width = int(re.findall(r"i(\d+)", types)[-1])
        names = re.findall(r"%[\w-]+", rest)
        operands = [values[operand] for operand in names]
        own = widths[names[0]]
        bare = [unsigned(value, own) for value in operands] if own < 64 else []
        if op in EXACT:
            result = EXACT[op](*operands)
            fits = result == signed(result, width)
            if width < 64 and not (flags and "nsw" in flags):
                wide = EXACT[op](*bare)
                fits_unsigned = wide == unsigned(wide, width)
                fits = fits_unsigned if flags else fits | fits_unsigned
            if not wraps:
                overflows |= ~fits
        elif op == "cmpi":
            predicate = rest.split(",")[0]
            pair = operands
            if predicate.startswith("u"):
                pair = bare
            compare = COMPARISONS[predicate.lstrip("us")]
            result = -compare(*pair).astype(np.int64)
        elif op == "shrui":
            result = bare[0] >> operands[1]
        elif op == "extui":
            result = bare[0]
        elif op == "select":
            result = np.where(operands[0] != 0, operands[1], operands[2])
        elif op in ("minui", "maxui"):
            smaller = bare[0] < bare[1]
            result = np.where(smaller == (op == "minui"), *operands)
        else:
            result = {
                "shrsi": np.right_shift,
                "andi": np.bitwise_and,
                "ori": np.bitwise_or,
                "xori": np.bitwise_xor,
                "minsi": np.minimum,
                "maxsi": np.maximum,
                "extsi": lambda value: value,
                "trunci": lambda value: value,
            }[op](*operands)
        values[name] = signed(result, width)
        widths[name] = width
    code = re.search(r"linalg\.yield (%[\w-]+)", function)[1]
    return values[code], overflows
