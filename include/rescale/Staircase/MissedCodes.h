//===- MissedCodes.h - Where a function is no staircase ---------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function that never falls, as a kernel in floating point, need not be any
// `floor((m*d + b) / 2^s)`. This names the codes that keep it from being one.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_MISSEDCODES_H
#define RESCALE_STAIRCASE_MISSEDCODES_H

#include "rescale/Staircase/Thresholds.h"

namespace staircase {

/// The fewest codes whose thresholds have to move so that a staircase, of
/// however many bits, meets all others; one such set, rising. Empty if and only
/// if one is equal. The code of `low` and the one behind that of `high` are
/// among them where the staircase would not yet, or already, reach them.
/// O(J^2 log J), for codes of 8 or 10 bits.
std::vector<int64_t> findMissedCodes(const Thresholds &thresholds);

} // namespace staircase

#endif // RESCALE_STAIRCASE_MISSEDCODES_H
