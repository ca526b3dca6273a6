//===- RecordOrigins.cpp - Remember the model's operations ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In locations, since nothing else survives every conversion and fusion.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Builders.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALERECORDORIGINS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

namespace {

struct RescaleRecordOriginsPass
    : public rescale::impl::RescaleRecordOriginsBase<RescaleRecordOriginsPass> {
  void runOnOperation() override {
    int64_t number = 0;
    Builder builder(&getContext());
    getOperation()->walk([&](Operation *op) {
      // A constant is told by the operation that uses it.
      if (!isa_and_present<tosa::TosaDialect, rescale::RescaleDialect>(
              op->getDialect()) ||
          op->hasTrait<OpTrait::ConstantLike>() ||
          op->hasTrait<OpTrait::IsTerminator>() || isa<tosa::ConstShapeOp>(op))
        return;
      auto fused = dyn_cast<FusedLoc>(op->getLoc());
      if (fused && isa_and_present<IntegerAttr>(fused.getMetadata()))
        return;
      // The number keeps operations apart, and their order.
      op->setLoc(FusedLoc::get(
          {NameLoc::get(op->getName().getIdentifier(), op->getLoc())},
          builder.getI64IntegerAttr(number++), &getContext()));
    });
  }
};

} // namespace
