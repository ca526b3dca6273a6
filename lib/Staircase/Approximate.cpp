//===- Approximate.cpp - The best staircase that is not equal -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A binary search over the tolerance of the solver, then over multiplicands.
//
// For one multiplicand and shift, `T'(j)` falls by one member whenever the
// addend b grows by `P = m*g`, and it is T(j) for b from `start(j) = j*2^s -
// m*T(j)` to `start(j) + P - 1`. So thresholds are met where most of J
// intervals of length P overlap; and the distance falls from b to b + P if and
// only if fewer than half of the j have `start(j) <= b`, which holds up to the
// median of the starts: the least distance is within one P from there, where
// each threshold moves once.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Approximate.h"

#include <algorithm>
#include <cassert>
#include <tuple>

using namespace staircase;

/// What a narrowing does on the range of what it was made of.
static llvm::Expected<Thresholds> getThresholds(const Narrowing &narrowing,
                                                const Thresholds &original) {
  Staircase frame;
  frame.outputZeroPoint = original.outputZeroPoint;
  frame.clampMin = original.clampMin;
  frame.clampMax = original.clampMax;
  return staircase::getThresholds(applyNarrowing(frame, narrowing),
                                  original.range);
}

namespace {

/// The addends of one multiplicand that are best, and how good they are.
struct BestAddends {
  Int128 cost;
  IntegerInterval addends;
};

/// The `start(j)` of the codes that are reached.
std::vector<Int128> getStarts(const Thresholds &original, Int128 multiplicand,
                              unsigned shift) {
  std::vector<Int128> starts;
  starts.reserve(original.steps.size());
  Int128 quotient = original.firstCode - Int128(original.outputZeroPoint);
  for (Int128 step : original.steps)
    starts.push_back(++quotient * (Int128(1) << shift) - multiplicand * step);
  return starts;
}

/// Fewest moved thresholds with an addend of `allowed`.
BestAddends findFewestMoved(std::vector<Int128> starts, Int128 period,
                            const IntegerInterval &allowed) {
  std::sort(starts.begin(), starts.end());
  const Int128 count = starts.size();
  BestAddends best = {count + 1, allowed};
  // Between two neighbours of these addends no threshold moves.
  size_t opened = 0, closed = 0;
  Int128 addend = allowed.least;
  while (addend <= allowed.greatest) {
    while (opened < starts.size() && starts[opened] <= addend)
      ++opened;
    while (closed < opened && starts[closed] + period <= addend)
      ++closed;
    Int128 next = allowed.greatest + 1;
    if (opened < starts.size())
      next = std::min(next, starts[opened]);
    if (closed < opened)
      next = std::min(next, starts[closed] + period);
    const Int128 moved = count - Int128(opened - closed);
    if (moved < best.cost)
      best = {moved, {addend, next - 1}};
    addend = next;
  }
  return best;
}

/// Least distance with an addend of `allowed`.
BestAddends findLeastDistance(std::vector<Int128> starts, Int128 period,
                              const IntegerInterval &allowed) {
  if (starts.empty())
    return {0, allowed};
  const auto median = starts.begin() + (starts.size() - 1) / 2;
  std::nth_element(starts.begin(), median, starts.end());
  const Int128 begin = std::clamp<Int128>(
      *median, allowed.least,
      std::max(allowed.least, allowed.greatest - period + 1));
  const Int128 end = std::min(allowed.greatest, begin + period - 1);

  // The members by which T'(j) is above T(j), at `begin`; and where the
  // next one is lost.
  Int128 cost = 0;
  std::vector<std::pair<Int128, int>> events;
  for (Int128 start : starts) {
    const Int128 above = divideCeil(start - begin, period);
    cost += above < 0 ? -above : above;
    events.push_back({start - (above - 1) * period, above > 0 ? -1 : 1});
  }
  std::sort(events.begin(), events.end());
  BestAddends best = {cost, {begin, end}};
  bool isOpen = true;
  for (size_t i = 0; i < events.size() && events[i].first <= end;) {
    const Int128 addend = events[i].first;
    if (isOpen)
      best.addends.greatest = addend - 1;
    isOpen = false;
    for (; i < events.size() && events[i].first == addend; ++i)
      cost += events[i].second;
    if (cost < best.cost) {
      best = {cost, {addend, end}};
      isOpen = true;
    }
  }
  return best;
}

} // namespace

/// The best of all multiplicands within the tolerance of the options, or
/// std::nullopt where only zero is.
static std::optional<Narrowing> findBest(const Thresholds &original,
                                         const NarrowOptions &options,
                                         Criterion criterion) {
  const Narrower narrower(original, options);
  std::optional<Narrowing> best;
  Int128 bestCost = 0;
  const auto visit = [&](int64_t multiplicand, unsigned shift) {
    Narrowing narrowing = narrower.getNarrowing(multiplicand, shift);
    const Int128 period = multiplicand * original.range.stride;
    std::vector<Int128> starts = getStarts(original, multiplicand, shift);
    const BestAddends found =
        criterion == Criterion::MovedThresholds
            ? findFewestMoved(std::move(starts), period, narrowing.addends)
            : findLeastDistance(std::move(starts), period, narrowing.addends);
    if (best && std::tie(bestCost, best->multiplicand) <=
                    std::tie(found.cost, multiplicand))
      return;
    bestCost = found.cost;
    narrowing.addends = narrowing.negativeAddends = found.addends;
    best = narrowing;
  };
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift) {
    IntegerInterval interval = narrower.getMultiplicands(shift);
    interval.least = std::max<Int128>(interval.least, 1);
    if (!options.palette.empty()) {
      for (int64_t multiplicand : options.palette)
        if (interval.contains(multiplicand))
          visit(multiplicand, shift);
      continue;
    }
    for (; interval.least <= interval.greatest; ++interval.least)
      visit(static_cast<int64_t>(interval.least), shift);
  }
  return best;
}

llvm::Expected<Approximation> staircase::approximate(const Thresholds &original,
                                                     NarrowOptions options,
                                                     Criterion criterion) {
  assert(options.addendRule != AddendRule::BySign && "requires one addend");
  const auto solve = [&](int64_t tolerance) {
    options.tolerance = tolerance;
    return narrow(original, options);
  };
  // The tolerance `wrong` is too small, `right` is enough. Codes are at most
  // 2^36 apart; beyond that no clamp asks for anything.
  int64_t wrong = options.tolerance - 1, right = options.tolerance;
  std::optional<Narrowing> best = solve(right);
  while (!best) {
    if (right > int64_t(1) << (kMaxQuotientBits + 1))
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "no staircase meets the options");
    wrong = right;
    right = 2 * right + 1;
    best = solve(right);
  }
  while (right - wrong > 1) {
    const int64_t middle = wrong + (right - wrong) / 2;
    if (std::optional<Narrowing> next = solve(middle)) {
      best = next;
      right = middle;
    } else {
      wrong = middle;
    }
  }
  if (right > 0 && criterion != Criterion::Multiplicand) {
    assert(options.addendRule != AddendRule::InBias && "requires free addends");
    options.tolerance = right;
    if (std::optional<Narrowing> better =
            findBest(original, options, criterion))
      best = better;
  }
  llvm::Expected<Thresholds> thresholds = ::getThresholds(*best, original);
  if (!thresholds)
    return thresholds.takeError();
  const Differences differences = getDifferences(original, *thresholds);
  return Approximation{*best, std::move(*thresholds), differences};
}
