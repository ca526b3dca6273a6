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
// The uniform mean error of the best addend (BestAddends.cpp) grows with the
// distance of the slope from the best one, as that of a regression of least
// absolute deviations, to which it is near: beyond what the rounding of
// thresholds can make up for, multiplicands are not tried.
//
//===----------------------------------------------------------------------===//

#include "BestAddends.h"

#include "rescale/Staircase/LeastTolerance.h"

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
    BestAddends found = findBestAddends(candidate, criterion, histogram,
                                        isInBias ? multiplicand : 1);
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
  struct Solution {
    Narrowing narrowing;
    int64_t tolerance;
  };
  const auto solve = [&](int64_t tolerance) -> std::optional<Solution> {
    options.tolerance = tolerance;
    if (std::optional<Narrowing> narrowing = narrow(original, options))
      return Solution{*narrowing, tolerance};
    return std::nullopt;
  };
  // Codes are at most 2^36 apart; beyond that no clamp asks for anything.
  std::optional<Solution> solution = findLeastTolerance(
      options.tolerance, int64_t(1) << (kMaxQuotientBits + 2), solve);
  if (!solution)
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "no staircase meets the options");
  std::optional<Narrowing> best = solution->narrowing;
  const int64_t right = solution->tolerance;
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

/// `slope` as a multiplicand at another shift, rounded down.
static Int128 getMultiplicand(Slope slope, unsigned shift) {
  return shift >= slope.shift
             ? Int128(slope.multiplicand) << (shift - slope.shift)
             : Int128(slope.multiplicand) >> (slope.shift - shift);
}

llvm::Expected<Approximation>
staircase::approximateObserved(const Thresholds &original, Slope slope,
                               const NarrowOptions &options,
                               llvm::ArrayRef<HistogramBin> histogram) {
  assert(options.addendRule == AddendRule::Free && options.palette.empty() &&
         !histogram.empty() && "requires free addends and bins");
  const Int128 most = options.maxMultiplicand;
  constexpr unsigned kMaxShifts = 4;
  BestAddends best = {/*unit=*/1};
  Narrowing narrowing = {};
  unsigned tried = 0;
  for (unsigned shift = options.maxShift + 1;
       shift-- > options.minShift && tried < kMaxShifts;) {
    const Int128 below = getMultiplicand(slope, shift);
    if (below >= 2 * most || (below > most && shift > options.minShift))
      continue;
    ++tried;
    for (const Int128 multiplicand :
         {std::min(below, most), std::min(below + 1, most)}) {
      if (multiplicand == 0)
        continue;
      Candidate candidate = {original, multiplicand, shift, {}};
      // Codes are whole and clamped, so the best may be a little beside.
      const Int128 median = findMedianAddend(candidate, histogram);
      const Int128 radius = Int128(1) << shift;
      candidate.allowed = {
          std::clamp<Int128>(median - radius, INT64_MIN, INT64_MAX),
          std::clamp<Int128>(median + radius, INT64_MIN, INT64_MAX)};
      const BestAddends addends = findBestAddends(
          candidate, Criterion::MeanError, histogram, best.unit);
      if (best.found && best.cost <= addends.cost)
        continue;
      best = addends;
      narrowing = {static_cast<int64_t>(multiplicand), shift, best.addends,
                   best.addends, AddendRule::Free};
    }
    // Lower shifts only have steeper slopes.
    if (below == 0)
      break;
  }
  if (!best.found)
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "no staircase meets the options");
  llvm::Expected<Thresholds> thresholds = ::getThresholds(narrowing, original);
  if (!thresholds)
    return thresholds.takeError();
  const Differences differences =
      getDifferences(original, *thresholds, histogram);
  return Approximation{narrowing, std::move(*thresholds), differences};
}
