//===- EntryPoint.h - The function of a model -------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which function of a module is the model.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TRANSFORMS_ENTRYPOINT_H
#define RESCALE_TRANSFORMS_ENTRYPOINT_H

#include "mlir/Support/LLVM.h"

namespace mlir {
class ModuleOp;
namespace func {
class FuncOp;
} // namespace func

namespace rescale {

/// The public function called `name`; with an empty name the one called main,
/// or the only one. Reports an error where there is none.
FailureOr<func::FuncOp> findModelFunction(ModuleOp module, StringRef name);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_TRANSFORMS_ENTRYPOINT_H
