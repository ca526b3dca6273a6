//===- TosaToRescaleKernel.h - TOSA's accumulating ops to kernels -*- C++
//-*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Converts the operations of TOSA that accumulate to rescale_kernel.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_CONVERSION_TOSATORESCALEKERNEL_TOSATORESCALEKERNEL_H
#define RESCALE_CONVERSION_TOSATORESCALEKERNEL_TOSATORESCALEKERNEL_H

#include <memory>
#include <string>

#include "llvm/ADT/SmallVector.h"

namespace mlir {
class Pass;
class RewritePatternSet;

namespace rescale {

#define GEN_PASS_DECL_CONVERTTOSATORESCALEKERNEL
#include "rescale/Conversion/Passes.h.inc"

/// Adds the patterns of the pass. What has no kernel they leave alone, with a
/// remark of the category `convert-tosa-to-rescale-kernel` that says why.
void populateTosaToRescaleKernelPatterns(RewritePatternSet &patterns);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_CONVERSION_TOSATORESCALEKERNEL_TOSATORESCALEKERNEL_H
