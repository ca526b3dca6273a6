//===- Interval.h - Closed intervals of integers ----------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an integer can be, and what sums, products and shifts of integers can
// be that are chosen independently. Callers keep all ends within 2^126.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_INTERVAL_H
#define RESCALE_STAIRCASE_INTERVAL_H

#include "rescale/Staircase/Staircase.h"

#include "llvm/ADT/ArrayRef.h"

#include <algorithm>
#include <cassert>

namespace staircase {

/// The integers from `low` to `high`, at least one.
struct Interval {
  Int128 low = 0;
  Int128 high = 0;

  bool isConstant() const { return low == high; }
  bool contains(const Interval &other) const {
    return low <= other.low && other.high <= high;
  }
  /// Whether two's complement of `width` bits holds every value.
  bool fits(unsigned width) const {
    return width >= 128 || (low >= -(Int128(1) << (width - 1)) &&
                            high < Int128(1) << (width - 1));
  }
};

inline bool operator==(const Interval &a, const Interval &b) {
  return a.low == b.low && a.high == b.high;
}
inline bool operator!=(const Interval &a, const Interval &b) {
  return !(a == b);
}

inline Interval operator+(const Interval &a, const Interval &b) {
  return {a.low + b.low, a.high + b.high};
}
inline Interval operator-(const Interval &a, const Interval &b) {
  return {a.low - b.high, a.high - b.low};
}
inline Interval operator*(const Interval &a, const Interval &b) {
  const auto products = {a.low * b.low, a.low * b.high, a.high * b.low,
                         a.high * b.high};
  return {std::min(products), std::max(products)};
}
inline Interval &operator+=(Interval &a, const Interval &b) {
  return a = a + b;
}

/// The floor of every quotient by 2^s, s in `shift`.
inline Interval shiftRight(const Interval &a, const Interval &shift) {
  const auto quotients = {a.low >> int(shift.low), a.low >> int(shift.high),
                          a.high >> int(shift.low), a.high >> int(shift.high)};
  return {std::min(quotients), std::max(quotients)};
}

/// The least interval that contains both.
inline Interval getHull(const Interval &a, const Interval &b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

/// The least interval that contains all of them, of which there has to be one.
inline Interval getHullOfAll(llvm::ArrayRef<Interval> intervals) {
  assert(!intervals.empty() && "requires an interval");
  Interval hull = intervals.front();
  for (const Interval &interval : intervals.drop_front())
    hull = getHull(hull, interval);
  return hull;
}

/// All values of a type.
inline Interval getInterval(IntegerFormat format) {
  return {format.min(), format.max()};
}

} // namespace staircase

#endif // RESCALE_STAIRCASE_INTERVAL_H
