# REQUIRES: models, tosa-converter, tflite, numpy, gcc, clang-22
# REQUIRES: arm-none-eabi-gcc, riscv64-unknown-elf-gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Object code of MLPerf Tiny has 64-bit arithmetic only where it is listed.

With --update it writes the list, Inputs/wide-layers.json: for each network and
target the layers that have any, with gcc or clang at -O2, and of what kind. A
layer's function is looked at as it is shipped, with its kernel and whatever
is inlined, its requantization included; kernels have none of their own. A
layer whose requantizations are all in the rungs multiply_32, two_limbs and
estimate may not be in the list at all.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import rescale
from Inputs import disassembly, networks
from rescale import targets
from rescale.model import compile_network
from rescale.requantization import FLAGS
from rescale.toolchain import find_compiler

TARGETS = ["cortex-m0", "cortex-m4", "rv32im"]
if platform.machine() == "x86_64":
    TARGETS.append("host")

#: What the detector has to find in each, on every target where it is not the
#: instruction of 32 bits.
WIDE = {
    "product": "int64_t f(int64_t x, int64_t y) { return x * y; }",
    "sum": "int64_t f(int64_t x, int64_t y) { return x + y; }",
    "difference": "int64_t f(int64_t x, int64_t y) { return x - y; }",
    "shift": "int64_t f(int64_t x, int y) { return x >> y; }",
    "by_constant": "int32_t f(int64_t x) { return (int32_t)(x >> 7); }",
    "to_the_left": "int64_t f(int64_t x) { return x << 5; }",
    "in_a_callee": "__attribute__((noinline)) static int64_t"
    " g(int64_t x, int64_t y) { return x * y + y; }"
    " int64_t f(int64_t x, int64_t y) { return g(x, y); }",
    "requantize": "int f(int32_t x, int32_t m, int64_t b)"
    " { return (int32_t)(((int64_t)x * m + b) >> 35); }",
}
#: On x86, registers have 64 bits for other reasons.
WIDE_X86 = ("product", "in_a_callee", "requantize")
NARROW = {
    "multiply": "int f(int32_t x, int32_t m, int32_t b)"
    " { return (x * m + b) >> 11; }",
    "two_limbs": "int f(int32_t x, int32_t m, int32_t b) {"
    " return (m * (x >> 8) + b + (int32_t)((uint32_t)m * (x & 255) >> 8))"
    " >> 9; }",
    "selected": "int f(int32_t x, int32_t m, int32_t b, int32_t n)"
    " { return (x * m + (x < 0 ? n : b)) >> 11; }",
    "threshold": "int f(int32_t x, uint32_t m, uint32_t b) {"
    " return x + (b + m * (uint32_t)x > 12345u); }",
    "bytes": "#include <string.h>\n"
    "void f(char *x, const char *y, int n) { memcpy(x, y, n); }",
    "halves": "uint32_t f(uint32_t x, uint32_t y)"
    " { return (x << 16) | (y & 0xffff); }",
}


def find(target: str, cc: str, source: str) -> Counter[str]:
    """What the function `f` of a source has."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Path(folder, "f.c").write_text(f"#include <stdint.h>\n{source}\n")
        compiler = find_compiler(targets.find(target), cc)
        compiler.compile(folder / "f.c", folder / "f.o", ["-O2"])
        architecture, functions = disassembly.read(folder / "f.o")
        return disassembly.find_64_bit(architecture, functions, "f")


class Detector(unittest.TestCase):
    def test_wide(self):
        for target in TARGETS:
            for cc in ("gcc", "clang"):
                for name, source in WIDE.items():
                    if target == "host" and name not in WIDE_X86:
                        continue
                    with self.subTest(target=target, cc=cc, name=name):
                        self.assertTrue(find(target, cc, source))

    def test_narrow(self):
        for target in TARGETS:
            for cc in ("gcc", "clang"):
                for name, source in NARROW.items():
                    with self.subTest(target=target, cc=cc, name=name):
                        self.assertEqual(find(target, cc, source), Counter())

    def test_high_multiply(self):
        source = (
            "int f(int32_t x, int32_t m, int32_t b)"
            " { return (int32_t)((int64_t)x * m >> 32) + b; }"
        )
        for target in ("cortex-m4", "rv32im"):
            for cc in ("gcc", "clang"):
                self.assertEqual(
                    find(target, cc, source),
                    Counter({disassembly.HIGH_MULTIPLY: 1}),
                )


#: By network, target and layer, the kinds.
Found = dict[str, dict[str, dict[str, list[str]]]]

LIST = Path(__file__).parent / "Inputs" / "wide-layers.json"

NARROW_RUNGS = {"multiply_32", "two_limbs", "estimate"}
#: What the rung `multiply_high` becomes.
HIGH = {
    "cortex-m0": {"__aeabi_lmul"},
    "cortex-m4": {disassembly.HIGH_MULTIPLY},
    "rv32im": {disassembly.HIGH_MULTIPLY},
    "host": {"64-bit multiply", "64-bit lanes"},
}


def get_rungs(model: Path, target: str) -> dict[str, set[str]]:
    """The rungs of each layer's requantizations; "" for one without."""
    process = subprocess.run(
        [
            *("rescale-opt", model, f"--rescale-to-loops=target={target}"),
            *("--mlir-print-ir-before=convert-rescale-to-arith", "-o"),
            os.devnull,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    rungs: dict[str, set[str]] = {}
    for dump in process.stderr.split("// -----// IR Dump Before")[1:]:
        function = re.search(r"func\.func (?:private )?@(\w+)", dump)[1]
        layer = rungs.setdefault(function.removesuffix("_requantize"), set())
        for line in re.findall(r"rescale\.apply .*", dump):
            rung = re.search(r"#rescale<rung (\w+)>", line)
            layer.add(rung[1] if rung else "")
    return rungs


def find_layers(
    model: Path,
) -> tuple[dict[str, dict[str, list[str]]], dict[str, set[str]]]:
    """What the layers of a network have, by target, and all their names."""
    found, names = {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for target in map(targets.find, TARGETS):
            compile_network(model, folder, "c", target)
            kinds: dict[str, set[str]] = {}
            for cc in ("gcc", "clang"):
                find_compiler(target, cc).compile(
                    folder / "model.c",
                    folder / "model.o",
                    # SSE2 alone has no product of 32 bits but in 64.
                    ["-std=c99", "-O2", *(FLAGS if target.is_host else [])],
                )
                architecture, functions = disassembly.read(folder / "model.o")
                # Layers are never inlined.
                for layer in functions:
                    kinds.setdefault(layer, set()).update(
                        disassembly.find_64_bit(
                            architecture, functions, layer
                        )
                    )
            names[target.name] = set(kinds)
            # What the entry point has is its layers'.
            found[target.name] = {
                layer: sorted(its)
                for layer, its in sorted(kinds.items())
                if its and layer != "model_run"
            }
    return found, names


class Networks(unittest.TestCase):
    maxDiff = None

    def test_layers(self):
        listed = json.loads(LIST.read_text())
        narrow = high = 0
        for network in networks.MLPERF_TINY:
            with tempfile.TemporaryDirectory() as folder:
                model = Path(folder, "model.mlir")
                rescale.import_tflite(network.model, model)
                found, names = find_layers(model)
                rungs = {
                    target: get_rungs(model, target) for target in TARGETS
                }
            for target in TARGETS:
                with self.subTest(network=network.name, target=target):
                    self.assertEqual(
                        found[target], listed[network.name][target]
                    )
                for layer, its in rungs[target].items():
                    if its:
                        self.assertIn(layer, names[target])
                    kinds = set(found[target].get(layer, ()))
                    # It is chosen where no other rung is exact: nowhere here.
                    self.assertNotIn("multiply_64", its)
                    with self.subTest(
                        network=network.name, target=target, layer=layer
                    ):
                        if its <= NARROW_RUNGS:
                            narrow += bool(its)
                            self.assertEqual(kinds, set())
                        elif its <= NARROW_RUNGS | {"multiply_high"}:
                            high += 1
                            self.assertLessEqual(kinds, HIGH[target])
        # Most layers of the 85 that have weights, on all targets.
        self.assertGreater(narrow, 40)
        self.assertGreater(high, 20)


def update() -> None:
    """Writes the list, on x86 for all targets."""
    found: Found = {}
    for network in networks.MLPERF_TINY:
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder, "model.mlir")
            rescale.import_tflite(network.model, model)
            found[network.name] = find_layers(model)[0]
    LIST.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        update()
    else:
        unittest.main()
