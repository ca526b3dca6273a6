# RUN: %python %s
"""Seeded requantizations to TOSA and back: the codes must not change.

Every case is a ``rescale.requantize`` of constant accumulators. rescale-opt
folds it twice, directly and after both conversions, and the texts must be
equal. A case that TOSA cannot say has to be refused with a numbered rule.
"""

import random
import re
import subprocess
import unittest

CASES = 600
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


def make_case(rng: random.Random, name: str) -> str:
    """Return a function that requantizes constants, as MLIR text."""
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
    shape = f"24x{channels}"
    sign = "s" if signed_port else "u"
    return (
        f"func.func @{name}() -> tensor<{shape}xi{code_width}> {{\n"
        f"  %x = arith.constant dense<{rows}> : tensor<{shape}xi{width}>\n"
        f"  %y = rescale.requantize %x mul dense<{multiplicands}>"
        f" : tensor<{channels}x{sign}i{port}> shift {shifts} axis 1\n"
        f"    {text} {flag}"
        f" : tensor<{shape}xi{width}> -> tensor<{shape}xi{code_width}>\n"
        f"  return %y : tensor<{shape}xi{code_width}>\n}}\n"
    )


def run(module: str, *passes: str) -> subprocess.CompletedProcess[str]:
    """Run passes on the text of a module."""
    return subprocess.run(
        ["rescale-opt", "-", *passes], input=module, capture_output=True, text=True
    )


class RandomTest(unittest.TestCase):
    """Compare the codes before and after."""

    def test_codes_are_kept(self) -> None:
        rng = random.Random(20260101)
        cases = [make_case(rng, f"f{i}") for i in range(CASES)]

        # All refusals come from one run, at the lines of the ops.
        result = run("".join(cases), "--convert-rescale-to-tosa")
        owner = [i for i, case in enumerate(cases) for _ in case.splitlines()]
        pattern = r"<stdin>:(\d+):\d+: error: .*\((rescale_to_tosa_c\d+)\)$"
        refused = {
            owner[int(line) - 1]: rule
            for line, rule in re.findall(pattern, result.stderr, re.MULTILINE)
        }
        self.assertEqual(len(refused), result.stderr.count("error:"))
        self.assertGreater(len(set(refused.values())), 8, refused)
        kept = "".join(c for i, c in enumerate(cases) if i not in refused)
        self.assertGreater(CASES - len(refused), CASES // 2)

        direct = run(kept, "--canonicalize")
        self.assertEqual(direct.returncode, 0, direct.stderr)
        self.assertNotIn("requantize", direct.stdout)
        back = run(
            kept,
            "--convert-rescale-to-tosa",
            "--tosa-attach-target=profiles=pro_int extensions=int16,doubleround",
            "--tosa-validate=strict-op-spec-alignment",
            "--convert-tosa-to-rescale",
            "--canonicalize",
        )
        self.assertEqual(back.returncode, 0, back.stderr)
        functions = [
            re.findall(r"func\.func.*?\n  }", text, re.DOTALL)
            for text in (direct.stdout, back.stdout)
        ]
        self.assertEqual(len(functions[0]), CASES - len(refused))
        for before, after in zip(*functions, strict=True):
            self.assertEqual(before, after)


if __name__ == "__main__":
    unittest.main()
