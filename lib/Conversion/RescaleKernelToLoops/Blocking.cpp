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

#include "Blocking.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir::rescale;

// Two pixels and two channels are four accumulators, two codes and two
// weights: what 16 registers hold beside the addresses.
static constexpr Blocking table[] = {
    // target, pixels, channels, of one, unroll, depthwise pixels, vectors
    {"default", 2, 2, 4, 4, 2, false},
    {"cortex-m0", 2, 2, 2, 4, 2, false},
    {"host", 2, 2, 4, 1, 1, true},
};

const Blocking &mlir::rescale::lookupBlocking(llvm::StringRef target) {
  const Blocking *entry = llvm::find_if(
      table, [&](const Blocking &entry) { return entry.target == target; });
  return entry == std::end(table) ? table[0] : *entry;
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
