//===- TargetFit.h - Staircases that a machine can do -----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The best staircases within a #rescale.target, over all of its ways to round
// and to add. Knows channels, but no operations.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_TARGETFIT_H
#define RESCALE_LIB_TRANSFORMS_TARGETFIT_H

#include "Certification.h"

#include "rescale/Dialect/Rescale/IR/Target.h"

namespace mlir::rescale {

/// How far `staircases` are from the originals; empty figures where they are
/// equal, std::nullopt where 64 bits do not count them.
std::optional<Differences> measure(ArrayRef<::staircase::Staircase> staircases,
                                   ArrayRef<Channel> channels);

/// Staircases for all channels of a layer, within a target.
struct Fit {
  SmallVector<::staircase::Staircase, 0> staircases;
  /// By how many codes each differs from its original, and for how many
  /// accumulators.
  Differences differences;
};

/// The staircases within `target` with the least bits among those that are
/// equal to the originals, or with `allowApproximate` those of the least
/// largest difference, of these the ones of the least mean error, and of these
/// the ones with the least bits; they have `zeroPoint` for the one of the
/// originals. With wide ports the mean error is not the least of all
/// multiplicands, but of the thousands that the fewest bits have.
/// std::nullopt where there are none; an error where the originals have no
/// thresholds.
llvm::Expected<std::optional<Fit>> findFit(const TargetFields &target,
                                           ArrayRef<Channel> channels,
                                           int64_t zeroPoint,
                                           bool allowApproximate);

/// Whether `findFit` finds anything with `allowApproximate`.
bool canApproximate(const TargetFields &target, ArrayRef<Channel> channels,
                    int64_t zeroPoint);

/// What is missed at least: the misses of equal staircases for the target with
/// as few fields as possible set aside. Empty where no staircase of 32 bits is
/// equal.
SmallVector<std::string> explainMisses(const TargetFields &target,
                                       ArrayRef<Channel> channels,
                                       int64_t zeroPoint);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_TARGETFIT_H
