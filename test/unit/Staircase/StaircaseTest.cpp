//===- StaircaseTest.cpp - The reference against other formulations -------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference semantics against formulations that share no code with it:
// nearest integers of rationals, and the two-stage rounding that TOSA's
// DOUBLE_ROUND was made to express. Exhaustive at small widths, corners and
// seeded random values above.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Integers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace staircase;

namespace {

constexpr Rounding kNearest[] = {Rounding::HalfUp, Rounding::HalfEven,
                                 Rounding::HalfAway};

/// The nearest integer to numerator / 2^shift found by comparing distances, the
/// tie decided by the mode: no addend, no shift.
Int128 roundRational(Int128 numerator, unsigned shift, Rounding rounding) {
  const Int128 denominator = Int128(1) << shift;
  Int128 below = numerator / denominator;
  if (below * denominator > numerator)
    --below;
  const Int128 toBelow = numerator - below * denominator;
  const Int128 toAbove = denominator - toBelow;
  if (rounding == Rounding::Floor || toBelow < toAbove)
    return below;
  if (toBelow > toAbove)
    return below + 1;
  switch (rounding) {
  case Rounding::HalfUp:
    return below + 1;
  case Rounding::HalfEven:
    return below % 2 == 0 ? below : below + 1;
  default: // HalfAway
    return numerator < 0 ? below : below + 1;
  }
}

/// Two roundings in sequence, each to the nearest, ties up: by 2^31 and by the
/// rest. The nudge of a negative value is -2^30 instead of 2^30, which is one
/// less after the first.
Int128 roundTwice(Int128 product, unsigned shift) {
  if (shift <= 31)
    return roundRational(product, shift, Rounding::HalfUp);
  const Int128 first = product >= 0
                           ? roundRational(product, 31, Rounding::HalfUp)
                           : roundRational(product, 31, Rounding::HalfUp) - 1;
  return roundRational(first, shift - 31, Rounding::HalfUp);
}

Int128 expectedQuotient(const Staircase &s, Int128 d) {
  const Int128 product = s.multiplicand * d;
  switch (s.rounding) {
  case Rounding::Double:
    return roundTwice(product, s.shift);
  case Rounding::Addend:
    return roundRational(product + (d < 0 ? s.negativeAddend : s.addend),
                         s.shift, Rounding::Floor);
  default:
    return roundRational(product, s.shift, s.rounding);
  }
}

int64_t expectedCode(const Staircase &s, Int128 x) {
  Int128 code = s.outputZeroPoint + expectedQuotient(s, x - s.inputZeroPoint);
  if (code < s.clampMin)
    return s.clampMin;
  return code > s.clampMax ? s.clampMax : static_cast<int64_t>(code);
}

/// gtest prints no __int128.
::testing::AssertionResult agrees(const Staircase &s, Int128 x) {
  const int64_t got = evaluate(s, x), expected = expectedCode(s, x);
  if (got == expected)
    return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "m=" << s.multiplicand << " s=" << s.shift
         << " rounding=" << int(s.rounding) << " b=" << s.addend << ","
         << s.negativeAddend << " x=" << double(x) << ": got " << got
         << ", expected " << expected;
}

TEST(Staircase, ExhaustiveAtSmallWidths) {
  for (unsigned shift = 0; shift < 8; ++shift)
    for (int64_t m = 0; m < 32; ++m)
      for (Rounding rounding :
           {Rounding::HalfUp, Rounding::Double, Rounding::Floor,
            Rounding::HalfEven, Rounding::HalfAway})
        for (int x = -128; x < 128; ++x) {
          Staircase s;
          s.multiplicand = m;
          s.shift = shift;
          s.rounding = rounding;
          s.inputZeroPoint = 3;
          s.outputZeroPoint = -2;
          s.clampMin = -8;
          s.clampMax = 7;
          ASSERT_TRUE(agrees(s, x));
        }
}

TEST(Staircase, ExhaustiveAddends) {
  for (unsigned shift = 0; shift < 5; ++shift)
    for (int64_t m = 0; m < 8; ++m)
      for (int64_t positive = -20; positive <= 20; ++positive)
        for (int64_t negative = -20; negative <= 20; negative += 3)
          for (int x = -16; x < 16; ++x) {
            Staircase s;
            s.multiplicand = m;
            s.shift = shift;
            s.rounding = Rounding::Addend;
            s.addend = positive;
            s.negativeAddend = negative;
            ASSERT_TRUE(agrees(s, x));
          }
}

/// Values around the powers of two that widths and shifts are made of.
std::vector<Int128> getCorners(unsigned width) {
  std::vector<Int128> corners = {0, 1, -1, 2, -2, 3, -3};
  for (unsigned bit = 2; bit <= width; ++bit)
    for (Int128 sign : {-1, 1})
      for (int offset = -1; offset <= 1; ++offset)
        corners.push_back(sign * (Int128(1) << bit) + offset);
  return corners;
}

TEST(Staircase, CornersOfEveryShift) {
  for (unsigned shift = 0; shift < 64; ++shift)
    for (int64_t m : {int64_t(0), int64_t(1), int64_t(3), int64_t(1) << 15,
                      (int64_t(1) << 30) + 1, (int64_t(1) << 31) - 1,
                      (int64_t(1) << 32) - 1})
      for (Rounding rounding :
           {Rounding::HalfUp, Rounding::Double, Rounding::Floor,
            Rounding::HalfEven, Rounding::HalfAway, Rounding::Addend})
        for (Int128 x : getCorners(64)) {
          Staircase s;
          s.multiplicand = m;
          s.shift = shift;
          s.rounding = rounding;
          s.addend = INT64_MAX;
          s.negativeAddend = INT64_MIN;
          ASSERT_TRUE(agrees(s, x));
        }
}

/// x with 2*m*x = 2^s mod 2^(s+1), so that every mode meets its ties.
TEST(Staircase, TiesOfEverySign) {
  for (unsigned shift = 1; shift < 62; ++shift)
    for (int64_t odd = -7; odd <= 7; odd += 2)
      for (Rounding rounding : kNearest) {
        Staircase s;
        s.multiplicand = 1;
        s.shift = shift;
        s.rounding = rounding;
        ASSERT_TRUE(agrees(s, odd * (Int128(1) << (shift - 1))));
      }
}

TEST(Staircase, SeededRandom) {
  std::mt19937_64 random(20261121);
  for (int i = 0; i < 1000000; ++i) {
    Staircase s;
    s.multiplicand = random() >> (32 + random() % 32);
    s.shift = random() % 64;
    s.rounding = static_cast<Rounding>(random() % 6);
    s.addend = int64_t(random()) >> (random() % 64);
    s.negativeAddend = int64_t(random()) >> (random() % 64);
    s.inputZeroPoint = int64_t(random()) >> (random() % 64);
    s.outputZeroPoint = int32_t(random()) >> (random() % 32);
    s.clampMin = INT32_MIN;
    s.clampMax = INT32_MAX;
    ASSERT_TRUE(agrees(s, int64_t(random()) >> (random() % 64)));
  }
}

/// The pair of roundings as TensorFlow Lite's kernels write it: a doubling high
/// multiplication that rounds, saturating at the one product that overflows,
/// then a rounding division by a power of two.
int32_t requantizeInTwoKernels(int32_t x, int32_t m, unsigned shift) {
  const int64_t product = int64_t(x) * m;
  const int64_t nudge = product >= 0 ? (1 << 30) : 1 - (1 << 30);
  const int32_t high = static_cast<int32_t>((product + nudge) / (1LL << 31));
  const int exponent = shift - 31;
  const int32_t mask = (1LL << exponent) - 1;
  const int32_t threshold = (mask >> 1) + (high < 0);
  return (high >> exponent) + ((high & mask) > threshold);
}

TEST(Staircase, DoubleEqualsTheTwoKernels) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 1000000; ++i) {
    Staircase s;
    s.multiplicand = (int64_t(1) << 30) + random() % (1 << 30);
    s.shift = 32 + random() % 30;
    s.rounding = Rounding::Double;
    const int32_t x = int32_t(random()) >> (random() % 32);
    ASSERT_EQ(evaluate(s, x),
              requantizeInTwoKernels(x, s.multiplicand, s.shift))
        << x << " " << s.multiplicand << " " << s.shift;
  }
}

TEST(Staircase, SaturatesToTheResultType) {
  Staircase s;
  s.multiplicand = 0xffffffff;
  s.shift = 0;
  s.clampMin = INT32_MIN;
  s.clampMax = INT32_MAX;
  EXPECT_EQ(evaluate(s, INT64_MAX), INT32_MAX);
  EXPECT_EQ(evaluate(s, INT64_MIN), INT32_MIN);
  EXPECT_EQ(evaluate(s, (Int128(1) << 64) - 1), INT32_MAX);
}

//===----------------------------------------------------------------------===//
// Thresholds
//===----------------------------------------------------------------------===//

/// The first d of the range that reaches the quotient, by trying all.
Int128 findThreshold(const Staircase &s, int quotient, int low, int high) {
  for (int d = low; d <= high; ++d)
    if (getQuotient(s, d) >= quotient)
      return d;
  return high + 1;
}

TEST(Thresholds, EqualToSearchAtSmallWidths) {
  for (unsigned shift = 0; shift < 6; ++shift)
    for (int64_t m = 0; m < 16; ++m)
      for (unsigned mode = 0; mode < 6; ++mode)
        for (int j = -20; j <= 20; ++j) {
          Staircase s;
          s.multiplicand = m;
          s.shift = shift;
          s.rounding = static_cast<Rounding>(mode);
          s.addend = 5;
          s.negativeAddend = 2;
          if (!isMonotone(s))
            continue;
          ASSERT_EQ(int64_t(getThreshold(s, j, -64, 63)),
                    int64_t(findThreshold(s, j, -64, 63)))
              << "m=" << m << " s=" << shift << " mode=" << mode << " j=" << j;
        }
}

TEST(Thresholds, SeparateTheCodesOfWideStaircases) {
  std::mt19937_64 random(11);
  const Int128 low = INT64_MIN, high = INT64_MAX;
  for (int i = 0; i < 200000; ++i) {
    Staircase s;
    s.multiplicand = random() >> (32 + random() % 32);
    s.shift = random() % 64;
    s.rounding = static_cast<Rounding>(random() % 5);
    const int64_t j = int64_t(random()) >> (32 + random() % 32);
    const Int128 t = getThreshold(s, j, low, high);
    ASSERT_TRUE(low <= t && t <= high + 1);
    if (t <= high)
      ASSERT_TRUE(getQuotient(s, t) >= j);
    if (t > low)
      ASSERT_TRUE(getQuotient(s, t - 1) < j);
  }
}

TEST(Thresholds, MonotoneIsWhatItSays) {
  for (int64_t m = -4; m < 8; ++m)
    for (unsigned shift = 0; shift < 4; ++shift)
      for (int64_t positive = -12; positive <= 12; ++positive)
        for (int64_t negative = -12; negative <= 12; ++negative) {
          Staircase s;
          s.multiplicand = m;
          s.shift = shift;
          s.rounding = Rounding::Addend;
          s.addend = positive;
          s.negativeAddend = negative;
          bool isRising = m >= 0;
          for (int d = -32; d < 32 && isRising; ++d)
            isRising = getQuotient(s, d) <= getQuotient(s, d + 1);
          ASSERT_EQ(isMonotone(s), isRising);
        }
}

TEST(MagnitudeBits, CountsThePowersOfTwo) {
  EXPECT_EQ(getMagnitudeBits(0), 0u);
  EXPECT_EQ(getMagnitudeBits(1), 1u);
  EXPECT_EQ(getMagnitudeBits(127), 7u);
  EXPECT_EQ(getMagnitudeBits(128), 8u);
  EXPECT_EQ(getMagnitudeBits(0x7fffffff), 31u);
  EXPECT_EQ(getMagnitudeBits(0xffffffff), 32u);
}

TEST(SignedBits, AreThoseOfTheNarrowestFormat) {
  // Around every power of two, of both signs, and so the ends of every width.
  for (unsigned shift = 0; shift < 126; ++shift)
    for (Int128 offset : {-2, -1, 0, 1})
      for (int sign : {-1, 1}) {
        const Int128 value = sign * ((Int128(1) << shift) + offset);
        const unsigned bits = getSignedBits(value);
        ASSERT_TRUE(IntegerFormat{bits}.contains(value)) << stringify(value);
        if (bits > 1)
          ASSERT_FALSE(IntegerFormat{bits - 1}.contains(value))
              << stringify(value);
      }
  EXPECT_EQ(getSignedBits(0), 1u);
  EXPECT_EQ(getSignedBits(-128), 8u);
  EXPECT_EQ(getSignedBits(128), 9u);
  // Which formats say of no more than 126 bits.
  const Int128 least = Int128(1) << 126;
  EXPECT_EQ(getSignedBits(-least - least), 128u);
  EXPECT_EQ(getSignedBits(least - 1 + least), 128u);
}

TEST(Digits, AreThoseOfTheStandardLibraryAndBeyond) {
  for (const int64_t value : {int64_t(0), int64_t(7), int64_t(-10),
                              int64_t(1000), INT64_MIN, INT64_MAX})
    EXPECT_EQ(stringify(value), std::to_string(value));
  EXPECT_EQ(stringify(UINT64_MAX), std::to_string(UINT64_MAX));
  const Int128 least = Int128(1) << 126;
  EXPECT_EQ(stringify(-least - least),
            "-170141183460469231731687303715884105728");
  EXPECT_EQ(stringify(least - 1 + least),
            "170141183460469231731687303715884105727");
}

} // namespace
