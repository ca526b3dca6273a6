//===- Equivalence.cpp - Where two staircases differ ----------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One walk over the steps of both functions, in order.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Equivalence.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

using namespace staircase;

/// Calls `visit(begin, end, first, second)` for the stretches of members on
/// which both codes are constant, from left to right; `end` is one stride
/// behind the last. Stops when it returns false.
static void forEachStretch(
    const Thresholds &a, const Thresholds &b,
    llvm::function_ref<bool(Int128, Int128, int64_t, int64_t)> visit) {
  assert(a.range.low == b.range.low && a.range.high == b.range.high &&
         a.range.stride == b.range.stride && "requires the same range of both");
  const Int128 end = a.range.high + a.range.stride;
  size_t i = 0, j = 0;
  Int128 begin = a.range.low;
  while (begin < end) {
    while (i < a.steps.size() && a.steps[i] == begin)
      ++i;
    while (j < b.steps.size() && b.steps[j] == begin)
      ++j;
    const Int128 next = std::min(i < a.steps.size() ? a.steps[i] : end,
                                 j < b.steps.size() ? b.steps[j] : end);
    if (!visit(begin, next, a.firstCode + int64_t(i), b.firstCode + int64_t(j)))
      return;
    begin = next;
  }
}

std::optional<Counterexample>
staircase::findDifference(const Thresholds &first, const Thresholds &second) {
  std::optional<Counterexample> result;
  forEachStretch(first, second,
                 [&](Int128 begin, Int128, int64_t a, int64_t b) {
                   if (a != b)
                     result = Counterexample{begin, a, b};
                   return a == b;
                 });
  return result;
}

llvm::Expected<std::optional<Counterexample>>
staircase::findDifference(const Staircase &first, const Staircase &second,
                          const Range &accumulators) {
  const auto getMoved = [&](const Staircase &s) {
    return getThresholds(s, {accumulators.low - s.inputZeroPoint,
                             accumulators.high - s.inputZeroPoint,
                             accumulators.stride});
  };
  llvm::Expected<Thresholds> a = getMoved(first);
  if (!a)
    return a.takeError();
  llvm::Expected<Thresholds> b = getMoved(second);
  if (!b)
    return b.takeError();
  // Into the differences of the first.
  const Int128 offset = second.inputZeroPoint - first.inputZeroPoint;
  b->range = a->range;
  for (Int128 &step : b->steps)
    step += offset;
  std::optional<Counterexample> result = findDifference(*a, *b);
  if (result)
    result->accumulator += first.inputZeroPoint;
  return result;
}

/// The codes of `a` whose thresholds `b` does not have.
static int64_t countMoved(const Thresholds &a, const Thresholds &b) {
  int64_t moved = 0;
  for (size_t i = 0; i < a.steps.size(); ++i) {
    const int64_t inB = a.firstCode + int64_t(i) - b.firstCode;
    moved +=
        inB < 0 || inB >= int64_t(b.steps.size()) || b.steps[inB] != a.steps[i];
  }
  return moved;
}

Differences staircase::getDifferences(const Thresholds &first,
                                      const Thresholds &second,
                                      llvm::ArrayRef<HistogramBin> histogram) {
  Differences result;
  result.movedThresholds = countMoved(first, second);
  const HistogramBin *bin = histogram.begin();
  forEachStretch(
      first, second, [&](Int128 begin, Int128 end, int64_t a, int64_t b) {
        const int64_t difference = std::abs(a - b);
        result.largest = std::max(result.largest, difference);
        Int128 weight = (end - begin) / first.range.stride;
        if (!histogram.empty()) {
          weight = 0;
          for (; bin != histogram.end() && bin->accumulator < end; ++bin)
            weight += bin->weight;
        }
        if (difference)
          result.differing += weight;
        result.sum += weight * difference;
        result.total += weight;
        return true;
      });
  return result;
}
