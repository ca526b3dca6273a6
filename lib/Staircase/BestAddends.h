//===- BestAddends.h - The best addends of one multiplicand -----*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What approximate() asks of each multiplicand that it tries.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_STAIRCASE_BESTADDENDS_H
#define RESCALE_LIB_STAIRCASE_BESTADDENDS_H

#include "rescale/Staircase/Approximate.h"

namespace staircase {

/// One multiplicand at one shift, with the addends that are within the
/// tolerance.
struct Candidate {
  const Thresholds &original;
  Int128 multiplicand;
  unsigned shift;
  IntegerInterval allowed;

  /// Addends that far apart give thresholds one member apart.
  Int128 getPeriod() const { return multiplicand * original.range.stride; }
  /// The least addend with which `difference` reaches a quotient.
  Int128 getStart(Int128 quotient, Int128 difference) const {
    return quotient * (Int128(1) << shift) - multiplicand * difference;
  }
  /// The quotient before clamping.
  Int128 getQuotient(Int128 difference, Int128 addend) const {
    return divideFloor(multiplicand * difference + addend, Int128(1) << shift);
  }
};

/// The best addends so far among pieces of constant cost. Only multiples of
/// `unit` count.
struct BestAddends {
  Int128 unit;
  bool found = false;
  Int128 cost = 0;
  IntegerInterval addends = {0, -1};

  /// Takes the multiples of a piece, if there are any and they cost less.
  void offer(Int128 offeredCost, IntegerInterval piece);
};

/// The quotients that the clamp lets through.
IntegerInterval getQuotients(const Thresholds &original);

/// The addends of a positive multiplicand with the least mean error, uniform or
/// under a histogram, or with the fewest moved thresholds.
BestAddends findBestAddends(const Candidate &candidate, Criterion criterion,
                            llvm::ArrayRef<HistogramBin> histogram,
                            Int128 unit);

/// The addend with the least mean error under a histogram if codes were neither
/// whole nor clamped, but that saturated codes ask for one bound only.
Int128 findMedianAddend(const Candidate &candidate,
                        llvm::ArrayRef<HistogramBin> histogram);

} // namespace staircase

#endif // RESCALE_LIB_STAIRCASE_BESTADDENDS_H
