//===- Nests.h - The loop nests of kernels ----------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One scheme for all: patches of a block of pixels, then register blocks.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_NESTS_H
#define RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_NESTS_H

#include "LoopBuilder.h"
#include "Overlap.h"
#include "rescale/Conversion/RescaleKernelToLoops/Blocking.h"
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"

namespace mlir::rescale {

/// A nest that was built, and what is known of its order.
struct Nest {
  /// The operands that may share memory with the result, in the order of the
  /// inputs of `record`.
  SmallVector<Value> inputs;
  OverlapRecord record;
};

/// Builds the loop nest of `op` where `b` stands.
Nest buildNest(LoopBuilder &b, kernel::Conv2DOp op, const Blocking &blocking);
Nest buildNest(LoopBuilder &b, kernel::DepthwiseConv2DOp op,
               const Blocking &blocking);
Nest buildNest(LoopBuilder &b, kernel::MatmulOp op, const Blocking &blocking);
Nest buildNest(LoopBuilder &b, kernel::Pool2DOp op, const Blocking &blocking);

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_NESTS_H
