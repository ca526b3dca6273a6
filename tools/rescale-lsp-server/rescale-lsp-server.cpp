//===- rescale-lsp-server.cpp - Language server ---------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Serves MLIR files that use our dialects to editors.
//
//===----------------------------------------------------------------------===//

#include "rescale/InitAll.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::rescale::registerAllRescaleDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
