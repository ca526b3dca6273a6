//===- Arithmetic.h - Exact division of wide integers -----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Division that rounds towards one side, and fractions that compare exactly.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_ARITHMETIC_H
#define RESCALE_STAIRCASE_ARITHMETIC_H

#include "rescale/Staircase/Staircase.h"

namespace staircase {

/// `floor(dividend / divisor)` for a positive divisor; C++ truncates towards
/// zero. The library routine of a 128-bit division costs several times the
/// 64-bit instruction, which nearly every operand fits.
inline Int128 divideFloor(Int128 dividend, Int128 divisor) {
  const auto narrowDividend = static_cast<int64_t>(dividend);
  const auto narrowDivisor = static_cast<int64_t>(divisor);
  if (narrowDividend == dividend && narrowDivisor == divisor)
    return narrowDividend / narrowDivisor -
           (narrowDividend % narrowDivisor < 0);
  const Int128 quotient = dividend / divisor;
  return quotient - (dividend % divisor < 0);
}

/// `ceil(dividend / divisor)` for a positive divisor.
inline Int128 divideCeil(Int128 dividend, Int128 divisor) {
  return -divideFloor(-dividend, divisor);
}

/// `numerator / denominator` with `denominator >= 0`, not reduced. With a
/// denominator of zero the numerator is 1 or -1: plus and minus infinity.
struct Fraction {
  Int128 numerator;
  Int128 denominator;

  bool isFinite() const { return denominator != 0; }
};

/// Whether `a < b`; not for two infinities. The products have to fit 127 bits.
inline bool isLess(const Fraction &a, const Fraction &b) {
  return a.numerator * b.denominator < b.numerator * a.denominator;
}

} // namespace staircase

#endif // RESCALE_STAIRCASE_ARITHMETIC_H
