//===- ApplyBounds.h - What is known of a rescale.apply ---------*- C++ -*-===//
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

#ifndef RESCALE_ANALYSIS_APPLYBOUNDS_H
#define RESCALE_ANALYSIS_APPLYBOUNDS_H

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Interval.h"
#include "rescale/Staircase/Rungs.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::rescale {

/// A constant operand's value, of a scalar or of a splat.
std::optional<APInt> getConstant(Value value);

/// What is known of every operand and intermediate of one op. All of it stays
/// within 2^98.
struct ApplyBounds {
  ::staircase::Interval input;        ///< x
  ::staircase::Interval difference;   ///< d = x - zi
  ::staircase::Interval multiplicand; ///< m
  ::staircase::Interval shift;        ///< s
  ::staircase::Interval addend;       ///< every b, computed ones included
  ::staircase::Interval product;      ///< m*d
  ::staircase::Interval sum;          ///< m*d + b, and m*d itself
  ::staircase::Interval code;         ///< zo + (sum >> s), before the clamp
  ::staircase::Interval clamp;        ///< what the ends of code are clamped to

  explicit ApplyBounds(ApplyOp op);

  /// Whether half-up has to be floor((floor(m*d / 2^(s-1)) + 1) / 2), because
  /// its sum before the shift would have more than 64 bits.
  bool shiftsFirst(ApplyOp op) const;
  /// What the inequalities of a rung are about.
  ::staircase::Facts getFacts(ApplyOp op, Rung rung) const;
};

/// An arithmetic of an op, and what makes it exact.
struct Arithmetic {
  /// Absent for 128 bits, which always are enough: |m*d| < 2^97.
  std::optional<Rung> rung;
  /// What the rung needs of what it computes.
  std::vector<::staircase::Condition> conditions;

  /// `multiply_128` where there is no rung.
  StringRef getName() const;
  /// All conditions, each as "NEEDS with GOT".
  std::string getProof() const;
};

/// The op's rung, whether it is exact or not, or the least width in which
/// nothing can overflow.
Arithmetic getArithmetic(ApplyOp op, const ApplyBounds &bounds);

/// The first inequality of the rung that does not hold.
std::optional<::staircase::Condition>
findMiss(ApplyOp op, const ApplyBounds &bounds, Rung rung);

} // namespace mlir::rescale

#endif // RESCALE_ANALYSIS_APPLYBOUNDS_H
