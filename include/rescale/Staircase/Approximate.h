//===- Approximate.h - The best staircase that is not equal -----*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where no multiplicand of a width is equal to the original: the one that is
// never further from it than it has to be, and by how much it differs, counted.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_APPROXIMATE_H
#define RESCALE_STAIRCASE_APPROXIMATE_H

#include "rescale/Staircase/Equivalence.h"
#include "rescale/Staircase/Narrow.h"

namespace staircase {

/// A staircase with its exact distance from another one.
struct Approximation {
  Narrowing narrowing;
  /// What `applyNarrowing` makes of it does on the range.
  Thresholds thresholds;
  Differences differences;
};

/// The staircase whose largest difference is the least that the options admit;
/// of those the smallest multiplicand. Exact: "within e codes" is a condition
/// of the same kind as equality (Separation.h), so the solver decides it for
/// every e, and what is within e is within e + 1. The tolerance of the options
/// is where the search begins. Errors: options that admit nothing at all, as a
/// palette no member of which fits, and a result with more than 2^20 codes.
/// AddendRule::BySign is not for this.
llvm::Expected<Approximation> approximate(const Thresholds &original,
                                          NarrowOptions options);

} // namespace staircase

#endif // RESCALE_STAIRCASE_APPROXIMATE_H
