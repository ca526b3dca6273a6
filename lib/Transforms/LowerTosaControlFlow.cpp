//===- LowerTosaControlFlow.cpp - TOSA's branches and loops to scf --------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's patterns copy the regions of an op, and a conversion applies no
// pattern to what the same pattern has made: a branch within a branch. A walk
// from the inside has none left there.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/Conversion/TosaToSCF/TosaToSCF.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALELOWERTOSACONTROLFLOW
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

namespace {

struct RescaleLowerTosaControlFlowPass
    : public rescale::impl::RescaleLowerTosaControlFlowBase<
          RescaleLowerTosaControlFlowPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    tosa::populateTosaToSCFConversionPatterns(&patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
