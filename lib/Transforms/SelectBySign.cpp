//===- SelectBySign.cpp - Addends by sign without a branch ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A choice by comparison is a branch on cores without conditional
// instructions, and a comparison, a block of them and a move on the others. The
// sign as a mask is one operand of an instruction that shifts. Of 64 bits, two
// words of mask and difference cost more than the branch.
//
// Late, since a selection says more of the range of its result than a mask.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALESELECTBYSIGN
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using arith::IntegerOverflowFlags;

/// Whether `op` scales by a constant, and has a result for every number: what
/// is poison may be left unselected, but not in a sum.
static bool isScaling(Operation *op) {
  auto shift = dyn_cast<arith::ShLIOp>(op);
  APInt amount;
  return shift && shift.getOverflowFlags() == IntegerOverflowFlags::none &&
         matchPattern(shift.getRhs(), m_ConstantInt(&amount)) &&
         amount.ult(amount.getBitWidth());
}

/// The number that `value` extends or scales, if any, as addends are.
static Value getNarrow(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<arith::ExtSIOp, arith::ExtUIOp>(op) && !isScaling(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// Whether `value` is a parameter: a constant, from a constant table, or an
/// argument of the function.
static bool isParameter(Value value) {
  value = getNarrow(value);
  if (auto argument = dyn_cast<BlockArgument>(value))
    return isa<FunctionOpInterface>(argument.getOwner()->getParentOp());
  auto load = value.getDefiningOp<memref::LoadOp>();
  return matchPattern(value, m_Constant()) ||
         (load && load.getMemRef().getDefiningOp<memref::GetGlobalOp>());
}

/// Whether `negative - positive` cannot overflow: both have room for a bit.
static bool differenceFits(Value positive, Value negative) {
  auto hasRoom = [](Value value) {
    APInt constant;
    if (matchPattern(value, m_ConstantInt(&constant)))
      return constant.getNumSignBits() > 1;
    Operation *op = value.getDefiningOp();
    return isa_and_present<arith::ExtSIOp, arith::ExtUIOp>(op) &&
           op->getOperand(0).getType().getIntOrFloatBitWidth() + 1 <
               value.getType().getIntOrFloatBitWidth();
  };
  return hasRoom(positive) && hasRoom(negative);
}

namespace {

struct SelectBySign : public OpRewritePattern<arith::SelectOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::SelectOp op,
                                PatternRewriter &rewriter) const override {
    auto cmp = op.getCondition().getDefiningOp<arith::CmpIOp>();
    Value positive = op.getFalseValue(), negative = op.getTrueValue();
    if (!cmp || !op.getType().isInteger(32) ||
        cmp.getPredicate() != arith::CmpIPredicate::slt ||
        !matchPattern(cmp.getRhs(), m_Zero()) || !isParameter(positive) ||
        !isParameter(negative))
      return failure();

    Location loc = op.getLoc();
    IntegerOverflowFlags flags = differenceFits(positive, negative)
                                     ? IntegerOverflowFlags::nsw
                                     : IntegerOverflowFlags::none;
    // Compilers know this as a shift, whose own form C leaves to them.
    Value mask = arith::ExtSIOp::create(rewriter, loc, op.getType(), cmp);
    Value difference =
        rewriter.createOrFold<arith::SubIOp>(loc, negative, positive, flags);
    Value part = rewriter.createOrFold<arith::AndIOp>(loc, mask, difference);
    auto sum =
        rewriter.replaceOpWithNewOp<arith::AddIOp>(op, positive, part, flags);
    if (flags == IntegerOverflowFlags::none)
      for (Operation *wraps : {difference.getDefiningOp(), sum.getOperation()})
        if (isa_and_present<arith::SubIOp, arith::AddIOp>(wraps))
          wraps->setAttr(kWrapsAttrName, rewriter.getUnitAttr());
    return success();
  }
};

struct RescaleSelectBySignPass
    : public rescale::impl::RescaleSelectBySignBase<RescaleSelectBySignPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SelectBySign>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
