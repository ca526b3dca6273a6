//===- LeastTolerance.h - The nearest staircases by bisection ---*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By how many codes staircases have to differ, where a solver says only
// whether a difference is enough.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_LEASTTOLERANCE_H
#define RESCALE_STAIRCASE_LEASTTOLERANCE_H

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace staircase {

/// What `solve` gives at the least tolerance from `least` to `most` at which it
/// gives anything. What is solved within one is within every greater one.
template <typename Solve>
auto findLeastTolerance(int64_t least, int64_t most, Solve solve)
    -> decltype(solve(most)) {
  int64_t wrong = least - 1, right = least;
  auto best = solve(right);
  // Small ones are the likely ones.
  while (!best) {
    if (right >= most)
      return std::nullopt;
    wrong = right;
    right = std::min(std::max<int64_t>(1, 2 * right), most);
    best = solve(right);
  }
  while (right - wrong > 1) {
    const int64_t middle = wrong + (right - wrong) / 2;
    if (auto solution = solve(middle)) {
      best = std::move(solution);
      right = middle;
    } else {
      wrong = middle;
    }
  }
  return best;
}

} // namespace staircase

#endif // RESCALE_STAIRCASE_LEASTTOLERANCE_H
