//===- WidenIntegers.cpp - Integers that machines and C have --------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TOSA accumulates int16 in i48. What is not fused away is i64 in memory, as
// any machine keeps it, and is i64 in C, which has no i48.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEWIDENINTEGERS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

/// `type` with i16, i32 or i64 in place of an integer between those widths.
static Type widen(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type)) {
    unsigned width = integer.getWidth();
    if (width == 1 || width > 64)
      return type;
    return IntegerType::get(type.getContext(),
                            std::max<unsigned>(8, llvm::PowerOf2Ceil(width)),
                            integer.getSignedness());
  }
  if (auto shaped = dyn_cast<ShapedType>(type))
    return shaped.clone(widen(shaped.getElementType()));
  return type;
}

static bool isWidened(Type type) { return widen(type) != type; }

static Attribute widen(Attribute attr) {
  auto typed = dyn_cast_or_null<TypedAttr>(attr);
  if (!typed || !isWidened(typed.getType()))
    return attr;
  Type type = widen(typed.getType());
  unsigned width = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  if (auto integer = dyn_cast<IntegerAttr>(attr))
    return IntegerAttr::get(type, integer.getValue().sext(width));
  if (auto elements = dyn_cast<DenseIntElementsAttr>(attr))
    return elements.mapValues(
        getElementTypeOrSelf(type),
        [&](const APInt &value) { return value.sext(width); });
  return attr;
}

/// Whether `op` means the same on operands that are extended by their sign.
static bool isSigned(Operation *op) {
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    return compare.getPredicate() < arith::CmpIPredicate::ult;
  return isa<arith::AddIOp, arith::ConstantOp, arith::ExtSIOp,
             arith::IndexCastOp, arith::MaxSIOp, arith::MinSIOp, arith::MulIOp,
             arith::SelectOp, arith::ShRSIOp, arith::SubIOp, arith::TruncIOp>(
      op);
}

/// Whether the result of `op`, of its own type, may be cut to fit that.
static bool mayWrap(Operation *op) {
  if (isa<arith::TruncIOp>(op))
    return true;
  auto overflow = dyn_cast<arith::ArithIntegerOverflowFlagsInterface>(op);
  return overflow && !overflow.hasNoSignedWrap();
}

static LogicalResult verify(Operation *op) {
  if (!isa<arith::ArithDialect>(op->getDialect()) || isSigned(op))
    return success();
  for (Type type :
       llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
    if (isWidened(type))
      return op->emitOpError()
             << "requires integers of 8, 16, 32 or 64 bits, got " << type
             << "; use signed arithmetic for others";
  return success();
}

static void setTypes(ValueRange values) {
  for (Value value : values)
    value.setType(widen(value.getType()));
}

/// Gives `op` the wider types; its operands get theirs where they are defined.
static void setTypes(Operation *op) {
  setTypes(op->getResults());
  for (Region &region : op->getRegions())
    for (Block &block : region)
      setTypes(block.getArguments());
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    constant.setValueAttr(cast<TypedAttr>(widen(constant.getValue())));
  if (auto global = dyn_cast<memref::GlobalOp>(op)) {
    global.setType(cast<MemRefType>(widen(global.getType())));
    if (Attribute value = global.getInitialValueAttr())
      global.setInitialValueAttr(widen(value));
  }
  if (auto function = dyn_cast<FunctionOpInterface>(op)) {
    auto wide = [](TypeRange types) {
      return llvm::map_to_vector(types, [](Type type) { return widen(type); });
    };
    function.setType(FunctionType::get(op->getContext(),
                                       wide(function.getArgumentTypes()),
                                       wide(function.getResultTypes())));
  }
}

/// Replaces `value` by its low bits, extended by their sign.
static void cut(Value value, int64_t bits) {
  OpBuilder builder(value.getContext());
  builder.setInsertionPointAfterValue(value);
  Location loc = value.getLoc();
  Type type = value.getType();
  Value by = arith::ConstantOp::create(
      builder, loc,
      builder.getIntegerAttr(type, type.getIntOrFloatBitWidth() - bits));
  auto up = arith::ShLIOp::create(builder, loc, value, by);
  Value low = arith::ShRSIOp::create(builder, loc, up, by);
  value.replaceAllUsesExcept(low, up);
}

namespace {

struct RescaleWidenIntegersPass
    : public rescale::impl::RescaleWidenIntegersBase<RescaleWidenIntegersPass> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([](Operation *op) {
      return failed(verify(op)) ? WalkResult::interrupt()
                                : WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    // Results of these bits are cut to them again.
    SmallVector<std::pair<Operation *, int64_t>> cuts;
    getOperation().walk([&](Operation *op) {
      if (op->getNumResults() == 1 && mayWrap(op) &&
          isWidened(op->getResult(0).getType()))
        cuts.emplace_back(op,
                          op->getResult(0).getType().getIntOrFloatBitWidth());
      setTypes(op);
    });
    for (auto [op, bits] : cuts)
      cut(op->getResult(0), bits);
    // What extended to the wider type, or truncated from it, does nothing now.
    getOperation().walk([](Operation *op) {
      if (!isa<arith::ExtSIOp, arith::TruncIOp>(op) ||
          op->getOperand(0).getType() != op->getResult(0).getType())
        return;
      op->getResult(0).replaceAllUsesWith(op->getOperand(0));
      op->erase();
    });
  }
};

} // namespace
