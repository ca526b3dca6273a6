//===- LeastToleranceTest.cpp ---------------------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/LeastTolerance.h"

#include <gtest/gtest.h>

using namespace staircase;

/// The answer where everything from `first` on is solved.
static std::optional<int64_t> search(int64_t least, int64_t most,
                                     int64_t first) {
  return findLeastTolerance(least, most,
                            [&](int64_t tolerance) -> std::optional<int64_t> {
                              EXPECT_GE(tolerance, least);
                              EXPECT_LE(tolerance, most);
                              if (tolerance < first)
                                return std::nullopt;
                              return tolerance;
                            });
}

TEST(LeastTolerance, IsTheFirstThatIsSolved) {
  for (int64_t least = 0; least < 5; ++least)
    for (int64_t most = least; most < 40; ++most)
      for (int64_t first = 0; first <= most; ++first)
        EXPECT_EQ(search(least, most, first), std::max(least, first));
}

TEST(LeastTolerance, IsNothingBeyondTheMost) {
  for (int64_t most = 0; most < 40; ++most)
    EXPECT_EQ(search(0, most, most + 1), std::nullopt);
}

TEST(LeastTolerance, AsksLittle) {
  int count = 0;
  const int64_t first = int64_t(1) << 36;
  EXPECT_EQ(findLeastTolerance(0, int64_t(1) << 37,
                               [&](int64_t tolerance) {
                                 ++count;
                                 return tolerance < first
                                            ? std::nullopt
                                            : std::optional(tolerance);
                               }),
            first);
  EXPECT_LE(count, 80);
}
