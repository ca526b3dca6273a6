//===- Compose.cpp - One requantization for two ---------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Composes thresholds and asks the solver; or multiplies, where that is all.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Compose.h"

#include "rescale/Staircase/Approximate.h"

#include <algorithm>

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

std::optional<Staircase> staircase::fuseProduct(const Staircase &first,
                                                const Staircase &second,
                                                const Range &range) {
  const Int128 divisor = Int128(1) << first.shift;
  const Addends inner = getAddends(first), outer = getAddends(second);
  const auto isBelowOne = [&](Int128 addend) {
    return 0 <= addend && addend < divisor;
  };
  if (first.multiplicand <= 0 || first.multiplicand % divisor != 0 ||
      !isBelowOne(inner.positive) || !isBelowOne(inner.negative) ||
      outer.tiesToEven)
    return std::nullopt;
  const Int128 factor = first.multiplicand / divisor;
  const auto saturates = [&](Int128 difference) {
    const Int128 code = first.outputZeroPoint + factor * difference;
    return code < first.clampMin || code > first.clampMax;
  };
  // What the second one subtracts, but for the first one's product. It may
  // change the sign, by which addends are chosen.
  const Int128 offset = first.outputZeroPoint - second.inputZeroPoint;
  if (saturates(range.low) || saturates(range.high) ||
      (offset != 0 && outer.positive != outer.negative))
    return std::nullopt;

  Int128 multiplicand = factor * second.multiplicand;
  Int128 positive = outer.positive + offset * second.multiplicand;
  Int128 negative = outer.negative + offset * second.multiplicand;
  unsigned shift = second.shift;
  // floor(2n + b) / 2^s is floor(n + floor(b / 2)) / 2^(s - 1).
  for (; shift > 0 && multiplicand % 2 == 0; --shift) {
    multiplicand /= 2;
    positive = divideFloor(positive, 2);
    negative = divideFloor(negative, 2);
  }
  const Int128 limit = Int128(1) << 62;
  if (multiplicand > INT32_MAX || std::max(positive, negative) > limit ||
      std::min(positive, negative) < -limit)
    return std::nullopt;
  Staircase result = second;
  result.multiplicand = static_cast<int64_t>(multiplicand);
  result.shift = shift;
  result.rounding = Rounding::Addend;
  result.addend = static_cast<int64_t>(positive);
  result.negativeAddend = static_cast<int64_t>(negative);
  result.inputZeroPoint = first.inputZeroPoint;
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
