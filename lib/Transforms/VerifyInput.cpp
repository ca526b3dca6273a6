//===- VerifyInput.cpp - Refuses what cannot be lowered -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dynamic shapes and unsigned tensors would otherwise fail deep in upstream's
// patterns, where nothing says what to do. What is too large would not fail at
// all, but wrap around.
//
//===----------------------------------------------------------------------===//

#include "rescale/Support/Buffers.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/CheckedArithmetic.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEVERIFYINPUT
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

/// Whether an index, which is signed, can count the bytes of a tensor.
static bool isCountable(TensorType type, unsigned indexBitwidth) {
  // One without elements has none, however long its other dimensions are.
  if (llvm::is_contained(type.getShape(), 0))
    return true;
  std::optional<int64_t> bytes = rescale::getElementBytes(type);
  for (int64_t size : type.getShape())
    if (bytes)
      bytes = llvm::checkedMul(*bytes, size);
  return bytes && llvm::isIntN(indexBitwidth, *bytes);
}

namespace {

struct RescaleVerifyInputPass
    : public rescale::impl::RescaleVerifyInputBase<RescaleVerifyInputPass> {
  using RescaleVerifyInputBase::RescaleVerifyInputBase;

  void runOnOperation() override {
    bool anyFailed = false;
    for (auto inner : getOperation().getOps<ModuleOp>()) {
      inner.emitOpError("requires functions in one module, got a module in a "
                        "module; give the compiler the inner one");
      anyFailed = true;
    }
    for (auto function : getOperation().getOps<FunctionOpInterface>())
      anyFailed |= failed(verifyFunction(function));
    if (anyFailed)
      signalPassFailure();
  }

private:
  LogicalResult verifyType(Type type,
                           function_ref<InFlightDiagnostic()> emitError);
  LogicalResult verifyFunction(FunctionOpInterface function);
};

} // namespace

/// Reports `type` where it is a tensor that cannot be lowered, through the
/// diagnostic that `emitError` opens.
LogicalResult RescaleVerifyInputPass::verifyType(
    Type type, function_ref<InFlightDiagnostic()> emitError) {
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
  if (!isCountable(tensor, indexBitwidth))
    return emitError() << "requires tensors of less than 2^"
                       << indexBitwidth - 1 << " bytes, got " << type
                       << "; split it"
                       << (indexBitwidth < 64 ? ", or compile an object for a "
                                                "target of 64 bits"
                                              : "");
  return success();
}

/// Checks the signature first: what follows from it need not be said again.
LogicalResult
RescaleVerifyInputPass::verifyFunction(FunctionOpInterface function) {
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
  WalkResult result = function.walk([&](Operation *op) {
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
