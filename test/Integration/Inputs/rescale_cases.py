# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""tosa.rescale of every legal form, with inputs that TOSA defines.

TOSA 1.0, section RESCALE, leaves a result open where the value is outside
[-2^(s-1), 2^(s-1)) with 32-bit multipliers, or where the quotient does not fit
32 bits. Those inputs are not generated.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

CHANNELS = 8
VALUES = 1024


@dataclass(frozen=True)
class Form:
    """The types and flags of a tosa.rescale."""

    input: int  # bits
    output: int
    scale32: bool
    rounding: str
    per_channel: bool
    input_unsigned: bool = False
    output_unsigned: bool = False

    @property
    def multiplier(self) -> int:
        """The multipliers' bits, with the sign."""
        return 32 if self.scale32 else 16


def forms() -> Iterator[Form]:
    """Every form that the specification's ERROR_IF conditions allow."""
    for bits, out, scale32, mode, per_channel, unsigned in itertools.product(
        (8, 16, 32, 48),
        (8, 16, 32),
        (True, False),
        ("SINGLE_ROUND", "DOUBLE_ROUND"),
        (False, True),
        (None, "input", "output"),
    ):
        if scale32 and bits == 48 or not scale32 and mode == "DOUBLE_ROUND":
            continue
        if unsigned and (bits > 16 or out > 16):
            continue
        yield Form(
            *(bits, out, scale32, mode, per_channel),
            *(unsigned == "input", unsigned == "output"),
        )


@dataclass(frozen=True)
class Case:
    """One tosa.rescale with constant parameters.

    `inputs` has the shape [VALUES], or [VALUES / CHANNELS, CHANNELS], and the
    bits of the input type as signed integers.
    """

    form: Form
    multipliers: list[int]
    shifts: list[int]
    input_zp: int
    output_zp: int
    inputs: np.ndarray

    @property
    def output_type(self) -> str:
        sizes = "x".join(map(str, self.inputs.shape))
        return f"tensor<{sizes}xi{self.form.output}>"

    def text(self, index: int) -> str:
        """The operation with result %y<index>, and constants for all else."""
        form = self.form
        lines, types = [], []

        def constant(name: str, values: list, sizes: tuple, bits: int) -> str:
            shape = "".join(f"{size}x" for size in sizes)
            types.append(f"tensor<{shape}i{bits}>")
            lines.append(
                f'%{name}{index} = "tosa.const"() <{{values = dense<{values}> '
                f": {types[-1]}}}> : () -> {types[-1]}"
            )
            return f"%{name}{index}"

        channels = (len(self.shifts),)
        operands = [
            constant("x", self.inputs.tolist(), self.inputs.shape, form.input),
            constant("m", self.multipliers, channels, form.multiplier),
            constant("s", self.shifts, channels, 8),
            constant("zi", [self.input_zp], (1,), form.input),
            constant("zo", [self.output_zp], (1,), form.output),
        ]
        flags = {
            "scale32": form.scale32,
            "per_channel": form.per_channel,
            "input_unsigned": form.input_unsigned,
            "output_unsigned": form.output_unsigned,
        }
        attributes = [f"rounding_mode = {form.rounding}"] + [
            f"{name} = {str(value).lower()}" for name, value in flags.items()
        ]
        lines.append(
            f"%y{index} = tosa.rescale {', '.join(operands)} "
            f"{{{', '.join(attributes)}}} : ({', '.join(types)}) -> "
            f"{self.output_type}"
        )
        return "\n".join(lines)


def make_case(form: Form, random: np.random.Generator) -> Case:
    """A case with seeded parameters and inputs."""
    channels = CHANNELS if form.per_channel else 1
    multipliers = [multiplier(form, random) for _ in range(channels)]
    shifts = [shift(form, m, random) for m in multipliers]
    input_zp = zero_point(form.input, form.input_unsigned, random)
    columns = [
        inputs(form, m, s, input_zp, VALUES // channels, random)
        for m, s in zip(multipliers, shifts, strict=True)
    ]
    columns = [[signed(x, form.input) for x in column] for column in columns]
    values = np.array(columns if form.per_channel else columns[0]).T
    return Case(
        form,
        multipliers,
        shifts,
        signed(input_zp, form.input),
        signed(
            zero_point(form.output, form.output_unsigned, random), form.output
        ),
        values,
    )


def signed(value: int, bits: int) -> int:
    """The two's complement reading of an unsigned value's bits."""
    return value - (1 << bits) if value >= 1 << (bits - 1) else value


def multiplier(form: Form, random: np.random.Generator) -> int:
    """Any magnitude, or the greatest, or 0."""
    bits = form.multiplier - 1
    match random.integers(16):
        case 0:
            return 0
        case 1:
            return (1 << bits) - 1
        case _:
            width = int(random.integers(1, bits + 1))
            return int(random.integers(1 << (width - 1), 1 << width))


def shift(form: Form, multiplier: int, random: np.random.Generator) -> int:
    """One that brings the product to the output's width, or any."""
    if random.integers(2):
        return int(random.integers(2, 63))
    fitting = form.input + multiplier.bit_length() - form.output
    return min(max(fitting + int(random.integers(-2, 3)), 2), 62)


def zero_point(bits: int, unsigned: bool, random: np.random.Generator) -> int:
    """What TOSA allows: any on 8 bits, 0 or 32768 on unsigned 16, else 0."""
    low = 0 if unsigned else -(1 << (bits - 1))
    if bits == 8:
        return int(random.integers(low, low + 256))
    return int(random.integers(2)) << 15 if bits == 16 and unsigned else 0


def inputs(
    form: Form,
    multiplier: int,
    shift: int,
    input_zp: int,
    count: int,
    random: np.random.Generator,
) -> list[int]:
    """`count` codes: the ends, ties and their neighbours, any magnitude."""
    type_low = 0 if form.input_unsigned else -(1 << (form.input - 1))
    type_high = type_low + (1 << form.input) - 1
    # The margins are for the addends, at most 2^(s-1) + 2^30 of the product,
    # and for the output zero point, at most 2^15 of the quotient.
    limit = (((1 << 31) - (1 << 16)) << shift) - (1 << 31)
    limit //= max(multiplier, 1)
    if form.scale32:
        limit = min(limit, (1 << (shift - 1)) - 1)
    low = max(type_low, input_zp - limit)
    high = min(type_high, input_zp + limit)
    # d*m is half way between two multiples of 2^s at odd multiples of step.
    even = multiplier & -multiplier
    step = max((1 << (shift - 1)) // max(even, 1), 1)

    def any_magnitude() -> int:
        value = int(random.integers(0, 1 << 48)) >> int(random.integers(48))
        return -value if random.integers(2) else value

    found = [low, low + 1, high - 1, high]
    found += [input_zp - 1, input_zp, input_zp + 1]
    while len(found) < count:
        offset = any_magnitude()
        if random.integers(4) == 0:
            offset = (offset | 1) * step + int(random.integers(-1, 2))
        x = input_zp + offset
        found.append(
            x if low <= x <= high else low + abs(offset) % (high - low + 1)
        )
    return [min(max(x, low), high) for x in found[:count]]
