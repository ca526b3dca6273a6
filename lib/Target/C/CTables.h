//===- CTables.h - Constant tables and buffers in C -------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The text of memref.global.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TARGET_C_CTABLES_H
#define RESCALE_LIB_TARGET_C_CTABLES_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::rescale {

/// The dimensions of `type` as C writes them: `[16][27]`.
std::string getCShape(MemRefType type);

/// The values of a constant table; null where they are not at hand.
DenseElementsAttr getTableValues(memref::GlobalOp global);

/// Writes `global` as an array of one dimension.
void printGlobal(memref::GlobalOp global, StringRef prefix, raw_ostream &os);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TARGET_C_CTABLES_H
