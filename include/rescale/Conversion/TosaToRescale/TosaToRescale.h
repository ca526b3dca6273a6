//===- TosaToRescale.h ------------------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conversion of tosa.rescale, of the clamps behind it and of tosa.apply_scale.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_CONVERSION_TOSATORESCALE_TOSATORESCALE_H
#define RESCALE_CONVERSION_TOSATORESCALE_TOSATORESCALE_H

#include <memory>

namespace llvm {
class LogicalResult;
} // namespace llvm

namespace mlir {
class Operation;
class Pass;
class RewritePatternSet;

namespace rescale {

#define GEN_PASS_DECL_CONVERTTOSATORESCALE
#include "rescale/Conversion/Passes.h.inc"

/// Adds the patterns of the pass. They leave an op that breaks one of the rules
/// tosa_c1 to tosa_c14 alone; `verifyTosaRescales` reports those.
void populateTosaToRescalePatterns(RewritePatternSet &patterns);

/// Reports an error at every tosa.rescale and tosa.apply_scale within `root`
/// that breaks one of the rules tosa_c1 to tosa_c14 of docs/spec.md.
llvm::LogicalResult verifyTosaRescales(Operation *root);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_CONVERSION_TOSATORESCALE_TOSATORESCALE_H
