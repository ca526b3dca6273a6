//===- UpdateInPlace.cpp - One buffer for what loops carry ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bufferization hands the buffer of a new tensor from one iteration to the
// next, and chooses between those of two branches. Without a heap, an iteration
// has the buffers that the one before had; and a choice of buffers is one that
// no plan can follow.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "InPlace.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEUPDATEINPLACE
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// Makes `operand` a copy of its value in the buffer of `destination`.
static void materialize(OpOperand &operand, Value destination) {
  OpBuilder builder(operand.getOwner());
  auto copy = bufferization::MaterializeInDestinationOp::create(
      builder, operand.getOwner()->getLoc(), operand.get(), destination);
  operand.set(copy.getResult());
}

static bool isStaticTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape();
}

/// Gives each tensor that `op` results in one buffer, which both branches write
/// to.
static void joinBranches(scf::IfOp op) {
  OpBuilder builder(op);
  for (auto [i, type] : llvm::enumerate(op.getResultTypes())) {
    if (!isStaticTensor(type))
      continue;
    // Not a tensor.empty, which each branch would get one of.
    Value destination = bufferization::AllocTensorOp::create(
        builder, op.getLoc(), cast<RankedTensorType>(type),
        /*dynamicSizes=*/ValueRange());
    materialize(op.thenYield()->getOpOperand(i), destination);
    materialize(op.elseYield()->getOpOperand(i), destination);
  }
}

/// Makes branches of `op` again, which the canonicalizer made a choice of where
/// both tensors are there before: bufferization would choose between buffers.
static void splitChoice(arith::SelectOp op) {
  if (!isStaticTensor(op.getType()) ||
      !op.getCondition().getType().isInteger(1))
    return;
  OpBuilder builder(op);
  auto branch = scf::IfOp::create(
      builder, op.getLoc(), op.getCondition(),
      [&](OpBuilder &b, Location loc) {
        scf::YieldOp::create(b, loc, op.getTrueValue());
      },
      [&](OpBuilder &b, Location loc) {
        scf::YieldOp::create(b, loc, op.getFalseValue());
      });
  joinBranches(branch);
  op.replaceAllUsesWith(branch.getResult(0));
  op.erase();
}

/// Writes what an iteration of `loop` yields over what it was given.
static void updateInPlace(LoopLikeOpInterface loop,
                          const bufferization::AnalysisState &state) {
  std::optional<MutableArrayRef<OpOperand>> yielded =
      loop.getYieldedValuesMutable();
  if (!yielded)
    return;
  SmallVector<std::pair<OpOperand *, BlockArgument>> copied;
  for (auto [i, argument] : llvm::enumerate(loop.getRegionIterArgs())) {
    BlockArgument carried = getCarried(loop, i);
    OpOperand &operand = (*yielded)[i];
    if (isStaticTensor(argument.getType()) && carried &&
        carried.getType() == operand.get().getType() &&
        !isUpdatedInPlace(carried, operand, state))
      copied.push_back({&operand, carried});
  }
  // What is in the buffer of another one must be read before that is written.
  for (auto [operand, argument] : copied) {
    SetVector<Value> origins = state.findValueInReverseUseDefChain(
        operand, [](Value value) { return isa<BlockArgument>(value); });
    Block *body = argument.getOwner();
    bool isOther = llvm::any_of(origins, [&](Value origin) {
      auto other = dyn_cast<BlockArgument>(origin);
      return other && other.getOwner() == body;
    });
    if (!isOther)
      continue;
    OpBuilder builder(operand->getOwner());
    operand->set(bufferization::AllocTensorOp::create(
        builder, operand->getOwner()->getLoc(),
        cast<RankedTensorType>(argument.getType()),
        /*dynamicSizes=*/ValueRange(), /*copy=*/operand->get()));
  }
  for (auto [operand, argument] : copied)
    materialize(*operand, argument);
}

namespace {

struct RescaleUpdateInPlacePass
    : public rescale::impl::RescaleUpdateInPlaceBase<RescaleUpdateInPlacePass> {
  void runOnOperation() override {
    bufferization::BufferizationOptions options;
    bufferization::AnalysisState state(options);
    // Inner ones first, since outer ones look through them.
    getOperation()->walk([&](Operation *op) {
      if (auto branch = dyn_cast<scf::IfOp>(op))
        joinBranches(branch);
      else if (auto select = dyn_cast<arith::SelectOp>(op))
        splitChoice(select);
      else if (isa<scf::ForOp, scf::WhileOp>(op))
        updateInPlace(cast<LoopLikeOpInterface>(op), state);
    });
  }
};

} // namespace
