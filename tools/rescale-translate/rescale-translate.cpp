//===- rescale-translate.cpp - Translation driver -------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-translate with our translations.
//
//===----------------------------------------------------------------------===//

#include "rescale/Target/C/CPrinter.h"

#include "mlir/Target/SMTLIB/ExportSMTLIB.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  mlir::rescale::registerRescaleToCTranslation();
  mlir::smt::registerExportSMTLIBTranslation();
  return mlir::failed(
      mlir::mlirTranslateMain(argc, argv, "Rescale translation driver"));
}
