//===- Accumulation.cpp - What sums of products can be --------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A window at a border has fewer taps, and where 0 is not among an input's
// values fewer taps can reach further. So every set of taps that occurs counts,
// and no other.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Accumulation.h"

#include "rescale/Staircase/Arithmetic.h"

#include <optional>
#include <set>
#include <utility>

using namespace staircase;

std::vector<TapSet> staircase::getTapSets(const WindowAxis &axis) {
  std::set<std::pair<int64_t, int64_t>> ends;
  for (int64_t output = 0; output < axis.outputSize; ++output) {
    // 0 <= start + tap * dilation < inputSize
    const int64_t start = output * axis.stride - axis.padding;
    const auto first = int64_t(divideCeil(-start, axis.dilation));
    const auto last =
        int64_t(divideFloor(axis.inputSize - 1 - start, axis.dilation));
    ends.emplace(std::max<int64_t>(first, 0),
                 std::min<int64_t>(last, axis.windowSize - 1));
  }
  std::vector<TapSet> sets;
  for (auto [first, last] : ends)
    sets.push_back({first, last, 1});
  return sets;
}

std::vector<TapSet> staircase::getTransposedTapSets(const WindowAxis &axis) {
  std::set<std::pair<int64_t, int64_t>> ends;
  for (int64_t output = 0; output < axis.outputSize; ++output) {
    // tap = start - input * stride for an input of [0, inputSize)
    const int64_t start = output - axis.padding;
    int64_t first = start - (axis.inputSize - 1) * axis.stride;
    if (first < 0)
      first += int64_t(divideCeil(-first, axis.stride)) * axis.stride;
    const int64_t last = std::min<int64_t>(start, axis.windowSize - 1);
    ends.emplace(first, last);
  }
  std::vector<TapSet> sets;
  for (auto [first, last] : ends)
    sets.push_back({first, last, axis.stride});
  return sets;
}

/// The hull, over all windows, of the sums of their taps; `taps` has `width`
/// columns.
static Interval getHullOfSums(llvm::ArrayRef<Interval> taps, int64_t width,
                              const Windows &windows) {
  std::optional<Interval> hull;
  for (const TapSet &rows : windows.rows) {
    std::vector<Interval> columns(width);
    for (int64_t row = rows.first; row <= rows.last; row += rows.step)
      for (int64_t column = 0; column < width; ++column)
        columns[column] += taps[row * width + column];
    for (const TapSet &set : windows.columns) {
      Interval sum;
      for (int64_t column = set.first; column <= set.last; column += set.step)
        sum += columns[column];
      hull = hull ? getHull(*hull, sum) : sum;
    }
  }
  return hull.value_or(Interval());
}

std::vector<Interval> staircase::getConvolutionRanges(
    llvm::ArrayRef<int64_t> weights, std::array<int64_t, 4> shape,
    llvm::ArrayRef<int64_t> bias, llvm::ArrayRef<Interval> inputs,
    const Windows &windows) {
  auto [outputs, height, width, channels] = shape;
  std::vector<Interval> ranges;
  for (int64_t output = 0; output < outputs; ++output) {
    std::vector<Interval> taps(height * width);
    for (Interval &tap : taps)
      for (int64_t channel = 0; channel < channels; ++channel) {
        const Int128 weight = weights.front();
        weights = weights.drop_front();
        tap +=
            Interval{weight, weight} * inputs[inputs.size() == 1 ? 0 : channel];
      }
    const Int128 start = bias[bias.size() == 1 ? 0 : output];
    ranges.push_back(Interval{start, start} +
                     getHullOfSums(taps, width, windows));
  }
  return ranges;
}

std::vector<Interval> staircase::getDepthwiseRanges(
    llvm::ArrayRef<int64_t> weights, std::array<int64_t, 4> shape,
    llvm::ArrayRef<int64_t> bias, llvm::ArrayRef<Interval> inputs,
    const Windows &windows) {
  auto [height, width, channels, multiplier] = shape;
  const int64_t outputs = channels * multiplier;
  std::vector<Interval> ranges;
  for (int64_t output = 0; output < outputs; ++output) {
    std::vector<Interval> taps;
    const Interval &input =
        inputs[inputs.size() == 1 ? 0 : output / multiplier];
    for (int64_t tap = 0; tap < height * width; ++tap) {
      const Int128 weight = weights[tap * outputs + output];
      taps.push_back(Interval{weight, weight} * input);
    }
    const Int128 start = bias[bias.size() == 1 ? 0 : output];
    ranges.push_back(Interval{start, start} +
                     getHullOfSums(taps, width, windows));
  }
  return ranges;
}

Interval staircase::getProductRange(llvm::ArrayRef<Interval> lhs,
                                    llvm::ArrayRef<Interval> rhs,
                                    int64_t size) {
  if (lhs.size() == 1 && rhs.size() == 1) {
    const Interval product = lhs.front() * rhs.front();
    return {product.low * size, product.high * size};
  }
  Interval sum;
  for (int64_t k = 0; k < size; ++k)
    sum += lhs[lhs.size() == 1 ? 0 : k] * rhs[rhs.size() == 1 ? 0 : k];
  return sum;
}
