//===- ThresholdsTest.cpp - Closed forms against bisection ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The thresholds of every rounding mode against `getThreshold`, code by code,
// and against bisection of the reference; corners and errors.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Thresholds.h"

#include "Random.h"

#include <gtest/gtest.h>

using namespace staircase;

namespace {

/// The codes of the two ends and every step, from the reference alone.
::testing::AssertionResult agrees(const Staircase &s, const Range &range) {
  llvm::Expected<Thresholds> got = getThresholds(s, range);
  if (!got)
    return ::testing::AssertionFailure() << llvm::toString(got.takeError());
  const auto evaluateAt = [&](Int128 d) {
    return evaluate(s, d + s.inputZeroPoint);
  };
  llvm::Expected<Thresholds> searched = getThresholds(
      evaluateAt, range, s.outputZeroPoint, s.clampMin, s.clampMax);
  if (!searched)
    return ::testing::AssertionFailure()
           << llvm::toString(searched.takeError());
  if (got->firstCode != searched->firstCode || got->steps != searched->steps ||
      got->range.high != searched->range.high)
    return ::testing::AssertionFailure()
           << "m=" << s.multiplicand << " s=" << s.shift
           << " mode=" << int(s.rounding);
  if (range.stride > 1)
    return ::testing::AssertionSuccess();
  int64_t code = got->firstCode;
  for (Int128 step : got->steps)
    if (step !=
        getThreshold(s, ++code - s.outputZeroPoint, range.low, range.high))
      return ::testing::AssertionFailure() << "at code " << code;
  return ::testing::AssertionSuccess();
}

TEST(AllThresholds, ExhaustiveAtSmallWidths) {
  for (int64_t m = 0; m < 24; ++m)
    for (unsigned shift = 0; shift < 7; ++shift)
      for (unsigned mode = 0; mode < 6; ++mode)
        for (int stride = 1; stride < 4; ++stride) {
          Staircase s;
          s.multiplicand = m;
          s.shift = shift;
          s.rounding = static_cast<Rounding>(mode);
          s.addend = 11;
          s.negativeAddend = -40;
          s.inputZeroPoint = -7;
          s.outputZeroPoint = 3;
          s.clampMin = -8;
          s.clampMax = 7;
          for (int low = -50; low < 20; low += 7)
            for (int high = low; high < 60; high += 9)
              ASSERT_TRUE(agrees(s, {low, high, stride}));
        }
}

TEST(AllThresholds, SeededRandom) {
  std::mt19937_64 random(21);
  for (int i = 0; i < 2000; ++i) {
    Sample sample = drawSample(random, i % 50 ? 8 : 16);
    if (i % 3 == 0)
      sample.range.stride = 1 + random() % 1000;
    ASSERT_TRUE(agrees(sample.staircase, sample.range)) << "sample " << i;
  }
}

TEST(AllThresholds, Corners) {
  Staircase s;
  s.clampMin = -128;
  s.clampMax = 127;
  const Range whole = {INT64_MIN, INT64_MAX};
  for (unsigned shift : {0u, 1u, 31u, 32u, 62u, 63u})
    for (int64_t m : {int64_t(0), int64_t(1), (int64_t(1) << 31) - 1,
                      (int64_t(1) << 32) - 1})
      for (unsigned mode = 0; mode < 5; ++mode)
        for (const Range &range :
             {whole, Range{0, 0}, Range{-1, -1}, Range{-1, 0},
              Range{-(Int128(1) << 47), (Int128(1) << 47) - 1},
              Range{0, (Int128(1) << 64) - 1}}) {
          s.multiplicand = m;
          s.shift = shift;
          s.rounding = static_cast<Rounding>(mode);
          ASSERT_TRUE(agrees(s, range)) << "shift " << shift << " m " << m;
        }
}

std::string getError(const Staircase &s, const Range &range) {
  llvm::Expected<Thresholds> thresholds = getThresholds(s, range);
  return thresholds ? "" : llvm::toString(thresholds.takeError());
}

TEST(AllThresholds, Errors) {
  Staircase s;
  s.clampMin = -128;
  s.clampMax = 127;
  EXPECT_EQ(getError(s, {-5, 5}), "");
  EXPECT_EQ(getError(s, {6, 5}),
            "requires a range with low <= high, got 6 to 5");
  EXPECT_EQ(getError(s, {0, Int128(1) << 67}),
            "requires accumulators of at most 66 bits, got 0 to "
            "147573952589676412928");
  EXPECT_EQ(getError(s, {0, 5, 0}),
            "requires a positive stride of at most 66 bits, got 0");
  Staircase other = s;
  other.multiplicand = -1;
  EXPECT_EQ(getError(other, {-5, 5}),
            "requires a multiplicand from 0 to 2^32 - 1, got -1");
  other = s;
  other.shift = 64;
  EXPECT_EQ(getError(other, {-5, 5}), "requires a shift from 0 to 63, got 64");
  other = s;
  other.rounding = Rounding::Addend;
  other.negativeAddend = 7;
  EXPECT_EQ(getError(other, {-5, 5}),
            "requires addends that do not step down at zero, got 0 and 7");
  other = s;
  other.clampMin = 128;
  EXPECT_EQ(getError(other, {-5, 5}),
            "requires clamp bounds with min <= max, got 128 and 127");
  other = s;
  other.clampMax = INT64_MAX;
  EXPECT_EQ(getError(other, {0, 1 << 21}),
            "requires at most 1048576 steps in the range, got 2097152");
  EXPECT_EQ(getError(other, {Int128(1) << 36, Int128(1) << 36}),
            "requires codes within 35 bits of the output zero point, got "
            "68719476736 to 68719476736");
  const auto falling = [](Int128 d) { return d < 0 ? 1 : 0; };
  llvm::Expected<Thresholds> fallen =
      getThresholds(falling, {-5, 5}, 0, -128, 127);
  ASSERT_FALSE(bool(fallen));
  EXPECT_EQ(llvm::toString(fallen.takeError()),
            "requires rising codes within the clamp, got 1 to 0");
}

TEST(AllThresholds, GiveBackTheCodes) {
  std::mt19937_64 random(22);
  for (int i = 0; i < 2000; ++i) {
    const auto [s, range] = drawSample(random, 8);
    llvm::Expected<Thresholds> thresholds = getThresholds(s, range);
    ASSERT_TRUE(bool(thresholds));
    for (int j = 0; j < 50; ++j) {
      const Int128 d =
          range.low + Int128(random()) % (range.high - range.low + 1);
      ASSERT_EQ(getCode(*thresholds, d), evaluate(s, d + s.inputZeroPoint));
    }
    ASSERT_EQ(getCode(*thresholds, range.high), thresholds->getLastCode());
  }
}

} // namespace
