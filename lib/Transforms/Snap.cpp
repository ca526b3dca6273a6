//===- Snap.cpp - Scales of few bits, absorbed by weights -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// First the steps of codes, which additions ask for, then the layers, whose
// weights absorb what these and their own scales are changed by.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Snap.h"
#include "Certification.h"
#include "CodeScales.h"
#include "LayerChoices.h"
#include "LayerRemark.h"
#include "SnapLayer.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Remarks.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALESNAP
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

static remark::RemarkOpts remarkOpts(StringRef name) {
  return remark::RemarkOpts::name(name).category("rescale-snap");
}

static void reportLeft(RequantizeOp op, StringRef reason) {
  inLayer(op.getLoc(), remark::missed(op.getLoc(), remarkOpts("not-snapped")))
      << remark::reason("{0}", reason.str());
}

static void report(RequantizeOp op) {
  auto snap = op->getAttrOfType<SnapAttr>(kSnappedAttrName);
  inLayer(op.getLoc(), remark::passed(op.getLoc(), remarkOpts("snapped")))
      << remark::metric("Bits", snap.getBits())
      << remark::metric("LargestWeightError",
                        getLargest(snap.getLargestWeightError()))
      << remark::metric("Clipped", snap.getNumClipped())
      << remark::metric("CodeBound", getLargest(snap.getCodeBound()))
      << remark::metric("ResultFactor",
                        snap.getResultFactor().getValueAsDouble());
}

/// Whether the codes of `op` reach no other weights.
static bool isLast(RequantizeOp op) {
  llvm::SetVector<Operation *> users;
  getForwardSlice(op.getOperation(), &users);
  return llvm::none_of(users, isWeighted);
}

/// More would be no gain over narrowing, which changes no code.
constexpr int64_t kMaxBits = 16;

namespace {

struct RescaleSnapPass
    : public rescale::impl::RescaleSnapBase<RescaleSnapPass> {
  using RescaleSnapBase::RescaleSnapBase;

  void runOnOperation() override;

private:
  /// The layers that can be snapped, in the program's order.
  SmallVector<LayerSnapper, 0> collectLayers();

  void leave(RequantizeOp op, StringRef reason) {
    left.insert(op);
    reportLeft(op, reason);
  }
  /// Says so of what neither is a layer nor lies between layers.
  void leaveOthers();

  /// Warns where no layer has what was asked for to be used.
  void reportMissingMoments(ArrayRef<LayerSnapper> snappers);

  LayerChoices choices;
  /// What the remarks have said already.
  llvm::DenseSet<Operation *> left;
};

} // namespace

SmallVector<LayerSnapper, 0> RescaleSnapPass::collectLayers() {
  SmallVector<LayerSnapper, 0> snappers;
  getOperation()->walk([&](RequantizeOp op) {
    LayerChoice choice = choices.get(op);
    if (choice.bits == 0)
      return;
    std::string reason;
    std::optional<WeightedLayer> layer = WeightedLayer::get(op, reason);
    if (layer && lastLayer == LastLayer::Keep && isLast(op)) {
      reason = "it is a last layer, which is to be kept";
    } else if (layer) {
      SnapSettings settings = {choice.bits, grid,        choice.shift,
                               perChannel,  correctBias, operands};
      LayerSnapper snapper(op, std::move(*layer), settings);
      reason = snapper.getObstacle();
      if (reason.empty())
        snappers.push_back(std::move(snapper));
    }
    if (!reason.empty())
      leave(op, reason);
  });
  return snappers;
}

void RescaleSnapPass::leaveOthers() {
  getOperation()->walk([&](RequantizeOp op) {
    unsigned bits = choices.get(op).bits;
    if (bits != 0 && !op->hasAttr(kSnappedAttrName) && !left.contains(op) &&
        getMultiplicandBits(getStaircases(op)).first > bits)
      leave(op, "nothing around it takes its scale");
  });
}

void RescaleSnapPass::reportMissingMoments(ArrayRef<LayerSnapper> snappers) {
  bool isMissing = true;
  for (const LayerSnapper &layer : snappers) {
    Location loc = layer.getOp().getLoc();
    // What they are, the dialect has verified.
    if (layer.getWeighted()->hasAttr(kInputMeanAttrName) &&
        layer.getWeighted()->hasAttr(kInputMomentAttrName))
      isMissing = false;
    else
      inLayer(loc, remark::missed(loc, remarkOpts("not-calibrated")))
          << remark::reason("it has no moments of its inputs, by which "
                            "grid=best and correct-bias go");
  }
  if (isMissing)
    getOperation()->emitWarning()
        << "found no layer with the moments of its input, so that grid=best "
           "is grid=above and no bias is corrected; run rescale calibrate "
           "before";
}

void RescaleSnapPass::runOnOperation() {
  FailureOr<LayerChoices> read =
      LayerChoices::read(getOperation(), layers, bits, shift, kMaxBits);
  if (failed(read))
    return signalPassFailure();
  choices = std::move(*read);
  left.clear();
  // Those of one shift have to reach the largest of their scales.
  if (grid != SnapGrid::Above && choices.hasSharedShifts()) {
    getOperation()->emitError()
        << "requires grid=above for layers with one shift, got grid="
        << (grid == SnapGrid::Best ? "best" : "nearest")
        << "; give each channel its shift, or leave out the grid";
    return signalPassFailure();
  }
  SmallVector<LayerSnapper, 0> snappers = collectLayers();
  if (correctBias || grid == SnapGrid::Best)
    reportMissingMoments(snappers);
  std::optional<CodeScales> scales;
  if (operands) {
    llvm::DenseSet<Operation *> absorbing;
    for (const LayerSnapper &layer : snappers) {
      absorbing.insert(layer.getOp());
      absorbing.insert(layer.getWeighted());
    }
    scales.emplace(
        getOperation(), [&](RequantizeOp op) { return choices.get(op).bits; },
        [&](Operation *op) { return absorbing.contains(op); });
  }
  for (LayerSnapper &layer : snappers) {
    ::staircase::Ratio input = 1, result = 1;
    if (scales) {
      input = scales->getFactor(layer.getWeighted()->getOperand(0));
      result = scales->getFactor(layer.getOp());
    }
    if (failed(layer.snap(input, result)))
      return signalPassFailure();
    report(layer.getOp());
  }
  if (scales)
    scales->rewrite(
        [&](RequantizeOp op, StringRef reason) { leave(op, reason); });
  leaveOthers();
}
