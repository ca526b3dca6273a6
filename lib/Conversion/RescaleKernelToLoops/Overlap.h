//===- Overlap.h - How far an output may reach into an input ----*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// When a loop nest may write over its own input.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_OVERLAP_H
#define RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_OVERLAP_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace mlir::rescale {

/// Records in which order a nest reads an input and writes its output. The
/// clock advances with every write; a read at some time precedes the write.
class OverlapRecord {
public:
  OverlapRecord(int64_t outputElements, int64_t outputBytes)
      : outputBytes(outputBytes), firstWrite(outputElements, kNever) {}

  /// An input of `units` pieces of `bytes` each, and its number.
  unsigned addInput(int64_t units, int64_t bytes) {
    inputs.push_back({bytes, SmallVector<int64_t, 0>(units, -1)});
    return inputs.size() - 1;
  }
  void read(unsigned input, int64_t unit, int64_t later = 0) {
    int64_t &last = inputs[input].lastRead[unit];
    last = std::max(last, time + later);
  }
  void write(int64_t element) {
    firstWrite[element] = std::min(firstWrite[element], time++);
  }

  /// The least distance in bytes such that the output may start that far
  /// before the input, or farther: no element is overwritten that is still to
  /// be read.
  int64_t getDistance(unsigned input) const;
  /// Whether the output may start where the input does, which a block of pixels
  /// allows without allowing it to start one byte before.
  bool mayAlias(unsigned input) const;

private:
  static constexpr int64_t kNever = INT64_MAX;
  struct Input {
    int64_t bytes;
    SmallVector<int64_t, 0> lastRead;
  };

  int64_t time = 0;
  int64_t outputBytes;
  SmallVector<int64_t, 0> firstWrite;
  SmallVector<Input> inputs;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_OVERLAP_H
