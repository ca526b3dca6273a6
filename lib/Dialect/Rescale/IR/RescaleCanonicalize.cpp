//===- RescaleCanonicalize.cpp - Exact rewrites of the rescale dialect ----===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Canonicalization: rewrites that keep every value, for every input.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Calibration.h"
#include "rescale/Dialect/Rescale/IR/Certificate.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/Rescale/IR/Snap.h"
#include "rescale/Dialect/Rescale/IR/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::IntegerFormat;
using ::staircase::Staircase;

namespace {

/// A clamp of the result type's whole range says nothing.
template <typename OpTy>
struct DropWholeClamp : public OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    IntegerFormat format = op.getResultFormat();
    if (!op.getClamp() || (*op.getClamp())[0] != format.min() ||
        (*op.getClamp())[1] != format.max())
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.removeClampAttr(); });
    return success();
  }
};

/// Whether ranges, a histogram, a certificate or a record of snapping tell
/// about each channel along the axis.
static bool hasColumns(RequantizeOp op) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  auto snapped = op->getAttrOfType<SnapAttr>(kSnappedAttrName);
  if ((certificate && certificate.getNumChannels() > 1) ||
      (snapped && snapped.getNumChannels() > 1) ||
      getObservedHistogram(op).size() > 1)
    return true;
  return llvm::any_of(ArrayRef{kProvedRangeAttrName, kObservedRangeAttrName},
                      [&](StringRef name) {
                        auto range = op->getAttrOfType<RangeAttr>(name);
                        return range && range.getNumEntries() > 1;
                      });
}

/// Lists of equal entries become one entry, a second list of addends that
/// equals the first is dropped, and so is an axis that nothing follows any
/// more.
struct SimplifyLists : public OpRewritePattern<RequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RequantizeOp op,
                                PatternRewriter &rewriter) const override {
    bool changed = false;
    rewriter.startOpModification(op);
    DenseIntElementsAttr multiplicands = op.getMultiplicands();
    if (multiplicands.size() > 1 && multiplicands.isSplat()) {
      op.setMultiplicandsAttr(
          cast<DenseIntElementsAttr>(multiplicands.resizeSplat(
              RankedTensorType::get({1}, multiplicands.getElementType()))));
      changed = true;
    }
    auto share = [&](auto list, auto set) {
      if (list.size() <= 1 || !llvm::all_equal(list))
        return;
      set(list.take_front());
      changed = true;
    };
    share(op.getShifts(), [&](auto list) { op.setShifts(list); });
    if (op.getAddends())
      share(*op.getAddends(), [&](auto list) { op.setAddends(list); });
    if (op.getNegativeAddends())
      share(*op.getNegativeAddends(),
            [&](auto list) { op.setNegativeAddends(list); });
    if (op.getNegativeAddends() && op.getNegativeAddends() == op.getAddends()) {
      op.removeNegativeAddendsAttr();
      changed = true;
    }
    if (op.getAxis() && op.getNumStaircases() == 1 && !hasColumns(op)) {
      op.removeAxisAttr();
      changed = true;
    }
    if (!changed) {
      rewriter.cancelOpModification(op);
      return failure();
    }
    rewriter.finalizeOpModification(op);
    return success();
  }
};

/// A requantization by 2^s / 2^s only moves and clamps the codes, so it becomes
/// part of the one before it:
/// clampB(y + t) of y = clampA(v) is v + t within clampB(clampA's bounds + t).
struct FuseClampIntoProducer : public OpRewritePattern<RequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RequantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto producer = op.getInput().getDefiningOp<RequantizeOp>();
    if (!producer || !producer->hasOneUse() ||
        producer.getUnsignedResult() != op.getUnsignedInput() ||
        !op.onlyMovesCodes())
      return failure();
    // The type in between may be static where neither end is.
    if (failed(
            verifyCompatibleShape(producer.getInput().getType(), op.getType())))
      return failure();
    Staircase first = producer.getStaircase(0);
    Staircase second = op.getStaircase(0);
    // Zero points have at most 33 bits with the sign; no sum overflows.
    int64_t offset =
        int64_t(op.getZeroPoint()) - int64_t(op.getInputZeroPoint());
    int64_t zeroPoint = int64_t(producer.getZeroPoint()) + offset;
    if (!op.getResultFormat().contains(zeroPoint))
      return failure();
    // One operation has one target, figures of differences are not those of
    // other codes, and a record of snapping is of one scale.
    if (getTarget(producer) != getTarget(op) || !isExact(producer) ||
        !isExact(op) || op->hasAttr(kSnappedAttrName))
      return failure();
    int64_t bounds[] = {
        std::clamp(first.clampMin + offset, second.clampMin, second.clampMax),
        std::clamp(first.clampMax + offset, second.clampMin, second.clampMax)};
    auto fused = RequantizeOp::create(
        rewriter, rewriter.getFusedLoc({producer.getLoc(), op.getLoc()}),
        op.getType(), producer.getInput(), producer.getMultiplicandsAttr(),
        producer.getShiftsAttr(), producer.getAxisAttr(),
        producer.getRoundingAttr(), producer.getAddendsAttr(),
        producer.getNegativeAddendsAttr(), producer.getInputZeroPointAttr(),
        rewriter.getI64IntegerAttr(zeroPoint),
        rewriter.getDenseI64ArrayAttr(bounds), producer.getUnsignedInputAttr(),
        op.getUnsignedResultAttr());
    // What is known of the accumulators stays so; what was proved of the codes
    // goes.
    for (StringRef name :
         {kProvedRangeAttrName, kObservedRangeAttrName,
          kObservedHistogramAttrName, kSnappedAttrName, kTargetAttrName})
      if (Attribute attr = producer->getDiscardableAttr(name))
        fused->setDiscardableAttr(name, attr);
    rewriter.replaceOp(op, fused);
    return success();
  }
};

/// A minimum or maximum of the result with a constant becomes part of the
/// clamp, where it reads the code as the op does.
template <typename BoundOp, bool isMinimum, bool isUnsigned>
struct FuseBoundIntoApply : public OpRewritePattern<BoundOp> {
  using OpRewritePattern<BoundOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(BoundOp op,
                                PatternRewriter &rewriter) const override {
    auto apply = op.getLhs().template getDefiningOp<ApplyOp>();
    APInt constant;
    if (!apply || !apply->hasOneUse() ||
        apply.getUnsignedResult() != isUnsigned ||
        !matchPattern(op.getRhs(), m_ConstantInt(&constant)))
      return failure();
    int64_t bound =
        isUnsigned ? int64_t(constant.getZExtValue()) : constant.getSExtValue();
    auto [low, high] = apply.getClampBounds();
    int64_t bounds[] = {isMinimum ? std::min(low, bound) : std::max(low, bound),
                        isMinimum ? std::min(high, bound)
                                  : std::max(high, bound)};
    rewriter.modifyOpInPlace(apply, [&] {
      apply.setClampAttr(rewriter.getDenseI64ArrayAttr(bounds));
      apply->setLoc(rewriter.getFusedLoc({apply.getLoc(), op.getLoc()}));
    });
    rewriter.replaceOp(op, apply);
    return success();
  }
};

} // namespace

void RequantizeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                               MLIRContext *context) {
  patterns
      .add<DropWholeClamp<RequantizeOp>, SimplifyLists, FuseClampIntoProducer>(
          context);
}

void ApplyOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                          MLIRContext *context) {
  patterns.add<DropWholeClamp<ApplyOp>,
               FuseBoundIntoApply<arith::MinSIOp, true, false>,
               FuseBoundIntoApply<arith::MaxSIOp, false, false>,
               FuseBoundIntoApply<arith::MinUIOp, true, true>,
               FuseBoundIntoApply<arith::MaxUIOp, false, true>>(context);
}
