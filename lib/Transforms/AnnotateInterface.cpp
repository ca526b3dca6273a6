//===- AnnotateInterface.cpp - Quantization of arguments and results ------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a converter to TOSA drops, the scales and zero points of the interface,
// comes back from its source file through the options of this pass.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEANNOTATEINTERFACE
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

static bool isConverterAttr(StringAttr name) {
  StringRef dialect = name.getValue().split('.').first;
  return dialect == "tf" || dialect == "tfl" || dialect == "tf_saved_model";
}

static DictionaryAttr removeConverterAttrs(DictionaryAttr attrs) {
  SmallVector<NamedAttribute> kept;
  llvm::copy_if(attrs, std::back_inserter(kept), [](NamedAttribute attr) {
    return !isConverterAttr(attr.getName());
  });
  return DictionaryAttr::get(attrs.getContext(), kept);
}

/// Takes the names of the arguments from the converter's attributes, where
/// they are told apart without doubt.
static void nameArguments(FunctionOpInterface function) {
  auto entry = function->getAttrOfType<DictionaryAttr>("tf.entry_function");
  auto inputs = entry ? entry.getAs<StringAttr>("inputs") : StringAttr();
  SmallVector<StringRef> names;
  if (inputs)
    inputs.getValue().split(names, ',');
  // A name may hold a comma itself.
  if (names.size() != function.getNumArguments())
    return;
  for (auto [argument, name] : llvm::zip(function.getArguments(), names))
    argument.setLoc(NameLoc::get(StringAttr::get(function.getContext(), name)));
}

/// Adds what `text`, scale:zero_point or none, says to `attrs`.
static FailureOr<DictionaryAttr> addQuantization(FunctionOpInterface function,
                                                 DictionaryAttr attrs,
                                                 StringRef text) {
  if (text == "none")
    return attrs;
  auto [scaleText, zeroPointText] = text.split(':');
  double scale = 0;
  int64_t zeroPoint = 0;
  if (scaleText.getAsDouble(scale) || zeroPointText.getAsInteger(10, zeroPoint))
    return function.emitError() << "requires scale:zero_point or none for "
                                   "each argument and result, got '"
                                << text << "'; write 0.5:-128, for example";
  Builder b(function.getContext());
  NamedAttrList list(attrs);
  list.set(kScaleAttrName, b.getF64FloatAttr(scale));
  list.set(kZeroPointAttrName, b.getI64IntegerAttr(zeroPoint));
  return list.getDictionary(function.getContext());
}

static DictionaryAttr orEmpty(DictionaryAttr attrs, MLIRContext *context) {
  return attrs ? attrs : DictionaryAttr::get(context);
}

static LogicalResult annotate(FunctionOpInterface function,
                              ArrayRef<std::string> inputs,
                              ArrayRef<std::string> outputs) {
  if (inputs.size() != function.getNumArguments() ||
      outputs.size() != function.getNumResults())
    return function.emitError()
           << "requires inputs and outputs to name each argument and result, "
              "got "
           << inputs.size() << " and " << outputs.size() << " for "
           << function.getNumArguments() << " arguments and "
           << function.getNumResults()
           << " results; give one scale:zero_point or none for each";
  MLIRContext *context = function.getContext();
  for (auto [i, text] : llvm::enumerate(inputs)) {
    FailureOr<DictionaryAttr> attrs = addQuantization(
        function,
        removeConverterAttrs(orEmpty(function.getArgAttrDict(i), context)),
        text);
    if (failed(attrs))
      return failure();
    function.setArgAttrs(i, *attrs);
  }
  for (auto [i, text] : llvm::enumerate(outputs)) {
    FailureOr<DictionaryAttr> attrs = addQuantization(
        function,
        removeConverterAttrs(orEmpty(function.getResultAttrDict(i), context)),
        text);
    if (failed(attrs))
      return failure();
    function.setResultAttrs(i, *attrs);
  }
  return success();
}

namespace {

struct RescaleAnnotateInterfacePass
    : public rescale::impl::RescaleAnnotateInterfaceBase<
          RescaleAnnotateInterfacePass> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<FunctionOpInterface> entries;
    for (auto function : module.getOps<FunctionOpInterface>())
      if (function.isPublic())
        entries.push_back(function);
    if (entries.size() != 1) {
      module.emitError() << "requires one public function, got "
                         << entries.size() << "; make the others private";
      return signalPassFailure();
    }
    nameArguments(entries.front());
    if (failed(annotate(entries.front(), inputs, outputs)))
      return signalPassFailure();
    module.walk([](Operation *op) {
      op->setDiscardableAttrs(
          removeConverterAttrs(op->getDiscardableAttrDictionary()));
    });
  }
};

} // namespace
