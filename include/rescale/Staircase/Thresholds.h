//===- Thresholds.h - All steps of a staircase on a range -------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a requantization does on a range of accumulators, without saying how it
// is computed: its first code, and for every further code the least
// accumulator that reaches it. Two requantizations are equal on the range if
// and only if these are. For one of int8 codes there are at most 255 steps,
// however wide the accumulators are.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_THRESHOLDS_H
#define RESCALE_STAIRCASE_THRESHOLDS_H

#include "rescale/Staircase/Staircase.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace staircase {

/// The bounds that every intermediate of the solver is sized for: differences
/// `|d| <= 2^66`, quotients `|j| <= 2^35` and `2^20` steps, so that products of
/// one and a 33-bit multiplicand or a divisor up to 2^63 stay below 2^103.
constexpr unsigned kMaxDifferenceBits = 66;
constexpr unsigned kMaxQuotientBits = 35;
constexpr int64_t kMaxSteps = 1 << 20;

/// Accumulators, less the input zero point: `low`, `low + stride`, ..., `high`.
/// A stride above one is known where every weight of a channel has a common
/// divisor and the accumulators fall into one residue class.
struct Range {
  Int128 low;
  Int128 high;
  Int128 stride = 1;
};

/// A monotone function from the members of a range to codes.
struct Thresholds {
  /// `high` is a member: lowered to `low` plus a multiple of the stride.
  Range range;
  /// The clamp and the zero point of the codes; the quotient `j` of the
  /// formulas is the code less the zero point.
  int64_t outputZeroPoint = 0;
  int64_t clampMin = INT64_MIN;
  int64_t clampMax = INT64_MAX;
  /// The code of `range.low`.
  int64_t firstCode = 0;
  /// `steps[i]` is the least member with a code of `firstCode + 1 + i` or more.
  /// Not decreasing; each in `(low, high]`. Empty where one code is all.
  std::vector<Int128> steps;

  /// The code of `range.high`.
  int64_t getLastCode() const {
    return firstCode + static_cast<int64_t>(steps.size());
  }
};

/// The thresholds of a staircase in every rounding mode, in O(J) additions:
/// with one addend `T(j) = ceil((j*2^s - b) / m)`; ties to even need one more
/// where `j` is odd; of two addends each holds for its sign. Errors: a range
/// that is empty or too wide, a falling staircase (negative multiplicand or a
/// pair of addends that steps down at zero), a shift above 63, a clamp without
/// codes, codes that are too many or too far from the zero point.
llvm::Expected<Thresholds> getThresholds(const Staircase &staircase,
                                         const Range &range);

/// The thresholds of any function that never falls and whose codes lie in the
/// clamp, by bisection: a kernel in floating point, a table. `evaluate` gets
/// accumulators less the input zero point. Errors as above; that the function
/// does not fall is the caller's promise.
llvm::Expected<Thresholds>
getThresholds(llvm::function_ref<int64_t(Int128)> evaluate, const Range &range,
              int64_t outputZeroPoint, int64_t clampMin, int64_t clampMax);

/// The code of a member of the range.
int64_t getCode(const Thresholds &thresholds, Int128 difference);

} // namespace staircase

#endif // RESCALE_STAIRCASE_THRESHOLDS_H
