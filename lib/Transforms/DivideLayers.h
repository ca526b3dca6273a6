//===- DivideLayers.h - Which operations make a layer -----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_DIVIDELAYERS_H
#define RESCALE_LIB_TRANSFORMS_DIVIDELAYERS_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Operation.h"

namespace mlir::rescale {

/// Whether `op` is a constant, which is made anew in each layer.
inline bool isConstant(Operation *op) {
  return op && (op->hasTrait<OpTrait::ConstantLike>() ||
                isa<memref::GetGlobalOp>(op));
}

/// Whether `value` is a buffer.
inline bool isBuffer(Value value) {
  return isa<BaseMemRefType>(value.getType());
}

/// What a layer does to a buffer.
struct Access {
  bool reads = false;
  bool writes = false;
};

/// What the operations for which `isInLayer` holds do to `buffer`, or to views
/// of it.
Access getAccess(Value buffer, llvm::function_ref<bool(Operation *)> isInLayer);

/// A run of operations that becomes a function.
using Layer = SmallVector<Operation *>;

/// Divides what computes in `block` into layers: an operation each, but those
/// between which a scalar goes are one layer, and so are neighbours that write
/// to one buffer only, as a padding and the copy into its middle do.
SmallVector<Layer> divideIntoLayers(Block &block);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_DIVIDELAYERS_H
