//===- BestAddends.cpp - The best addends of one multiplicand -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For one multiplicand and shift, `T'(j)` falls by one member whenever the
// addend b grows by `P = m*g`, and it is T(j) for b from `start(j) = j*2^s -
// m*T(j)` to `start(j) + P - 1`. So thresholds are met where most of J
// intervals of length P overlap; and the sum of `|T(j) - T'(j)|` falls from b
// to b + P if and only if fewer than half of the j have `start(j) <= b`, which
// holds up to the median of the starts: the least sum is within one P from
// there, where each threshold moves once.
//
// That sum is the sum of differences where the thresholds of both are cut at
// the ends of the range: T(j) is `low` for codes that are always reached and
// `high + g` for those that never are. A threshold that is cut stands still, so
// the addends are split where one begins or ceases to be, which only the few
// codes next to the ends do.
//
// Under a histogram every bin changes its code at some addends, no more often
// than the tolerance lets it: all of them are visited. Without a tolerance they
// are near a median: were codes not clamped, the error of a bin would grow by
// its weight with each code that the addend is off the interval where it has
// the right one, so the sum falls as long as the bins whose interval is yet to
// begin outweigh those whose interval has ended.
//
//===----------------------------------------------------------------------===//

#include "BestAddends.h"

#include <algorithm>

using namespace staircase;

void BestAddends::offer(Int128 offeredCost, IntegerInterval piece) {
  if (found && cost <= offeredCost)
    return;
  piece = {divideCeil(piece.least, unit) * unit,
           divideFloor(piece.greatest, unit) * unit};
  if (piece.isEmpty())
    return;
  found = true;
  cost = offeredCost;
  addends = piece;
}

IntegerInterval staircase::getQuotients(const Thresholds &original) {
  const Int128 zeroPoint = original.outputZeroPoint;
  return {original.clampMin - zeroPoint, original.clampMax - zeroPoint};
}

/// Fewest moved thresholds of those that the original reaches.
static void findFewestMoved(const Candidate &candidate, BestAddends &best) {
  std::vector<Int128> starts;
  starts.reserve(candidate.original.steps.size());
  Int128 quotient =
      Int128(candidate.original.firstCode) - candidate.original.outputZeroPoint;
  for (Int128 step : candidate.original.steps)
    starts.push_back(candidate.getStart(++quotient, step));
  std::sort(starts.begin(), starts.end());

  // Between two neighbours of these addends no threshold moves.
  const Int128 period = candidate.getPeriod();
  const IntegerInterval &allowed = candidate.allowed;
  size_t opened = 0, closed = 0;
  for (Int128 addend = allowed.least, next; addend <= allowed.greatest;
       addend = next) {
    while (opened < starts.size() && starts[opened] <= addend)
      ++opened;
    while (closed < opened && starts[closed] + period <= addend)
      ++closed;
    next = allowed.greatest + 1;
    if (opened < starts.size())
      next = std::min(next, starts[opened]);
    if (closed < opened)
      next = std::min(next, starts[closed] + period);
    best.offer(Int128(starts.size() - (opened - closed)), {addend, next - 1});
  }
}

/// Least sum of distances, in members, of thresholds none of which is cut with
/// any addend of `allowed`, plus `constant`.
static void findLeastDistance(std::vector<Int128> &starts, Int128 period,
                              Int128 constant, const IntegerInterval &allowed,
                              BestAddends &best) {
  if (starts.empty())
    return best.offer(constant, allowed);
  const auto median = starts.begin() + (starts.size() - 1) / 2;
  std::nth_element(starts.begin(), median, starts.end());
  const Int128 begin = std::clamp<Int128>(
      *median, allowed.least,
      std::max(allowed.least, allowed.greatest - period + 1));
  const Int128 end = std::min(allowed.greatest, begin + period - 1);

  // The members by which T'(j) is above T(j), at `begin`; and where the
  // next one is lost.
  Int128 cost = constant;
  std::vector<std::pair<Int128, int>> events;
  events.reserve(starts.size());
  for (Int128 start : starts) {
    const Int128 above = divideCeil(start - begin, period);
    cost += above < 0 ? -above : above;
    events.push_back({start - (above - 1) * period, above > 0 ? -1 : 1});
  }
  std::sort(events.begin(), events.end());
  Int128 addend = begin;
  for (const auto &[next, change] : events) {
    if (next > end)
      break;
    if (next > addend)
      best.offer(cost, {addend, next - 1});
    addend = next;
    cost += change;
  }
  best.offer(cost, {addend, end});
}

/// Least sum of differences over all members of the range.
static void findLeastError(const Candidate &candidate, BestAddends &best) {
  const Thresholds &original = candidate.original;
  const auto [low, high, stride] = original.range;
  const Int128 zeroPoint = original.outputZeroPoint;
  const Int128 first = original.firstCode - zeroPoint;
  const Int128 last = original.getLastCode() - zeroPoint;
  const auto [minQuotient, maxQuotient] = getQuotients(original);
  const IntegerInterval &allowed = candidate.allowed;

  /// A code, the original's threshold, and from which addend on the other one
  /// is reached at all, and from which on always.
  struct Code {
    Int128 threshold, start, sometimes, always;
  };
  std::vector<Code> codes;
  std::vector<Int128> splits = {allowed.least};
  const auto split = [&](Int128 addend) {
    if (allowed.least < addend && addend <= allowed.greatest)
      splits.push_back(addend);
  };
  const Int128 begin = std::max(
      minQuotient, std::min(first, candidate.getQuotient(low, allowed.least)));
  const Int128 end =
      std::min(maxQuotient,
               std::max(last, candidate.getQuotient(high, allowed.greatest)));
  for (Int128 j = begin + 1; j <= end; ++j) {
    const Int128 threshold = j <= first ? low
                             : j > last ? high + stride
                                        : original.steps[size_t(j - first - 1)];
    codes.push_back({threshold, candidate.getStart(j, threshold),
                     candidate.getStart(j, high), candidate.getStart(j, low)});
    split(codes.back().sometimes);
    split(codes.back().always);
  }
  std::sort(splits.begin(), splits.end());
  splits.erase(std::unique(splits.begin(), splits.end()), splits.end());

  std::vector<Int128> starts;
  for (size_t i = 0; i < splits.size(); ++i) {
    const IntegerInterval piece = {splits[i], i + 1 < splits.size()
                                                  ? splits[i + 1] - 1
                                                  : allowed.greatest};
    Int128 constant = 0;
    starts.clear();
    for (const Code &code : codes) {
      if (piece.least < code.sometimes)
        constant += (high + stride - code.threshold) / stride;
      else if (piece.least >= code.always)
        constant += (code.threshold - low) / stride;
      else
        starts.push_back(code.start);
    }
    findLeastDistance(starts, candidate.getPeriod(), constant, piece, best);
  }
}

/// Least weighted sum of differences.
static void findLeastError(const Candidate &candidate,
                           llvm::ArrayRef<HistogramBin> histogram,
                           BestAddends &best) {
  const IntegerInterval quotients = getQuotients(candidate.original);
  const auto [least, greatest] = candidate.allowed;
  Int128 cost = 0;
  std::vector<std::pair<Int128, Int128>> events;
  for (const auto &[accumulator, weight] : histogram) {
    if (weight == 0)
      continue;
    const Int128 target = Int128(getCode(candidate.original, accumulator)) -
                          candidate.original.outputZeroPoint;
    const auto clamp = [&](Int128 quotient) {
      return std::clamp(quotient, quotients.least, quotients.greatest);
    };
    const Int128 begin = clamp(candidate.getQuotient(accumulator, least));
    const Int128 end = clamp(candidate.getQuotient(accumulator, greatest));
    cost += weight * (begin < target ? target - begin : begin - target);
    for (Int128 j = begin + 1; j <= end; ++j)
      events.push_back({candidate.getStart(j, accumulator),
                        j <= target ? -Int128(weight) : Int128(weight)});
  }
  std::sort(events.begin(), events.end());
  Int128 addend = least;
  for (const auto &[next, change] : events) {
    if (next > addend)
      best.offer(cost, {addend, next - 1});
    addend = next;
    cost += change;
  }
  best.offer(cost, {addend, greatest});
}

BestAddends staircase::findBestAddends(const Candidate &candidate,
                                       Criterion criterion,
                                       llvm::ArrayRef<HistogramBin> histogram,
                                       Int128 unit) {
  BestAddends best = {unit};
  if (criterion == Criterion::MovedThresholds)
    findFewestMoved(candidate, best);
  else if (histogram.empty())
    findLeastError(candidate, best);
  else
    findLeastError(candidate, histogram, best);
  return best;
}

Int128 staircase::findMedianAddend(const Candidate &candidate,
                                   llvm::ArrayRef<HistogramBin> histogram) {
  const IntegerInterval quotients = getQuotients(candidate.original);
  // Where intervals begin and end; saturated ones are open.
  std::vector<std::pair<Int128, Int128>> ends;
  Int128 slope = 0;
  for (const auto &[accumulator, weight] : histogram) {
    const Int128 target = Int128(getCode(candidate.original, accumulator)) -
                          candidate.original.outputZeroPoint;
    if (target > quotients.least) {
      ends.push_back({candidate.getStart(target, accumulator), weight});
      slope -= weight;
    }
    if (target < quotients.greatest)
      ends.push_back({candidate.getStart(target + 1, accumulator), weight});
  }
  std::sort(ends.begin(), ends.end());
  Int128 median = 0;
  for (const auto &[end, weight] : ends) {
    median = end;
    slope += weight;
    if (slope >= 0)
      break;
  }
  return median;
}
