//===- Certificate.h - A claim about two staircases, and its test *- C++
//-*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a narrowed channel carries with it, and the checker that believes none
// of it. The checker shares no code with the solver: it knows the reference
// semantics and nothing of thresholds' closed forms, hulls or slopes.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_CERTIFICATE_H
#define RESCALE_STAIRCASE_CERTIFICATE_H

#include "rescale/Staircase/Staircase.h"

#include "llvm/Support/Error.h"

namespace staircase {

/// "For the accumulators `low`, `low + stride`, ... up to `high`, each less the
/// input zero point, `replacement` gives the codes of `original`, but for
/// `differing` of them, which are wrong by at most `largestDifference` codes."
/// Both figures are exact, not bounds: a certificate that says too much is
/// refused like one that says too little.
struct Certificate {
  Staircase original;
  Staircase replacement;
  Int128 low = 0;
  Int128 high = 0;
  Int128 stride = 1;
  int64_t largestDifference = 0;
  Int128 differing = 0;
};

/// Tests a certificate. For every code between the first and the last it finds
/// a threshold of the original, by whatever means, and proves it one by
/// evaluating both staircases there and one member before: 2J inequalities for
/// each, which with monotony are equality everywhere. A certificate of
/// differences is tested between the steps of either. O(J) evaluations, in 64
/// bits where everything fits. Errors: a range that is empty or has members
/// above 2^66, staircases that can fall or have a shift above 63, more than
/// 2^20 codes, and what is not true.
llvm::Error checkCertificate(const Certificate &certificate);

} // namespace staircase

#endif // RESCALE_STAIRCASE_CERTIFICATE_H
