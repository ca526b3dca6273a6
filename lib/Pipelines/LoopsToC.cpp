//===- LoopsToC.cpp - From loops to what C is printed from ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last steps before the printer, which changes nothing.
//
//===----------------------------------------------------------------------===//

#include "rescale/Pipelines/Pipelines.h"

#include "rescale/Target/C/Passes.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void rescale::buildLoopsToCPipeline(OpPassManager &pm) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  // Divisions that round up or down.
  function.addPass(arith::createArithExpandOpsPass());
  function.addPass(createRescaleFormMinMax());
  function.addPass(createCanonicalizerPass());
  function.addPass(createCSEPass());
  // Before anything is told of operations that then go.
  pm.addPass(createRescaleFoldComparisons());
  pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  pm.addPass(createRescaleProveOverflow());
  OpPassManager &forms = pm.nest<func::FuncOp>();
  forms.addPass(createRescaleSelectBySign());
  forms.addPass(createCSEPass());
  pm.addPass(createSymbolDCEPass());
  pm.addPass(createRescaleNameTables());
  pm.addPass(createRescaleVerifyC());
}

void rescale::buildRescaleToCPipeline(OpPassManager &pm,
                                      const RescaleToLoopsOptions &options) {
  buildRescaleToLoopsPipeline(pm, options);
  buildLoopsToCPipeline(pm);
}
