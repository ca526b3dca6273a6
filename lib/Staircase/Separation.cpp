//===- Separation.cpp - Lines between two sets of points ------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bounds: |x| <= 2^66 and differences of x at most 2^68; a tolerance is at most
// 2^38, so |y| <= 2^39 and differences of y are at most 2^40. A cross product
// of two edges has 109 bits, L and U have numerators of 40 and denominators of
// 68 bits, and a point's distance from a line of such a slope has 110.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Separation.h"

#include <algorithm>
#include <cassert>

using namespace staircase;

/// Stands for an absent bound: |m*x + y*2^s| stays below 2^103.
static constexpr Int128 kUnbounded = Int128(1) << 125;

/// Adds a point right of (or straight above) the others of a hull. `sign` is 1
/// for an upper hull and -1 for a lower one.
static void extendHull(std::vector<Point> &hull, Point point, int sign) {
  if (!hull.empty() && hull.back().x == point.x) {
    // One accumulator: the highest lower point binds, the lowest upper point.
    if (sign < 0)
      return;
    hull.pop_back();
  }
  while (hull.size() >= 2) {
    const Point &a = hull[hull.size() - 2], &b = hull.back();
    const Int128 turn =
        (b.y - a.y) * (point.x - b.x) - (point.y - b.y) * (b.x - a.x);
    if (sign * turn > 0)
      break;
    hull.pop_back();
  }
  hull.push_back(point);
}

Separation::Separation(const Thresholds &thresholds, Int128 first, Int128 last,
                       int64_t tolerance) {
  assert(first <= last && tolerance >= 0 && "requires members in order");
  const std::vector<Int128> &steps = thresholds.steps;
  const Int128 zeroPoint = thresholds.outputZeroPoint;
  // Beyond these quotients the clamp does the work.
  const Int128 minQuotient = thresholds.clampMin - zeroPoint;
  const Int128 maxQuotient = thresholds.clampMax - zeroPoint;
  const auto addLower = [&](Int128 x, Int128 quotient) {
    if (quotient - tolerance > minQuotient)
      extendHull(lowerPoints, {x, quotient - tolerance}, 1);
  };
  // The quotient at x has to stay below `bound` plus the tolerance.
  const auto addUpper = [&](Int128 x, Int128 bound) {
    if (bound + tolerance <= maxQuotient)
      extendHull(upperPoints, {x, bound + tolerance}, -1);
  };

  const auto begin = std::upper_bound(steps.begin(), steps.end(), first);
  const auto end = std::upper_bound(begin, steps.end(), last);
  Int128 quotient = thresholds.firstCode - zeroPoint + (begin - steps.begin());
  addLower(first, quotient);
  for (auto step = begin; step != end; ++step) {
    ++quotient;
    addLower(*step, quotient);
    addUpper(*step - thresholds.range.stride, quotient);
  }
  addUpper(last, quotient + 1);
  feasible = findLower() && findUpper() &&
             (!lower.isFinite() || !upper.isFinite() || isLess(lower, upper));
}

const Point &Separation::findBinding(const std::vector<Point> &hull,
                                     bool isLower, const Fraction &at,
                                     bool last) {
  // Along an upper hull y - slope*x rises to its maximum and falls, along a
  // lower hull it falls to its minimum and rises.
  size_t low = 0, high = hull.size() - 1;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const Point &a = hull[middle], &b = hull[middle + 1];
    const Int128 gain =
        at.denominator * (b.y - a.y) - at.numerator * (b.x - a.x);
    const Int128 improvement = isLower ? gain : -gain;
    if (improvement > 0 || (improvement == 0 && last))
      low = middle + 1;
    else
      high = middle;
  }
  return hull[low];
}

bool Separation::findLower() {
  if (lowerPoints.empty() || upperPoints.empty())
    return true;
  // From M = 0 to the right, following the tangent of the function's right
  // side: of lower points that tie the first one binds there, of upper ones the
  // last.
  Fraction at = {0, 1};
  while (true) {
    const Point &t = findBinding(lowerPoints, /*isLower=*/true, at, false);
    const Point &u = findBinding(upperPoints, /*isLower=*/false, at, true);
    const Int128 value =
        at.denominator * (t.y - u.y) - at.numerator * (t.x - u.x);
    if (value < 0) {
      assert(at.numerator == 0 && "overshot a root");
      return true; // Zero separates: there is no bound.
    }
    if (t.x <= u.x)
      return false; // Not negative, and it never falls again.
    if (value == 0) {
      lower = at;
      return true;
    }
    at = {t.y - u.y, t.x - u.x};
  }
}

bool Separation::findUpper() {
  if (lowerPoints.empty() || upperPoints.empty())
    return true;
  const Point &leftmost = lowerPoints.front(), &rightmost = upperPoints.back();
  if (rightmost.x <= leftmost.x)
    return true;
  // From the right end, where this pair alone decides, to the left.
  Fraction at = {rightmost.y - leftmost.y, rightmost.x - leftmost.x};
  while (true) {
    const Point &t = findBinding(lowerPoints, /*isLower=*/true, at, true);
    const Point &u = findBinding(upperPoints, /*isLower=*/false, at, false);
    const Int128 value =
        at.denominator * (t.y - u.y) - at.numerator * (t.x - u.x);
    if (u.x <= t.x)
      return false;
    if (value == 0) {
      upper = at;
      return true;
    }
    assert(value > 0 && "overshot a root");
    at = {u.y - t.y, u.x - t.x};
  }
}

IntegerInterval Separation::getMultiplicands(unsigned shift) const {
  assert(feasible && shift < 64 && "no multiplicand to ask for");
  const Int128 divisor = Int128(1) << shift;
  IntegerInterval result = {0, Int128(1) << 33};
  if (lower.isFinite())
    result.least = std::max<Int128>(
        0, divideFloor(lower.numerator * divisor, lower.denominator) + 1);
  if (upper.isFinite())
    result.greatest =
        std::min(result.greatest,
                 divideCeil(upper.numerator * divisor, upper.denominator) - 1);
  return result;
}

IntegerInterval Separation::getAddends(Int128 multiplicand,
                                       unsigned shift) const {
  const Int128 divisor = Int128(1) << shift;
  const Fraction slope = {multiplicand, divisor};
  IntegerInterval result = {-kUnbounded, kUnbounded};
  if (!lowerPoints.empty()) {
    const Point &t = findBinding(lowerPoints, true, slope, false);
    result.least = t.y * divisor - multiplicand * t.x;
  }
  if (!upperPoints.empty()) {
    const Point &u = findBinding(upperPoints, false, slope, false);
    result.greatest = u.y * divisor - 1 - multiplicand * u.x;
  }
  return result;
}

/// Keeps the m of `interval` with `m * factor >= bound`.
static void requireProduct(IntegerInterval &interval, Int128 factor,
                           Int128 bound) {
  if (factor > 0)
    interval.least = std::max(interval.least, divideCeil(bound, factor));
  else if (factor < 0)
    interval.greatest =
        std::min(interval.greatest, divideFloor(-bound, -factor));
  else if (bound > 0)
    interval = {0, -1};
}

IntegerInterval Separation::restrict(IntegerInterval multiplicands,
                                     unsigned shift,
                                     const IntegerInterval &allowed,
                                     Int128 offset) const {
  const Int128 divisor = Int128(1) << shift;
  for (const Point &t : lowerPoints)
    requireProduct(multiplicands, t.x + offset,
                   t.y * divisor - allowed.greatest);
  for (const Point &u : upperPoints)
    requireProduct(multiplicands, -(u.x + offset),
                   allowed.least - (u.y * divisor - 1));
  return multiplicands;
}
