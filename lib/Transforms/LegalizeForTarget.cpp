//===- LegalizeForTarget.cpp - Only what a machine can do -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Asks for staircases that fit, TargetFit.h, and says what is missed where
// there are none. A code that is wrong may exceed what its layer gave before,
// and with it the accumulators of the next one; so ranges are computed again
// until every layer has the one that it was legalized for.
//
//===----------------------------------------------------------------------===//

#include "LayerRemark.h"
#include "StaircaseMisses.h"
#include "TargetFit.h"

#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Transforms/Passes.h"
#include "rescale/Transforms/ReadTarget.h"
#include "rescale/Transforms/TargetMisses.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALELEGALIZEFORTARGET
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Staircase;

static remark::RemarkOpts remarkOpts(StringRef name) {
  return remark::RemarkOpts::name(name).category("rescale-legalize-for-target");
}

/// Whether each interval of `range` lies in that of `outer`; false where either
/// is null.
static bool contains(RequantizeOp op, RangeAttr outer, RangeAttr range) {
  return outer && range &&
         llvm::all_of(llvm::seq(getNumColumns(op)), [&](int64_t i) {
           return outer.getInterval(i).contains(range.getInterval(i));
         });
}

/// The accumulators of both ranges.
static RangeAttr getHull(RequantizeOp op, RangeAttr first, RangeAttr second) {
  SmallVector<int64_t> low, high;
  for (int64_t i = 0, e = getNumColumns(op); i < e; ++i) {
    ::staircase::Interval hull =
        getHull(first.getInterval(i), second.getInterval(i));
    low.push_back(static_cast<int64_t>(hull.low));
    high.push_back(static_cast<int64_t>(hull.high));
  }
  return RangeAttr::get(op.getContext(), RangeKind::Proved, low, high);
}

/// The accumulators for which alone the op is known to be near its original;
/// null where that is so for all.
static RangeAttr getObserved(RequantizeOp op) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  return certificate && certificate.getRange().getKind() == RangeKind::Observed
             ? certificate.getRange()
             : RangeAttr();
}

/// What a new certificate of an op that has an observed one speaks of.
static SmallVector<Channel, 0> getObservedChannels(RequantizeOp op) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  SmallVector<Channel, 0> channels;
  for (int64_t i = 0, e = getNumColumns(op); i < e; ++i) {
    Staircase original = certificate.getClaim(i, op.getStaircase(i)).original;
    ::staircase::Interval seen = certificate.getRange().getInterval(i);
    channels.push_back({original,
                        {seen.low - original.inputZeroPoint,
                         seen.high - original.inputZeroPoint}});
  }
  return channels;
}

static bool hasOtherClamp(RequantizeOp op, const Staircase &original) {
  Staircase own = op.getStaircase(0);
  return own.clampMin != original.clampMin || own.clampMax != original.clampMax;
}

/// Halves what each channel multiplies and adds, with a shift less by one.
/// False where something is odd, or ties need all bits.
static bool halve(SmallVectorImpl<Staircase> &staircases) {
  for (const Staircase &s : staircases)
    if (s.shift == 0 || s.multiplicand % 2 != 0 || s.addend % 2 != 0 ||
        s.negativeAddend % 2 != 0 ||
        s.rounding != toStaircase(Rounding::Addend))
      return false;
  for (Staircase &s : staircases) {
    s.multiplicand /= 2;
    s.addend /= 2;
    s.negativeAddend /= 2;
    --s.shift;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {

struct RescaleLegalizeForTargetPass
    : public rescale::impl::RescaleLegalizeForTargetBase<
          RescaleLegalizeForTargetPass> {
  using RescaleLegalizeForTargetBase::RescaleLegalizeForTargetBase;

  void runOnOperation() override;

private:
  /// Hangs the option's target on the module.
  LogicalResult setTarget();
  /// `range` has the accumulators that can occur, or is null.
  LogicalResult legalize(RequantizeOp op, RangeAttr range);
};

} // namespace

LogicalResult RescaleLegalizeForTargetPass::setTarget() {
  ModuleOp module = getOperation();
  if (!target.empty() && !targetFile.empty())
    return module->emitOpError()
           << "requires target or target-file, got both; leave out one";
  if (target.empty() && targetFile.empty())
    return success();
  if (!target.empty() && !getTargetPreset(target))
    return module->emitOpError()
           << "requires the name of a preset as target, got \""
           << target.getValue() << "\"; the presets are "
           << llvm::join(getTargetPresetNames(), ", ")
           << ", and target-file takes one's own";
  auto attr = readTarget(target.empty() ? targetFile : target, &getContext());
  if (!attr)
    return module->emitOpError() << llvm::toString(attr.takeError());
  module->setAttr(kTargetAttrName, *attr);
  return success();
}

LogicalResult RescaleLegalizeForTargetPass::legalize(RequantizeOp op,
                                                     RangeAttr range) {
  TargetAttr attr = getTarget(op);
  const TargetFields &fields = attr.getFields();
  auto emitMisses = [&](ArrayRef<std::string> misses, StringRef wayOut) {
    return op.emitOpError()
           << "requires a fit for target \"" << attr.getName()
           << "\", found none: " << llvm::join(misses, "; ") << "; " << wayOut;
  };
  if (!range)
    return emitMisses({"the accumulators exceed signed 64 bits"},
                      "make them narrower");
  SmallVector<Channel, 0> channels = getChannels(op, range);
  if (channels.empty())
    return success();
  // What is equal for all accumulators that can occur is as far from the
  // original as before, so that a claim of those that occurred stays one.
  RangeAttr observed = getObserved(op);
  SmallVector<Channel, 0> originals =
      observed ? getObservedChannels(op) : getOriginals(op, channels);
  SmallVector<::staircase::Interval> accumulators =
      llvm::map_to_vector(llvm::seq(getNumColumns(op)),
                          [&](int64_t i) { return range.getInterval(i); });
  // The clamp stays the op's. Where it is not the original's, this is no guide
  // to the least error, and what the op computes is.
  ArrayRef<Channel> nearest =
      hasOtherClamp(op, originals.front().original) ? channels : originals;
  int64_t zeroPoint = getZeroPoint(fields, op);
  SmallVector<std::string> types = getTypeMisses(fields, op);
  SmallVector<std::string> fixed = getFixedMisses(fields, op, accumulators);
  if (!types.empty()) {
    llvm::append_range(types, fixed);
    return emitMisses(types, "change the model or the target");
  }
  auto port = IntegerType::get(
      &getContext(), fields.multiplicandBits,
      fields.signedMultiplicand ? IntegerType::Signed : IntegerType::Unsigned);

  // What fits stays, on the target's port; certificates do not know ports.
  SmallVector<Staircase, 0> own;
  for (size_t i = 0; i < channels.size(); ++i)
    own.push_back(op.getStaircase(i));
  bool ownFits = fits(fields, own, channels);
  if (ownFits && fixed.empty() && zeroPoint == int64_t(op.getZeroPoint()) &&
      isCovered(op, range)) {
    SmallVector<uint64_t> values;
    for (const APInt &value : op.getMultiplicands().getValues<APInt>())
      values.push_back(value.getZExtValue());
    op.setMultiplicandsAttr(getMultiplicands(port, values));
    return success();
  }

  std::optional<Fit> found;
  std::optional<Differences> differences;
  SmallVector<std::string> misses;
  auto find = [&](ArrayRef<Channel> wanted, bool approximately) {
    auto fit = findFit(fields, wanted, zeroPoint, approximately);
    if (!fit)
      // Too many codes for the solver: what it would have to change.
      misses = getMisses(fields, own, channels),
      misses.push_back(llvm::toString(fit.takeError()));
    else if ((found = std::move(*fit)))
      differences = measure(found->staircases, originals);
  };
  find(channels, /*approximately=*/false);
  // What was there before, and the same less powers of two that all have, may
  // well fit where no search finds anything: ties to even are not asked for,
  // and of the multiplicands for a bias not all are tried.
  SmallVector<Staircase, 0> before;
  for (const Channel &channel : channels)
    before.push_back(channel.original);
  if (zeroPoint == before.front().outputZeroPoint)
    do {
      if (!found && fits(fields, before, channels)) {
        found = Fit{before, {}};
        differences = measure(found->staircases, originals);
      }
    } while (!found && halve(before));
  // No proof is within reach of what was only observed.
  if (fixed.empty() && !found && misses.empty() && allowApproximate &&
      !observed)
    find(nearest, /*approximately=*/true);
  if (!fixed.empty() || !differences) {
    StringRef wayOut = !fixed.empty() ? "change the model or the target"
                       : observed     ? "legalize before approximating "
                                        "for what was observed, or remove "
                                        "rescale.certificate"
                       : !allowApproximate && misses.empty() &&
                               canApproximate(fields, nearest, zeroPoint)
                           ? "allow-approximate takes the least error"
                           : "change the target";
    if (!found && misses.empty() && !ownFits)
      misses = explainMisses(fields, channels, zeroPoint);
    llvm::append_range(fixed, misses);
    if (fixed.empty())
      fixed.push_back("nothing equal with a multiplicand of 32 bits");
    return emitMisses(fixed, wayOut);
  }
  setStaircases(op, observed ? observed : range, originals, found->staircases,
                *differences, port);
  int64_t largest = 0;
  for (int64_t difference : differences->largest)
    largest = std::max(largest, difference);
  inLayer(
      op.getLoc(),
      remark::passed(op.getLoc(),
                     remarkOpts(largest == 0 ? "legalized" : "approximated")))
      << remark::metric("LargestDifference", largest);
  return success();
}

void RescaleLegalizeForTargetPass::runOnOperation() {
  if (failed(setTarget()))
    return signalPassFailure();
  // As they were, to begin again from.
  SmallVector<std::pair<RequantizeOp, DictionaryAttr>> ops;
  RequantizeOp other;
  getOperation()->walk([&](RequantizeOp op) {
    if (getTarget(op))
      ops.push_back({op, op->getAttrDictionary()});
    else
      other = op;
  });
  // Another unit does what has no target, but somebody has to have one.
  bool hasTarget = false;
  getOperation()->walk(
      [&](Operation *op) { hasTarget |= op->hasAttr(kTargetAttrName); });
  if (other && !hasTarget) {
    other.emitOpError()
        << "requires a target, got none; set rescale.target on the module, "
           "or the option target";
    return signalPassFailure();
  }
  // Fewer than what the parameters fit, or their certificate, are no reason to
  // begin again.
  DenseMap<Operation *, RangeAttr> legalizedFor;
  // Where codes go one way, each round settles at least the first op that is
  // left. Where they go in a circle, by calls or in a loop, ranges could do so
  // too: from then on they only grow, and soon to all that their types hold.
  constexpr size_t kMaxGrowing = 8;
  bool isSettled = false;
  for (size_t round = 0; !isSettled; ++round) {
    FailureOr<ProvedRanges> ranges = ProvedRanges::compute(getOperation());
    if (failed(ranges))
      return signalPassFailure();
    isSettled = true;
    bool hasFailed = false;
    for (auto [op, attributes] : ops) {
      RangeAttr range = getProvedRange(op, *ranges);
      if (round == 0) {
        // Originals are taken from certificates.
        if (failed(verifyCertificate(op, range)))
          return signalPassFailure();
      } else {
        RangeAttr previous = legalizedFor.lookup(op);
        if (contains(op, previous, range))
          continue;
        op->setAttrs(attributes);
        if (range && round > ops.size())
          range = round > ops.size() + kMaxGrowing
                      ? getTypeRange(op)
                      : getHull(op, previous, range);
      }
      isSettled = false;
      legalizedFor[op] = range;
      hasFailed |= failed(legalize(op, range));
    }
    // Every op that does not fit is reported.
    if (hasFailed)
      return signalPassFailure();
  }
}
