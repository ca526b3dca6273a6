//===- RescaleKernelOps.cpp - Convolutions, products, pools -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules of the operations, and the ranges of their accumulators.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"

#include "rescale/Staircase/Accumulation.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::rescale::kernel;
using ::staircase::Interval;
using ::staircase::Windows;

#define GET_OP_CLASSES
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernelOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

/// What elements of `values` are less `zeroPoint`.
static SmallVector<Interval> subtract(ArrayRef<Interval> values,
                                      int64_t zeroPoint) {
  return llvm::map_to_vector(values, [&](const Interval &value) {
    return value - Interval{zeroPoint, zeroPoint};
  });
}

static SmallVector<int64_t> getIntegers(DenseIntElementsAttr attr) {
  return llvm::map_to_vector(
      attr, [](const APInt &value) { return value.getSExtValue(); });
}

static std::array<int64_t, 4> getWeightShape(DenseIntElementsAttr weights) {
  ArrayRef<int64_t> shape = weights.getType().getShape();
  return {shape[0], shape[1], shape[2], shape[3]};
}

/// How the windows of `op` lie over its input. Taps outside add nothing.
template <typename OpTy>
static Windows getWindows(OpTy op) {
  ArrayRef<int64_t> input =
      cast<ShapedType>(op.getInput().getType()).getShape();
  ArrayRef<int64_t> output = op.getResultShape();
  auto getSets = [&](unsigned i) {
    return ::staircase::getTapSets({input[1 + i], output[1 + i],
                                    op.getWindow()[i], op.getStride()[i],
                                    op.getDilation()[i], op.getPad()[2 * i]});
  };
  return {getSets(0), getSets(1)};
}

SmallVector<Interval>
Conv2DOp::getAccumulatorRanges(ArrayRef<SmallVector<Interval>> inputs) {
  return llvm::to_vector(getConvolutionRanges(
      getIntegers(getWeights()), getWeightShape(getWeights()),
      getIntegers(getBias()), subtract(inputs[0], getInputZeroPoint()),
      getWindows(*this)));
}

SmallVector<Interval> DepthwiseConv2DOp::getAccumulatorRanges(
    ArrayRef<SmallVector<Interval>> inputs) {
  return llvm::to_vector(getDepthwiseRanges(
      getIntegers(getWeights()), getWeightShape(getWeights()),
      getIntegers(getBias()), subtract(inputs[0], getInputZeroPoint()),
      getWindows(*this)));
}

SmallVector<Interval> TransposeConv2DOp::getAccumulatorRanges(
    ArrayRef<SmallVector<Interval>> inputs) {
  ArrayRef<int64_t> input = cast<ShapedType>(getInput().getType()).getShape();
  ArrayRef<int64_t> weights = getWeights().getType().getShape();
  auto getSets = [&](unsigned i) {
    return ::staircase::getTransposedTapSets(
        {input[1 + i], getResultShape()[1 + i], weights[1 + i], getStride()[i],
         /*dilation=*/1, getOutPad()[2 * i]});
  };
  return llvm::to_vector(getConvolutionRanges(
      getIntegers(getWeights()), getWeightShape(getWeights()),
      getIntegers(getBias()), subtract(inputs[0], getInputZeroPoint()),
      {getSets(0), getSets(1)}));
}

SmallVector<Interval>
MatmulOp::getAccumulatorRanges(ArrayRef<SmallVector<Interval>> inputs) {
  SmallVector<Interval> lhs = subtract(inputs[0], getLhsZeroPoint());
  int64_t size = cast<ShapedType>(getLhs().getType()).getDimSize(2);
  return llvm::map_to_vector(subtract(inputs[1], getRhsZeroPoint()),
                             [&](const Interval &channel) {
                               return getProductRange(lhs, channel, size);
                             });
}

SmallVector<Interval>
Pool2DOp::getAccumulatorRanges(ArrayRef<SmallVector<Interval>> inputs) {
  // An average never falls as the sum grows, and of equal values v it is v:
  // m * count lies in (2^s, 2^s + 2^(s-30)], and |v| < 2^17.
  return subtract(inputs[0], getInputZeroPoint());
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

std::array<int64_t, 2> Conv2DOp::getWindow() {
  ArrayRef<int64_t> shape = getWeights().getType().getShape();
  return {shape[1], shape[2]};
}
std::array<int64_t, 2> Conv2DOp::getWindowDilation() {
  return {getDilation()[0], getDilation()[1]};
}
std::array<int64_t, 2> DepthwiseConv2DOp::getWindow() {
  ArrayRef<int64_t> shape = getWeights().getType().getShape();
  return {shape[0], shape[1]};
}
std::array<int64_t, 2> DepthwiseConv2DOp::getWindowDilation() {
  return {getDilation()[0], getDilation()[1]};
}
std::array<int64_t, 2> Pool2DOp::getWindow() {
  return {getKernel()[0], getKernel()[1]};
}
std::array<int64_t, 2> Pool2DOp::getWindowDilation() { return {1, 1}; }

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

/// Checks the type of the accumulator: kernel_c5.
static LogicalResult verifyAccumulator(KernelOpInterface op,
                                       ArrayRef<Type> expected) {
  Region &epilogue = op.getEpilogue();
  if (epilogue.getNumArguments() == 0)
    return success(); // kernel_c2 says so.
  Type type = epilogue.getArgument(0).getType();
  if (llvm::is_contained(expected, type))
    return success();
  InFlightDiagnostic error = op.emitOpError();
  error << "requires an accumulator of type ";
  llvm::interleave(expected, error, " or ");
  return error << ", got " << type
               << "; change the first argument of the epilogue";
}

/// Checks that `code` could be an element of `input`: kernel_c6. Differences of
/// codes then have at most 17 bits.
static LogicalResult verifyZeroPoint(Operation *op, Value input,
                                     int64_t zeroPoint) {
  Type element = getElementTypeOrSelf(input.getType());
  if (llvm::isIntN(element.getIntOrFloatBitWidth(), zeroPoint))
    return success();
  return op->emitOpError() << "requires a zero point that its operand's type, "
                           << element << ", holds, got " << zeroPoint
                           << "; change the zero point";
}

/// Checks the size of a window's result along each axis.
static LogicalResult verifyWindow(Operation *op, ShapedType input,
                                  ShapedType result, ArrayRef<int64_t> window,
                                  ArrayRef<int64_t> stride,
                                  ArrayRef<int64_t> pad,
                                  ArrayRef<int64_t> dilation,
                                  int64_t channels) {
  auto isPositive = [](int64_t value) { return value > 0; };
  // Sums of products of two of them do not overflow.
  auto isSize = [](int64_t value) {
    return value > 0 && llvm::isInt<32>(value);
  };
  // conv_c2, pool_c1
  if (!llvm::all_of(stride, isSize) || !llvm::all_of(window, isSize) ||
      !llvm::all_of(dilation, isSize) || !llvm::all_of(pad, [](int64_t p) {
        return p >= 0 && llvm::isInt<32>(p);
      }))
    return op->emitOpError("requires a window, strides and dilations of at "
                           "least 1 and padding of at least 0, each an i32; "
                           "change them");
  SmallVector<int64_t, 4> expected = {input.getDimSize(0)};
  for (unsigned i : {0u, 1u}) {
    int64_t padded = input.getDimSize(1 + i) + pad[2 * i] + pad[2 * i + 1];
    int64_t extent = (window[i] - 1) * dilation[i] + 1;
    int64_t windows = padded < extent ? 0 : (padded - extent) / stride[i] + 1;
    expected.push_back(
        std::min(windows, std::max<int64_t>(result.getDimSize(1 + i), 1)));
  }
  expected.push_back(channels);
  // conv_c3, pool_c2
  if (result.getShape() == ArrayRef(expected) &&
      llvm::all_of(expected, isPositive))
    return success();
  InFlightDiagnostic error = op->emitOpError("requires a result of shape ");
  llvm::interleave(expected, error, "x");
  return error << " with every size at least 1, got " << result
               << "; change the result or the window";
}

/// Checks weights and biases: conv_c1.
template <typename OpTy>
static LogicalResult verifyWeights(OpTy op, ArrayRef<int64_t> expected,
                                   int64_t channels) {
  ShapedType weights = op.getWeights().getType();
  ShapedType bias = op.getBias().getType();
  // conv_c1
  if (weights.getShape() != expected || !hasElements(weights) ||
      !(weights.getElementType().isSignlessInteger(8) ||
        weights.getElementType().isSignlessInteger(16))) {
    InFlightDiagnostic error = op.emitOpError("requires weights of shape ");
    llvm::interleave(expected, error, "x");
    return error << " and i8 or i16, less than 2^31 of them, got " << weights
                 << "; change them";
  }
  if (bias.getShape() != ArrayRef(channels) ||
      !(bias.getElementType().isSignlessInteger(32) ||
        bias.getElementType().isSignlessInteger(64)))
    return op.emitOpError()
           << "requires biases of shape " << channels << " and i32 or i64, got "
           << bias << "; change them";
  return success();
}

template <typename OpTy>
static LogicalResult verifyConvolution(OpTy op, ArrayRef<int64_t> weights,
                                       int64_t channels) {
  if (failed(verifyWeights(op, weights, channels)) ||
      failed(verifyZeroPoint(op, op.getInput(), op.getInputZeroPoint())) ||
      failed(verifyWindow(op, cast<ShapedType>(op.getInput().getType()),
                          cast<ShapedType>(op.getInit().getType()),
                          op.getWindow(), op.getStride(), op.getPad(),
                          op.getDilation(), channels)))
    return failure();
  return verifyAccumulator(op, op.getBias().getType().getElementType());
}

LogicalResult Conv2DOp::verify() {
  ShapedType weights = getWeights().getType();
  if (weights.getRank() != 4)
    return emitOpError() << "requires weights of rank 4, got " << weights
                         << "; write them as OHWC";
  SmallVector<int64_t> expected(weights.getShape());
  expected[3] = cast<ShapedType>(getInput().getType()).getDimSize(3);
  return verifyConvolution(*this, expected, weights.getDimSize(0));
}

LogicalResult DepthwiseConv2DOp::verify() {
  ShapedType weights = getWeights().getType();
  if (weights.getRank() != 4)
    return emitOpError() << "requires weights of rank 4, got " << weights
                         << "; write them as HWCM";
  SmallVector<int64_t> expected(weights.getShape());
  expected[2] = cast<ShapedType>(getInput().getType()).getDimSize(3);
  return verifyConvolution(*this, expected,
                           expected[2] * weights.getDimSize(3));
}

LogicalResult TransposeConv2DOp::verify() {
  ShapedType weights = getWeights().getType();
  if (weights.getRank() != 4)
    return emitOpError() << "requires weights of rank 4, got " << weights
                         << "; write them as OHWC";
  auto input = cast<ShapedType>(getInput().getType());
  auto result = cast<ShapedType>(getInit().getType());
  SmallVector<int64_t> shape(weights.getShape());
  shape[3] = input.getDimSize(3);
  if (failed(verifyWeights(*this, shape, weights.getDimSize(0))) ||
      failed(verifyZeroPoint(*this, getInput(), getInputZeroPoint())))
    return failure();
  // transpose_conv_c1
  if (!llvm::all_of(getStride(),
                    [](int64_t s) { return s > 0 && llvm::isInt<32>(s); }) ||
      !llvm::all_of(getOutPad(), llvm::isInt<32>))
    return emitOpError("requires strides of at least 1 and padding, each an "
                       "i32; change them");
  // transpose_conv_c2
  SmallVector<int64_t, 4> expected = {input.getDimSize(0)};
  for (unsigned i : {0u, 1u})
    expected.push_back((input.getDimSize(1 + i) - 1) * getStride()[i] +
                       weights.getDimSize(1 + i) + getOutPad()[2 * i] +
                       getOutPad()[2 * i + 1]);
  expected.push_back(weights.getDimSize(0));
  if (result.getShape() != ArrayRef(expected)) {
    InFlightDiagnostic error = emitOpError("requires a result of shape ");
    llvm::interleave(expected, error, "x");
    return error << ", got " << result << "; change the result or the window";
  }
  return verifyAccumulator(*this, getBias().getType().getElementType());
}

LogicalResult MatmulOp::verify() {
  auto lhs = cast<ShapedType>(getLhs().getType());
  auto rhs = cast<ShapedType>(getRhs().getType());
  auto result = cast<ShapedType>(getInit().getType());
  // matmul_c1
  SmallVector<int64_t, 3> expected = {lhs.getDimSize(0), lhs.getDimSize(1),
                                      rhs.getDimSize(2)};
  if (lhs.getDimSize(0) != rhs.getDimSize(0) ||
      lhs.getDimSize(2) != rhs.getDimSize(1) ||
      result.getShape() != ArrayRef(expected))
    return emitOpError() << "requires operands of shapes NxRxK and NxKxC and a "
                            "result of NxRxC, got "
                         << lhs << ", " << rhs << " and " << result
                         << "; change the shapes";
  if (failed(verifyZeroPoint(*this, getLhs(), getLhsZeroPoint())) ||
      failed(verifyZeroPoint(*this, getRhs(), getRhsZeroPoint())))
    return failure();
  Builder b(getContext());
  return verifyAccumulator(*this, {b.getI32Type(), b.getI64Type()});
}

bool Pool2DOp::fitsSum(ShapedType input, ArrayRef<int64_t> kernel,
                       int64_t inputZeroPoint) {
  // Both factors are at most 2^31, and the other one at most 2^17.
  int64_t count = std::min(kernel[0], input.getDimSize(1)) *
                  std::min(kernel[1], input.getDimSize(2));
  Interval values =
      getInterval(::staircase::IntegerFormat{input.getElementTypeBitWidth()}) -
      Interval{inputZeroPoint, inputZeroPoint};
  return values.low * count >= INT32_MIN && values.high * count <= INT32_MAX;
}

LogicalResult Pool2DOp::verify() {
  auto input = cast<ShapedType>(getInput().getType());
  // pool_c1: so that every window has an element within the input.
  for (unsigned i = 0; i < 4; ++i)
    if (getPad()[i] >= getKernel()[i / 2])
      return emitOpError() << "requires padding smaller than the window, got "
                           << getPad()[i] << " for a window of "
                           << getKernel()[i / 2] << "; reduce the padding";
  if (failed(verifyWindow(*this, input, cast<ShapedType>(getInit().getType()),
                          getKernel(), getStride(), getPad(),
                          getWindowDilation(), input.getDimSize(3))) ||
      failed(verifyZeroPoint(*this, getInput(), getInputZeroPoint())))
    return failure();
  // pool_c3
  if (getKind() == PoolKind::Max && getInputZeroPoint() != 0)
    return emitOpError() << "requires an input zero point of 0 for a maximum, "
                            "got "
                         << getInputZeroPoint() << "; leave it out";
  if (getKind() == PoolKind::Average &&
      !fitsSum(input, getKernel(), getInputZeroPoint()))
    return emitOpError() << "requires sums that fit i32, got a window of "
                         << getKernel()[0] << "x" << getKernel()[1] << " over "
                         << input << "; compute a mean of i64 instead";
  Builder b(getContext());
  return verifyAccumulator(*this, getKind() == PoolKind::Max
                                      ? input.getElementType()
                                      : b.getI32Type());
}
