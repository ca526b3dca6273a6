//===- RescaleToTosa.cpp - rescale.requantize to tosa.rescale -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes a requantization as tosa.rescale and, where the clamp is narrower than
// the result type, tosa.clamp.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/RescaleToTosa/RescaleToTosa.h"

#include "TosaForm.h"

#include "rescale/Dialect/Rescale/IR/Target.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_CONVERTRESCALETOTOSA
#include "rescale/Conversion/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// A constant of rank 1, as TOSA takes its parameters.
static Value createList(ImplicitLocOpBuilder &b, Type elementType,
                        ArrayRef<int64_t> values) {
  unsigned width = elementType.getIntOrFloatBitWidth();
  auto type = RankedTensorType::get(values.size(), elementType);
  auto elements = llvm::map_to_vector(values, [&](int64_t value) {
    // Zero points of unsigned operands are written as their bits.
    return APInt(width, value, /*isSigned=*/true, /*implicitTrunc=*/true);
  });
  return tosa::ConstOp::create(b, type, DenseElementsAttr::get(type, elements));
}

namespace {

struct ConvertRequantize : public OpRewritePattern<RequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RequantizeOp op,
                                PatternRewriter &rewriter) const override {
    llvm::Expected<TosaForm> form = getTosaForm(op);
    if (!form)
      return rewriter.notifyMatchFailure(op, toString(form.takeError()));
    if (!form->isTotal)
      remark::analysis(op.getLoc(),
                       remark::RemarkOpts::name("value-range-not-guaranteed")
                           .category("convert-rescale-to-tosa"))
          << remark::reason("TOSA leaves the code of some values of the input "
                            "type open");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Type inputType = op.getInput().getType().getElementType();
    Type resultType = op.getType().getElementType();
    Value multiplier = createList(
        b, b.getIntegerType(form->isScale32 ? 32 : 16), form->multipliers);
    Value shift = createList(b, b.getI8Type(), form->shifts);
    Value inputZeroPoint =
        createList(b, inputType, int64_t(op.getInputZeroPoint()));
    Value zeroPoint = createList(b, resultType, int64_t(op.getZeroPoint()));
    Value result = tosa::RescaleOp::create(
        b, op.getType(), op.getInput(), multiplier, shift, inputZeroPoint,
        zeroPoint, form->isScale32, form->roundingMode, form->isPerChannel,
        op.getUnsignedInput(), op.getUnsignedResult());
    if (form->needsClamp) {
      ::staircase::Staircase s = op.getStaircase(0);
      result = tosa::ClampOp::create(b, op.getType(), result,
                                     b.getIntegerAttr(resultType, s.clampMin),
                                     b.getIntegerAttr(resultType, s.clampMax));
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct ConvertRescaleToTosaPass
    : public rescale::impl::ConvertRescaleToTosaBase<ConvertRescaleToTosaPass> {
  void runOnOperation() override {
    if (failed(verifyExpressibleInTosa(getOperation())))
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    populateRescaleToTosaPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    // Who takes TOSA need not know this dialect's attributes.
    getOperation()->walk(
        [](Operation *op) { op->removeAttr(kTargetAttrName); });
  }
};

} // namespace

void mlir::rescale::populateRescaleToTosaPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertRequantize>(patterns.getContext());
}

LogicalResult mlir::rescale::verifyExpressibleInTosa(Operation *root) {
  LogicalResult result = success();
  root->walk([&](RequantizeOp op) {
    llvm::Expected<TosaForm> form = getTosaForm(op);
    if (!form)
      result = op.emitOpError() << toString(form.takeError());
  });
  return result;
}
