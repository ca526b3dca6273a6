# REQUIRES: models, tosa-converter, tflite
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""No certificate of a real network is believed that is not true.

The four networks are narrowed, and every certificate is accepted. Then single
fields of certificates are changed at random, and what certificates are about:
weights, biases, clamps, zero points. Which claims are then untrue is found by
counting every accumulator; those are refused, the others are not, and nothing
with an untrue one compiles.

Counted are ranges of up to 2^24 accumulators: the additions of resnet8 and the
networks' last requantization have more, and are left as they are.
"""

import dataclasses
import os
import random
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from Inputs import networks, ours
from Inputs.native import run_tool
from Inputs.certified import (
    CERTIFICATE,
    PRINT_LISTS,
    Certificate,
    Requantization,
    entry,
    is_true,
    parse,
)

#: How many corrupted certificates, and how many stale ones.
COUNT = int(os.environ.get("RESCALE_CERTIFICATES", "1000"))
NARROW = "--tosa-to-rescale", "--rescale-narrow"
FIELDS = (
    *("kind", "low", "high", "multiplicands", "shifts", "rounding"),
    *("input_zero_point", "zero_point", "clamp", "digest"),
)


def countable(op: Requantization) -> bool:
    claim = op.certificate
    return claim is not None and all(
        entry(claim.high, c) - entry(claim.low, c) < 1 << 24
        for c in range(op.channels)
    )


def verify(path: Path, *options: str) -> tuple[int, set[int]]:
    """The exit code, and the lines with errors about certificates."""
    done = subprocess.run(
        ["rescale-opt", path, "--rescale-verify-certificates", *options]
        + ["-o", os.devnull],
        capture_output=True,
        text=True,
    )
    lines = re.findall(
        r"^[^\n:]*:(\d+):\d+: error: .*requires (?:a certificate|accum)",
        done.stderr,
        re.M,
    )
    return done.returncode, set(map(int, lines))


def nudge(generator: random.Random, value: int) -> int:
    """Another number: a neighbour mostly, or one bit changed."""
    if generator.random() < 0.6:
        return value + generator.choice((-1, 1))
    return value ^ 1 << generator.randrange(max(value.bit_length(), 1))


def corrupt(
    generator: random.Random, op: Requantization
) -> tuple[Certificate, list[int]]:
    """The certificate of `op` with another field; the channels it is about."""
    claim = op.certificate
    every = list(range(op.channels))
    while True:
        field = generator.choice(FIELDS)
        own = claim.original
        columns = {
            "low": claim.low,
            "high": claim.high,
            "multiplicands": own.multiplicands,
            "shifts": own.shifts,
        }
        channels = every
        if field == "kind":
            # As true as before, and of no use for a proof.
            changed = dataclasses.replace(claim, kind="observed")
            channels = []
        elif field == "digest":
            digest = claim.digest ^ 1 << generator.randrange(64)
            changed = dataclasses.replace(claim, digest=digest)
        elif field in columns:
            column = list(columns[field])
            index = generator.randrange(len(column))
            channels = [index] if len(column) > 1 else every
            column[index] = nudge(generator, column[index])
            if field in ("low", "high"):
                changed = dataclasses.replace(claim, **{field: column})
                first = entry(changed.low, index if len(column) > 1 else 0)
                last = entry(changed.high, index if len(column) > 1 else 0)
                # What no input can hold is refused as the file is read.
                if (
                    not 0 <= last - first < 1 << 24
                    or first < op.input[0]
                    or last > op.input[1]
                ):
                    continue
            else:
                limit = 1 << 31 if field == "multiplicands" else 62
                if not 0 <= column[index] <= limit:
                    continue
                columns_ = dataclasses.replace(own, **{field: column})
                changed = dataclasses.replace(claim, original=columns_)
        else:
            if field == "rounding":
                value = generator.choice(("half_up", "floor", "half_away"))
            elif field == "clamp":
                value = list(own.clamp)
                index = generator.randrange(2)
                value[index] = nudge(generator, value[index])
                if value[0] > value[1]:
                    continue
            else:
                value = nudge(generator, getattr(own, field))
            columns_ = dataclasses.replace(own, **{field: value})
            changed = dataclasses.replace(claim, original=columns_)
        if changed != claim:
            return changed, channels


class Certificates(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.random = random.Random(1)
        self.texts = {}
        for network in networks.MLPERF_TINY:
            model = network.model
            if model.suffix == ".tflite":
                model = ours.import_network(model, self.folder)
            text = run_tool("rescale-opt", *NARROW, PRINT_LISTS, model)
            self.texts[network.name] = text
        self.ops = {name: parse(text) for name, text in self.texts.items()}

    def write(self, text: str) -> Path:
        path = self.folder / "changed.mlir"
        path.write_text(text)
        return path

    def check_refused(self, path: Path) -> None:
        """Nothing is made of a file with an untrue certificate."""
        output = self.folder / "code"
        output.mkdir(exist_ok=True)
        done = subprocess.run(
            ["rescale-compile", path, "--emit=c", "-o", output],
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, "error: .*(certificate|both 0)")
        self.assertEqual(list(output.iterdir()), [])

    def test_all_accepted(self):
        channels = 0
        for name, text in self.texts.items():
            with self.subTest(name):
                code, lines = verify(self.write(text))
                self.assertEqual((code, lines), (0, set()))
                ops = list(filter(countable, self.ops[name]))
                self.assertGreater(len(ops), 8)
                for op in ops:
                    claim = op.certificate
                    channels += op.channels
                    self.assertEqual(claim.kind, "proved")
                    self.assertEqual(claim.differing, [0])
                    # What was printed is what was read, and is true.
                    line = text.splitlines()[op.line - 1]
                    self.assertEqual(CERTIFICATE.search(line)[0], str(claim))
                    few = list(range(op.channels))[:8]
                    self.assertTrue(
                        is_true(op, claim, claim.low, claim.high, few)
                    )
        print("channels accepted:", channels)

    def test_corrupted(self):
        made = untrue = 0
        while made < COUNT:
            for name, text in self.texts.items():
                lines = text.splitlines()
                expected = set()
                for op in filter(countable, self.ops[name]):
                    changed, channels = corrupt(self.random, op)
                    lines[op.line - 1] = CERTIFICATE.sub(
                        str(changed), lines[op.line - 1]
                    )
                    claim = op.certificate
                    made += 1
                    if not is_true(
                        op, changed, claim.low, claim.high, channels
                    ):
                        expected.add(op.line)
                untrue += len(expected)
                path = self.write("\n".join(lines))
                with self.subTest(name, made=made):
                    code, refused = verify(path)
                    self.assertEqual(refused, expected)
                    self.assertEqual(code, 1)
                    self.check_refused(path)
        print(f"corrupted: {made}, of which untrue: {untrue}")

    def test_ill_formed(self):
        """A figure without the other is refused as the file is read."""
        for name, text in self.texts.items():
            for field in ("largest_difference", "differing"):
                changed = text.replace(f"{field} = [0]", f"{field} = [1]", 1)
                with self.subTest(name, field=field):
                    path = self.write(changed)
                    done = subprocess.run(
                        ["rescale-opt", path, "-o", os.devnull],
                        capture_output=True,
                        text=True,
                    )
                    self.assertEqual(done.returncode, 1)
                    self.assertIn("both 0 or both positive", done.stderr)
                    self.check_refused(path)

    def change_number(self, line: str, bits: int) -> str:
        """A constant with another number somewhere."""
        data = re.search(r'dense<"0x([0-9A-F]+)"', line)
        if data:
            at = data.start(1) + 2 * self.random.randrange(len(data[1]) // 2)
            byte = self.random.randrange(256)
            return f"{line[:at]}{byte:02X}{line[at + 2 :]}"
        end = line.index("> : tensor")
        found = list(re.finditer(r"-?\d+", line[:end]))[1:]
        number = self.random.choice(found)
        value = self.random.randrange(-(1 << bits - 1), 1 << bits - 1)
        if bits == 32:
            value >>= self.random.randrange(12, 30)
        return line[: number.start()] + str(value) + line[number.end() :]

    def make_stale(self, text: str) -> str:
        """A network with something changed that its ranges come from."""
        lines = text.splitlines()
        for _ in range(self.random.randint(1, 16)):
            kind = self.random.choices(
                ("weight", "bias", "clamp", "zero"), (6, 3, 1, 1)
            )[0]
            if kind in ("weight", "bias"):
                bits = 8 if kind == "weight" else 32
                found = [
                    index
                    for index, line in enumerate(lines)
                    if re.search(
                        rf'"tosa\.const".*dense<["[].* : '
                        rf"tensor<.*xi{bits}>}}>",
                        line,
                    )
                ]
                index = self.random.choice(found)
                lines[index] = self.change_number(lines[index], bits)
            elif kind == "clamp":
                found = [
                    i for i, line in enumerate(lines) if " clamp [" in line
                ]
                if found:
                    index = self.random.choice(found)
                    lines[index] = re.sub(
                        r" clamp \[.*?\]", "", lines[index], count=1
                    )
            else:
                # The zero point of codes moves what the next layer reads.
                found = [
                    i for i, line in enumerate(lines) if " zero_point " in line
                ]
                index = self.random.choice(found)
                lines[index] = re.sub(
                    r"(?<= zero_point )(-?\d+)(?! =)",
                    lambda m: str(min(int(m[1]) + 1, 127)),
                    lines[index],
                    count=1,
                )
        return "\n".join(lines)

    def read_ranges(self, path: Path):
        """The requantizations of a file, and the ranges that are proved."""
        annotated = run_tool(
            *("rescale-opt", path, PRINT_LISTS, "--rescale-annotate-ranges")
        )
        ranges = [
            (
                list(map(int, found[1].split(","))),
                list(map(int, found[2].split(","))),
            )
            for found in re.finditer(
                r"proved_range = #rescale\.range<proved "
                r"low\[(.*?)\] high\[(.*?)\]>",
                annotated,
            )
        ]
        ops = parse(path.read_text())
        self.assertEqual(len(ops), len(ranges))
        return ops, ranges

    def test_stale(self):
        made = untrue = 0
        while made < COUNT:
            for name, text in self.texts.items():
                path = self.write(self.make_stale(text))
                ops, ranges = self.read_ranges(path)
                expected = set()
                for op, before, (low, high) in zip(
                    ops, self.ops[name], ranges, strict=True
                ):
                    claim = op.certificate
                    if claim is None:
                        continue
                    # Claims that were true are so of the same parameters and
                    # of fewer accumulators.
                    contained = all(
                        entry(claim.low, c) <= entry(low, c)
                        and entry(high, c) <= entry(claim.high, c)
                        for c in range(op.channels)
                    )
                    if op.columns == before.columns and contained:
                        made += low != claim.low or high != claim.high
                        continue
                    made += 1
                    expected.add(op.line)
                untrue += len(expected)
                with self.subTest(name, made=made):
                    code, refused = verify(path)
                    self.assertEqual(refused, expected)
                    self.assertEqual(code, 1 if expected else 0)
                    if expected:
                        self.check_refused(path)
        print(f"stale certificates: {made}, of which untrue: {untrue}")


if __name__ == "__main__":
    unittest.main()
