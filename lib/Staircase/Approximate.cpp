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
// The sum grows with the distance of the slope from the best one, as that of a
// regression of least absolute deviations, to which it is near: beyond what the
// rounding of thresholds can make up for, multiplicands are not tried.
//
// Under a histogram every bin changes its code at some addends, no more often
// than the tolerance lets it: all of them are visited.
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

/// The best addends so far among pieces of constant cost. Only multiples of
/// `unit` count.
struct BestAddends {
  Int128 unit;
  bool found = false;
  Int128 cost = 0;
  IntegerInterval addends = {0, -1};

  void offer(Int128 offeredCost, IntegerInterval piece) {
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
};

/// One multiplicand at one shift, with the addends that are within the
/// tolerance.
struct Candidate {
  const Thresholds &original;
  Int128 multiplicand;
  unsigned shift;
  IntegerInterval allowed;

  Int128 getPeriod() const { return multiplicand * original.range.stride; }
  /// The least addend with which `difference` reaches a quotient.
  Int128 getStart(Int128 quotient, Int128 difference) const {
    return quotient * (Int128(1) << shift) - multiplicand * difference;
  }
  /// The quotient before clamping.
  Int128 getQuotient(Int128 difference, Int128 addend) const {
    return divideFloor(multiplicand * difference + addend, Int128(1) << shift);
  }
};

/// Quotients that the clamp lets through.
IntegerInterval getQuotients(const Thresholds &original) {
  const Int128 zeroPoint = original.outputZeroPoint;
  return {original.clampMin - zeroPoint, original.clampMax - zeroPoint};
}

/// Fewest moved thresholds of those that the original reaches.
void findFewestMoved(const Candidate &candidate, BestAddends &best) {
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
void findLeastDistance(std::vector<Int128> &starts, Int128 period,
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
void findLeastError(const Candidate &candidate, BestAddends &best) {
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
void findLeastError(const Candidate &candidate,
                    llvm::ArrayRef<HistogramBin> histogram, BestAddends &best) {
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

/// The best of all multiplicands within the tolerance of the options.
class CandidateSearch {
public:
  CandidateSearch(const Thresholds &original, const NarrowOptions &options,
                  Criterion criterion, llvm::ArrayRef<HistogramBin> histogram)
      : original(original), options(options), criterion(criterion),
        histogram(histogram), narrower(original, options) {}

  std::optional<Narrowing> run() {
    // From the finest slopes, which are the best: they rule out most others.
    for (unsigned shift = options.maxShift + 1; shift-- > options.minShift;) {
      IntegerInterval interval = narrower.getMultiplicands(shift);
      if (!options.palette.empty()) {
        for (int64_t multiplicand : options.palette)
          if (interval.contains(multiplicand))
            visit(multiplicand, shift);
        continue;
      }
      if (interval.contains(0)) {
        visit(0, shift);
        interval.least = 1;
      }
      if (!interval.isEmpty())
        visitOutwards(interval, shift);
    }
    return best;
  }

private:
  /// The sum of `|b - start(j)|` over some steps for its best b: the distances
  /// of their thresholds, times the multiplicand, were thresholds not rounded
  /// up. Divided by the multiplicand it is convex in its reciprocal.
  Int128 getDistance(Int128 multiplicand, unsigned shift,
                     llvm::ArrayRef<Int128> steps) {
    const Candidate candidate = {original, multiplicand, shift, {}};
    Int128 quotient = Int128(original.firstCode) - original.outputZeroPoint +
                      (steps.begin() - original.steps.data());
    starts.clear();
    for (Int128 step : steps)
      starts.push_back(candidate.getStart(++quotient, step));
    const auto median = starts.begin() + starts.size() / 2;
    std::nth_element(starts.begin(), median, starts.end());
    Int128 sum = 0;
    for (Int128 start : starts)
      sum += start < *median ? *median - start : start - *median;
    return sum;
  }

  /// The steps whose distance is no less than the best error where they are
  /// cut.
  llvm::ArrayRef<Int128> getInnerSteps() const {
    if (criterion != Criterion::MeanError || !histogram.empty() || !best)
      return {};
    const auto [low, high, stride] = original.range;
    if (bestCost > (high - low) / stride)
      return {};
    const Int128 margin = (bestCost + 1) * stride;
    const auto begin = std::lower_bound(original.steps.begin(),
                                        original.steps.end(), low + margin);
    const auto end =
        std::upper_bound(begin, original.steps.end(), high + stride - margin);
    return llvm::ArrayRef<Int128>(original.steps)
        .slice(size_t(begin - original.steps.begin()), size_t(end - begin));
  }

  /// All multiplicands, but for those beyond which nothing is better.
  void visitOutwards(const IntegerInterval &interval, unsigned shift) {
    Int128 center = interval.least;
    if (original.steps.size() > 1)
      center = std::clamp(
          divideFloor(Int128(original.steps.size() - 1) * (Int128(1) << shift),
                      std::max<Int128>(
                          original.steps.back() - original.steps.front(), 1)),
          interval.least, interval.greatest);
    visit(static_cast<int64_t>(center), shift);
    const llvm::ArrayRef<Int128> steps = getInnerSteps();
    const Int128 distance =
        steps.empty() ? 0 : getDistance(center, shift, steps) / center;
    const auto isBeyond = [&](Int128 m) {
      if (steps.empty())
        return false;
      // Rounding up adds less than one member to each threshold. Farther than
      // the center, it is on the rising side.
      const Int128 sum = getDistance(m, shift, steps);
      return sum / m > distance && sum >= (bestCost + Int128(steps.size())) *
                                              m * original.range.stride;
    };
    for (Int128 m = center + 1; m <= interval.greatest && !isBeyond(m); ++m)
      visit(static_cast<int64_t>(m), shift);
    for (Int128 m = center - 1; m >= interval.least && !isBeyond(m); --m)
      visit(static_cast<int64_t>(m), shift);
  }

  void visit(int64_t multiplicand, unsigned shift) {
    // The addends, with AddendRule::InBias not yet divided.
    Narrowing narrowing = narrower.getNarrowing(multiplicand, shift);
    if (narrowing.addends.isEmpty())
      return;
    if (multiplicand == 0)
      return visitConstants(narrowing);
    const bool isInBias = options.addendRule == AddendRule::InBias;
    const Candidate candidate = {original, multiplicand, shift,
                                 narrowing.addends};
    BestAddends found = {isInBias ? multiplicand : 1};
    if (criterion == Criterion::MovedThresholds)
      findFewestMoved(candidate, found);
    else if (histogram.empty())
      findLeastError(candidate, found);
    else
      findLeastError(candidate, histogram, found);
    if (!found.found)
      return;
    if (isInBias) {
      found.addends.least /= multiplicand;
      found.addends.greatest /= multiplicand;
    }
    narrowing.addends = narrowing.negativeAddends = found.addends;
    offer(found.cost, narrowing);
  }

  /// A multiplicand of zero: each code that the addends give.
  void visitConstants(Narrowing narrowing) {
    const Int128 divisor = Int128(1) << narrowing.shift;
    IntegerInterval allowed = narrowing.addends;
    if (options.addendRule == AddendRule::InBias) {
      // The product with any c is zero.
      if (!allowed.contains(0))
        return;
      allowed = {0, 0};
    }
    const IntegerInterval quotients = getQuotients(original);
    const auto getQuotient = [&](Int128 addend) {
      return std::clamp(divideFloor(addend, divisor), quotients.least,
                        quotients.greatest);
    };
    const Int128 end = getQuotient(allowed.greatest);
    for (Int128 q = getQuotient(allowed.least); q <= end; ++q) {
      Thresholds constant = original;
      constant.firstCode = static_cast<int64_t>(q + original.outputZeroPoint);
      constant.steps.clear();
      const Differences differences =
          getDifferences(original, constant, histogram);
      narrowing.addends = allowed;
      if (q > quotients.least)
        narrowing.addends.least = std::max(allowed.least, q * divisor);
      if (q < quotients.greatest)
        narrowing.addends.greatest =
            std::min(allowed.greatest, (q + 1) * divisor - 1);
      narrowing.negativeAddends = narrowing.addends;
      offer(criterion == Criterion::MovedThresholds
                ? Int128(differences.movedThresholds)
                : differences.sum,
            narrowing);
    }
  }

  void offer(Int128 cost, const Narrowing &narrowing) {
    if (best && std::tie(bestCost, best->multiplicand, best->shift) <=
                    std::tie(cost, narrowing.multiplicand, narrowing.shift))
      return;
    bestCost = cost;
    best = narrowing;
  }

  const Thresholds &original;
  const NarrowOptions &options;
  Criterion criterion;
  llvm::ArrayRef<HistogramBin> histogram;
  Narrower narrower;
  std::optional<Narrowing> best;
  Int128 bestCost = 0;
  /// Of getDistance, kept for its memory.
  std::vector<Int128> starts;
};

} // namespace

llvm::Expected<Approximation>
staircase::approximate(const Thresholds &original, NarrowOptions options,
                       Criterion criterion,
                       llvm::ArrayRef<HistogramBin> histogram) {
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
    options.tolerance = right;
    best = CandidateSearch(original, options, criterion, histogram).run();
    assert(best && "the solver has found one");
  }
  llvm::Expected<Thresholds> thresholds = ::getThresholds(*best, original);
  if (!thresholds)
    return thresholds.takeError();
  const Differences differences =
      getDifferences(original, *thresholds, histogram);
  return Approximation{*best, std::move(*thresholds), differences};
}
