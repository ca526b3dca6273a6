//===- CreateEntryPoint.cpp - A function for C to call --------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On tensors: the signature of C follows from it by bufferization with results
// as out-params and the bare pointer convention.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Roles.h"
#include "rescale/Transforms/EntryPoint.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALECREATEENTRYPOINT
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

FailureOr<func::FuncOp> mlir::rescale::findModelFunction(ModuleOp module,
                                                         StringRef name) {
  SmallVector<func::FuncOp> candidates;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      candidates.push_back(function);
  std::string names;
  llvm::raw_string_ostream os(names);
  llvm::interleaveComma(candidates, os, [&](func::FuncOp function) {
    os << "'" << function.getName() << "'";
  });
  StringRef wanted = name.empty() ? "main" : name;
  for (func::FuncOp function : candidates)
    if (function.getName() == wanted)
      return function;
  if (candidates.empty())
    return module.emitError("requires a public function with a body, got "
                            "none; give the model's function both");
  if (!name.empty())
    return module.emitError()
           << "requires a public function '" << name << "', got " << names
           << "; choose one of them with --function";
  if (candidates.size() > 1)
    return module.emitError() << "requires one public function or one named "
                                 "'main', got "
                              << names << "; choose with --function";
  return candidates.front();
}

namespace {

struct RescaleCreateEntryPointPass
    : public rescale::impl::RescaleCreateEntryPointBase<
          RescaleCreateEntryPointPass> {
  using RescaleCreateEntryPointBase::RescaleCreateEntryPointBase;

  void runOnOperation() override {
    FailureOr<func::FuncOp> model =
        rescale::findModelFunction(getOperation(), function);
    if (failed(model) || failed(verify(*model)) || failed(verifyCallees()))
      return signalPassFailure();
    for (auto other : getOperation().getOps<func::FuncOp>()) {
      separateResults(other);
      if (other != *model)
        other.setPrivate();
    }
    nameArguments(*model);
    addStatus(*model);
    removeQuantization(*model);
    (*model)->setAttr(kEntryPointAttrName, UnitAttr::get(&getContext()));
    // C passes the inputs as pointers to const.
    for (unsigned i = 0, e = model->getNumArguments(); i < e; ++i)
      model->setArgAttr(i,
                        bufferization::BufferizationDialect::kWritableAttrName,
                        BoolAttr::get(&getContext(), false));
    if (name.empty() || name == model->getName())
      return;
    SymbolTable symbols(getOperation());
    if (symbols.lookup(name)) {
      model->emitOpError() << "cannot be renamed to '" << name
                           << "', which exists; choose another --name";
      return signalPassFailure();
    }
    // Nothing refers to it, so nothing can fail.
    (void)symbols.rename(*model, StringAttr::get(&getContext(), name));
  }

private:
  LogicalResult verify(func::FuncOp model) {
    for (Type type : llvm::concat<const Type>(model.getArgumentTypes(),
                                              model.getResultTypes()))
      if (!isa<RankedTensorType>(type))
        return model.emitOpError()
               << "requires ranked tensors as arguments and results, got "
               << type << "; pass scalars as tensors";
    if (!SymbolTable::symbolKnownUseEmpty(model, getOperation()))
      return model.emitOpError() << "requires that no other function calls the "
                                    "entry point; choose the caller with "
                                    "--function";
    return success();
  }

  /// The object is complete: it needs no function that it does not define.
  LogicalResult verifyCallees() {
    for (auto callee : getOperation().getOps<func::FuncOp>())
      if (callee.isExternal() &&
          !SymbolTable::symbolKnownUseEmpty(callee, getOperation()))
        return callee.emitOpError("requires a body to be called, got a "
                                  "declaration; define it");
    return success();
  }

  /// Gives each result a buffer that is no other result's: upstream's
  /// `buffer-results-to-out-params` replaces the allocation of a result by the
  /// out-param, so that a second use of it would dangle. Where several returns
  /// share the out-params, a value that one return gives must not live in the
  /// out-param that another fills, so that all are copied.
  static void separateResults(func::FuncOp function) {
    SmallVector<func::ReturnOp> returns;
    for (Block &block : function.getBody())
      if (auto terminator = dyn_cast<func::ReturnOp>(block.getTerminator()))
        returns.push_back(terminator);
    OpBuilder builder(function.getContext());
    llvm::SmallPtrSet<Value, 4> returned;
    for (func::ReturnOp terminator : returns) {
      builder.setInsertionPoint(terminator);
      for (OpOperand &operand : terminator->getOpOperands()) {
        auto type = dyn_cast<RankedTensorType>(operand.get().getType());
        bool isNew = returned.insert(operand.get()).second;
        if (!type || (isNew && returns.size() == 1))
          continue;
        operand.set(bufferization::AllocTensorOp::create(
            builder, terminator.getLoc(), type, /*dynamicSizes=*/ValueRange(),
            /*copy=*/operand.get()));
      }
    }
  }

  /// Names arguments and results as the C header does.
  static void nameArguments(func::FuncOp model) {
    auto getName = [&](StringRef kind, unsigned i, unsigned count) {
      return StringAttr::get(model.getContext(),
                             kind + (count > 1 ? Twine(i) : Twine()));
    };
    for (unsigned i = 0, e = model.getNumArguments(); i < e; ++i)
      model.setArgAttr(i, kNameAttrName, getName(roles::kInput, i, e));
    for (unsigned i = 0, e = model.getNumResults(); i < e; ++i)
      model.setResultAttr(i, kNameAttrName, getName(roles::kOutput, i, e));
  }

  /// Removes what the C header tells, and what LLVM IR has no word for.
  static void removeQuantization(func::FuncOp model) {
    for (StringRef name :
         {rescale::kScaleAttrName, rescale::kZeroPointAttrName}) {
      auto attr = StringAttr::get(model.getContext(), name);
      for (unsigned i = 0, e = model.getNumArguments(); i < e; ++i)
        model.removeArgAttr(i, attr);
      for (unsigned i = 0, e = model.getNumResults(); i < e; ++i)
        model.removeResultAttr(i, attr);
    }
  }

  /// Appends the result 0: nothing can go wrong at run time.
  static void addStatus(func::FuncOp model) {
    OpBuilder builder(model.getContext());
    Type status = builder.getI32Type();
    (void)model.insertResult(model.getNumResults(), status,
                             builder.getDictionaryAttr({}));
    for (Block &block : model.getBody())
      if (auto terminator = dyn_cast<func::ReturnOp>(block.getTerminator())) {
        builder.setInsertionPoint(terminator);
        Value zero = arith::ConstantIntOp::create(builder, terminator.getLoc(),
                                                  status, 0);
        terminator.getOperandsMutable().append(zero);
      }
  }
};

} // namespace
