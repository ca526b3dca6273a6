//===- TargetMisses.h - What operations miss of a machine -------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whether a rescale.requantize is what a #rescale.target does, and what it
// misses otherwise: "channel 3 needs 21 multiplicand bits, the target has 16".
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TRANSFORMS_TARGETMISSES_H
#define RESCALE_TRANSFORMS_TARGETMISSES_H

#include "rescale/Dialect/Rescale/IR/Target.h"

#include "llvm/ADT/SmallVector.h"

#include <string>

namespace mlir::rescale {

/// What types miss: the unit is for others.
SmallVector<std::string> getTypeMisses(const TargetFields &target,
                                       RequantizeOp op);

/// What zero points, clamp and the accumulators that can occur miss, which no
/// parameter of a channel changes.
SmallVector<std::string>
getFixedMisses(const TargetFields &target, RequantizeOp op,
               ArrayRef<::staircase::Interval> accumulators);

/// The zero point that `op` has on the target: its own, but where addends have
/// what is left of it.
int64_t getZeroPoint(const TargetFields &target, RequantizeOp op);

/// Everything that `op` misses, with the accumulators that can occur of each
/// channel, or of all; empty where it fits.
SmallVector<std::string>
getMisses(const TargetFields &target, RequantizeOp op,
          ArrayRef<::staircase::Interval> accumulators);

} // namespace mlir::rescale

#endif // RESCALE_TRANSFORMS_TARGETMISSES_H
