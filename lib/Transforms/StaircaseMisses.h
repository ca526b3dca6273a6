//===- StaircaseMisses.h - What staircases miss of a machine ----*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whether staircases are what a #rescale.target does, and what it lacks for
// them. Knows channels, but no operations.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_STAIRCASEMISSES_H
#define RESCALE_LIB_TRANSFORMS_STAIRCASEMISSES_H

#include "Certification.h"

#include "rescale/Dialect/Rescale/IR/Target.h"

namespace mlir::rescale {

/// The bits of accumulators that begin at `bias`, with the sign.
unsigned getAccumulatorBits(const ::staircase::Range &range,
                            ::staircase::Int128 bias = 0);

/// Whether the addends of a staircase, where the range uses them, are those of
/// a rounding mode of the target, or its addend can be them.
bool hasFittingAddends(const TargetFields &target,
                       const ::staircase::Staircase &staircase,
                       const ::staircase::Range &range);

/// Whether everything of one channel fits.
bool fits(const TargetFields &target, const ::staircase::Staircase &staircase,
          const ::staircase::Range &range);

/// Whether all channels fit, and share what a layer has one of, the rounding
/// mode always.
bool fits(const TargetFields &target,
          ArrayRef<::staircase::Staircase> staircases,
          ArrayRef<Channel> channels);

/// What each field misses of `staircases`, the worst channel for each, as in
/// "channel 3 needs 21 multiplicand bits, the target has 16". Empty where they
/// fit.
SmallVector<std::string> getMisses(const TargetFields &target,
                                   ArrayRef<::staircase::Staircase> staircases,
                                   ArrayRef<Channel> channels);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_STAIRCASEMISSES_H
