//===- TosaModels.cpp - Ranges of TOSA ------------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What TOSA 1.0 says that its operations compute, on intervals.
//
//===----------------------------------------------------------------------===//

#include "Models.h"

#include "rescale/Staircase/Accumulation.h"
#include "rescale/Support/Constants.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Interval;
using ::staircase::Staircase;
using ::staircase::Windows;

static RankedTensorType getTensor(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static ArrayRef<int64_t> getShape(Value value) {
  return getTensor(value).getShape();
}

//===----------------------------------------------------------------------===//
// Convolutions and products
//===----------------------------------------------------------------------===//

/// The taps of all windows, along height and width. Where sizes are not known,
/// every tap may or may not lie within the input, which `inputs` then says.
template <typename OpTy>
static Windows getWindows(OpTy op, ArrayRef<int64_t> padding,
                          std::array<int64_t, 2> window,
                          SmallVectorImpl<Interval> &inputs) {
  constexpr bool isTransposed = std::is_same_v<OpTy, tosa::TransposeConv2DOp>;
  ArrayRef<int64_t> input = getShape(op.getInput());
  ArrayRef<int64_t> output = getShape(op.getOutput());
  auto isStatic = [](ArrayRef<int64_t> shape) {
    return !ShapedType::isDynamicShape(shape.slice(1, 2));
  };
  if (!isStatic(input) || !isStatic(output)) {
    for (Interval &interval : inputs)
      interval = getHull(interval, {0, 0});
    return Windows::getFull(window[0], window[1]);
  }
  auto getSets = [&](unsigned i) {
    ::staircase::WindowAxis axis = {input[1 + i], output[1 + i], window[i],
                                    op.getStride()[i]};
    axis.padding = padding[2 * i];
    if constexpr (isTransposed)
      return getTransposedTapSets(axis);
    else
      axis.dilation = op.getDilation()[i];
    return getTapSets(axis);
  };
  return {getSets(0), getSets(1)};
}

/// What a convolution adds up; `channelDims` are the dimensions of the weights
/// that the input's channels are along, and the window.
template <typename OpTy>
static ChannelRanges inferConvolution(OpTy op, ArrayRef<ChannelRanges> operands,
                                      ArrayRef<int64_t> padding) {
  constexpr bool isDepthwise = std::is_same_v<OpTy, tosa::DepthwiseConv2DOp>;
  auto weightType = getTensor(op.getWeight());
  std::optional<SmallVector<int64_t>> weights =
      getConstantIntegers(op.getWeight());
  // Zero points as wide as the elements: at most 2^16 either way.
  Interval inputZeroPoint = operands[3].getHull();
  Interval weightZeroPoint = operands[4].getHull();
  if (!weights || !weightZeroPoint.isConstant() ||
      getIntegerFormat(weightType)->width > 16 || weights->empty())
    return ChannelRanges::getUnknown();
  for (int64_t &weight : *weights)
    weight -= static_cast<int64_t>(weightZeroPoint.low);

  ArrayRef<int64_t> shape = weightType.getShape();
  std::array<int64_t, 4> sizes = {shape[0], shape[1], shape[2], shape[3]};
  SmallVector<Interval> inputs = operands[0].getAlong(3);
  if (inputs.size() != 1 &&
      static_cast<int64_t>(inputs.size()) != shape[isDepthwise ? 2 : 3])
    inputs = {operands[0].getHull()};
  for (Interval &interval : inputs)
    interval = interval - inputZeroPoint;
  Windows windows =
      getWindows(op, padding,
                 isDepthwise ? std::array<int64_t, 2>{shape[0], shape[1]}
                             : std::array<int64_t, 2>{shape[1], shape[2]},
                 inputs);
  const int64_t noBias[] = {0};
  std::vector<Interval> sums =
      isDepthwise
          ? getDepthwiseRanges(*weights, sizes, noBias, inputs, windows)
          : getConvolutionRanges(*weights, sizes, noBias, inputs, windows);
  SmallVector<Interval> bias = operands[2].getAlong(0);
  if (bias.size() != 1 && bias.size() != sums.size())
    return ChannelRanges::getUnknown();
  for (auto [channel, sum] : llvm::enumerate(sums))
    sum += bias[bias.size() == 1 ? 0 : channel];
  return {3, llvm::to_vector(sums)};
}

static ChannelRanges infer(tosa::Conv2DOp op,
                           ArrayRef<ChannelRanges> operands) {
  return inferConvolution(op, operands, op.getPad());
}

static ChannelRanges infer(tosa::DepthwiseConv2DOp op,
                           ArrayRef<ChannelRanges> operands) {
  return inferConvolution(op, operands, op.getPad());
}

static ChannelRanges infer(tosa::TransposeConv2DOp op,
                           ArrayRef<ChannelRanges> operands) {
  return inferConvolution(op, operands, op.getOutPad());
}

/// A constant factor counts with its elements, at most so many products.
static constexpr int64_t kMaxProducts = int64_t(1) << 26;

static ChannelRanges infer(tosa::MatMulOp op,
                           ArrayRef<ChannelRanges> operands) {
  ArrayRef<int64_t> a = getShape(op.getA()), b = getShape(op.getB());
  int64_t batches = a[0], rows = a[1], size = a[2], columns = b[2];
  auto subtract = [&](const ChannelRanges &ranges, unsigned zeroPoint) {
    return ranges.map([&](Interval interval) {
      return interval - operands[zeroPoint].getHull();
    });
  };
  ChannelRanges lhs = subtract(operands[0], 2), rhs = subtract(operands[1], 3);
  if (ShapedType::isDynamic(size) || size == 0)
    return ChannelRanges::getUnknown();
  SmallVector<Interval> left = lhs.getAlong(2);
  // One factor constant: the other one's ranges, for each row or column of it.
  auto multiply = [&](Value factor, const Interval &zeroPoint, int64_t others,
                      ArrayRef<Interval> ranges, int64_t batchStride,
                      int64_t otherStride,
                      int64_t stride) -> std::optional<SmallVector<Interval>> {
    auto values = getConstantIntegers(factor);
    if (!values || getTensor(factor).getNumElements() > kMaxProducts)
      return std::nullopt;
    SmallVector<Interval> products;
    for (int64_t other = 0; other < others; ++other) {
      std::optional<Interval> hull;
      for (int64_t n = 0; n < batches; ++n) {
        SmallVector<Interval> row;
        for (int64_t k = 0; k < size; ++k) {
          Int128 value =
              (*values)[n * batchStride + other * otherStride + k * stride];
          row.push_back(Interval{value, value} - zeroPoint);
        }
        Interval sum = ::staircase::getProductRange(row, ranges, size);
        hull = hull ? getHull(*hull, sum) : sum;
      }
      products.push_back(*hull);
    }
    return products;
  };
  if (columns > 0 && batches > 0 && !ShapedType::isDynamic(columns))
    if (auto products = multiply(op.getB(), operands[3].getHull(), columns,
                                 left, size * columns, 1, columns))
      return {2, *products};
  if (rows > 0 && batches > 0 && !ShapedType::isDynamic(rows))
    if (auto products = multiply(op.getA(), operands[2].getHull(), rows,
                                 rhs.getAlong(1), rows * size, size, 1))
      return {1, *products};
  SmallVector<Interval> products;
  if (rhs.getAxis() == 1)
    return getProductRange(left, rhs.getAlong(1), size);
  for (const Interval &column : rhs.getAlong(2))
    products.push_back(getProductRange(left, column, size));
  return {2, std::move(products)};
}

//===----------------------------------------------------------------------===//
// Pools and reductions
//===----------------------------------------------------------------------===//

/// Ranges along channels, or of a whole image: windows mix the rest.
static ChannelRanges getOfWindows(const ChannelRanges &ranges) {
  if (ranges.getAxis() == 0 || ranges.getAxis() == 3)
    return ranges;
  return ranges.getHull();
}

static ChannelRanges infer(tosa::MaxPool2dOp op,
                           ArrayRef<ChannelRanges> operands) {
  return getOfWindows(operands[0]);
}

/// An average of equal values is that value, as of rescale_kernel.pool2d.
static ChannelRanges infer(tosa::AvgPool2dOp op,
                           ArrayRef<ChannelRanges> operands) {
  Interval type = getInterval(*getIntegerFormat(op.getType()));
  Interval zeroPoints = operands[2].getHull() - operands[1].getHull();
  return getOfWindows(operands[0]).map([&](Interval interval) {
    Interval moved = interval + zeroPoints;
    return Interval{std::clamp(moved.low, type.low, type.high),
                    std::clamp(moved.high, type.low, type.high)};
  });
}

/// The elements along `axis` as one; `reduce` adds an element to a result.
static ChannelRanges
inferReduction(Value input, int64_t axis, const ChannelRanges &ranges,
               function_ref<Interval(Interval, Interval)> reduce) {
  if (ranges.getAxis() == axis) {
    Interval result = ranges.getIntervals().front();
    for (const Interval &interval : ranges.getIntervals().drop_front())
      result = reduce(result, interval);
    return result;
  }
  return ranges;
}

static ChannelRanges infer(tosa::ReduceMaxOp op,
                           ArrayRef<ChannelRanges> operands) {
  return inferReduction(
      op.getInput(), op.getAxis(), operands[0], [](Interval a, Interval b) {
        return Interval{std::max(a.low, b.low), std::max(a.high, b.high)};
      });
}

static ChannelRanges infer(tosa::ReduceMinOp op,
                           ArrayRef<ChannelRanges> operands) {
  return inferReduction(
      op.getInput(), op.getAxis(), operands[0], [](Interval a, Interval b) {
        return Interval{std::min(a.low, b.low), std::min(a.high, b.high)};
      });
}

static ChannelRanges infer(tosa::ReduceSumOp op,
                           ArrayRef<ChannelRanges> operands) {
  int64_t axis = op.getAxis();
  int64_t size = getShape(op.getInput())[axis];
  // Sums of up to 2^32 elements of 64 bits.
  if (ShapedType::isDynamic(size) || size > UINT32_MAX)
    return ChannelRanges::getUnknown();
  if (operands[0].getAxis() == axis)
    return inferReduction(op.getInput(), axis, operands[0],
                          [](Interval a, Interval b) { return a + b; });
  return operands[0].map([&](Interval interval) {
    return Interval{interval.low * size, interval.high * size};
  });
}

//===----------------------------------------------------------------------===//
// Elementwise operations
//===----------------------------------------------------------------------===//

static ChannelRanges infer(tosa::AddOp, ArrayRef<ChannelRanges> operands) {
  return combine(operands[0], operands[1],
                 [](Interval a, Interval b) { return a + b; });
}

static ChannelRanges infer(tosa::SubOp, ArrayRef<ChannelRanges> operands) {
  return combine(operands[0], operands[1],
                 [](Interval a, Interval b) { return a - b; });
}

/// Of 32 bits, the product is shifted with rounding.
static ChannelRanges infer(tosa::MulOp op, ArrayRef<ChannelRanges> operands) {
  auto shift = getConstantIntegers(op.getShift());
  if (!shift || shift->size() != 1 || shift->front() < 0 ||
      shift->front() > 63 ||
      getIntegerFormat(op.getInput1().getType())->width > 32)
    return ChannelRanges::getUnknown();
  Int128 half = shift->front() ? Int128(1) << (shift->front() - 1) : 0;
  return combine(operands[0], operands[1], [&](Interval a, Interval b) {
    return shiftRight(a * b + Interval{half, half},
                      {shift->front(), shift->front()});
  });
}

static ChannelRanges infer(tosa::MaximumOp, ArrayRef<ChannelRanges> operands) {
  return combine(operands[0], operands[1], [](Interval a, Interval b) {
    return Interval{std::max(a.low, b.low), std::max(a.high, b.high)};
  });
}

static ChannelRanges infer(tosa::MinimumOp, ArrayRef<ChannelRanges> operands) {
  return combine(operands[0], operands[1], [](Interval a, Interval b) {
    return Interval{std::min(a.low, b.low), std::min(a.high, b.high)};
  });
}

static ChannelRanges infer(tosa::SelectOp, ArrayRef<ChannelRanges> operands) {
  return combine(operands[1], operands[2], ::staircase::getHull);
}

static ChannelRanges infer(tosa::ArithmeticRightShiftOp op,
                           ArrayRef<ChannelRanges> operands) {
  unsigned width = getIntegerFormat(op.getType())->width;
  return combine(operands[0], operands[1], [&](Interval a, Interval shift) {
    if (shift.low < 0 || shift.high >= width)
      return getInterval(IntegerFormat{width});
    if (!op.getRound() || shift.high == 0)
      return shiftRight(a, shift);
    // Rounding adds the last bit that is shifted out.
    Int128 half = Int128(1) << int(shift.high - 1);
    if (shift.isConstant())
      return shiftRight(a + Interval{half, half}, shift);
    Interval quotients = shiftRight(a, shift);
    return Interval{quotients.low, quotients.high + 1};
  });
}

static ChannelRanges infer(tosa::LogicalLeftShiftOp op,
                           ArrayRef<ChannelRanges> operands) {
  unsigned width = getIntegerFormat(op.getType())->width;
  return combine(operands[0], operands[1], [&](Interval a, Interval shift) {
    if (shift.low < 0 || shift.high >= width || width > 32)
      return getInterval(IntegerFormat{width});
    return a *
           Interval{Int128(1) << int(shift.low), Int128(1) << int(shift.high)};
  });
}

static ChannelRanges infer(tosa::AbsOp, ArrayRef<ChannelRanges> operands) {
  return operands[0].map([](Interval a) {
    Int128 largest = std::max(-a.low, a.high);
    if (a.contains({0, 0}))
      return Interval{0, largest};
    return Interval{
        std::min(a.low < 0 ? -a.low : a.low, a.high < 0 ? -a.high : a.high),
        largest};
  });
}

/// TOSA clamps the negated code to its type.
static ChannelRanges infer(tosa::NegateOp op,
                           ArrayRef<ChannelRanges> operands) {
  Interval type = getInterval(*getIntegerFormat(op.getType()));
  Interval zeroPoints = operands[1].getHull() + operands[2].getHull();
  if (zeroPoints == Interval())
    return operands[0].map([](Interval a) { return Interval{} - a; });
  return operands[0].map([&](Interval a) {
    Interval negated = zeroPoints - a;
    return Interval{std::clamp(negated.low, type.low, type.high),
                    std::clamp(negated.high, type.low, type.high)};
  });
}

static ChannelRanges infer(tosa::ClzOp op, ArrayRef<ChannelRanges> operands) {
  return Interval{0, getIntegerFormat(op.getType())->width};
}

static ChannelRanges infer(tosa::ClampOp op, ArrayRef<ChannelRanges> operands) {
  auto low = dyn_cast<IntegerAttr>(op.getMinVal());
  auto high = dyn_cast<IntegerAttr>(op.getMaxVal());
  if (!low || !high)
    return ChannelRanges::getUnknown();
  bool isUnsigned = getIntegerFormat(op.getType())->isUnsigned;
  auto getNumber = [&](IntegerAttr attr) {
    return isUnsigned ? Int128(attr.getValue().getZExtValue())
                      : Int128(attr.getValue().getSExtValue());
  };
  Interval bounds = {getNumber(low), getNumber(high)};
  if (bounds.low > bounds.high)
    return ChannelRanges::getUnknown();
  return operands[0].map([&](Interval a) {
    return Interval{std::clamp(a.low, bounds.low, bounds.high),
                    std::clamp(a.high, bounds.low, bounds.high)};
  });
}

static ChannelRanges infer(tosa::CastOp op, ArrayRef<ChannelRanges> operands) {
  if (!getElementTypeOrSelf(op.getType()).isInteger(1))
    return operands[0];
  return operands[0].map([](Interval a) {
    return Interval{a.contains({0, 0}) ? 0 : 1, a == Interval() ? 0 : 1};
  });
}

/// The staircases of an op with constant parameters, one for all channels or
/// one for each.
static std::optional<SmallVector<Staircase>> getStaircases(tosa::RescaleOp op) {
  auto multipliers = getConstantIntegers(op.getMultiplier());
  auto shifts = getConstantIntegers(op.getShift());
  auto inputZeroPoint =
      getConstantIntegers(op.getInputZp(), op.getInputUnsigned());
  auto outputZeroPoint =
      getConstantIntegers(op.getOutputZp(), op.getOutputUnsigned());
  if (!multipliers || !shifts || multipliers->empty() ||
      multipliers->size() != shifts->size() || !inputZeroPoint ||
      inputZeroPoint->size() != 1 || !outputZeroPoint ||
      outputZeroPoint->size() != 1)
    return std::nullopt;
  IntegerFormat format = {getIntegerFormat(op.getType())->width,
                          op.getOutputUnsigned()};
  if (format.width > 32)
    return std::nullopt;
  SmallVector<Staircase> staircases;
  for (auto [multiplier, shift] : llvm::zip_equal(*multipliers, *shifts)) {
    if (multiplier < 0 || shift < 0 || shift > 63)
      return std::nullopt;
    Staircase s;
    s.multiplicand = multiplier;
    s.shift = shift;
    s.rounding = op.getRoundingMode() == tosa::RoundingMode::DOUBLE_ROUND
                     ? ::staircase::Rounding::Double
                     : ::staircase::Rounding::HalfUp;
    s.inputZeroPoint = inputZeroPoint->front();
    s.outputZeroPoint = outputZeroPoint->front();
    s.clampMin = static_cast<int64_t>(format.min());
    s.clampMax = static_cast<int64_t>(format.max());
    staircases.push_back(s);
  }
  return staircases;
}

static ChannelRanges infer(tosa::RescaleOp op,
                           ArrayRef<ChannelRanges> operands) {
  std::optional<SmallVector<Staircase>> staircases = getStaircases(op);
  // How unsigned types are read is a matter of the op's flags; not both.
  IntegerFormat input = *getIntegerFormat(op.getInput().getType());
  IntegerFormat result = *getIntegerFormat(op.getType());
  if (!staircases || input.isUnsigned || result.isUnsigned)
    return ChannelRanges::getUnknown();
  input.isUnsigned = op.getInputUnsigned();
  result.isUnsigned = op.getOutputUnsigned();
  if (staircases->size() == 1)
    return operands[0].map([&](Interval x) {
      return getCodes(staircases->front(), x, input, result);
    });
  int64_t axis = getTensor(op.getInput()).getRank() - 1;
  SmallVector<Interval> codes;
  SmallVector<Interval> inputs = operands[0].getAlong(axis);
  if (axis < 0 || (inputs.size() != 1 && inputs.size() != staircases->size()))
    return ChannelRanges::getUnknown();
  for (auto [channel, staircase] : llvm::enumerate(*staircases))
    codes.push_back(getCodes(
        staircase, inputs[inputs.size() == 1 ? 0 : channel], input, result));
  return {axis, std::move(codes)};
}

/// One of 256 entries, or between two of 513: there the extremes are at the
/// ends and at the entries in between, x = 128*i - 32768.
static ChannelRanges infer(tosa::TableOp op, ArrayRef<ChannelRanges> operands) {
  auto table = getConstantIntegers(op.getTable());
  IntegerFormat format = *getIntegerFormat(op.getInput1().getType());
  unsigned width = format.width;
  if (!table || format.isUnsigned ||
      !((width == 8 && table->size() == 256) ||
        (width == 16 && table->size() == 513)))
    return ChannelRanges::getUnknown();
  auto interpolate = [&](int64_t x) -> Int128 {
    int64_t row = (x + 32768) >> 7, fraction = (x + 32768) & 127;
    return ((*table)[row] << 7) +
           ((*table)[row + 1] - (*table)[row]) * fraction;
  };
  return operands[0].map([&](Interval inputs) {
    auto low = static_cast<int64_t>(inputs.low);
    auto high = static_cast<int64_t>(inputs.high);
    if (width == 8) {
      auto rows = ArrayRef(*table).slice(low + 128, high - low + 1);
      return Interval{*llvm::min_element(rows), *llvm::max_element(rows)};
    }
    Interval result = {interpolate(low), interpolate(low)};
    auto add = [&](int64_t x) {
      result = getHull(result, {interpolate(x), interpolate(x)});
    };
    add(high);
    for (int64_t x = (low + 127) & ~int64_t(127); x <= high; x += 128)
      add(x);
    return result;
  });
}

//===----------------------------------------------------------------------===//
// What moves elements
//===----------------------------------------------------------------------===//

static ChannelRanges infer(tosa::IdentityOp, ArrayRef<ChannelRanges> operands) {
  return operands[0];
}

static ChannelRanges infer(tosa::ConcatOp op,
                           ArrayRef<ChannelRanges> operands) {
  int64_t axis = op.getAxis();
  return concatenate(
      operands,
      llvm::map_to_vector(op.getInput1(),
                          [&](Value part) { return getShape(part)[axis]; }),
      axis);
}

static ChannelRanges infer(tosa::ReshapeOp op,
                           ArrayRef<ChannelRanges> operands) {
  return reshape(operands[0], getShape(op.getInput1()),
                 getShape(op.getOutput()));
}

static ChannelRanges infer(tosa::TransposeOp op,
                           ArrayRef<ChannelRanges> operands) {
  std::optional<int64_t> axis = operands[0].getAxis();
  if (!axis)
    return operands[0];
  for (auto [result, source] : llvm::enumerate(op.getPerms()))
    if (source == *axis)
      return operands[0].withAxis(result);
  return operands[0].getHull();
}

static ChannelRanges infer(tosa::SliceOp op, ArrayRef<ChannelRanges> operands) {
  SmallVector<int64_t> start, size;
  size_t rank = getShape(op.getInput1()).size();
  if (!tosa::getConstShapeValues(op.getStart().getDefiningOp(), start) ||
      !tosa::getConstShapeValues(op.getSize().getDefiningOp(), size) ||
      start.size() != rank || size.size() != rank)
    return operands[0].getHull();
  return slice(operands[0], start, size, SmallVector<int64_t>(rank, 1));
}

static ChannelRanges infer(tosa::PadOp op, ArrayRef<ChannelRanges> operands) {
  SmallVector<int64_t> padding, low, high;
  ArrayRef<int64_t> shape = getShape(op.getOutput());
  Interval value = operands[2].getHull();
  if (!tosa::getConstShapeValues(op.getPadding().getDefiningOp(), padding) ||
      padding.size() != 2 * shape.size())
    return getHull(operands[0].getHull(), value);
  for (size_t i = 0; i < padding.size(); ++i)
    (i % 2 ? high : low).push_back(padding[i]);
  // The source's shape: the result's may not be inferred yet.
  return pad(operands[0], low, high, getShape(op.getInput1()), value);
}

static ChannelRanges infer(tosa::ReverseOp op,
                           ArrayRef<ChannelRanges> operands) {
  if (operands[0].getAxis() != op.getAxis())
    return operands[0];
  return {*operands[0].getAxis(),
          llvm::to_vector(llvm::reverse(operands[0].getIntervals()))};
}

/// More indices share the hull.
static constexpr int64_t kMaxTiled = 1 << 16;

static ChannelRanges infer(tosa::TileOp op, ArrayRef<ChannelRanges> operands) {
  std::optional<int64_t> axis = operands[0].getAxis();
  if (!axis)
    return operands[0];
  int64_t size = getShape(op.getOutput())[*axis];
  ArrayRef<Interval> intervals = operands[0].getIntervals();
  if (ShapedType::isDynamic(size) || size > kMaxTiled ||
      size % static_cast<int64_t>(intervals.size()) != 0)
    return operands[0].getHull();
  SmallVector<ChannelRanges> parts(size / intervals.size(), operands[0]);
  return concatenate(
      parts, SmallVector<int64_t>(parts.size(), intervals.size()), *axis);
}

/// Rows [k] of values [n, k, c] for each index [n, w].
static ChannelRanges infer(tosa::GatherOp op,
                           ArrayRef<ChannelRanges> operands) {
  if (operands[0].getAxis() == 1)
    return operands[0].getHull();
  return operands[0];
}

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

namespace {

template <typename OpTy>
struct Model
    : public AccumulatorRangeOpInterface::ExternalModel<Model<OpTy>, OpTy> {
  SmallVector<ChannelRanges>
  inferRanges(Operation *op, ArrayRef<ChannelRanges> operands) const {
    // Integers of up to 64 bits, of known rank.
    for (Value result : op->getResults())
      if (!ChannelRanges::getAll(result.getType()).isKnown())
        return {};
    return {infer(cast<OpTy>(op), operands)};
  }
};

template <typename... OpTys>
void attach(MLIRContext *context) {
  (OpTys::template attachInterface<Model<OpTys>>(*context), ...);
}

} // namespace

void mlir::rescale::registerTosaModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tosa::TosaDialect *) {
    using namespace tosa;
    attach<AbsOp, AddOp, ArithmeticRightShiftOp, AvgPool2dOp, CastOp, ClampOp,
           ClzOp, ConcatOp, Conv2DOp, DepthwiseConv2DOp, GatherOp, IdentityOp,
           LogicalLeftShiftOp, MatMulOp, MaxPool2dOp, MaximumOp, MinimumOp,
           MulOp, NegateOp, PadOp, ReduceMaxOp, ReduceMinOp, ReduceSumOp,
           RescaleOp, ReshapeOp, ReverseOp, SelectOp, SliceOp, SubOp, TableOp,
           TileOp, TransposeConv2DOp, TransposeOp>(context);
  });
}

void mlir::rescale::registerAccumulatorRangeModels(DialectRegistry &registry) {
  registerTosaModels(registry);
  registerLinalgModels(registry);
  registerTensorModels(registry);
  registerRescaleModels(registry);
}
