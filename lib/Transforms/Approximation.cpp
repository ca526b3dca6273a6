//===- Approximation.cpp - What is best where nothing is equal ------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Equality first, then the solver's approximations.
//
//===----------------------------------------------------------------------===//

#include "Approximation.h"

#include "Certification.h"
#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Staircase/Approximate.h"
#include "rescale/Staircase/LeastTolerance.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::AddendRule;
using ::staircase::Criterion;
using ::staircase::Int128;
using ::staircase::Narrower;
using ::staircase::Narrowing;
using ::staircase::NarrowOptions;
using ::staircase::Thresholds;

/// What a channel gets, and what it costs by the criterion.
struct Approximator::Choice {
  Narrowing narrowing;
  Int128 cost = 0;
};

llvm::Expected<Approximator::Choice>
Approximator::approximateChannel(const Thresholds &thresholds,
                                 const ObservedChannel *channel,
                                 NarrowOptions options) const {
  std::optional<Narrowing> exact = narrow(thresholds, options);
  if (!exact && allowPairs) {
    options.addendRule = AddendRule::BySign;
    exact = narrow(thresholds, options);
    options.addendRule = AddendRule::Free;
  }
  if (exact)
    return Choice{*exact};
  if (channel) {
    llvm::Expected<::staircase::Approximation> best =
        approximateObserved(thresholds, channel->slope, options, channel->bins);
    if (!best)
      return best.takeError();
    return Choice{best->narrowing, best->differences.sum};
  }
  auto solve = [&](Criterion criterion) {
    return approximate(thresholds, options, criterion);
  };
  llvm::Expected<::staircase::Approximation> best =
      solve(criterion == ErrorCriterion::Largest ? Criterion::Multiplicand
            : criterion == ErrorCriterion::Mean  ? Criterion::MeanError
                                                 : Criterion::MovedThresholds);
  if (!best)
    return best.takeError();
  if (criterion == ErrorCriterion::Thresholds)
    return Choice{best->narrowing, best->differences.movedThresholds};
  if (criterion == ErrorCriterion::Mean)
    return Choice{best->narrowing, best->differences.sum};
  // The same multiplicand and shift with the best of the addends.
  options.palette = best->narrowing.multiplicand;
  options.minShift = options.maxShift = best->narrowing.shift;
  options.tolerance = best->differences.largest;
  best = solve(Criterion::MeanError);
  if (!best)
    return best.takeError();
  return Choice{best->narrowing};
}

/// Each channel by itself; adds up what they cost.
llvm::Expected<SmallVector<Narrowing, 0>>
Approximator::approximateChannels(ArrayRef<Thresholds> channels,
                                  const NarrowOptions &options,
                                  Int128 &cost) const {
  SmallVector<Narrowing, 0> narrowings;
  for (auto [i, thresholds] : llvm::enumerate(channels)) {
    llvm::Expected<Choice> choice = approximateChannel(
        thresholds, observed.empty() ? nullptr : &observed[i], options);
    if (!choice)
      return choice.takeError();
    narrowings.push_back(choice->narrowing);
    cost += choice->cost;
  }
  return narrowings;
}

llvm::Expected<SmallVector<Narrowing, 0>>
Approximator::approximateChannels(ArrayRef<Thresholds> channels,
                                  const NarrowOptions &options) const {
  Int128 cost = 0;
  return approximateChannels(channels, options, cost);
}

/// One shift for channels that cannot all be equal, by what was observed.
llvm::Expected<SmallVector<Narrowing, 0>>
Approximator::approximateObservedTogether(ArrayRef<Thresholds> channels,
                                          NarrowOptions options) const {
  // Below the greatest that all channels admit, multiplicands have less choice.
  constexpr unsigned kMaxShifts = 4;
  std::optional<SmallVector<Narrowing, 0>> layer;
  Int128 bestCost = 0;
  unsigned tried = 0;
  for (unsigned shift = options.maxShift + 1, least = options.minShift;
       shift-- > least && tried < kMaxShifts;) {
    options.minShift = options.maxShift = shift;
    Int128 cost = 0;
    auto next = approximateChannels(channels, options, cost);
    if (!next) {
      llvm::consumeError(next.takeError());
      continue;
    }
    ++tried;
    if (layer && bestCost <= cost)
      continue;
    bestCost = cost;
    layer = std::move(*next);
  }
  if (!layer)
    return llvm::createStringError("no shift meets the options");
  return std::move(*layer);
}

llvm::Expected<SmallVector<Narrowing, 0>>
Approximator::approximateTogether(ArrayRef<Thresholds> channels,
                                  NarrowOptions options) const {
  struct Layer {
    SmallVector<Narrowing, 0> narrowings;
    int64_t tolerance;
  };
  auto solve = [&](int64_t tolerance) -> std::optional<Layer> {
    options.tolerance = tolerance;
    auto narrowings = narrowLayer(channels, options);
    // Two addends are for equal staircases.
    if (!narrowings && tolerance == 0 && allowPairs) {
      options.addendRule = AddendRule::BySign;
      narrowings = narrowLayer(channels, options);
      options.addendRule = AddendRule::Free;
    }
    if (!narrowings)
      return std::nullopt;
    return Layer{std::move(*narrowings), tolerance};
  };
  if (!observed.empty()) {
    if (std::optional<Layer> exact = solve(0))
      return std::move(exact->narrowings);
    return approximateObservedTogether(channels, options);
  }
  // Codes are at most this far apart: nothing is asked for any more.
  std::optional<Layer> found = ::staircase::findLeastTolerance(
      0, int64_t(1) << (::staircase::kMaxQuotientBits + 2), solve);
  if (!found)
    return llvm::createStringError("no shift meets the options");
  SmallVector<Narrowing, 0> &layer = found->narrowings;
  if (found->tolerance == 0)
    return std::move(layer);
  Int128 cost = 0;
  if (criterion == ErrorCriterion::Largest) {
    options.minShift = options.maxShift = layer.front().shift;
    options.tolerance = 0;
    return approximateChannels(channels, options, cost);
  }
  SmallVector<Narrower, 0> narrowers;
  options.tolerance = found->tolerance;
  for (const Thresholds &thresholds : channels)
    narrowers.emplace_back(thresholds, options);
  options.tolerance = 0;
  Int128 bestCost = -1;
  for (unsigned shift = options.minShift, e = options.maxShift; shift <= e;
       ++shift) {
    if (llvm::any_of(narrowers, [&](const Narrower &narrower) {
          return !narrower.solveAt(shift);
        }))
      continue;
    options.minShift = options.maxShift = shift;
    cost = 0;
    auto next = approximateChannels(channels, options, cost);
    if (!next)
      return next.takeError();
    if (bestCost >= 0 && bestCost <= cost)
      continue;
    bestCost = cost;
    layer = std::move(*next);
  }
  return std::move(layer);
}

LogicalResult mlir::rescale::changeRequantizations(
    Operation *top, function_ref<bool(RequantizeOp, RangeAttr)> change) {
  SmallVector<RequantizeOp> ops;
  top->walk([&](RequantizeOp op) { ops.push_back(op); });
  constexpr unsigned kMaxRounds = 4;
  FailureOr<ProvedRanges> ranges = failure();
  bool isStale = true, hasChanged = true;
  for (unsigned round = 0; hasChanged; ++round) {
    hasChanged = false;
    for (RequantizeOp op : ops) {
      if (isStale)
        ranges = ProvedRanges::compute(top);
      if (failed(ranges))
        return failure();
      RangeAttr range = getProvedRange(op, *ranges);
      if (round >= kMaxRounds && range && !isCovered(op, range))
        range = getTypeRange(op);
      isStale = change(op, range);
      hasChanged |= isStale;
    }
  }
  return success();
}
