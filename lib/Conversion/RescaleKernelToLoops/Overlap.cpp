//===- Overlap.cpp - How far an output may reach into an input ------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The distance, from times of reads and writes.
//
//===----------------------------------------------------------------------===//

#include "Overlap.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace mlir::rescale;

int64_t OverlapRecord::getDistance(unsigned input) const {
  auto [bytes, lastRead] = inputs[input];
  // A distance is valid if all larger ones are, so elements count with the
  // earliest write behind them, and units with the latest read before them.
  for (size_t i = 1; i < lastRead.size(); ++i)
    lastRead[i] = std::max(lastRead[i], lastRead[i - 1]);
  int64_t distance = 0, write = kNever;
  int64_t unit = lastRead.size();
  for (int64_t i = firstWrite.size() - 1; i >= 0; --i) {
    write = std::min(write, firstWrite[i]);
    // Units before this one are read by then; the element ends before it.
    while (unit > 0 && lastRead[unit - 1] > write)
      --unit;
    if (unit < static_cast<int64_t>(lastRead.size()))
      distance = std::max(distance, (i + 1) * outputBytes - unit * bytes);
  }
  return distance;
}

bool OverlapRecord::mayAlias(unsigned input) const {
  const auto &[bytes, lastRead] = inputs[input];
  for (auto [i, write] : llvm::enumerate(firstWrite))
    for (int64_t unit = i * outputBytes / bytes,
                 last = ((i + 1) * outputBytes - 1) / bytes;
         unit <= last && unit < static_cast<int64_t>(lastRead.size()); ++unit)
      if (lastRead[unit] > write)
        return false;
  return true;
}
