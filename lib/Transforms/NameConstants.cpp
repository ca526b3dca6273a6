//===- NameConstants.cpp - Names of the constants of layers ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NameConstants.h"

#include "BufferUtils.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::rescale;

/// What the constant in `buffer` is to the operations that use it.
static StringRef getRole(Value buffer) {
  for (OpOperand &use : buffer.getUses()) {
    if (isStaticView(use.getOwner()))
      return getRole(use.getOwner()->getResult(0));
    if (auto kernel = dyn_cast<kernel::KernelOpInterface>(use.getOwner())) {
      unsigned first =
          kernel.getEpilogueInputsMutable().begin()->getOperandNumber();
      StringRef name = ApplyOp::getOperandName(
          kernel.getEpilogue().getArgument(use.getOperandNumber() - first + 1));
      return name.empty() ? StringRef(roles::kTable) : name;
    }
    auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
    if (!op)
      continue;
    if (op.getNumReductionLoops())
      return roles::kWeights;
    BlockArgument argument = op.getMatchingBlockArgument(&use);
    StringRef name = ApplyOp::getOperandName(argument);
    if (!name.empty() && name != roles::kInput)
      return name;
    for (OpOperand &scalar : argument.getUses()) {
      // It starts the sums of a convolution or a matmul.
      if (isa<linalg::YieldOp>(scalar.getOwner()) && op->getNextNode() &&
          isa<linalg::LinalgOp>(op->getNextNode()))
        return roles::kBias;
    }
  }
  return roles::kTable;
}

void mlir::rescale::nameConstants(ModuleOp module, SymbolTable &symbols) {
  llvm::MapVector<memref::GlobalOp, SmallVector<memref::GetGlobalOp>> uses;
  module.walk([&](memref::GetGlobalOp get) {
    auto global = symbols.lookup<memref::GlobalOp>(get.getName());
    if (global && global.getConstant() && global.isPrivate())
      uses[global].push_back(get);
  });
  for (auto &[global, gets] : uses) {
    auto getLayer = [](memref::GetGlobalOp get) {
      return get->getParentOfType<func::FuncOp>();
    };
    func::FuncOp layer = getLayer(gets.front());
    std::string name = getRole(gets.front()).str();
    bool isShared = llvm::any_of(
        gets, [&](memref::GetGlobalOp get) { return getLayer(get) != layer; });
    name = ((isShared ? "shared" : layer.getName()) + "_" + name).str();
    // SymbolTable::rename would walk the module for every constant.
    symbols.remove(global);
    global.setName(name);
    symbols.insert(global);
    for (memref::GetGlobalOp get : gets)
      get.setName(global.getName());
  }
}
