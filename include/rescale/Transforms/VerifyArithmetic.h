//===- VerifyArithmetic.h - Lowered codes against the staircase -*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whether the arithmetic that a requantization became gives its codes, found
// out without a solver. docs/Verification.md.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TRANSFORMS_VERIFYARITHMETIC_H
#define RESCALE_TRANSFORMS_VERIFYARITHMETIC_H

#include "rescale/Analysis/LoweredArithmetic.h"

namespace mlir::rescale {

/// An accumulator for which the arithmetic is wrong.
struct ArithmeticFault {
  int64_t channel;
  ::staircase::Int128 accumulator;
  /// The code of the original, and what the arithmetic gives.
  int64_t expected;
  ::staircase::Int128 found;
  /// The first operation whose result does not fit; null where only the code is
  /// wrong.
  Operation *overflow = nullptr;
};

/// What is wrong for one accumulator, if anything.
std::optional<ArithmeticFault> findFault(const LoweredRequantize &requantize,
                                         int64_t channel,
                                         ::staircase::Int128 accumulator);

/// What is wrong for any accumulator of a channel. Each is evaluated; of more
/// than 2^24, intervals between two thresholds are halved until interval
/// arithmetic gives their code, or so few are left that each is evaluated.
/// Reports a channel that has too many for either.
FailureOr<std::optional<ArithmeticFault>>
findFault(const LoweredRequantize &requantize, int64_t channel);

/// Reports a fault at the operation.
void report(const LoweredRequantize &requantize, const ArithmeticFault &fault);

/// Tests all channels; reports the first fault.
LogicalResult verifyArithmetic(const LoweredRequantize &requantize);

} // namespace mlir::rescale

#endif // RESCALE_TRANSFORMS_VERIFYARITHMETIC_H
