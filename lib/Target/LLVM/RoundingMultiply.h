//===- RoundingMultiply.h - Multiplications that round ----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// floor((u*v + 2^(w-2)) / 2^(w-1)) is one instruction on vectors of many
// machines: sqrdmulh on AArch64, vqrdmulh with MVE, pmulhrsw on x86, vsmul on
// RISC-V. LLVM has no generic operation for it, and its passes take the
// arithmetic apart. While they run it is therefore a function that vectorizers
// know.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TARGET_LLVM_ROUNDINGMULTIPLY_H
#define RESCALE_LIB_TARGET_LLVM_ROUNDINGMULTIPLY_H

#include "llvm/IR/PassManager.h"

namespace llvm {
class TargetLibraryInfoImpl;
class TargetMachine;
class Triple;
} // namespace llvm

namespace mlir::rescale {

/// Tells vectorizers the functions.
void addRoundingMultiplies(llvm::TargetLibraryInfoImpl &library,
                           const llvm::Triple &triple);

/// Puts calls in the place of the arithmetic where the machine has an
/// instruction for it. Has to run before any other pass.
struct RaiseRoundingMultiplies
    : public llvm::PassInfoMixin<RaiseRoundingMultiplies> {
  explicit RaiseRoundingMultiplies(const llvm::TargetMachine &machine)
      : machine(machine) {}

  llvm::PreservedAnalyses run(llvm::Module &module,
                              llvm::ModuleAnalysisManager &);

private:
  const llvm::TargetMachine &machine;
};

/// Puts instructions in the place of the calls with vectors, and arithmetic in
/// the place of the others.
struct LowerRoundingMultiplies
    : public llvm::PassInfoMixin<LowerRoundingMultiplies> {
  explicit LowerRoundingMultiplies(const llvm::TargetMachine &machine)
      : machine(machine) {}

  llvm::PreservedAnalyses run(llvm::Module &module,
                              llvm::ModuleAnalysisManager &);

private:
  const llvm::TargetMachine &machine;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_TARGET_LLVM_ROUNDINGMULTIPLY_H
