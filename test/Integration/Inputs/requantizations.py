# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What the requantizations of a module compute, by the dialect's folder."""

import re

import numpy as np
from Inputs.native import run_tool

OP = re.compile(
    r"rescale\.requantize %\w+ (?P<multiplicands>mul .*? : tensor<\w+>) "
    r"(?P<shifts>shift \[.*?\]) (?:axis \d+ )?(?P<rest>round .*?)"
    r"(?: \{.*\})? : tensor<(?:\d+x)*(?P<input>i\d+)> -> "
    r"tensor<(?:\d+x)*(?P<result>i\d+)>"
)


def find(text: str) -> list[re.Match]:
    """The requantizations of printed IR, in its order."""
    return [
        OP.search(line)
        for line in text.splitlines()
        if "rescale.requantize" in line
    ]


def evaluate(
    ops: list[re.Match], accumulators: list[np.ndarray]
) -> list[np.ndarray]:
    """The codes of each op; channels are along the second of two dimensions.

    With one dimension all elements share a staircase.
    """
    lines = ["func.func @f() {"]
    for number, (op, values) in enumerate(
        zip(ops, accumulators, strict=True)
    ):
        shape = "x".join(map(str, values.shape))
        source = f"tensor<{shape}x{op['input']}>"
        target = f"tensor<{shape}x{op['result']}>"
        axis = "axis 1 " if values.ndim == 2 else ""
        lines += [
            f"  %x{number} = arith.constant dense<{values.tolist()}> : "
            f"{source}",
            f"  %y{number} = rescale.requantize %x{number} "
            f"{op['multiplicands']} {op['shifts']} {axis}{op['rest']} : "
            f"{source} -> {target}",
            f'  "test.result"(%y{number}) : ({target}) -> ()',
        ]
    text = run_tool(
        *("rescale-opt", "-canonicalize", "-allow-unregistered-dialect"),
        *("-mlir-print-elementsattrs-with-hex-if-larger=-1", "-"),
        text="\n".join([*lines, "  return", "}"]),
    )
    constants = dict(
        re.findall(r"(%\w+) = arith\.constant dense<(.*)> : tensor", text)
    )
    codes = []
    names = re.findall(r'"test\.result"\((%\w+)\)', text)
    for name, values in zip(names, accumulators, strict=True):
        numbers = np.array(re.findall(r"-?\d+", constants[name]), np.int64)
        # Of equal elements one is printed.
        if numbers.size == 1:
            numbers = np.full(values.size, numbers[0])
        codes.append(numbers.reshape(values.shape))
    return codes
