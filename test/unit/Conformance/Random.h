//===- Random.h - Seeded numbers for the conformance test -------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbers that are the same on every machine: the standard library's
// distributions are not, its engine is.
//
//===----------------------------------------------------------------------===//

#ifndef TEST_UNIT_CONFORMANCE_RANDOM_H
#define TEST_UNIT_CONFORMANCE_RANDOM_H

#include "rescale/Staircase/Staircase.h"

#include <random>

namespace conformance {

class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}

  /// A number from 0 to `count - 1`.
  uint64_t below(uint64_t count) { return engine() % count; }
  bool oneIn(uint64_t count) { return below(count) == 0; }

  /// A number from `low` to `high`, of at most 65 bits.
  staircase::Int128 between(staircase::Int128 low, staircase::Int128 high) {
    return low +
           staircase::Int128(wide() % (unsigned __int128)(high - low + 1));
  }
  /// A number from `low` to `high` of which every magnitude is as likely.
  staircase::Int128 anyMagnitude(staircase::Int128 low,
                                 staircase::Int128 high) {
    const staircase::Int128 value = static_cast<int64_t>(engine()) >> below(64);
    return low <= value && value <= high ? value : between(low, high);
  }

private:
  __extension__ unsigned __int128 wide() {
    const uint64_t high = engine();
    return (static_cast<unsigned __int128>(high) << 64) | engine();
  }

  std::mt19937_64 engine;
};

} // namespace conformance

#endif // TEST_UNIT_CONFORMANCE_RANDOM_H
