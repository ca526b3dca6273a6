//===- TargetFit.cpp - Staircases that a machine can do -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A target has several ways to round and to add. Of those with the least
// largest difference the one with the least mean error is taken.
//
//===----------------------------------------------------------------------===//

#include "TargetFit.h"

#include "TargetSearch.h"

#include "rescale/Staircase/Arithmetic.h"
#include "rescale/Staircase/Equivalence.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::AddendRule;
using ::staircase::Int128;
using ::staircase::Staircase;
using ::staircase::Thresholds;

/// The ways of a target, the plainest first.
static SmallVector<TargetWay> getWays(const TargetFields &target,
                                      bool allowApproximate) {
  using Mode = ::staircase::Rounding;
  SmallVector<TargetWay> ways;
  if (target.hasRounding(Rounding::Floor))
    ways.push_back({AddendRule::None, Mode::Floor});
  if (target.hasRounding(Rounding::HalfUp))
    ways.push_back({AddendRule::HalfUp, Mode::HalfUp});
  else if (target.hasRounding(Rounding::Double))
    // Up to a shift of 31 it is half-up.
    ways.push_back({AddendRule::HalfUp, Mode::Double, std::nullopt, 31});
  if (target.hasRounding(Rounding::Double))
    ways.push_back({AddendRule::Free, Mode::Double, std::nullopt, 63, 32});
  for (Rounding likely : {Rounding::HalfAway, Rounding::HalfEven})
    if (target.hasRounding(likely))
      ways.push_back({AddendRule::HalfUp, toStaircase(likely)});
  if (target.addend == AddendForm::InBias) {
    // Exact, but that it may want a bias that the register does not hold.
    if (target.hasRounding(Rounding::Floor))
      ways.push_back({AddendRule::InBias});
    for (Rounding beside : {Rounding::Floor, Rounding::HalfUp})
      if (target.hasRounding(beside))
        ways.push_back({AddendRule::Free, Mode::Addend, toStaircase(beside)});
  }
  if (target.addend >= AddendForm::Free)
    ways.push_back({AddendRule::Free});
  // The solver takes no tolerance with two addends.
  if (target.addend == AddendForm::BySign && !allowApproximate)
    ways.push_back({AddendRule::BySign});
  // A bias is no interval of multiplicands.
  if (target.multiplicandPer == Granularity::Layer)
    llvm::erase_if(ways, [](const TargetWay &way) {
      return way.rule == AddendRule::InBias;
    });
  return ways;
}

std::optional<Differences> rescale::measure(ArrayRef<Staircase> staircases,
                                            ArrayRef<Channel> channels) {
  Differences differences;
  bool isExact = true;
  for (auto [staircase, channel] : llvm::zip_equal(staircases, channels)) {
    llvm::Expected<Thresholds> own = getThresholds(staircase, channel.range);
    llvm::Expected<Thresholds> wanted =
        getThresholds(channel.original, channel.range);
    if (!own || !wanted) {
      consumeError(own.takeError());
      consumeError(wanted.takeError());
      return std::nullopt;
    }
    auto figures = getDifferences(*wanted, *own);
    if (figures.differing > INT64_MAX)
      return std::nullopt;
    differences.largest.push_back(figures.largest);
    differences.differing.push_back(static_cast<int64_t>(figures.differing));
    isExact &= figures.largest == 0;
  }
  return isExact ? Differences() : differences;
}

static std::optional<Fit> findFit(const TargetFields &target,
                                  ArrayRef<TargetTask> tasks,
                                  ArrayRef<Channel> channels,
                                  bool allowApproximate) {
  // The ways with the least largest difference, then the best one of them.
  int64_t least = INT64_MAX;
  SmallVector<std::pair<TargetWay, SmallVector<Staircase, 0>>> candidates;
  for (const TargetWay &way : getWays(target, allowApproximate)) {
    auto staircases = TargetSearch(target, way).solve(tasks, allowApproximate);
    if (!staircases)
      continue;
    auto rank = getRank(*staircases, tasks);
    if (!rank || rank->largest > least)
      continue;
    if (rank->largest < least)
      candidates.clear();
    least = rank->largest;
    candidates.push_back({way, std::move(*staircases)});
  }
  std::optional<Fit> best;
  std::optional<FitRank> bestRank;
  for (auto &[way, staircases] : candidates) {
    if (least > 0)
      staircases =
          TargetSearch(target, way).improve(tasks, std::move(staircases));
    auto rank = getRank(staircases, tasks);
    std::optional<Differences> differences = measure(staircases, channels);
    if (!rank || !differences || (bestRank && !(*rank < *bestRank)))
      continue;
    bestRank = rank;
    best = Fit{std::move(staircases), std::move(*differences)};
  }
  return best;
}

static llvm::Expected<SmallVector<TargetTask, 0>>
getTasks(ArrayRef<Channel> channels, int64_t zeroPoint) {
  SmallVector<TargetTask, 0> tasks;
  for (auto [i, channel] : llvm::enumerate(channels)) {
    const auto &[original, range] = channel;
    if (Int128 steps =
            evaluate(original, original.inputZeroPoint + range.high) -
            evaluate(original, original.inputZeroPoint + range.low);
        steps > ::staircase::kMaxSteps)
      return llvm::createStringError(
          llvm::formatv("channel {0} has {1} steps from code to code, the "
                        "solver takes at most {2}",
                        i, int64_t(steps), ::staircase::kMaxSteps)
              .str());
    llvm::Expected<Thresholds> thresholds =
        getThresholds(channel.original, channel.range);
    if (!thresholds)
      return thresholds.takeError();
    thresholds->outputZeroPoint = zeroPoint;
    tasks.push_back({&channel, std::move(*thresholds)});
  }
  return tasks;
}

llvm::Expected<std::optional<Fit>> rescale::findFit(const TargetFields &target,
                                                    ArrayRef<Channel> channels,
                                                    int64_t zeroPoint,
                                                    bool allowApproximate) {
  auto tasks = getTasks(channels, zeroPoint);
  if (!tasks)
    return tasks.takeError();
  return ::findFit(target, *tasks, channels, allowApproximate);
}

bool rescale::canApproximate(const TargetFields &target,
                             ArrayRef<Channel> channels, int64_t zeroPoint) {
  auto tasks = getTasks(channels, zeroPoint);
  if (!tasks) {
    consumeError(tasks.takeError());
    return false;
  }
  return llvm::any_of(getWays(target, /*allowApproximate=*/true),
                      [&](const TargetWay &way) {
                        return TargetSearch(target, way).isSolvable(*tasks);
                      });
}

SmallVector<std::string> rescale::explainMisses(const TargetFields &target,
                                                ArrayRef<Channel> channels,
                                                int64_t zeroPoint) {
  auto tasks = getTasks(channels, zeroPoint);
  if (!tasks) {
    consumeError(tasks.takeError());
    return {};
  }
  void (*setAside[])(TargetFields &) = {
      [](TargetFields &t) {
        t.multiplicandBits = 32;
        t.signedMultiplicand = false;
      },
      [](TargetFields &t) { t.productBits = 128; },
      [](TargetFields &t) { t.minShift = 0, t.maxShift = 63; },
      [](TargetFields &t) {
        t.addend = AddendForm::BySign;
        t.addendBits = 64;
      },
      [](TargetFields &t) {
        t.multiplicandPer = t.shiftPer = Granularity::Channel;
      }};
  auto explain = [&](const TargetFields &wider) -> SmallVector<std::string> {
    std::optional<Fit> fit = ::findFit(wider, *tasks, channels, false);
    return fit ? getMisses(target, fit->staircases, channels)
               : SmallVector<std::string>();
  };
  // One field, or else more and more of them.
  for (auto *widen : setAside) {
    TargetFields wider = target;
    widen(wider);
    if (auto misses = explain(wider); !misses.empty())
      return misses;
  }
  TargetFields wider = target;
  for (auto *widen : setAside) {
    widen(wider);
    if (auto misses = explain(wider); !misses.empty())
      return misses;
  }
  return {};
}
