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
#include "CodeScales.h"
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

static void leave(RequantizeOp op, StringRef reason) {
  inLayer(op.getLoc(), remark::missed(op.getLoc(), remarkOpts("not-snapped")))
      << remark::reason("{0}", reason.str());
}

static void report(RequantizeOp op) {
  auto snap = op->getAttrOfType<SnapAttr>(kSnappedAttrName);
  auto getMost = [](DenseF64ArrayAttr column) {
    return *llvm::max_element(column.asArrayRef());
  };
  inLayer(op.getLoc(), remark::passed(op.getLoc(), remarkOpts("snapped")))
      << remark::metric("Bits", snap.getBits())
      << remark::metric("LargestWeightError",
                        getMost(snap.getLargestWeightError()))
      << remark::metric("CodeBound", getMost(snap.getCodeBound()))
      << remark::metric("ResultFactor",
                        snap.getResultFactor().getValueAsDouble());
}

/// Whether the codes of `op` reach no other weights.
static bool isLast(RequantizeOp op) {
  llvm::SetVector<Operation *> users;
  getForwardSlice(op.getOperation(), &users);
  return llvm::none_of(users, isWeighted);
}

namespace {

struct RescaleSnapPass
    : public rescale::impl::RescaleSnapBase<RescaleSnapPass> {
  using RescaleSnapBase::RescaleSnapBase;

  void runOnOperation() override;

private:
  /// The layers that can be snapped, in the program's order.
  SmallVector<LayerSnapper, 0> collectLayers();
};

} // namespace

SmallVector<LayerSnapper, 0> RescaleSnapPass::collectLayers() {
  SnapSettings settings = {static_cast<unsigned>(bits), grid, shift, perChannel,
                           correctBias};
  SmallVector<LayerSnapper, 0> layers;
  getOperation()->walk([&](RequantizeOp op) {
    std::string reason;
    std::optional<WeightedLayer> layer = WeightedLayer::get(op, reason);
    if (layer && lastLayer == LastLayer::Keep && isLast(op)) {
      reason = "it is a last layer, which is to be kept";
    } else if (layer) {
      LayerSnapper snapper(op, std::move(*layer), settings);
      reason = snapper.getObstacle();
      if (reason.empty())
        layers.push_back(std::move(snapper));
    }
    if (!reason.empty())
      leave(op, reason);
  });
  return layers;
}

void RescaleSnapPass::runOnOperation() {
  if (bits < 1 || bits > 16) {
    getOperation()->emitError()
        << "requires bits from 1 to 16, got " << bits.getValue()
        << "; give the width of the multiplicands, as in bits=4";
    return signalPassFailure();
  }
  SmallVector<LayerSnapper, 0> layers = collectLayers();
  std::optional<CodeScales> scales;
  if (operands) {
    llvm::DenseSet<Operation *> absorbing;
    for (const LayerSnapper &layer : layers) {
      absorbing.insert(layer.getOp());
      absorbing.insert(layer.getWeighted());
    }
    scales.emplace(getOperation(), bits,
                   [&](Operation *op) { return absorbing.contains(op); });
  }
  for (LayerSnapper &layer : layers) {
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
    scales->rewrite(leave);
}
