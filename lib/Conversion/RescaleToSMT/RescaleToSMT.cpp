//===- RescaleToSMT.cpp - Lowered requantizations to solvers --------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Replaces a program by what is to be proved of its requantizations.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/RescaleToSMT/RescaleToSMT.h"

#include "rescale/Analysis/LoweredArithmetic.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/SMT/IR/SMTDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_CONVERTRESCALETOSMT
#include "rescale/Conversion/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

namespace {

struct ConvertRescaleToSMTPass
    : public rescale::impl::ConvertRescaleToSMTBase<ConvertRescaleToSMTPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<Operation *> program;
    for (Operation &op : *module.getBody())
      program.push_back(&op);
    auto builder = OpBuilder::atBlockEnd(module.getBody());
    bool isEmpty = true;
    WalkResult result = module.walk([&](linalg::GenericOp op) {
      if (!op->hasAttr(kCertificateAttrName))
        return WalkResult::advance();
      isEmpty = false;
      FailureOr<LoweredRequantize> requantize = readLoweredRequantize(op);
      if (failed(requantize))
        return WalkResult::interrupt();
      for (int64_t i = 0, e = requantize->channels.size(); i < e; ++i)
        if (failed(buildChannelSolver(builder, *requantize, i)))
          return WalkResult::interrupt();
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    if (isEmpty) {
      // No question would be taken for no counterexample.
      module.emitError() << "requires a requantization with a certificate, "
                            "found none; run rescale-certify and "
                            "convert-rescale-to-linalg with keep-certificates "
                            "before";
      return signalPassFailure();
    }
    for (Operation *op : llvm::reverse(program))
      op->erase();
  }
};

} // namespace
