//===- FoldComparisons.cpp - Comparisons with one outcome -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two things decide a comparison: how far its operands get, and for equality
// the bits of what a mask has gone over. Compilers of C know both and warn.
//
//===----------------------------------------------------------------------===//

#include "RangeAnalysis.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/KnownBits.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEFOLDCOMPARISONS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using arith::CmpIPredicate;
using llvm::KnownBits;

/// The bits of `value` that do not depend on the input, as far as at most
/// `depth` operations tell.
static KnownBits computeBits(Value value, unsigned depth = 4) {
  unsigned width = ConstantIntRanges::getStorageBitwidth(value.getType());
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return KnownBits::makeConstant(constant);
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0)
    return KnownBits(width);
  auto compute = [&](unsigned i) {
    return computeBits(op->getOperand(i), depth - 1);
  };
  if (isa<arith::AndIOp>(op))
    return compute(0) & compute(1);
  if (isa<arith::OrIOp>(op))
    return compute(0) | compute(1);
  if (isa<arith::XOrIOp>(op))
    return compute(0) ^ compute(1);
  if (isa<arith::ExtSIOp>(op))
    return compute(0).sext(width);
  if (isa<arith::ExtUIOp>(op))
    return compute(0).zext(width);
  if (isa<arith::TruncIOp>(op))
    return compute(0).trunc(width);
  return KnownBits(width);
}

/// The outcome of `op`, where it has only one.
static std::optional<bool> decide(arith::CmpIOp op,
                                  const IntegerRanges &ranges) {
  const ConstantIntRanges *range = ranges.lookup(op.getResult());
  if (!range)
    return std::nullopt;
  if (auto outcome = range->getConstantValue())
    return outcome->isOne();
  bool isEqual = op.getPredicate() == CmpIPredicate::eq;
  if (!isEqual && op.getPredicate() != CmpIPredicate::ne)
    return std::nullopt;
  std::optional<bool> areEqual =
      KnownBits::eq(computeBits(op.getLhs()), computeBits(op.getRhs()));
  if (!areEqual)
    return std::nullopt;
  return *areEqual == isEqual;
}

namespace {

struct RescaleFoldComparisonsPass
    : public rescale::impl::RescaleFoldComparisonsBase<
          RescaleFoldComparisonsPass> {
  void runOnOperation() override {
    // What a branch gives that is never taken may be what left the next
    // comparison open.
    FailureOr<bool> isAgain = true;
    while (succeeded(isAgain) && *isAgain)
      isAgain = foldOnce();
    if (failed(isAgain))
      signalPassFailure();
  }

private:
  /// Whether only now it is known which way `branch`, an op whose first operand
  /// is a condition, goes.
  static bool isDecided(Operation *branch, const IntegerRanges &ranges) {
    Value condition = branch->getOperand(0);
    const ConstantIntRanges *range = ranges.lookup(condition);
    return range && range->getConstantValue() &&
           !matchPattern(condition, m_Constant());
  }

  /// Folds what ranges decide; returns whether that changes ranges.
  FailureOr<bool> foldOnce() {
    SmallVector<arith::CmpIOp> ops;
    getOperation().walk([&](arith::CmpIOp op) {
      if (op.getLhs().getType().isIntOrIndex())
        ops.push_back(op);
    });
    if (ops.empty())
      return false;
    IntegerRanges ranges(getOperation());
    if (failed(ranges.compute()))
      return failure();
    // All are decided before the first goes, as ranges are those of values.
    SmallVector<std::pair<arith::CmpIOp, bool>> decided;
    for (arith::CmpIOp op : ops)
      if (std::optional<bool> outcome = decide(op, ranges))
        decided.push_back({op, *outcome});
    WalkResult branches = getOperation().walk([&](Operation *op) {
      return isa<scf::IfOp, scf::ConditionOp>(op) && isDecided(op, ranges)
                 ? WalkResult::interrupt()
                 : WalkResult::advance();
    });
    for (auto [op, outcome] : decided) {
      OpBuilder builder(op);
      Value constant = arith::ConstantIntOp::create(
          builder, op.getLoc(), builder.getI1Type(), outcome);
      op.replaceAllUsesWith(constant);
      op.erase();
    }
    return branches.wasInterrupted() && !decided.empty();
  }
};

} // namespace
