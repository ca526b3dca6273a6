//===- RescaleToArith.cpp - rescale.apply to integer arithmetic -----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exact lowering of rescale.apply. `getArithmetic` is the one place that
// decides on the arithmetic: that of the op's rung, if its inequalities hold,
// or the least width in which nothing can overflow.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/RescaleToArith/RescaleToArith.h"

#include "Rungs.h"
#include "rescale/Transforms/ModelNames.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_CONVERTRESCALETOARITH
#include "rescale/Conversion/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Condition;

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

static void emitRemark(ApplyOp op, const Arithmetic &arithmetic) {
  auto remark = remark::passed(
      op.getLoc(),
      remark::RemarkOpts::name("lowered").category("convert-rescale-to-arith"));
  if (!remark)
    return;
  remark << remark::metric("Rung", arithmetic.getName())
         << remark::metric("Proof", arithmetic.getProof());
  if (StringRef name = getModelName(op.getLoc()); !name.empty())
    remark << remark::metric("Layer", name);
}

/// The error of a rung whose inequalities do not all hold.
static LogicalResult verifyRung(ApplyOp op) {
  if (!op.getRung())
    return success();
  std::optional<Condition> miss = findMiss(op, ApplyBounds(op), *op.getRung());
  if (!miss)
    return success();
  return op.emitOpError() << "requires " << miss->needs << " for the rung "
                          << stringifyRung(*op.getRung()) << ", got "
                          << miss->got
                          << "; promise less or leave the rung out";
}

namespace {

struct LowerApply : public OpRewritePattern<ApplyOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ApplyOp op,
                                PatternRewriter &rewriter) const override {
    ApplyBounds bounds(op);
    Arithmetic arithmetic = getArithmetic(op, bounds);
    if (arithmetic.rung && findMiss(op, bounds, *arithmetic.rung))
      return rewriter.notifyMatchFailure(op, "the rung is not exact");
    rewriter.replaceOp(op, emit(op, bounds, arithmetic, rewriter));
    return success();
  }

private:
  static Value emit(ApplyOp op, const ApplyBounds &bounds,
                    const Arithmetic &arithmetic, PatternRewriter &rewriter) {
    emitRemark(op, arithmetic);
    auto run = [&](unsigned width, Value (*emitQuotient)(Emitter &)) {
      Emitter emitter(op, bounds, width, rewriter);
      return emitter.emitCode(emitQuotient(emitter));
    };
    if (!arithmetic.rung)
      return run(128, emitMultiply64);
    switch (*arithmetic.rung) {
    case Rung::Multiply32:
      return run(32, emitMultiply32);
    case Rung::TwoLimbs:
      return run(32, emitTwoLimbs);
    case Rung::Estimate:
      return run(32, emitEstimate);
    case Rung::MultiplyHigh:
      return run(32, emitMultiplyHigh);
    case Rung::RoundingHigh:
      return run(32, emitRoundingHigh);
    case Rung::RoundingHigh16:
      return run(16, emitRoundingHigh);
    case Rung::Multiply64:
      return run(64, emitMultiply64);
    }
    llvm_unreachable("unknown rung");
  }
};

struct ConvertRescaleToArithPass
    : public rescale::impl::ConvertRescaleToArithBase<
          ConvertRescaleToArithPass> {
  void runOnOperation() override {
    // Patterns cannot say why one of them does not match.
    bool isProved = true;
    getOperation()->walk(
        [&](ApplyOp op) { isProved &= succeeded(verifyRung(op)); });
    if (!isProved)
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    populateRescaleToArithPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void mlir::rescale::populateRescaleToArithPatterns(
    RewritePatternSet &patterns) {
  patterns.add<LowerApply>(patterns.getContext());
}
