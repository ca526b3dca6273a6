//===- Calibration.h - What data gave a network -----------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the attributes that `rescale calibrate` writes. docs/Calibration.md
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_CALIBRATION_H
#define RESCALE_DIALECT_RESCALE_IR_CALIBRATION_H

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir::rescale {

/// How often which accumulators were observed, as the input holds them.
struct ObservedBins {
  /// Bin b holds those from `b * 2^binBits` to `(b + 1) * 2^binBits - 1`.
  unsigned binBits;
  /// Rising, and as many counts, each positive.
  SmallVector<int64_t, 0> bins, counts;
};

/// What `rescale.observed_histogram` has, one for all channels or one for each;
/// nothing without it, or where it is not valid.
SmallVector<ObservedBins, 0> getObservedHistogram(RequantizeOp op);

/// What a convolution, or a product with constant weights, took in the mean.
/// Patches are what one element of the result is computed from, less the input
/// zero point, in the order of the weights; padding counts as the zero point.
struct InputMoments {
  /// Of one patch; depthwise convolutions have `channels` of them, others one.
  int64_t patchSize;
  int64_t channels;
  /// E[x], [channels, patchSize].
  SmallVector<double, 0> mean;
  /// E[x x^T], [channels, patchSize, patchSize].
  SmallVector<double, 0> moment;
};

/// What `rescale.input_mean` and `rescale.input_moment` have; nothing without
/// both, or where one is not valid.
std::optional<InputMoments> getInputMoments(Operation *op);

} // namespace mlir::rescale

#endif // RESCALE_DIALECT_RESCALE_IR_CALIBRATION_H
