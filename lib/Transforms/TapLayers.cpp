//===- TapLayers.cpp - What layers take, as results -----------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On tensors, where a requantization still has accumulators: kernels keep them
// in registers. As a result a value is written to memory, whatever is fused.
//
//===----------------------------------------------------------------------===//

#include "Calibration.h"
#include "rescale/Support/OutputPath.h"
#include "rescale/Transforms/EntryPoint.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALETAPLAYERS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

static void print(llvm::json::OStream &json, StringRef name,
                  ArrayRef<int64_t> values) {
  json.attributeArray(name, [&] {
    for (int64_t value : values)
      json.value(value);
  });
}

/// What has to be known of `op` besides its input, the output `output`.
static void print(llvm::json::OStream &json, Operation *op, unsigned output) {
  json.attribute("op", op->getName().getStringRef());
  json.attribute("output", output);
  if (auto requantize = dyn_cast<RequantizeOp>(op)) {
    json.attributeBegin("axis");
    if (requantize.getAxis())
      json.value(*requantize.getAxis());
    else
      json.value(nullptr);
    json.attributeEnd();
    json.attribute("unsigned", requantize.getUnsignedInput());
    return;
  }
  PatchGeometry geometry = *getPatchGeometry(op);
  print(json, "kernel", geometry.kernel);
  print(json, "pad", geometry.pad);
  print(json, "stride", geometry.stride);
  print(json, "dilation", geometry.dilation);
  json.attribute("zero_point", geometry.zeroPoint);
  json.attribute("depthwise", geometry.isDepthwise);
}

namespace {

struct RescaleTapLayersPass
    : public rescale::impl::RescaleTapLayersBase<RescaleTapLayersPass> {
  using RescaleTapLayersBase::RescaleTapLayersBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> model = findModelFunction(getOperation(), "");
    if (failed(model))
      return signalPassFailure();
    SmallVector<Operation *> measured = getMeasured(*model);
    llvm::MapVector<Value, unsigned> outputs;
    unsigned results = model->getNumResults();
    for (Operation *op : measured)
      outputs.try_emplace(op->getOperand(0), results + outputs.size());
    llvm::Error error = writeOutput(layers, [&](raw_ostream &os) {
      llvm::json::OStream json(os, /*IndentSize=*/2);
      json.array([&] {
        for (Operation *op : measured)
          json.object(
              [&] { print(json, op, outputs.lookup(op->getOperand(0))); });
      });
      os << "\n";
    });
    if (error) {
      emitError(UnknownLoc::get(&getContext()))
          << "requires a list of layers that can be written, got '" << layers
          << "': " << llvm::toString(std::move(error))
          << "; choose another file";
      return signalPassFailure();
    }
    for (const auto &[value, output] : outputs)
      tap(*model, value);
  }

private:
  /// Gives `value` as a result, in a type that C has.
  static void tap(func::FuncOp model, Value value) {
    Operation *terminator = model.front().getTerminator();
    auto type = cast<RankedTensorType>(value.getType());
    unsigned width = std::max<unsigned>(
        8, llvm::PowerOf2Ceil(type.getElementTypeBitWidth()));
    if (width != type.getElementTypeBitWidth()) {
      OpBuilder builder(terminator);
      type = type.clone(builder.getIntegerType(width));
      bool isUnsigned = llvm::any_of(value.getUsers(), [](Operation *user) {
        auto requantize = dyn_cast<RequantizeOp>(user);
        return requantize && requantize.getUnsignedInput();
      });
      value = isUnsigned
                  ? arith::ExtUIOp::create(builder, value.getLoc(), type, value)
                        .getResult()
                  : arith::ExtSIOp::create(builder, value.getLoc(), type, value)
                        .getResult();
    }
    terminator->insertOperands(terminator->getNumOperands(), value);
    (void)model.insertResult(model.getNumResults(), type, nullptr);
  }
};

} // namespace
