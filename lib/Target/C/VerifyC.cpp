//===- VerifyC.cpp - Reports what has no form in C ------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The printer has no errors of its own: what passes here, it prints.
//
//===----------------------------------------------------------------------===//

#include "CExpr.h"
#include "CTables.h"

#include "rescale/Support/CNames.h"
#include "rescale/Target/C/CPrinter.h"
#include "rescale/Target/C/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEVERIFYC
#include "rescale/Target/C/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

static LogicalResult verifyType(Operation *op, Type type) {
  auto buffer = dyn_cast<MemRefType>(type);
  Type element = buffer ? buffer.getElementType() : type;
  bool isNumber =
      element.isSignlessInteger(1) || element.isSignlessInteger(8) ||
      element.isSignlessInteger(16) || element.isSignlessInteger(32) ||
      element.isSignlessInteger(64) || (element.isIndex() && !buffer);
  if (!isNumber)
    return op->emitOpError() << "requires i1, i8, i16, i32, i64, index, or "
                                "buffers of the integers, got "
                             << type << "; C has no type for it";
  if (!buffer)
    return success();
  SmallVector<int64_t> strides;
  int64_t offset = 0, last = 0;
  bool isStatic = buffer.hasStaticShape() && !buffer.getMemorySpace() &&
                  succeeded(buffer.getStridesAndOffset(strides, offset)) &&
                  (ShapedType::isDynamic(offset) || offset >= 0) &&
                  llvm::all_of(strides, [](int64_t stride) {
                    return !ShapedType::isDynamic(stride) && stride > 0;
                  });
  if (!isStatic)
    return op->emitOpError() << "requires buffers of static shape and strides, "
                                "got "
                             << type << "; make the model's shapes static";
  // Where the last element lies; no factor passes 32 bits before the sum does.
  bool isSmall = true;
  last = ShapedType::isDynamic(offset) ? 0 : offset;
  for (auto [dim, stride] : llvm::zip_equal(buffer.getShape(), strides)) {
    isSmall &= llvm::isInt<32>(dim) && llvm::isInt<32>(stride);
    last = isSmall ? last + dim * stride : last;
    isSmall &= llvm::isInt<32>(last);
  }
  if (!isSmall)
    return op->emitOpError() << "requires buffers of less than 2^31 elements, "
                                "got "
                             << type << "; split the tensor that it is for";
  return success();
}

static LogicalResult verifyName(Operation *op, StringRef name) {
  if (!rescale::isCIdentifier(name))
    return op->emitOpError()
           << "requires a name that is an identifier of C, got '" << name
           << "'; rename it";
  if (rescale::isReservedInC(name))
    return op->emitOpError() << "requires a name that C has no meaning for, "
                                "got '"
                             << name << "'; rename it";
  return success();
}

static LogicalResult verifyOp(memref::GlobalOp op) {
  if (failed(verifyName(op, op.getSymName())) ||
      failed(verifyType(op, op.getType())))
    return failure();
  if (!op.getType().getLayout().isIdentity())
    return op.emitOpError() << "requires a contiguous buffer, got "
                            << op.getType() << "; give it no layout";
  if (op.getConstant() && !rescale::getTableValues(op))
    return op.emitOpError("requires a constant table whose values are at "
                          "hand, got none; define them");
  if (!op.getConstant() && !op.isUninitialized())
    return op.emitOpError("requires a constant table, or a buffer without "
                          "values, got a variable; make it constant");
  return success();
}

static LogicalResult verifyOp(func::FuncOp op) {
  if (failed(verifyName(op, op.getSymName())))
    return failure();
  for (Type type : op.getArgumentTypes())
    if (failed(verifyType(op, type)))
      return failure();
  for (Type type : op.getResultTypes())
    if (failed(verifyType(op, type)))
      return failure();
  if (op.isExternal())
    return op.emitOpError("requires a body, got a declaration; define it");
  if (!op.getBody().hasOneBlock())
    return op.emitOpError() << "requires structured control flow, got "
                            << op.getBody().getBlocks().size()
                            << " blocks; print C before it is lowered";
  ArrayRef<Type> results = op.getResultTypes();
  if (results.size() > 1 ||
      (results.size() == 1 && isa<MemRefType>(results[0])))
    return op.emitOpError()
           << "requires at most one result, a number, got " << results.size()
           << " results; turn buffers into arguments";
  return success();
}

static LogicalResult verifyOp(scf::ForOp op) {
  APInt step, upper;
  if (!matchPattern(op.getStep(), m_ConstantInt(&step)) ||
      !step.isStrictlyPositive())
    return op.emitOpError("requires a constant step of at least 1, got "
                          "another; count iterations instead");
  if (op.getUnsignedCmp())
    return op.emitOpError("requires bounds that are compared as signed, got "
                          "unsigned ones; print C before they are");
  // The counter passes the bound by less than a step.
  Type type = op.getStep().getType();
  unsigned width = type.isIndex() ? 32 : type.getIntOrFloatBitWidth();
  bool isConstant = matchPattern(op.getUpperBound(), m_ConstantInt(&upper));
  APInt greatest = APInt::getSignedMaxValue(width).sext(128);
  if ((isConstant && (upper.sext(128) + step.sext(128)).sgt(greatest)) ||
      step.sext(128).sgt(greatest))
    return op.emitOpError() << "requires a counter that stays within " << width
                            << " bits, got a loop that ends beyond; "
                            << "split the loop";
  return success();
}

static LogicalResult verifyOp(arith::ConstantOp op) {
  if (auto value = dyn_cast<IntegerAttr>(op.getValue()))
    if (op.getType().isIndex() && !value.getValue().isSignedIntN(32))
      return op.emitOpError()
             << "requires indices of 32 bits, got " << value.getInt()
             << "; split the buffer that it is for";
  return success();
}

/// Whether `buffer` is all or a part of a constant table.
static bool isTable(Value buffer) {
  while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>())
    buffer = view.getViewSource();
  auto get = buffer.getDefiningOp<memref::GetGlobalOp>();
  auto global = get ? SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
                          get, get.getNameAttr())
                    : nullptr;
  return global && global.getConstant();
}

static LogicalResult verifyOp(memref::ViewOp op) {
  APInt offset;
  unsigned bytes = llvm::divideCeil(
      op.getType().getElementType().getIntOrFloatBitWidth(), 8);
  if (!matchPattern(op.getByteShift(), m_ConstantInt(&offset)) ||
      offset.isNegative() || !offset.isSignedIntN(32))
    return op.emitOpError("requires a constant offset of 31 bits, got "
                          "another; plan the arena at compile time");
  if (offset.urem(bytes) != 0)
    return op.emitOpError()
           << "requires an offset that is a multiple of " << bytes << ", got "
           << offset.getSExtValue() << "; align the buffer";
  // An array that is declared as int8_t may not be read as another type (C99,
  // 6.5).
  Type element = op.getType().getElementType();
  if (!element.isInteger(8) && isTable(op.getSource()))
    return op.emitOpError() << "requires a table of the type that it is read "
                               "as, got one of i8 that is read as "
                            << element << "; make it a table of " << element;
  return success();
}

static LogicalResult verifyOp(memref::CopyOp op) {
  auto source = cast<MemRefType>(op.getSource().getType());
  auto target = cast<MemRefType>(op.getTarget().getType());
  for (MemRefType type : {source, target})
    if (!type.isStrided() || !memref::isStaticShapeAndContiguousRowMajor(type))
      return op.emitOpError() << "requires contiguous buffers, got " << type
                              << "; lower the copy to loops";
  return success();
}

static bool hasStaticOffset(Type type) {
  return !ShapedType::isDynamic(
      cast<MemRefType>(type).getStridesAndOffset().second);
}

/// A pointer in C points to the first element where the offset is not part of
/// the type, and to the beginning of the buffer otherwise.
static LogicalResult verifyCast(Operation *op) {
  bool isFromStart = hasStaticOffset(op->getOperand(0).getType());
  bool isToStart = hasStaticOffset(op->getResult(0).getType());
  if (isa<memref::ReinterpretCastOp>(op) ? isFromStart && isToStart
                                         : isFromStart || !isToStart)
    return success();
  return op->emitOpError("requires an offset that the types tell, got a "
                         "dynamic one; use a subview");
}

/// On i1, what C's logical operators compute.
static LogicalResult verifyComputation(Operation *op) {
  bool isLogic =
      isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp, arith::CmpIOp,
          arith::SelectOp, arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp>(op);
  if (op->getResult(0).getType().isInteger(1) && !isLogic)
    return op->emitOpError("requires arithmetic on at least 8 bits, got i1; "
                           "use arith.andi, arith.ori or arith.xori");
  return success();
}

/// A choice between buffers at run time would be a pointer of which it is not
/// known what it points to.
static LogicalResult verifyChoice(Operation *op) {
  if (!isa<arith::SelectOp, scf::ForOp, scf::IfOp, scf::WhileOp>(op))
    return success();
  for (Type type : op->getResultTypes())
    if (isa<MemRefType>(type))
      return op->emitOpError()
             << "requires numbers as results, got " << type
             << "; copy to one buffer instead, or compile to an object";
  return success();
}

static LogicalResult verifyOperation(Operation *op) {
  for (Type type : op->getOperandTypes())
    if (failed(verifyType(op, type)))
      return failure();
  for (Type type : op->getResultTypes())
    if (failed(verifyType(op, type)))
      return failure();
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (Type type : block.getArgumentTypes())
        if (failed(verifyType(op, type)))
          return failure();
  if (failed(verifyChoice(op)))
    return failure();
  if (rescale::isComputation(op))
    return verifyComputation(op);
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<arith::ConstantOp, memref::CopyOp, memref::ViewOp, scf::ForOp>(
          [](auto known) { return verifyOp(known); })
      .Case<memref::CastOp, memref::CollapseShapeOp, memref::ExpandShapeOp,
            memref::ReinterpretCastOp>(
          [](auto cast) { return verifyCast(cast); })
      .Case<func::CallOp, func::ReturnOp, memref::GetGlobalOp, memref::LoadOp,
            memref::StoreOp, memref::SubViewOp, scf::ConditionOp, scf::IfOp,
            scf::WhileOp, scf::YieldOp>([](auto) { return success(); })
      .Default([](Operation *other) {
        return other->emitOpError("requires an operation that has a form in "
                                  "C, got this one; lower it first");
      });
}

/// Reports a function that is on `stack`, the functions that call each other,
/// twice.
static LogicalResult verifyCalls(func::FuncOp function,
                                 SymbolTableCollection &symbols,
                                 SetVector<Operation *> &stack,
                                 llvm::SmallPtrSetImpl<Operation *> &done) {
  if (done.contains(function))
    return success();
  if (!stack.insert(function))
    return function.emitOpError("requires a function that does not call "
                                "itself, got recursion; use a loop");
  WalkResult result = function.walk([&](func::CallOp call) {
    auto callee = symbols.lookupNearestSymbolFrom<func::FuncOp>(
        call, call.getCalleeAttr());
    return WalkResult(verifyCalls(callee, symbols, stack, done));
  });
  stack.remove(function);
  done.insert(function);
  return failure(result.wasInterrupted());
}

LogicalResult rescale::verifyC(ModuleOp module) {
  bool anyFailed = false;
  for (Operation &op : *module.getBody()) {
    if (auto global = dyn_cast<memref::GlobalOp>(op)) {
      anyFailed |= failed(verifyOp(global));
      continue;
    }
    auto function = dyn_cast<func::FuncOp>(op);
    if (!function) {
      anyFailed = true;
      op.emitOpError("requires functions and memref.global in a module for "
                     "C, got another operation; remove it");
      continue;
    }
    anyFailed |= failed(verifyOp(function));
    function.getBody().walk(
        [&](Operation *inner) { anyFailed |= failed(verifyOperation(inner)); });
  }
  if (anyFailed)
    return failure();

  SymbolTableCollection symbols;
  SetVector<Operation *> stack;
  llvm::SmallPtrSet<Operation *, 16> done;
  for (auto function : module.getOps<func::FuncOp>())
    if (failed(verifyCalls(function, symbols, stack, done)))
      return failure();
  return success();
}

namespace {

struct RescaleVerifyCPass
    : public rescale::impl::RescaleVerifyCBase<RescaleVerifyCPass> {
  void runOnOperation() override {
    if (failed(rescale::verifyC(getOperation())))
      signalPassFailure();
  }
};

} // namespace
