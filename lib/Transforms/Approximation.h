//===- Approximation.h - What is best where nothing is equal ----*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Asks the solver about the channels of an op at once, and keeps ranges right
// while codes change: what one op gives is what the next ones get.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_APPROXIMATION_H
#define RESCALE_LIB_TRANSFORMS_APPROXIMATION_H

#include "Calibration.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Approximate.h"
#include "rescale/Staircase/Narrow.h"
#include "rescale/Transforms/Passes.h"

#include "llvm/ADT/SmallVector.h"

namespace mlir::rescale {

/// What data gave a channel, and the original's slope.
struct ObservedChannel {
  ::staircase::Slope slope;
  HistogramBins bins;
};

/// The questions of one op to the solver. All answers meet the options and are
/// equal where a channel can be. Else they have the least largest difference
/// that the options admit, and then what the criterion says is least; or, where
/// data was observed, the least mean error on it.
class Approximator {
public:
  /// `allowPairs` admits two addends by sign, which are for equality alone.
  /// `observed` is empty, or has an entry for each channel, and is not kept
  /// alive.
  Approximator(ErrorCriterion criterion, bool allowPairs,
               ArrayRef<ObservedChannel> observed = {})
      : criterion(criterion), allowPairs(allowPairs), observed(observed) {}

  /// Each channel by itself. Errors are the solver's.
  llvm::Expected<SmallVector<::staircase::Narrowing, 0>>
  approximateChannels(ArrayRef<::staircase::Thresholds> channels,
                      const ::staircase::NarrowOptions &options) const;

  /// All channels with one shift, which is the best by the largest difference
  /// of any channel, and then by the sum over the channels.
  llvm::Expected<SmallVector<::staircase::Narrowing, 0>>
  approximateTogether(ArrayRef<::staircase::Thresholds> channels,
                      ::staircase::NarrowOptions options) const;

private:
  struct Choice;

  llvm::Expected<Choice>
  approximateChannel(const ::staircase::Thresholds &thresholds,
                     const ObservedChannel *channel,
                     ::staircase::NarrowOptions options) const;
  llvm::Expected<SmallVector<::staircase::Narrowing, 0>>
  approximateChannels(ArrayRef<::staircase::Thresholds> channels,
                      const ::staircase::NarrowOptions &options,
                      ::staircase::Int128 &cost) const;

  llvm::Expected<SmallVector<::staircase::Narrowing, 0>>
  approximateObservedTogether(ArrayRef<::staircase::Thresholds> channels,
                              ::staircase::NarrowOptions options) const;

  ErrorCriterion criterion;
  bool allowPairs;
  ArrayRef<ObservedChannel> observed;
};

/// Calls `change` for the requantizations in `top` in order, each with the
/// accumulators that are proved of the program as it is by then, and again for
/// all of them until nothing changes. `change` says whether it changed codes;
/// it has to leave an op whose certificate covers the range and has nothing
/// else to be changed. Calls and loops can take several rounds; after four, ops
/// that are not covered get the range of their type, so that there is an end.
LogicalResult
changeRequantizations(Operation *top,
                      function_ref<bool(RequantizeOp, RangeAttr)> change);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_APPROXIMATION_H
