//===- ChannelIntervals.cpp - Arithmetic on intervals ---------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the values of a channel can be. Every interval contains what occurs; how
// tight it is decides only how often intervals have to be halved.
//
//===----------------------------------------------------------------------===//

#include "rescale/Analysis/LoweredArithmetic.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::Interval;

static Interval getAll(unsigned width) {
  return ::staircase::getInterval({width});
}

Interval mlir::rescale::readUnsigned(const Interval &a, unsigned width) {
  if (a.low >= 0)
    return a;
  if (width > 126)
    return getAll(128);
  if (a.high < 0)
    return {a.low + (Int128(1) << width), a.high + (Int128(1) << width)};
  return {0, (Int128(1) << width) - 1};
}

Interval mlir::rescale::wrapSigned(const Interval &a, unsigned width) {
  if (width > 126)
    return a.fits(width) ? a : getAll(width);
  Int128 half = Int128(1) << (width - 1);
  if ((a.low + half) >> int(width) != (a.high + half) >> int(width))
    return getAll(width);
  return {wrapSigned(a.low, width), wrapSigned(a.high, width)};
}

/// The exact interval of an operation that may overflow, or nothing.
static std::optional<Interval>
getHullOfResults(ArithOpcode opcode, const Interval &a, const Interval &b) {
  std::optional<Interval> hull;
  for (Int128 x : {a.low, a.high})
    for (Int128 y : {b.low, b.high}) {
      std::optional<Int128> exact = getExact(opcode, x, y);
      // Two bits are kept free, so that sums with powers of two are exact.
      if (!exact || !Interval{*exact, *exact}.fits(126))
        return std::nullopt;
      Interval one = {*exact, *exact};
      hull = hull ? getHull(*hull, one) : one;
    }
  return hull;
}

static std::optional<bool> evaluateCompare(arith::CmpIPredicate predicate,
                                           Interval a, Interval b,
                                           unsigned width) {
  using Predicate = arith::CmpIPredicate;
  auto less = [](const Interval &x, const Interval &y) -> std::optional<bool> {
    if (x.high < y.low)
      return true;
    if (x.low >= y.high)
      return false;
    return std::nullopt;
  };
  auto negate = [](std::optional<bool> known) -> std::optional<bool> {
    if (known)
      return !*known;
    return std::nullopt;
  };
  Interval ua = readUnsigned(a, width), ub = readUnsigned(b, width);
  switch (predicate) {
  case Predicate::eq:
  case Predicate::ne: {
    std::optional<bool> equal;
    if (a.isConstant() && a == b)
      equal = true;
    else if (a.high < b.low || b.high < a.low)
      equal = false;
    return predicate == Predicate::eq ? equal : negate(equal);
  }
  case Predicate::slt:
    return less(a, b);
  case Predicate::sge:
    return negate(less(a, b));
  case Predicate::sgt:
    return less(b, a);
  case Predicate::sle:
    return negate(less(b, a));
  case Predicate::ult:
    return less(ua, ub);
  case Predicate::uge:
    return negate(less(ua, ub));
  case Predicate::ugt:
    return less(ub, ua);
  case Predicate::ule:
    return negate(less(ub, ua));
  }
  llvm_unreachable("unknown predicate");
}

ChannelIntervals::ChannelIntervals(const LoweredArithmetic &arithmetic,
                                   int64_t channel)
    : arithmetic(arithmetic), intervals(arithmetic.getNumValues()) {
  for (unsigned i = 0, e = intervals.size(); i < e; ++i)
    if (arithmetic.isConstant(i)) {
      Int128 constant = arithmetic.getConstant(i, channel);
      intervals[i] = {constant, constant};
    }
}

void ChannelIntervals::evaluate(Interval accumulators) {
  intervals[0] = wrapSigned(accumulators, arithmetic.getWidth(0));
  for (const ArithStep &step : arithmetic.getSteps())
    intervals[step.result] = evaluate(step);
}

/// `a & b`. With the constant 2^h - 1 it is exact where no carry into bit h
/// lies between the ends.
static Interval evaluateAnd(const Interval &a, const Interval &b) {
  if (!b.isConstant() && a.isConstant())
    return evaluateAnd(b, a);
  if (a.isConstant() && b.isConstant())
    return {a.low & b.low, a.low & b.low};
  if (b.isConstant() && b.low >= 0 && (b.low & (b.low + 1)) == 0 &&
      (a.low & ~b.low) == (a.high & ~b.low))
    return {a.low & b.low, a.high & b.low};
  // All bits or none, as of a sign.
  const Interval sign = {-1, 0};
  if (sign.contains(a) || sign.contains(b))
    return getHull(sign.contains(a) ? b : a, {0, 0});
  if (a.low >= 0 || b.low >= 0)
    return {0, a.low < 0   ? b.high
               : b.low < 0 ? a.high
                           : std::min(a.high, b.high)};
  return {std::min(a.low, b.low) * 2, std::max(a.high, b.high)};
}

Interval ChannelIntervals::evaluate(const ArithStep &step) const {
  const Interval &a = intervals[step.operands[0]];
  const Interval &b = intervals[step.operands[1]];
  unsigned width = arithmetic.getWidth(step.result);
  unsigned from = arithmetic.getWidth(step.operands[0]);
  Interval ua = readUnsigned(a, from);
  auto shiftAmount = [&] {
    Interval all = {0, Int128(width) - 1};
    return all.contains(b) ? b : all;
  };
  switch (step.opcode) {
  case ArithOpcode::Add:
  case ArithOpcode::Sub:
  case ArithOpcode::Mul:
  case ArithOpcode::ShiftLeft: {
    std::optional<Interval> exact = getHullOfResults(step.opcode, a, b);
    return exact ? wrapSigned(*exact, width) : getAll(width);
  }
  case ArithOpcode::ShiftRightSigned:
    return shiftRight(a, shiftAmount());
  case ArithOpcode::ShiftRightUnsigned:
    if (width > 126 && a.low < 0)
      return getAll(width);
    return wrapSigned(shiftRight(ua, shiftAmount()), width);
  case ArithOpcode::And:
    return wrapSigned(evaluateAnd(a, b), width);
  case ArithOpcode::Or:
  case ArithOpcode::Xor:
    if (a.isConstant() && b.isConstant()) {
      Int128 bits =
          step.opcode == ArithOpcode::Or ? a.low | b.low : a.low ^ b.low;
      return {bits, bits};
    }
    return getAll(width);
  case ArithOpcode::Compare: {
    std::optional<bool> known = evaluateCompare(step.predicate, a, b, from);
    return known ? Interval{-Int128(*known), -Int128(*known)} : Interval{-1, 0};
  }
  case ArithOpcode::Select: {
    const Interval &c = intervals[step.operands[2]];
    return !a.isConstant() ? getHull(b, c) : a.low ? b : c;
  }
  case ArithOpcode::MinSigned:
    return {std::min(a.low, b.low), std::min(a.high, b.high)};
  case ArithOpcode::MaxSigned:
    return {std::max(a.low, b.low), std::max(a.high, b.high)};
  case ArithOpcode::MinUnsigned:
  case ArithOpcode::MaxUnsigned: {
    if (width > 126 && (a.low < 0 || b.low < 0))
      return getAll(width);
    Interval ub = readUnsigned(b, from);
    return wrapSigned(
        step.opcode == ArithOpcode::MinUnsigned
            ? Interval{std::min(ua.low, ub.low), std::min(ua.high, ub.high)}
            : Interval{std::max(ua.low, ub.low), std::max(ua.high, ub.high)},
        width);
  }
  case ArithOpcode::ExtendSigned:
    return a;
  case ArithOpcode::ExtendUnsigned:
    return ua;
  case ArithOpcode::Truncate:
    return wrapSigned(a, width);
  }
  llvm_unreachable("unknown opcode");
}

bool ChannelIntervals::fits(const ArithStep &step) const {
  const Interval &a = intervals[step.operands[0]];
  const Interval &b = intervals[step.operands[1]];
  unsigned width = arithmetic.getWidth(step.result);
  unsigned from = arithmetic.getWidth(step.operands[0]);
  if (isShift(step.opcode) && (b.low < 0 || b.high >= width))
    return false;
  if (step.fit == Fit::None || !mayOverflow(step.opcode))
    return true;
  bool isTruncation = step.opcode == ArithOpcode::Truncate;
  auto fitsSigned = [&] {
    std::optional<Interval> exact =
        isTruncation ? a : getHullOfResults(step.opcode, a, b);
    return exact && exact->fits(width);
  };
  auto fitsUnsigned = [&] {
    if (from > 126)
      return false;
    Interval left = readUnsigned(a, from);
    std::optional<Interval> exact =
        isTruncation
            ? left
            : getHullOfResults(step.opcode, left, readUnsigned(b, width));
    return exact && exact->low >= 0 && exact->high >> int(width) == 0;
  };
  return rescale::fits(step.fit, fitsSigned, fitsUnsigned);
}
