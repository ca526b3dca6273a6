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

/// The largest number of an operation in `loc`, where several may be fused; or
/// nothing, where none is recorded.
static std::optional<int64_t> getLastNumber(Location loc) {
  std::optional<int64_t> last;
  loc->walk([&](Location part) {
    auto fused = dyn_cast<FusedLoc>(part);
    if (auto number = fused ? dyn_cast_or_null<IntegerAttr>(fused.getMetadata())
                            : IntegerAttr())
      last = std::max(last.value_or(0), number.getInt());
    return WalkResult::advance();
  });
  return last;
}

namespace {

struct RescaleRecordOriginsPass
    : public rescale::impl::RescaleRecordOriginsBase<RescaleRecordOriginsPass> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    // A program that was written and read again has some already.
    int64_t number = 0;
    getOperation()->walk([&](Operation *op) {
      // A constant is told by the operation that uses it.
      if (!isa_and_present<tosa::TosaDialect, rescale::RescaleDialect>(
              op->getDialect()) ||
          op->hasTrait<OpTrait::ConstantLike>() ||
          op->hasTrait<OpTrait::IsTerminator>() || isa<tosa::ConstShapeOp>(op))
        return;
      if (std::optional<int64_t> last = getLastNumber(op->getLoc()))
        number = std::max(number, *last + 1);
      else
        ops.push_back(op);
    });
    Builder builder(&getContext());
    // The number keeps operations apart, and their order.
    for (Operation *op : ops)
      op->setLoc(FusedLoc::get(
          {NameLoc::get(op->getName().getIdentifier(), op->getLoc())},
          builder.getI64IntegerAttr(number++), &getContext()));
  }
};

} // namespace
