//===- FuzzTest.cpp - The solver on arbitrary requantizations -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Requantizations, ranges and options from the whole of what the interfaces
// take, seeded: no assertion of the library fires, what the solver finds the
// checker accepts, it meets the options, and one multiplicand less has no
// solution. RESCALE_FUZZ_SAMPLES sets another number of samples,
// RESCALE_FUZZ_SEED another seed.
//
//===----------------------------------------------------------------------===//

#include "Properties.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

using namespace staircase;

namespace {

uint64_t getSetting(const char *name, uint64_t otherwise) {
  const char *text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

using Clock = std::chrono::steady_clock;

class Fuzz : public ::testing::Test {
protected:
  std::mt19937_64 random{getSetting("RESCALE_FUZZ_SEED", 1)};

  int64_t pick(int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  }

  void testOne(const Sample &sample) {
    const auto picker = [&](int64_t low, int64_t high) {
      return pick(low, high);
    };
    ASSERT_EQ(testSample(sample, drawOptions(picker), solved), "");
  }

  unsigned solved = 0;
};

TEST_F(Fuzz, AnythingThatTheInterfacesTake) {
  const uint64_t samples = getSetting("RESCALE_FUZZ_SAMPLES", 100000);
  for (uint64_t i = 0; i < samples; ++i) {
    SCOPED_TRACE(i);
    testOne(
        drawAny([&](int64_t low, int64_t high) { return pick(low, high); }));
    if (HasFatalFailure())
      return;
  }
  EXPECT_GT(solved, samples / 50);
}

TEST_F(Fuzz, RequantizationsOfConverters) {
  const uint64_t samples = getSetting("RESCALE_FUZZ_SAMPLES", 20000);
  for (uint64_t i = 0; i < samples; ++i) {
    SCOPED_TRACE(i);
    testOne(drawSample(random, unsigned(i % 100 ? pick(2, 8) : 16)));
    if (HasFatalFailure())
      return;
  }
  EXPECT_GT(solved, samples / 4);
}

/// At every threshold, both sides of it and random points: by the reference
/// alone.
TEST_F(Fuzz, OriginalAgainstNarrowed) {
  const uint64_t samples = getSetting("RESCALE_FUZZ_SAMPLES", 100000);
  uint64_t points = 0;
  const auto begin = Clock::now();
  for (uint64_t i = 0; i < samples; ++i) {
    const Sample sample = drawSample(random, unsigned(i % 1000 ? 8 : 16));
    const Staircase &s = sample.staircase;
    const Thresholds thresholds =
        llvm::cantFail(getThresholds(s, sample.range));
    NarrowOptions options;
    std::optional<Narrowing> narrowing = narrow(thresholds, options);
    if (!narrowing) {
      options.addendRule = AddendRule::BySign;
      narrowing = narrow(thresholds, options);
    }
    if (!narrowing)
      continue; // Ties to even.
    ++solved;
    const Staircase narrow = applyNarrowing(s, *narrowing);
    const Int128 low = sample.range.low, high = sample.range.high;
    const auto isSame = [&](Int128 d) {
      ++points;
      return d < low || d > high ||
             evaluate(s, d + s.inputZeroPoint) ==
                 evaluate(narrow, d + s.inputZeroPoint);
    };
    for (Int128 step : thresholds.steps)
      ASSERT_TRUE(isSame(step - 1) && isSame(step) && isSame(step + 1))
          << "sample " << i;
    ASSERT_TRUE(isSame(low) && isSame(high)) << "sample " << i;
    for (int j = 0; j < 32; ++j)
      ASSERT_TRUE(isSame(low + Int128(random()) % (high - low + 1)))
          << "sample " << i;
  }
  EXPECT_GT(solved, samples / 2);
  std::cout << solved << " of " << samples
            << " staircases narrowed and compared"
            << " at " << points << " points in "
            << std::chrono::duration<double>(Clock::now() - begin).count()
            << " s\n";
}

/// The hulls' L and U against their definition over all pairs of points, at the
/// widths of real accumulators.
TEST_F(Fuzz, SlopesOfWideRanges) {
  for (int i = 0; i < 20000; ++i) {
    const Sample sample = drawSample(random, 4);
    const Thresholds thresholds =
        llvm::cantFail(getThresholds(sample.staircase, sample.range));
    const Staircase &s = sample.staircase;
    const Range &range = thresholds.range;
    std::vector<Point> lowerPoints, upperPoints;
    Int128 code = thresholds.firstCode;
    if (code > s.clampMin)
      lowerPoints.push_back({range.low, code});
    for (Int128 step : thresholds.steps) {
      lowerPoints.push_back({step, ++code});
      upperPoints.push_back({step - range.stride, code});
    }
    if (code < s.clampMax)
      upperPoints.push_back({range.high, code + 1});
    Fraction lower = {-1, 0}, upper = {1, 0};
    for (const Point &t : lowerPoints)
      for (const Point &u : upperPoints) {
        const Fraction slope = t.x > u.x ? Fraction{t.y - u.y, t.x - u.x}
                                         : Fraction{u.y - t.y, u.x - t.x};
        if (t.x > u.x && (!lower.isFinite() || isLess(lower, slope)))
          lower = slope;
        if (t.x < u.x && (!upper.isFinite() || isLess(slope, upper)))
          upper = slope;
      }
    const Separation separation(thresholds, range.low, range.high);
    ASSERT_EQ(separation.isFeasible(),
              !lower.isFinite() || !upper.isFinite() || isLess(lower, upper));
    if (!separation.isFeasible())
      continue;
    const auto isSame = [](const Fraction &a, const Fraction &b) {
      return a.isFinite() == b.isFinite() &&
             a.numerator * b.denominator == b.numerator * a.denominator;
    };
    ASSERT_TRUE(isSame(separation.getLower(), lower));
    ASSERT_TRUE(isSame(separation.getUpper(), upper));
  }
}

} // namespace
