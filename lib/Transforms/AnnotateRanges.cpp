//===- AnnotateRanges.cpp - Proved ranges of accumulators -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes at each requantization what its accumulators can be.
//
//===----------------------------------------------------------------------===//

#include "Calibration.h"
#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Transforms/Passes.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEANNOTATERANGES
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Interval;

namespace {

struct RescaleAnnotateRangesPass
    : public rescale::impl::RescaleAnnotateRangesBase<
          RescaleAnnotateRangesPass> {
  using RescaleAnnotateRangesBase::RescaleAnnotateRangesBase;

  void runOnOperation() override {
    FailureOr<ProvedRanges> ranges = ProvedRanges::compute(getOperation());
    if (failed(ranges))
      return signalPassFailure();
    bool isConsistent = true;
    getOperation()->walk([&](Operation *op) {
      if (printRanges)
        print(op, *ranges);
      if (auto requantize = dyn_cast<RequantizeOp>(op))
        isConsistent &= succeeded(annotate(requantize, *ranges));
    });
    if (!isConsistent)
      signalPassFailure();
  }

private:
  static LogicalResult annotate(RequantizeOp op, const ProvedRanges &ranges) {
    SmallVector<Interval> accumulators = ranges.getAccumulators(op);
    op->removeAttr(kProvedRangeAttrName);
    // The upper half of unsigned 64 bits has no attribute.
    if (!llvm::all_of(accumulators,
                      [](const Interval &range) { return range.fits(64); }))
      return success();
    if (failed(verifyObserved(op, ranges)))
      return failure();
    if (llvm::all_of(accumulators, [&](const Interval &range) {
          return range == accumulators.front();
        }))
      accumulators.truncate(1);
    SmallVector<int64_t> low, high;
    for (const Interval &range : accumulators) {
      low.push_back(static_cast<int64_t>(range.low));
      high.push_back(static_cast<int64_t>(range.high));
    }
    op->setAttr(kProvedRangeAttrName,
                RangeAttr::get(op.getContext(), RangeKind::Proved, low, high));
    return success();
  }

  static void print(Operation *op, const ProvedRanges &ranges) {
    if (op->hasTrait<OpTrait::ConstantLike>())
      return;
    for (Value result : op->getResults()) {
      ChannelRanges known = ranges.get(result);
      if (!known.isKnown())
        continue;
      std::string text;
      llvm::raw_string_ostream os(text);
      known.print(os);
      op->emitRemark() << "elements in " << text;
    }
  }
};

} // namespace
