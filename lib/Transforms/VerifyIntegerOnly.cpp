//===- VerifyIntegerOnly.cpp - Refuses floats -----------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For targets without floating point, and for pipelines that promise a set of
// ops.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_VERIFYINTEGERONLY
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

/// Whether a type or attribute is a float or holds one.
template <typename T>
static bool holdsFloat(T root) {
  AttrTypeWalker walker;
  walker.addWalk([](FloatType) { return WalkResult::interrupt(); });
  return walker.walk(root).wasInterrupted();
}

/// What makes `op` a float op, as text; empty where nothing does.
static std::string findFloat(Operation *op) {
  std::string text;
  llvm::raw_string_ostream os(text);
  auto report = [&](auto what) {
    if (!holdsFloat(what))
      return false;
    os << "'" << what << "'";
    return true;
  };
  if (llvm::any_of(op->getOperandTypes(), report) ||
      llvm::any_of(op->getResultTypes(), report))
    return text;
  for (Region &region : op->getRegions())
    for (Block &block : region)
      if (llvm::any_of(block.getArgumentTypes(), report))
        return text;
  // Discardable attributes are notes that compute nothing, and so are those of
  // a function's arguments and results.
  DictionaryAttr discardable = op->getDiscardableAttrDictionary();
  auto function = dyn_cast<FunctionOpInterface>(op);
  for (NamedAttribute attr : op->getAttrs()) {
    if (discardable.contains(attr.getName()) ||
        (function && (attr.getValue() == function.getArgAttrsAttr() ||
                      attr.getValue() == function.getResAttrsAttr())))
      continue;
    if (holdsFloat(attr.getValue()))
      return ("attribute '" + attr.getName().getValue() + "'").str();
  }
  return text;
}

/// A function with floats is a float model; floats within come from the
/// converter's softmax.
static StringRef getWayOut(Operation *op) {
  if (isa<FunctionOpInterface>(op))
    return "quantize the model to integers first";
  return "import the .tflite with `rescale import`, whose softmax is in "
         "integers";
}

namespace {

struct VerifyIntegerOnlyPass
    : public rescale::impl::VerifyIntegerOnlyBase<VerifyIntegerOnlyPass> {
  using VerifyIntegerOnlyBase::VerifyIntegerOnlyBase;

  void runOnOperation() override {
    bool failed = checkFloats();
    if (!allowedDialects.empty() || !allowedOps.empty())
      failed |= checkSet();
    if (failed)
      signalPassFailure();
  }

private:
  bool checkFloats() {
    SmallVector<std::pair<Operation *, std::string>> floats;
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      // A float constant makes float ops of its users, which are reported.
      if (op->hasTrait<OpTrait::ConstantLike>() && !op->use_empty())
        return;
      if (std::string type = findFloat(op); !type.empty())
        floats.emplace_back(op, std::move(type));
    });
    if (floats.empty())
      return false;
    auto &[op, type] = floats.front();
    InFlightDiagnostic error = op->emitOpError()
                               << "requires integers, got " << type << "; "
                               << getWayOut(op);
    if (!wayOut.empty())
      error << ", or " << wayOut;
    if (size_t others = floats.size() - 1)
      error.attachNote(floats[1].first->getLoc())
          << others << (others == 1 ? " more op has" : " more ops have")
          << " floats, from here on";
    return true;
  }

  bool checkSet() {
    llvm::StringSet<> dialects, ops;
    dialects.insert_range(allowedDialects);
    ops.insert_range(allowedOps);
    bool failed = false;
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (dialects.contains(op->getName().getDialectNamespace()) ||
          ops.contains(op->getName().getStringRef()))
        return;
      op->emitOpError() << "requires an op of the target's set; lower it "
                           "first, or add it to allowed-ops";
      failed = true;
    });
    return failed;
  }
};

} // namespace
