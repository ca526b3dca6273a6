//===- SnapLayer.h - One layer on scales of few bits ------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Between a layer with weights and the library that rounds them: from which
// weights it starts, which scale each channel gets, and what is written of it.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_SNAPLAYER_H
#define RESCALE_LIB_TRANSFORMS_SNAPLAYER_H

#include "WeightedLayer.h"
#include "rescale/Dialect/Rescale/IR/Calibration.h"
#include "rescale/Staircase/Snap.h"
#include "rescale/Transforms/Passes.h"

namespace mlir::rescale {

/// What rescale-snap is asked for.
struct SnapSettings {
  unsigned bits;
  SnapGrid grid;
  ShiftSharing shift;
  /// Whether layers with one scale get one for each channel.
  bool perChannel;
  bool correctBias;
  /// Whether the steps of codes may be scaled, by less than 2.
  bool scalesCodes;
};

/// Moves the scales of a layer to numbers of few bits.
class LayerSnapper {
public:
  LayerSnapper(RequantizeOp op, WeightedLayer layer,
               const SnapSettings &settings);

  /// Why the layer has to stay as it is; empty where it can be snapped, with
  /// all factors that the settings allow.
  std::string getObstacle();

  RequantizeOp getOp() const { return op; }
  Operation *getWeighted() const { return layer.getOp(); }

  /// Snaps it where the steps of its input and of its result are multiplied by
  /// factors. An error is reported, and nothing changed, where attributes of
  /// the op do not fit its weights.
  LogicalResult snap(const ::staircase::Ratio &inputFactor,
                     const ::staircase::Ratio &resultFactor);

private:
  /// A channel's weights in steps of the model's, times `unit`.
  struct Source {
    SmallVector<int64_t, 0> weights;
    ::staircase::Ratio unit = 1;
    /// Of the model's scale, what is enough for no weight to clip.
    ::staircase::Ratio room = 1;
    /// How far the unit may be from the model's, relative to that.
    double unitError = 0;
  };
  /// E[d] and E[d*d'] of the inputs of a channel, less their zero point.
  struct Moments {
    ArrayRef<double> mean, product;
  };

  LogicalResult readSources();
  LogicalResult readFloats(ElementsAttr attr);
  Moments getMoments(int64_t channel) const;
  void setRoom(int64_t channel, Source &source) const;
  ::staircase::SnappedWeights round(int64_t channel,
                                    const ::staircase::GridPoint &point) const;
  void correct(int64_t channel, const ::staircase::GridPoint &point,
               ::staircase::SnappedWeights &snapped) const;
  double getSquaredError(int64_t channel, const ::staircase::GridPoint &point,
                         const ::staircase::SnappedWeights &snapped) const;
  ::staircase::Ratio getFactor(int64_t channel,
                               const ::staircase::GridPoint &point) const;
  SmallVector<::staircase::GridPoint, 0> choosePoints() const;
  ::staircase::GridPoint chooseBest(size_t column,
                                    const ::staircase::GridPoint &point) const;
  void write(ArrayRef<::staircase::GridPoint> points);

  RequantizeOp op;
  WeightedLayer layer;
  SnapSettings settings;
  /// One for all channels, or one for each.
  SmallVector<::staircase::Ratio, 0> scales;
  SmallVector<Source, 0> sources;
  std::optional<InputMoments> moments;
  ::staircase::Ratio inputFactor = 1, resultFactor = 1;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_SNAPLAYER_H
