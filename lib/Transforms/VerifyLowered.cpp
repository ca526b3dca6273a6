//===- VerifyLowered.cpp - Refuses what should be gone --------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The check at the end of a pipeline: whatever was left is named, never passed
// on in silence.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "llvm/ADT/StringSet.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEVERIFYLOWERED
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

namespace {

struct RescaleVerifyLoweredPass
    : public rescale::impl::RescaleVerifyLoweredBase<RescaleVerifyLoweredPass> {
  using RescaleVerifyLoweredBase::RescaleVerifyLoweredBase;

  void runOnOperation() override {
    llvm::StringSet<> gone;
    gone.insert_range(dialects);
    if (dialects.empty()) {
      gone.insert("rescale");
      gone.insert("tosa");
    }
    bool failed = false;
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (!gone.contains(op->getName().getDialectNamespace()))
        return;
      op->emitOpError() << "requires a lowering to linalg, but there is none "
                           "for these types and attributes; express it by "
                           "other ops in the model";
      failed = true;
    });
    if (failed)
      signalPassFailure();
  }
};

} // namespace
