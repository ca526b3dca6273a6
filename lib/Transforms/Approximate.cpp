//===- Approximate.cpp - The best multiplicands of few bits ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The solver finds the best staircase of each channel, and what is written of
// its error is counted again for the addend that was chosen.
//
//===----------------------------------------------------------------------===//

#include "Approximation.h"
#include "Calibration.h"
#include "Certification.h"
#include "LayerChoices.h"
#include "LayerRemark.h"
#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Staircase/Equivalence.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEAPPROXIMATE
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::Narrowing;
using ::staircase::NarrowOptions;
using ::staircase::Staircase;
using ::staircase::Thresholds;

/// Magnitude bits of a multiplicand.
constexpr unsigned kMaxBits = 32;

static remark::RemarkOpts remarkOpts(StringRef name) {
  return remark::RemarkOpts::name(name).category("rescale-approximate");
}

namespace {

struct RescaleApproximatePass
    : public rescale::impl::RescaleApproximateBase<RescaleApproximatePass> {
  using RescaleApproximateBase::RescaleApproximateBase;

  void runOnOperation() override;

private:
  /// Says whether it changed what the op computes.
  bool approximateOp(RequantizeOp op, RangeAttr range);

  LayerChoices choices;
  /// What the remarks have said already.
  SmallPtrSet<Operation *, 4> left;
};

} // namespace

void RescaleApproximatePass::runOnOperation() {
  FailureOr<LayerChoices> read =
      LayerChoices::read(getOperation(), layers, bits, shift, kMaxBits);
  if (failed(read))
    return signalPassFailure();
  choices = std::move(*read);
  left.clear();
  FailureOr<ProvedRanges> ranges = ProvedRanges::compute(getOperation());
  if (failed(ranges))
    return signalPassFailure();
  // A false certificate would become a true one about what it hides, and what
  // another network gave says nothing of this one.
  WalkResult tested = getOperation()->walk([&](RequantizeOp op) {
    return WalkResult(
        succeeded(verifyCertificate(op, getProvedRange(op, *ranges))) &&
                succeeded(verifyObserved(op, *ranges))
            ? WalkResult::advance()
            : WalkResult::interrupt());
  });
  if (tested.wasInterrupted() ||
      failed(changeRequantizations(getOperation(),
                                   [&](RequantizeOp op, RangeAttr range) {
                                     return approximateOp(op, range);
                                   })))
    signalPassFailure();
}

bool RescaleApproximatePass::approximateOp(RequantizeOp op, RangeAttr range) {
  auto leave = [&](const Twine &reason) {
    if (left.insert(op).second)
      inLayer(op.getLoc(),
              remark::missed(op.getLoc(), remarkOpts("not-approximated")))
          << remark::reason("{0}", reason.str());
    return false;
  };
  unsigned before = getMultiplicandBits(getStaircases(op)).first;
  LayerChoice choice = choices.get(op);
  // Where the codes before it have changed, a certificate may be of less than
  // what can occur now, whatever the width.
  if (left.contains(op) ||
      ((choice.bits == 0 || before <= choice.bits) && isCovered(op, range)))
    return false;
  // Of what is left, a certificate has to hold, with as many bits as it takes.
  if (choice.bits == 0)
    choice.bits = kMaxBits;
  if (!range)
    return leave("the accumulators exceed signed 64 bits");
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  if (certificate && (certificate.getRange().getKind() != RangeKind::Proved ||
                      hasOtherCodes(op)))
    return leave("the certificate is observed, or its original has another "
                 "zero point or clamp");

  SmallVector<Channel, 0> channels = getOriginals(op, getChannels(op, range));
  SmallVector<Thresholds, 0> thresholds;
  bool allowPairs = false;
  for (const Channel &channel : channels) {
    llvm::Expected<Thresholds> steps =
        getThresholds(channel.original, channel.range);
    if (!steps)
      return leave(llvm::toString(steps.takeError()));
    thresholds.push_back(std::move(*steps));
    ::staircase::Addends addends = getAddends(channel.original);
    allowPairs |= addends.positive != addends.negative;
  }
  NarrowOptions options;
  options.maxMultiplicand =
      ::staircase::getMaxMultiplicand(choice.bits, /*isSigned=*/false);
  // Shifts are to the right: of a larger scale nothing would be left.
  if (llvm::any_of(channels, [&](const Channel &channel) {
        return channel.original.multiplicand >> channel.original.shift >
               options.maxMultiplicand;
      }))
    return leave("a scale is not below 2^" + Twine(choice.bits));
  SmallVector<ObservedChannel, 0> observed;
  if (criterion == ErrorCriterion::Mean)
    for (auto [channel, bins] :
         llvm::zip(channels, getObservedBins(op, channels)))
      observed.push_back(
          {{channel.original.multiplicand, channel.original.shift},
           std::move(bins)});
  Approximator approximator(criterion, allowPairs, observed);
  llvm::Expected<SmallVector<Narrowing, 0>> narrowings =
      choice.shift == ShiftSharing::Layer
          ? approximator.approximateTogether(thresholds, options)
          : approximator.approximateChannels(thresholds, options);
  if (!narrowings)
    return leave(llvm::toString(narrowings.takeError()));

  SmallVector<Staircase, 0> staircases = applyNarrowings(*narrowings, channels);
  rescale::Differences differences;
  int64_t differing = 0;
  Int128 observedError = 0, observedTotal = 0;
  for (auto [i, staircase, steps] : llvm::enumerate(staircases, thresholds)) {
    llvm::Expected<Thresholds> changed = getThresholds(staircase, steps.range);
    if (!changed)
      return leave(llvm::toString(changed.takeError()));
    if (!observed.empty()) {
      ::staircase::Differences seen =
          getDifferences(steps, *changed, observed[i].bins);
      observedError += seen.sum;
      observedTotal += seen.total;
    }
    ::staircase::Differences counted = getDifferences(steps, *changed);
    if (counted.differing > INT64_MAX)
      return leave("the count of differing accumulators exceeds signed 64 "
                   "bits");
    differences.largest.push_back(counted.largest);
    differences.differing.push_back(static_cast<int64_t>(counted.differing));
    differing += counted.differing != 0;
  }
  bool wasExact = isExact(op);
  setStaircases(op, range, channels, staircases, differences);
  auto remark = inLayer(
      op.getLoc(), remark::passed(op.getLoc(), remarkOpts("approximated")));
  remark << remark::metric("BitsBefore", before)
         << remark::metric("BitsAfter", getMultiplicandBits(staircases).first)
         << remark::metric("LargestDifference",
                           *llvm::max_element(differences.largest))
         << remark::metric("DifferingChannels", differing);
  if (observedTotal != 0)
    remark << remark::metric(
        "ObservedMeanError",
        llvm::formatv("{0:F6}", double(observedError) / double(observedTotal))
            .str());
  return !wasExact || differing != 0;
}
