//===- DropTosaTarget.cpp - Modules without a word of TOSA ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's tosa-attach-target sets the attribute, and nothing removes it.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEDROPTOSATARGET
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

namespace {

struct RescaleDropTosaTargetPass
    : public rescale::impl::RescaleDropTosaTargetBase<
          RescaleDropTosaTargetPass> {
  void runOnOperation() override {
    getOperation()->removeAttr(tosa::TargetEnvAttr::name);
  }
};

} // namespace
