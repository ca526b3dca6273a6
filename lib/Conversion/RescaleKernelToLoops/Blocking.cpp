//===- Blocking.cpp - Register blocks by target ---------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The table, and how a size is divided into blocks.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/RescaleKernelToLoops/Blocking.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir::rescale;

// Two pixels and two channels are four accumulators, two codes and two
// weights: what 16 registers hold beside the addresses, whatever the compiler.
//
// What was measured are executed instructions in millions under QEMU, of C by
// gcc 12 -O2 for resnet8, ds_cnn, vww and ad01, and on the host milliseconds of
// LLVM with AVX-512 for the first three.
static constexpr Blocking table[] = {
    // Target, pixels, channels, of one, unroll, depthwise pixels, elementwise,
    // vectors.
    // rv32im: 51.7, 13.2, 34.3, 0.94; 4 x 4 x 4 spills: 53.6, 13.1, 36.2, 1.21.
    {"default", 2, 2, 4, 4, 2, 4, false},
    // 79.3, 20.3, 62.6, 1.39. Unrolled by 4: 85.9, 23.2, 67.4, 1.57.
    {"cortex-m0", 2, 2, 4, 8, 1, 2, false},
    // 31.0, 7.1, 19.6, 0.65, and 31.0, 7.5, 20.9, 0.68 by LLVM. 2 x 2 x 4:
    // 32.3, 8.0, 22.2, 0.68. 4 x 2 x 8 suits gcc, 27.8, 7.1, 19.5, 0.65, but
    // leaves no register: LLVM takes 37.0, 8.7, 23.7, 0.68.
    {"cortex-m3", 3, 2, 4, 8, 3, 4, false},
    {"cortex-m4", 3, 2, 4, 8, 3, 4, false},
    {"cortex-m7", 3, 2, 4, 8, 3, 4, false},
    {"cortex-m33", 3, 2, 4, 8, 3, 4, false},
    {"cortex-m55", 3, 2, 4, 8, 3, 4, false},
    // 0.47, 0.13, 0.36. 2 x 2: 0.63, 0.15, 0.54; 4 x 16: 0.67, 0.18, 0.46.
    {"host", 4, 8, 8, 1, 4, 1, true},
};

const Blocking &mlir::rescale::lookupBlocking(llvm::StringRef target) {
  const Blocking *entry = llvm::find_if(
      table, [&](const Blocking &entry) { return entry.target == target; });
  if (entry != std::end(table))
    return *entry;
  // Of triples these have vectors, whatever their features.
  llvm::Triple triple(target);
  return triple.isX86() || triple.isAArch64() ? lookupBlocking("host")
                                              : table[0];
}

int64_t
mlir::rescale::chooseBlock(int64_t size, int64_t largest,
                           llvm::function_ref<int64_t(int64_t)> getCost) {
  auto getTotal = [&](int64_t block) {
    return llvm::divideCeil(size, block) * getCost(block);
  };
  int64_t best = std::min(size, largest);
  for (int64_t block = best - 1; block > 0; --block)
    if (getTotal(block) < getTotal(best))
      best = block;
  return best;
}

int64_t mlir::rescale::chooseDivisor(int64_t size, int64_t largest) {
  int64_t divisor = std::min(size, largest);
  while (size % divisor != 0)
    --divisor;
  return divisor;
}
