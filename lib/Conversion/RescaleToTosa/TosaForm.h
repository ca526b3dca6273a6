//===- TosaForm.h - A requantization as TOSA says it ------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the multipliers, shifts and rounding mode of a tosa.rescale that
// computes the same code for every input.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALETOTOSA_TOSAFORM_H
#define RESCALE_LIB_CONVERSION_RESCALETOTOSA_TOSAFORM_H

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/Support/Error.h"

namespace mlir::rescale {

/// What a tosa.rescale says beyond the types, zero points and flags that it
/// shares with its rescale.requantize.
struct TosaForm {
  bool isScale32;
  bool isPerChannel;
  tosa::RoundingMode roundingMode;
  /// One entry, or one for each channel.
  SmallVector<int64_t> multipliers;
  SmallVector<int64_t> shifts;
  /// Whether a tosa.clamp has to follow.
  bool needsClamp;
  /// Whether every value of the input type meets TOSA's preconditions on the
  /// range of the value and of the quotient. Where one does not, TOSA leaves
  /// the code open that rescale defines.
  bool isTotal;
};

/// The form of `op`, or the first of the rules that it breaks.
llvm::Expected<TosaForm> getTosaForm(RequantizeOp op);

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALETOTOSA_TOSAFORM_H
