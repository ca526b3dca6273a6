//===- PackKernelInputs.cpp - What kernels read, without gaps -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On buffers, since only bufferization decides which tensors are parts of
// others, such as of the result of a concatenation.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"
#include "rescale/Support/Buffers.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEPACKKERNELINPUTS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

namespace {

struct RescalePackKernelInputsPass
    : public rescale::impl::RescalePackKernelInputsBase<
          RescalePackKernelInputsPass> {
  void runOnOperation() override {
    getOperation()->walk([](kernel::KernelOpInterface kernel) {
      for (OpOperand *operand : kernel.getDpsInputOperands()) {
        auto type = dyn_cast<MemRefType>(operand->get().getType());
        if (!type || !type.hasStaticShape() || isContiguous(type))
          continue;
        OpBuilder builder(kernel);
        Value packed = memref::AllocOp::create(
            builder, kernel.getLoc(),
            MemRefType::get(type.getShape(), type.getElementType()));
        linalg::CopyOp::create(builder, kernel.getLoc(), operand->get(),
                               packed);
        operand->set(packed);
      }
    });
  }
};

} // namespace
