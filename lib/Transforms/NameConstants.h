//===- NameConstants.h - Names of the constants of layers -------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_NAMECONSTANTS_H
#define RESCALE_LIB_TRANSFORMS_NAMECONSTANTS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::rescale {

/// Names each constant after the layer that it belongs to and its role there.
void nameConstants(ModuleOp module, SymbolTable &symbols);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_NAMECONSTANTS_H
