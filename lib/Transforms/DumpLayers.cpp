//===- DumpLayers.cpp - What each layer computes, as outputs --------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before the arena is planned, so that no output is overwritten before it is
// copied, and above all back ends, so that they can be compared.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEDUMPLAYERS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// Whether C can take a buffer of `type` as an output.
static bool hasTypeInC(MemRefType type) {
  Type element = type.getElementType();
  return type.hasStaticShape() && type.getLayout().isIdentity() &&
         (element.isF32() || element.isF64() ||
          (element.isSignlessInteger() &&
           llvm::is_contained({1, 8, 16, 32, 64},
                              element.getIntOrFloatBitWidth())));
}

namespace {

struct RescaleDumpLayersPass
    : public rescale::impl::RescaleDumpLayersBase<RescaleDumpLayersPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    copies.clear();
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (function.isPublic() && !function.isExternal())
        for (auto call : llvm::to_vector(function.getOps<func::CallOp>()))
          dump(call, function, symbols);
  }

private:
  void dump(func::CallOp call, func::FuncOp function, SymbolTable &symbols);
  func::FuncOp getCopy(MemRefType type, func::FuncOp function,
                       SymbolTable &symbols);

  /// The function that copies a buffer, by its type.
  llvm::DenseMap<Type, func::FuncOp> copies;
};

} // namespace

void RescaleDumpLayersPass::dump(func::CallOp call, func::FuncOp function,
                                 SymbolTable &symbols) {
  auto layer = symbols.lookup<func::FuncOp>(call.getCallee());
  if (!layer->hasAttr(kLayerAttrName))
    return;
  OpBuilder builder(&getContext());
  builder.setInsertionPointAfter(call);
  for (unsigned i = 0, e = layer.getNumArguments(); i < e; ++i) {
    auto name = layer.getArgAttrOfType<StringAttr>(i, kNameAttrName);
    auto type = dyn_cast<MemRefType>(layer.getArgumentTypes()[i]);
    if (!name || !name.getValue().starts_with(roles::kOutput) || !type ||
        !hasTypeInC(type))
      continue;
    // With the number of the output where the layer has several.
    StringRef number = name.getValue().drop_front(roles::kOutput.size());
    std::string dumped =
        (layer.getName() + (number.empty() ? "" : "_" + number)).str();
    unsigned index = function.getNumArguments();
    (void)function.insertArgument(
        index, type,
        builder.getDictionaryAttr(
            builder.getNamedAttr(kNameAttrName, builder.getStringAttr(dumped))),
        layer.getLoc());
    func::CallOp::create(
        builder, layer.getLoc(), getCopy(type, function, symbols),
        ValueRange{call.getOperand(i), function.getArgument(index)});
  }
}

func::FuncOp RescaleDumpLayersPass::getCopy(MemRefType type,
                                            func::FuncOp function,
                                            SymbolTable &symbols) {
  func::FuncOp &copy = copies[type];
  if (copy)
    return copy;
  OpBuilder builder(&getContext());
  Location loc = function.getLoc();
  copy = func::FuncOp::create(loc, "dump",
                              builder.getFunctionType({type, type}, {}));
  copy.setPrivate();
  copy.setArgAttr(0, kNameAttrName, builder.getStringAttr(roles::kInput));
  copy.setArgAttr(1, kNameAttrName, builder.getStringAttr(roles::kOutput));
  symbols.insert(copy, Block::iterator(function));
  Block *body = copy.addEntryBlock();
  builder.setInsertionPointToStart(body);
  linalg::CopyOp::create(builder, loc, body->getArgument(0),
                         body->getArgument(1));
  func::ReturnOp::create(builder, loc);
  return copy;
}
