//===- RescaleToArith.cpp - rescale.apply to integer arithmetic -----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exact lowering of rescale.apply. `choose` is the one place that decides on
// the arithmetic: that of the op's rung, if its inequalities hold, or the least
// width in which nothing can overflow.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/RescaleToArith/RescaleToArith.h"

#include "Rungs.h"
#include "rescale/Staircase/Integers.h"
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
using ::staircase::Facts;
using ::staircase::Interval;
using ::staircase::stringify;

//===----------------------------------------------------------------------===//
// The choice
//===----------------------------------------------------------------------===//

namespace {

/// An arithmetic and what makes it exact.
struct Choice {
  /// Absent for 128 bits, which always are enough: |m*d| < 2^97.
  std::optional<Rung> rung;
  /// What the rung needs of what it computes.
  std::vector<Condition> conditions;
};

} // namespace

static Condition fits(const char *name, unsigned width,
                      const Interval &interval) {
  return {llvm::formatv("{0} in {1} bits", name, width),
          llvm::formatv("{0} in [{1}, {2}]", name, stringify(interval.low),
                        stringify(interval.high)),
          interval.fits(width)};
}

/// The first inequality of the rung that does not hold.
static std::optional<Condition> findMiss(ApplyOp op, const Bounds &bounds,
                                         Rung rung) {
  bool isMultiply = rung == Rung::Multiply32 || rung == Rung::Multiply64;
  unsigned width = rung == Rung::Multiply64 ? 64 : 32;
  std::vector<Condition> before = {
      {"a rounding by addends", "the rounding half_even",
       isMultiply || op.getRounding() != Rounding::HalfEven},
      fits("x", width, bounds.input)};
  std::vector<Condition> after = {fits("codes", width, bounds.code),
                                  fits("clamp bounds", width, bounds.clamp)};
  Facts facts = bounds.getFacts(op, rung);
  for (const auto &conditions :
       {before, getOperandConditions(toStaircase(rung), facts),
        getConditions(toStaircase(rung), facts), after})
    for (const Condition &condition : conditions)
      if (!condition.holds)
        return condition;
  return std::nullopt;
}

/// The op's rung, whether it is exact or not, or the least width.
static Choice choose(ApplyOp op, const Bounds &bounds) {
  auto choice = [&](Rung rung) -> Choice {
    return {rung, getConditions(toStaircase(rung), bounds.getFacts(op, rung))};
  };
  if (std::optional<Rung> own = op.getRung())
    return choice(*own);
  for (Rung rung : {Rung::Multiply32, Rung::Multiply64})
    if (!findMiss(op, bounds, rung))
      return choice(rung);
  return {};
}

static StringRef getName(std::optional<Rung> rung) {
  return rung ? stringifyRung(*rung) : "multiply_128";
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

static void emitRemark(ApplyOp op, const Choice &choice) {
  auto remark = remark::passed(
      op.getLoc(),
      remark::RemarkOpts::name("lowered").category("convert-rescale-to-arith"));
  if (!remark)
    return;
  std::string proof = llvm::join(
      llvm::map_range(choice.conditions,
                      [](const Condition &condition) {
                        return condition.needs + " with " + condition.got;
                      }),
      ", ");
  if (!choice.rung)
    proof = "64 bits do not hold every intermediate";
  remark << remark::metric("Rung", getName(choice.rung))
         << remark::metric("Proof", proof);
  if (StringRef name = getModelName(op.getLoc()); !name.empty())
    remark << remark::metric("Layer", name);
}

/// The error of a rung whose inequalities do not all hold.
static LogicalResult verifyRung(ApplyOp op) {
  if (!op.getRung())
    return success();
  std::optional<Condition> miss = findMiss(op, Bounds(op), *op.getRung());
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
    Bounds bounds(op);
    Choice choice = choose(op, bounds);
    if (choice.rung && findMiss(op, bounds, *choice.rung))
      return rewriter.notifyMatchFailure(op, "the rung is not exact");
    rewriter.replaceOp(op, emit(op, bounds, choice, rewriter));
    return success();
  }

private:
  static Value emit(ApplyOp op, const Bounds &bounds, const Choice &choice,
                    PatternRewriter &rewriter) {
    emitRemark(op, choice);
    auto run = [&](unsigned width, Value (*emitQuotient)(Emitter &)) {
      Emitter emitter(op, bounds, width, rewriter);
      return emitter.emitCode(emitQuotient(emitter));
    };
    if (!choice.rung)
      return run(128, emitMultiply64);
    switch (*choice.rung) {
    case Rung::Multiply32:
      return run(32, emitMultiply32);
    case Rung::TwoLimbs:
      return run(32, emitTwoLimbs);
    case Rung::Estimate:
      return run(32, emitEstimate);
    case Rung::MultiplyHigh:
      return run(32, emitMultiplyHigh);
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
