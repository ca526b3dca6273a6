//===- NestUtils.h - What the nests of kernels share ------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constants as numbers, the loops over blocks of pixels, and the record of the
// order in which they read and write.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_NESTUTILS_H
#define RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_NESTUTILS_H

#include "Epilogue.h"
#include "Nests.h"
#include "Window.h"

namespace mlir::rescale {

/// The width of the elements of `buffer`.
unsigned getElementWidth(Value buffer);

/// The elements of a constant, sign-extended.
SmallVector<int64_t> getValues(DenseIntElementsAttr elements);

/// The width of the elements that hold `weights`.
unsigned getWeightWidth(ArrayRef<int64_t> weights);

/// Starts the record of a nest that reads pixels of `channels` from `input`.
Nest createNest(Value input, int64_t channels, kernel::KernelOpInterface op,
                Epilogue &epilogue);

/// Records blocks of `pixels` pixels by `block` channels, of `channels`, in
/// order. All channel blocks read the input, or its patches, taken before.
void recordOrder(Nest &nest, const Window &w, int64_t pixels, int64_t channels,
                 int64_t block, bool takesPatches);

/// Calls `body` with image, row and column of each block of `pixels` pixels,
/// which `epilogue` stores.
void loopOverPixels(LoopBuilder &b, const Window &w, int64_t pixels,
                    Epilogue &epilogue,
                    llvm::function_ref<void(Value, Value, Value)> body);

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_NESTUTILS_H
