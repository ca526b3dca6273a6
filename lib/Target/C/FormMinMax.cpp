//===- FormMinMax.cpp - Minima and maxima from comparisons ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream has the other direction only.
//
//===----------------------------------------------------------------------===//

#include "rescale/Target/C/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEFORMMINMAX
#include "rescale/Target/C/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using arith::CmpIPredicate;

namespace {

struct FormMinMax : public OpRewritePattern<arith::SelectOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::SelectOp op,
                                PatternRewriter &rewriter) const override {
    auto cmp = op.getCondition().getDefiningOp<arith::CmpIOp>();
    if (!cmp || !op.getType().isIntOrIndex() || op.getType().isInteger(1))
      return failure();
    Value lhs = cmp.getLhs(), rhs = cmp.getRhs();
    bool isSwapped = op.getTrueValue() == rhs && op.getFalseValue() == lhs;
    if (!isSwapped && (op.getTrueValue() != lhs || op.getFalseValue() != rhs))
      return failure();
    switch (cmp.getPredicate()) {
    case CmpIPredicate::eq:
    case CmpIPredicate::ne:
      return failure();
    case CmpIPredicate::sgt:
    case CmpIPredicate::sge:
      return replace<arith::MaxSIOp, arith::MinSIOp>(op, lhs, rhs, isSwapped,
                                                     rewriter);
    case CmpIPredicate::slt:
    case CmpIPredicate::sle:
      return replace<arith::MinSIOp, arith::MaxSIOp>(op, lhs, rhs, isSwapped,
                                                     rewriter);
    case CmpIPredicate::ugt:
    case CmpIPredicate::uge:
      return replace<arith::MaxUIOp, arith::MinUIOp>(op, lhs, rhs, isSwapped,
                                                     rewriter);
    case CmpIPredicate::ult:
    case CmpIPredicate::ule:
      return replace<arith::MinUIOp, arith::MaxUIOp>(op, lhs, rhs, isSwapped,
                                                     rewriter);
    }
    llvm_unreachable("unknown predicate");
  }

private:
  template <typename Op, typename SwappedOp>
  static LogicalResult replace(arith::SelectOp op, Value lhs, Value rhs,
                               bool isSwapped, PatternRewriter &rewriter) {
    if (isSwapped)
      rewriter.replaceOpWithNewOp<SwappedOp>(op, lhs, rhs);
    else
      rewriter.replaceOpWithNewOp<Op>(op, lhs, rhs);
    return success();
  }
};

struct RescaleFormMinMaxPass
    : public rescale::impl::RescaleFormMinMaxBase<RescaleFormMinMaxPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FormMinMax>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
