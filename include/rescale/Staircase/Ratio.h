//===- Ratio.h - Exact rational numbers -------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scales as what they are: a multiplicand over a power of two, and products and
// quotients of those, of any size. Knows no IR.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_RATIO_H
#define RESCALE_STAIRCASE_RATIO_H

#include "llvm/ADT/DynamicAPInt.h"

namespace staircase {

/// A rational number in lowest terms.
class Ratio {
public:
  Ratio(int64_t value = 0)
      : numerator(llvm::DynamicAPInt(value)),
        denominator(llvm::DynamicAPInt(1)) {}
  /// `denominator` is not 0.
  Ratio(llvm::DynamicAPInt numerator, llvm::DynamicAPInt denominator);

  /// `2^exponent`, of any sign.
  static Ratio getPowerOfTwo(int exponent);
  /// What a finite double is, exactly.
  static Ratio get(double value);

  const llvm::DynamicAPInt &getNumerator() const { return numerator; }
  /// Positive.
  const llvm::DynamicAPInt &getDenominator() const { return denominator; }

  Ratio operator*(const Ratio &other) const;
  /// `other` is not 0.
  Ratio operator/(const Ratio &other) const;
  Ratio operator+(const Ratio &other) const;
  Ratio operator-(const Ratio &other) const;
  bool operator==(const Ratio &other) const;
  bool operator<(const Ratio &other) const;
  bool operator<=(const Ratio &other) const { return !(other < *this); }

  /// The nearest integers below, above, and of all, ties away from zero.
  llvm::DynamicAPInt floor() const;
  llvm::DynamicAPInt ceil() const;
  llvm::DynamicAPInt round() const;

  /// For a positive number the `e` with `2^e <= *this < 2^(e+1)`.
  int getLog2() const;
  /// The double next to it, for people to read: the last bit may be off.
  double toDouble() const;

private:
  llvm::DynamicAPInt numerator, denominator;
};

/// `numerator / denominator`, rounded to nearest, ties away from zero. The
/// denominator is positive.
llvm::DynamicAPInt roundQuotient(const llvm::DynamicAPInt &numerator,
                                 const llvm::DynamicAPInt &denominator);

} // namespace staircase

#endif // RESCALE_STAIRCASE_RATIO_H
