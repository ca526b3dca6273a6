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
#include "rescale/Staircase/MissedCodes.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <iostream>

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

/// The slots of codes that a staircase meets, by the definition.
int64_t countMissed(const Thresholds &thresholds, const Staircase &candidate) {
  const Range &range = thresholds.range;
  Int128 quotient = thresholds.firstCode - Int128(thresholds.outputZeroPoint);
  int64_t missed = thresholds.firstCode > thresholds.clampMin &&
                   getQuotient(candidate, range.low) < quotient;
  for (Int128 step : thresholds.steps) {
    ++quotient;
    missed += getQuotient(candidate, step) < quotient ||
              getQuotient(candidate, step - range.stride) >= quotient;
  }
  return missed + (thresholds.getLastCode() < thresholds.clampMax &&
                   getQuotient(candidate, range.high) > quotient);
}

TEST(MissedCodes, AreTheFewest) {
  Draw pick = {std::mt19937_64(8)};
  unsigned several = 0;
  for (int i = 0; i < 300; ++i) {
    // Any steps at all, some far from a line.
    Thresholds thresholds;
    thresholds.range = {pick(-9, 4), 0};
    thresholds.range.high = thresholds.range.low + pick(4, 9);
    thresholds.outputZeroPoint = pick(-2, 2);
    thresholds.clampMin = pick(-3, 0);
    thresholds.clampMax = pick(3, 6);
    thresholds.firstCode = pick(thresholds.clampMin, thresholds.clampMin + 1);
    const int64_t last = pick(thresholds.firstCode + 1, thresholds.clampMax);
    for (int64_t code = thresholds.firstCode; code < last; ++code)
      thresholds.steps.push_back(pick(int64_t(thresholds.range.low) + 1,
                                      int64_t(thresholds.range.high)));
    llvm::sort(thresholds.steps);
    const std::vector<int64_t> missed = findMissedCodes(thresholds);

    // Slopes are told apart by fractions of denominators up to 10, steps of
    // one slope too: between two neighbours lies a multiple of 2^-8.
    const unsigned shift = 8;
    int64_t least = INT64_MAX;
    Staircase candidate;
    candidate.shift = shift;
    candidate.rounding = Rounding::Addend;
    for (int64_t m = 1; m <= int64_t(10) << shift; m += 1 + m / 1024)
      // A line may be lowered until it begins at a threshold.
      for (size_t j = 0; j <= thresholds.steps.size(); ++j) {
        const Int128 from = j ? thresholds.steps[j - 1] : thresholds.range.low;
        candidate.multiplicand = m;
        candidate.addend = candidate.negativeAddend = int64_t(
            (thresholds.firstCode + Int128(j) - thresholds.outputZeroPoint) *
                (1 << shift) -
            m * from);
        least = std::min(least, countMissed(thresholds, candidate));
      }
    ASSERT_EQ(int64_t(missed.size()), least) << "sample " << i;
    ASSERT_EQ(missed.empty(), narrow(thresholds).has_value());
    several += missed.size() > 1;
  }
  EXPECT_GT(several, 50u);
}

/// Prints how many scales of 24 bits have no equivalent, by their size.
TEST(FloatKernel, NamesTheCodesThatHaveNoEquivalent) {
  Draw pick = {std::mt19937_64(9)};
  unsigned without = 0;
  for (int exponent = -6; exponent >= -14; exponent -= 2) {
    const int count = 40;
    size_t exact = 0, most = 0;
    for (int i = 0; i < count; ++i) {
      const FloatKernel kernel = {
          std::ldexp(1 + float(pick(0, 0x7fffff)) / 0x800000, exponent),
          pick(-20, 20)};
      const int64_t reach = int64_t(200 / kernel.scale);
      const Thresholds thresholds = llvm::cantFail(
          getThresholds(kernel, {-reach, reach}, kernel.zeroPoint, -128, 127));
      const std::vector<int64_t> missed = findMissedCodes(thresholds);
      ASSERT_EQ(missed.empty(), narrow(thresholds).has_value());
      exact += missed.empty();
      most = std::max(most, missed.size());
      if (missed.empty())
        continue;
      // What few bits can do moves no fewer.
      NarrowOptions options;
      options.maxMultiplicand = getMaxMultiplicand(12, false);
      const Approximation near = llvm::cantFail(
          approximate(thresholds, options, Criterion::MovedThresholds));
      ASSERT_LE(int64_t(missed.size()),
                countMissed(thresholds, applyNarrowing({}, near.narrowing)));
    }
    without += count - exact;
    std::cout << "scales from 2^" << exponent << ": " << exact << " of "
              << count << " have an integer equivalent; at most " << most
              << " codes keep one from it\n";
  }
  EXPECT_GT(without, 20u);
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

TEST(Compose, ProductsAreTheSequence) {
  Draw pick = {std::mt19937_64(12)};
  unsigned fused = 0, rounded = 0;
  for (int i = 0; i < 200000; ++i) {
    Staircase first = pick.drawSmall();
    const Staircase second = pick.drawSmall();
    first.multiplicand = pick(0, 5) << pick(0, 9);
    first.clampMin *= 100;
    first.clampMax *= 100;
    first.addend = pick(0, 3);
    first.negativeAddend = pick(0, int64_t(first.addend));
    const Range range = {pick(-30, 0), pick(0, 30)};
    const std::optional<Staircase> both = fuseProduct(first, second, range);
    if (!both)
      continue;
    ++fused;
    for (Int128 d = range.low; d <= range.high; ++d) {
      const Int128 x = d + first.inputZeroPoint;
      ASSERT_EQ(evaluate(*both, x), evaluate(second, evaluate(first, x)))
          << "sample " << i << " at " << int64_t(d);
    }
    rounded += both->shift > 0 && both->multiplicand > 0;
  }
  EXPECT_GT(fused, 5000u);
  EXPECT_GT(rounded, 1000u);
}

/// As an addition widens its operands: more codes than thresholds may be.
TEST(Compose, ProductOfAWideningAndAScale) {
  Staircase widen, scale;
  widen.multiplicand = 1 << 30;
  widen.shift = 10;
  widen.inputZeroPoint = -128;
  widen.clampMin = scale.clampMin = INT32_MIN;
  widen.clampMax = scale.clampMax = INT32_MAX;
  scale.multiplicand = 1623821475;
  scale.shift = 33;
  scale.rounding = Rounding::Double;
  const std::optional<Staircase> both = fuseProduct(widen, scale, {0, 255});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->multiplicand, 1623821475);
  EXPECT_EQ(both->shift, 13u);
  EXPECT_EQ(both->addend, 5120);
  EXPECT_EQ(both->negativeAddend, 3072);
  for (Int128 x = -128; x <= 127; ++x)
    ASSERT_EQ(evaluate(*both, x), evaluate(scale, evaluate(widen, x)));
  // Here a code saturates.
  EXPECT_FALSE(fuseProduct(widen, scale, {0, 2048}));
}

//===----------------------------------------------------------------------===//
// Approximation
//===----------------------------------------------------------------------===//

/// Every multiplicand, shift and addend of the options that could be near one
/// of drawSmall at multiplicands of three bits and shifts up to 5, in the place
/// of that of `frame`.
template <typename Function>
void forEachCandidate(const Staircase &frame, const NarrowOptions &options,
                      Function visit) {
  for (int64_t m = 0; m <= options.maxMultiplicand; ++m) {
    if (!options.palette.empty() && !llvm::is_contained(options.palette, m))
      continue;
    for (unsigned s = options.minShift; s <= options.maxShift; ++s) {
      Staircase candidate = frame;
      candidate.multiplicand = m;
      candidate.shift = s;
      candidate.rounding = Rounding::Addend;
      const int64_t half = s ? int64_t(1) << (s - 1) : 0;
      // 14 codes, 60 accumulators.
      const int64_t reach = (int64_t(14) << s) + 60 * m;
      for (int64_t b = -reach; b <= reach; ++b) {
        if ((options.addendRule == AddendRule::None && b != 0) ||
            (options.addendRule == AddendRule::HalfUp && b != half) ||
            (options.addendRule == AddendRule::InBias && (m ? b % m : b) != 0))
          continue;
        const int64_t end = int64_t(1) << (options.addendBits - 1);
        if ((options.addendRule == AddendRule::Free ||
             options.addendRule == AddendRule::InBias) &&
            (b < -end || b >= end))
          continue;
        candidate.addend = candidate.negativeAddend = b;
        visit(candidate);
      }
    }
  }
}

/// A small staircase's codes one by one, and options for it.
struct SmallProblem {
  Staircase staircase;
  Range range;
  Thresholds original;
  NarrowOptions options;
  int64_t palette[2];
  std::vector<int64_t> members;
  std::vector<int64_t> codes;

  explicit SmallProblem(Draw &pick) : staircase(pick.drawSmall()) {
    range = {pick(-40, 20), 0, pick(0, 2) ? 1 : pick(1, 3)};
    range.high = range.low + pick(0, 50);
    original = llvm::cantFail(getThresholds(staircase, range));
    options.addendRule = static_cast<AddendRule>(pick(0, 3));
    options.addendBits = pick(0, 2) ? 40 : unsigned(pick(1, 8));
    options.maxMultiplicand = pick(1, 5);
    options.minShift = pick(0, 3) ? 0 : unsigned(pick(0, 4));
    options.maxShift = unsigned(pick(options.minShift, 4));
    palette[0] = pick(0, 5);
    palette[1] = pick(0, 5);
    if (pick(0, 3) == 0)
      options.palette = palette;
    for (Int128 d = range.low; d <= range.high; d += range.stride) {
      members.push_back(int64_t(d));
      codes.push_back(evaluate(staircase, d + staircase.inputZeroPoint));
    }
  }

  /// The difference at each member, or nothing where one is above the limit.
  std::optional<std::vector<int64_t>> compare(const Staircase &candidate,
                                              int64_t limit) const {
    std::vector<int64_t> differences(members.size());
    for (size_t i = 0; i < members.size(); ++i) {
      const int64_t code =
          evaluate(candidate, members[i] + staircase.inputZeroPoint);
      differences[i] = std::abs(code - codes[i]);
      if (differences[i] > limit)
        return std::nullopt;
    }
    return differences;
  }

  /// The largest difference of a candidate, or the limit.
  int64_t getLargest(const Staircase &candidate, int64_t limit) const {
    const auto differences = compare(candidate, limit - 1);
    return differences
               ? *std::max_element(differences->begin(), differences->end())
               : limit;
  }

  int64_t getMoved(const Staircase &candidate) const {
    Int128 quotient = original.firstCode - Int128(staircase.outputZeroPoint);
    int64_t moved = 0;
    for (Int128 step : original.steps) {
      ++quotient;
      moved += getQuotient(candidate, step) < quotient ||
               getQuotient(candidate, step - range.stride) >= quotient;
    }
    return moved;
  }
};

TEST(Approximate, NoCandidateIsCloser) {
  Draw pick = {std::mt19937_64(5)};
  unsigned inexact = 0, none = 0;
  for (int i = 0; i < 3000; ++i) {
    const SmallProblem problem(pick);
    llvm::Expected<Approximation> got =
        approximate(problem.original, problem.options);
    int64_t least = INT64_MAX;
    forEachCandidate(problem.staircase, problem.options,
                     [&](const Staircase &candidate) {
                       least = problem.getLargest(candidate, least);
                     });
    ASSERT_EQ(bool(got), least < INT64_MAX) << "sample " << i;
    if (!got) {
      llvm::consumeError(got.takeError());
      ++none;
      continue;
    }
    ASSERT_EQ(got->differences.largest, least) << "sample " << i;
    inexact += least > 0;
  }
  EXPECT_GT(inexact, 500u);
  EXPECT_GT(none, 50u);
}

/// The mean error, uniform or under a histogram, and the moved thresholds of
/// everything that is within the tolerance.
TEST(Approximate, NoCandidateIsBetter) {
  Draw pick = {std::mt19937_64(7)};
  unsigned inexact = 0, constant = 0;
  for (int i = 0; i < 3000; ++i) {
    SmallProblem problem(pick);
    problem.options.tolerance = pick(0, 2) ? 0 : pick(1, 4);
    const Criterion criterion =
        pick(0, 2) ? Criterion::MeanError : Criterion::MovedThresholds;
    std::vector<uint64_t> weights(problem.members.size(), 1);
    std::vector<HistogramBin> histogram;
    if (pick(0, 1))
      for (size_t j = 0; j < weights.size(); ++j) {
        weights[j] = uint64_t(std::max<int64_t>(0, pick(-5, 9)));
        if (weights[j] || pick(0, 1))
          histogram.push_back({problem.members[j], weights[j]});
      }
    if (histogram.empty())
      weights.assign(weights.size(), 1);

    llvm::Expected<Approximation> closest =
        approximate(problem.original, problem.options);
    if (!closest) {
      llvm::consumeError(closest.takeError());
      continue;
    }
    const int64_t tolerance =
        std::max(problem.options.tolerance, closest->differences.largest);
    const Approximation got = llvm::cantFail(
        approximate(problem.original, problem.options, criterion, histogram));
    const auto getCost =
        [&](const Staircase &candidate) -> std::optional<int64_t> {
      const auto differences = problem.compare(candidate, tolerance);
      if (!differences)
        return std::nullopt;
      if (criterion == Criterion::MovedThresholds)
        return problem.getMoved(candidate);
      int64_t cost = 0;
      for (size_t j = 0; j < weights.size(); ++j)
        cost += int64_t(weights[j]) * (*differences)[j];
      return cost;
    };
    int64_t least = INT64_MAX;
    forEachCandidate(problem.staircase, problem.options,
                     [&](const Staircase &candidate) {
                       if (std::optional<int64_t> cost = getCost(candidate))
                         least = std::min(least, *cost);
                     });
    // Both ends of the addends are as good, and so is the plainest.
    Staircase best = applyNarrowing(problem.staircase, got.narrowing);
    ASSERT_EQ(getCost(best).value_or(-1), least) << "sample " << i;
    best.rounding = Rounding::Addend;
    for (Int128 addend :
         {got.narrowing.addends.least, got.narrowing.addends.greatest}) {
      if (problem.options.addendRule == AddendRule::InBias)
        addend *= best.multiplicand;
      best.addend = best.negativeAddend = int64_t(addend);
      ASSERT_EQ(getCost(best).value_or(-1), least) << "sample " << i;
    }
    // The figures are the cost.
    uint64_t total = 0;
    for (uint64_t weight : weights)
      total += weight;
    ASSERT_EQ(uint64_t(got.differences.total), total);
    if (criterion == Criterion::MeanError)
      ASSERT_EQ(int64_t(got.differences.sum), least);
    else
      ASSERT_EQ(got.differences.movedThresholds, least);
    inexact += tolerance > 0;
    constant += best.multiplicand == 0;
  }
  EXPECT_GT(inexact, 1000u);
  EXPECT_GT(constant, 30u);
}

TEST(Approximate, FiguresAreThoseOfTheCertificate) {
  Draw pick = {std::mt19937_64(6)};
  for (int i = 0; i < 2000; ++i) {
    const Sample sample = drawSample(pick.random, 8);
    const Thresholds original =
        llvm::cantFail(getThresholds(sample.staircase, sample.range));
    const unsigned bits = unsigned(pick(4, 16));
    NarrowOptions options;
    options.maxMultiplicand = getMaxMultiplicand(bits, false);
    if (pick(0, 4) == 0)
      options.addendRule = AddendRule::InBias;
    llvm::Expected<Approximation> got =
        approximate(original, options,
                    bits <= 10 ? static_cast<Criterion>(pick(0, 2))
                               : Criterion::Multiplicand);
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

/// The two searches for the least mean error, by thresholds and by bins, agree
/// at real widths, and no other criterion's answer has less.
TEST(Approximate, UniformHistogramIsNone) {
  Draw pick = {std::mt19937_64(10)};
  unsigned inexact = 0;
  for (int i = 0; i < 4000; ++i) {
    const Sample sample = drawSample(pick.random, unsigned(pick(4, 8)));
    if (sample.range.high - sample.range.low > 1500)
      continue;
    const Thresholds original =
        llvm::cantFail(getThresholds(sample.staircase, sample.range));
    std::vector<HistogramBin> histogram;
    for (Int128 d = sample.range.low; d <= sample.range.high; ++d)
      histogram.push_back({d, 1});
    NarrowOptions options;
    options.maxMultiplicand = getMaxMultiplicand(unsigned(pick(1, 8)), false);
    options.tolerance = pick(0, 3) ? 0 : pick(1, 3);
    const auto solve = [&](Criterion criterion,
                           llvm::ArrayRef<HistogramBin> weights = {}) {
      return llvm::cantFail(approximate(original, options, criterion, weights));
    };
    const Differences mean = solve(Criterion::MeanError).differences;
    const Differences weighted =
        solve(Criterion::MeanError, histogram).differences;
    ASSERT_EQ(int64_t(mean.sum), int64_t(weighted.sum)) << "sample " << i;
    ASSERT_EQ(int64_t(mean.total), int64_t(weighted.total));
    const Differences moved = solve(Criterion::MovedThresholds).differences;
    const Differences least = solve(Criterion::Multiplicand).differences;
    ASSERT_LE(int64_t(mean.sum), int64_t(std::min(moved.sum, least.sum)));
    ASSERT_LE(moved.movedThresholds,
              std::min(mean.movedThresholds, least.movedThresholds));
    inexact += mean.largest > 0;
  }
  EXPECT_GT(inexact, 100u);
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

/// Without a clamp that is reached no addend, of both multiplicands next to the
/// slope, has less error on the histogram; and the figures are those counted.
TEST(ApproximateObserved, NoAddendIsBetter) {
  Draw pick = {std::mt19937_64(11)};
  unsigned inexact = 0, none = 0;
  for (int i = 0; i < 3000; ++i) {
    Staircase staircase = pick.drawSmall();
    staircase.multiplicand = pick(1, 40);
    const bool isClamped = pick(0, 1);
    if (!isClamped) {
      staircase.clampMin = -99999;
      staircase.clampMax = 99999;
    }
    const int64_t low = pick(-60, 20), high = low + pick(0, 80);
    const Thresholds original =
        llvm::cantFail(getThresholds(staircase, {low, high}));
    std::vector<HistogramBin> histogram;
    for (int64_t d = low; d <= high; ++d)
      if (d == high || pick(0, 2) == 0)
        histogram.push_back({d, uint64_t(pick(1, 20))});
    NarrowOptions options;
    options.maxMultiplicand = pick(1, 9);
    options.minShift = pick(0, 3) ? 0 : unsigned(pick(0, 4));
    options.maxShift = unsigned(pick(options.minShift, 9));
    const auto getCost = [&](int64_t multiplicand, unsigned shift,
                             int64_t addend) {
      Staircase candidate = staircase;
      candidate.multiplicand = multiplicand;
      candidate.shift = shift;
      candidate.rounding = Rounding::Addend;
      candidate.addend = candidate.negativeAddend = addend;
      int64_t cost = 0;
      for (const auto &[d, weight] : histogram) {
        const Int128 x = d + staircase.inputZeroPoint;
        cost += int64_t(weight) *
                std::abs(evaluate(candidate, x) - evaluate(staircase, x));
      }
      return cost;
    };
    llvm::Expected<Approximation> got =
        approximateObserved(original, {staircase.multiplicand, staircase.shift},
                            options, histogram);
    if (!got) {
      EXPECT_EQ(llvm::toString(got.takeError()),
                "no staircase meets the options");
      // More than twice as steep as the steepest.
      EXPECT_GE(staircase.multiplicand << options.minShift,
                2 * options.maxMultiplicand << staircase.shift);
      ++none;
      continue;
    }
    const Narrowing &best = got->narrowing;
    ASSERT_LE(best.multiplicand, options.maxMultiplicand);
    ASSERT_GE(best.shift, options.minShift);
    ASSERT_LE(best.shift, options.maxShift);
    for (Int128 addend : {best.addends.least, best.addends.greatest})
      ASSERT_EQ(getCost(best.multiplicand, best.shift, int64_t(addend)),
                int64_t(got->differences.sum))
          << "sample " << i;
    inexact += got->differences.sum != 0;
    if (isClamped)
      continue;
    // Those next to the slope at the greatest shift that has both.
    unsigned shift = options.maxShift;
    const auto getBelow = [&] {
      return (staircase.multiplicand << shift) >> staircase.shift;
    };
    while (shift > options.minShift && getBelow() >= options.maxMultiplicand)
      --shift;
    for (int64_t multiplicand : {getBelow(), getBelow() + 1}) {
      if (multiplicand < 1 || multiplicand > options.maxMultiplicand)
        continue;
      // Far and near.
      const int64_t center = int64_t(best.addends.least);
      for (int j = 0; j < 300; ++j) {
        const int64_t reach = int64_t(1) << pick(0, shift + 7);
        const int64_t addend = center + pick(-reach, reach);
        ASSERT_LE(int64_t(got->differences.sum),
                  getCost(multiplicand, shift, addend))
            << "sample " << i << ", " << multiplicand << " and " << addend;
      }
    }
  }
  EXPECT_GT(inexact, 500u);
  EXPECT_GT(none, 50u);
}

} // namespace
