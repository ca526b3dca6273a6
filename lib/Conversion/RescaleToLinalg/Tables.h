//===- Tables.h - Parameters in the form that is cheapest -------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A requantization has many forms with the same quotients. Which of them
// rescale.apply gets is decided here, and nowhere else.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALETOLINALG_TABLES_H
#define RESCALE_LIB_CONVERSION_RESCALETOLINALG_TABLES_H

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Forms.h"
#include "rescale/Staircase/Interval.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir::rescale {

/// One channel.
using Line = ::staircase::Row;

/// What rescale.apply takes instead of a requantization's attributes: constant
/// addends wherever the mode has them, so that none is computed at run time.
struct Tables {
  SmallVector<Line> lines;
  Rounding rounding;
  /// What is still to be added to the quotients.
  int64_t zeroPoint;
  /// What is proved of the input, where the arithmetic needs it.
  std::optional<::staircase::Interval> input;

  /// The rung that these are for, or none where the promises decide.
  std::optional<Rung> rung;
  /// The addends are those of `lines` times two to this, and a half of that
  /// more where `addendHalf`.
  unsigned addendShift = 0;
  bool addendHalf = false;
  /// What the input is to be clamped to first.
  std::optional<::staircase::Interval> window;
  /// Every `m*d` and `m*d + b`.
  std::optional<::staircase::Interval> sums;

  /// `proved` holds of the op's input; it is not believed of any other.
  Tables(RequantizeOp op, const ::staircase::Interval &proved);
  /// Those of a form.
  Tables(RequantizeOp op, const ::staircase::Form &form);

private:
  void chooseShifts(RequantizeOp op, const ::staircase::Interval &proved);
  /// Makes the zero point a part of the addends, where that costs no width.
  void moveZeroPoint(RequantizeOp op);
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALETOLINALG_TABLES_H
