//===- MakeStatic.cpp - Static shapes for TOSA networks -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fixes the batch, leaves the propagation to tosa-infer-shapes, and completes
// what that pass does not touch: shape operands and function results.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Pass/PassManager.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEMAKESTATIC
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// Gives the function the types that its body has.
static void updateType(FunctionOpInterface function) {
  Block &body = function.getFunctionBody().front();
  function.setType(function.cloneTypeWith(
      body.getArgumentTypes(), body.getTerminator()->getOperandTypes()));
}

/// Sets the leading dimension of the arguments where it is dynamic. No other
/// dimension may be.
static LogicalResult setBatch(FunctionOpInterface function, int64_t batch) {
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<ShapedType>(argument.getType());
    if (!type)
      continue;
    if (!type.hasRank() ||
        (type.getRank() > 0 &&
         ShapedType::isDynamicShape(type.getShape().drop_front())))
      return function.emitError()
             << "requires static dimensions after the leading one, got " << type
             << " for argument " << argument.getArgNumber()
             << "; export the model with a fixed input shape";
    if (type.hasStaticShape())
      continue;
    SmallVector<int64_t> shape(type.getShape());
    shape.front() = batch;
    argument.setType(type.clone(shape));
  }
  updateType(function);
  return success();
}

/// Replaces the shape operand `shape` of an op by the shape of its result,
/// where it leaves a dimension to be computed.
static void completeShape(OpOperand &shape, Value result) {
  auto constant = shape.get().getDefiningOp<tosa::ConstShapeOp>();
  auto type = cast<ShapedType>(result.getType());
  if (!constant || !type.hasStaticShape() ||
      llvm::none_of(constant.getValues().getValues<APInt>(),
                    [](const APInt &size) { return size.isNegative(); }))
    return;
  // Others may share the constant and have another result.
  OpBuilder b(constant);
  auto completed =
      tosa::ConstShapeOp::create(b, constant.getLoc(), constant.getType(),
                                 b.getIndexTensorAttr(type.getShape()));
  shape.set(completed);
  if (constant->use_empty())
    constant.erase();
}

/// Removes the casts by which tosa-infer-shapes keeps the types that an op of
/// another dialect had.
static void removeCasts(FunctionOpInterface function) {
  function.walk([](tensor::CastOp cast) {
    auto from = dyn_cast<RankedTensorType>(cast.getSource().getType());
    if (!from || !from.hasStaticShape())
      return;
    cast.replaceAllUsesWith(cast.getSource());
    cast.erase();
  });
}

static LogicalResult verifyStatic(Operation *root) {
  WalkResult result = root->walk([](Operation *op) {
    for (Type type : op->getResultTypes())
      if (auto shaped = dyn_cast<ShapedType>(type);
          shaped && !shaped.hasStaticShape()) {
        op->emitError() << "requires a shape that follows from those of the "
                           "arguments, got "
                        << shaped
                        << "; export the model with fixed input shapes";
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

namespace {

struct RescaleMakeStaticPass
    : public rescale::impl::RescaleMakeStaticBase<RescaleMakeStaticPass> {
  using Base::Base;

  void runOnOperation() override {
    if (batch < 1) {
      getOperation()->emitError()
          << "requires a batch of at least 1, got " << batch.getValue();
      return signalPassFailure();
    }
    SmallVector<FunctionOpInterface> entries;
    for (auto function : getOperation().getOps<FunctionOpInterface>())
      if (function.isPublic() && !function.isExternal())
        entries.push_back(function);
    for (FunctionOpInterface function : entries)
      if (failed(setBatch(function, batch)))
        return signalPassFailure();

    OpPassManager propagation(ModuleOp::getOperationName());
    propagation.addNestedPass<func::FuncOp>(tosa::createTosaInferShapesPass());
    if (failed(runPipeline(propagation, getOperation())))
      return signalPassFailure();

    for (FunctionOpInterface function : entries) {
      removeCasts(function);
      function.walk([](Operation *op) {
        if (auto reshape = dyn_cast<tosa::ReshapeOp>(op))
          completeShape(reshape.getShapeMutable(), reshape.getOutput());
        else if (auto slice = dyn_cast<tosa::SliceOp>(op))
          completeShape(slice.getSizeMutable(), slice.getOutput());
      });
      updateType(function);
    }
    if (failed(verifyStatic(getOperation())))
      signalPassFailure();
  }
};

} // namespace
