//===- RescaleKernelInterfaces.cpp - What kernels have in common --------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules and effects that hold for every kernel.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::rescale::kernel;

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelInterfaces.cpp.inc"

bool mlir::rescale::kernel::hasElements(ShapedType type) {
  // Step by step, since the number may need more than 64 bits.
  int64_t count = 1;
  for (int64_t size : type.getShape()) {
    if (size < 1 || size > INT32_MAX / count)
      return false;
    count *= size;
  }
  return true;
}

/// Checks that `map` stays within `operand` for every index of `result`:
/// kernel_c3.
static LogicalResult verifyMap(KernelOpInterface op, AffineMap map,
                               ShapedType operand, unsigned index) {
  ArrayRef<int64_t> shape = op.getResultShape();
  auto fail = [&]() {
    return op.emitOpError()
           << "requires epilogue map " << index
           << " to take an index of the result to one of the "
              "operand, got "
           << AffineMapAttr::get(map) << " for a result of "
           << op.getInit().getType() << " and an operand of " << operand
           << "; use a dimension of equal size, or a constant";
  };
  if (map.getNumDims() != shape.size() || map.getNumSymbols() != 0 ||
      map.getNumResults() != static_cast<unsigned>(operand.getRank()))
    return fail();
  for (auto [expr, size] :
       llvm::zip_equal(map.getResults(), operand.getShape())) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      if (shape[dim.getPosition()] != size)
        return fail();
      continue;
    }
    auto constant = dyn_cast<AffineConstantExpr>(expr);
    if (!constant || constant.getValue() < 0 || constant.getValue() >= size)
      return fail();
  }
  return success();
}

LogicalResult
mlir::rescale::kernel::detail::verifyKernel(Operation *operation) {
  auto op = cast<KernelOpInterface>(operation);
  Block &block = op.getEpilogue().front();
  OperandRange inputs = op.getEpilogueInputsMutable();
  // kernel_c7
  bool isBuffer = isa<MemRefType>(op.getInit().getType());
  for (OpOperand &operand : op->getOpOperands())
    if (isa<MemRefType>(operand.get().getType()) != isBuffer)
      return op.emitOpError()
             << "requires operands that are all tensors or all buffers, got "
             << operand.get().getType() << " and a result in "
             << op.getInit().getType() << "; bufferize the function as a whole";
  // kernel_c2
  if (block.getNumArguments() != 1 + inputs.size())
    return op.emitOpError()
           << "requires an epilogue with an argument for the accumulator and "
              "one for each of "
           << inputs.size() << " epilogue inputs, got "
           << block.getNumArguments() << "; add or remove arguments";
  for (auto [argument, input] :
       llvm::zip_equal(block.getArguments().drop_front(), inputs)) {
    Type element = cast<ShapedType>(input.getType()).getElementType();
    if (argument.getType() != element)
      return op.emitOpError()
             << "requires epilogue argument " << argument.getArgNumber()
             << " of the type of its operand's elements, " << element
             << ", got " << argument.getType() << "; change its type";
  }
  // kernel_c3
  if (op.getEpilogueMaps().size() != inputs.size())
    return op.emitOpError()
           << "requires a map for each of " << inputs.size()
           << " epilogue inputs, got " << op.getEpilogueMaps().size()
           << "; add or remove maps";
  for (auto [i, map, input] : llvm::enumerate(
           op.getEpilogueMaps().getAsValueRange<AffineMapAttr>(), inputs))
    if (failed(verifyMap(op, map, cast<ShapedType>(input.getType()), i)))
      return failure();
  // kernel_c4
  auto yield = dyn_cast<YieldOp>(block.back());
  if (!yield)
    return op.emitOpError("requires an epilogue that ends in "
                          "rescale_kernel.yield, got another op; add one");
  Type element = cast<ShapedType>(op.getInit().getType()).getElementType();
  if (yield.getValue().getType() != element)
    return op.emitOpError()
           << "requires an epilogue that yields the result's element type, "
           << element << ", got " << yield.getValue().getType()
           << "; convert it before";
  return success();
}

void mlir::rescale::kernel::detail::getKernelEffects(
    DestinationStyleOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    auto add = [&](MemoryEffects::Effect *effect) {
      effects.emplace_back(effect, &operand, /*stage=*/0,
                           /*effectOnFullRegion=*/true,
                           SideEffects::DefaultResource::get());
    };
    if (op.isDpsInit(&operand))
      add(MemoryEffects::Write::get());
    else
      add(MemoryEffects::Read::get());
  }
}

::staircase::Interval
mlir::rescale::kernel::detail::getAccumulatorRange(KernelOpInterface op) {
  SmallVector<SmallVector<::staircase::Interval>> inputs;
  for (Value input : op.getSummed()) {
    unsigned width =
        getElementTypeOrSelf(input.getType()).getIntOrFloatBitWidth();
    inputs.push_back({getInterval(::staircase::IntegerFormat{width})});
  }
  return ::staircase::getHullOfAll(op.getAccumulatorRanges(inputs));
}
