# REQUIRES: models, tosa-converter, tflite, numpy, gcc, clang-22
# REQUIRES: arm-none-eabi-gcc, riscv64-unknown-elf-gcc
# RUN: %python %s

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks snapped to one bit requantize without a multiplication.

Neither in the text of the C, nor in the object code of what turns accumulators
into codes, which is compiled without inlining so that it stands apart from the
products of weights. The originals, compiled in the same way, have some
everywhere.
"""

import re
import tempfile
import unittest
from pathlib import Path

import rescale
from Inputs import disassembly, networks
from rescale import targets
from rescale.model import compile_network
from rescale.toolchain import find_compiler

TARGETS = ["cortex-m0", "cortex-m4", "rv32im"]

#: All instructions with a product, and calls where there is none.
MULTIPLIES = {
    "arm": re.compile(r"[su]?ml[as]\w*|[su]?mul\w*|smml\w+|smmul\w*"),
    "riscv": re.compile(r"mulh?s?u?"),
}
CALLS = re.compile(r"__aeabi_lmul|__mul[sdt]i3")

#: What is a requantization in the C: a function of its own for a kernel's.
FUNCTION = re.compile(
    r"^static (?:inline )?\w+ (\w+_requantize)\(.*?^}$", re.M | re.S
)


def in_text(source: str) -> tuple[set[str], set[str]]:
    """All requantizations of a source, and those that multiply."""
    # An average's function only clamps what has been divided.
    found = {
        match[1]: match[0]
        for match in FUNCTION.finditer(source)
        if not match[1].startswith("average_pooling")
    }
    return set(found), {
        name for name, text in found.items() if re.search(r" \* |mul_", text)
    }


def multiplies(
    architecture: str, functions: disassembly.Functions, name: str
) -> bool:
    """Whether a function, or one that it calls, has a product."""
    return any(
        MULTIPLIES[architecture].fullmatch(instruction.mnemonic)
        or CALLS.fullmatch(instruction.callee)
        or (
            instruction.callee not in ("", name)
            and instruction.callee in functions
            and multiplies(architecture, functions, instruction.callee)
        )
        for instruction in functions[name]
    )


def in_objects(folder: Path, target: str, cc: str) -> set[str]:
    """The requantizations whose object code multiplies."""
    find_compiler(targets.find(target), cc).compile(
        folder / "model.c",
        folder / "model.o",
        ["-std=c99", "-O2", "-fno-inline"],
    )
    architecture, functions = disassembly.read(folder / "model.o")
    return {
        name.partition(".")[0]
        for name in functions
        if "_requantize" in name and multiplies(architecture, functions, name)
    }


class PureShifts(unittest.TestCase):
    def find(
        self, model: Path, target: str, options: list[str]
    ) -> tuple[set[str], set[str]]:
        """As `in_text`, of the text and both compilers' objects."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            compile_network(
                *(model, folder, "c", targets.find(target)), options=options
            )
            everything, found = in_text((folder / "model.c").read_text())
            for cc in ("gcc", "clang"):
                found |= in_objects(folder, target, cc)
        return everything, found

    def test_networks(self):
        for network in (networks.RESNET8, networks.DS_CNN):
            with tempfile.TemporaryDirectory() as folder:
                model = Path(folder, "model.mlir")
                rescale.import_tflite(network.model, model)
                for target in TARGETS:
                    with self.subTest(network=network.name, target=target):
                        everything, found = self.find(model, target, [])
                        self.assertEqual(found, everything)
                        everything, found = self.find(
                            model, target, ["--snap=1"]
                        )
                        self.assertGreater(len(everything), 8)
                        self.assertEqual(found, set())


if __name__ == "__main__":
    unittest.main()
