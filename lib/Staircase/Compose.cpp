//===- Compose.cpp - One requantization for two ---------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Composes thresholds and asks the solver.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Compose.h"

#include "rescale/Staircase/Approximate.h"

using namespace staircase;

llvm::Expected<Thresholds> staircase::compose(const Thresholds &first,
                                              const Staircase &second) {
  const Int128 zeroPoint = second.inputZeroPoint;
  llvm::Expected<Thresholds> outer = getThresholds(
      second, {first.firstCode - zeroPoint, first.getLastCode() - zeroPoint});
  if (!outer)
    return outer.takeError();
  Thresholds result = std::move(*outer);
  result.range = first.range;
  for (Int128 &step : result.steps) {
    // Above the first code, so it is one of the first one's steps.
    const Int128 code = step + zeroPoint;
    step = first.steps[static_cast<size_t>(code - first.firstCode - 1)];
  }
  return result;
}

llvm::Expected<Fusion> staircase::fuse(const Staircase &first,
                                       const Staircase &second,
                                       const Range &range,
                                       const NarrowOptions &options) {
  llvm::Expected<Thresholds> inner = getThresholds(first, range);
  if (!inner)
    return inner.takeError();
  llvm::Expected<Thresholds> both = compose(*inner, second);
  if (!both)
    return both.takeError();
  if (std::optional<Narrowing> exact = narrow(*both, options))
    return Fusion{*exact, 0, std::nullopt};
  // Something has to be wrong; two addends would not make it less so.
  NarrowOptions inexact = options;
  if (inexact.addendRule == AddendRule::BySign)
    inexact.addendRule = AddendRule::Free;
  llvm::Expected<Approximation> best = approximate(*both, inexact);
  if (!best)
    return best.takeError();
  return Fusion{best->narrowing, best->differences.largest,
                findDifference(*both, best->thresholds)};
}
