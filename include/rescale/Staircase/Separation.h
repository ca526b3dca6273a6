//===- Separation.h - Lines between two sets of points ----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All staircases `floor((m*d + b) / 2^s)` that do what thresholds say, as a
// problem of geometry: the line `(m*d + b) / 2^s` has to pass on or above the
// lower points and below the upper points, where
//
//   lower points  (T(j), j)      for every step, and (low, first)
//                                unless the first code is clampMin,
//   upper points  (T(j) - g, j)  for every step, and (high, last + 1)
//                                unless the last code is clampMax,
//
// g is the range's stride and quotients are codes less the zero point. Where
// the code saturates nothing is asked: the clamp does the rest. With a
// tolerance e the lower points move down by e and the upper points up by e, and
// those that leave the clamp vanish: every code is then met within e.
//
// The formulas are the digital-line recognition of computational geometry, as
// in O'Rourke, "An on-line algorithm for fitting straight lines between data
// ranges", CACM 24(9), 1981; applied to division by invariant integers it is
// Granlund and Montgomery, PLDI 1994.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_SEPARATION_H
#define RESCALE_STAIRCASE_SEPARATION_H

#include "rescale/Staircase/Arithmetic.h"
#include "rescale/Staircase/Thresholds.h"

#include <algorithm>
#include <vector>

namespace staircase {

/// An accumulator less the input zero point, and a quotient.
struct Point {
  Int128 x;
  Int128 y;
};

/// The integers `least <= n <= greatest`.
struct IntegerInterval {
  Int128 least;
  Int128 greatest;

  bool isEmpty() const { return least > greatest; }
  bool contains(Int128 value) const {
    return least <= value && value <= greatest;
  }
};

/// What is in both; it may be empty.
inline IntegerInterval intersect(const IntegerInterval &a,
                                 const IntegerInterval &b) {
  return {std::max(a.least, b.least), std::min(a.greatest, b.greatest)};
}

/// An integer `b` with `(m*x + b) / 2^s` on or above every lower point and
/// below every upper point exists if and only if `L < m/2^s < U`:
///
///   L = max of (j - k) / (t - u) over lower (t, j), upper (u, k), t > u,
///   U = min of (k - j) / (u - t) over lower (t, j), upper (u, k), t < u.
///
/// Neither depends on s. Only the points on the two convex hulls matter, and of
/// those few, ten or so: building costs O(J), the rest at most the hulls'
/// vertices.
class Separation {
public:
  /// The members of the thresholds' range from `first` to `last`, which have to
  /// be members and in order. The whole range, or those of one sign.
  Separation(const Thresholds &thresholds, Int128 first, Int128 last,
             int64_t tolerance = 0);

  /// False when no line separates the points: then no multiplicand of any width
  /// does, with any addend and shift.
  bool isFeasible() const { return feasible; }

  /// L: minus infinity when zero and below are as good, which is so only where
  /// one code is all. Requires a feasible separation, as do the others.
  const Fraction &getLower() const { return lower; }
  /// U: plus infinity when every steep line does.
  const Fraction &getUpper() const { return upper; }

  /// The `m >= 0` with `L < m/2^s < U`, at most `2^33`.
  IntegerInterval getMultiplicands(unsigned shift) const;

  /// The `b` that go with a multiplicand of that interval:
  /// `max of j*2^s - m*t` to `min of k*2^s - 1 - m*u`. An absent side is cut at
  /// -2^127 / 4 or 2^127 / 4, beyond every bound that the points can give.
  IntegerInterval getAddends(Int128 multiplicand, unsigned shift) const;

  /// The part of `multiplicands` whose addends, for points moved right by
  /// `offset`, meet `allowed`: `m*(t + offset) >= j*2^s - allowed.greatest` and
  /// `m*(u + offset) <= k*2^s - 1 - allowed.least`. Linear in m, so an
  /// interval.
  IntegerInterval restrict(IntegerInterval multiplicands, unsigned shift,
                           const IntegerInterval &allowed,
                           Int128 offset = 0) const;

private:
  /// The vertex that binds at the slope `at`; of two that tie the last one if
  /// `last`. On the lower points the greatest `y - slope*x`, on the upper ones
  /// the least.
  static const Point &findBinding(const std::vector<Point> &hull, bool isLower,
                                  const Fraction &at, bool last);
  /// L and U by Newton's method on the convex, piecewise linear function
  /// `max over lower (j - M*t) - min over upper (k - M*u)`, which is negative
  /// exactly where M separates. False when it never is.
  bool findLower();
  bool findUpper();

  /// The upper hull of the lower points and the lower hull of the upper points,
  /// from left to right.
  std::vector<Point> lowerPoints;
  std::vector<Point> upperPoints;
  Fraction lower = {-1, 0};
  Fraction upper = {1, 0};
  bool feasible = true;
};

} // namespace staircase

#endif // RESCALE_STAIRCASE_SEPARATION_H
