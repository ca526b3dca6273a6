//===- Rungs.cpp - The arithmetics of a requantization --------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Rungs.h"

#include "rescale/Staircase/Arithmetic.h"
#include "rescale/Staircase/Integers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace staircase;

static std::string print(const Interval &interval) {
  return "[" + stringify(interval.low) + ", " + stringify(interval.high) + "]";
}

static std::string printPower(unsigned bits) {
  return "2^" + std::to_string(bits);
}

static Interval dropBits(const Interval &interval, unsigned bits) {
  return {interval.low >> int(bits), interval.high >> int(bits)};
}

Condition staircase::getFit(const std::string &term, unsigned width,
                            const Interval &interval,
                            const std::string &values) {
  return {term + " in " + std::to_string(width) + " bits",
          values + " in " + print(interval), interval.fits(width)};
}

/// What the addends have below 2^bits, if they are all the same there.
static std::optional<Int128> getLowerPart(const Facts &facts, unsigned bits) {
  if (facts.addendShift >= bits)
    return 0;
  if (facts.addends.isConstant())
    return facts.addends.low & ((Int128(1) << int(bits)) - 1);
  return std::nullopt;
}

/// The bits that are shifted out of the product before the rest of the shift.
static unsigned getFirstShift(Rung rung, const Facts &facts) {
  switch (rung) {
  case Rung::TwoLimbs:
    return getLimbBits(facts);
  case Rung::Estimate:
    return getEstimateBits(facts.multiplicand.high);
  case Rung::MultiplyHigh:
    return getHighBits(facts);
  case Rung::RoundingHigh:
  case Rung::RoundingHigh16:
    return getRoundedBits(facts, getWidth(rung));
  case Rung::Multiply32:
  case Rung::Multiply64:
    return 0;
  }
  return 0;
}

/// The zeros below the lowest one of the addends, if they have as many.
static std::optional<unsigned> getTrailingZeros(const Facts &facts) {
  if (!facts.addends.isConstant())
    return facts.hasOddAddends ? std::optional(facts.addendShift)
                               : std::nullopt;
  const Int128 b = facts.addends.low;
  if (b == 0)
    return std::nullopt;
  return llvm::Log2_64(uint64_t(b & -b));
}

/// What is computed of addends alone.
static Condition getAddendCondition(Rung rung, const Facts &facts) {
  const unsigned first = getFirstShift(rung, facts);
  const Condition upper =
      getFit("b / " + printPower(first), std::min(getWidth(rung), 32u),
             dropBits(facts.addends, first));
  const std::optional<Int128> lower = getLowerPart(facts, first);
  switch (rung) {
  case Rung::Multiply32:
    break;
  case Rung::Multiply64:
    return getFit("b", 64, facts.addends, "b");
  case Rung::Estimate:
    // Of a constant the remainder needs 32 bits alone.
    if (facts.addends.isConstant())
      return upper;
    break;
  case Rung::TwoLimbs:
    // A lower part that is not known has to be cut out.
    if (lower)
      return upper;
    break;
  case Rung::MultiplyHigh:
    if (lower && *lower == 0)
      return upper;
    return {"b as a multiple of " + printPower(first),
            "multiples of " + printPower(facts.addendShift) + " in " +
                print(facts.addends),
            /*holds=*/false};
  case Rung::RoundingHigh:
  case Rung::RoundingHigh16:
    if (getTrailingZeros(facts) == first - 1)
      return upper;
    return {"b as an odd multiple of " + printPower(first - 1),
            std::string(facts.hasOddAddends ? "odd " : "") + "multiples of " +
                printPower(facts.addendShift) + " in " + print(facts.addends),
            /*holds=*/false};
  }
  return getFit("b", 32, facts.addends, "b");
}

std::vector<Condition> staircase::getOperandConditions(Rung rung,
                                                       const Facts &facts) {
  const unsigned width = getWidth(rung);
  const Interval &m = facts.multiplicand;
  std::vector<Condition> conditions = {
      getFit("d", width, facts.differences, "d"), getFit("m", width, m, "m")};
  // Lower parts of the product are read as unsigned.
  if (rung == Rung::TwoLimbs || rung == Rung::Estimate)
    conditions.push_back(
        {"m >= 0", "m down to " + stringify(m.low), m.low >= 0});
  const unsigned least = getFirstShift(rung, facts);
  conditions.push_back({"s >= " + std::to_string(least),
                        "s down to " + stringify(facts.shift.low),
                        facts.shift.low >= least});
  if (rung == Rung::Estimate)
    conditions.push_back({"s <= 31", "s up to " + stringify(facts.shift.high),
                          facts.shift.high <= 31});
  conditions.push_back(getAddendCondition(rung, facts));
  return conditions;
}

/// With d = dh*2^h + dl and b likewise, m*dl + bl is unsigned, and its upper
/// part is at most m. What it is added to is therefore not above the sum over
/// 2^h, and not more than m below it.
static std::vector<Condition> getLimbConditions(const Facts &facts,
                                                unsigned h) {
  const std::string power = printPower(h);
  std::string lower = "m*(" + power + " - 1)";
  Int128 most = facts.multiplicand.high * ((Int128(1) << int(h)) - 1);
  const std::optional<Int128> part = getLowerPart(facts, h);
  if (!part || *part != 0) {
    lower += " + b mod " + power;
    most += part.value_or((Int128(1) << int(h)) - 1);
  }
  return {
      {lower + " < 2^32", "m up to " + stringify(facts.multiplicand.high),
       most < Int128(1) << 32},
      getFit("(m*d + b) / " + power, 32,
             dropBits(facts.sums, h) + Interval{-facts.multiplicand.high, 0})};
}

/// The codes that the estimate may be off, and the shift for which the
/// remainder is the greatest: (E + 1)*2^s bounds it.
static Condition getRemainderCondition(const Facts &facts, Int128 span,
                                       unsigned e) {
  Condition remainder = {"(E + 1)*2^s <= 2^32", "", true};
  Int128 worst = 0;
  // Other shifts are another condition's.
  const int low = std::max(int(facts.shift.low), int(e));
  const int high = std::min(int(facts.shift.high), 31);
  for (int s = low; s <= high; ++s) {
    const Int128 off = divideCeil(span, Int128(1) << (s - int(e)));
    const Int128 bound = (off + 1) << s;
    if (bound <= worst)
      continue;
    worst = bound;
    remainder.got = "an estimate E = " + stringify(off) +
                    " codes off at s = " + std::to_string(s);
    remainder.holds = bound <= Int128(1) << 32;
  }
  return remainder;
}

/// With m = mh*2^e + ml, m*d + b over 2^e is mh*d + floor(b / 2^e) and a part
/// of d, and a part of one. With the least part of d instead the sum is too
/// small by at most the span of those parts.
static std::vector<Condition> getEstimateConditions(const Facts &facts) {
  const unsigned e = getEstimateBits(facts.multiplicand.high);
  const Interval parts = {std::min<Int128>(0, facts.differences.low),
                          std::max<Int128>(0, facts.differences.high)};
  const Int128 span = parts.high - parts.low;
  const Interval addends =
      dropBits(facts.addends, e) + Interval{parts.low, parts.low};
  const Interval products = facts.differences * dropBits(facts.multiplicand, e);
  // By the operands or by the sums, whichever says more.
  const Interval own = getHull(products, products + addends);
  const Interval all = dropBits(facts.sums, e) + Interval{-span - 1, span};
  const Interval both = {std::max(own.low, all.low),
                         std::min(own.high, all.high)};
  return {getFit("(m >> " + std::to_string(e) + ")*d + c", 32,
                 getHull(both, addends)),
          getFit("q", 32, shiftRight(facts.sums, facts.shift)),
          getRemainderCondition(facts, span, e)};
}

/// floor(m*d*2^p / 2^32) is floor(m*d / 2^(32-p)).
static std::vector<Condition> getHighConditions(const Facts &facts,
                                                unsigned a) {
  const Int128 power = Int128(1) << int(32 - a);
  const Interval moved = facts.differences * Interval{power, power};
  std::vector<Condition> conditions;
  if (a < 32)
    conditions.push_back(getFit("d*" + printPower(32 - a), 32, moved));
  conditions.push_back(
      getFit("(m*d + b) / " + printPower(a), 32, dropBits(facts.sums, a)));
  return conditions;
}

/// floor((m*d*2^p + 2^(w-2)) / 2^(w-1)) is floor((m*d + 2^(a-1)) / 2^a) with
/// a = w-1-p.
static std::vector<Condition> getRoundingConditions(const Facts &facts,
                                                    unsigned width) {
  const unsigned a = getRoundedBits(facts, width);
  const Int128 power = Int128(1) << int(width - 1 - a);
  const Int128 half = Int128(1) << int(a - 1);
  std::vector<Condition> conditions;
  if (power > 1)
    conditions.push_back(getFit("d*" + printPower(width - 1 - a), width,
                                facts.differences * Interval{power, power}));
  // By the operands or by the sums, whichever says more.
  const Interval own = facts.differences * facts.multiplicand;
  const Interval products = {std::max(own.low, facts.sums.low),
                             std::min(own.high, facts.sums.high)};
  conditions.push_back(
      getFit("(m*d + " + printPower(a - 1) + ") / " + printPower(a), width,
             dropBits(products + Interval{half, half}, a)));
  conditions.push_back(
      getFit("(m*d + b) / " + printPower(a), width, dropBits(facts.sums, a)));
  return conditions;
}

std::vector<Condition> staircase::getConditions(Rung rung, const Facts &facts) {
  switch (rung) {
  case Rung::Multiply32:
    return {getFit("m*d + b", 32, facts.sums)};
  case Rung::TwoLimbs:
    return getLimbConditions(facts, getLimbBits(facts));
  case Rung::Estimate:
    return getEstimateConditions(facts);
  case Rung::MultiplyHigh:
    return getHighConditions(facts, getHighBits(facts));
  case Rung::RoundingHigh:
  case Rung::RoundingHigh16:
    return getRoundingConditions(facts, getWidth(rung));
  case Rung::Multiply64:
    return {getFit("m*d + b", 64, facts.sums)};
  }
  return {};
}

std::string staircase::findMiss(Rung rung, const Facts &facts) {
  for (auto get : {getOperandConditions, getConditions})
    for (const Condition &condition : get(rung, facts))
      if (!condition.holds)
        return condition.describe();
  return "";
}

unsigned staircase::getLimbBits(const Facts &facts) {
  const auto serves = [&](unsigned h) {
    return facts.shift.low >= h &&
           llvm::all_of(getLimbConditions(facts, h),
                        [](const Condition &c) { return c.holds; });
  };
  const unsigned own = facts.addendShift;
  if (own > 0 && own < 32 && serves(own))
    return own;
  for (unsigned h : {8, 16, 9, 10, 11, 12, 13, 14, 15, 7, 6, 5, 4, 3, 2, 1})
    if (serves(h))
      return h;
  return own > 0 && own < 32 ? own : 8;
}

unsigned staircase::getHighBits(const Facts &facts) {
  if (facts.addendShift > 0)
    return std::min(facts.addendShift, 32u);
  const bool hasAddends = facts.addends.low != 0 || facts.addends.high != 0;
  return hasAddends ? 32 : unsigned(std::clamp<Int128>(facts.shift.low, 1, 32));
}

unsigned staircase::getRoundedBits(const Facts &facts, unsigned width) {
  const unsigned zeros = getTrailingZeros(facts).value_or(facts.addendShift);
  return std::min(zeros + 1, width - 1);
}

unsigned staircase::getEstimateBits(Int128 largestMultiplicand) {
  const unsigned bits =
      getMagnitudeBits(static_cast<uint64_t>(largestMultiplicand));
  return bits > 8 ? bits - 8 : 0;
}
