# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Multiplicands that are rounded to few bits, which is what others compare with.

In TOSA text, as `rescale import` writes it: the multiplier of a channel becomes
the nearest number of k magnitude bits, with as many zeros behind them as it had
bits, and its double rounding becomes single. What is computed is that of a k-bit
multiplicand with half of the last bit as addend.
"""

import re

import numpy as np

CONSTANT = re.compile(
    r'^ *(%\w+) = "tosa.const"\(\) <\{values = dense<(.*?)> : '
    r"tensor<(\d+)xi(8|32)>\}>",
    re.M,
)
PRODUCER = re.compile(r"^ *(%\w+) = tosa\.(\w+) ", re.M)
RESCALE = re.compile(
    r"^( *)(%\w+ = tosa\.rescale )(%\w+), (%\w+), (%\w+)(, .*"
    r"rounding_mode = )(\w+)_ROUND(.*)$",
    re.M,
)

#: What has accumulators.
LAYERS = ("conv2d", "depthwise_conv2d")


def parse(text: str, count: int, bits: str) -> np.ndarray:
    """The elements of a dense constant."""
    dtype = np.dtype(f"<i{int(bits) // 8}")
    if text.startswith('"0x'):
        values = np.frombuffer(bytes.fromhex(text[3:-1]), dtype)
    else:
        values = np.array([int(v) for v in text.strip("[]").split(",")], dtype)
    return np.broadcast_to(values, (count,)).astype(np.int64)


def constant(name: str, values: np.ndarray, bits: int) -> str:
    shape = f"tensor<{len(values)}xi{bits}>"
    return (
        f'    {name} = "tosa.const"() <{{values = dense<{values.tolist()}> : '
        f"{shape}}}> : () -> {shape}\n"
    )


def round_to(
    multipliers: np.ndarray, shifts: np.ndarray, bits: int
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest with `bits` magnitude bits; one that overflows is halved."""
    lengths = np.array([int(m).bit_length() for m in multipliers])
    spare = np.maximum(lengths - bits, 0)
    half = np.where(spare > 0, 1 << np.maximum(spare - 1, 0), 0)
    rounded = (multipliers + half) >> spare << spare
    overflows = rounded >= 1 << 31
    return np.where(overflows, rounded >> 1, rounded), shifts - overflows


def nearest(text: str, bits: int, kinds: tuple[str, ...] = LAYERS) -> str:
    """The network with multiplicands of `bits` bits behind some operations."""
    constants = {
        name: parse(values, int(count), width)
        for name, values, count, width in CONSTANT.findall(text)
    }
    producers = dict(PRODUCER.findall(text))
    count = 0

    def rewrite(match: re.Match) -> str:
        nonlocal count
        indent, start, x, m, s, middle, _, end = match.groups()
        if producers.get(x) not in kinds:
            return match[0]
        count += 1
        new = round_to(constants[m], constants[s], bits)
        names = f"%nearest_{count}_m", f"%nearest_{count}_s"
        return (
            constant(names[0], new[0], 32)
            + constant(names[1], new[1], 8)
            + f"{indent}{start}{x}, {names[0]}, {names[1]}{middle}SINGLE_ROUND"
            + end
        )

    result = RESCALE.sub(rewrite, text)
    if not count:
        raise ValueError("requires a network with layers, got none")
    return result
