//===- SaturateNegate.cpp - Negations that saturate, before any fold ------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream folds negate(negate(x)) to x where all zero points are 0. For the
// least code, which the inner one saturates, that is another value.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALESATURATENEGATE
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

/// Whether upstream may fold `op` with another one, and TOSA defines what it
/// gives for the least code: the negation of i32 must not overflow.
static bool mayFold(tosa::NegateOp op) {
  Type element = getElementTypeOrSelf(op.getInput1());
  auto isZero = [](FailureOr<int64_t> zeroPoint) {
    return succeeded(zeroPoint) && *zeroPoint == 0;
  };
  return (element.isSignlessInteger(8) || element.isSignlessInteger(16)) &&
         isZero(op.getInput1ZeroPoint()) && isZero(op.getOutputZeroPoint());
}

/// Brings the least code of the input to the next one, which has the same
/// negation.
static void clampInput(tosa::NegateOp op) {
  OpBuilder builder(op);
  Type element = getElementTypeOrSelf(op.getInput1());
  int64_t greatest = llvm::maxIntN(element.getIntOrFloatBitWidth());
  op.getInput1Mutable().assign(tosa::ClampOp::create(
      builder, op.getLoc(), op.getInput1().getType(), op.getInput1(),
      builder.getIntegerAttr(element, -greatest),
      builder.getIntegerAttr(element, greatest)));
}

namespace {

struct RescaleSaturateNegatePass
    : public rescale::impl::RescaleSaturateNegateBase<
          RescaleSaturateNegatePass> {
  void runOnOperation() override {
    SmallVector<tosa::NegateOp> ops;
    getOperation()->walk([&](tosa::NegateOp op) {
      if (mayFold(op))
        ops.push_back(op);
    });
    // A single one has none to be folded with. Others may meet later, when what
    // is between them is folded.
    if (ops.size() > 1)
      llvm::for_each(ops, clampInput);
  }
};

} // namespace
