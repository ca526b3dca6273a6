//===- EquivalenceTest.cpp - Differences against counting -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// First differences, figures of differences, fusions and best approximations
// against every accumulator and every candidate.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Equivalence.h"

#include "Random.h"
#include "rescale/Staircase/Approximate.h"
#include "rescale/Staircase/Certificate.h"
#include "rescale/Staircase/Compose.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

using namespace staircase;

namespace {

struct Draw {
  std::mt19937_64 random;

  int64_t operator()(int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  }

  /// Small enough to look at every accumulator.
  Staircase drawSmall() {
    Draw &pick = *this;
    Staircase s;
    s.multiplicand = pick(0, 40);
    s.shift = pick(0, 7);
    s.rounding = static_cast<Rounding>(pick(0, 5));
    s.addend = pick(-30, 60);
    s.negativeAddend = std::min(s.addend, pick(-40, 60));
    s.inputZeroPoint = pick(-3, 3);
    s.outputZeroPoint = pick(-4, 4);
    s.clampMin = pick(-9, 0);
    s.clampMax = pick(0, 9);
    return s;
  }
};

TEST(Equivalence, LeastDifferenceOfAnyTwoModes) {
  Draw pick = {std::mt19937_64(1)};
  unsigned equal = 0;
  for (int i = 0; i < 100000; ++i) {
    const Staircase a = pick.drawSmall();
    Staircase b = pick(0, 3) ? a : pick.drawSmall();
    b.rounding = static_cast<Rounding>(pick(0, 5));
    b.inputZeroPoint += pick(0, 5) == 0;
    Range range = {pick(-60, 20), 0, pick(0, 1) ? 1 : pick(1, 5)};
    range.high = range.low + pick(0, 80);
    auto got = findDifference(a, b, range);
    ASSERT_TRUE(bool(got));
    Int128 x = range.low;
    while (x <= range.high && evaluate(a, x) == evaluate(b, x))
      x += range.stride;
    ASSERT_EQ(got->has_value(), x <= range.high);
    if (!*got) {
      ++equal;
      continue;
    }
    ASSERT_EQ(int64_t((*got)->accumulator), int64_t(x));
    ASSERT_EQ((*got)->first, evaluate(a, x));
    ASSERT_EQ((*got)->second, evaluate(b, x));
  }
  EXPECT_GT(equal, 10000u);
}

TEST(Equivalence, FallingStaircasesAreErrors) {
  Staircase a, b;
  b.multiplicand = -1;
  auto got = findDifference(a, b, {-5, 5});
  ASSERT_FALSE(bool(got));
  EXPECT_EQ(llvm::toString(got.takeError()),
            "requires a multiplicand from 0 to 2^32 - 1, got -1");
}

TEST(Differences, EqualToCounting) {
  Draw pick = {std::mt19937_64(2)};
  for (int i = 0; i < 50000; ++i) {
    Staircase a = pick.drawSmall();
    Staircase b = pick.drawSmall();
    b.inputZeroPoint = a.inputZeroPoint;
    Range range = {pick(-60, 20), 0, pick(0, 1) ? 1 : pick(1, 5)};
    range.high = range.low + pick(0, 80);
    const Thresholds first = llvm::cantFail(getThresholds(a, range));
    const Thresholds second = llvm::cantFail(getThresholds(b, range));
    int64_t largest = 0, differing = 0, sum = 0, weighted = 0, weight = 0;
    std::vector<HistogramBin> histogram;
    for (Int128 d = range.low; d <= range.high; d += range.stride) {
      const Int128 x = d + a.inputZeroPoint;
      const int64_t difference = std::abs(evaluate(a, x) - evaluate(b, x));
      largest = std::max(largest, difference);
      differing += difference != 0;
      sum += difference;
      if (pick(0, 2))
        continue;
      histogram.push_back({d, uint64_t(pick(0, 9))});
      weight += difference ? histogram.back().weight : 0;
      weighted += difference * int64_t(histogram.back().weight);
    }
    Differences got = getDifferences(first, second);
    ASSERT_EQ(got.largest, largest);
    ASSERT_EQ(int64_t(got.differing), differing);
    ASSERT_EQ(int64_t(got.sum), sum);
    if (histogram.empty())
      continue;
    got = getDifferences(first, second, histogram);
    ASSERT_EQ(got.largest, largest);
    ASSERT_EQ(int64_t(got.differing), weight);
    ASSERT_EQ(int64_t(got.sum), weighted);

    // As thresholds: with common end codes the sum is that of their distances.
    if (first.firstCode != second.firstCode ||
        first.getLastCode() != second.getLastCode())
      continue;
    int64_t distance = 0, moved = 0;
    for (size_t j = 0; j < first.steps.size(); ++j) {
      distance += std::abs(int64_t(first.steps[j] - second.steps[j]));
      moved += first.steps[j] != second.steps[j];
    }
    ASSERT_EQ(distance, sum * int64_t(range.stride));
    ASSERT_EQ(got.movedThresholds, moved);
  }
}

//===----------------------------------------------------------------------===//
// Float kernels
//===----------------------------------------------------------------------===//

/// `clamp(lrintf(float(acc) * scale) + zp)`, the requantization of the kernels
/// that compute in float32, with the default rounding to even.
struct FloatKernel {
  float scale;
  int64_t zeroPoint;

  int64_t operator()(Int128 accumulator) const {
    const float product = float(int32_t(accumulator)) * scale;
    return std::clamp<int64_t>(lrintf(product) + zeroPoint, -128, 127);
  }
};

TEST(FloatKernel, HasAnIntegerEquivalentMostly) {
  Draw pick = {std::mt19937_64(3)};
  unsigned exact = 0, total = 400;
  for (unsigned i = 0; i < total; ++i) {
    const FloatKernel kernel = {
        std::ldexp(1 + float(pick(0, 0xffff)) / 65536, int(pick(-13, -5))),
        pick(-20, 20)};
    const int64_t reach = int64_t(200 / kernel.scale);
    const Range range = {-reach, reach};
    const Thresholds thresholds = llvm::cantFail(
        getThresholds(kernel, range, kernel.zeroPoint, -128, 127));
    const std::optional<Narrowing> narrowing = narrow(thresholds);
    if (!narrowing)
      continue;
    ++exact;
    Staircase frame;
    frame.outputZeroPoint = kernel.zeroPoint;
    frame.clampMin = -128;
    frame.clampMax = 127;
    const Staircase integer = applyNarrowing(frame, *narrowing);
    for (int64_t x = -reach; x <= reach; x += 1 + reach / 50000)
      ASSERT_EQ(evaluate(integer, x), kernel(x)) << x << " " << kernel.scale;
    const Thresholds after = llvm::cantFail(getThresholds(integer, range));
    ASSERT_FALSE(findDifference(thresholds, after));
  }
  EXPECT_GT(exact, total / 2);
}

//===----------------------------------------------------------------------===//
// Composition
//===----------------------------------------------------------------------===//

TEST(Compose, EqualToTheSequenceOrWithACounterexample) {
  Draw pick = {std::mt19937_64(4)};
  unsigned exact = 0, inexact = 0;
  for (int i = 0; i < 5000; ++i) {
    const Staircase first = pick.drawSmall();
    const Staircase second = pick.drawSmall();
    Range range = {pick(-60, 20), 0};
    range.high = range.low + pick(0, 80);
    const auto inSequence = [&](Int128 d) {
      return evaluate(second, evaluate(first, d + first.inputZeroPoint));
    };
    const Thresholds inner = llvm::cantFail(getThresholds(first, range));
    const Thresholds both = llvm::cantFail(compose(inner, second));
    for (Int128 d = range.low; d <= range.high; ++d)
      ASSERT_EQ(getCode(both, d), inSequence(d));

    llvm::Expected<Fusion> fusion = fuse(first, second, range);
    ASSERT_TRUE(bool(fusion));
    Staircase frame = second;
    frame.inputZeroPoint = first.inputZeroPoint;
    const Staircase fused = applyNarrowing(frame, fusion->narrowing);
    std::optional<Int128> wrong;
    int64_t largest = 0;
    for (Int128 d = range.low; d <= range.high; ++d) {
      const int64_t code = evaluate(fused, d + first.inputZeroPoint);
      if (code != inSequence(d) && !wrong)
        wrong = d;
      largest = std::max(largest, std::abs(code - inSequence(d)));
    }
    ASSERT_EQ(largest, fusion->largestDifference);
    ASSERT_EQ(fusion->counterexample.has_value(), wrong.has_value());
    (wrong ? inexact : exact) += 1;
    if (!wrong)
      continue;
    const Counterexample &counterexample = *fusion->counterexample;
    ASSERT_EQ(int64_t(counterexample.accumulator), int64_t(*wrong));
    ASSERT_EQ(counterexample.first, inSequence(*wrong));
    ASSERT_EQ(counterexample.second,
              evaluate(fused, *wrong + first.inputZeroPoint));
  }
  EXPECT_GT(exact, 1000u);
  EXPECT_GT(inexact, 300u);
}

//===----------------------------------------------------------------------===//
// Approximation
//===----------------------------------------------------------------------===//

TEST(Approximate, NoCandidateIsCloser) {
  Draw pick = {std::mt19937_64(5)};
  unsigned inexact = 0;
  for (int i = 0; i < 1500; ++i) {
    Staircase s = pick.drawSmall();
    Range range = {pick(-40, 20), 0};
    range.high = range.low + pick(0, 60);
    const Thresholds original = llvm::cantFail(getThresholds(s, range));
    NarrowOptions options;
    options.addendRule = static_cast<AddendRule>(pick(0, 2));
    options.maxMultiplicand = pick(1, 5);
    options.maxShift = 5;
    llvm::Expected<Approximation> got = approximate(original, options);
    ASSERT_TRUE(bool(got));

    int64_t least = INT64_MAX;
    for (int64_t m = 0; m <= options.maxMultiplicand; ++m)
      for (unsigned shift = 0; shift <= options.maxShift; ++shift) {
        const int64_t half = shift ? int64_t(1) << (shift - 1) : 0;
        // The addends that reach any code of the clamp at all.
        int64_t begin = -1000, end = 1000;
        if (options.addendRule != AddendRule::Free)
          begin = end = options.addendRule == AddendRule::None ? 0 : half;
        Staircase candidate = s;
        candidate.multiplicand = m;
        candidate.shift = shift;
        candidate.rounding = Rounding::Addend;
        for (int64_t b = begin; b <= end; ++b) {
          candidate.addend = candidate.negativeAddend = b;
          int64_t largest = 0;
          for (Int128 d = range.low; d <= range.high && largest < least; ++d)
            largest = std::max(
                largest, std::abs(getCode(original, d) -
                                  evaluate(candidate, d + s.inputZeroPoint)));
          least = std::min(least, largest);
        }
      }
    ASSERT_EQ(got->differences.largest, least) << "sample " << i;
    inexact += least > 0;
  }
  EXPECT_GT(inexact, 200u);
}

/// Every multiplicand, shift and addend within the least largest difference,
/// its thresholds from the reference.
TEST(Approximate, NoCandidateIsBetter) {
  Draw pick = {std::mt19937_64(7)};
  unsigned inexact = 0;
  for (int i = 0; i < 600; ++i) {
    const Staircase s = pick.drawSmall();
    Range range = {pick(-30, 10), 0, pick(0, 2) ? 1 : pick(1, 3)};
    range.high = range.low + pick(0, 40);
    const Thresholds original = llvm::cantFail(getThresholds(s, range));
    NarrowOptions options;
    options.addendRule = static_cast<AddendRule>(pick(0, 2));
    options.maxMultiplicand = pick(1, 5);
    options.maxShift = 4;
    options.tolerance = pick(0, 3) ? 0 : 1;
    const Criterion criterion =
        pick(0, 1) ? Criterion::ThresholdDistance : Criterion::MovedThresholds;
    const Approximation closest =
        llvm::cantFail(approximate(original, options));
    const int64_t tolerance =
        std::max(options.tolerance, closest.differences.largest);
    if (tolerance == 0 || original.steps.empty())
      continue;
    const Approximation got =
        llvm::cantFail(approximate(original, options, criterion));
    ASSERT_LE(got.differences.largest, tolerance);

    // What a candidate costs, or nothing where it is too far off.
    const auto getCost =
        [&](const Staircase &candidate) -> std::optional<int64_t> {
      int64_t cost = 0, code = original.firstCode;
      for (Int128 d = range.low; d <= range.high; d += range.stride)
        if (std::abs(getCode(original, d) -
                     evaluate(candidate, d + s.inputZeroPoint)) > tolerance)
          return std::nullopt;
      for (Int128 step : original.steps) {
        const Int128 there = getThreshold(candidate, ++code - s.outputZeroPoint,
                                          -100000, 100000);
        // In members, the range continued on both sides.
        const Int128 moved = divideCeil(there - step, range.stride);
        cost += criterion == Criterion::MovedThresholds
                    ? moved != 0
                    : std::abs(int64_t(moved));
      }
      return cost;
    };
    int64_t least = INT64_MAX;
    for (int64_t m = 1; m <= options.maxMultiplicand; ++m)
      for (unsigned shift = 0; shift <= options.maxShift; ++shift) {
        const int64_t half = shift ? int64_t(1) << (shift - 1) : 0;
        int64_t begin = -400, end = 400;
        if (options.addendRule != AddendRule::Free)
          begin = end = options.addendRule == AddendRule::None ? 0 : half;
        Staircase candidate = s;
        candidate.multiplicand = m;
        candidate.shift = shift;
        candidate.rounding = Rounding::Addend;
        for (int64_t b = begin; b <= end; ++b) {
          candidate.addend = candidate.negativeAddend = b;
          if (std::optional<int64_t> cost = getCost(candidate))
            least = std::min(least, *cost);
        }
      }
    if (least == INT64_MAX)
      continue; // Only a multiplicand of zero.
    ++inexact;
    // Both ends of the addends are as good.
    for (const Int128 addend :
         {got.narrowing.addends.least, got.narrowing.addends.greatest}) {
      Staircase best = s;
      best.multiplicand = got.narrowing.multiplicand;
      best.shift = got.narrowing.shift;
      best.rounding = Rounding::Addend;
      best.addend = best.negativeAddend = int64_t(addend);
      ASSERT_EQ(getCost(best).value_or(-1), least) << "sample " << i;
    }
  }
  EXPECT_GT(inexact, 100u);
}

TEST(Approximate, FiguresAreThoseOfTheCertificate) {
  Draw pick = {std::mt19937_64(6)};
  for (int i = 0; i < 2000; ++i) {
    const Sample sample = drawSample(pick.random, 8);
    const Thresholds original =
        llvm::cantFail(getThresholds(sample.staircase, sample.range));
    NarrowOptions options;
    options.maxMultiplicand = getMaxMultiplicand(pick(4, 16), false);
    llvm::Expected<Approximation> got = approximate(original, options);
    ASSERT_TRUE(bool(got));
    const Certificate certificate = {
        sample.staircase,
        applyNarrowing(sample.staircase, got->narrowing),
        sample.range.low,
        sample.range.high,
        sample.range.stride,
        got->differences.largest,
        got->differences.differing};
    llvm::Error error = checkCertificate(certificate);
    ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  }
}

TEST(Approximate, NothingToChooseFrom) {
  Staircase s;
  s.clampMin = -8;
  s.clampMax = 7;
  const Thresholds original = llvm::cantFail(getThresholds(s, {-9, 9}));
  NarrowOptions options;
  options.minShift = 1;
  options.maxShift = 0;
  llvm::Expected<Approximation> got = approximate(original, options);
  ASSERT_FALSE(bool(got));
  EXPECT_EQ(llvm::toString(got.takeError()), "no staircase meets the options");
}

} // namespace
