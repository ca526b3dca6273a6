//===- Blocking.h - Register blocks by target -------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How many accumulators the inner loops keep in registers.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_CONVERSION_RESCALEKERNELTOLOOPS_BLOCKING_H
#define RESCALE_CONVERSION_RESCALEKERNELTOLOOPS_BLOCKING_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace mlir::rescale {

/// The shape of the inner loops on a target.
struct Blocking {
  llvm::StringLiteral target;
  /// Pixels and channels of a block of a dense product, and its channels where
  /// there is one pixel only, as in a fully connected layer.
  int64_t pixels, channels, channelsOfOne;
  /// The most steps of a dense product in one iteration.
  int64_t unroll;
  /// Pixels of a block of a depthwise convolution.
  int64_t depthwisePixels;
  /// Requantizations in one iteration of an elementwise loop.
  uint64_t elementwise;
  /// Whether the compiler makes vectors of the inner loops: along the sum of a
  /// dense product, and along the channels of a depthwise one and of
  /// elementwise layers. Weights lie contiguous along that axis then, else in
  /// the order of a scalar loop.
  bool vectors;
};

/// The entry of `target`, a core or a triple; that of `default` where it has
/// none.
const Blocking &lookupBlocking(llvm::StringRef target);

/// The size of blocks of at most `largest` that cover `size` at the least cost,
/// where a block costs `getCost` of its size. All blocks have full size, so
/// some elements are computed twice where the size is no multiple.
int64_t chooseBlock(int64_t size, int64_t largest,
                    llvm::function_ref<int64_t(int64_t)> getCost);

/// The largest divisor of `size` that is at most `largest`.
int64_t chooseDivisor(int64_t size, int64_t largest);

} // namespace mlir::rescale

#endif // RESCALE_CONVERSION_RESCALEKERNELTOLOOPS_BLOCKING_H
