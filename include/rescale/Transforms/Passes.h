//===- Passes.h - Transforms ------------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Creation and registration of the passes that stay within their dialects.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TRANSFORMS_PASSES_H
#define RESCALE_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;

namespace rescale {

/// Whose shift rescale-narrow looks for: a channel's or a layer's.
enum class ShiftSharing { Channel, Layer };

/// What rescale-narrow makes least: bits, or with the table of a target the
/// cost; by itself the latter where there is a table.
enum class NarrowGoal { Auto, Bits, Cost };

/// How rescale-report writes.
enum class ReportFormat { JSON, Table };

/// What rescale-approximate makes least, after the largest difference.
enum class ErrorCriterion { Largest, Mean, Thresholds };

/// Which number of few bits rescale-snap makes of a scale.
enum class SnapGrid { Above, Nearest, Best };

/// What rescale-snap does to layers behind which no weights follow.
enum class LastLayer { Snap, Keep };

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "rescale/Transforms/Passes.h.inc"

} // namespace rescale
} // namespace mlir

#endif // RESCALE_TRANSFORMS_PASSES_H
