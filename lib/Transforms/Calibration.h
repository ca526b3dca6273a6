//===- Calibration.h - What is measured of a network ------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shared by the passes that have a network measured and that use what was.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_CALIBRATION_H
#define RESCALE_LIB_TRANSFORMS_CALIBRATION_H

#include "Certification.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Equivalence.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir {
namespace func {
class FuncOp;
} // namespace func

namespace rescale {

class ProvedRanges;

/// What turns an input into the patches that weights are multiplied by.
struct PatchGeometry {
  SmallVector<int64_t, 2> kernel = {1, 1};
  /// Top, bottom, left, right.
  SmallVector<int64_t, 4> pad = {0, 0, 0, 0};
  SmallVector<int64_t, 2> stride = {1, 1};
  SmallVector<int64_t, 2> dilation = {1, 1};
  int64_t zeroPoint = 0;
  /// Whether each channel has patches of its own.
  bool isDepthwise = false;
};

/// That of a convolution or a product with constant weights, and constant zero
/// points; nothing for other operations.
std::optional<PatchGeometry> getPatchGeometry(Operation *op);

/// The operations of the model whose input can be measured, in order: the
/// requantizations and those that have patches. What is in calls and control
/// flow, or computed at compile time, is not among them.
SmallVector<Operation *> getMeasured(func::FuncOp model);

/// Reports at `op` an observed range that the proved one does not contain.
LogicalResult verifyObserved(RequantizeOp op, const ProvedRanges &ranges);

/// The observed accumulators of a channel, less its input zero point; those of
/// a bin are taken for its middle.
using HistogramBins = SmallVector<::staircase::HistogramBin, 0>;

/// Those of each of `channels`, moved into its range where they are outside of
/// it; empty where nothing was observed. What comes before `op` may have been
/// changed since.
SmallVector<HistogramBins, 0> getObservedBins(RequantizeOp op,
                                              ArrayRef<Channel> channels);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_LIB_TRANSFORMS_CALIBRATION_H
