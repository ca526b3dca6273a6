//===- TensorModels.cpp - Ranges of what moves elements -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations of the tensor dialect, which move elements and add constants at
// most.
//
//===----------------------------------------------------------------------===//

#include "Models.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Interval;

static ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static ChannelRanges infer(tensor::CollapseShapeOp op,
                           ArrayRef<ChannelRanges> operands) {
  return reshape(operands.front(), getShape(op.getSrc()),
                 getShape(op.getResult()));
}

static ChannelRanges infer(tensor::ExpandShapeOp op,
                           ArrayRef<ChannelRanges> operands) {
  return reshape(operands.front(), getShape(op.getSrc()),
                 getShape(op.getResult()));
}

static ChannelRanges infer(tensor::CastOp op,
                           ArrayRef<ChannelRanges> operands) {
  return operands.front();
}

static ChannelRanges infer(tensor::PadOp op, ArrayRef<ChannelRanges> operands) {
  Value constant = op.getConstantPaddingValue();
  auto format = getIntegerFormat(op.getResultType());
  if (!format || !constant)
    return ChannelRanges::getUnknown();
  APInt value;
  Interval padding = getInterval(*format);
  if (matchPattern(constant, m_ConstantInt(&value))) {
    auto number = format->isUnsigned
                      ? ::staircase::Int128(value.getZExtValue())
                      : ::staircase::Int128(value.getSExtValue());
    padding = {number, number};
  }
  return pad(operands.front(), op.getStaticLow(), op.getStaticHigh(),
             op.getSourceType().getShape(), padding);
}

static ChannelRanges infer(tensor::ExtractSliceOp op,
                           ArrayRef<ChannelRanges> operands) {
  ChannelRanges sliced = slice(operands.front(), op.getStaticOffsets(),
                               op.getStaticSizes(), op.getStaticStrides());
  std::optional<int64_t> axis = sliced.getAxis();
  if (!axis)
    return sliced;
  // Dimensions of one element may be dropped.
  llvm::SmallBitVector dropped = op.getDroppedDims();
  if (dropped[*axis])
    return sliced.getHull();
  int64_t before = 0;
  for (int64_t dim = 0; dim < *axis; ++dim)
    before += dropped[dim];
  return sliced.withAxis(*axis - before);
}

static ChannelRanges infer(tensor::InsertSliceOp op,
                           ArrayRef<ChannelRanges> operands) {
  // The source's axes are the destination's only where none is dropped.
  bool isSameRank = op.getSourceType().getRank() == op.getDestType().getRank();
  const ChannelRanges &source = operands[0], &dest = operands[1];
  bool isWhole = source.getAxis() && isSameRank &&
                 op.getStaticOffsets()[*source.getAxis()] == 0 &&
                 op.getStaticStrides()[*source.getAxis()] == 1 &&
                 op.getSourceType().getDimSize(*source.getAxis()) ==
                     op.getDestType().getDimSize(*source.getAxis());
  return ChannelRanges::join(isWhole ? source : ChannelRanges(source.getHull()),
                             dest);
}

namespace {
template <typename OpTy>
struct Model
    : public AccumulatorRangeOpInterface::ExternalModel<Model<OpTy>, OpTy> {
  SmallVector<ChannelRanges>
  inferRanges(Operation *op, ArrayRef<ChannelRanges> operands) const {
    return {infer(cast<OpTy>(op), operands)};
  }
};
} // namespace

void mlir::rescale::registerTensorModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    tensor::CastOp::attachInterface<Model<tensor::CastOp>>(*context);
    tensor::CollapseShapeOp::attachInterface<Model<tensor::CollapseShapeOp>>(
        *context);
    tensor::ExpandShapeOp::attachInterface<Model<tensor::ExpandShapeOp>>(
        *context);
    tensor::ExtractSliceOp::attachInterface<Model<tensor::ExtractSliceOp>>(
        *context);
    tensor::InsertSliceOp::attachInterface<Model<tensor::InsertSliceOp>>(
        *context);
    tensor::PadOp::attachInterface<Model<tensor::PadOp>>(*context);
  });
}
