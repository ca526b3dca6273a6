//===- Snap.h - Records of snapping -----------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The attribute #rescale.snap, and what rescale-snap reads.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_SNAP_H
#define RESCALE_DIALECT_RESCALE_IR_SNAP_H

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "llvm/ADT/STLExtras.h"

namespace mlir::rescale {

/// The discardable attribute of rescale.requantize: what rescale-snap did to
/// its scale and to the weights before it.
inline constexpr llvm::StringLiteral kSnappedAttrName = "rescale.snapped";

/// The discardable attribute of an operation with constant weights: those that
/// these were rounded from, as f32 in the same layout. docs/Snapping.md.
inline constexpr llvm::StringLiteral kFloatWeightsAttrName =
    "rescale.float_weights";

/// The largest entry of a column, of all channels.
inline double getLargest(DenseF64ArrayAttr column) {
  return *llvm::max_element(column.asArrayRef());
}

} // namespace mlir::rescale

#define GET_ATTRDEF_CLASSES
#include "rescale/Dialect/Rescale/IR/RescaleSnap.h.inc"

#endif // RESCALE_DIALECT_RESCALE_IR_SNAP_H
