//===- Rungs.h - The arithmetics of a requantization ------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `floor((m*d + b) / 2^s)` can be computed in several ways that need different
// instructions. Each is exact where inequalities hold of the operands; they are
// here, once for who chooses parameters and for who emits code.
// docs/Lowering.md derives them.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_RUNGS_H
#define RESCALE_STAIRCASE_RUNGS_H

#include "rescale/Staircase/Interval.h"

#include <string>
#include <vector>

namespace staircase {

/// How `floor((m*d + b) / 2^s)` is computed.
enum class Rung : uint8_t {
  Multiply32,
  TwoLimbs,
  Estimate,
  MultiplyHigh,
  Multiply64,
  RoundingHigh,
  RoundingHigh16,
};

constexpr Rung kRungs[] = {Rung::Multiply32,   Rung::TwoLimbs,
                           Rung::Estimate,     Rung::MultiplyHigh,
                           Rung::RoundingHigh, Rung::RoundingHigh16,
                           Rung::Multiply64};

/// The bits that a rung computes quotients in.
constexpr unsigned getWidth(Rung rung) {
  return rung == Rung::Multiply64 ? 64 : rung == Rung::RoundingHigh16 ? 16 : 32;
}

/// Whether the rung is a multiplication that rounds to its upper half.
constexpr bool isRounding(Rung rung) {
  return rung == Rung::RoundingHigh || rung == Rung::RoundingHigh16;
}

/// What is known of everything that is multiplied by one arithmetic.
struct Facts {
  Interval differences;  ///< d
  Interval multiplicand; ///< m
  Interval shift;        ///< s, from 0 to 63
  Interval addends;      ///< b, of either sign of d
  Interval sums;         ///< m*d, and m*d + b
  /// All addends are multiples of two to this.
  unsigned addendShift = 0;
  /// They are odd ones.
  bool hasOddAddends = false;
};

/// An inequality, as in "m*(2^8 - 1) < 2^32" and "m up to 1023".
struct Condition {
  std::string needs;
  std::string got;
  bool holds;

  /// "NEEDS with GOT".
  std::string describe() const { return needs + " with " + got; }
};

/// Whether `interval`, which `values` lie in, fits `width` bits with a sign.
Condition getFit(const std::string &term, unsigned width,
                 const Interval &interval,
                 const std::string &values = "values");

/// What a rung needs of its operands one by one.
std::vector<Condition> getOperandConditions(Rung rung, const Facts &facts);
/// What it needs of what it computes from them.
std::vector<Condition> getConditions(Rung rung, const Facts &facts);

/// The first inequality that does not hold, as "NEEDS with GOT"; empty where
/// all hold, and the rung is exact.
std::string findMiss(Rung rung, const Facts &facts);

/// The bits of the lower limb with Rung::TwoLimbs: the addends' shift where
/// that will do, so that they have no lower part; else a byte or a half, which
/// one instruction cuts out everywhere; else any that will do, or 8.
unsigned getLimbBits(const Facts &facts);

/// The bits of the product that Rung::MultiplyHigh drops, for which it shifts d
/// to the left by what 32 leaves: the addends' shift, so that they have no
/// lower part; without addends the least shift, and 32 at most.
unsigned getHighBits(const Facts &facts);

/// The bits of the product that a rounding multiplication of `width` bits
/// drops, half of which its rounding adds: that half is what all addends have
/// below.
unsigned getRoundedBits(const Facts &facts, unsigned width);

/// The bits of the multiplicand that Rung::Estimate leaves out: all but eight.
unsigned getEstimateBits(Int128 largestMultiplicand);

} // namespace staircase

#endif // RESCALE_STAIRCASE_RUNGS_H
