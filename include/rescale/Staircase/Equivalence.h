//===- Equivalence.h - Where two staircases differ --------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two requantizations are equal on a range if and only if their thresholds are;
// where they are not, the first threshold that differs is the least accumulator
// that tells them apart. Everything here is counted exactly, in O(J).
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_EQUIVALENCE_H
#define RESCALE_STAIRCASE_EQUIVALENCE_H

#include "rescale/Staircase/Thresholds.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace staircase {

/// An accumulator at which two functions have two codes.
struct Counterexample {
  Int128 accumulator;
  int64_t first;
  int64_t second;
};

/// The least member, less the input zero point, at which the codes differ, or
/// std::nullopt when they never do. Requires the same range of both.
std::optional<Counterexample> findDifference(const Thresholds &first,
                                             const Thresholds &second);

/// The least accumulator of a range, input zero points not subtracted, at which
/// two staircases of any two rounding modes and zero points differ. Errors:
/// those of getThresholds.
llvm::Expected<std::optional<Counterexample>>
findDifference(const Staircase &first, const Staircase &second,
               const Range &accumulators);

/// How often an accumulator was seen, or its probability in units of one's own.
struct HistogramBin {
  /// Less the input zero point.
  Int128 accumulator;
  uint64_t weight;
};

/// By how much two functions differ on the members of a range.
struct Differences {
  /// The largest difference of two codes.
  int64_t largest = 0;
  /// The members at which they differ; with a histogram their weight.
  Int128 differing = 0;
  /// The sum of the differences over the members; with a histogram weighted.
  /// Equal to `sum over j of |T(j) - T'(j)| / stride` without one.
  Int128 sum = 0;
  /// The members of the range, or the histogram's weight: the probability of a
  /// difference is `differing / total`, the mean error `sum / total`.
  Int128 total = 0;
  /// The codes of the first function whose threshold is not the second's.
  int64_t movedThresholds = 0;
};

/// Counts the differences; both have to have the same range. With a histogram,
/// whose bins rise and are members of the range, `differing`, `sum` and `total`
/// count weights; `largest` and `movedThresholds` always speak of the whole
/// range. The weights have to sum to less than 2^64.
Differences getDifferences(const Thresholds &first, const Thresholds &second,
                           llvm::ArrayRef<HistogramBin> histogram = {});

} // namespace staircase

#endif // RESCALE_STAIRCASE_EQUIVALENCE_H
