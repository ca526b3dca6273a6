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
#include "rescale/Support/OutputPath.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

/// Builds the pipeline of the command line for its errors. A value that an
/// option does not take has been reported by its parser, and once more, as an
/// error without a text, by the pass.
static mlir::LogicalResult verifyPipeline() {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  mlir::ScopedDiagnosticHandler handler(
      &context, [](mlir::Diagnostic &diagnostic) {
        return mlir::success(diagnostic.str().empty());
      });
  mlir::PassManager passes(&context);
  return mlir::MlirOptMainConfig::createFromCLOptions().setupPassPipeline(
      passes);
}

int main(int argc, char **argv) {
  mlir::rescale::occupyStandardDescriptors();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  mlir::rescale::registerAllRescaleDialects(registry);
  mlir::rescale::registerAllRescalePasses();
  auto [input, output] = mlir::registerAndParseCLIOptions(
      argc, argv, "Rescale optimizer driver\n", registry);
  if (failed(verifyPipeline()))
    return EXIT_FAILURE;
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, input, output, registry));
}
