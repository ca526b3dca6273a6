//===- CertificateTest.cpp - True claims pass, untrue ones do not ---------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The checker against counting over every accumulator, against the solver on
// real widths, and against corrupted certificates.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Certificate.h"

#include "Random.h"
#include "rescale/Staircase/Narrow.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace staircase;

namespace {

/// "" or the reason of the refusal.
std::string test(const Certificate &certificate) {
  llvm::Error error = checkCertificate(certificate);
  return error ? llvm::toString(std::move(error)) : "";
}

TEST(Certificate, FiguresEqualToCounting) {
  std::mt19937_64 random(3);
  const auto pick = [&](int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  };
  unsigned equal = 0, wrong = 0;
  for (int i = 0; i < 100000; ++i) {
    Certificate c;
    c.original.multiplicand = pick(0, 40);
    c.original.shift = pick(0, 7);
    c.original.rounding = static_cast<Rounding>(pick(0, 5));
    c.original.addend = pick(-30, 60);
    c.original.negativeAddend = std::min(c.original.addend, pick(-40, 60));
    c.original.inputZeroPoint = pick(-3, 3);
    c.original.outputZeroPoint = pick(-4, 4);
    c.original.clampMin = pick(-9, 0);
    c.original.clampMax = pick(0, 9);
    c.replacement = c.original;
    if (pick(0, 1)) {
      c.replacement.multiplicand = 2 * c.original.multiplicand + pick(0, 1);
      c.replacement.shift = c.original.shift + 1;
      c.replacement.rounding = static_cast<Rounding>(pick(0, 5));
    } else {
      c.replacement.addend += pick(0, 2);
    }
    c.low = pick(-60, 20);
    c.high = c.low + pick(0, 80);
    c.stride = pick(0, 1) ? 1 : pick(1, 5);
    int64_t largest = 0, differing = 0;
    for (Int128 d = c.low; d <= c.high; d += c.stride) {
      const Int128 x = d + c.original.inputZeroPoint;
      const int64_t difference =
          std::abs(evaluate(c.original, x) - evaluate(c.replacement, x));
      largest = std::max(largest, difference);
      differing += difference != 0;
    }
    ASSERT_EQ(test(c).empty(), largest == 0) << test(c);
    c.largestDifference = largest;
    c.differing = differing;
    ASSERT_EQ(test(c), "");
    (largest ? wrong : equal) += 1;
    if (pick(0, 1))
      c.largestDifference += pick(0, 1) ? 1 : -1;
    else
      c.differing += pick(0, 1) ? 1 : -1;
    ASSERT_NE(test(c), "");
  }
  EXPECT_GT(equal, 10000u);
  EXPECT_GT(wrong, 10000u);
}

TEST(Certificate, AcceptsTheSolverOnRealWidths) {
  std::mt19937_64 random(4);
  unsigned solved = 0;
  for (int i = 0; i < 6000; ++i) {
    const Sample sample = drawSample(random, i % 50 ? 8 : 16);
    llvm::Expected<Thresholds> thresholds =
        getThresholds(sample.staircase, sample.range);
    ASSERT_TRUE(bool(thresholds));
    for (AddendRule rule :
         {AddendRule::Free, AddendRule::None, AddendRule::HalfUp,
          AddendRule::InBias, AddendRule::BySign}) {
      NarrowOptions options;
      options.addendRule = rule;
      const std::optional<Narrowing> narrowing = narrow(*thresholds, options);
      if (!narrowing)
        continue;
      ++solved;
      const Certificate certificate = {
          sample.staircase, applyNarrowing(sample.staircase, *narrowing),
          sample.range.low, sample.range.high, sample.range.stride};
      ASSERT_EQ(test(certificate), "")
          << "sample " << i << " rule " << int(rule);
      // At the thresholds and around them, with the reference.
      for (size_t j = 0; j < thresholds->steps.size(); j += 1 + j / 16)
        for (int offset = -1; offset <= 1; ++offset) {
          const Int128 x = thresholds->steps[j] + offset;
          if (x < sample.range.low || x > sample.range.high)
            continue;
          const Int128 accumulator = x + sample.staircase.inputZeroPoint;
          ASSERT_EQ(evaluate(sample.staircase, accumulator),
                    evaluate(certificate.replacement, accumulator));
        }
    }
  }
  EXPECT_GT(solved, 12000u);
}

/// One field changed, everything of it: a claim that has become untrue is
/// refused and one that has not, as where the addend stays in its interval, is
/// accepted. The second opinion is the thresholds of both.
TEST(Certificate, RefusesCorruptedFields) {
  std::mt19937_64 random(9);
  unsigned refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const Sample sample = drawSample(random, 8);
    llvm::Expected<Thresholds> thresholds =
        getThresholds(sample.staircase, sample.range);
    ASSERT_TRUE(bool(thresholds));
    const std::optional<Narrowing> narrowing = narrow(*thresholds);
    if (!narrowing)
      continue;
    Certificate c = {sample.staircase,
                     applyNarrowing(sample.staircase, *narrowing),
                     sample.range.low, sample.range.high};
    Staircase &s = random() % 2 ? c.replacement : c.original;
    switch (random() % 8) {
    case 0:
      s.multiplicand ^= int64_t(1) << random() % 31;
      break;
    case 1:
      s.shift ^= 1 << random() % 6;
      break;
    case 2:
      s.addend ^= int64_t(1) << random() % 62;
      s.negativeAddend = s.addend;
      s.rounding = Rounding::Addend;
      break;
    case 3:
      s.rounding = static_cast<Rounding>(random() % 6);
      break;
    case 4:
      s.outputZeroPoint ^= int64_t(1) << random() % 7;
      break;
    case 5:
      s.clampMin += 1;
      break;
    case 6:
      s.clampMax -= 1;
      break;
    case 7:
      c.high += (c.high - c.low) * Int128(random() % 8);
      break;
    }
    const Range range = {c.low, c.high};
    llvm::Expected<Thresholds> a = getThresholds(c.original, range);
    llvm::Expected<Thresholds> b = getThresholds(c.replacement, range);
    const bool isTrue =
        a && b && a->firstCode == b->firstCode && a->steps == b->steps;
    const bool isValid = a && b;
    llvm::consumeError(a.takeError());
    llvm::consumeError(b.takeError());
    // What has no thresholds falls or has too many codes; the checker may only
    // accept it where neither is so within the clamp.
    if (isValid)
      ASSERT_EQ(test(c).empty(), isTrue) << "sample " << i << ": " << test(c);
    refused += !isTrue;
  }
  EXPECT_GT(refused, 5000u);
}

TEST(Certificate, RefusesWhatIsMalformed) {
  Certificate c;
  c.original.clampMin = c.replacement.clampMin = -128;
  c.original.clampMax = c.replacement.clampMax = 127;
  c.low = -1000;
  c.high = 1000;
  EXPECT_EQ(test(c), "");
  const auto broken = [&](auto change) {
    Certificate other = c;
    change(other);
    return test(other);
  };
  EXPECT_EQ(broken([](Certificate &o) { o.low = 1001; }),
            "requires a range with low <= high of at most 66 bits and a "
            "positive stride");
  EXPECT_NE(broken([](Certificate &o) { o.stride = 0; }), "");
  EXPECT_NE(broken([](Certificate &o) { o.high = Int128(1) << 67; }), "");
  EXPECT_EQ(broken([](Certificate &o) { o.original.multiplicand = -1; }),
            "requires a multiplicand of 32 bits, a shift of at most 63 and a "
            "clamp with codes");
  EXPECT_NE(broken([](Certificate &o) { o.original.shift = 64; }), "");
  EXPECT_NE(broken([](Certificate &o) { o.replacement.clampMin = 200; }), "");
  EXPECT_EQ(broken([](Certificate &o) {
              o.replacement.rounding = Rounding::Addend;
              o.replacement.negativeAddend = 9;
            }),
            "requires staircases that never fall");
  EXPECT_EQ(broken([](Certificate &o) { o.replacement.clampMax = 126; }),
            "the staircases differ at an end of the range");
  EXPECT_EQ(broken([](Certificate &o) {
              o.original.shift = o.replacement.shift = 1;
              o.replacement.rounding = Rounding::Floor;
            }),
            "the staircases differ at a threshold");
  EXPECT_EQ(broken([](Certificate &o) { o.largestDifference = 1; }),
            "the largest difference is another one");
  EXPECT_EQ(broken([](Certificate &o) { o.differing = 1; }),
            "the number of differing accumulators is another one");
  EXPECT_EQ(broken([](Certificate &o) {
              o.original.clampMin = o.replacement.clampMin = INT32_MIN;
              o.original.clampMax = o.replacement.clampMax = INT32_MAX;
              o.high = Int128(1) << 40;
            }),
            "requires at most 2^20 codes in the range");
}

} // namespace
