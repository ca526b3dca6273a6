//===- RescaleKernelDialect.cpp - The rescale_kernel dialect ------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the dialect.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rescale::kernel;

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelDialect.cpp.inc"
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelAttributes.cpp.inc"

namespace {

/// A kernel goes wherever a body goes. Nothing is inlined into an epilogue,
/// which has one block.
struct RescaleKernelInlinerInterface : public DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Operation *, Region *, bool,
                       IRMapping &) const override {
    return true;
  }
};

} // namespace

void RescaleKernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelOps.cpp.inc"
      >();
  addInterfaces<RescaleKernelInlinerInterface>();
}
