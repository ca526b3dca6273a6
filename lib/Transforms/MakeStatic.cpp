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
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Pass/PassManager.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEMAKESTATIC
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// Whether `type` is or holds a shape that is not static.
static bool isDynamic(Type type) {
  return type
      .walk([](ShapedType shaped) {
        return shaped.hasStaticShape() ? WalkResult::advance()
                                       : WalkResult::interrupt();
      })
      .wasInterrupted();
}

/// Returns the first dynamic type of the operands and results of `op`, or null.
static Type findDynamic(Operation *op) {
  for (TypeRange types :
       {TypeRange(op->getOperandTypes()), TypeRange(op->getResultTypes())})
    if (auto it = llvm::find_if(types, isDynamic); it != types.end())
      return *it;
  return {};
}

static bool hasDynamic(func::FuncOp function) {
  if (llvm::any_of(function.getArgumentTypes(), isDynamic))
    return true;
  return function
      .walk([](Operation *op) {
        return findDynamic(op) ? WalkResult::interrupt()
                               : WalkResult::advance();
      })
      .wasInterrupted();
}

static bool isTosa(Operation *op) {
  return isa_and_present<tosa::TosaDialect>(op->getDialect());
}

/// Shapes change only in ops that take any: those of TOSA, the return, whose
/// function follows, and casts. Others may tie types to one another, which
/// tosa-infer-shapes does not look at.
static LogicalResult verifyCanChange(func::FuncOp function) {
  WalkResult result = function.walk([](Operation *op) {
    Type type = findDynamic(op);
    if (!type || (isa<TensorType>(type) &&
                  (isTosa(op) || isa<func::ReturnOp, tensor::CastOp>(op))))
      return WalkResult::advance();
    if (isa<CallOpInterface>(op))
      op->emitOpError() << "requires static shapes to call another function, "
                           "got "
                        << type << "; inline it first";
    else
      op->emitOpError() << "requires a static shape outside of TOSA, got "
                        << type << "; export the model with fixed input shapes";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// Sets the leading dimension of the arguments where it is dynamic. No other
/// dimension may be. Ops outside of TOSA keep the types of their operands by
/// casts, as after tosa-infer-shapes.
static LogicalResult setBatch(func::FuncOp function, int64_t batch) {
  OpBuilder b(function.getBody());
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<TensorType>(argument.getType());
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
    auto cast = tensor::CastOp::create(b, argument.getLoc(), type, argument);
    argument.replaceUsesWithIf(cast, [&](OpOperand &use) {
      return use.getOwner() != cast && !isTosa(use.getOwner());
    });
    if (cast->use_empty())
      cast.erase();
  }
  function.setType(function.cloneTypeWith(function.getBody().getArgumentTypes(),
                                          function.getResultTypes()));
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

static void completeShapes(func::FuncOp function) {
  function.walk([](Operation *op) {
    if (auto reshape = dyn_cast<tosa::ReshapeOp>(op))
      completeShape(reshape.getShapeMutable(), reshape.getOutput());
    else if (auto slice = dyn_cast<tosa::SliceOp>(op))
      completeShape(slice.getSizeMutable(), slice.getOutput());
  });
}

/// Removes the casts by which returns and the casts of the user, `userCasts`,
/// kept the types of their operands. Those of the user stay.
static void removeCasts(func::FuncOp function,
                        const DenseSet<Operation *> &userCasts) {
  function.walk([&](tensor::CastOp cast) {
    if (userCasts.contains(cast))
      return;
    Value source = cast.getSource();
    cast.getResult().replaceUsesWithIf(source, [&](OpOperand &use) {
      auto next = dyn_cast<tensor::CastOp>(use.getOwner());
      return !next || tensor::CastOp::areCastCompatible(source.getType(),
                                                        next.getType());
    });
    if (cast->use_empty())
      cast.erase();
  });
}

/// Gives the function the result types that its returns have.
static LogicalResult updateResults(func::FuncOp function) {
  std::optional<TypeRange> results;
  for (auto terminator : function.getOps<func::ReturnOp>()) {
    TypeRange types = terminator.getOperandTypes();
    if (results && *results != types)
      return terminator.emitOpError()
             << "requires the shapes of every other return, " << *results
             << ", got " << types
             << "; export the model with fixed input shapes";
    results = types;
  }
  if (results)
    function.setType(
        function.cloneTypeWith(function.getArgumentTypes(), *results));
  return success();
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
    SmallVector<func::FuncOp> changed;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() && hasDynamic(function)) {
        if (failed(verifyCanChange(function)))
          return signalPassFailure();
        changed.push_back(function);
      }
    for (func::FuncOp function : changed)
      if (failed(propagate(function)))
        return signalPassFailure();
    for (auto function : getOperation().getOps<func::FuncOp>())
      completeShapes(function);
    if (failed(verifyStatic(getOperation())))
      return signalPassFailure();
    for (func::FuncOp function : changed)
      if (failed(updateResults(function)))
        return signalPassFailure();
  }

private:
  /// Makes the shapes in `function` static, save for its result types.
  LogicalResult propagate(func::FuncOp function) {
    DenseSet<Operation *> userCasts;
    function.walk([&](tensor::CastOp cast) { userCasts.insert(cast); });
    if (function.isPublic() && failed(setBatch(function, batch)))
      return failure();
    OpPassManager propagation(func::FuncOp::getOperationName());
    propagation.addPass(tosa::createTosaInferShapesPass());
    if (failed(runPipeline(propagation, function)))
      return failure();
    removeCasts(function, userCasts);
    return success();
  }
};

} // namespace
