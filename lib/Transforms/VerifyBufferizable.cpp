//===- VerifyBufferizable.cpp - Refuses what has no buffers ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One-Shot Bufferize says that an op was not bufferized, or that there is no
// func.return, and not what to do.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEVERIFYBUFFERIZABLE
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

/// Reports an op of tensors that bufferization does not know.
static LogicalResult verifyOp(Operation *op) {
  auto isTensor = [](Type type) { return isa<TensorType>(type); };
  if (isa<bufferization::BufferizableOpInterface>(op) ||
      (llvm::none_of(op->getOperandTypes(), isTensor) &&
       llvm::none_of(op->getResultTypes(), isTensor)))
    return success();
  return op->emitOpError("requires an operation on tensors that is lowered to "
                         "loops, but there is none for this one; express it "
                         "by others of TOSA or linalg in the model");
}

namespace {

struct RescaleVerifyBufferizablePass
    : public rescale::impl::RescaleVerifyBufferizableBase<
          RescaleVerifyBufferizablePass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    bool anyFailed = false;
    // Cleaned up before: what no path leads to is gone.
    if (!function.isExternal() && function.getOps<func::ReturnOp>().empty()) {
      function.emitOpError("requires a function that returns, got one whose "
                           "branches never end; let one lead to a return");
      anyFailed = true;
    }
    function.walk([&](Operation *op) { anyFailed |= failed(verifyOp(op)); });
    if (anyFailed)
      signalPassFailure();
  }
};

} // namespace
