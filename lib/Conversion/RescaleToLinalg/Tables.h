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
#include "rescale/Staircase/Interval.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir::rescale {

/// One channel: `floor((m*d + b) / 2^s)`, with the `b` of d's sign.
struct Line {
  ::staircase::Int128 multiplicand;
  unsigned shift;
  ::staircase::Int128 addend;
  ::staircase::Int128 negativeAddend;
};

/// What rescale.apply takes instead of a requantization's attributes: constant
/// addends wherever the mode has them, so that none is computed at run time.
struct Tables {
  SmallVector<Line> lines;
  Rounding rounding;
  /// What is still to be added to the quotients.
  int64_t zeroPoint;
  /// What is proved of the input, where the arithmetic needs it.
  std::optional<::staircase::Interval> input;

  /// `proved` holds of the op's input; it is not believed of any other.
  Tables(RequantizeOp op, const ::staircase::Interval &proved);

private:
  void chooseShifts(RequantizeOp op, const ::staircase::Interval &proved);
  /// Makes the zero point a part of the addends, where that costs no width.
  void moveZeroPoint(RequantizeOp op);
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALETOLINALG_TABLES_H
