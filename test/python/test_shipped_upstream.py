# REQUIRES: sklearn
# RUN: %python %s %cxx %llvm_library_dir

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The shipped model, lowered by upstream's passes alone and executed.

This ties the NumPy reference to an implementation that is not ours.
"""

import ctypes
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
from rescale.shipped import MODEL_PATH, digits, evaluate, parameters

TOSA_TO_LINALG = "builtin.module(tosa-to-linalg-pipeline)"

LINALG_TO_LLVM = """builtin.module(
  func.func(tosa-to-arith{include-apply-rescale=true}, tosa-to-tensor),
  canonicalize, cse,
  one-shot-bufferize{
    bufferize-function-boundaries=true
    function-boundary-type-conversion=identity-layout-map},
  buffer-results-to-out-params{
    hoist-static-allocs=true modify-public-functions=true},
  convert-linalg-to-loops, expand-strided-metadata, lower-affine,
  convert-scf-to-cf, convert-arith-to-llvm, finalize-memref-to-llvm,
  convert-func-to-llvm{use-bare-ptr-memref-call-conv=true},
  convert-cf-to-llvm, reconcile-unrealized-casts)"""


def run(*command: str | Path, text: str | None = None) -> str:
    result = subprocess.run(
        [str(word) for word in command],
        input=text,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return result.stdout


def compile_model(library: Path, compiler: str, runtime: str) -> None:
    module = MODEL_PATH.read_text()
    for pipeline in (TOSA_TO_LINALG, LINALG_TO_LLVM):
        pipeline = " ".join(pipeline.split())
        module = run("mlir-opt", f"--pass-pipeline={pipeline}", text=module)
    # The target of the TOSA module is still there, and mlir-translate does
    # not know the dialect.
    module = re.sub(
        r"^module attributes \{.*\} \{$", "module {", module, flags=re.M
    )
    ir = run("mlir-translate", "--mlir-to-llvmir", text=module)
    object_file = library.with_suffix(".o")
    run(
        *("llc", "-O2", "-filetype=obj", "-relocation-model=pic"),
        *("-o", object_file),
        text=ir,
    )
    run(
        *(compiler, "-shared", object_file, "-o", library),
        *(f"-L{runtime}", "-lmlir_c_runner_utils", f"-Wl,-rpath,{runtime}"),
    )


class Upstream(unittest.TestCase):
    def test_all_samples(self):
        samples = digits.load()
        expected = evaluate.logits(parameters.load_int8(), samples.codes)
        actual = np.zeros_like(expected)
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder, "digits.so")
            compile_model(library, *sys.argv[1:3])
            main = ctypes.CDLL(str(library)).main
            for image, row in zip(samples.codes, actual, strict=True):
                image = np.ascontiguousarray(image)
                main(
                    image.ctypes.data_as(ctypes.c_void_p),
                    row.ctypes.data_as(ctypes.c_void_p),
                )
        np.testing.assert_array_equal(actual, expected)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
