//===- RescaleDialect.cpp - The rescale dialect ---------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the dialect.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/Rescale/IR/Snap.h"

#include "RescaleBytecode.h"
#include "rescale/Dialect/Rescale/IR/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rescale;

#include "rescale/Dialect/Rescale/IR/RescaleDialect.cpp.inc"
#include "rescale/Dialect/Rescale/IR/RescaleEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "rescale/Dialect/Rescale/IR/RescaleAttributes.cpp.inc"

namespace {

/// The operations are pure, so they go wherever a body goes.
struct RescaleInlinerInterface : public DialectInlinerInterface {
  explicit RescaleInlinerInterface(Dialect *dialect)
      : DialectInlinerInterface(dialect) {}

  bool isLegalToInline(Operation *, Region *, bool,
                       IRMapping &) const override {
    return true;
  }
};

} // namespace

void RescaleDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "rescale/Dialect/Rescale/IR/RescaleAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "rescale/Dialect/Rescale/IR/RescaleOps.cpp.inc"
      >();
  addBytecodeInterface(*this);
  addInterfaces<RescaleInlinerInterface>();
}

Operation *RescaleDialect::materializeConstant(OpBuilder &builder,
                                               Attribute value, Type type,
                                               Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

::staircase::Interval RangeAttr::getInterval(int64_t channel) {
  int64_t entry = getNumEntries() == 1 ? 0 : channel;
  return {getLow()[entry], getHigh()[entry]};
}

LogicalResult RangeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                RangeKind, ArrayRef<int64_t> low,
                                ArrayRef<int64_t> high) {
  // range_c1
  if (low.empty() || low.size() != high.size())
    return emitError() << "requires as many least as greatest accumulators, "
                          "and at least one, got "
                       << low.size() << " and " << high.size()
                       << "; write one of each for all channels, or for each";
  for (auto [channel, least, greatest] : llvm::enumerate(low, high))
    if (least > greatest)
      return emitError() << "requires a least accumulator of at most the "
                            "greatest one, got "
                         << least << " and " << greatest << " at index "
                         << channel << "; swap them";
  return success();
}
