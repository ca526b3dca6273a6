//===- EpiloguePatterns.h - What becomes part of a kernel -------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_EPILOGUEPATTERNS_H
#define RESCALE_LIB_TRANSFORMS_EPILOGUEPATTERNS_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/TypeUtilities.h"

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace mlir::rescale {

/// The width of `value`, or of its elements.
inline unsigned getElementWidth(Value value) {
  return getElementTypeOrSelf(value).getIntOrFloatBitWidth();
}

/// Brings elementwise operations into the kernels before them, and slices that
/// no window leaves into those behind them.
void populateEpiloguePatterns(RewritePatternSet &patterns);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_EPILOGUEPATTERNS_H
