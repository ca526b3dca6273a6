//===- ArenaPlanner.h - Offsets of buffers in one arena ---------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packs buffers of known lifetimes. Knows no IR.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_ARENAPLANNER_H
#define RESCALE_LIB_TRANSFORMS_ARENAPLANNER_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir::rescale {

/// A buffer that steps `first` to `last` use, both included.
struct ArenaBuffer {
  int64_t size;
  /// A power of two.
  int64_t alignment;
  int64_t first;
  int64_t last;

  bool isAliveAt(int64_t step) const { return first <= step && step <= last; }
};

/// Two buffers that one step uses, the first and the last one of them, and that
/// may share memory nevertheless.
struct ArenaOverlap {
  /// The buffer whose first step it is.
  unsigned output;
  /// The buffer whose last step it is.
  unsigned input;
  /// The output may start this many bytes, or more, before the input; without
  /// it, it may start where the input starts.
  std::optional<int64_t> distance;
};

/// Where the buffers lie.
struct ArenaPlan {
  SmallVector<int64_t> offsets;
  /// The end of the last one.
  int64_t size = 0;
};

/// The largest sum of the sizes of what is alive at one step, which no plan
/// without overlaps is below.
int64_t getLiveBytes(ArrayRef<ArenaBuffer> buffers);

/// Places every buffer, all of which together have less than 2^63 bytes with
/// what aligns them, such that no two that are alive at the same step overlap
/// but as `overlaps` allow. The best of several greedy orders, improved by a
/// search of bounded length, and no overlap that does not make it smaller. The
/// same input has always the same plan.
ArenaPlan planArena(ArrayRef<ArenaBuffer> buffers,
                    ArrayRef<ArenaOverlap> overlaps);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_ARENAPLANNER_H
