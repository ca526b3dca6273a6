//===- TargetSearch.cpp - Staircases for one way to round -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The least tolerance with which the solver has staircases that fit.
//
//===----------------------------------------------------------------------===//

#include "TargetSearch.h"

#include "rescale/Staircase/Arithmetic.h"
#include "rescale/Staircase/Equivalence.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::AddendRule;
using ::staircase::findLeastTolerance;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::IntegerInterval;
using ::staircase::Narrower;
using ::staircase::Narrowing;
using ::staircase::NarrowOptions;
using ::staircase::Range;
using ::staircase::Staircase;
using ::staircase::Thresholds;

/// How many multiplicands are tried where the solver's answer is only likely:
/// more than any port of 8 bits has.
constexpr int64_t kMaxTried = 256;

std::optional<FitRank> rescale::getRank(ArrayRef<Staircase> staircases,
                                        ArrayRef<TargetTask> tasks) {
  int64_t largest = 0;
  Int128 sum = 0;
  for (auto [staircase, task] : llvm::zip_equal(staircases, tasks)) {
    llvm::Expected<Thresholds> actual =
        getThresholds(staircase, task.thresholds.range);
    if (!actual) {
      consumeError(actual.takeError());
      return std::nullopt;
    }
    auto differences = getDifferences(task.thresholds, *actual);
    largest = std::max(largest, differences.largest);
    sum += differences.sum;
  }
  return FitRank{largest, sum, getMultiplicandBits(staircases)};
}

std::optional<Staircase> TargetSearch::test(const TargetTask &task,
                                            Narrowing narrowing,
                                            int64_t tolerance) const {
  // The addends with which the sum fits its register.
  const Range &range = task.channel->range;
  Int128 m = narrowing.multiplicand;
  Int128 limit = Int128(1) << (std::min(target.productBits, 126u) - 1);
  bool isBias = way.rule == AddendRule::InBias || way.biasBeside;
  if (isBias && m == 0)
    return std::nullopt;
  auto restrict = [&](IntegerInterval &addends, bool isNegative) {
    Range own = range;
    if (way.rule == AddendRule::BySign && isNegative)
      own.high = std::min<Int128>(own.high, -1);
    else if (way.rule == AddendRule::BySign)
      own.low = std::max<Int128>(own.low, 0);
    if (own.low > own.high)
      return;
    addends = {std::max(addends.least, -limit - m * own.low),
               std::min(addends.greatest, limit - 1 - m * own.high)};
  };
  // A bias as what its register holds, and that of the accumulators, which
  // begin at it; with the solver's rule that is c itself.
  auto restrictBias = [&](const IntegerInterval &addends, Int128 base) {
    IntegerFormat own = {target.addendBits};
    IntegerFormat accumulator = {target.accumulatorBits};
    return IntegerInterval{
        std::max({own.min(), accumulator.min() - range.low,
                  ::staircase::divideCeil(addends.least - base, m)}),
        std::min({own.max(), accumulator.max() - range.high,
                  ::staircase::divideFloor(addends.greatest - base, m)})};
  };
  if (way.rule == AddendRule::InBias) {
    IntegerInterval sums = {-(Int128(1) << 126), Int128(1) << 126};
    restrict(sums, false);
    IntegerInterval bias = restrictBias(sums, 0);
    narrowing.addends = {std::max(narrowing.addends.least, bias.least),
                         std::min(narrowing.addends.greatest, bias.greatest)};
    narrowing.negativeAddends = narrowing.addends;
  } else if (way.rule == AddendRule::Free || way.rule == AddendRule::BySign) {
    restrict(narrowing.addends, false);
    restrict(narrowing.negativeAddends, true);
  }
  if (way.biasBeside) {
    Staircase mode;
    mode.shift = narrowing.shift;
    mode.rounding = *way.biasBeside;
    Int128 base = getAddends(mode).positive;
    IntegerInterval bias = restrictBias(narrowing.addends, base);
    if (bias.isEmpty())
      return std::nullopt;
    // The one of least size, or amid those that are near enough.
    Int128 addend =
        base +
        m * (tolerance > 0
                 ? ::staircase::divideFloor(bias.least + bias.greatest, 2)
                 : std::clamp<Int128>(0, bias.least, bias.greatest));
    narrowing.addends = narrowing.negativeAddends = {addend, addend};
  }
  if (narrowing.addends.isEmpty() || narrowing.negativeAddends.isEmpty())
    return std::nullopt;
  Staircase staircase = applyNarrowing(task.channel->original, narrowing);
  staircase.outputZeroPoint = task.thresholds.outputZeroPoint;
  if (way.rounding != ::staircase::Rounding::Addend) {
    staircase.rounding = way.rounding;
    staircase.addend = staircase.negativeAddend = 0;
  }
  if (!fits(target, staircase, range))
    return std::nullopt;
  if (isOnlyLikely() && !way.biasBeside) {
    llvm::Expected<Thresholds> actual =
        getThresholds(staircase, task.thresholds.range);
    if (!actual) {
      consumeError(actual.takeError());
      return std::nullopt;
    }
    if (getDifferences(task.thresholds, *actual).largest > tolerance)
      return std::nullopt;
  }
  return staircase;
}

std::optional<Staircase> TargetSearch::solveAt(const Narrower &narrower,
                                               const TargetTask &task,
                                               unsigned shift,
                                               int64_t tolerance) const {
  std::optional<Narrowing> least = narrower.solveAt(shift);
  if (!least)
    return std::nullopt;
  if (auto staircase = test(task, *least, tolerance))
    return staircase;
  if (!isOnlyLikely())
    return std::nullopt;
  IntegerInterval all = narrower.getMultiplicands(shift);
  auto tryMultiplicand = [&](Int128 m) {
    return test(task, narrower.getNarrowing(int64_t(m), shift), tolerance);
  };
  // The least ones, then some from all over: in the middle no threshold is
  // near to an accumulator.
  Int128 last = std::min<Int128>(all.greatest, all.least + kMaxTried - 1);
  for (Int128 m = all.least + 1; m <= last; ++m)
    if (auto staircase = tryMultiplicand(m))
      return staircase;
  Int128 stride = ::staircase::divideCeil(all.greatest - last, kMaxSpread);
  for (Int128 m = last + stride; stride > 0 && m <= all.greatest; m += stride)
    if (auto staircase = tryMultiplicand(m))
      return staircase;
  return std::nullopt;
}

std::optional<Staircase> TargetSearch::solveAlone(const TargetTask &task,
                                                  int64_t tolerance) const {
  Narrower narrower = getNarrower(task, tolerance);
  std::optional<Staircase> best;
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift)
    if (auto staircase = solveAt(narrower, task, shift, tolerance);
        staircase && (!best || staircase->multiplicand < best->multiplicand))
      best = staircase;
  return best;
}

SmallVector<Narrower, 0> TargetSearch::getNarrowers(ArrayRef<TargetTask> tasks,
                                                    int64_t tolerance) const {
  return llvm::map_to_vector<0>(tasks, [&](const TargetTask &task) {
    return getNarrower(task, tolerance);
  });
}

IntegerInterval
TargetSearch::getCommonMultiplicands(ArrayRef<Narrower> narrowers,
                                     unsigned shift) const {
  IntegerInterval common = {0, options.maxMultiplicand};
  for (const Narrower &narrower : narrowers)
    common = intersect(common, narrower.getMultiplicands(shift));
  return common;
}

std::optional<SmallVector<Staircase, 0>>
TargetSearch::solveTogether(ArrayRef<TargetTask> tasks,
                            int64_t tolerance) const {
  SmallVector<Narrower, 0> narrowers = getNarrowers(tasks, tolerance);
  std::optional<SmallVector<Staircase, 0>> best;
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift) {
    auto staircases =
        solveEach(narrowers, tasks,
                  [&](const Narrower &narrower, const TargetTask &task) {
                    return solveAt(narrower, task, shift, tolerance);
                  });
    if (staircases && (!best || getMultiplicandBits(*staircases) <
                                    getMultiplicandBits(*best)))
      best = std::move(staircases);
  }
  return best;
}

std::optional<SmallVector<Staircase, 0>>
TargetSearch::testEach(ArrayRef<Narrower> narrowers, ArrayRef<TargetTask> tasks,
                       Int128 multiplicand, unsigned shift,
                       int64_t tolerance) const {
  return solveEach(
      narrowers, tasks, [&](const Narrower &narrower, const TargetTask &task) {
        return test(task, narrower.getNarrowing(int64_t(multiplicand), shift),
                    tolerance);
      });
}

std::optional<SmallVector<Staircase, 0>>
TargetSearch::solveWithOneMultiplicand(ArrayRef<TargetTask> tasks,
                                       int64_t tolerance) const {
  SmallVector<Narrower, 0> narrowers = getNarrowers(tasks, tolerance);
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift) {
    IntegerInterval common = getCommonMultiplicands(narrowers, shift);
    Int128 last =
        std::min<Int128>(common.greatest, common.least + kMaxTried - 1);
    for (Int128 m = common.least; m <= last; ++m)
      if (auto staircases = testEach(narrowers, tasks, m, shift, tolerance))
        return staircases;
  }
  return std::nullopt;
}

bool TargetSearch::isSolvable(ArrayRef<TargetTask> tasks) const {
  int64_t most = 0;
  for (const TargetTask &task : tasks)
    most = std::max(most, getGreatestTolerance(task));
  if (target.multiplicandPer == Granularity::Layer)
    return solveWithOneMultiplicand(tasks, most).has_value();
  if (target.shiftPer == Granularity::Layer)
    return solveTogether(tasks, most).has_value();
  return llvm::all_of(tasks, [&](const TargetTask &task) {
    return solveAlone(task, getGreatestTolerance(task)).has_value();
  });
}

std::optional<SmallVector<Staircase, 0>>
TargetSearch::solve(ArrayRef<TargetTask> tasks, bool allowApproximate) const {
  int64_t most = 0;
  if (allowApproximate)
    for (const TargetTask &task : tasks)
      most = std::max(most, getGreatestTolerance(task));
  if (target.multiplicandPer == Granularity::Layer)
    return findLeastTolerance(0, most, [&](int64_t tolerance) {
      return solveWithOneMultiplicand(tasks, tolerance);
    });
  if (target.shiftPer == Granularity::Layer)
    return findLeastTolerance(0, most, [&](int64_t tolerance) {
      return solveTogether(tasks, tolerance);
    });
  SmallVector<Staircase, 0> staircases;
  for (const TargetTask &task : tasks) {
    auto staircase = findLeastTolerance(
        0, allowApproximate ? getGreatestTolerance(task) : 0,
        [&](int64_t tolerance) { return solveAlone(task, tolerance); });
    if (!staircase)
      return std::nullopt;
    staircases.push_back(*staircase);
  }
  return staircases;
}
