//===- Generate.cpp - Parameters of generated operations ------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the generators of both operations share.
//
//===----------------------------------------------------------------------===//

#include "Generate.h"

#include "llvm/ADT/bit.h"

#include <algorithm>

using namespace conformance;
using namespace staircase;

/// A value that an i64 attribute can hold: none, an end, or any.
static int64_t generateZeroPoint(IntegerFormat format, Random &random) {
  const Int128 max = std::min<Int128>(format.max(), INT64_MAX);
  switch (random.below(6)) {
  case 0:
  case 1:
    return 0;
  case 2:
    return static_cast<int64_t>(format.min());
  case 3:
    return static_cast<int64_t>(max);
  default:
    return static_cast<int64_t>(random.anyMagnitude(format.min(), max));
  }
}

Staircase conformance::generateCommon(Kind kind, Random &random) {
  Staircase s;
  s.rounding = kind.rounding;
  s.inputZeroPoint = generateZeroPoint(kind.input, random);
  s.outputZeroPoint = generateZeroPoint(kind.result, random);
  s.clampMin = static_cast<int64_t>(kind.result.min());
  s.clampMax = static_cast<int64_t>(kind.result.max());
  if (random.oneIn(2)) {
    const auto [low, high] =
        std::minmax({int64_t(random.between(s.clampMin, s.clampMax)),
                     int64_t(random.between(s.clampMin, s.clampMax))});
    s.clampMin = low;
    s.clampMax = high;
  }
  return s;
}

int64_t conformance::generateMagnitude(IntegerFormat format, Random &random) {
  const int64_t max = static_cast<int64_t>(format.max());
  const int64_t power = int64_t(1) << random.below(getMagnitudeBits(max));
  switch (random.below(32)) {
  case 0:
    return 0;
  case 1:
  case 2:
    return max;
  case 3:
  case 4:
    return power;
  default:
    return power + random.below(power);
  }
}

unsigned conformance::generateShift(Kind kind, int64_t multiplicand,
                                    Random &random) {
  if (random.oneIn(2))
    return random.below(64);
  const int fitting = int(kind.input.width + getMagnitudeBits(multiplicand)) -
                      int(kind.result.width) + int(random.below(5)) - 2;
  return std::clamp(fitting, 0, 63);
}

int64_t conformance::generateAddend(unsigned shift, Random &random) {
  if (random.oneIn(2))
    return static_cast<int64_t>(random.between(0, (Int128(1) << shift) - 1));
  return static_cast<int64_t>(random.anyMagnitude(INT64_MIN, INT64_MAX));
}

Int128 conformance::generateStep(const Staircase &s, Int128 low, Int128 high,
                                 Random &random) {
  // The steps below and above a code that occurs.
  const Int128 quotient =
      getQuotient(s, random.anyMagnitude(low, high) - s.inputZeroPoint);
  const Int128 threshold =
      getThreshold(s, quotient + Int128(random.below(2)),
                   low - s.inputZeroPoint, high - s.inputZeroPoint);
  return std::clamp(threshold + s.inputZeroPoint - Int128(random.below(2)), low,
                    high);
}

std::optional<Int128> conformance::generateTie(const Staircase &s, Int128 low,
                                               Int128 high, Random &random) {
  // m*d is an odd multiple of 2^(s-1) where d is one of 2^(s-1-k), with 2^k the
  // power of two in m.
  const int bit = int(s.shift) - 1 -
                  llvm::countr_zero(static_cast<uint64_t>(s.multiplicand));
  if (s.multiplicand == 0 || bit < 0)
    return std::nullopt;
  const Int128 half =
      random.anyMagnitude((low - s.inputZeroPoint) >> (bit + 1),
                          (high - s.inputZeroPoint) >> (bit + 1));
  const Int128 tie = (2 * half + 1) * (Int128(1) << bit) + s.inputZeroPoint;
  return low <= tie && tie <= high ? std::optional(tie) : std::nullopt;
}

void conformance::printCommon(llvm::raw_ostream &os, Kind kind,
                              const Staircase &common) {
  if (common.inputZeroPoint != 0)
    os << " input_zero_point " << int64_t(common.inputZeroPoint);
  if (common.outputZeroPoint != 0)
    os << " zero_point " << common.outputZeroPoint;
  if (common.clampMin != kind.result.min() ||
      common.clampMax != kind.result.max())
    os << " clamp [" << common.clampMin << ", " << common.clampMax << ']';
  if (kind.input.isUnsigned)
    os << " unsigned_input";
}

std::string conformance::describe(const Staircase &s, Int128 input) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "x = ";
  // An unsigned input of 64 bits is the one that no int64_t holds.
  if (input > INT64_MAX)
    os << uint64_t(input);
  else
    os << int64_t(input);
  os << ", m = " << s.multiplicand << ", s = " << s.shift
     << ", b = " << s.addend << " and " << s.negativeAddend
     << ", zi = " << int64_t(s.inputZeroPoint) << ", zo = " << s.outputZeroPoint
     << ", clamp = [" << s.clampMin << ", " << s.clampMax << ']';
  return text;
}
