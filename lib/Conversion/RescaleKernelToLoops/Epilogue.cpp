//===- Epilogue.cpp - From accumulators to results ------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function of an epilogue, its operands, and its calls.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::rescale;
using namespace mlir::rescale::kernel;

Epilogue::Epilogue(LoopBuilder &b, KernelOpInterface op)
    : b(b), shape(op.getResultShape()), function(outline(op)),
      output(isContiguous(op.getInit()) ? b.flatten(op.getInit())
                                        : op.getInit()) {
  unsigned last = shape.size() - 1;
  for (auto [operand, map] :
       llvm::zip_equal(OperandRange(op.getEpilogueInputsMutable()),
                       op.getEpilogueMaps().getAsValueRange<AffineMapAttr>())) {
    auto type = cast<MemRefType>(operand.getType());
    Input input{operand, b.flatten(operand), map, type.getShape()};
    auto usesPixel = [&](AffineExpr expr) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      return dim && dim.getPosition() != last;
    };
    input.isOfElement = map.isIdentity() && shape == type.getShape();
    input.isConstant = map.isConstant();
    input.isOfChannel =
        !input.isConstant && llvm::none_of(map.getResults(), usesPixel);
    if (input.isConstant)
      input.scalar = b.load(input.flat, getPosition(input, {}, {}));
    inputs.push_back(input);
  }
}

/// Whether `op` gives the same in every function.
static bool isConstantLike(Operation *op) {
  return op && (op->hasTrait<OpTrait::ConstantLike>() ||
                isa<memref::GetGlobalOp>(op));
}

func::FuncOp Epilogue::outline(KernelOpInterface op) {
  Region &region = op.getEpilogue();
  Block &block = region.front();
  // Nothing is done to the accumulator.
  if (llvm::hasSingleElement(block) &&
      cast<YieldOp>(block.back()).getValue() == block.getArgument(0))
    return {};
  SetVector<Value> outside;
  getUsedValuesDefinedAbove(region, outside);
  SmallVector<Type> types(block.getArgumentTypes());
  for (Value value : outside)
    if (!isConstantLike(value.getDefiningOp())) {
      captured.push_back(value);
      types.push_back(value.getType());
    }

  OpBuilder builder(b.getContext());
  Type element = cast<YieldOp>(block.back()).getValue().getType();
  auto result = func::FuncOp::create(
      b.getLoc(), (b.getFunction().getName() + "_requantize").str(),
      builder.getFunctionType(types, element));
  result.setPrivate();
  b.getSymbols().insert(result, Block::iterator(b.getFunction()));

  SmallVector<Value> scalars(block.getArguments());
  llvm::append_range(scalars, captured);
  for (auto [i, scalar] : llvm::enumerate(scalars)) {
    StringRef name =
        i ? ApplyOp::getOperandName(scalar) : StringRef(roles::kAccumulator);
    if (!name.empty() && (i == 0 || name != roles::kInput))
      result.setArgAttr(i, kNameAttrName, builder.getStringAttr(name));
  }

  Block *body = result.addEntryBlock();
  builder.setInsertionPointToStart(body);
  IRMapping mapping;
  ValueRange arguments = body->getArguments();
  mapping.map(block.getArguments(),
              arguments.take_front(block.getNumArguments()));
  mapping.map(captured, arguments.drop_front(block.getNumArguments()));
  for (Value value : outside)
    if (Operation *constant = value.getDefiningOp(); isConstantLike(constant))
      mapping.map(value, builder.clone(*constant)->getResult(0));
  for (Operation &inner : block.without_terminator())
    builder.clone(inner, mapping);
  Value yielded = cast<YieldOp>(block.back()).getValue();
  func::ReturnOp::create(builder, block.back().getLoc(),
                         mapping.lookup(yielded));
  return result;
}

Value Epilogue::getPosition(const Input &input, Value pixel, Value element) {
  if (input.isOfElement)
    return element;
  Value position = b.index(0);
  for (auto [expr, size] :
       llvm::zip_equal(input.map.getResults(), input.shape)) {
    Value coordinate;
    if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
      coordinate = b.index(constant.getValue());
    } else if (unsigned dim = cast<AffineDimExpr>(expr).getPosition();
               dim + 1 == shape.size()) {
      coordinate = channel;
    } else {
      // What a loop over flattened pixels has no variable of.
      int64_t inner = 1;
      for (int64_t size : ArrayRef(shape).drop_back().drop_front(dim + 1))
        inner *= size;
      coordinate = b.createOrFold<arith::DivUIOp>(pixel, b.index(inner));
      coordinate =
          b.createOrFold<arith::RemUIOp>(coordinate, b.index(shape[dim]));
    }
    position = b.add(b.multiply(position, size), coordinate);
  }
  return position;
}

void Epilogue::selectChannel(Value selected) {
  channel = selected;
  for (Input &input : inputs)
    if (input.isOfChannel)
      input.scalar = b.load(input.flat, getPosition(input, {}, {}));
}

SmallVector<Value> Epilogue::getElementwiseInputs() {
  SmallVector<Value> result;
  for (const Input &input : inputs)
    if (input.isOfElement)
      result.push_back(input.buffer);
  return result;
}

void Epilogue::selectPixel(Value image, Value row, Value column,
                           Value position) {
  this->image = image;
  this->row = row;
  this->column = column;
  pixel = position;
}

void Epilogue::store(Value accumulator, int64_t p) {
  Value element = b.add(b.multiply(b.add(pixel, p), shape.back()), channel);
  Value result = accumulator;
  if (function) {
    SmallVector<Value> operands = {accumulator};
    for (const Input &input : inputs)
      operands.push_back(
          input.isConstant || input.isOfChannel
              ? input.scalar
              : b.load(input.flat,
                       getPosition(input, b.add(pixel, p), element)));
    llvm::append_range(operands, captured);
    result = func::CallOp::create(b, function, operands).getResult(0);
  }
  if (cast<MemRefType>(output.getType()).getRank() < 2)
    return b.store(result, output, element);
  SmallVector<Value> indices = {image, row, b.add(column, p), channel};
  // The result of a matmul has no rows of images.
  if (shape.size() == 3)
    indices.erase(indices.begin() + 1);
  memref::StoreOp::create(b, result, output, indices);
}
