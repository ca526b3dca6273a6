//===- RescaleKernelToLoops.h -----------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Expansion of kernels on buffers to the loop nests that both the C printer
// and the lowering to LLVM take.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_CONVERSION_RESCALEKERNELTOLOOPS_RESCALEKERNELTOLOOPS_H
#define RESCALE_CONVERSION_RESCALEKERNELTOLOOPS_RESCALEKERNELTOLOOPS_H

#include <memory>
#include <string>

namespace mlir {
class Pass;

namespace rescale {

#define GEN_PASS_DECL_CONVERTRESCALEKERNELTOLOOPS
#include "rescale/Conversion/Passes.h.inc"

} // namespace rescale
} // namespace mlir

#endif // RESCALE_CONVERSION_RESCALEKERNELTOLOOPS_RESCALEKERNELTOLOOPS_H
