//===- NarrowTest.cpp - The solver against trying everything --------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No smaller multiplicand exists, and no other addend: the solver against a
// search that looks at every accumulator by itself and tries every multiplicand
// at every shift. It knows no thresholds, hulls or slopes. Exhaustive at small
// widths, seeded random values and corners above.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Narrow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

using namespace staircase;

namespace {

constexpr Rounding kModes[] = {Rounding::HalfUp,   Rounding::Double,
                               Rounding::Floor,    Rounding::HalfEven,
                               Rounding::HalfAway, Rounding::Addend};

/// Thresholds of what is known to have some.
Thresholds take(const Staircase &s, const Range &range) {
  llvm::Expected<Thresholds> thresholds = getThresholds(s, range);
  if (!thresholds) {
    ADD_FAILURE() << llvm::toString(thresholds.takeError());
    return {};
  }
  return std::move(*thresholds);
}

std::string describe(const Staircase &s) {
  return "m=" + std::to_string(s.multiplicand) +
         " s=" + std::to_string(s.shift) +
         " mode=" + std::to_string(int(s.rounding)) +
         " b=" + std::to_string(s.addend) + "," +
         std::to_string(s.negativeAddend) +
         " z=" + std::to_string(s.outputZeroPoint) +
         " clamp=" + std::to_string(s.clampMin) + "," +
         std::to_string(s.clampMax);
}

std::string describe(const Range &range) {
  return "range=" + std::to_string(int64_t(range.low)) + ".." +
         std::to_string(int64_t(range.high)) + " by " +
         std::to_string(int64_t(range.stride));
}

//===----------------------------------------------------------------------===//
// The search
//===----------------------------------------------------------------------===//

/// The codes of `members`, one for one, with the accumulators less their zero
/// point.
struct Samples {
  std::vector<int64_t> members;
  std::vector<int64_t> codes;
  Staircase frame;
};

Samples sample(const Staircase &s, const Range &range) {
  Samples samples;
  samples.frame = s;
  for (Int128 d = range.low; d <= range.high; d += range.stride) {
    samples.members.push_back(int64_t(d));
    samples.codes.push_back(evaluate(s, d + s.inputZeroPoint));
  }
  return samples;
}

/// The addends with which `m` at `shift` is right at every member that
/// `include` takes, each member asked on its own.
template <typename Predicate>
IntegerInterval searchAddends(const Samples &samples, int64_t m, unsigned shift,
                              int64_t tolerance, IntegerInterval addends,
                              Predicate include) {
  const Staircase &s = samples.frame;
  for (size_t i = 0; i < samples.members.size() && !addends.isEmpty(); ++i) {
    const int64_t d = samples.members[i], code = samples.codes[i];
    if (!include(d))
      continue;
    const int64_t least = code - tolerance, greatest = code + tolerance;
    const Int128 divisor = Int128(1) << shift;
    if (least > s.clampMin)
      addends.least = std::max(
          addends.least, (least - s.outputZeroPoint) * divisor - Int128(m) * d);
    if (greatest < s.clampMax)
      addends.greatest = std::min(addends.greatest,
                                  (greatest + 1 - s.outputZeroPoint) * divisor -
                                      1 - Int128(m) * d);
  }
  return addends;
}

/// Whether a multiplicand at a shift works under the options.
bool searchAt(const Samples &samples, int64_t m, unsigned shift,
              const NarrowOptions &options) {
  if (!options.palette.empty() && !llvm::is_contained(options.palette, m))
    return false;
  const auto find = [&](auto include) {
    const bool isFixed = options.addendRule == AddendRule::None ||
                         options.addendRule == AddendRule::HalfUp;
    const Int128 half = Int128(1) << (isFixed ? 63 : options.addendBits - 1);
    return searchAddends(samples, m, shift, options.tolerance,
                         {-half, half - 1}, include);
  };
  const auto everywhere = [](int64_t) { return true; };
  const auto hasMultiple = [&](const IntegerInterval &addends) {
    const Int128 unit = Int128(1) << options.addendUnit;
    for (Int128 b = addends.least;
         b <= addends.greatest && b < addends.least + unit; ++b)
      if (b % unit == 0)
        return true;
    return false;
  };
  switch (options.addendRule) {
  case AddendRule::Free:
    return hasMultiple(find(everywhere));
  case AddendRule::None:
    return find(everywhere).contains(0);
  case AddendRule::HalfUp:
    return find(everywhere).contains(shift ? Int128(1) << (shift - 1) : 0);
  case AddendRule::InBias: {
    const IntegerInterval addends = find(everywhere);
    if (m == 0)
      return addends.contains(0);
    for (Int128 b = addends.least;
         b <= addends.greatest && b < addends.least + m; ++b)
      if (b % m == 0)
        return true;
    return false;
  }
  case AddendRule::BySign:
    return hasMultiple(find([](int64_t d) { return d < 0; })) &&
           hasMultiple(find([](int64_t d) { return d >= 0; }));
  }
  return false;
}

/// The least multiplicand and its least shift, trying all.
std::optional<std::pair<int64_t, unsigned>>
search(const Samples &samples, const NarrowOptions &options) {
  for (int64_t m = 0; m <= options.maxMultiplicand; ++m)
    for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift)
      if (searchAt(samples, m, shift, options))
        return std::make_pair(m, shift);
  return std::nullopt;
}

/// The narrowing is the search's, and what it makes of the original is right
/// for the ends of its addends too.
::testing::AssertionResult agrees(const Staircase &s, const Range &range,
                                  const NarrowOptions &options) {
  const Samples samples = sample(s, range);
  const auto expected = search(samples, options);
  const std::optional<Narrowing> got = narrow(take(s, range), options);
  const auto fail = [&](const std::string &text) {
    auto result = ::testing::AssertionFailure();
    result << describe(s) << " " << describe(range)
           << " rule=" << int(options.addendRule)
           << " bits=" << options.addendBits << " e=" << options.tolerance
           << " unit=" << options.addendUnit << ": " << text << ", expected ";
    if (expected)
      return result << expected->first << " >> " << expected->second;
    return result << "none";
  };
  if (!got)
    return expected ? fail("none") : ::testing::AssertionSuccess();
  if (!expected || got->multiplicand != expected->first ||
      got->shift != expected->second)
    return fail(std::to_string(got->multiplicand) + " >> " +
                std::to_string(got->shift));

  // Every addend of the interval is right, the next one on either side wrong.
  const auto isRight = [&](Int128 positive, Int128 negative) {
    if (options.addendRule == AddendRule::InBias) {
      positive *= got->multiplicand;
      negative *= got->multiplicand;
    }
    Staircase candidate = s;
    candidate.multiplicand = got->multiplicand;
    candidate.shift = got->shift;
    candidate.rounding = Rounding::Addend;
    candidate.addend = int64_t(positive);
    candidate.negativeAddend = int64_t(negative);
    for (size_t i = 0; i < samples.members.size(); ++i) {
      const int64_t code =
          evaluate(candidate, samples.members[i] + s.inputZeroPoint);
      if (std::abs(code - samples.codes[i]) > options.tolerance)
        return false;
    }
    return true;
  };
  const auto [least, greatest] = got->addends;
  const auto [negativeLeast, negativeGreatest] = got->negativeAddends;
  if (!isRight(least, negativeLeast) || !isRight(greatest, negativeGreatest))
    return fail("an addend that is wrong");
  const int64_t unit = int64_t(1) << options.addendUnit;
  if (least % unit || greatest % unit || negativeLeast % unit ||
      negativeGreatest % unit)
    return fail("an addend that is no multiple of the unit");
  if (options.addendRule == AddendRule::Free && options.addendBits == 64) {
    if (least >= INT64_MIN + unit && isRight(least - unit, least - unit))
      return fail("too great a least addend");
    if (greatest <= INT64_MAX - unit &&
        isRight(greatest + unit, greatest + unit))
      return fail("too small a greatest addend");
  }
  const Staircase applied = applyNarrowing(s, *got);
  for (size_t i = 0; i < samples.members.size(); ++i)
    if (std::abs(evaluate(applied, samples.members[i] + s.inputZeroPoint) -
                 samples.codes[i]) > options.tolerance)
      return fail("a wrong staircase");
  if (range.stride == 1 && options.tolerance == 0 && !isMonotone(applied))
    return fail("a falling staircase");
  return ::testing::AssertionSuccess();
}

/// Every rounding mode on int4 codes.
template <typename Function>
void forEachStaircase(int64_t maxMultiplicand, unsigned maxShift,
                      Function function) {
  for (int64_t m = 0; m <= maxMultiplicand; ++m)
    for (unsigned shift = 0; shift <= maxShift; ++shift)
      for (Rounding rounding : kModes) {
        Staircase s;
        s.multiplicand = m;
        s.shift = shift;
        s.rounding = rounding;
        s.addend = 3;
        s.negativeAddend = 1;
        s.inputZeroPoint = 2;
        s.clampMin = -8;
        s.clampMax = 7;
        function(s);
      }
}

NarrowOptions getSmall(AddendRule rule) {
  NarrowOptions options;
  options.addendRule = rule;
  options.maxShift = 11;
  options.maxMultiplicand = 63;
  return options;
}

TEST(Narrow, ExhaustiveFreeAddend) {
  forEachStaircase(63, 9, [](const Staircase &s) {
    for (const Range &range : {Range{-128, 127}, Range{-9, 40}, Range{3, 30},
                               Range{-100, -1}, Range{0, 255}, Range{5, 5}})
      ASSERT_TRUE(agrees(s, range, getSmall(AddendRule::Free)));
  });
}

/// The least multiplicand and shift that are right on a range, and their
/// addends, for ranges that grow to the right: what fails on one fails on all
/// that contain it, so the search goes on from where it was.
class GrowingSearch {
public:
  explicit GrowingSearch(const Staircase &frame) : samples{{}, {}, frame} {}

  void append(int64_t d) {
    samples.members.push_back(d);
    samples.codes.push_back(
        evaluate(samples.frame, d + samples.frame.inputZeroPoint));
    constrain(samples.members.size() - 1);
    while (addends.isEmpty() && multiplicand <= kMaxMultiplicand) {
      shift = shift == kMaxShift ? 0 : shift + 1;
      multiplicand += shift == 0;
      addends = kAll;
      // From both ends: there most candidates fail.
      for (size_t i = 0, n = samples.members.size();
           i < n && !addends.isEmpty(); ++i)
        constrain(i % 2 ? n - 1 - i / 2 : i / 2);
    }
  }

  static constexpr int64_t kMaxMultiplicand = 63;
  static constexpr unsigned kMaxShift = 11;
  int64_t multiplicand = 0;
  unsigned shift = 0;
  IntegerInterval addends = kAll;

private:
  static constexpr IntegerInterval kAll = {INT64_MIN, INT64_MAX};

  /// The addends with which this member's code is right.
  void constrain(size_t i) {
    const Staircase &s = samples.frame;
    const int64_t product = multiplicand * samples.members[i];
    const int64_t quotient = samples.codes[i] - s.outputZeroPoint;
    if (samples.codes[i] > s.clampMin)
      addends.least =
          std::max<Int128>(addends.least, (quotient << shift) - product);
    if (samples.codes[i] < s.clampMax)
      addends.greatest = std::min<Int128>(
          addends.greatest, ((quotient + 1) << shift) - 1 - product);
  }

  Samples samples;
};

/// All ranges within -128 to 127 and from 0 to at most 255, 127 million with
/// the staircases; without RESCALE_EXHAUSTIVE about one in four hundred.
TEST(Narrow, ExhaustiveRanges) {
  const bool isAll = std::getenv("RESCALE_EXHAUSTIVE") != nullptr;
  uint64_t ranges = 0, solvable = 0, number = 0;
  const auto testFrom = [&](const Staircase &s, int64_t low, int64_t end) {
    GrowingSearch search(s);
    for (int64_t high = low; high <= end; ++high) {
      search.append(high);
      if (!isAll && (++number * 0x9e3779b97f4a7c15) >> 58)
        continue;
      const std::optional<Narrowing> got =
          narrow(take(s, {low, high}), getSmall(AddendRule::Free));
      ++ranges;
      const bool isFound =
          search.multiplicand <= GrowingSearch::kMaxMultiplicand;
      ASSERT_EQ(got.has_value(), isFound)
          << describe(s) << " " << describe(Range{low, high});
      if (!got)
        continue;
      ++solvable;
      ASSERT_TRUE(got->multiplicand == search.multiplicand &&
                  got->shift == search.shift &&
                  got->addends.least == search.addends.least &&
                  got->addends.greatest == search.addends.greatest)
          << describe(s) << " " << describe(Range{low, high}) << ": "
          << got->multiplicand << " >> " << got->shift << ", expected "
          << search.multiplicand << " >> " << search.shift;
    }
  };
  forEachStaircase(63, 9, [&](const Staircase &s) {
    for (int64_t low = -128; low < 128; low += isAll ? 1 : 1 + number % 13)
      if (!::testing::Test::HasFatalFailure())
        testFrom(s, low, 127);
    if (!::testing::Test::HasFatalFailure())
      testFrom(s, 0, 255);
  });
  EXPECT_GT(ranges, 50000u);
  EXPECT_GT(solvable, ranges / 2);
  std::cout << ranges << " ranges, of which " << solvable
            << " have a solution\n";
}

TEST(Narrow, ExhaustiveRules) {
  forEachStaircase(31, 8, [](const Staircase &s) {
    for (AddendRule rule : {AddendRule::None, AddendRule::HalfUp,
                            AddendRule::InBias, AddendRule::BySign})
      for (const Range &range : {Range{-40, 47}, Range{2, 60}, Range{-60, -3}})
        ASSERT_TRUE(agrees(s, range, getSmall(rule)));
  });
}

TEST(Narrow, SeededOptions) {
  std::mt19937_64 random(5);
  const auto pick = [&](int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  };
  for (int i = 0; i < 60000; ++i) {
    Staircase s;
    s.multiplicand = pick(0, 40);
    s.shift = pick(0, 8);
    s.rounding = kModes[pick(0, 5)];
    s.addend = pick(-40, 90);
    s.negativeAddend = std::min(s.addend, pick(-60, 60));
    s.inputZeroPoint = pick(-5, 5);
    s.outputZeroPoint = pick(-9, 9);
    s.clampMin = pick(-9, 3);
    s.clampMax = pick(s.clampMin, 9);
    Range range;
    range.low = pick(-70, 50);
    range.high = range.low + pick(0, 90);
    range.stride = pick(0, 2) ? 1 : pick(1, 6);
    NarrowOptions options = getSmall(static_cast<AddendRule>(pick(0, 4)));
    options.addendBits = pick(0, 1) ? 64 : pick(1, 10);
    options.minShift = pick(0, 3) ? 0 : pick(0, 7);
    options.maxShift = pick(options.minShift, 11);
    options.maxMultiplicand = pick(1, 60);
    if (options.addendRule != AddendRule::BySign)
      options.tolerance = pick(0, 2) ? 0 : pick(1, 3);
    const int64_t palette[] = {pick(0, 9), pick(3, 40), pick(3, 40)};
    if (!pick(0, 3))
      options.palette = palette;
    else if (options.addendRule == AddendRule::Free ||
             options.addendRule == AddendRule::BySign)
      options.addendUnit = pick(0, 5);
    ASSERT_TRUE(agrees(s, range, options));
  }
}

TEST(Narrow, EveryAddendAtTinyWidths) {
  // The addends themselves tried one by one, against the interval.
  for (int64_t m = 0; m < 12; ++m)
    for (unsigned shift = 0; shift < 5; ++shift) {
      Staircase s;
      s.multiplicand = m;
      s.shift = shift;
      s.clampMin = -4;
      s.clampMax = 3;
      const Samples samples = sample(s, {-8, 9});
      const Narrower narrower(take(s, {-8, 9}), getSmall(AddendRule::Free));
      for (unsigned tried = 0; tried < 6; ++tried) {
        const std::optional<Narrowing> got = narrower.solveAt(tried);
        int64_t least = -1;
        std::set<int64_t> addends;
        for (int64_t candidate = 0; candidate < 64 && addends.empty();
             ++candidate)
          for (int64_t b = -800; b <= 800; ++b) {
            Staircase other = s;
            other.multiplicand = candidate;
            other.shift = tried;
            other.rounding = Rounding::Addend;
            other.addend = other.negativeAddend = b;
            bool isEqual = true;
            for (size_t i = 0; i < samples.members.size() && isEqual; ++i)
              isEqual = evaluate(other, samples.members[i]) == samples.codes[i];
            if (isEqual) {
              least = candidate;
              addends.insert(b);
            }
          }
        ASSERT_EQ(got.has_value(), !addends.empty());
        if (!got)
          continue;
        ASSERT_EQ(got->multiplicand, least);
        ASSERT_EQ(int64_t(std::max<Int128>(got->addends.least, -800)),
                  *addends.begin());
        ASSERT_EQ(int64_t(std::min<Int128>(got->addends.greatest, 800)),
                  *addends.rbegin());
      }
    }
}

TEST(NarrowLayer, ExhaustiveSharedShift) {
  std::mt19937_64 random(17);
  for (int i = 0; i < 3000; ++i) {
    const NarrowOptions options =
        getSmall(random() % 2 ? AddendRule::Free : AddendRule::HalfUp);
    std::vector<Samples> samples;
    std::vector<Thresholds> channels;
    for (int channel = 0; channel < 3; ++channel) {
      Staircase s;
      s.multiplicand = 1 + random() % 31;
      s.shift = 3 + random() % 5;
      s.clampMin = -8;
      s.clampMax = 7;
      const Range range = {-int(random() % 60), int(random() % 60)};
      samples.push_back(sample(s, range));
      channels.push_back(take(s, range));
    }
    // The fewest bits that do for all channels at one shift.
    unsigned expected = 99;
    for (unsigned shift = 0; shift <= options.maxShift; ++shift) {
      unsigned widest = 0;
      for (const Samples &channel : samples) {
        int64_t m = 0;
        while (m < 64 && !searchAt(channel, m, shift, options))
          ++m;
        widest = std::max(widest, m < 64 ? getMagnitudeBits(m) : 99);
      }
      expected = std::min(expected, widest);
    }
    const auto layer = narrowLayer(channels, options);
    ASSERT_EQ(layer.has_value(), expected < 99);
    if (!layer)
      continue;
    unsigned widest = 0;
    for (const Narrowing &channel : *layer) {
      ASSERT_EQ(channel.shift, layer->front().shift);
      widest = std::max(widest, getMagnitudeBits(channel.multiplicand));
    }
    ASSERT_EQ(widest, expected);

    // The answer to "are so many bits enough" turns exactly there.
    NarrowOptions limited = options;
    limited.maxMultiplicand = getMaxMultiplicand(expected, false);
    ASSERT_TRUE(narrowLayer(channels, limited));
    if (expected > 0) {
      limited.maxMultiplicand = getMaxMultiplicand(expected - 1, false);
      ASSERT_FALSE(narrowLayer(channels, limited));
    }
  }
}

//===----------------------------------------------------------------------===//
// Corners
//===----------------------------------------------------------------------===//

TEST(Narrow, OneCodeNeedsNoMultiplicand) {
  Staircase s;
  s.clampMin = -128;
  s.clampMax = 127;
  // Saturated below, above, and by the multiplicand.
  for (const Range &range :
       {Range{-900, -200}, Range{200, 900}, Range{-5, -5}}) {
    const std::optional<Narrowing> got = narrow(take(s, range));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->multiplicand, 0);
    EXPECT_EQ(got->shift, 0u);
  }
  s.multiplicand = 0;
  const std::optional<Narrowing> got = narrow(take(s, {INT64_MIN, INT64_MAX}));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->multiplicand, 0);
  EXPECT_EQ(int64_t(got->addends.least), 0);
  EXPECT_EQ(int64_t(got->addends.greatest), 0);
  EXPECT_EQ(applyNarrowing(s, *got).rounding, Rounding::Floor);
}

TEST(Narrow, OneStepHasNoGreatestSlope) {
  Staircase s;
  s.multiplicand = 1 << 20;
  s.shift = 24;
  s.clampMin = 0;
  s.clampMax = 1;
  const Thresholds thresholds = take(s, {-1000, 1000});
  ASSERT_EQ(thresholds.steps.size(), 1u);
  const Separation separation(thresholds, -1000, 1000);
  EXPECT_TRUE(separation.isFeasible());
  EXPECT_FALSE(separation.getUpper().isFinite());
  const std::optional<Narrowing> got = narrow(thresholds);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->multiplicand, 1);
  EXPECT_EQ(got->shift, 0u);
}

TEST(Narrow, WideAccumulatorsAndShifts) {
  for (unsigned shift : {0u, 1u, 31u, 32u, 62u, 63u})
    for (int64_t m :
         {int64_t(1), (int64_t(1) << 31) - 1, (int64_t(1) << 32) - 1})
      for (unsigned bits : {32u, 48u, 64u})
        for (bool isUnsigned : {false, true}) {
          Staircase s;
          s.multiplicand = m;
          s.shift = shift;
          s.clampMin = -128;
          s.clampMax = 127;
          const IntegerFormat format = {bits, isUnsigned};
          const Range range = {format.min(), format.max()};
          const Thresholds thresholds = take(s, range);
          const std::optional<Narrowing> got = narrow(thresholds);
          ASSERT_TRUE(got);
          EXPECT_LE(got->multiplicand, m);
          const Thresholds after = take(applyNarrowing(s, *got), range);
          EXPECT_EQ(after.firstCode, thresholds.firstCode);
          EXPECT_TRUE(after.steps == thresholds.steps);
        }
}

TEST(Narrow, DoubleRoundingBySign) {
  // Both signs reached: one addend cannot say 2^30 and -2^30, two can.
  Staircase s;
  s.multiplicand = 1518500251;
  s.shift = 38;
  s.rounding = Rounding::Double;
  s.clampMin = -128;
  s.clampMax = 127;
  NarrowOptions options;
  options.addendRule = AddendRule::BySign;
  const Thresholds thresholds = take(s, {-30000, 30000});
  EXPECT_FALSE(narrow(thresholds));
  const std::optional<Narrowing> got = narrow(thresholds, options);
  ASSERT_TRUE(got);
  const Staircase applied = applyNarrowing(s, *got);
  EXPECT_TRUE(isMonotone(applied));
  EXPECT_TRUE(take(applied, {-30000, 30000}).steps == thresholds.steps);
}

TEST(Narrow, ExampleOfTheDocument) {
  Staircase s;
  s.multiplicand = 1518500250;
  s.shift = 38;
  s.rounding = Rounding::Double;
  s.outputZeroPoint = -128;
  s.clampMin = -128;
  s.clampMax = 127;
  const std::optional<Narrowing> got = narrow(take(s, {-20000, 31000}));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->multiplicand, 741455);
  EXPECT_EQ(got->shift, 27u);
  EXPECT_EQ(applyNarrowing(s, *got).addend, 67635200);
}

TEST(Narrow, PlainestAddend) {
  EXPECT_EQ(int64_t(getPlainestAddend({-3, 9}, 4)), 0);
  EXPECT_EQ(int64_t(getPlainestAddend({5, 9}, 4)), 8);
  EXPECT_EQ(int64_t(getPlainestAddend({9, 15}, 3)), 12);
  EXPECT_EQ(int64_t(getPlainestAddend({9, 70}, 3)), 12);
  EXPECT_EQ(int64_t(getPlainestAddend({-70, -9}, 3)), -12);
  EXPECT_EQ(int64_t(getPlainestAddend({-7, -7}, 3)), -7);
}

TEST(Narrow, MaxMultiplicandOfPorts) {
  EXPECT_EQ(getMaxMultiplicand(8, false), 255);
  EXPECT_EQ(getMaxMultiplicand(8, true), 127);
  EXPECT_EQ(getMaxMultiplicand(32, false), UINT32_MAX);
  EXPECT_EQ(getMaxMultiplicand(33, true), UINT32_MAX);
}

} // namespace
