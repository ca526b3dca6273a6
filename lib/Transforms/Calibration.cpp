//===- Calibration.cpp - What is measured of a network --------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which operations, in an order that a copy of the network has too.
//
//===----------------------------------------------------------------------===//

#include "Calibration.h"

#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Dialect/Rescale/IR/Calibration.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::HistogramBin;
using ::staircase::Int128;
using ::staircase::Interval;

static bool isConstant(Value value) {
  return matchPattern(value, m_Constant());
}

template <typename ConvOp>
static std::optional<PatchGeometry> getGeometry(ConvOp op, unsigned kernel) {
  auto weights = dyn_cast<RankedTensorType>(op.getWeight().getType());
  FailureOr<int64_t> zeroPoint = op.getInputZeroPoint();
  if (!weights || !weights.hasStaticShape() || !isConstant(op.getWeight()) ||
      failed(zeroPoint))
    return std::nullopt;
  PatchGeometry geometry;
  geometry.kernel =
      SmallVector<int64_t, 2>(weights.getShape().slice(kernel, 2));
  geometry.pad = SmallVector<int64_t, 4>(op.getPad());
  geometry.stride = SmallVector<int64_t, 2>(op.getStride());
  geometry.dilation = SmallVector<int64_t, 2>(op.getDilation());
  geometry.zeroPoint = *zeroPoint;
  return geometry;
}

std::optional<PatchGeometry> rescale::getPatchGeometry(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<PatchGeometry>>(op)
      .Case([](tosa::Conv2DOp conv) { return getGeometry(conv, 1); })
      .Case([](tosa::DepthwiseConv2DOp conv) {
        std::optional<PatchGeometry> geometry = getGeometry(conv, 0);
        if (geometry)
          geometry->isDepthwise = true;
        return geometry;
      })
      .Case([](tosa::MatMulOp product) -> std::optional<PatchGeometry> {
        auto weights = dyn_cast<RankedTensorType>(product.getB().getType());
        FailureOr<int64_t> zeroPoint = product.getAZeroPoint();
        // Each batch has weights of its own.
        if (!weights || !weights.hasStaticShape() ||
            weights.getDimSize(0) != 1 || !isConstant(product.getB()) ||
            failed(zeroPoint))
          return std::nullopt;
        PatchGeometry geometry;
        geometry.zeroPoint = *zeroPoint;
        return geometry;
      })
      .Default(std::nullopt);
}

/// Whether a run gives the values of `value`, as numbers of 64 bits.
static bool isMeasurable(Value value, bool isUnsigned) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && type.getNumElements() != 0 &&
         type.getElementType().isSignlessInteger() &&
         type.getElementTypeBitWidth() + isUnsigned <= 64 && !isConstant(value);
}

SmallVector<Operation *> rescale::getMeasured(func::FuncOp model) {
  SmallVector<Operation *> measured;
  // What one block computes need not have been computed where another returns.
  if (!model.getBody().hasOneBlock())
    return measured;
  for (Operation &op : model.front().without_terminator()) {
    auto requantize = dyn_cast<RequantizeOp>(op);
    if ((requantize || getPatchGeometry(&op)) &&
        isMeasurable(op.getOperand(0),
                     requantize && requantize.getUnsignedInput()))
      measured.push_back(&op);
  }
  return measured;
}

LogicalResult rescale::verifyObserved(RequantizeOp op,
                                      const ProvedRanges &ranges) {
  auto observed = op->getAttrOfType<RangeAttr>(kObservedRangeAttrName);
  if (!observed)
    return success();
  SmallVector<Interval> proved = ranges.getAccumulators(op);
  int64_t entries = std::max<int64_t>(observed.getNumEntries(), proved.size());
  for (int64_t channel = 0; channel < entries; ++channel) {
    Interval seen = observed.getInterval(channel);
    Interval possible = proved[proved.size() == 1 ? 0 : channel];
    // The upper half of unsigned 64 bits has no attribute.
    if (possible.contains(seen) || !possible.fits(64))
      continue;
    return op.emitOpError()
           << "requires an observed range within the proved one, got ["
           << int64_t(seen.low) << ", " << int64_t(seen.high) << "] and ["
           << int64_t(possible.low) << ", " << int64_t(possible.high)
           << "] in channel " << channel
           << "; it was measured on another network, so measure again";
  }
  return success();
}

SmallVector<HistogramBins, 0>
rescale::getObservedBins(RequantizeOp op, ArrayRef<Channel> channels) {
  SmallVector<ObservedBins, 0> columns = getObservedHistogram(op);
  if (columns.empty())
    return {};
  SmallVector<HistogramBins, 0> histograms;
  for (auto [i, channel] : llvm::enumerate(channels)) {
    ArrayRef<ObservedBins> parts = columns;
    if (parts.size() == channels.size())
      parts = parts.slice(i, 1);
    HistogramBins all;
    for (const ObservedBins &column : parts) {
      Int128 width = Int128(1) << column.binBits;
      for (auto [bin, count] : llvm::zip_equal(column.bins, column.counts)) {
        Int128 middle = bin * width + (width - 1) / 2;
        all.push_back({std::clamp(middle - channel.original.inputZeroPoint,
                                  channel.range.low, channel.range.high),
                       static_cast<uint64_t>(count)});
      }
    }
    llvm::sort(all, [](const HistogramBin &a, const HistogramBin &b) {
      return a.accumulator < b.accumulator;
    });
    HistogramBins &bins = histograms.emplace_back();
    for (const HistogramBin &bin : all) {
      if (!bins.empty() && bins.back().accumulator == bin.accumulator)
        bins.back().weight += bin.weight;
      else
        bins.push_back(bin);
    }
  }
  return histograms;
}
