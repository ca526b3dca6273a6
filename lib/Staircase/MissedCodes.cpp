//===- MissedCodes.cpp - Where a function is no staircase -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The line `M*d + c` meets code j if `j - M*T(j) <= c < j - M*(T(j) - g)`. At
// one slope M these are intervals of c, and where most of them overlap one of
// them begins. So for each code whose interval begins there, the slopes at
// which that point lies in the interval of another code are an open interval
// too, and a sweep over their ends finds where most of these overlap. What a
// set of codes needs of M is open (Separation.h), so slopes at which two ends
// meet may be left out, and any slope has a multiplicand of enough bits.
//
// Bounds: |d| <= 2^66 and |j| <= 2^35, so cross products have 104 bits.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/MissedCodes.h"

#include "rescale/Staircase/Arithmetic.h"

#include <algorithm>
#include <optional>

using namespace staircase;

namespace {

/// A code and what it asks: a line on or above the quotient at `from`, below it
/// at `before`.
struct Slot {
  Int128 quotient;
  std::optional<Int128> from;
  std::optional<Int128> before;
};

/// The slopes `low < M < high`.
struct SlopeInterval {
  Fraction low = {0, 1};
  Fraction high = {1, 0};

  bool isEmpty() const { return !isLess(low, high); }

  /// Cuts by `M * run < rise`.
  void cut(Int128 run, Int128 rise) {
    if (run > 0) {
      const Fraction bound = {rise, run};
      if (isLess(bound, high))
        high = bound;
    } else if (run < 0) {
      const Fraction bound = {-rise, -run};
      if (isLess(low, bound))
        low = bound;
    } else if (rise <= 0) {
      high = low;
    }
  }
};

/// The slopes at which the line through the beginning of `at` meets `slot`.
SlopeInterval getSlopes(const Slot &slot, const Slot &at) {
  SlopeInterval slopes;
  const Int128 rise = at.quotient - slot.quotient;
  // A line through the very point meets it.
  if (slot.from && (*at.from != *slot.from || rise < 0))
    slopes.cut(*at.from - *slot.from, rise);
  if (slot.before)
    slopes.cut(*slot.before - *at.from, -rise);
  return slopes;
}

std::vector<Slot> getSlots(const Thresholds &thresholds) {
  const Range &range = thresholds.range;
  Int128 quotient = Int128(thresholds.firstCode) - thresholds.outputZeroPoint;
  std::vector<Slot> slots;
  if (thresholds.firstCode > thresholds.clampMin)
    slots.push_back({quotient, range.low, std::nullopt});
  for (Int128 step : thresholds.steps)
    slots.push_back({++quotient, step, step - range.stride});
  if (thresholds.getLastCode() < thresholds.clampMax)
    slots.push_back({quotient + 1, std::nullopt, range.high});
  return slots;
}

/// Slopes at which one line meets most codes, and how many.
struct Best {
  size_t met = 0;
  const Slot *at = nullptr;
  SlopeInterval slopes;
};

/// Lines through the beginning of one code.
void sweep(const std::vector<Slot> &slots, const Slot &at, Best &best) {
  struct Event {
    Fraction slope;
    bool opens;
  };
  std::vector<Event> events;
  for (const Slot &slot : slots) {
    const SlopeInterval slopes = getSlopes(slot, at);
    if (slopes.isEmpty())
      continue;
    events.push_back({slopes.low, true});
    events.push_back({slopes.high, false});
  }
  const auto isBefore = [](const Fraction &a, const Fraction &b) {
    return a.isFinite() && (!b.isFinite() || isLess(a, b));
  };
  std::sort(events.begin(), events.end(), [&](const Event &a, const Event &b) {
    if (isBefore(a.slope, b.slope) || isBefore(b.slope, a.slope))
      return isBefore(a.slope, b.slope);
    return a.opens < b.opens;
  });
  size_t met = 0;
  for (size_t i = 0; i + 1 < events.size(); ++i) {
    met = events[i].opens ? met + 1 : met - 1;
    if (met > best.met && events[i].opens && !events[i + 1].opens)
      best = {met, &at, {events[i].slope, events[i + 1].slope}};
  }
}

} // namespace

std::vector<int64_t> staircase::findMissedCodes(const Thresholds &thresholds) {
  const std::vector<Slot> slots = getSlots(thresholds);
  const auto hasBeginning = [](const Slot &slot) {
    return slot.from.has_value();
  };
  if (std::none_of(slots.begin(), slots.end(), hasBeginning))
    return {};
  Best best;
  for (const Slot &slot : slots)
    if (slot.from)
      sweep(slots, slot, best);
  std::vector<int64_t> missed;
  for (const Slot &slot : slots) {
    const SlopeInterval slopes = getSlopes(slot, *best.at);
    if (slopes.isEmpty() || isLess(best.slopes.low, slopes.low) ||
        (slopes.high.isFinite() && (!best.slopes.high.isFinite() ||
                                    isLess(slopes.high, best.slopes.high))))
      missed.push_back(
          static_cast<int64_t>(slot.quotient + thresholds.outputZeroPoint));
  }
  return missed;
}
