//===- RescaleToSMT.h -------------------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The claim that lowered arithmetic gives the codes of its requantization, for
// a solver of linear integer arithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_CONVERSION_RESCALETOSMT_RESCALETOSMT_H
#define RESCALE_CONVERSION_RESCALETOSMT_RESCALETOSMT_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"

#include <memory>

namespace mlir {
class OpBuilder;
class Pass;

namespace rescale {
struct LoweredRequantize;

#define GEN_PASS_DECL_CONVERTRESCALETOSMT
#include "rescale/Conversion/Passes.h.inc"

/// The name of the accumulator in every smt.solver.
inline constexpr llvm::StringLiteral kSMTAccumulatorName = "accumulator";

/// Builds an smt.solver that is satisfiable exactly where an accumulator of the
/// channel is wrong. Reports arithmetic that is not linear.
LogicalResult buildChannelSolver(OpBuilder &builder,
                                 const LoweredRequantize &requantize,
                                 int64_t channel);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_CONVERSION_RESCALETOSMT_RESCALETOSMT_H
