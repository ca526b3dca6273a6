# RUN: rm -rf %t && mkdir -p %t
# RUN: rescale-opt %S/emit.mlir --emit-bytecode -o %t/net.mlirbc
# RUN: rescale-compile %t/net.mlirbc -o %t/out
# RUN: %python %s %t/net.mlirbc %t/newer.mlirbc
# RUN: not rescale-compile %t/newer.mlirbc -o %t/new 2>&1 | FileCheck %s
# RUN: not ls %t/new

# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Bytecode of a newer version of the dialect is refused, with what to do."""

import sys
from pathlib import Path

# CHECK: newer.mlirbc:{{.*}}: error: requires bytecode of the rescale dialect in version 3 or older, got version 4; update Rescale, or pass the file on as text
# CHECK: rescale-compile: error: requires text or bytecode that MLIR 22

# The version stands in a section of its own: identifier 7, a length of 1, the
# number. The format writes a small number n as 2n + 1.
CURRENT = bytes([7, 2 * 1 + 1, 2 * 3 + 1])
NEWER = bytes([7, 2 * 1 + 1, 2 * 4 + 1])

source, target = map(Path, sys.argv[1:])
bytecode = source.read_bytes()
dialects, rest = bytecode[:64], bytecode[64:]
assert dialects.count(CURRENT) == 1
target.write_bytes(dialects.replace(CURRENT, NEWER) + rest)
