//===- ApplyBounds.cpp - What is known of a rescale.apply -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rescale/Analysis/ApplyBounds.h"

#include "rescale/Staircase/Integers.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <functional>

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Condition;
using ::staircase::Facts;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Interval;

std::optional<APInt> rescale::getConstant(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant;
  return std::nullopt;
}

static Interval getInterval(std::optional<ArrayRef<int64_t>> promise,
                            Interval otherwise) {
  return promise ? Interval{(*promise)[0], (*promise)[1]} : otherwise;
}

/// Both hold. Where none is left nothing is ever computed, and one is as good.
static Interval intersect(const Interval &a, const Interval &b) {
  Interval both = {std::max(a.low, b.low), std::min(a.high, b.high)};
  return both.low <= both.high ? both : a;
}

static Interval getMultiplicandInterval(ApplyOp op) {
  if (std::optional<APInt> m = getConstant(op.getMultiplicand())) {
    Int128 value = op.getUnsignedMultiplicand() ? Int128(m->getZExtValue())
                                                : Int128(m->getSExtValue());
    return {value, value};
  }
  if (std::optional<uint64_t> bits = op.getMultiplicandBits())
    return {0, (Int128(1) << *bits) - 1};
  return getInterval(op.getMultiplicandFormat());
}

static Interval getShiftInterval(ApplyOp op) {
  if (std::optional<APInt> s = getConstant(op.getShift()))
    return {s->getZExtValue() & 63, s->getZExtValue() & 63};
  return getInterval(op.getShiftRange(), {0, 63});
}

/// The addends given as operands, or those that the rounding mode computes from
/// the shift: at most 2^(s-1) plus the 2^30 of double rounding.
static Interval getAddendInterval(ApplyOp op, Interval shift) {
  if (op.getAddend()) {
    Interval unit = {Int128(1) << op.getAddendShift(),
                     Int128(1) << op.getAddendShift()};
    Int128 half = op.getAddendHalf() ? unit.low / 2 : 0;
    Interval all = {INT64_MAX, INT64_MIN};
    for (Value value : {op.getAddend(), op.getNegativeAddend()}) {
      if (!value)
        continue;
      unsigned width = getElementTypeOrSelf(value).getIntOrFloatBitWidth();
      std::optional<APInt> b = getConstant(value);
      Interval one = b ? Interval{b->getSExtValue(), b->getSExtValue()}
                       : getInterval(op.getAddendRange(),
                                     getInterval(IntegerFormat{width}));
      all = {std::min(all.low, one.low), std::max(all.high, one.high)};
    }
    return all * unit + Interval{half, half};
  }
  if (op.getRounding() == Rounding::Floor)
    return {0, 0};
  Int128 half = shift.high ? Int128(1) << int(shift.high - 1) : 0;
  bool roundsTwice = op.getRounding() == Rounding::Double && shift.high > 31;
  bool isHalf = op.getRounding() == Rounding::HalfUp ||
                (op.getRounding() == Rounding::Double && !roundsTwice);
  if (isHalf && shift.isConstant())
    return {half, half};
  return {0, half + (roundsTwice ? Int128(1) << 30 : 0)};
}

ApplyBounds::ApplyBounds(ApplyOp op)
    : input(getInterval(op.getInputRange(), getInterval(op.getInputFormat()))),
      difference(input + Interval{-Int128(int64_t(op.getInputZeroPoint())),
                                  -Int128(int64_t(op.getInputZeroPoint()))}),
      multiplicand(getMultiplicandInterval(op)), shift(getShiftInterval(op)),
      addend(getAddendInterval(op, shift)) {
  // Each addend lies between 0 and the bounds, so the sum's hull with the
  // product covers both, and half_even's correction of at most 1 as well.
  bool isCorrected = op.getRounding() == Rounding::HalfEven;
  product = difference * multiplicand;
  Interval added = {std::min<Int128>(addend.low, 0),
                    std::max<Int128>(addend.high, 0) + isCorrected};
  sum = product + added;
  if (op.getSumRange()) {
    Interval promise = getInterval(op.getSumRange(), {});
    product = intersect(product, promise);
    sum = intersect(sum, promise + Interval{0, isCorrected});
  }
  Int128 zeroPoint = int64_t(op.getZeroPoint());
  code = shiftRight(sum, shift) + Interval{zeroPoint, zeroPoint};
  // A bound that no code passes is not computed with.
  auto [low, high] = op.getClampBounds();
  clamp = {std::clamp<Int128>(code.low, low, high),
           std::clamp<Int128>(code.high, low, high)};
}

// Two shifts are less than 128 bits, which C does not have: i32 by i32 with a
// shift of 63, where 2^62 + 2^62 is one too much.
bool ApplyBounds::shiftsFirst(ApplyOp op) const {
  return op.getRounding() == Rounding::HalfUp && shift.low > 0 &&
         product.fits(64) && !sum.fits(64);
}

Facts ApplyBounds::getFacts(ApplyOp op, Rung rung) const {
  Facts facts = {difference, multiplicand, shift, addend,
                 getHull(product, sum)};
  facts.hasOddAddends = op.getAddendHalf();
  facts.addendShift = op.getAddendShift() - facts.hasOddAddends;
  if (rung == Rung::Multiply64 && shiftsFirst(op)) {
    facts.addends = {1, 1};
    facts.sums = getHull(
        product, shiftRight(product, shift + Interval{-1, -1}) + facts.addends);
  }
  return facts;
}

//===----------------------------------------------------------------------===//
// The choice
//===----------------------------------------------------------------------===//

std::optional<Condition>
rescale::findMiss(ApplyOp op, const ApplyBounds &bounds, Rung rung) {
  bool isMultiply = rung == Rung::Multiply32 || rung == Rung::Multiply64;
  unsigned width = ::staircase::getWidth(toStaircase(rung));
  std::vector<Condition> before = {
      {"a rounding by addends", "the rounding half_even",
       isMultiply || op.getRounding() != Rounding::HalfEven},
      getFit("x", std::max(width, 32u), bounds.input, "x")};
  std::vector<Condition> after = {
      getFit("codes", width, bounds.code, "codes"),
      getFit("clamp bounds", width, bounds.clamp, "clamp bounds")};
  Facts facts = bounds.getFacts(op, rung);
  for (const auto &conditions :
       {before, getOperandConditions(toStaircase(rung), facts),
        getConditions(toStaircase(rung), facts), after})
    for (const Condition &condition : conditions)
      if (!condition.holds)
        return condition;
  return std::nullopt;
}

Arithmetic rescale::getArithmetic(ApplyOp op, const ApplyBounds &bounds) {
  auto get = [&](Rung rung) -> Arithmetic {
    return {rung, getConditions(toStaircase(rung), bounds.getFacts(op, rung))};
  };
  if (std::optional<Rung> own = op.getRung())
    return get(*own);
  for (Rung rung : {Rung::Multiply32, Rung::Multiply64})
    if (!findMiss(op, bounds, rung))
      return get(rung);
  return {};
}

StringRef Arithmetic::getName() const {
  return rung ? stringifyRung(*rung) : "multiply_128";
}

std::string Arithmetic::getProof() const {
  if (!rung)
    return "64 bits do not hold every intermediate";
  return llvm::join(
      llvm::map_range(conditions, std::mem_fn(&Condition::describe)), ", ");
}
