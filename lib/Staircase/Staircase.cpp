//===- Staircase.cpp - Bit-exact meaning of a requantization --------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference evaluation and the thresholds of a staircase.
//
// Bounds: |m| < 2^32 and |d| < 2^65, so |m*d| < 2^97; addends have 64 bits, so
// every sum stays below 2^98 and __int128 never overflows.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Staircase.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cassert>

using namespace staircase;

/// Floor division by a positive divisor; C++ truncates towards zero.
static Int128 floorDivide(Int128 dividend, Int128 divisor) {
  Int128 quotient = dividend / divisor;
  return quotient - (dividend % divisor < 0);
}

Addends staircase::getAddends(const Staircase &s) {
  assert(s.shift < 64 && "shift out of range");
  // Half of the divisor; with no shift there is nothing to round.
  const Int128 half = s.shift ? Int128(1) << (s.shift - 1) : 0;
  switch (s.rounding) {
  case Rounding::HalfUp:
    return {half, half, false};
  case Rounding::Double: {
    const Int128 first = s.shift > 31 ? Int128(1) << 30 : 0;
    return {half + first, half - first, false};
  }
  case Rounding::Floor:
    return {0, 0, false};
  case Rounding::HalfEven:
    return {half, half, true};
  case Rounding::HalfAway:
    return {half, s.shift ? half - 1 : 0, false};
  case Rounding::Addend:
    return {s.addend, s.negativeAddend, false};
  }
  llvm_unreachable("unknown rounding mode");
}

Int128 staircase::getQuotient(const Staircase &s, Int128 difference) {
  const Addends addends = getAddends(s);
  const Int128 sum = s.multiplicand * difference +
                     (difference < 0 ? addends.negative : addends.positive);
  const Int128 divisor = Int128(1) << s.shift;
  const Int128 quotient = floorDivide(sum, divisor);
  const bool isTie = s.shift > 0 && quotient * divisor == sum;
  return quotient - (addends.tiesToEven && isTie && quotient % 2 != 0);
}

int64_t staircase::evaluate(const Staircase &s, Int128 accumulator) {
  const Int128 code =
      s.outputZeroPoint + getQuotient(s, accumulator - s.inputZeroPoint);
  return static_cast<int64_t>(std::clamp<Int128>(code, s.clampMin, s.clampMax));
}

bool staircase::isMonotone(const Staircase &s) {
  return s.multiplicand >= 0 && getQuotient(s, -1) <= getQuotient(s, 0);
}

Int128 staircase::getThreshold(const Staircase &s, Int128 quotient, Int128 low,
                               Int128 high) {
  assert(isMonotone(s) && low <= high && "no threshold is defined");
  // With one addend and no correction of ties, q(d) >= j means
  // m*d + b >= j*2^s. |j| < 2^66 and s < 64 would overflow the product, so the
  // closed form is kept to quotients that a 62-bit code can ask for.
  const Addends addends = getAddends(s);
  const bool isPlain =
      addends.positive == addends.negative && !addends.tiesToEven;
  const Int128 limit = Int128(1) << 62;
  if (isPlain && s.multiplicand > 0 && -limit < quotient && quotient < limit) {
    const Int128 needed = quotient * (Int128(1) << s.shift) - addends.positive;
    const Int128 threshold = -floorDivide(-needed, s.multiplicand);
    return std::clamp<Int128>(threshold, low, high + 1);
  }
  // Bisection: q is monotone, and [low, high + 1] always holds the answer.
  Int128 end = high + 1;
  while (low < end) {
    const Int128 middle = low + (end - low) / 2;
    if (getQuotient(s, middle) >= quotient)
      end = middle;
    else
      low = middle + 1;
  }
  return low;
}

unsigned staircase::getMagnitudeBits(uint64_t value) {
  return llvm::bit_width(value);
}
