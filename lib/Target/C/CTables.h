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

#include "CExpr.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::rescale {

/// The dimensions of `type` as C writes them: `[16][27]`.
std::string getCShape(MemRefType type);

/// What the tables of parameters of channels take, and would take with 32 bits
/// for each number; empty where there are none.
std::string describeParameterTables(ModuleOp module);

/// The values of a constant table; null where they are not at hand.
DenseElementsAttr getTableValues(memref::GlobalOp global);

/// Whether `global` is memory for elements of several types, a union in C: what
/// is accessed as one type was declared as that type (C99, 6.5).
bool isUnion(memref::GlobalOp global);

/// The member of such a union that has elements of `type`.
std::string getMember(CType type);

/// Writes a constant table, or a buffer, in which elements of `types` lie.
void printGlobal(memref::GlobalOp global, const std::set<CType> &types,
                 StringRef prefix, raw_ostream &os);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TARGET_C_CTABLES_H
