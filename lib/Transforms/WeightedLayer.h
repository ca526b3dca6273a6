//===- WeightedLayer.h - Constant weights before a requantization -*-C++-*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Convolutions, and products of matrices with a constant one, as passes see
// them that change weights: a list of integers for each channel.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_WEIGHTEDLAYER_H
#define RESCALE_LIB_TRANSFORMS_WEIGHTEDLAYER_H

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>

namespace mlir::rescale {

/// Whether `op` accumulates products of its input with weights.
bool isWeighted(Operation *op);

/// An op with constant weights whose accumulators go into one requantization
/// and nowhere else.
class WeightedLayer {
public:
  /// The layer that `op` requantizes. Nothing where no weights do; where they
  /// are there and cannot be changed, `reason` says why.
  static std::optional<WeightedLayer> get(RequantizeOp op, std::string &reason);

  Operation *getOp() const { return op; }
  int64_t getNumChannels() const { return numChannels; }
  int64_t getNumWeights() const { return weights.size(); }
  /// What an element of the input may be less its zero point.
  ::staircase::Interval getInputs() const { return inputs; }
  /// What a weight may be less its zero point, and what a bias may be.
  ::staircase::Interval getWeightBounds() const;
  ::staircase::Interval getBiasBounds() const;
  /// The weights of a channel less their zero point, in the order in which they
  /// lie in memory.
  SmallVector<int64_t, 0> getWeights(int64_t channel) const;
  /// The same elements of another list in the layout of the weights.
  template <typename List>
  auto getOwn(const List &list, int64_t channel) const {
    SmallVector<std::decay_t<decltype(list[0])>, 0> own;
    for (size_t i = channel * outerStride; i < list.size(); i += period)
      for (int64_t j = 0; j < inner; ++j)
        own.push_back(list[i + j]);
    return own;
  }
  bool hasBias() const { return biasOperand >= 0; }
  /// 0 without a bias.
  int64_t getBias(int64_t channel) const;

  void setChannel(int64_t channel, ArrayRef<int64_t> newWeights,
                  int64_t newBias);
  /// Gives the op what was set, as constants of its own.
  void write();

private:
  Operation *op = nullptr;
  int weightsOperand = 1, biasOperand = -1;
  int64_t numChannels = 0;
  /// Channel c has `inner` elements from `c * outerStride` on, and again every
  /// `period` elements.
  int64_t outerStride = 1, inner = 1, period = 1;
  int64_t zeroPoint = 0;
  ::staircase::Interval inputs;
  SmallVector<int64_t> weights, biases;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_WEIGHTEDLAYER_H
