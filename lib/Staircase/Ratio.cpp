//===- Ratio.cpp - Exact rational numbers ---------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numerators and denominators are in lowest terms, so that they stay in 64 bits
// where they can, which is fast.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Ratio.h"

#include "llvm/ADT/APInt.h"

#include <cassert>
#include <cmath>

using namespace staircase;
using llvm::APInt;
using llvm::DynamicAPInt;

static DynamicAPInt shiftOne(unsigned amount) {
  // A bit more for the sign.
  return DynamicAPInt(APInt::getOneBitSet(amount + 2, amount));
}

Ratio::Ratio(DynamicAPInt n, DynamicAPInt d)
    : numerator(std::move(n)), denominator(std::move(d)) {
  assert(denominator != 0 && "requires a denominator");
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  DynamicAPInt common = gcd(abs(numerator), denominator);
  if (common == 1)
    return;
  numerator /= common;
  denominator /= common;
}

Ratio Ratio::getPowerOfTwo(int exponent) {
  DynamicAPInt power = shiftOne(std::abs(exponent));
  return exponent < 0 ? Ratio(DynamicAPInt(1), power)
                      : Ratio(power, DynamicAPInt(1));
}

Ratio Ratio::get(double value) {
  assert(std::isfinite(value) && "requires a number");
  int exponent;
  // The significand has 53 bits.
  double significand = std::frexp(value, &exponent);
  return Ratio(static_cast<int64_t>(std::ldexp(significand, 53))) *
         getPowerOfTwo(exponent - 53);
}

Ratio Ratio::operator*(const Ratio &other) const {
  return Ratio(numerator * other.numerator, denominator * other.denominator);
}

Ratio Ratio::operator/(const Ratio &other) const {
  return Ratio(numerator * other.denominator, denominator * other.numerator);
}

Ratio Ratio::operator+(const Ratio &other) const {
  return Ratio(numerator * other.denominator + other.numerator * denominator,
               denominator * other.denominator);
}

Ratio Ratio::operator-(const Ratio &other) const {
  return Ratio(numerator * other.denominator - other.numerator * denominator,
               denominator * other.denominator);
}

bool Ratio::operator==(const Ratio &other) const {
  return numerator == other.numerator && denominator == other.denominator;
}

bool Ratio::operator<(const Ratio &other) const {
  return numerator * other.denominator < other.numerator * denominator;
}

DynamicAPInt Ratio::floor() const { return floorDiv(numerator, denominator); }

DynamicAPInt Ratio::ceil() const { return ceilDiv(numerator, denominator); }

DynamicAPInt Ratio::round() const {
  return roundQuotient(numerator, denominator);
}

/// The number of bits of a positive number.
static int countBits(DynamicAPInt value) {
  int bits = 0;
  // Words of the fast path.
  const DynamicAPInt word = shiftOne(62);
  for (; value >= word; value /= word)
    bits += 62;
  return bits + 64 - llvm::countl_zero(uint64_t(int64_t(value)));
}

int Ratio::getLog2() const {
  assert(numerator > 0 && "requires a positive number");
  // The numerator is in [2^(a-1), 2^a), the denominator in [2^(b-1), 2^b), so
  // the quotient in (2^(a-b-1), 2^(a-b+1)).
  int log2 = countBits(numerator) - countBits(denominator);
  return *this < getPowerOfTwo(log2) ? log2 - 1 : log2;
}

double Ratio::toDouble() const {
  if (numerator == 0)
    return 0;
  Ratio positive(abs(numerator), denominator);
  int exponent = positive.getLog2() - 60;
  double value = std::ldexp(static_cast<double>(int64_t(
                                (positive * getPowerOfTwo(-exponent)).round())),
                            exponent);
  return numerator < 0 ? -value : value;
}

DynamicAPInt staircase::roundQuotient(const DynamicAPInt &numerator,
                                      const DynamicAPInt &denominator) {
  // Half a denominator more, then towards zero.
  DynamicAPInt doubled = abs(numerator) * 2 + denominator;
  DynamicAPInt rounded = floorDiv(doubled, denominator * 2);
  return numerator < 0 ? -rounded : rounded;
}
