//===- RescaleToArith.h -----------------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowering of rescale.apply to exact integer arithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_CONVERSION_RESCALETOARITH_RESCALETOARITH_H
#define RESCALE_CONVERSION_RESCALETOARITH_RESCALETOARITH_H

#include <memory>

namespace mlir {
class Pass;
class RewritePatternSet;

namespace rescale {

#define GEN_PASS_DECL_CONVERTRESCALETOARITH
#include "rescale/Conversion/Passes.h.inc"

/// Adds the patterns of the pass. They leave an op alone whose rung is not
/// exact; the pass says why.
void populateRescaleToArithPatterns(RewritePatternSet &patterns);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_CONVERSION_RESCALETOARITH_RESCALETOARITH_H
