//===- consumer.cpp - A program outside of the project --------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Uses the installed headers, libraries and package file: evaluates a
// staircase, reads a module with our dialect, lowers and prints it.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/Passes.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Staircase.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

int main(int argc, char **argv) {
  staircase::Staircase s;
  s.multiplicand = 77;
  s.shift = 9;
  llvm::outs() << "code " << evaluate(s, 1000) << '\n';

  mlir::DialectRegistry registry;
  registry.insert<mlir::func::FuncDialect, mlir::rescale::RescaleDialect>();
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(argv[1], &context);
  if (!module)
    return 1;
  mlir::PassManager pm(&context);
  pm.addPass(mlir::rescale::createConvertRescaleToLinalg());
  pm.addPass(mlir::rescale::createConvertRescaleToArith());
  if (mlir::failed(pm.run(*module)))
    return 1;
  module->print(llvm::outs());
  return 0;
}
