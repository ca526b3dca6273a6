//===- VerifyLoops.cpp - Refuses loops that need two buffers --------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One-Shot Bufferize says of such a loop that a yield operand is not
// equivalent to a block argument, at an op that no model has. Its option to
// allocate in loops would not help: with a single static buffer for each
// allocation, an iteration would overwrite what it reads.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "InPlace.h"

#include "mlir/Interfaces/LoopLikeInterface.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEVERIFYLOOPS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

static LogicalResult verifyLoop(LoopLikeOpInterface loop,
                                const bufferization::AnalysisState &state) {
  std::optional<MutableArrayRef<OpOperand>> yielded =
      loop.getYieldedValuesMutable();
  for (auto [index, argument] : llvm::enumerate(loop.getRegionIterArgs())) {
    if (!isa<TensorType>(argument.getType()))
      continue;
    BlockArgument carried = getCarried(loop, index);
    if (yielded && carried &&
        isUpdatedInPlace(carried, (*yielded)[index], state))
      continue;
    return loop.emitOpError()
           << "requires loops to update the tensors that they carry in place, "
              "got a new "
           << argument.getType() << " in each iteration as value " << index
           << "; unroll the loop in the model, or stop at linalg";
  }
  return success();
}

namespace {

struct RescaleVerifyLoopsPass
    : public rescale::impl::RescaleVerifyLoopsBase<RescaleVerifyLoopsPass> {
  void runOnOperation() override {
    bufferization::BufferizationOptions options;
    bufferization::AnalysisState state(options);
    bool anyFailed = false;
    getOperation()->walk([&](LoopLikeOpInterface loop) {
      anyFailed |= failed(verifyLoop(loop, state));
    });
    if (anyFailed)
      signalPassFailure();
  }
};

} // namespace
