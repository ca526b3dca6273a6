//===- Bounds.h - What is known of a rescale.apply --------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arithmetic is chosen and proved by these bounds: of the types, of
// constants and of the op's promises.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALETOARITH_BOUNDS_H
#define RESCALE_LIB_CONVERSION_RESCALETOARITH_BOUNDS_H

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Interval.h"
#include "rescale/Staircase/Rungs.h"

#include <optional>

namespace mlir::rescale {

/// The same arithmetic in the solver's library.
constexpr ::staircase::Rung toStaircase(Rung rung) {
  return static_cast<::staircase::Rung>(rung);
}
static_assert(toStaircase(Rung::Multiply32) == ::staircase::Rung::Multiply32 &&
              toStaircase(Rung::TwoLimbs) == ::staircase::Rung::TwoLimbs &&
              toStaircase(Rung::Estimate) == ::staircase::Rung::Estimate &&
              toStaircase(Rung::MultiplyHigh) ==
                  ::staircase::Rung::MultiplyHigh &&
              toStaircase(Rung::Multiply64) == ::staircase::Rung::Multiply64);

/// A constant operand's value, of a scalar or of a splat.
std::optional<APInt> getConstant(Value value);

/// What is known of every operand and intermediate of one op. All of it stays
/// within 2^98.
struct Bounds {
  ::staircase::Interval input;        ///< x
  ::staircase::Interval difference;   ///< d = x - zi
  ::staircase::Interval multiplicand; ///< m
  ::staircase::Interval shift;        ///< s
  ::staircase::Interval addend;       ///< every b, computed ones included
  ::staircase::Interval product;      ///< m*d
  ::staircase::Interval sum;          ///< m*d + b, and m*d itself
  ::staircase::Interval code;         ///< zo + (sum >> s), before the clamp
  ::staircase::Interval clamp;        ///< the clamp's bounds

  explicit Bounds(ApplyOp op);

  /// Whether half-up has to be floor((floor(m*d / 2^(s-1)) + 1) / 2), because
  /// its sum before the shift would have more than 64 bits.
  bool shiftsFirst(ApplyOp op) const;
  /// What the inequalities of a rung are about.
  ::staircase::Facts getFacts(ApplyOp op, Rung rung) const;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALETOARITH_BOUNDS_H
