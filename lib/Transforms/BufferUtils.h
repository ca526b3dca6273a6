//===- BufferUtils.h - Sizes of buffers -------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How buffers lie in memory.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_BUFFERUTILS_H
#define RESCALE_LIB_TRANSFORMS_BUFFERUTILS_H

#include "rescale/Support/Buffers.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mlir::rescale {

/// Whether `op` is a view with no operand but the buffer.
inline bool isStaticView(Operation *op) {
  return op && isa<ViewLikeOpInterface>(op) && op->getNumOperands() == 1 &&
         op->getNumResults() == 1 &&
         isa<BaseMemRefType>(op->getOperand(0).getType());
}

/// The buffer that `value` views.
inline Value getRoot(Value value) {
  while (isStaticView(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return value;
}

/// Whether the elements of `value`, if it is a buffer, lie one after the other
/// from the start of what it views, and the type says how many they are.
inline bool isWhole(Value value) {
  if (!isa<BaseMemRefType>(value.getType()))
    return true;
  auto type = dyn_cast<MemRefType>(value.getType());
  return type && type.hasStaticShape() && type.getLayout().isIdentity();
}

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_BUFFERUTILS_H
