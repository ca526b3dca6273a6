//===- Narrow.cpp - The narrowest equal multiplicands ---------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The solver decides; this pass asks it about each channel, or about a layer
// at once, and takes the answer where nothing gets worse by it.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Narrow.h"

#include "Certification.h"
#include "LayerRemark.h"
#include "RequantizeCost.h"
#include "StaircaseMisses.h"
#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALENARROW
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::AddendRule;
using ::staircase::Int128;
using ::staircase::Narrowing;
using ::staircase::NarrowOptions;
using ::staircase::Staircase;
using ::staircase::Thresholds;

static remark::RemarkOpts remarkOpts(StringRef name) {
  return remark::RemarkOpts::name(name).category("rescale-narrow");
}

static unsigned getBits(const Narrowing &narrowing) {
  return ::staircase::getMagnitudeBits(narrowing.multiplicand);
}

/// Whether the addend depends on the accumulator's sign.
static bool hasTwoAddends(const Staircase &staircase) {
  ::staircase::Addends addends = getAddends(staircase);
  return addends.positive != addends.negative;
}

/// The narrowing of each channel with the fewest bits; a single addend where it
/// costs none.
static std::optional<SmallVector<Narrowing, 0>>
narrowChannels(ArrayRef<Thresholds> channels, bool allowPairs) {
  SmallVector<Narrowing, 0> narrowings;
  for (const Thresholds &thresholds : channels) {
    std::optional<Narrowing> best = narrow(thresholds);
    if (allowPairs) {
      NarrowOptions options;
      options.addendRule = AddendRule::BySign;
      std::optional<Narrowing> pair = narrow(thresholds, options);
      if (pair && (!best || getBits(*pair) < getBits(*best)))
        best = pair;
    }
    if (!best)
      return std::nullopt;
    narrowings.push_back(*best);
  }
  return narrowings;
}

/// The same with one shift for all channels.
static std::optional<SmallVector<Narrowing, 0>>
narrowTogether(ArrayRef<Thresholds> channels, bool allowPairs) {
  auto best = narrowLayer(channels);
  if (!allowPairs)
    return best;
  NarrowOptions options;
  options.addendRule = AddendRule::BySign;
  auto pairs = narrowLayer(channels, options);
  auto getMost = [](ArrayRef<Narrowing> narrowings) {
    unsigned most = 0;
    for (const Narrowing &narrowing : narrowings)
      most = std::max(most, getBits(narrowing));
    return most;
  };
  if (pairs && (!best || getMost(*pairs) < getMost(*best)))
    return pairs;
  return best;
}

/// Which product of `after` is wider than before, or nothing. With one shift
/// for all the widest one counts, since one arithmetic serves the layer.
static std::string findWiderProduct(ArrayRef<Channel> channels,
                                    ArrayRef<Staircase> before,
                                    ArrayRef<Staircase> after, bool together) {
  unsigned widestBefore = 0, widestAfter = 0;
  for (auto [i, channel] : llvm::enumerate(channels)) {
    // What narrowing has saved already is not what one shift is measured by.
    unsigned bitsBefore =
        getProductBits(together ? channel.original : before[i], channel.range);
    unsigned bitsAfter = getProductBits(after[i], channel.range);
    if (!together && bitsAfter > bitsBefore)
      return ("the product of channel " + Twine(i) + " would be wider").str();
    widestBefore = std::max(widestBefore, bitsBefore);
    widestAfter = std::max(widestAfter, bitsAfter);
  }
  return widestAfter > widestBefore ? "the widest product would be wider" : "";
}

/// Why `after` is no better than `before`, or nothing.
static std::string findFault(ArrayRef<Channel> channels,
                             ArrayRef<Staircase> before,
                             ArrayRef<Staircase> after, bool together) {
  std::string wider = findWiderProduct(channels, before, after, together);
  if (!wider.empty())
    return wider;
  bool gainsShift = together && !shareShift(before) && shareShift(after);
  if (!gainsShift && getMultiplicandBits(after) >= getMultiplicandBits(before))
    return "no multiplicand gets narrower";
  return "";
}

/// The cheapest form of the target that has no wider product, if it is better
/// than the one before: by price, then by bits.
static std::optional<SmallVector<Staircase, 0>>
findCheapest(const TargetFields &target, ArrayRef<Channel> channels,
             ArrayRef<Thresholds> thresholds, ArrayRef<Staircase> before,
             bool allowPairs, bool mustFit, bool onlyTogether) {
  auto getRank = [&](ArrayRef<Staircase> staircases) {
    return std::make_pair(getCost(target, staircases, channels),
                          getMultiplicandBits(staircases));
  };
  std::optional<SmallVector<Staircase, 0>> best;
  auto offer = [&](std::optional<SmallVector<Narrowing, 0>> narrowings,
                   bool together) {
    if (!narrowings)
      return;
    SmallVector<Staircase, 0> form = applyNarrowings(*narrowings, channels);
    if (findWiderProduct(channels, before, form, together).empty() &&
        (!mustFit || fits(target, form, channels)) &&
        getRank(form) < getRank(best ? *best : before))
      best = std::move(form);
  };
  for (bool pairs : {false, true}) {
    if (pairs && !allowPairs)
      break;
    if (!onlyTogether)
      offer(narrowChannels(thresholds, pairs), /*together=*/false);
    offer(narrowTogether(thresholds, pairs), /*together=*/true);
  }
  return best;
}

namespace {

struct RescaleNarrowPass
    : public rescale::impl::RescaleNarrowBase<RescaleNarrowPass> {
  using RescaleNarrowBase::RescaleNarrowBase;

  void runOnOperation() override {
    FailureOr<ProvedRanges> ranges = ProvedRanges::compute(getOperation());
    if (failed(ranges))
      return signalPassFailure();
    getOperation()->walk([&](RequantizeOp op) {
      RangeAttr range = getProvedRange(op, *ranges);
      // What follows compares with the certificate's original.
      if (failed(verifyCertificate(op, range)) || failed(narrowOp(op, range)))
        return signalPassFailure();
    });
  }

private:
  LogicalResult narrowOp(RequantizeOp op, RangeAttr range);
};

} // namespace

LogicalResult RescaleNarrowPass::narrowOp(RequantizeOp op, RangeAttr range) {
  auto leave = [&](const Twine &reason) {
    inLayer(op.getLoc(),
            remark::missed(op.getLoc(), remarkOpts("not-narrowed")))
        << remark::reason("{0}", reason.str());
    return success();
  };
  TargetAttr target = getTarget(op);
  bool hasCosts = target && target.getFields().hasCosts();
  if (goal == NarrowGoal::Cost && !hasCosts)
    return op.emitOpError()
           << "requires a target with costs for the goal cost, "
              "got "
           << (target ? "one without" : "none")
           << "; set rescale.target on the module";
  if (!range)
    return leave("the accumulators exceed signed 64 bits");
  if (!isExact(op))
    return leave("the certificate has differences, or is observed");
  SmallVector<Channel, 0> channels = getChannels(op, range);
  if (channels.empty())
    return success();
  SmallVector<Thresholds, 0> thresholds;
  bool allowPairs = false;
  for (const Channel &channel : channels) {
    llvm::Expected<Thresholds> steps =
        getThresholds(channel.original, channel.range);
    if (!steps)
      return leave(llvm::toString(steps.takeError()));
    thresholds.push_back(std::move(*steps));
    allowPairs |= hasTwoAddends(channel.original);
  }
  SmallVector<Staircase, 0> before = getStaircases(op);
  // What a target takes is not given up for bits.
  bool mustFit = target && fits(target.getFields(), before, channels);
  auto set = [&](ArrayRef<Staircase> staircases) {
    setStaircases(op, range, channels, staircases);
    auto passed = inLayer(op.getLoc(),
                          remark::passed(op.getLoc(), remarkOpts("narrowed")));
    passed << remark::metric("BitsBefore", getMultiplicandBits(before).first)
           << remark::metric("BitsAfter",
                             getMultiplicandBits(staircases).first);
    if (hasCosts)
      passed << remark::metric("CostBefore",
                               getCost(target.getFields(), before, channels))
             << remark::metric("CostAfter", getCost(target.getFields(),
                                                    staircases, channels));
  };
  // Somebody asked for the one shift of an earlier narrowing.
  bool keepsShift = op->hasAttr(kCertificateAttrName) && channels.size() > 1 &&
                    shareShift(before);
  bool sharesShift =
      (shift == ShiftSharing::Layer && channels.size() > 1) || keepsShift;
  if (hasCosts && goal != NarrowGoal::Bits) {
    auto takeCheapest = [&](bool onlyTogether) {
      auto cheapest = findCheapest(target.getFields(), channels, thresholds,
                                   before, allowPairs, mustFit, onlyTogether);
      if (cheapest)
        set(*cheapest);
      return cheapest.has_value();
    };
    constexpr StringLiteral reason =
        "no form gets cheaper, or narrower at the same cost";
    if (sharesShift) {
      if (takeCheapest(/*onlyTogether=*/true))
        return success();
      (void)leave("with one shift for all channels " + reason);
      if (keepsShift)
        return success();
    }
    return takeCheapest(/*onlyTogether=*/false) ? success() : leave(reason);
  }
  auto take = [&](std::optional<SmallVector<Narrowing, 0>> narrowings,
                  bool together) -> std::string {
    if (!narrowings)
      return "no multiplicand is equal with an addend of 64 bits";
    SmallVector<Staircase, 0> staircases =
        applyNarrowings(*narrowings, channels);
    std::string fault = findFault(channels, before, staircases, together);
    if (!fault.empty())
      return fault;
    if (mustFit && !fits(target.getFields(), staircases, channels))
      return "the target would not take the narrowest";
    set(staircases);
    return "";
  };
  if (sharesShift) {
    std::string fault = take(narrowTogether(thresholds, allowPairs), true);
    if (fault.empty())
      return success();
    (void)leave("with one shift for all channels " + fault);
    if (keepsShift)
      return success();
  }
  std::string fault = take(narrowChannels(thresholds, allowPairs), false);
  return fault.empty() ? success() : leave(fault);
}
