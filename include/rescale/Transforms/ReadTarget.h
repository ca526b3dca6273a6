//===- ReadTarget.h - A target from a file ----------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TRANSFORMS_READTARGET_H
#define RESCALE_TRANSFORMS_READTARGET_H

#include "rescale/Dialect/Rescale/IR/Target.h"

#include "llvm/Support/Error.h"

namespace mlir::rescale {

/// The target of a preset's name, or else the `#rescale.target<...>` that a
/// file has. Loads the dialect. What is wrong with the file's text is also
/// reported in `context`, with the place.
llvm::Expected<TargetAttr> readTarget(StringRef nameOrFile,
                                      MLIRContext *context);

} // namespace mlir::rescale

#endif // RESCALE_TRANSFORMS_READTARGET_H
