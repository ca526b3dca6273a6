//===- TosaForm.cpp - A requantization as TOSA says it --------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The labels rescale_to_tosa_cN are the numbered rules of docs/spec.md; a
// message ends in the label of its rule.
//
//===----------------------------------------------------------------------===//

#include "TosaForm.h"

#include "../RuleError.h"

#include "llvm/ADT/bit.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::rescale;
using llvm::Error;
using llvm::Expected;
using ::staircase::Addends;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Staircase;

//===----------------------------------------------------------------------===//
// Types, zero points, clamp and axis
//===----------------------------------------------------------------------===//

static Error verifyTypes(RequantizeOp op) {
  IntegerFormat input = op.getInputFormat(), result = op.getResultFormat();
  if (!llvm::is_contained({8u, 16u, 32u, 48u}, input.width))
    return makeRuleError("rescale_to_tosa_c1",
                         "requires an input of 8, 16, 32 or 48 bits for TOSA, "
                         "got {0}; change the type of the accumulator",
                         input.width);
  if (!llvm::is_contained({8u, 16u, 32u}, result.width))
    return makeRuleError("rescale_to_tosa_c2",
                         "requires a result of 8, 16 or 32 bits for TOSA, got "
                         "{0}; change the type of the codes",
                         result.width);
  if (input.isUnsigned && result.isUnsigned)
    return makeRuleError(
        "rescale_to_tosa_c3",
        "requires unsigned_input or unsigned_result to be absent for TOSA, got "
        "both; requantize to a signed type in between");
  if ((input.isUnsigned || result.isUnsigned) &&
      (input.width > 16 || result.width > 16))
    return makeRuleError(
        "rescale_to_tosa_c4",
        "requires types of 8 or 16 bits with {0} for TOSA, got {1} and {2} "
        "bits; requantize to a signed type in between",
        input.isUnsigned ? "unsigned_input" : "unsigned_result", input.width,
        result.width);
  if (llvm::is_contained(op.getInput().getType().getShape(), 0))
    return makeRuleError("rescale_to_tosa_c13",
                         "requires dimensions of at least 1 for TOSA, got {0}; "
                         "remove the op, which has no element",
                         op.getInput().getType());
  return Error::success();
}

/// TOSA has zero points on 8 bits, and 2^15 on unsigned 16 bits.
static Error verifyZeroPoint(StringRef rule, StringRef name, int64_t value,
                             IntegerFormat format) {
  bool isHalfOf16 =
      format.width == 16 && format.isUnsigned && value == (1 << 15);
  if (value == 0 || format.width == 8 || isHalfOf16)
    return Error::success();
  return makeRuleError(
      rule,
      "requires {0} to be 0 for TOSA on {1} bits{2}, got {3}; only 8 bits have "
      "any zero point",
      name, format.width,
      format.width == 16 && format.isUnsigned ? ", or 32768" : "", value);
}

/// Whether the clamp cuts into the result type.
static bool isNarrowingClamp(RequantizeOp op) {
  IntegerFormat format = op.getResultFormat();
  Staircase s = op.getStaircase(0);
  return s.clampMin != format.min() || s.clampMax != format.max();
}

static Error verifyAttributes(RequantizeOp op) {
  IntegerFormat result = op.getResultFormat();
  if (Error error =
          verifyZeroPoint("rescale_to_tosa_c5", "input_zero_point",
                          int64_t(op.getInputZeroPoint()), op.getInputFormat()))
    return error;
  if (Error error = verifyZeroPoint("rescale_to_tosa_c6", "zero_point",
                                    int64_t(op.getZeroPoint()), result))
    return error;
  if (isNarrowingClamp(op) && (result.isUnsigned || result.width == 32)) {
    Staircase s = op.getStaircase(0);
    return makeRuleError(
        "rescale_to_tosa_c7",
        "requires a clamp of signed codes of 8 or 16 bits for TOSA, got [{0}, "
        "{1}] of {2} {3} bits; clamp a later result instead",
        s.clampMin, s.clampMax, result.isUnsigned ? "unsigned" : "signed",
        result.width);
  }
  int64_t rank = op.getInput().getType().getRank();
  if (op.getNumStaircases() > 1 && int64_t(*op.getAxis()) != rank - 1)
    return makeRuleError("rescale_to_tosa_c8",
                         "requires axis to be the last dimension, {0}, for "
                         "TOSA, got {1}; transpose the input",
                         rank - 1, *op.getAxis());
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Rounding
//===----------------------------------------------------------------------===//

/// Whether `rounding` adds what `s` adds, wherever it matters: where the input
/// type holds no value below the zero point, the second addend is not used.
static bool roundsAs(Staircase s, ::staircase::Rounding rounding,
                     IntegerFormat input) {
  Addends actual = getAddends(s);
  s.rounding = rounding;
  Addends expected = getAddends(s);
  if (actual.tiesToEven && s.shift > 0)
    return false;
  return actual.positive == expected.positive &&
         (actual.negative == expected.negative ||
          input.min() >= s.inputZeroPoint);
}

/// The rounding mode that all channels have in common.
static Expected<tosa::RoundingMode> getRoundingMode(RequantizeOp op) {
  IntegerFormat input = op.getInputFormat();
  int64_t numStaircases = op.getNumStaircases();
  std::optional<int64_t> notHalfUp, notDouble;
  for (int64_t i = numStaircases - 1; i >= 0; --i) {
    if (!roundsAs(op.getStaircase(i), ::staircase::Rounding::HalfUp, input))
      notHalfUp = i;
    if (!roundsAs(op.getStaircase(i), ::staircase::Rounding::Double, input))
      notDouble = i;
  }
  if (!notHalfUp)
    return tosa::RoundingMode::SINGLE_ROUND;
  if (!notDouble)
    return tosa::RoundingMode::DOUBLE_ROUND;
  if (op.getRounding() != Rounding::Addend)
    return makeRuleError("rescale_to_tosa_c9",
                         "requires the rounding half_up or double for TOSA, "
                         "got {0}; change the rounding",
                         stringifyRounding(op.getRounding()));
  int64_t channel = std::max(*notHalfUp, *notDouble);
  Staircase s = op.getStaircase(channel);
  return makeRuleError(
      "rescale_to_tosa_c9",
      "requires the addends of half_up, or in all channels those of double, "
      "for TOSA, got {0} and {1} at shift {2} in channel {3}; change the "
      "addends",
      s.addend, s.negativeAddend, s.shift, channel);
}

//===----------------------------------------------------------------------===//
// Multipliers and shifts
//===----------------------------------------------------------------------===//

namespace {
/// What the multiplier and the shift may be, and what the shift should be.
struct Limits {
  int multiplierBits;
  int minShift, maxShift;
  /// The least shift at which TOSA defines the code of every input.
  int idealShift;
};
} // namespace

/// The least and the greatest difference `x - zi` that the input type allows.
static std::pair<Int128, Int128> getDifferences(const Staircase &s,
                                                IntegerFormat input) {
  return {input.min() - s.inputZeroPoint, input.max() - s.inputZeroPoint};
}

/// TOSA's 32-bit multiplier takes values from -2^(s-1) to 2^(s-1) - 1; the
/// 16-bit one takes all.
static int getIdealShift(const Staircase &s, IntegerFormat input,
                         bool isScale32) {
  int shift = 2;
  if (!isScale32)
    return shift;
  auto [low, high] = getDifferences(s, input);
  while (low < -(Int128(1) << (shift - 1)) || high >= Int128(1) << (shift - 1))
    ++shift;
  return shift;
}

/// Brings a multiplier and its shift within the limits: m / 2^s becomes
/// (m * 2^d) / 2^(s+d). With half_up this keeps the code: the sum
/// m * 2^d * x + 2^(s+d-1) is 2^d times the old one, and for s = 0, where
/// nothing was added, the new addend 2^(d-1) is discarded by the shift.
static Error scaleToLimits(int64_t &multiplier, int &shift,
                           const Limits &limits, int64_t channel) {
  // Halving has to leave the multiplier whole; 0 may be scaled at will.
  int least = std::max(limits.minShift - shift,
                       -llvm::countr_zero<uint64_t>(multiplier));
  int most = limits.maxShift - shift;
  int width = ::staircase::getMagnitudeBits(multiplier);
  if (multiplier != 0)
    most = std::min(most, limits.multiplierBits - width);
  if (least > most) {
    if (width > limits.multiplierBits)
      return makeRuleError("rescale_to_tosa_c11",
                           "requires multiplicands of at most {0} bits for "
                           "TOSA, got {1} with shift {2} in channel {3}; "
                           "narrow the multiplicand",
                           limits.multiplierBits, multiplier, shift, channel);
    return makeRuleError("rescale_to_tosa_c12",
                         "requires shifts from 2 to 62 for TOSA, got {0} with "
                         "multiplicand {1} in channel {2}; scale both by a "
                         "power of two",
                         shift, multiplier, channel);
  }
  int d = std::clamp(std::max(limits.idealShift - shift, 0), least, most);
  multiplier = d < 0 ? multiplier >> -d : multiplier << d;
  shift += d;
  return Error::success();
}

/// The limits in a channel of the given shift. DOUBLE_ROUND rounds twice beyond
/// a shift of 31, so no scaling may cross it or start beyond it.
static Limits getLimits(tosa::RoundingMode mode, int shift, int idealShift,
                        bool isScale32) {
  Limits limits = {isScale32 ? 31 : 15, 2, 62, idealShift};
  if (mode != tosa::RoundingMode::DOUBLE_ROUND)
    return limits;
  if (shift > 31)
    limits.minShift = limits.idealShift = shift;
  limits.maxShift = std::clamp(shift, 31, 62);
  return limits;
}

/// Whether the multipliers and shifts are TOSA's own and stay as they are, so
/// that what came from TOSA returns to it unchanged.
static bool isOwnForm(RequantizeOp op, tosa::RoundingMode mode) {
  Type port = op.getMultiplicands().getElementType();
  bool isShiftLegal = llvm::all_of(
      op.getShifts(), [](int8_t shift) { return 2 <= shift && shift <= 62; });
  if (!isShiftLegal)
    return false;
  if (port.isSignedInteger(32))
    return op.getInputFormat().width != 48;
  return port.isSignedInteger(16) && mode == tosa::RoundingMode::SINGLE_ROUND;
}

/// Whether every value of the input type is within TOSA's preconditions: on the
/// value, for the 32-bit multiplier, and on the quotient, which the former
/// implies there, since m < 2^31.
static bool isTotal(const Staircase &s, IntegerFormat input, int tosaShift,
                    bool isScale32) {
  auto [low, high] = getDifferences(s, input);
  IntegerFormat quotient = {32};
  return tosaShift >= getIdealShift(s, input, isScale32) &&
         quotient.contains(getQuotient(s, low)) &&
         quotient.contains(getQuotient(s, high));
}

Expected<TosaForm> rescale::getTosaForm(RequantizeOp op) {
  if (Error error = verifyTypes(op))
    return error;
  if (Error error = verifyAttributes(op))
    return error;
  Expected<tosa::RoundingMode> mode = getRoundingMode(op);
  if (!mode)
    return mode.takeError();

  IntegerFormat input = op.getInputFormat();
  bool isOwn = isOwnForm(op, *mode);
  TosaForm form;
  form.roundingMode = *mode;
  // Below a shift of 32 the two modes are one; keep the name that TOSA gave it.
  if (isOwn && op.getPortWidth() == 32 && op.getRounding() == Rounding::Double)
    form.roundingMode = tosa::RoundingMode::DOUBLE_ROUND;
  form.isScale32 = input.width != 48 && !(isOwn && op.getPortWidth() == 16);
  if (!form.isScale32 && *mode == tosa::RoundingMode::DOUBLE_ROUND)
    return makeRuleError("rescale_to_tosa_c10",
                         "requires an input of at most 32 bits with the "
                         "rounding double for TOSA, got 48; change the "
                         "rounding to half_up");
  form.needsClamp = isNarrowingClamp(op);
  int64_t channels = op.getNumChannels();
  form.isPerChannel =
      op.getAxis() && !ShapedType::isDynamic(channels) &&
      int64_t(*op.getAxis()) == op.getInput().getType().getRank() - 1;
  form.isTotal = true;
  for (int64_t i = 0, e = form.isPerChannel ? channels : 1; i < e; ++i) {
    Staircase s = op.getStaircase(op.getNumStaircases() == 1 ? 0 : i);
    int64_t multiplier = s.multiplicand;
    int shift = s.shift;
    if (!isOwn) {
      Limits limits =
          getLimits(form.roundingMode, shift,
                    getIdealShift(s, input, form.isScale32), form.isScale32);
      if (Error error = scaleToLimits(multiplier, shift, limits, i))
        return error;
    }
    form.multipliers.push_back(multiplier);
    form.shifts.push_back(shift);
    form.isTotal &= isTotal(s, input, shift, form.isScale32);
  }
  return form;
}
