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

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Forms.h"
#include "rescale/Staircase/Interval.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <memory>
#include <optional>

namespace mlir {
class Operation;
class Pass;
class RewritePatternSet;

namespace rescale {

class ProvedRanges;

#define GEN_PASS_DECL_CONVERTRESCALETOLINALG
#include "rescale/Conversion/Passes.h.inc"

/// What the inputs of requantizations can be.
using RequantizeInputs = llvm::DenseMap<Operation *, ::staircase::Interval>;

/// Those of all requantizations in `top`.
RequantizeInputs proveInputs(Operation *top, const ProvedRanges &ranges);

/// A form, and what it takes.
struct PricedForm {
  ::staircase::Form form;
  /// The instructions of one requantization by the costs of the target, loads
  /// of its tables included.
  uint64_t cost;
};

/// The arithmetic of requantizations, where a target's costs decide.
using RequantizeForms = llvm::DenseMap<Operation *, PricedForm>;

/// A rung that all are to be computed in.
struct RungRequest {
  Rung rung;
  /// Where it is not exact the cheapest one is taken, instead of an error.
  bool mayFallBack = false;
};

/// Reads the option `rung`, `NAME` or `NAME,fallback`; nothing where it is
/// empty, an error at `loc` where it is neither.
FailureOr<std::optional<RungRequest>> parseRungRequest(Location loc,
                                                       llvm::StringRef text);

/// Chooses the cheapest for all requantizations in `top`: by the costs of the
/// `rescale.target` that holds for an op, else of the preset that `target`
/// names. Nothing for an op without either, unless a rung is asked for.
FailureOr<RequantizeForms> chooseForms(Operation *top,
                                       const ProvedRanges &ranges,
                                       llvm::StringRef target,
                                       std::optional<RungRequest> request = {});

/// Calls `visit` for all requantizations in `top` with the `rescale.apply` that
/// the patterns make of them. It is in no program, and gone afterwards.
void visitApplies(Operation *top, const RequantizeInputs &inputs,
                  const RequantizeForms &forms,
                  llvm::function_ref<void(RequantizeOp, ApplyOp)> visit);

/// Adds the patterns of the pass. With what is proved of the inputs, more of
/// them are computed in 32 bits; it has to be true when the patterns are
/// applied, and so have the forms. With `keepCertificates` those of the ops go
/// to what they become.
void populateRescaleToLinalgPatterns(
    RewritePatternSet &patterns, RequantizeInputs inputs = RequantizeInputs(),
    RequantizeForms forms = RequantizeForms(), bool keepCertificates = false);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_CONVERSION_RESCALETOLINALG_RESCALETOLINALG_H
