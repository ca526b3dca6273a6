//===- ModelNames.h - What the model calls an operation ---------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Imported files have no lines: only names tell their operations apart.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TRANSFORMS_MODELNAMES_H
#define RESCALE_TRANSFORMS_MODELNAMES_H

#include "mlir/IR/Location.h"

namespace mlir::rescale {

/// What the model calls the operation at `loc`, such as
/// `model/conv2d_1/Conv2D`; empty where it does not say.
StringRef getModelName(Location loc);

} // namespace mlir::rescale

#endif // RESCALE_TRANSFORMS_MODELNAMES_H
