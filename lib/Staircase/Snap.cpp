//===- Snap.cpp - Weights for scales of few bits --------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Grid points by the logarithm of the scale, and rounding with the sums that
// say how far off it is.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Snap.h"

#include <algorithm>
#include <cassert>

using namespace staircase;
using llvm::ArrayRef;
using llvm::DynamicAPInt;

/// The most that rescale.requantize shifts by.
constexpr int kMaxShift = 63;

/// The shift with which `scale` has a multiplicand of `bits` bits, before its
/// rounding: negative where no shift does.
static int getShift(const Ratio &scale, unsigned bits) {
  assert(Ratio() < scale && bits >= 1 && bits <= 32 && "requires a scale");
  return std::min(int(bits) - 1 - scale.getLog2(), kMaxShift);
}

std::optional<GridPoint> staircase::getPointAbove(const Ratio &scale,
                                                  unsigned bits) {
  int shift = getShift(scale, bits);
  int64_t multiplicand = int64_t((scale * Ratio::getPowerOfTwo(shift)).ceil());
  // Rounded up to 2^bits: the next power of two.
  if (multiplicand == int64_t(1) << bits) {
    multiplicand >>= 1;
    --shift;
  }
  if (shift < 0)
    return std::nullopt;
  return GridPoint{uint64_t(multiplicand), unsigned(shift)};
}

std::optional<GridPoint> staircase::getPointBelow(const Ratio &scale,
                                                  unsigned bits) {
  int shift = getShift(scale, bits);
  if (shift < 0)
    return GridPoint{(uint64_t(1) << bits) - 1, 0};
  int64_t multiplicand = int64_t((scale * Ratio::getPowerOfTwo(shift)).floor());
  if (multiplicand == 0)
    return std::nullopt;
  return GridPoint{uint64_t(multiplicand), unsigned(shift)};
}

std::optional<GridPoint> staircase::getNearestPoint(const Ratio &scale,
                                                    unsigned bits) {
  std::optional<GridPoint> above = getPointAbove(scale, bits);
  std::optional<GridPoint> below = getPointBelow(scale, bits);
  if (!above || !below)
    return above;
  return above->getValue() - scale <= scale - below->getValue() ? above : below;
}

std::optional<GridPoint> staircase::getNextPoint(const GridPoint &point,
                                                 unsigned bits) {
  if (point.multiplicand + 1 != uint64_t(1) << bits)
    return GridPoint{point.multiplicand + 1, point.shift};
  if (point.shift == 0)
    return std::nullopt;
  return GridPoint{uint64_t(1) << (bits - 1), point.shift - 1};
}

std::optional<GridPoint> staircase::getPreviousPoint(const GridPoint &point,
                                                     unsigned bits) {
  if (point.multiplicand != uint64_t(1) << (bits - 1) ||
      point.shift == kMaxShift) {
    if (point.multiplicand <= 1)
      return std::nullopt;
    return GridPoint{point.multiplicand - 1, point.shift};
  }
  return GridPoint{(uint64_t(1) << bits) - 1, point.shift + 1};
}

std::optional<GridPoint>
staircase::getPointAbove(const Ratio &scale, unsigned bits, unsigned shift) {
  DynamicAPInt multiplicand = (scale * Ratio::getPowerOfTwo(shift)).ceil();
  if (multiplicand >= int64_t(1) << bits)
    return std::nullopt;
  return GridPoint{uint64_t(int64_t(multiplicand)), shift};
}

namespace {

/// Rounds integers times a factor. Errors count in units of one over the
/// factor's denominator, in which they are integers.
struct Rounder {
  explicit Rounder(const Ratio &factor) : factor(factor) {}

  /// Also says what `value` is off by.
  int64_t round(int64_t value, const Interval &bounds, DynamicAPInt &error) {
    DynamicAPInt exact = factor.getNumerator() * value;
    DynamicAPInt rounded = roundQuotient(exact, factor.getDenominator());
    // Bounds are those of types of at most 64 bits.
    int64_t low = static_cast<int64_t>(bounds.low);
    int64_t high = static_cast<int64_t>(bounds.high);
    clipped += rounded < low || rounded > high;
    int64_t result = rounded < low    ? low
                     : rounded > high ? high
                                      : int64_t(rounded);
    error = factor.getDenominator() * result - exact;
    return result;
  }

  Ratio toRatio(const DynamicAPInt &error) const {
    return Ratio(error, factor.getDenominator());
  }

  const Ratio &factor;
  size_t clipped = 0;
};

} // namespace

SnappedWeights staircase::snapWeights(ArrayRef<int64_t> weights,
                                      const Ratio &factor, int64_t bias,
                                      const Ratio &biasFactor,
                                      const ChannelBounds &bounds) {
  SnappedWeights result;
  int64_t low = static_cast<int64_t>(bounds.inputs.low);
  int64_t high = static_cast<int64_t>(bounds.inputs.high);
  Rounder rounder(factor);
  DynamicAPInt error, largest, sum, least, most;
  for (int64_t weight : weights) {
    result.weights.push_back(rounder.round(weight, bounds.weights, error));
    DynamicAPInt distance = abs(error);
    largest = std::max(largest, distance);
    sum += distance;
    least += error * (error < 0 ? high : low);
    most += error * (error < 0 ? low : high);
  }
  result.largestError = rounder.toRatio(largest).toDouble();
  if (!weights.empty())
    result.meanError = rounder.toRatio(sum).toDouble() / weights.size();

  Rounder biasRounder(biasFactor);
  result.bias = biasRounder.round(bias, bounds.bias, error);
  Ratio biasError = biasRounder.toRatio(error);
  result.accumulatorBound =
      std::max(rounder.toRatio(most) + biasError,
               Ratio() - (rounder.toRatio(least) + biasError));
  result.clipped = rounder.clipped + biasRounder.clipped;
  return result;
}
