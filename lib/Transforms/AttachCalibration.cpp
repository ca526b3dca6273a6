//===- AttachCalibration.cpp - What was measured, as attributes -----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The file is MLIR, so that its parser and the dialect's verifiers do the work,
// and large tensors are resources in it.
//
//===----------------------------------------------------------------------===//

#include "Calibration.h"
#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Transforms/EntryPoint.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEATTACHCALIBRATION
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

namespace {

struct RescaleAttachCalibrationPass
    : public rescale::impl::RescaleAttachCalibrationBase<
          RescaleAttachCalibrationPass> {
  using RescaleAttachCalibrationBase::RescaleAttachCalibrationBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> model = findModelFunction(getOperation(), "");
    if (failed(model) || failed(attach(*model)))
      return signalPassFailure();
    FailureOr<ProvedRanges> ranges = ProvedRanges::compute(getOperation());
    if (failed(ranges))
      return signalPassFailure();
    WalkResult checked = getOperation().walk([&](RequantizeOp op) {
      return WalkResult(verifyObserved(op, *ranges));
    });
    if (checked.wasInterrupted())
      signalPassFailure();
  }

private:
  LogicalResult attach(func::FuncOp model);
};

} // namespace

LogicalResult RescaleAttachCalibrationPass::attach(func::FuncOp model) {
  // A module only holds them: where they end up, the dialect verifies them.
  ParserConfig config(&getContext(), /*verifyAfterParse=*/false);
  OwningOpRef<ModuleOp> measured = parseSourceFile<ModuleOp>(file, config);
  auto entries =
      measured ? (*measured)->getAttrOfType<ArrayAttr>("calibration") : nullptr;
  if (!entries)
    return getOperation().emitError()
           << "requires a file with what was measured, got '" << file
           << "'; let rescale calibrate write it";
  SmallVector<Operation *> ops = getMeasured(model);
  auto isOf = [](Operation *op, Attribute entry) {
    auto dictionary = dyn_cast<DictionaryAttr>(entry);
    auto name = dictionary ? dictionary.getAs<StringAttr>("op") : nullptr;
    return name && name == op->getName().getIdentifier();
  };
  if (entries.size() != ops.size() || !llvm::all_of_zip(ops, entries, isOf))
    return model.emitOpError()
           << "requires what was measured of this network, got that of another "
              "one in '"
           << file << "'; run rescale calibrate again";
  for (auto [op, entry] : llvm::zip_equal(ops, entries))
    for (NamedAttribute attr : cast<DictionaryAttr>(entry))
      if (attr.getName() != "op")
        op->setAttr(attr.getName(), attr.getValue());
  return success();
}
