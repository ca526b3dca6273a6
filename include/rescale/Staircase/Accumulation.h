//===- Accumulation.h - What sums of products can be ------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The intervals of accumulators with constant weights. Where the elements of
// the input are independent and each attains the ends of its interval, both
// ends of every result are attained: no smaller interval is true.
//
// Weights of 17 bits, inputs of 65 and up to 2^40 products stay below 2^123.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_ACCUMULATION_H
#define RESCALE_STAIRCASE_ACCUMULATION_H

#include "rescale/Staircase/Interval.h"

#include "llvm/ADT/ArrayRef.h"

#include <array>
#include <vector>

namespace staircase {

/// Positions in a window along one axis: `first`, `first + step`, ..., up to
/// `last`; none where `last < first`.
struct TapSet {
  int64_t first;
  int64_t last;
  int64_t step;
};

/// How windows lie over an input along one axis.
struct WindowAxis {
  int64_t inputSize;
  int64_t outputSize;
  int64_t windowSize;
  int64_t stride = 1;
  int64_t dilation = 1;
  /// What pads the input before its first element; a transposed convolution
  /// may cut off instead, with a negative number.
  int64_t padding = 0;
};

/// Which taps of a window lie within the input of a convolution, for every
/// position of the output, each set once: at the borders there are fewer.
std::vector<TapSet> getTapSets(const WindowAxis &axis);

/// Which taps reach an output of a transposed convolution: those for which
/// `output = input * stride + tap + padding` has a solution.
std::vector<TapSet> getTransposedTapSets(const WindowAxis &axis);

/// The sets along height and width. Each pair of them occurs.
struct Windows {
  std::vector<TapSet> rows;
  std::vector<TapSet> columns;

  /// One window that lies within the input with all of its taps.
  static Windows getFull(int64_t height, int64_t width) {
    return {{{0, height - 1, 1}}, {{0, width - 1, 1}}};
  }
};

/// For each output channel what `bias + sum of weight * input` can be over all
/// windows. `inputs` are differences from the zero point, one for all channels
/// of the input or one for each.
///
/// Weights OHWC, in `shape`.
std::vector<Interval> getConvolutionRanges(llvm::ArrayRef<int64_t> weights,
                                           std::array<int64_t, 4> shape,
                                           llvm::ArrayRef<int64_t> bias,
                                           llvm::ArrayRef<Interval> inputs,
                                           const Windows &windows);

/// Weights HWCM, where channel c*M + k of the output has channel c of the input
/// and the weights [.., .., c, k].
std::vector<Interval> getDepthwiseRanges(llvm::ArrayRef<int64_t> weights,
                                         std::array<int64_t, 4> shape,
                                         llvm::ArrayRef<int64_t> bias,
                                         llvm::ArrayRef<Interval> inputs,
                                         const Windows &windows);

/// What `sum over k of lhs[k] * rhs[k]` can be for `size` products; one
/// interval for all of a factor or one for each.
Interval getProductRange(llvm::ArrayRef<Interval> lhs,
                         llvm::ArrayRef<Interval> rhs, int64_t size);

} // namespace staircase

#endif // RESCALE_STAIRCASE_ACCUMULATION_H
