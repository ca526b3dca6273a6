//===- rescale-opt.cpp - Optimizer driver ---------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-opt with our dialects, passes and pipelines beside upstream's.
//
//===----------------------------------------------------------------------===//

#include "rescale/InitAll.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  mlir::rescale::registerAllRescaleDialects(registry);
  mlir::rescale::registerAllRescalePasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Rescale optimizer driver\n", registry));
}
