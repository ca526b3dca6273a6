//===- Rescale.h - The rescale dialect --------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rescale dialect: requantization with explicit multiplicand widths.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_RESCALE_H
#define RESCALE_DIALECT_RESCALE_IR_RESCALE_H

#include "rescale/Staircase/Certificate.h"
#include "rescale/Staircase/Interval.h"
#include "rescale/Staircase/Rungs.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferIntRangeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/VectorInterfaces.h"

#include "rescale/Dialect/Rescale/IR/RescaleDialect.h.inc"
#include "rescale/Dialect/Rescale/IR/RescaleEnums.h.inc"

namespace mlir::rescale {

/// The discardable attributes of arguments and results of functions:
/// real = scale * (code - zero point).
inline constexpr llvm::StringLiteral kScaleAttrName = "rescale.scale";
inline constexpr llvm::StringLiteral kZeroPointAttrName = "rescale.zero_point";

/// The discardable attributes of arguments of layer functions; docs/spec.md,
/// section 4. The name in C:
inline constexpr llvm::StringLiteral kNameAttrName = "rescale.name";
/// On an output, the numbers of the inputs at whose place it may start:
inline constexpr llvm::StringLiteral kMayAliasAttrName = "rescale.may_alias";
/// On an output, pairs of an input's number and a distance: the output may
/// overlap the input where it starts at least so many bytes before it.
inline constexpr llvm::StringLiteral kOverlapAttrName = "rescale.overlap";
/// On an argument, that it is the arena; on an entry point, the bytes of
/// `size`, `alignment` and `lower_bound`.
inline constexpr llvm::StringLiteral kArenaAttrName = "rescale.arena";

/// The discardable attributes of functions: what a layer was made from, that
/// the function is an entry point, and what was proved of its body.
inline constexpr llvm::StringLiteral kLayerAttrName = "rescale.layer";
inline constexpr llvm::StringLiteral kEntryPointAttrName =
    "rescale.entry_point";
inline constexpr llvm::StringLiteral kProvedAttrName = "rescale.proved";

/// The discardable attribute of a shift whose amount is proved to be less than
/// its width.
inline constexpr llvm::StringLiteral kInRangeAttrName = "rescale.in_range";
/// The discardable attribute of additions, subtractions, multiplications and
/// shifts to the left that are meant modulo a power of two.
inline constexpr llvm::StringLiteral kWrapsAttrName = "rescale.wraps";

/// The discardable attributes of rescale.requantize: the accumulators that can
/// occur, and those that did. docs/Ranges.md.
inline constexpr llvm::StringLiteral kProvedRangeAttrName =
    "rescale.proved_range";
inline constexpr llvm::StringLiteral kObservedRangeAttrName =
    "rescale.observed_range";
/// What of it data gave how often, and what convolutions took. Read by
/// Calibration.h.
inline constexpr llvm::StringLiteral kObservedHistogramAttrName =
    "rescale.observed_histogram";
inline constexpr llvm::StringLiteral kInputMeanAttrName = "rescale.input_mean";
inline constexpr llvm::StringLiteral kInputMomentAttrName =
    "rescale.input_moment";
/// And what it computed before its parameters were changed: docs/spec.md,
/// section 2.
inline constexpr llvm::StringLiteral kCertificateAttrName =
    "rescale.certificate";

/// Whether `attr` can hold multiplicands: dense, rank 1, elements ui1 to ui32
/// or si2 to si32.
bool isMultiplicands(Attribute attr);

/// The same mode in the staircase library; the numbers agree.
constexpr ::staircase::Rounding toStaircase(Rounding rounding) {
  return static_cast<::staircase::Rounding>(rounding);
}
static_assert(toStaircase(Rounding::HalfUp) == ::staircase::Rounding::HalfUp &&
              toStaircase(Rounding::Double) == ::staircase::Rounding::Double &&
              toStaircase(Rounding::Floor) == ::staircase::Rounding::Floor &&
              toStaircase(Rounding::HalfEven) ==
                  ::staircase::Rounding::HalfEven &&
              toStaircase(Rounding::HalfAway) ==
                  ::staircase::Rounding::HalfAway &&
              toStaircase(Rounding::Addend) == ::staircase::Rounding::Addend);

/// The same arithmetic; the numbers agree.
constexpr ::staircase::Rung toStaircase(Rung rung) {
  return static_cast<::staircase::Rung>(rung);
}
constexpr Rung fromStaircase(::staircase::Rung rung) {
  return static_cast<Rung>(rung);
}
static_assert(
    toStaircase(Rung::Multiply32) == ::staircase::Rung::Multiply32 &&
    toStaircase(Rung::TwoLimbs) == ::staircase::Rung::TwoLimbs &&
    toStaircase(Rung::Estimate) == ::staircase::Rung::Estimate &&
    toStaircase(Rung::MultiplyHigh) == ::staircase::Rung::MultiplyHigh &&
    toStaircase(Rung::Multiply64) == ::staircase::Rung::Multiply64 &&
    toStaircase(Rung::RoundingHigh) == ::staircase::Rung::RoundingHigh &&
    toStaircase(Rung::RoundingHigh16) == ::staircase::Rung::RoundingHigh16);

} // namespace mlir::rescale

#define GET_ATTRDEF_CLASSES
#include "rescale/Dialect/Rescale/IR/RescaleAttributes.h.inc"

#define GET_OP_CLASSES
#include "rescale/Dialect/Rescale/IR/RescaleOps.h.inc"

#endif // RESCALE_DIALECT_RESCALE_IR_RESCALE_H
