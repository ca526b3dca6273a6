//===- WeightedLayer.cpp - Constant weights before a requantization -------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where TOSA's operations have their weights, biases and zero points.
//
//===----------------------------------------------------------------------===//

#include "WeightedLayer.h"

#include "rescale/Support/Constants.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Interval;

bool mlir::rescale::isWeighted(Operation *op) {
  return isa<tosa::Conv2DOp, tosa::Conv3DOp, tosa::DepthwiseConv2DOp,
             tosa::TransposeConv2DOp, tosa::MatMulOp>(op);
}

/// The range of a signless integer type.
static Interval getTypeRange(Type type) {
  return getInterval(::staircase::IntegerFormat{
      getElementTypeOrSelf(type).getIntOrFloatBitWidth()});
}

/// The value of a zero point that is one constant.
static std::optional<int64_t> getZeroPoint(Value value) {
  std::optional<SmallVector<int64_t>> zeroPoint = getConstantIntegers(value);
  if (!zeroPoint || zeroPoint->size() != 1)
    return std::nullopt;
  return zeroPoint->front();
}

std::optional<WeightedLayer> WeightedLayer::get(RequantizeOp requantize,
                                                std::string &reason) {
  Operation *op = requantize.getInput().getDefiningOp();
  if (!op || !isWeighted(op))
    return std::nullopt;
  auto leave = [&](const char *why) {
    reason = why;
    return std::nullopt;
  };
  if (!requantize.getInput().hasOneUse())
    return leave("its accumulators have other users");
  auto resultType = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  auto weightsType = dyn_cast<RankedTensorType>(op->getOperand(1).getType());
  if (!resultType || resultType.isDynamicDim(resultType.getRank() - 1) ||
      !weightsType || !weightsType.hasStaticShape() ||
      !resultType.getElementType().isInteger())
    return leave("its shapes are not static, or its types no integers");

  WeightedLayer layer;
  layer.op = op;
  layer.numChannels = resultType.getShape().back();
  int64_t size = weightsType.getNumElements();
  layer.period = std::max<int64_t>(size, 1);
  bool isMatMul = isa<tosa::MatMulOp>(op);
  if (isMatMul || isa<tosa::DepthwiseConv2DOp>(op)) {
    // Channels lie in the innermost dimensions.
    layer.period = std::max<int64_t>(layer.numChannels, 1);
  } else if (layer.numChannels) {
    layer.inner = layer.outerStride = size / layer.numChannels;
  }
  std::optional<SmallVector<int64_t>> weights =
      getConstantIntegers(op->getOperand(1));
  if (!weights)
    return leave("its weights are not constant");
  layer.weights = std::move(*weights);
  if (!isMatMul) {
    std::optional<SmallVector<int64_t>> biases =
        getConstantIntegers(op->getOperand(2));
    if (!biases)
      return leave("its biases are not constant");
    layer.biasOperand = 2;
    layer.biases = std::move(*biases);
    if (layer.biases.size() == 1)
      layer.biases.resize(layer.numChannels, layer.biases.front());
  }
  std::optional<int64_t> inputZeroPoint =
      getZeroPoint(op->getOperand(isMatMul ? 2 : 3));
  std::optional<int64_t> zeroPoint =
      getZeroPoint(op->getOperand(isMatMul ? 3 : 4));
  if (!inputZeroPoint || !zeroPoint)
    return leave("its zero points are not constant");
  layer.zeroPoint = *zeroPoint;
  layer.inputs = getTypeRange(op->getOperand(0).getType()) -
                 Interval{*inputZeroPoint, *inputZeroPoint};
  return layer;
}

Interval WeightedLayer::getWeightBounds() const {
  return getTypeRange(op->getOperand(weightsOperand).getType()) -
         Interval{zeroPoint, zeroPoint};
}

Interval WeightedLayer::getBiasBounds() const {
  return getTypeRange(op->getResult(0).getType());
}

SmallVector<int64_t, 0> WeightedLayer::getWeights(int64_t channel) const {
  SmallVector<int64_t, 0> own = getOwn(weights, channel);
  for (int64_t &weight : own)
    weight -= zeroPoint;
  return own;
}

int64_t WeightedLayer::getBias(int64_t channel) const {
  return hasBias() ? biases[channel] : 0;
}

void WeightedLayer::setChannel(int64_t channel, ArrayRef<int64_t> newWeights,
                               int64_t newBias) {
  for (size_t i = channel * outerStride; i < weights.size(); i += period)
    for (int64_t j = 0; j < inner; ++j) {
      weights[i + j] = newWeights.front() + zeroPoint;
      newWeights = newWeights.drop_front();
    }
  if (hasBias())
    biases[channel] = newBias;
}

/// Gives operand `index` of `op` a constant of `values`, and removes the one
/// that it had where nothing else reads it.
static void setConstant(Operation *op, int index, ArrayRef<int64_t> values) {
  Value old = op->getOperand(index);
  auto oldType = cast<RankedTensorType>(old.getType());
  unsigned width = oldType.getElementTypeBitWidth();
  // One bias for all channels has become one for each.
  auto type = oldType.getNumElements() == int64_t(values.size())
                  ? oldType
                  : oldType.clone({int64_t(values.size())});
  auto elements = llvm::map_to_vector<0>(values, [&](int64_t value) {
    return APInt(width, value, /*isSigned=*/true);
  });
  OpBuilder builder(op);
  Operation *definition = old.getDefiningOp();
  op->setOperand(index,
                 tosa::ConstOp::create(builder, definition->getLoc(), type,
                                       DenseElementsAttr::get(type, elements)));
  if (definition->use_empty())
    definition->erase();
}

void WeightedLayer::write() {
  setConstant(op, weightsOperand, weights);
  if (hasBias())
    setConstant(op, biasOperand, biases);
}
