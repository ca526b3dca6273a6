//===- RescaleToTosa.h ------------------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conversion of rescale.requantize to tosa.rescale.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_CONVERSION_RESCALETOTOSA_RESCALETOTOSA_H
#define RESCALE_CONVERSION_RESCALETOTOSA_RESCALETOTOSA_H

#include <memory>

namespace llvm {
class LogicalResult;
} // namespace llvm

namespace mlir {
class Operation;
class Pass;
class RewritePatternSet;

namespace rescale {

#define GEN_PASS_DECL_CONVERTRESCALETOTOSA
#include "rescale/Conversion/Passes.h.inc"

/// Adds the patterns of the pass. They leave an op that TOSA cannot say alone;
/// `verifyExpressibleInTosa` reports those.
void populateRescaleToTosaPatterns(RewritePatternSet &patterns);

/// Reports an error at every rescale.requantize within `root` that breaks one
/// of the rules rescale_to_tosa_c1 to rescale_to_tosa_c13 of docs/spec.md.
llvm::LogicalResult verifyExpressibleInTosa(Operation *root);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_CONVERSION_RESCALETOTOSA_RESCALETOTOSA_H
