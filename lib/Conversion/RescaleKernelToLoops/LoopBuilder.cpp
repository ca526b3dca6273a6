//===- LoopBuilder.cpp - Loops, indices, tables ---------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Indices are folded as they are built, so that a loop of one iteration leaves
// nothing behind.
//
//===----------------------------------------------------------------------===//

#include "LoopBuilder.h"

#include "rescale/Support/Buffers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::rescale;

/// All dimensions of a buffer.
static SmallVector<ReassociationIndices> getDimensions(Value buffer) {
  int64_t rank = cast<MemRefType>(buffer.getType()).getRank();
  return {llvm::to_vector(llvm::seq<int64_t>(0, rank))};
}

bool mlir::rescale::isContiguous(Value buffer) {
  return isContiguous(cast<MemRefType>(buffer.getType()));
}

LoopBuilder::LoopBuilder(Operation *kernel, SymbolTable &symbols)
    : ImplicitLocOpBuilder(kernel->getLoc(), kernel),
      function(kernel->getParentOfType<FunctionOpInterface>()),
      symbols(symbols) {}

Value LoopBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(*this, value);
}

Value LoopBuilder::integer(int64_t value, unsigned width) {
  return arith::ConstantIntOp::create(*this, value, width);
}

Value LoopBuilder::add(Value lhs, Value rhs) {
  return createOrFold<arith::AddIOp>(lhs, rhs);
}

Value LoopBuilder::multiply(Value lhs, int64_t rhs) {
  return createOrFold<arith::MulIOp>(lhs, index(rhs));
}

Value LoopBuilder::name(Value value, StringRef name) {
  // A constant is shared.
  if (value.getLoc() == getLoc() && !matchPattern(value, m_Constant()))
    value.setLoc(NameLoc::get(getStringAttr(name), getLoc()));
  return value;
}

SmallVector<Value> LoopBuilder::loop(int64_t size, int64_t step,
                                     ValueRange carried, Body body) {
  if (size <= step)
    return body(index(0), carried);
  auto loop =
      scf::ForOp::create(*this, index(0), index(size), index(step), carried);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next =
      body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!carried.empty())
    scf::YieldOp::create(*this, next);
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value> LoopBuilder::loop(Value low, Value high, ValueRange carried,
                                     Body body) {
  auto loop = scf::ForOp::create(*this, low, high, index(1), carried);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next =
      body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(*this, next);
  return SmallVector<Value>(loop.getResults());
}

void LoopBuilder::loop(int64_t size, int64_t step,
                       llvm::function_ref<void(Value)> body) {
  loop(size, step, ValueRange(), [&](Value i, ValueRange) {
    body(i);
    return SmallVector<Value>();
  });
}

void LoopBuilder::loopOverBlocks(int64_t size, int64_t block,
                                 llvm::function_ref<void(Value, Value)> body) {
  loop(size, block, [&](Value i) {
    Value start = i;
    if (size % block != 0)
      start = createOrFold<arith::MinSIOp>(i, index(size - block));
    body(i, start);
  });
}

Value LoopBuilder::isWithin(Value value, int64_t low, int64_t high) {
  Value notBelow =
      createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sge, value, index(low));
  Value below = createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt, value,
                                            index(high));
  return createOrFold<arith::AndIOp>(notBelow, below);
}

void LoopBuilder::branch(Value condition, llvm::function_ref<void()> then,
                         llvm::function_ref<void()> otherwise) {
  if (!condition)
    return then();
  auto branch = scf::IfOp::create(*this, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  then();
  setInsertionPointToStart(branch.elseBlock());
  otherwise();
}

Value LoopBuilder::flatten(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  if (type.getRank() < 2)
    return buffer;
  return memref::CollapseShapeOp::create(*this, buffer, getDimensions(buffer));
}

Value LoopBuilder::load(Value flat, Value position) {
  if (cast<MemRefType>(flat.getType()).getRank() == 0)
    return memref::LoadOp::create(*this, flat);
  return memref::LoadOp::create(*this, flat, position);
}

Value LoopBuilder::extend(Value value, unsigned width) {
  if (value.getType().getIntOrFloatBitWidth() == width)
    return value;
  return createOrFold<arith::ExtSIOp>(getIntegerType(width), value);
}

Value LoopBuilder::loadExtended(Value flat, Value position, unsigned width) {
  return extend(load(flat, position), width);
}

void LoopBuilder::store(Value value, Value flat, Value position) {
  memref::StoreOp::create(*this, value, flat, position);
}

/// `values` as elements of type `To`.
template <typename To>
static DenseElementsAttr getElements(ShapedType type,
                                     ArrayRef<int64_t> values) {
  SmallVector<To> elements(values);
  return DenseElementsAttr::get(type, ArrayRef<To>(elements));
}

static DenseElementsAttr getElements(ShapedType type, ArrayRef<int64_t> values,
                                     unsigned width) {
  switch (width) {
  case 8:
    return getElements<int8_t>(type, values);
  case 16:
    return getElements<int16_t>(type, values);
  case 32:
    return getElements<int32_t>(type, values);
  default:
    return getElements<int64_t>(type, values);
  }
}

Value LoopBuilder::createTable(StringRef suffix, ArrayRef<int64_t> values,
                               unsigned width) {
  Type element = getIntegerType(width);
  int64_t size = values.size();
  auto type = MemRefType::get(size, element);
  OpBuilder detached(getContext());
  auto global = memref::GlobalOp::create(
      detached, getLoc(), (function.getName() + "_" + suffix).str(),
      detached.getStringAttr("private"), type,
      getElements(RankedTensorType::get(size, element), values, width),
      /*constant=*/true, /*alignment=*/IntegerAttr());
  symbols.insert(global, Block::iterator(function));
  return memref::GetGlobalOp::create(*this, type, global.getSymName());
}

Value LoopBuilder::createScratch(int64_t size, Type element) {
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(&function.getFunctionBody().front());
  return memref::AllocOp::create(*this, MemRefType::get(size, element));
}
