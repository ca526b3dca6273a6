//===- TargetMeanError.cpp - The least mean error of one way --------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Within the largest difference that the search has found.
//
//===----------------------------------------------------------------------===//

#include "TargetSearch.h"

#include "rescale/Staircase/Approximate.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::findLeastTolerance;
using ::staircase::Int128;
using ::staircase::IntegerInterval;
using ::staircase::Narrower;
using ::staircase::Narrowing;
using ::staircase::NarrowOptions;
using ::staircase::Range;
using ::staircase::Staircase;

/// How many steps the multiplicands of one shift may have in all, times the
/// largest difference, where the mean error is asked for: those of 8-bit codes
/// on a port of 16 bits, and what takes milliseconds for a channel.
constexpr int64_t kMaxVisitedSteps = int64_t(1) << 18;

namespace {

/// The best of what has been offered, `found` at first.
struct Best {
  Best(ArrayRef<TargetTask> tasks, SmallVector<Staircase, 0> found)
      : tasks(tasks), staircases(std::move(found)),
        rank(getRank(staircases, tasks)) {}

  bool canImprove() const { return rank && rank->largest != 0; }

  void offer(SmallVector<Staircase, 0> others) {
    auto own = getRank(others, tasks);
    if (!own || !(*own < *rank))
      return;
    rank = own;
    staircases = std::move(others);
  }

  ArrayRef<TargetTask> tasks;
  SmallVector<Staircase, 0> staircases;
  std::optional<FitRank> rank;
};

} // namespace

Staircase TargetSearch::improve(const TargetTask &task, const Staircase &found,
                                unsigned minShift, unsigned maxShift) const {
  Best best(task, {found});
  if (!best.canImprove())
    return found;
  NarrowOptions own = options;
  own.tolerance = best.rank->largest;
  own.minShift = own.maxShift = minShift;
  // Whatever the addend, the ends of the range have to fit the product.
  const Range &range = task.channel->range;
  if (range.low < range.high)
    own.maxMultiplicand = std::min<Int128>(
        own.maxMultiplicand,
        ((Int128(1) << std::min(target.productBits, 126u)) - 1) /
            (range.high - range.low));
  Narrower narrower(task.thresholds, own);
  // The shifts up to which few enough multiplicands are near enough; more of
  // them are only finer.
  const int64_t most =
      std::max<int64_t>(1, kMaxVisitedSteps / own.tolerance /
                               (int64_t(task.thresholds.steps.size()) + 1));
  auto countAt = [&](unsigned shift) {
    IntegerInterval all = narrower.getMultiplicands(shift);
    return all.greatest - all.least + 1;
  };
  SmallVector<int64_t> palette;
  if (countAt(minShift) <= most) {
    while (own.maxShift < maxShift && countAt(own.maxShift + 1) <= most)
      ++own.maxShift;
  } else {
    IntegerInterval all = narrower.getMultiplicands(minShift);
    Int128 stride = ::staircase::divideCeil(countAt(minShift), most);
    for (Int128 m = all.least; m <= all.greatest; m += stride)
      palette.push_back(static_cast<int64_t>(m));
    own.palette = palette;
  }

  auto offer = [&](const std::optional<Staircase> &staircase) {
    if (staircase)
      best.offer({*staircase});
    return staircase.has_value();
  };
  // Where the best one is too much for the product with its addend, a narrower
  // one may not be, as long as one is near enough.
  for (bool hasFit = false;
       !hasFit && own.maxMultiplicand > 0 && narrow(task.thresholds, own);) {
    auto nearest =
        approximate(task.thresholds, own, ::staircase::Criterion::MeanError);
    if (!nearest) {
      consumeError(nearest.takeError());
      break;
    }
    const Narrowing &narrowing = nearest->narrowing;
    own.maxMultiplicand = narrowing.multiplicand / 2;
    if (!isOnlyLikely()) {
      hasFit = offer(test(task, narrowing, own.tolerance));
      continue;
    }
    // What the way makes of its neighbours is near to what the solver knows.
    IntegerInterval all = narrower.getMultiplicands(narrowing.shift);
    Int128 first =
        std::max<Int128>(all.least, narrowing.multiplicand - kMaxSpread);
    Int128 last =
        std::min(all.greatest, narrowing.multiplicand + Int128(kMaxSpread));
    for (Int128 m = first; m <= last; ++m)
      hasFit |=
          offer(test(task, narrower.getNarrowing(int64_t(m), narrowing.shift),
                     own.tolerance));
  }
  return best.staircases.front();
}

template <typename Offer>
SmallVector<Staircase, 0>
TargetSearch::improveAtEachShift(ArrayRef<TargetTask> tasks,
                                 SmallVector<Staircase, 0> found,
                                 Offer offer) const {
  Best best(tasks, std::move(found));
  if (!best.canImprove())
    return best.staircases;
  const int64_t tolerance = best.rank->largest;
  SmallVector<Narrower, 0> narrowers = getNarrowers(tasks, tolerance);
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift)
    offer(narrowers, shift, tolerance, best);
  return best.staircases;
}

SmallVector<Staircase, 0>
TargetSearch::improveTogether(ArrayRef<TargetTask> tasks,
                              SmallVector<Staircase, 0> found) const {
  // Each channel as well as a shift admits. What is only tried need not be
  // found again with another tolerance.
  auto offer = [&](ArrayRef<Narrower> narrowers, unsigned shift,
                   int64_t tolerance, Best &best) {
    auto staircases = solveEach(
        narrowers, tasks,
        [&](const Narrower &narrower, const TargetTask &task) {
          auto staircase = solveAt(narrower, task, shift, tolerance);
          if (!staircase)
            return staircase;
          if (auto nearest =
                  findLeastTolerance(0, tolerance, [&](int64_t least) {
                    return solveAt(getNarrower(task, least), task, shift,
                                   least);
                  }))
            staircase = nearest;
          return std::optional(improve(task, *staircase, shift, shift));
        });
    if (staircases)
      best.offer(std::move(*staircases));
  };
  return improveAtEachShift(tasks, std::move(found), offer);
}

SmallVector<Staircase, 0> TargetSearch::improveWithOneMultiplicand(
    ArrayRef<TargetTask> tasks, SmallVector<Staircase, 0> found) const {
  auto offer = [&](ArrayRef<Narrower> narrowers, unsigned shift,
                   int64_t tolerance, Best &best) {
    IntegerInterval common = getCommonMultiplicands(narrowers, shift);
    // Some from all over.
    Int128 stride =
        std::max<Int128>(1, (common.greatest - common.least) / kMaxSpread);
    for (Int128 m = common.least; m <= common.greatest; m += stride)
      if (auto staircases = testEach(narrowers, tasks, m, shift, tolerance))
        best.offer(std::move(*staircases));
  };
  return improveAtEachShift(tasks, std::move(found), offer);
}

SmallVector<Staircase, 0>
TargetSearch::improve(ArrayRef<TargetTask> tasks,
                      SmallVector<Staircase, 0> found) const {
  if (target.multiplicandPer == Granularity::Layer)
    return improveWithOneMultiplicand(tasks, std::move(found));
  if (target.shiftPer == Granularity::Layer)
    return improveTogether(tasks, std::move(found));
  for (auto [task, staircase] : llvm::zip_equal(tasks, found))
    staircase = improve(task, staircase, options.minShift, options.maxShift);
  return found;
}
