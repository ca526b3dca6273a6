//===- DecomposeTransposeConv.cpp - Transposed convolutions by phase ------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream decomposes tosa.transpose_conv2d too, but leaves reshapes and
// reversals of the weights to run time, and the accumulators in memory.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEDECOMPOSETRANSPOSECONV
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using kernel::TransposeConv2DOp;

namespace {

/// What the rows (or columns) y = remainder + stride * t of a result are made
/// of: acc(t) is the sum over u of w[taps[u]] * in[t + u - padLow], as in a
/// convolution of stride 1.
///
/// A tap i meets the input's row h with y = stride * h + i + offset. So i is
/// first + stride * v, first = (remainder - offset) mod stride, and
/// h = t + q - v with q = (remainder - first - offset) / stride, which is
/// exact. The taps in reverse, u = last - v, give h = t + u + q - last.
struct Phase {
  Phase(int64_t remainder, int64_t stride, int64_t window, int64_t offset,
        int64_t inputSize, int64_t resultSize);

  /// The number of rows.
  int64_t size;
  /// The weights' row for each tap, or -1 for one that is zero.
  SmallVector<int64_t> taps;
  int64_t padLow, padHigh;
};

} // namespace

Phase::Phase(int64_t remainder, int64_t stride, int64_t window, int64_t offset,
             int64_t inputSize, int64_t resultSize)
    : size((resultSize - remainder + stride - 1) / stride) {
  int64_t first = llvm::mod(remainder - offset, stride);
  int64_t q = (remainder - first - offset) / stride;
  for (int64_t i = first; i < window; i += stride)
    taps.insert(taps.begin(), i);
  // A window smaller than the stride leaves rows without a tap.
  if (taps.empty())
    taps.push_back(-1);
  int64_t last = static_cast<int64_t>(taps.size()) - 1;
  // A convolution starts at the first row or before: taps of zero lead there.
  taps.insert(taps.begin(), std::max<int64_t>(q - last, 0), -1);
  padLow = std::max<int64_t>(last - q, 0);
  // The last window ends at row size - 1 + q.
  padHigh = std::max<int64_t>(size + q - inputSize, 0);
}

/// The rows and columns of weights that two phases take.
static DenseIntElementsAttr selectWeights(DenseIntElementsAttr weights,
                                          const Phase &rows,
                                          const Phase &columns) {
  ShapedType type = weights.getType();
  ArrayRef<int64_t> shape = type.getShape();
  auto all = llvm::to_vector(weights.getValues<APInt>());
  SmallVector<APInt> values;
  for (int64_t o = 0; o < shape[0]; ++o)
    for (int64_t i : rows.taps)
      for (int64_t j : columns.taps)
        for (int64_t c = 0; c < shape[3]; ++c)
          values.push_back(
              i < 0 || j < 0
                  ? APInt::getZero(type.getElementTypeBitWidth())
                  : all[((o * shape[1] + i) * shape[2] + j) * shape[3] + c]);
  auto selected =
      type.clone({shape[0], static_cast<int64_t>(rows.taps.size()),
                  static_cast<int64_t>(columns.taps.size()), shape[3]});
  return cast<DenseIntElementsAttr>(DenseElementsAttr::get(selected, values));
}

/// The part of an epilogue input that the results at `offsets`, every
/// `strides`-th one, read.
static Value sliceInput(ImplicitLocOpBuilder &b, Value input, AffineMap map,
                        ArrayRef<OpFoldResult> offsets,
                        ArrayRef<OpFoldResult> sizes,
                        ArrayRef<OpFoldResult> strides) {
  auto dependsOn = [&](unsigned dim) { return map.isFunctionOfDim(dim); };
  if (!dependsOn(1) && !dependsOn(2))
    return input;
  SmallVector<OpFoldResult> inputOffsets, inputSizes, inputStrides;
  auto type = cast<RankedTensorType>(input.getType());
  for (auto [expr, size] : llvm::zip_equal(map.getResults(), type.getShape())) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      inputOffsets.push_back(offsets[dim.getPosition()]);
      inputSizes.push_back(sizes[dim.getPosition()]);
      inputStrides.push_back(strides[dim.getPosition()]);
      continue;
    }
    inputOffsets.push_back(b.getIndexAttr(0));
    inputSizes.push_back(b.getIndexAttr(size));
    inputStrides.push_back(b.getIndexAttr(1));
  }
  return tensor::ExtractSliceOp::create(b, input, inputOffsets, inputSizes,
                                        inputStrides);
}

/// Inserts the results of two phases into `result`.
static Value insertPhases(ImplicitLocOpBuilder &b, TransposeConv2DOp op,
                          const Phase &rows, const Phase &columns,
                          std::array<int64_t, 2> remainders, Value result) {
  auto type = cast<RankedTensorType>(result.getType());
  auto part = type.clone(
      {type.getDimSize(0), rows.size, columns.size, type.getDimSize(3)});
  auto getIndices = [&](ArrayRef<int64_t> values) {
    return getAsIndexOpFoldResult(b.getContext(), values);
  };
  auto offsets = getIndices({0, remainders[0], remainders[1], 0});
  auto sizes = getIndices(part.getShape());
  auto strides = getIndices({1, op.getStride()[0], op.getStride()[1], 1});
  SmallVector<Value> inputs;
  for (auto [input, map] :
       llvm::zip_equal(op.getEpilogueInputs(),
                       op.getEpilogueMaps().getAsValueRange<AffineMapAttr>()))
    inputs.push_back(sliceInput(b, input, map, offsets, sizes, strides));
  Value init =
      tensor::EmptyOp::create(b, part.getShape(), part.getElementType());
  auto convolution = kernel::Conv2DOp::create(
      b, TypeRange(part), op.getInput(), inputs, init,
      selectWeights(op.getWeights(), rows, columns), op.getBiasAttr(),
      b.getDenseI64ArrayAttr({1, 1}),
      b.getDenseI64ArrayAttr(
          {rows.padLow, rows.padHigh, columns.padLow, columns.padHigh}),
      b.getDenseI64ArrayAttr({1, 1}), op.getInputZeroPointAttr(),
      op.getEpilogueMapsAttr());
  IRMapping mapping;
  op.getEpilogue().cloneInto(&convolution.getEpilogue(), mapping);
  return tensor::InsertSliceOp::create(b, convolution.getResult(0), result,
                                       offsets, sizes, strides);
}

static void decompose(TransposeConv2DOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto type = cast<RankedTensorType>(op.getInit().getType());
  SmallVector<Phase> phases[2];
  for (unsigned i : {0u, 1u}) {
    int64_t count = std::min(op.getStride()[i], type.getDimSize(1 + i));
    for (int64_t remainder = 0; remainder < count; ++remainder)
      phases[i].emplace_back(remainder, op.getStride()[i],
                             op.getWeights().getType().getDimSize(1 + i),
                             op.getOutPad()[2 * i], input.getDimSize(1 + i),
                             type.getDimSize(1 + i));
  }
  Value result = op.getInit();
  for (auto [y, rows] : llvm::enumerate(phases[0]))
    for (auto [x, columns] : llvm::enumerate(phases[1]))
      result = insertPhases(b, op, rows, columns,
                            {static_cast<int64_t>(y), static_cast<int64_t>(x)},
                            result);
  op->replaceAllUsesWith(ValueRange(result));
  op->erase();
}

namespace {

struct RescaleDecomposeTransposeConvPass
    : public rescale::impl::RescaleDecomposeTransposeConvBase<
          RescaleDecomposeTransposeConvPass> {
  void runOnOperation() override {
    SmallVector<TransposeConv2DOp> ops;
    getOperation().walk([&](TransposeConv2DOp op) {
      if (op.getNumResults() == 1)
        ops.push_back(op);
    });
    llvm::for_each(ops, decompose);
  }
};

} // namespace
