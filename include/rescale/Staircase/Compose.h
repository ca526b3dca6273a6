//===- Compose.h - One requantization for two -------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A requantization of a requantization never falls, so it has thresholds; but
// they need not be those of any `floor((m*d + b) / 2^s)`.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_COMPOSE_H
#define RESCALE_STAIRCASE_COMPOSE_H

#include "rescale/Staircase/Equivalence.h"
#include "rescale/Staircase/Narrow.h"

namespace staircase {

/// The thresholds of `second` applied to the codes of `first`: the code j of
/// the second is reached where the first reaches the least code that reaches j.
/// Exact always. The zero point and the clamp are the second's. Errors: those
/// of getThresholds for `second` on the codes of `first`.
llvm::Expected<Thresholds> compose(const Thresholds &first,
                                   const Staircase &second);

/// Both in sequence where the first one only multiplies: nothing is rounded and
/// no code of the range, of differences from its input zero point, saturates.
/// The product of the multiplicands, for all accumulators of the range and
/// however many codes there are; without the factors of two that it has in
/// common with the divisor. std::nullopt where the first one does more, where
/// ties go to even, and where 31 bits do not hold the multiplicand or 63 an
/// addend.
std::optional<Staircase> fuseProduct(const Staircase &first,
                                     const Staircase &second,
                                     const Range &range);

/// What became of two requantizations.
struct Fusion {
  /// One staircase that is equal to both in sequence, or, with a
  /// counterexample, the one whose largest difference is least.
  Narrowing narrowing;
  /// The largest difference: 0 when the fusion is exact.
  int64_t largestDifference;
  /// The least accumulator, less the first one's input zero point, at which
  /// that best staircase differs: `first` is the code of the sequence. No other
  /// staircase of these options is right everywhere either.
  std::optional<Counterexample> counterexample;
};

/// Fuses `second` into `first` on a range; the result replaces multiplicand,
/// shift and rounding of a staircase with the first one's input zero point and
/// the second one's output zero point and clamp. Errors: those of compose and
/// of approximate.
llvm::Expected<Fusion> fuse(const Staircase &first, const Staircase &second,
                            const Range &range,
                            const NarrowOptions &options = {});

} // namespace staircase

#endif // RESCALE_STAIRCASE_COMPOSE_H
