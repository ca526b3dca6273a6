# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks lowered by upstream's passes alone, to compare with."""

import re
import shutil
from pathlib import Path

from Inputs.native import run_tool

# The default pipeline validates the module, and refuses DOUBLE_ROUND without
# this extension. Unsigned types occur only where tosa.rescale says how it
# reads them (see `check_unsigned`).
TOSA_TO_LINALG = """builtin.module(
  func.func(tosa-convert-integer-type-to-signless),
  tosa-attach-target{
    specification_version=1.0 level=8k profiles=pro_int,pro_fp
    extensions=int16,doubleround},
  tosa-to-linalg-pipeline,
  func.func(tosa-to-arith{include-apply-rescale=true}, tosa-to-tensor),
  canonicalize, cse)"""

LINALG_TO_LLVM = """builtin.module(
  one-shot-bufferize{
    bufferize-function-boundaries=true
    function-boundary-type-conversion=identity-layout-map},
  buffer-results-to-out-params{
    hoist-static-allocs=true modify-public-functions=true},
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


def compile_network(text: str, folder: Path) -> Path:
    """A shared library of which `main` takes the inputs and the output."""
    check_unsigned(text)
    for pipeline in (TOSA_TO_LINALG, LINALG_TO_LLVM):
        pipeline = " ".join(pipeline.split())
        text = run_tool("mlir-opt", f"--pass-pipeline={pipeline}", text=text)
    # The target of the TOSA module is still there, and mlir-translate does
    # not know the dialect.
    text = re.sub(
        r"^module attributes \{.*\} \{$", "module {", text, flags=re.M
    )
    text = run_tool("mlir-translate", "--mlir-to-llvmir", text=text)
    library = folder / "stock.so"
    tools = Path(shutil.which("mlir-opt")).parent
    run_tool(
        *(tools / "clang", "-O2", "-march=native", "-shared", "-fPIC"),
        *("-Wno-override-module", "-x", "ir", "-", "-o", library),
        *(f"-L{tools.parent}/lib", f"-Wl,-rpath,{tools.parent}/lib"),
        *("-lmlir_c_runner_utils", "-lm"),
        text=text,
    )
    return library
