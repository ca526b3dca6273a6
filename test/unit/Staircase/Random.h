//===- Random.h - Seeded requantizations of real widths ---------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Requantizations as converters write them, and stranger ones.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TEST_UNIT_STAIRCASE_RANDOM_H
#define RESCALE_TEST_UNIT_STAIRCASE_RANDOM_H

#include "rescale/Staircase/Thresholds.h"

#include <algorithm>
#include <random>

namespace staircase {

/// A requantization and a range that reaches some of its codes.
struct Sample {
  Staircase staircase;
  Range range;
};

/// Draws one of `outputBits`. The multiplicand has 1 to 32 bits, the range
/// spans from a part of the clamp to several times of it, and accumulators have
/// at most 64 bits.
inline Sample drawSample(std::mt19937_64 &random, unsigned outputBits) {
  const auto pick = [&](int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  };
  Sample sample;
  Staircase &s = sample.staircase;
  const unsigned bits = pick(0, 2) ? 31 : pick(1, 32);
  s.multiplicand = (random() >> (64 - bits)) | (uint64_t(1) << (bits - 1));
  s.shift = pick(std::max(0, int(bits) - 8), std::min(63, int(bits) + 20));
  s.rounding = static_cast<Rounding>(random() % 6);
  s.addend = int64_t(random() >> (64 - s.shift % 64 - (s.shift == 0)));
  s.negativeAddend =
      pick(0, 1) ? s.addend : std::min<int64_t>(s.addend, pick(0, s.addend));
  const bool isUnsigned = pick(0, 3) == 0;
  const IntegerFormat format = {outputBits, isUnsigned};
  s.clampMin = int64_t(format.min());
  s.clampMax = int64_t(format.max());
  s.outputZeroPoint = pick(0, 2) ? pick(s.clampMin, s.clampMax) : s.clampMin;
  if (pick(0, 2) == 0)
    s.clampMin = s.outputZeroPoint;
  s.inputZeroPoint = pick(-128, 127);
  // How many accumulators the clamp spans, give or take.
  const Int128 width = std::max<Int128>(
      2, (Int128(1) << (s.shift + outputBits)) / s.multiplicand);
  const Int128 part = width * pick(1, 40) / 16;
  const Int128 middle = width * pick(-8, 8) / 16;
  const Int128 limit = Int128(1) << 63;
  sample.range.low = std::clamp<Int128>(middle - part / 2, -limit, limit);
  sample.range.high = std::clamp<Int128>(middle + part / 2, -limit, limit);
  return sample;
}

} // namespace staircase

#endif // RESCALE_TEST_UNIT_STAIRCASE_RANDOM_H
