//===- CModule.cpp - What functions in C know of each other ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which pointers are const, and which calls may move.
//
//===----------------------------------------------------------------------===//

#include "CFunction.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/CNames.h"

#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rescale;

func::FuncOp CModule::getCallee(func::CallOp call) const {
  return symbols.lookup<func::FuncOp>(call.getCallee());
}

memref::GlobalOp CModule::getGlobal(memref::GetGlobalOp get) const {
  return symbols.lookup<memref::GlobalOp>(get.getName());
}

bool CModule::isConstant(Value value) const {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  auto get = value.getDefiningOp<memref::GetGlobalOp>();
  return get && getGlobal(get).getConstant();
}

bool CModule::isWritten(Value value) {
  if (auto it = written.find(value); it != written.end())
    return it->second;
  bool result = llvm::any_of(value.getUses(), [&](OpOperand &use) {
    return llvm::TypeSwitch<Operation *, bool>(use.getOwner())
        .Case([&](memref::StoreOp op) { return op.getMemRef() == value; })
        .Case([&](memref::CopyOp op) { return op.getTarget() == value; })
        .Case([](memref::LoadOp) { return false; })
        .Case([&](func::CallOp op) {
          return isWritten(getCallee(op).getArgument(use.getOperandNumber()));
        })
        .Case(
            [&](ViewLikeOpInterface op) { return isWritten(op.getViewDest()); })
        .Default(true);
  });
  written[value] = result;
  return result;
}

bool CModule::writes(func::FuncOp function) {
  if (auto it = writing.find(function); it != writing.end())
    return it->second;
  WalkResult result = function.walk([&](Operation *op) {
    auto call = dyn_cast<func::CallOp>(op);
    if (isa<memref::StoreOp, memref::CopyOp>(op) ||
        (call && writes(getCallee(call))))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return writing[function] = result.wasInterrupted();
}

bool CModule::reads(func::FuncOp function) {
  if (auto it = reading.find(function); it != reading.end())
    return it->second;
  WalkResult result = function.walk([&](Operation *op) {
    auto call = dyn_cast<func::CallOp>(op);
    auto load = dyn_cast<memref::LoadOp>(op);
    if (isa<memref::CopyOp>(op) || (load && !isConstant(load.getMemRef())) ||
        (call && reads(getCallee(call))))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return reading[function] = result.wasInterrupted();
}

std::string CModule::getArgumentName(func::FuncOp function, unsigned number) {
  SmallVector<std::string> &names = argumentNames[function];
  if (!names.empty())
    return names[number];
  for (BlockArgument argument : function.getArguments()) {
    unsigned i = argument.getArgNumber();
    std::string base;
    if (auto name = function.getArgAttrOfType<StringAttr>(i, kNameAttrName))
      base = makeCIdentifier(name.getValue());
    else if (function.getArgAttr(i, kArenaAttrName))
      base = "arena";
    else if (auto loc = dyn_cast<NameLoc>(argument.getLoc()))
      base = makeCIdentifier(loc.getName().getValue());
    if (base.empty())
      base = "x" + std::to_string(i);
    std::string name = base;
    for (unsigned j = 2; llvm::is_contained(names, name) || isSymbol(name); ++j)
      name = base + "_" + std::to_string(j);
    names.push_back(std::move(name));
  }
  return names[number];
}
