//===- Approximate.h - The best staircase that is not equal -----*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where no multiplicand of a width is equal to the original: the one that is
// never further from it than it has to be, and by how much it differs, counted.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_APPROXIMATE_H
#define RESCALE_STAIRCASE_APPROXIMATE_H

#include "rescale/Staircase/Equivalence.h"
#include "rescale/Staircase/Narrow.h"

namespace staircase {

/// A staircase with its exact distance from another one.
struct Approximation {
  Narrowing narrowing;
  /// What `applyNarrowing` makes of it does on the range.
  Thresholds thresholds;
  Differences differences;
};

/// What is least among the staircases whose largest difference is within the
/// least possible one.
enum class Criterion : uint8_t {
  /// The multiplicand.
  Multiplicand,
  /// The sum of differences: the mean error of accumulators that are all as
  /// likely, or as likely as a histogram says.
  MeanError,
  /// The number of thresholds that are not the original's.
  MovedThresholds,
};

/// The staircase whose largest difference is the least that the options admit;
/// of those the smallest multiplicand. Exact: "within e codes" is a condition
/// of the same kind as equality (Separation.h), so the solver decides it for
/// every e, and what is within e is within e + 1. The tolerance of the options
/// is where the search begins. Errors: options that admit nothing at all, as a
/// palette no member of which fits, and a result with more than 2^20 codes.
/// AddendRule::BySign is not for this.
///
/// A histogram, as of getDifferences, is what `MeanError` counts, and the
/// figures of the result; the largest difference is always that of the range.
///
/// The smallest multiplicand costs as little as narrowing. The other criteria
/// try the multiplicands of the interval that the tolerance leaves, for the
/// uniform mean error only those near the best slope, so they are for ports of
/// up to 16 bits, and 24 with that one. Each costs O(J log J), and for the mean
/// error again for each code that the end of the range may or may not reach
/// within the tolerance; with a histogram O(H log H) for H bins.
llvm::Expected<Approximation>
approximate(const Thresholds &original, NarrowOptions options,
            Criterion criterion = Criterion::Multiplicand,
            llvm::ArrayRef<HistogramBin> histogram = {});

/// A multiplicand and a shift, whatever is added.
struct Slope {
  int64_t multiplicand;
  unsigned shift;
};

/// The staircase with the least mean error under a histogram, which has to have
/// a bin, however far off it is elsewhere. Tries the multiplicands on both
/// sides of `slope`, the original's, at the greatest shift of the options where
/// these admit them and three below; and of each the addends near the one that
/// would be best if no code were clamped, which is a weighted median. Errors:
/// slopes that are more than twice as steep as all that the options admit, and
/// a result with more than 2^20 codes. Asks for AddendRule::Free, for no
/// tolerance and no palette. O(H log H) for H bins.
llvm::Expected<Approximation>
approximateObserved(const Thresholds &original, Slope slope,
                    const NarrowOptions &options,
                    llvm::ArrayRef<HistogramBin> histogram);

} // namespace staircase

#endif // RESCALE_STAIRCASE_APPROXIMATE_H
