//===- Tables.cpp - Parameters in the form that is cheapest ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every step is an identity of floors, for all d and without a range; what is
// proved of the inputs only decides which of the results is taken.
//
//   floor((m*2^k*d + b) / 2^(s+k)) = floor((m*d + floor(b / 2^k)) / 2^s)
//   floor((m*d + b) / 2^s)         = floor((m*2^k*d + b*2^k) / 2^(s+k))
//   floor((m*d + b) / 2^s) + z     = floor((m*d + b + z*2^s) / 2^s)
//
//===----------------------------------------------------------------------===//

#include "Tables.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Addends;
using ::staircase::Int128;
using ::staircase::Interval;
using ::staircase::Staircase;

/// Whether the addend of positive differences serves negative ones too: with
/// either, m*d + b < 2^s where d < 0, so that the quotient is at most 0 and the
/// clamp takes what is at most the zero point. This is every ReLU.
static bool clampsNegative(const Staircase &staircase, const Addends &addends) {
  Int128 limit = Int128(1) << staircase.shift;
  return staircase.multiplicand >= 0 &&
         staircase.clampMin >= staircase.outputZeroPoint &&
         addends.positive < limit && addends.negative < limit;
}

/// The channel with the least shift: powers of two, such as the 2^20 by which
/// TFLite shifts the operands of an addition, need no wide product. Without a
/// multiplicand nothing is left to shift.
static Line getLeastShift(const Staircase &staircase, bool divides) {
  Addends addends = getAddends(staircase);
  if (clampsNegative(staircase, addends))
    addends.negative = addends.positive;
  unsigned k = 0;
  if (divides)
    k = std::min<unsigned>(staircase.shift,
                           llvm::countr_zero(uint64_t(staircase.multiplicand)));
  return {staircase.multiplicand >> k, staircase.shift - k,
          addends.positive >> k, addends.negative >> k};
}

/// Whether getArithmetic of ApplyBounds.h takes `width` bits for these lines of
/// `op` and its zero point `zeroPoint`. The bounds are its own, so that no form
/// is chosen for an arithmetic that it does not get.
static bool fit(RequantizeOp op, ArrayRef<Line> lines, int64_t zeroPoint,
                const Interval &input, unsigned width) {
  Int128 most = 0;
  Interval addend, shift = {lines.front().shift, lines.front().shift};
  for (const Line &line : lines) {
    most = std::max(most, line.multiplicand);
    addend = getHull(addend, {std::min(line.addend, line.negativeAddend),
                              std::max(line.addend, line.negativeAddend)});
    shift = getHull(shift, {line.shift, line.shift});
  }
  // Tables of multiplicands have 32 bits; with the highest one they would be
  // unsigned, and the products of accumulators by them have no instruction.
  if (most >= Int128(1) << 31 || !addend.fits(width))
    return false;
  unsigned bits = ::staircase::getMagnitudeBits(static_cast<uint64_t>(most));
  Staircase staircase = op.getStaircase(0);
  Interval difference =
      input - Interval{staircase.inputZeroPoint, staircase.inputZeroPoint};
  Interval sum = difference * Interval{0, (Int128(1) << bits) - 1} +
                 Interval{addend.low, addend.high + 1};
  Interval code = shiftRight(sum, shift) + Interval{zeroPoint, zeroPoint};
  Interval clamp = {staircase.clampMin, staircase.clampMax};
  return input.fits(width) && difference.fits(width) && sum.fits(width) &&
         code.fits(width) && clamp.fits(width);
}

/// The lines with shifts of `least` at the least.
static SmallVector<Line> raiseShifts(ArrayRef<Line> lines, unsigned least) {
  return llvm::map_to_vector(lines, [&](Line line) {
    unsigned k = least - std::min(least, line.shift);
    return Line{line.multiplicand << k, line.shift + k, line.addend << k,
                line.negativeAddend << k};
  });
}

Tables::Tables(RequantizeOp op, const Interval &proved)
    : rounding(op.getRounding()),
      zeroPoint(op.getStaircase(0).outputZeroPoint) {
  for (int64_t i = 0, e = op.getNumStaircases(); i < e; ++i)
    lines.push_back(getLeastShift(op.getStaircase(i),
                                  /*divides=*/rounding != Rounding::HalfEven));
  // Ties depend on the bits that a shift discards.
  if (rounding == Rounding::HalfEven)
    return;
  chooseShifts(op, proved);
  if (!hasAddends(lines)) {
    rounding = Rounding::Floor;
    return;
  }
  rounding = Rounding::Addend;
  moveZeroPoint(op);
}

Tables::Tables(RequantizeOp op, const ::staircase::Form &form)
    : lines(form.rows.begin(), form.rows.end()),
      rounding(hasAddends(lines) ? Rounding::Addend : Rounding::Floor),
      zeroPoint(form.zeroPoint), rung(fromStaircase(form.rung)),
      sums(form.sums) {
  Int128 offset = int64_t(op.getInputZeroPoint());
  input = form.differences + Interval{offset, offset};
  if (form.isClamped)
    window = input;
  if (rounding != Rounding::Addend)
    return;
  addendHalf = form.hasOddAddends;
  addendShift = form.addendShift + addendHalf;
  for (Line &line : lines) {
    line.addend >>= int(addendShift);
    line.negativeAddend >>= int(addendShift);
  }
}

void Tables::chooseShifts(RequantizeOp op, const Interval &proved) {
  unsigned most = 0;
  for (const Line &line : lines)
    most = std::max(most, line.shift);
  auto take = [&](SmallVector<Line> form, unsigned width) {
    for (const Interval &range : {getInterval(op.getInputFormat()), proved})
      if (fit(op, form, zeroPoint, range, width)) {
        if (range != getInterval(op.getInputFormat()))
          input = range;
        lines = std::move(form);
        return true;
      }
    return false;
  };
  // 32 bits, with one shift where multiplicands have room for it.
  if (take(raiseShifts(lines, most), 32) || take(lines, 32))
    return;
  // The upper half of 64 bits: by a shift of 32 it is there already, another
  // one is an instruction, and several are a table as well.
  if (take(raiseShifts(lines, std::max(most, 32u)), 64) ||
      take(raiseShifts(lines, 32), 64))
    return;
  // A factor of more than a half is rare, and its shift needs both halves.
  (void)take(raiseShifts(lines, most), 64);
}

void Tables::moveZeroPoint(RequantizeOp op) {
  SmallVector<Line> moved = llvm::map_to_vector(lines, [&](Line line) {
    Int128 offset = Int128(zeroPoint) << line.shift;
    return Line{line.multiplicand, line.shift, line.addend + offset,
                line.negativeAddend + offset};
  });
  Interval range = input.value_or(getInterval(op.getInputFormat()));
  for (unsigned width : {32, 64})
    if (fit(op, lines, zeroPoint, range, width)) {
      if (fit(op, moved, 0, range, width)) {
        lines = std::move(moved);
        zeroPoint = 0;
      }
      return;
    }
}
