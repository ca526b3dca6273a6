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
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rescale;

CModule::CModule(ModuleOp module) : symbols(module) {
  module.walk([&](func::CallOp call) {
    firstCalls.try_emplace(getCallee(call), call);
  });
  module.walk([&](memref::ViewOp view) {
    Value memory = view.getSource();
    while (auto source = memory.getDefiningOp<ViewLikeOpInterface>())
      memory = source.getViewSource();
    if (auto get = memory.getDefiningOp<memref::GetGlobalOp>())
      typesIn[getGlobal(get)].insert(getCType(view.getType().getElementType()));
  });
}

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

bool CModule::isRead(Value value) {
  if (auto it = read.find(value); it != read.end())
    return it->second;
  bool result = llvm::any_of(value.getUses(), [&](OpOperand &use) {
    return llvm::TypeSwitch<Operation *, bool>(use.getOwner())
        .Case([](memref::StoreOp) { return false; })
        .Case([&](memref::CopyOp op) { return op.getSource() == value; })
        .Case([&](func::CallOp op) {
          return isRead(getCallee(op).getArgument(use.getOperandNumber()));
        })
        .Case([&](ViewLikeOpInterface op) { return isRead(op.getViewDest()); })
        .Default(true);
  });
  read[value] = result;
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

std::string rescale::getElementName(StringRef buffer, StringRef function,
                                    bool isTable) {
  // Tables and helpers are named after their layer.
  size_t common = 0;
  size_t end = std::min(buffer.size(), function.size() + 1);
  for (size_t i = 0; i < end; ++i) {
    bool isEnd = i == function.size();
    if (buffer[i] == '_' && (isEnd || function[i] == '_'))
      common = i + 1;
    if (isEnd || buffer[i] != function[i])
      break;
  }
  StringRef name = buffer.drop_front(common);
  // shifts_2
  StringRef stem = name.rtrim("0123456789");
  if (stem.size() != name.size() && stem.consume_back("_"))
    name = stem;
  if (name.empty() || llvm::isDigit(name.front()))
    return "element";
  // weights, but not bias.
  if (name.size() > 4 && name.ends_with("s") && !name.ends_with("as"))
    return name.drop_back().str();
  return isTable ? name.str() : (name + "_value").str();
}

std::string CModule::makeArgumentName(func::FuncOp function, unsigned number) {
  if (auto name = function.getArgAttrOfType<StringAttr>(number, kNameAttrName))
    return makeCIdentifier(name.getValue());
  if (function.getArgAttr(number, kArenaAttrName))
    return roles::kArena.str();
  if (auto loc = dyn_cast<NameLoc>(function.getArgument(number).getLoc()))
    return makeCIdentifier(loc.getName().getValue());
  if (func::CallOp call = firstCalls.lookup(function)) {
    Value operand = call.getOperand(number);
    if (auto load = operand.getDefiningOp<memref::LoadOp>())
      if (auto get = load.getMemRef().getDefiningOp<memref::GetGlobalOp>())
        return getElementName(
            get.getName(), call->getParentOfType<func::FuncOp>().getSymName(),
            /*isTable=*/true);
    if (operand.getDefiningOp<scf::ForOp>())
      return roles::kAccumulator.str();
  }
  return "x" + std::to_string(number);
}

std::string CModule::getArgumentName(func::FuncOp function, unsigned number) {
  SmallVector<std::string> &names = argumentNames[function];
  if (!names.empty())
    return names[number];
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i) {
    std::string base = makeArgumentName(function, i);
    std::string name = base;
    for (unsigned j = 2; llvm::is_contained(names, name) || isSymbol(name); ++j)
      name = base + "_" + std::to_string(j);
    names.push_back(std::move(name));
  }
  return names[number];
}
