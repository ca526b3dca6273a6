//===- VerifyInput.cpp - Refuses what cannot be lowered -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dynamic shapes and unsigned tensors would otherwise fail deep in upstream's
// patterns, where nothing says what to do.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEVERIFYINPUT
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

/// Reports `type` where it is a tensor that cannot be lowered, through the
/// diagnostic that `emitError` opens.
static LogicalResult verifyType(Type type,
                                function_ref<InFlightDiagnostic()> emitError) {
  auto tensor = dyn_cast<TensorType>(type);
  if (!tensor)
    return success();
  if (!tensor.hasStaticShape())
    return emitError() << "requires static shapes, got " << type
                       << "; run `rescale import` or `rescale-opt "
                          "--rescale-make-static`, which make the batch 1";
  if (auto element = dyn_cast<IntegerType>(tensor.getElementType());
      element && !element.isSignless())
    return emitError() << "requires signless integers, got " << type
                       << "; run `rescale import` or `rescale-opt "
                          "--rescale-make-signed`, which move uint8 to int8";
  return success();
}

/// Checks the signature first: what follows from it need not be said again.
static LogicalResult verifyFunction(FunctionOpInterface function) {
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    if (failed(verifyType(function.getArgumentTypes()[i], [&] {
          return function.emitOpError() << "argument " << i << " ";
        })))
      return failure();
  for (unsigned i = 0, e = function.getNumResults(); i < e; ++i)
    if (failed(verifyType(function.getResultTypes()[i], [&] {
          return function.emitOpError() << "result " << i << " ";
        })))
      return failure();
  WalkResult result = function.walk([](Operation *op) {
    for (Type type : op->getResultTypes())
      if (failed(verifyType(type, [&] { return op->emitOpError(); })))
        return WalkResult::interrupt();
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (BlockArgument argument : block.getArguments())
          if (failed(verifyType(argument.getType(), [&] {
                return op->emitOpError()
                       << "block argument " << argument.getArgNumber() << " ";
              })))
            return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

namespace {

struct RescaleVerifyInputPass
    : public rescale::impl::RescaleVerifyInputBase<RescaleVerifyInputPass> {
  void runOnOperation() override {
    bool anyFailed = false;
    for (auto function : getOperation().getOps<FunctionOpInterface>())
      anyFailed |= failed(verifyFunction(function));
    if (anyFailed)
      signalPassFailure();
  }
};

} // namespace
