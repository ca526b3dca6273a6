//===- LowerLayerAttributes.cpp - Layers for LLVM -------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last that is known of layers.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALELOWERLAYERATTRIBUTES
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

namespace {

struct RescaleLowerLayerAttributesPass
    : public rescale::impl::RescaleLowerLayerAttributesBase<
          RescaleLowerLayerAttributesPass> {
  void runOnOperation() override {
    auto isOurs = [](NamedAttribute attr) {
      return isa_and_present<RescaleDialect>(attr.getNameDialect());
    };
    Builder builder(&getContext());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function->hasAttr(kLayerAttrName))
        function->setAttr("passthrough", builder.getStrArrayAttr({"noinline"}));
      for (NamedAttribute attr :
           llvm::to_vector(function->getDiscardableAttrs()))
        if (isOurs(attr))
          function->removeAttr(attr.getName());
      for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
        for (NamedAttribute attr :
             mlir::function_interface_impl::getArgAttrs(function, i))
          if (isOurs(attr))
            function.removeArgAttr(i, attr.getName());
    }
  }
};

} // namespace
