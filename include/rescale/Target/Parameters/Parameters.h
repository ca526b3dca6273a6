//===- Parameters.h - Requantizations for hardware --------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the requantizers of an NPU are loaded with, and what tests of their RTL
// compare with. docs/Parameters.md describes the layout.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TARGET_PARAMETERS_PARAMETERS_H
#define RESCALE_TARGET_PARAMETERS_PARAMETERS_H

#include "mlir/Support/LLVM.h"

namespace mlir::rescale {

struct Report;

/// Writes the parameters of the layers of `report`, which must still be there,
/// and the thresholds of their channels. `name` is what the network is called.
void printParametersJSON(const Report &report, StringRef name, raw_ostream &os);

} // namespace mlir::rescale

#endif // RESCALE_TARGET_PARAMETERS_PARAMETERS_H
