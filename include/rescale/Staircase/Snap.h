//===- Snap.h - Weights for scales of few bits ------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A scale is moved to a number of few bits, and the weights of its channel take
// the quotient of the two: only they are rounded. In exact arithmetic; knows no
// IR. docs/Snapping.md follows one channel.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_SNAP_H
#define RESCALE_STAIRCASE_SNAP_H

#include "rescale/Staircase/Interval.h"
#include "rescale/Staircase/Ratio.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace staircase {

/// A number `multiplicand / 2^shift` of the grid of `bits` bits: those with
/// `2^(bits-1) <= multiplicand < 2^bits` and `0 <= shift <= 63`, and below them
/// those with a smaller multiplicand and the shift 63.
struct GridPoint {
  uint64_t multiplicand;
  unsigned shift;

  Ratio getValue() const {
    return Ratio(int64_t(multiplicand)) * Ratio::getPowerOfTwo(-int(shift));
  }
  bool operator==(const GridPoint &other) const {
    return multiplicand == other.multiplicand && shift == other.shift;
  }
};

/// The least number of the grid at or above `scale`, which is positive. Nothing
/// above `2^bits - 1`.
std::optional<GridPoint> getPointAbove(const Ratio &scale, unsigned bits);

/// The greatest one at or below. Nothing below `2^-63`.
std::optional<GridPoint> getPointBelow(const Ratio &scale, unsigned bits);

/// The nearest one, of two the greater. Nothing above `2^bits - 1`.
std::optional<GridPoint> getNearestPoint(const Ratio &scale, unsigned bits);

/// The next greater number of the grid, and the next smaller one.
std::optional<GridPoint> getNextPoint(const GridPoint &point, unsigned bits);
std::optional<GridPoint> getPreviousPoint(const GridPoint &point,
                                          unsigned bits);

/// The least number `multiplicand / 2^shift` with at most `bits` bits at or
/// above `scale`, 0 for 0. Nothing where more bits are needed.
std::optional<GridPoint> getPointAbove(const Ratio &scale, unsigned bits,
                                       unsigned shift);

/// What a weight and a bias may be, and what they meet.
struct ChannelBounds {
  Interval weights, bias;
  /// The inputs less their zero point.
  Interval inputs;
};

/// The weights of a channel on another scale.
struct SnappedWeights {
  llvm::SmallVector<int64_t, 0> weights;
  int64_t bias = 0;
  /// In steps of the new weights: the largest distance of a weight from what it
  /// should be, and the mean.
  double largestError = 0, meanError = 0;
  /// The greatest change of an accumulator, in its new unit, over all inputs
  /// within the bounds.
  Ratio accumulatorBound;
  /// How many weights or biases did not fit their type.
  size_t clipped = 0;
};

/// Weights less their zero point times `factor`, rounded to nearest with ties
/// away from zero, and the bias times `biasFactor` likewise. Clipped to the
/// bounds.
SnappedWeights snapWeights(llvm::ArrayRef<int64_t> weights, const Ratio &factor,
                           int64_t bias, const Ratio &biasFactor,
                           const ChannelBounds &bounds);

} // namespace staircase

#endif // RESCALE_STAIRCASE_SNAP_H
