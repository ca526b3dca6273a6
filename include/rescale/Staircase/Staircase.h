//===- Staircase.h - Bit-exact meaning of a requantization ------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference semantics of integer requantization. Everything else in the
// project, folders, lowerings and generated code, has to agree with
// `evaluate` bit for bit. Integers only; knows no IR. docs/spec.md has the
// formulas in prose.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_STAIRCASE_H
#define RESCALE_STAIRCASE_STAIRCASE_H

#include <cstdint>

namespace staircase {

/// Wide enough for every intermediate: a multiplicand of 32 bits times an
/// accumulator of 64 bits less its zero point has at most 98 bits.
__extension__ typedef __int128 Int128;

/// How `m*d / 2^s` becomes an integer; `d` is the accumulator less its zero
/// point. With `s = 0` nothing is discarded and every mode but `Addend` is
/// exact multiplication.
enum class Rounding : uint8_t {
  /// To nearest, ties towards plus infinity: `floor((m*d + 2^(s-1)) / 2^s)`.
  /// TOSA SINGLE_ROUND.
  HalfUp,
  /// Half-up plus, when `s > 31`, 2^30 for `d >= 0` and -2^30 for `d < 0`.
  /// TOSA DOUBLE_ROUND.
  Double,
  /// Towards minus infinity.
  Floor,
  /// To nearest, ties to the even code.
  HalfEven,
  /// To nearest, ties away from zero.
  HalfAway,
  /// `floor((m*d + b) / 2^s)` with a given `b`, chosen by the sign of `d`.
  Addend,
};

/// An integer type with a signedness: the codes that an operand or a result
/// can take.
struct IntegerFormat {
  unsigned width;
  bool isUnsigned = false;

  /// The least representable value.
  Int128 min() const { return isUnsigned ? 0 : -(Int128(1) << (width - 1)); }
  /// The greatest representable value.
  Int128 max() const {
    return (Int128(1) << (isUnsigned ? width : width - 1)) - 1;
  }
  bool contains(Int128 value) const { return min() <= value && value <= max(); }
};

/// One channel's requantization:
/// `y(x) = clamp(outputZeroPoint + q(x - inputZeroPoint), clampMin, clampMax)`
/// with `q(d) = round(m*d / 2^s)` and an intermediate of infinite precision.
/// The value is defined for every `x`: what does not fit the clamp saturates.
struct Staircase {
  /// At most 33 bits with the sign. Every narrowing and every threshold needs
  /// `multiplicand >= 0`; a negative one is accepted by `evaluate` alone, for
  /// TOSA's multiplication of two run-time operands.
  int64_t multiplicand = 1;
  /// 0 to 63.
  unsigned shift = 0;
  Rounding rounding = Rounding::HalfUp;
  /// `b` of Rounding::Addend for `d >= 0` and for `d < 0`.
  int64_t addend = 0;
  int64_t negativeAddend = 0;
  /// At most 64 bits, read as the accumulator is; 65 with the sign.
  Int128 inputZeroPoint = 0;
  int64_t outputZeroPoint = 0;
  int64_t clampMin = INT64_MIN;
  int64_t clampMax = INT64_MAX;
};

/// The constant added before the shift for accumulators of one sign.
/// `tiesToEven` asks for the correction that no addend expresses.
struct Addends {
  Int128 positive;
  Int128 negative;
  bool tiesToEven;
};

/// The addends that express `rounding` at `shift`. With `tiesToEven` they are
/// those of half-up, and a quotient that is odd and had a tie is lowered by
/// one.
Addends getAddends(const Staircase &staircase);

/// `q(d)`: the rounded quotient before zero point and clamp.
Int128 getQuotient(const Staircase &staircase, Int128 difference);

/// `y(x)`: the code of accumulator `x`, of at most 64 bits and a sign.
int64_t evaluate(const Staircase &staircase, Int128 accumulator);

/// Whether `y` never falls as `x` grows. False for a negative multiplicand and
/// for a pair of addends whose step at `d = 0` goes down.
bool isMonotone(const Staircase &staircase);

/// `T(j) = min { d : q(d) >= j }`, clipped to `[low, high + 1]`: `high + 1`
/// when no `d` of the range reaches `j`. `d` is the accumulator less its zero
/// point, `j` a quotient, that is a code less the output zero point. Requires
/// a monotone staircase and `low <= high`.
Int128 getThreshold(const Staircase &staircase, Int128 quotient, Int128 low,
                    Int128 high);

/// The number of magnitude bits of `value >= 0`: 0 for 0, 31 for 2^31 - 1.
unsigned getMagnitudeBits(uint64_t value);

} // namespace staircase

#endif // RESCALE_STAIRCASE_STAIRCASE_H
