//===- SplitEmptyTensors.cpp - One buffer for each tensor -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Common subexpression elimination makes one tensor.empty of all that have a
// type, and bufferization then gives all of its users one buffer, one after the
// other. Such a buffer is alive from the first to the last of them.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALESPLITEMPTYTENSORS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

namespace {

struct RescaleSplitEmptyTensorsPass
    : public rescale::impl::RescaleSplitEmptyTensorsBase<
          RescaleSplitEmptyTensorsPass> {
  void runOnOperation() override {
    SmallVector<tensor::EmptyOp> shared;
    getOperation()->walk([&](tensor::EmptyOp empty) {
      if (!empty->use_empty() && !empty->hasOneUse())
        shared.push_back(empty);
    });
    for (tensor::EmptyOp empty : shared) {
      OpBuilder builder(empty);
      // The first use keeps the original.
      for (OpOperand &use :
           llvm::make_early_inc_range(llvm::drop_begin(empty->getUses())))
        use.set(builder.clone(*empty)->getResult(0));
    }
  }
};

} // namespace
