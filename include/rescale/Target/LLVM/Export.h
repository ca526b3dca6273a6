//===- Export.h - LLVM dialect to LLVM IR and objects -----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Translation, optimization and code generation.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TARGET_LLVM_EXPORT_H
#define RESCALE_TARGET_LLVM_EXPORT_H

#include "mlir/Support/LLVM.h"

#include <memory>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
class raw_pwrite_stream;
} // namespace llvm

namespace mlir {
class ModuleOp;

namespace rescale {

/// Tells `module` the index width of `machine`, before it is lowered.
void setDataLayout(ModuleOp module, const llvm::TargetMachine &machine);

/// Translates a module of the LLVM dialect for `machine`. Every definition but
/// `entryPoint` becomes internal. Null, with an error reported, on failure.
std::unique_ptr<llvm::Module> translateToLLVMIR(ModuleOp module,
                                                StringRef entryPoint,
                                                llvm::TargetMachine &machine,
                                                llvm::LLVMContext &context);

/// Runs LLVM's default pipeline for the machine's optimization level.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

/// Writes `module` as an object file.
LogicalResult emitObject(llvm::Module &module, llvm::TargetMachine &machine,
                         llvm::raw_pwrite_stream &os);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_TARGET_LLVM_EXPORT_H
