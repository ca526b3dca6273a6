//===- RescaleToLinalg.h ----------------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowering of rescale.requantize to linalg.generic.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_CONVERSION_RESCALETOLINALG_RESCALETOLINALG_H
#define RESCALE_CONVERSION_RESCALETOLINALG_RESCALETOLINALG_H

#include "rescale/Staircase/Interval.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/DenseMap.h"

#include <memory>

namespace mlir {
class Operation;
class Pass;
class RewritePatternSet;

namespace rescale {

#define GEN_PASS_DECL_CONVERTRESCALETOLINALG
#include "rescale/Conversion/Passes.h.inc"

/// What the inputs of requantizations can be.
using RequantizeInputs = llvm::DenseMap<Operation *, ::staircase::Interval>;

/// Proves it of all requantizations in `top`.
RequantizeInputs proveInputs(Operation *top);

/// Adds the patterns of the pass. With what is proved of the inputs, more of
/// them are computed in 32 bits; it has to be true when the patterns are
/// applied. With `keepCertificates` those of the ops go to what they become.
void populateRescaleToLinalgPatterns(
    RewritePatternSet &patterns, RequantizeInputs inputs = RequantizeInputs(),
    bool keepCertificates = false);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_CONVERSION_RESCALETOLINALG_RESCALETOLINALG_H
