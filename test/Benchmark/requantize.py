# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes the part of docs/Benchmarks.md on requantization.

    python test/Benchmark/requantize.py [--rows ROWS.json] [--check]

Measures, or takes what `rescale bench requantize --json ROWS.json` wrote, and
puts it between the markers of the document. Exits with 1 where a figure is
above its bar. Needs the tools and the Python package, both C compilers for
each target, and QEMU.
"""

import argparse
import json
import re
import sys
from pathlib import Path

from rescale import requantization

DOCUMENT = Path(__file__).parents[2] / "docs" / "Benchmarks.md"
MARKERS = ("<!-- requantization: begin -->\n", "<!-- requantization: end -->")

#: By target, of each of `FORMS`.
BARS = {
    "cortex-m0": (25, 30, 14, 12),
    "cortex-m4": (8, 11, 7.5, 6),
    "rv32im": (15, 18, 14, 11),
    "host": (0.5, 0.6, 0.3, 0.25),
}
FORMS = ("lossless-one-sided", "lossless-two-sided", "8-bit", "shift")
OTHERS = ("upstream-64", "upstream-32", "int64")

TITLES = {
    "lossless-one-sided": "lossless, one-sided",
    "lossless-two-sided": "lossless, two-sided",
    "8-bit": "8-bit multiplicands",
    "shift": "pure shifts",
    "upstream-64": "upstream, 64 bits",
    "upstream-32": "upstream, 32 bits",
    "int64": "`int64_t`",
}


def figure(row: dict) -> float:
    return row.get("time_ratio", row.get("instructions_per_element"))


def table(head: list[str], lines: list[list[str]]) -> list[str]:
    rule = ["---"] * len(head)
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *lines)]


def unit(target: str) -> str:
    return "time, ratio" if target == "host" else "instructions"


def write(rows: list[dict]) -> str:
    """The text between the markers."""
    by_key = {(row["target"], row["cc"], row["form"]): row for row in rows}
    compilers = dict.fromkeys(row["cc"] for row in rows)

    def best(target: str, form: str) -> dict:
        return min((by_key[target, cc, form] for cc in compilers), key=figure)

    head = ["target", "of an element"]
    for form in FORMS:
        head += [TITLES[form], "at most"]
    head += [TITLES[form] for form in OTHERS]
    lines = []
    for target, bars in BARS.items():
        cells = [target, unit(target)]
        for form, bar in zip(FORMS, bars, strict=True):
            row = best(target, form)
            cells += [f"{figure(row):.2f} {row['cc']}", f"{bar}"]
        for form in OTHERS:
            row = best(target, form)
            cells.append(f"{figure(row):.2f} {row['cc']}")
        lines.append(cells)
    text = table(head, lines)
    text += ["", "By each compiler:", ""]
    head = ["target", "compiler", *TITLES.values()]
    lines = [
        [target, cc]
        + [f"{figure(by_key[target, cc, form]):.2f}" for form in TITLES]
        for target in BARS
        for cc in compilers
    ]
    text += table(head, lines)
    text += ["", "Compilers, the processor that they compile for, and flags:"]
    text.append("")
    for target in BARS:
        for cc in compilers:
            row = by_key[target, cc, FORMS[0]]
            text.append(f"* {target}: {row['version']}, `{row['flags']}`")
    return "\n".join(text) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=Path, help="instead of measuring")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, only compare"
    )
    options = parser.parse_args()
    if options.rows:
        rows = json.loads(options.rows.read_text())
    else:
        rows = requantization.measure()
    print(requantization.format_table(rows))
    if not options.check:
        begin, end = map(re.escape, MARKERS)
        replacement = MARKERS[0] + write(rows) + MARKERS[1]
        text, count = re.subn(
            f"{begin}.*?{end}",
            lambda _: replacement,
            DOCUMENT.read_text(),
            flags=re.S,
        )
        if count != 1:
            sys.exit(f"requires the markers once in {DOCUMENT}, got {count}")
        DOCUMENT.write_text(text)
    worse = [
        f"{target}, {form}: {least:.2f}, at most {bar}"
        for target, bars in BARS.items()
        for form, bar in zip(FORMS, bars, strict=True)
        if (
            least := min(
                figure(row)
                for row in rows
                if (row["target"], row["form"]) == (target, form)
            )
        )
        > bar
    ]
    print("\n".join(["", "Above their bars:", *worse] if worse else []))
    return int(bool(worse))


if __name__ == "__main__":
    sys.exit(main())
