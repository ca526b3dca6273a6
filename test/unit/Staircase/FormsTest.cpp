//===- FormsTest.cpp - Every rung's arithmetic against the staircase ------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The forms that are found are computed as docs/Lowering.md says, one operation
// of 32 bits after the other, and every value has to fit where the inequalities
// say that it does: exhaustively for accumulators of up to 16 bits, at every
// threshold and the ends above.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Forms.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

using namespace staircase;

namespace {

/// Computes a quotient of one row, and says so where a value does not fit.
class Machine {
public:
  bool fits = true;

  Int128 compute(const Form &form, const Row &row, const Facts &facts,
                 Int128 d) {
    const Int128 m = row.multiplicand;
    const int s = int(row.shift);
    if (form.isClamped)
      d = std::clamp(d, form.differences.low, form.differences.high);
    const Int128 b = d < 0 ? row.negativeAddend : row.addend;
    const Int128 sum = m * d + b;
    fits &= form.sums.low <= std::min(m * d, sum) &&
            std::max(m * d, sum) <= form.sums.high;
    switch (form.rung) {
    case Rung::Multiply32:
      return i32(i32(i32(m) * i32(d)) + i32(b)) >> s;
    case Rung::TwoLimbs: {
      const int h = int(getLimbBits(facts));
      const Int128 power = Int128(1) << h;
      fits &= b % power == 0 && s >= h;
      const Int128 high = i32(d) >> h, low = d & (power - 1);
      const Int128 upper = i32(i32(m * high) + i32(b >> h));
      return i32(upper + (u32(m * low) >> h)) >> (s - h);
    }
    case Rung::Estimate: {
      const int e = int(getEstimateBits(facts.multiplicand.high));
      const Int128 error = std::min<Int128>(0, form.differences.low);
      const Int128 estimate = i32(i32((m >> e) * d) + i32((b >> e) + error));
      fits &= s >= e && s <= 31;
      const Int128 first = estimate >> (s - e);
      const uint32_t rest =
          uint32_t(m) * uint32_t(d) + uint32_t(b) - (uint32_t(first) << s);
      return first + (rest >> s);
    }
    case Rung::MultiplyHigh: {
      const int a = int(getHighBits(facts));
      const Int128 power = Int128(1) << a;
      fits &= b % power == 0 && s >= a;
      const Int128 high = (i32(m) * i32(d << (32 - a))) >> 32;
      return i32(high + i32(b / power)) >> (s - a);
    }
    case Rung::RoundingHigh:
    case Rung::RoundingHigh16: {
      const int w = int(getWidth(form.rung));
      const int a = int(getRoundedBits(facts, unsigned(w)));
      const Int128 unit = Int128(1) << a;
      fits &= (b & (unit - 1)) == unit / 2 && s >= a;
      const Int128 product = in(w, m) * in(w, d << (w - 1 - a));
      const Int128 high = in(w, (product + (Int128(1) << (w - 2))) >> (w - 1));
      return in(w, high + (b >> a)) >> (s - a);
    }
    case Rung::Multiply64:
      return i64(i64(m * d) + i64(b)) >> s;
    }
    return 0;
  }

private:
  Int128 in(int width, Int128 value) {
    fits &= Interval{value, value}.fits(unsigned(width));
    return value;
  }
  Int128 i32(Int128 value) { return in(32, value); }
  Int128 u32(Int128 value) {
    fits &= value >= 0 && value <= UINT32_MAX;
    return value;
  }
  Int128 i64(Int128 value) {
    fits &= value >= INT64_MIN && value <= INT64_MAX;
    return value;
  }
};

struct Layer {
  std::vector<Staircase> staircases;
  std::vector<Thresholds> channels;
};

/// Channels whose scales are within a factor of 2^6, with accumulators of up to
/// `bits`.
Layer drawLayer(std::mt19937_64 &random, unsigned bits) {
  const auto pick = [&](int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  };
  Layer layer;
  Staircase frame;
  frame.clampMin = -128;
  frame.clampMax = 127;
  frame.outputZeroPoint = pick(0, 1) ? -128 : pick(-128, 127);
  const int64_t kinds = pick(0, 5);
  const unsigned middle = unsigned(pick(2, int(bits) - 6));
  for (int64_t i = 0, e = pick(1, 5); i < e; ++i) {
    Staircase s = frame;
    s.multiplicand = (int64_t(1) << 30) | int64_t(random() >> 34);
    s.shift = unsigned(31 + middle + pick(0, 6) - 3);
    s.rounding = static_cast<Rounding>(kinds);
    s.addend = pick(0, (int64_t(1) << s.shift) - 1);
    s.negativeAddend = pick(0, s.addend);
    Range range;
    range.low = -pick(0, (int64_t(1) << (bits - 1)) - 1);
    range.high = pick(1, (int64_t(1) << (bits - 1)) - 1);
    if (pick(0, 3) == 0)
      range.low = 0;
    llvm::Expected<Thresholds> thresholds = getThresholds(s, range);
    if (!thresholds) {
      llvm::consumeError(thresholds.takeError());
      continue;
    }
    layer.staircases.push_back(s);
    layer.channels.push_back(std::move(*thresholds));
  }
  return layer;
}

/// Whether the form is right at `d`.
bool isRight(const Form &form, const Layer &layer, size_t i, const Facts &facts,
             Int128 d) {
  Machine machine;
  const Staircase &s = layer.staircases[i];
  const Int128 quotient = machine.compute(form, form.rows[i], facts, d);
  const Int128 code =
      std::clamp<Int128>(quotient + form.zeroPoint, s.clampMin, s.clampMax);
  return machine.fits && code == evaluate(s, d + s.inputZeroPoint);
}

/// Every accumulator, or those that are likely to be wrong.
void checkForm(const Form &form, const Layer &layer, unsigned bits,
               std::mt19937_64 &random) {
  ASSERT_EQ(findMiss(form), "");
  ASSERT_EQ(form.rows.size(), layer.channels.size());
  const Facts facts = getFacts(form);
  for (size_t i = 0; i < layer.channels.size(); ++i) {
    const Thresholds &channel = layer.channels[i];
    const auto at = [&](Int128 d) {
      if (d < channel.range.low || d > channel.range.high)
        return;
      ASSERT_TRUE(isRight(form, layer, i, facts, d))
          << "rung " << int(form.rung) << " bits " << bits << " channel " << i
          << " d " << int64_t(d) << ": m " << int64_t(form.rows[i].multiplicand)
          << " s " << form.rows[i].shift << " b "
          << int64_t(form.rows[i].addend) << ", "
          << int64_t(form.rows[i].negativeAddend);
    };
    if (bits <= 16) {
      for (Int128 d = channel.range.low; d <= channel.range.high; ++d)
        ASSERT_NO_FATAL_FAILURE(at(d));
      continue;
    }
    for (const Int128 d : channel.steps)
      for (int64_t offset : {-1, 0, 1})
        ASSERT_NO_FATAL_FAILURE(at(d + offset));
    for (const Int128 d : {channel.range.low, channel.range.high})
      ASSERT_NO_FATAL_FAILURE(at(d));
    for (int k = 0; k < 50; ++k)
      ASSERT_NO_FATAL_FAILURE(
          at(channel.range.low +
             Int128(random() %
                    uint64_t(channel.range.high - channel.range.low + 1))));
  }
}

void check(unsigned bits, int samples, std::map<Rung, int> &found) {
  std::mt19937_64 random(bits);
  for (int n = 0; n < samples; ++n) {
    const Layer layer = drawLayer(random, bits);
    if (layer.channels.empty())
      continue;
    for (Rung rung : kRungs) {
      std::string miss;
      const std::vector<Form> forms = findForms(rung, layer.channels, miss);
      ASSERT_EQ(forms.empty(), !miss.empty()) << int(rung);
      found[rung] += !forms.empty();
      for (const Form &form : forms)
        ASSERT_NO_FATAL_FAILURE(checkForm(form, layer, bits, random))
            << "sample " << n;
    }
  }
}

TEST(Forms, Exhaustive) {
  std::map<Rung, int> found;
  for (unsigned bits : {9, 12, 14})
    ASSERT_NO_FATAL_FAILURE(check(bits, 30, found));
  ASSERT_NO_FATAL_FAILURE(check(16, 8, found));
  for (Rung rung : kRungs)
    EXPECT_GT(found[rung], 30) << int(rung);
}

TEST(Forms, Seeded) {
  std::map<Rung, int> found;
  for (unsigned bits : {18, 20, 22, 26, 31})
    ASSERT_NO_FATAL_FAILURE(check(bits, 40, found));
  for (Rung rung : kRungs)
    // Multiplicands of 15 bits are enough for few of these layers.
    EXPECT_GT(found[rung], rung == Rung::RoundingHigh16 ? 2 : 20) << int(rung);
}

} // namespace
