//===- Passes.h - Passes before printing C ----------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Creation and registration of the passes that the printer of C relies on.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TARGET_C_PASSES_H
#define RESCALE_TARGET_C_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;

namespace rescale {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "rescale/Target/C/Passes.h.inc"

} // namespace rescale
} // namespace mlir

#endif // RESCALE_TARGET_C_PASSES_H
