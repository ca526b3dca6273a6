//===- Approximate.cpp - The best staircase that is not equal -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A binary search over the tolerance of the solver.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Approximate.h"

#include <cassert>

using namespace staircase;

/// What a narrowing does on the range of what it was made of.
static llvm::Expected<Thresholds> getThresholds(const Narrowing &narrowing,
                                                const Thresholds &original) {
  Staircase frame;
  frame.outputZeroPoint = original.outputZeroPoint;
  frame.clampMin = original.clampMin;
  frame.clampMax = original.clampMax;
  return staircase::getThresholds(applyNarrowing(frame, narrowing),
                                  original.range);
}

llvm::Expected<Approximation> staircase::approximate(const Thresholds &original,
                                                     NarrowOptions options) {
  assert(options.addendRule != AddendRule::BySign && "requires one addend");
  const auto solve = [&](int64_t tolerance) {
    options.tolerance = tolerance;
    return narrow(original, options);
  };
  // The tolerance `wrong` is too small, `right` is enough. Codes are at most
  // 2^36 apart; beyond that no clamp asks for anything.
  int64_t wrong = options.tolerance - 1, right = options.tolerance;
  std::optional<Narrowing> best = solve(right);
  while (!best) {
    if (right > int64_t(1) << (kMaxQuotientBits + 1))
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "no staircase meets the options");
    wrong = right;
    right = 2 * right + 1;
    best = solve(right);
  }
  while (right - wrong > 1) {
    const int64_t middle = wrong + (right - wrong) / 2;
    if (std::optional<Narrowing> next = solve(middle)) {
      best = next;
      right = middle;
    } else {
      wrong = middle;
    }
  }
  llvm::Expected<Thresholds> thresholds = ::getThresholds(*best, original);
  if (!thresholds)
    return thresholds.takeError();
  const Differences differences = getDifferences(original, *thresholds);
  return Approximation{*best, std::move(*thresholds), differences};
}
