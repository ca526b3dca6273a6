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

#include "Random.h"
#include "rescale/Staircase/Approximate.h"
#include "rescale/Staircase/Certificate.h"
#include "rescale/Staircase/Compose.h"

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

  /// A value of any size, small ones as likely as large ones.
  int64_t pickAnySize(unsigned bits) {
    const unsigned size = unsigned(pick(0, bits));
    const uint64_t magnitude = size ? random() >> (64 - size) : 0;
    return pick(0, 1) ? int64_t(magnitude) : -int64_t(magnitude);
  }

  /// Anything, valid or not.
  Sample drawAny() {
    Sample sample;
    Staircase &s = sample.staircase;
    s.multiplicand = pickAnySize(33);
    s.shift = unsigned(pick(0, 65));
    s.rounding = static_cast<Rounding>(pick(0, 5));
    s.addend = pickAnySize(63);
    s.negativeAddend = pick(0, 1) ? s.addend : pickAnySize(63);
    s.outputZeroPoint = pickAnySize(34);
    s.clampMin = pickAnySize(16);
    s.clampMax = s.clampMin + pickAnySize(16);
    sample.range.low = Int128(pickAnySize(63)) * pick(1, 16);
    sample.range.high = sample.range.low + Int128(pickAnySize(63)) * pick(1, 8);
    sample.range.stride = pick(0, 2) ? 1 : pickAnySize(63);
    return sample;
  }

  NarrowOptions drawOptions() {
    NarrowOptions options;
    options.addendRule = static_cast<AddendRule>(pick(0, 4));
    options.addendBits = pick(0, 1) ? 64 : unsigned(pick(1, 63));
    if (pick(0, 2) == 0)
      options.minShift = unsigned(pick(0, 40));
    if (pick(0, 2) == 0)
      options.maxShift = unsigned(pick(options.minShift, 63));
    if (pick(0, 1))
      options.maxMultiplicand =
          getMaxMultiplicand(unsigned(pick(1, 32)), false);
    if (options.addendRule != AddendRule::BySign && pick(0, 3) == 0)
      options.tolerance = pick(0, 5);
    return options;
  }

  void testSample(const Sample &sample) {
    llvm::Expected<Thresholds> thresholds =
        getThresholds(sample.staircase, sample.range);
    if (!thresholds)
      return llvm::consumeError(thresholds.takeError());
    const NarrowOptions options = drawOptions();
    const std::optional<Narrowing> found = narrow(*thresholds, options);
    if (!found)
      return;
    ++solved;
    ASSERT_LE(found->multiplicand, options.maxMultiplicand);
    ASSERT_TRUE(options.minShift <= found->shift &&
                found->shift <= options.maxShift);
    if (found->multiplicand > 0) {
      NarrowOptions less = options;
      less.maxMultiplicand = found->multiplicand - 1;
      ASSERT_FALSE(narrow(*thresholds, less));
    }
    Certificate certificate = {sample.staircase,
                               applyNarrowing(sample.staircase, *found),
                               sample.range.low,
                               sample.range.high,
                               sample.range.stride,
                               0,
                               0};
    const Staircase &replacement = certificate.replacement;
    if (options.addendRule == AddendRule::InBias && found->multiplicand)
      ASSERT_EQ(replacement.addend % found->multiplicand, 0);
    if (options.tolerance > 0) {
      llvm::Expected<Thresholds> after =
          getThresholds(replacement, sample.range);
      ASSERT_TRUE(bool(after));
      const Differences differences = getDifferences(*thresholds, *after);
      ASSERT_LE(differences.largest, options.tolerance);
      certificate.largestDifference = differences.largest;
      certificate.differing = differences.differing;
    }
    llvm::Error error = checkCertificate(certificate);
    ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  }

  unsigned solved = 0;
};

TEST_F(Fuzz, AnythingThatTheInterfacesTake) {
  const uint64_t samples = getSetting("RESCALE_FUZZ_SAMPLES", 100000);
  for (uint64_t i = 0; i < samples; ++i) {
    SCOPED_TRACE(i);
    testSample(drawAny());
    if (HasFatalFailure())
      return;
  }
  EXPECT_GT(solved, samples / 50);
}

TEST_F(Fuzz, RequantizationsOfConverters) {
  const uint64_t samples = getSetting("RESCALE_FUZZ_SAMPLES", 20000);
  for (uint64_t i = 0; i < samples; ++i) {
    SCOPED_TRACE(i);
    testSample(drawSample(random, unsigned(i % 100 ? pick(2, 8) : 16)));
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
