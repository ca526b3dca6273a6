//===- rescale-plugin.cpp - Plugin for mlir-opt ---------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Brings our dialects and passes into a stock mlir-opt of the same version. It
// looks the two entry points up by name; everything else stays hidden.
//
//===----------------------------------------------------------------------===//

#include "rescale/InitAll.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT ::mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Rescale", RESCALE_VERSION,
          [](mlir::DialectRegistry *registry) {
            mlir::rescale::registerAllRescaleDialects(*registry);
            mlir::rescale::registerAllRescalePasses();
          }};
}

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT ::mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Rescale", RESCALE_VERSION,
          [] { mlir::rescale::registerAllRescalePasses(); }};
}
