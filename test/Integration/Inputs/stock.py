# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks lowered by upstream's passes alone, to compare with."""

import re
import shutil
from pathlib import Path

from Inputs.native import run_tool

# The passes of tosa-to-linalg-pipeline but for its validation, which refuses
# what its own decompositions make: a tosa.pad has twice the ranks of a level,
# a reshaped i48 accumulator no profile.
TOSA_TO_LINALG = """builtin.module(
  func.func(
    tosa-convert-integer-type-to-signless, tosa-optional-decompositions,
    canonicalize, tosa-infer-shapes, tosa-make-broadcastable,
    tosa-to-linalg-named, canonicalize, tosa-layerwise-constant-fold,
    tosa-make-broadcastable, tosa-to-linalg,
    tosa-to-arith{include-apply-rescale=true}, tosa-to-tensor),
  canonicalize, cse)"""

# Results are copied into the out-params. To hoist their allocations crashes
# where one buffer is two results.
LINALG_TO_LLVM = """builtin.module(
  one-shot-bufferize{
    bufferize-function-boundaries=true
    function-boundary-type-conversion=identity-layout-map},
  buffer-results-to-out-params{modify-public-functions=true},
  convert-linalg-to-loops, expand-strided-metadata, lower-affine,
  convert-scf-to-cf, convert-math-to-llvm, convert-math-to-libm,
  convert-arith-to-llvm, finalize-memref-to-llvm,
  convert-func-to-llvm{use-bare-ptr-memref-call-conv=true},
  convert-cf-to-llvm, reconcile-unrealized-casts)"""


def check_unsigned(text: str) -> None:
    """Raises where upstream's conversion to signless types would be wrong.

    It drops the sign of every type and changes no operation, which is right
    for tosa.rescale alone: its attributes say how values are read.
    """
    for line in text.splitlines():
        if re.search(r"x?ui\d", line) and not re.search(
            r"= tosa\.rescale |func\.func |^ *return ", line
        ):
            raise ValueError(f"cannot drop the sign of: {line[:200]}")


def tools() -> Path:
    """The folder with the programs of LLVM."""
    return Path(shutil.which("mlir-opt")).parent


def to_llvm_ir(text: str) -> str:
    """LLVM IR in which functions take bare pointers, the results' last."""
    check_unsigned(text)
    for pipeline in (TOSA_TO_LINALG, LINALG_TO_LLVM):
        pipeline = " ".join(pipeline.split())
        text = run_tool("mlir-opt", f"--pass-pipeline={pipeline}", text=text)
    # The target of a TOSA module stays, and mlir-translate does not know it.
    text = re.sub(
        r"^module attributes \{.*\} \{$", "module {", text, flags=re.M
    )
    return run_tool("mlir-translate", "--mlir-to-llvmir", text=text)


def compile_network(text: str, folder: Path) -> Path:
    """A shared library of which `main` takes the inputs and the output."""
    library = folder / "stock.so"
    run_tool(
        *(tools() / "clang", "-O2", "-march=native", "-shared", "-fPIC"),
        *("-Wno-override-module", "-x", "ir", "-", "-o", library),
        *(f"-L{tools().parent}/lib", f"-Wl,-rpath,{tools().parent}/lib"),
        *("-lmlir_c_runner_utils", "-lm"),
        text=to_llvm_ir(text),
    )
    return library
