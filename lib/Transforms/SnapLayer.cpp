//===- SnapLayer.cpp - One layer on scales of few bits --------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scales and roundings are exact. Doubles are what float weights and moments
// come in, and what errors are told in.
//
//===----------------------------------------------------------------------===//

#include "SnapLayer.h"

#include "Certification.h"
#include "CodeScales.h"
#include "rescale/Dialect/Rescale/IR/Snap.h"
#include "rescale/Support/Constants.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::GridPoint;
using ::staircase::Ratio;
using ::staircase::SnappedWeights;
using ::staircase::Staircase;

LayerSnapper::LayerSnapper(RequantizeOp op, WeightedLayer layer,
                           const SnapSettings &settings)
    : op(op), layer(std::move(layer)), settings(settings) {
  for (int64_t i = 0, e = op.getNumStaircases(); i < e; ++i) {
    Staircase staircase = op.getStaircase(i);
    scales.push_back(Ratio(staircase.multiplicand) *
                     Ratio::getPowerOfTwo(-int(staircase.shift)));
  }
}

std::string LayerSnapper::getObstacle() {
  if (op->hasAttr(kSnappedAttrName) || op->hasAttr(kCertificateAttrName))
    return "it was snapped or narrowed before; start from the model";
  if (op.getRounding() == Rounding::Addend)
    return "its addends are in units of its scale";
  if (scales.size() != 1 &&
      (int64_t(scales.size()) != layer.getNumChannels() ||
       int64_t(*op.getAxis()) != op.getInput().getType().getRank() - 1))
    return "its scales are not those of the channels of the weights";
  if (op.getInputZeroPoint() != 0 || op.getUnsignedInput())
    return "its accumulators have a zero point, or no sign";
  // A step of the input that is less than twice as large is room enough: one of
  // the result makes the scale smaller.
  Ratio most = Ratio((int64_t(1) << settings.bits) - 1) /
               Ratio(settings.scalesCodes ? 2 : 1);
  if (llvm::any_of(scales, [&](const Ratio &scale) { return most < scale; }))
    return "a scale is above " + llvm::formatv("{0}", most.toDouble()).str() +
           (settings.scalesCodes ? ", half the largest of so many bits"
                                 : ", the largest of so many bits");
  return "";
}

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

LogicalResult LayerSnapper::readSources() {
  auto floats =
      layer.getOp()->getAttrOfType<ElementsAttr>(kFloatWeightsAttrName);
  if (floats) {
    if (failed(readFloats(floats)))
      return failure();
  } else {
    for (int64_t i = 0, e = layer.getNumChannels(); i < e; ++i)
      sources.push_back({layer.getWeights(i)});
  }
  bool isSplit =
      scales.size() == 1 && layer.getNumChannels() > 1 && settings.perChannel;
  if (isSplit)
    scales.resize(layer.getNumChannels(), scales.front());
  if (isSplit || floats)
    for (auto [i, source] : llvm::enumerate(sources))
      setRoom(i, source);
  return success();
}

/// How much less the scale may be: the weight that is the largest then reaches
/// the end of its type.
void LayerSnapper::setRoom(int64_t channel, Source &source) const {
  // Weights that are all too small for a step stay so.
  SmallVector<int64_t, 0> codes = layer.getWeights(channel);
  if (llvm::all_of(codes, [](int64_t code) { return code == 0; })) {
    source = {std::move(codes)};
    return;
  }
  ::staircase::Interval bounds = layer.getWeightBounds();
  Ratio high(static_cast<int64_t>(bounds.high));
  Ratio low(static_cast<int64_t>(-bounds.low));
  // Symmetric types leave out the least code.
  if (high < low)
    low = high;
  Ratio room;
  for (int64_t weight : source.weights) {
    if (weight == 0)
      continue;
    Ratio size = Ratio(std::abs(weight)) * source.unit;
    room = std::max(room, size / (weight < 0 ? low : high));
  }
  // A bias grows by as much as the scale falls: an eighth of what accumulators
  // hold is left to it.
  ::staircase::Interval biases = layer.getBiasBounds();
  room = std::max(room, Ratio(std::abs(layer.getBias(channel))) * Ratio(8) /
                            Ratio(static_cast<int64_t>(biases.high)));
  if (room < Ratio(1))
    source.room = room;
}

namespace {

/// The scales with which weights may have been rounded, in doubles, whose error
/// is far below the slack.
struct Feasible {
  double low = 0, high = INFINITY;

  std::optional<size_t> limit(ArrayRef<double> weights, ArrayRef<int64_t> codes,
                              const ::staircase::Interval &range);
};

} // namespace

/// To those with which `weights` round to `codes`. Returns the first weight for
/// which there are none left.
std::optional<size_t> Feasible::limit(ArrayRef<double> weights,
                                      ArrayRef<int64_t> codes,
                                      const ::staircase::Interval &range) {
  // Converters round quotients in single precision.
  constexpr double kHalf = 0.5 + 1.0 / (1 << 12);
  for (auto [i, weight, code] : llvm::enumerate(weights, codes)) {
    double size = code < 0 ? -weight : code > 0 ? weight : std::abs(weight);
    double steps = std::abs(double(code));
    // What a type ends with stands for everything beyond.
    bool isEnd = code <= range.low + 1 || code >= range.high;
    double least = isEnd ? 0 : size / (steps + kHalf);
    double most = code == 0 ? INFINITY : size / (steps - kHalf);
    if (least > high || most < low || (code != 0 && size <= 0))
      return i;
    low = std::max(low, least);
    high = std::min(high, most);
  }
  return std::nullopt;
}

/// More would be no weights of 8 or 16 bits.
constexpr double kMostSteps = 2147483648.0;

LogicalResult LayerSnapper::readFloats(ElementsAttr attr) {
  std::optional<SmallVector<double, 0>> floats = getConstantDoubles(attr);
  if (!floats ||
      !llvm::all_of(*floats, [](double x) { return std::isfinite(x); }))
    return layer.getOp()->emitError()
           << "requires finite float weights whose data is there, got "
           << attr.getType() << "; import them again";
  int64_t channels = layer.getNumChannels();
  if (int64_t(floats->size()) != layer.getNumWeights())
    return layer.getOp()->emitError()
           << "requires as many float weights as weights, "
           << layer.getNumWeights() << ", got " << floats->size()
           << "; import those of the network that was quantized";
  // One interval for all channels, or one for each.
  SmallVector<Feasible, 0> feasible(scales.size());
  SmallVector<double, 0> largest(scales.size());
  for (int64_t i = 0; i < channels; ++i) {
    size_t column = scales.size() == 1 ? 0 : i;
    SmallVector<double, 0> own = layer.getOwn(*floats, i);
    SmallVector<int64_t, 0> codes = layer.getWeights(i);
    if (std::optional<size_t> conflict =
            feasible[column].limit(own, codes, layer.getWeightBounds()))
      return layer.getOp()->emitError()
             << "requires float weights that some scale rounds to the integer "
                "ones, got "
             << own[*conflict] << " for " << codes[*conflict] << " at weight "
             << *conflict << " of channel " << i
             << "; import those of the network that was quantized";
    for (double weight : own)
      largest[column] = std::max(largest[column], std::abs(weight));
  }
  for (int64_t i = 0; i < channels; ++i) {
    size_t column = scales.size() == 1 ? 0 : i;
    const auto [low, high] = feasible[column];
    // What converters take, where it is possible.
    double usual = largest[column] / double(layer.getWeightBounds().high);
    double step = std::clamp(usual, low, high);
    if (step != usual && low > 0 && !std::isinf(high))
      step = (low + high) / 2;
    // The quotient of this step and the model's, whichever that was.
    double error = std::max(low > 0 ? step / low - 1 : 0, 1 - step / high);
    Source &source = sources.emplace_back();
    SmallVector<double, 0> own = layer.getOwn(*floats, i);
    double most = 0;
    for (double weight : own)
      most = std::max(most, std::abs(weight));
    if (error > kMostSteps || most > step * kMostSteps)
      return layer.getOp()->emitError()
             << "requires float weights of at most 2^31 steps, got " << most
             << " in channel " << i << ", whose step is from " << low << " to "
             << high << "; import those of the network that was quantized";
    // As integers of 40 bits: what is lost is 2^-33 of a step.
    int exponent = 40 - (most > 0 ? std::ilogb(most) + 1 : 0);
    for (double weight : own)
      source.weights.push_back(std::llround(std::ldexp(weight, exponent)));
    if (step <= 0)
      continue;
    source.unit = Ratio::getPowerOfTwo(-exponent) / Ratio::get(step);
    source.unitError = error;
  }
  return success();
}

LayerSnapper::Moments LayerSnapper::getMoments(int64_t channel) const {
  if (!moments)
    return {};
  size_t patch = moments->patchSize;
  // The channels of a depthwise convolution that read one channel of the input
  // lie next to each other.
  size_t group = channel / (layer.getNumChannels() / moments->channels);
  return {
      ArrayRef(moments->mean).slice(group * patch, patch),
      ArrayRef(moments->moment).slice(group * patch * patch, patch * patch)};
}

//===----------------------------------------------------------------------===//
// Scales
//===----------------------------------------------------------------------===//

/// What the weights of a channel are multiplied by.
Ratio LayerSnapper::getFactor(int64_t channel, const GridPoint &point) const {
  const Ratio &scale = scales[scales.size() == 1 ? 0 : channel];
  // Of a channel that gives one code, weights stay.
  if (point.multiplicand == 0)
    return 1;
  return scale * inputFactor / (resultFactor * point.getValue());
}

SnappedWeights LayerSnapper::round(int64_t channel,
                                   const GridPoint &point) const {
  Ratio factor = getFactor(channel, point);
  const Source &source = sources[channel];
  SnappedWeights snapped = snapWeights(
      source.weights, factor * source.unit, layer.getBias(channel),
      factor / inputFactor,
      {layer.getWeightBounds(), layer.getBiasBounds(), layer.getInputs()});
  if (settings.correctBias)
    correct(channel, point, snapped);
  return snapped;
}

/// What each weight is off by, in its steps.
static SmallVector<double, 0> getErrors(ArrayRef<int64_t> before, double factor,
                                        ArrayRef<int64_t> after) {
  return llvm::map_to_vector<0>(llvm::zip_equal(before, after), [&](auto pair) {
    return std::get<1>(pair) - std::get<0>(pair) * factor;
  });
}

/// Takes the mean error of the accumulators off the bias.
void LayerSnapper::correct(int64_t channel, const GridPoint &point,
                           SnappedWeights &snapped) const {
  Moments own = getMoments(channel);
  if (own.mean.empty() || !layer.hasBias())
    return;
  const Source &source = sources[channel];
  SmallVector<double, 0> errors = getErrors(
      source.weights, (getFactor(channel, point) * source.unit).toDouble(),
      snapped.weights);
  double sum = 0;
  for (auto [error, mean] : llvm::zip_equal(errors, own.mean))
    sum += error * mean;
  double moved = std::round(sum / inputFactor.toDouble());
  ::staircase::Interval bounds = layer.getBiasBounds();
  // A mean of accumulators is less than those are.
  if (std::abs(moved) >= double(bounds.high))
    return;
  int64_t bias = snapped.bias - static_cast<int64_t>(moved);
  if (bias < bounds.low || bias > bounds.high)
    return;
  snapped.accumulatorBound =
      snapped.accumulatorBound + Ratio(std::abs(static_cast<int64_t>(moved)));
  snapped.bias = bias;
}

/// The mean of the squared error of the quotient before it is rounded.
double LayerSnapper::getSquaredError(int64_t channel, const GridPoint &point,
                                     const SnappedWeights &snapped) const {
  Moments own = getMoments(channel);
  const Source &source = sources[channel];
  Ratio factor = getFactor(channel, point);
  SmallVector<double, 0> errors = getErrors(
      source.weights, (factor * source.unit).toDouble(), snapped.weights);
  double step = 1 / inputFactor.toDouble();
  double bias = layer.hasBias()
                    ? snapped.bias - (factor / inputFactor).toDouble() *
                                         layer.getBias(channel)
                    : 0;
  double sum = bias * bias;
  size_t size = errors.size();
  for (size_t i = 0; i < size; ++i) {
    sum += 2 * bias * step * errors[i] * own.mean[i];
    double row = 0;
    for (size_t j = 0; j < size; ++j)
      row += errors[j] * own.product[i * size + j];
    sum += step * step * errors[i] * row;
  }
  double scale = point.getValue().toDouble();
  return scale * scale * sum;
}

/// Of five points around `point` the one with the least squared error of its
/// channels.
GridPoint LayerSnapper::chooseBest(size_t column,
                                   const GridPoint &point) const {
  if (!moments || point.multiplicand == 0)
    return point;
  SmallVector<GridPoint, 5> candidates = {point};
  for (auto next :
       {&::staircase::getNextPoint, &::staircase::getPreviousPoint}) {
    std::optional<GridPoint> candidate = point;
    for (int i = 0; i < 2 && candidate; ++i)
      if ((candidate = next(*candidate, settings.bits)))
        candidates.push_back(*candidate);
  }
  auto channels = scales.size() == 1
                      ? llvm::seq<int64_t>(0, layer.getNumChannels())
                      : llvm::seq<int64_t>(column, column + 1);
  GridPoint best = point;
  double least = INFINITY;
  for (const GridPoint &candidate : candidates) {
    double error = 0;
    for (int64_t channel : channels)
      error += getSquaredError(channel, candidate, round(channel, candidate));
    if (error < least) {
      least = error;
      best = candidate;
    }
  }
  return best;
}

/// The scales of few bits, one for each. A scale of 0 stays.
SmallVector<GridPoint, 0> LayerSnapper::choosePoints() const {
  SmallVector<GridPoint, 0> points;
  SmallVector<Ratio, 0> wanted;
  unsigned shared = 63;
  for (auto [i, scale] : llvm::enumerate(scales)) {
    // The scale of all channels has the room of the fullest.
    Ratio room = scales.size() == 1 ? Ratio(1) : sources[i].room;
    wanted.push_back(scale * inputFactor / resultFactor * room);
    if (scale == Ratio()) {
      points.push_back({0, 0});
      continue;
    }
    // There is one, or the scale is an obstacle.
    GridPoint point = settings.grid == SnapGrid::Nearest
                          ? *getNearestPoint(wanted.back(), settings.bits)
                          : *getPointAbove(wanted.back(), settings.bits);
    if (settings.grid == SnapGrid::Best)
      point = chooseBest(i, point);
    shared = std::min(shared, point.shift);
    points.push_back(point);
  }
  if (settings.shift == ShiftSharing::Channel)
    return points;
  // The largest scale has the smallest shift, and the others fit it too.
  for (auto [point, scale] : llvm::zip_equal(points, wanted))
    if (point.shift != shared)
      point = *getPointAbove(scale, settings.bits, shared);
  return points;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

namespace {

/// What is written of the columns of an op.
struct Figures {
  SmallVector<double> rescale, largest, mean, bound;
  SmallVector<int64_t> clipped;

  explicit Figures(size_t columns)
      : rescale(columns), largest(columns), mean(columns), bound(columns),
        clipped(columns) {}

  /// Column `index` gets one of `count` channels with as many weights each.
  void add(size_t index, const SnappedWeights &snapped, const Ratio &scale,
           double error, int64_t count) {
    rescale[index] = std::max(rescale[index], error);
    largest[index] = std::max(largest[index], snapped.largestError);
    mean[index] += snapped.meanError / count;
    // Up, so that it is a bound in the six digits that text has of it, too.
    double codes = (snapped.accumulatorBound * scale).toDouble();
    bound[index] = std::max(bound[index], codes * (1 + 1e-6));
    clipped[index] += snapped.clipped;
  }

  /// One entry where there are none, as from integer weights.
  DenseF64ArrayAttr getRescaleErrors(Builder &builder) const {
    if (llvm::all_of(rescale, [](double error) { return error == 0; }))
      return builder.getDenseF64ArrayAttr(0.0);
    return builder.getDenseF64ArrayAttr(rescale);
  }
};

} // namespace

LogicalResult LayerSnapper::snap(const Ratio &input, const Ratio &result) {
  inputFactor = input;
  resultFactor = result;
  if (failed(readSources()))
    return failure();
  moments = getInputMoments(layer.getOp());
  write(choosePoints());
  return success();
}

void LayerSnapper::write(ArrayRef<GridPoint> points) {
  SmallVector<Staircase, 0> before;
  for (size_t i = 0; i < points.size(); ++i)
    before.push_back(op.getStaircase(i));
  Figures figures(points.size());
  int64_t channels = layer.getNumChannels();
  for (int64_t i = 0; i < channels; ++i) {
    size_t column = points.size() == 1 ? 0 : i;
    SnappedWeights snapped = round(i, points[column]);
    layer.setChannel(i, snapped.weights, snapped.bias);
    figures.add(column, snapped, points[column].getValue(),
                sources[i].unitError, points.size() == 1 ? channels : 1);
  }
  layer.write();
  // They are of other weights.
  for (StringRef name :
       {kFloatWeightsAttrName, kInputMeanAttrName, kInputMomentAttrName})
    layer.getOp()->removeAttr(name);
  for (StringRef name : {kProvedRangeAttrName, kObservedRangeAttrName,
                         kObservedHistogramAttrName})
    op->removeAttr(name);

  Builder builder(op);
  auto collect = [&](auto get) {
    return builder.getDenseI64ArrayAttr(
        llvm::map_to_vector(before, [&](const Staircase &staircase) {
          return static_cast<int64_t>(get(staircase));
        }));
  };
  auto record =
      SnapAttr::get(op.getContext(), settings.bits,
                    collect([](const Staircase &s) { return s.multiplicand; }),
                    collect([](const Staircase &s) { return s.shift; }),
                    op.getRoundingAttr(), figures.getRescaleErrors(builder),
                    builder.getDenseF64ArrayAttr(figures.largest),
                    builder.getDenseF64ArrayAttr(figures.mean),
                    builder.getDenseF64ArrayAttr(figures.bound),
                    builder.getDenseI64ArrayAttr(figures.clipped),
                    builder.getF64FloatAttr(inputFactor.toDouble()),
                    builder.getF64FloatAttr(resultFactor.toDouble()));

  SmallVector<Staircase, 0> after = before;
  for (auto [staircase, point] : llvm::zip_equal(after, points)) {
    staircase.multiplicand = point.multiplicand;
    staircase.shift = point.shift;
    // The second rounding is that of a product of 31 bits.
    if (staircase.rounding == ::staircase::Rounding::Double)
      staircase.rounding = ::staircase::Rounding::HalfUp;
  }
  if (points.size() > 1)
    op.setAxis(op.getInput().getType().getRank() - 1);
  setParameters(
      op, after,
      IntegerType::get(op.getContext(), settings.bits, IntegerType::Unsigned));
  scaleClamp(op, resultFactor);
  op->setAttr(kSnappedAttrName, record);
}
