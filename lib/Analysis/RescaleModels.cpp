//===- RescaleModels.cpp - Ranges of our operations -----------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Requantizations map both ends of a range; kernels map accumulators, of which
// they know the ranges, by their epilogues.
//
//===----------------------------------------------------------------------===//

#include "Models.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

using namespace mlir;
using namespace mlir::rescale;
using kernel::KernelOpInterface;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Interval;
using ::staircase::Staircase;

Interval mlir::rescale::toUnsigned(const Interval &interval, unsigned width) {
  Int128 turn = Int128(1) << width;
  if (interval.low >= 0)
    return interval;
  if (interval.high < 0)
    return interval + Interval{turn, turn};
  return {0, turn - 1};
}

Interval mlir::rescale::toSigned(const Interval &interval, unsigned width) {
  Int128 turn = Int128(1) << width;
  if (interval.high < turn / 2)
    return interval;
  if (interval.low >= turn / 2)
    return interval - Interval{turn, turn};
  return {-turn / 2, turn / 2 - 1};
}

Interval mlir::rescale::getCodes(const Staircase &staircase, Interval interval,
                                 IntegerFormat input, IntegerFormat result) {
  if (input.isUnsigned)
    interval = toUnsigned(interval, input.width);
  Interval codes = {evaluate(staircase, interval.low),
                    evaluate(staircase, interval.high)};
  return result.isUnsigned ? toSigned(codes, result.width) : codes;
}

static ChannelRanges infer(RequantizeOp op, ArrayRef<ChannelRanges> operands) {
  const ChannelRanges &input = operands.front();
  auto getResult = [&](int64_t channel, const Interval &interval) {
    return getCodes(op.getStaircase(channel), interval, op.getInputFormat(),
                    op.getResultFormat());
  };
  int64_t staircases = op.getNumStaircases();
  if (staircases == 1)
    return input.map([&](Interval x) { return getResult(0, x); });
  int64_t axis = *op.getAxis();
  SmallVector<Interval> codes;
  for (int64_t channel = 0; channel < staircases; ++channel)
    codes.push_back(getResult(channel, input.get(axis, channel)));
  return {axis, std::move(codes)};
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

void mlir::rescale::visitBodies(
    KernelOpInterface op, ArrayRef<ChannelRanges> operands,
    function_ref<void(const BodyRanges &, int64_t)> visit) {
  SmallVector<SmallVector<Interval>> inputs;
  ValueRange summed = op.getSummed();
  for (auto [input, ranges] : llvm::zip(summed, operands))
    inputs.push_back(
        ranges.getAlong(cast<ShapedType>(input.getType()).getRank() - 1));
  SmallVector<Interval> accumulators = op.getAccumulatorRanges(inputs);
  IntegerType type = op.getAccumulatorType();
  Interval all = getInterval(IntegerFormat{type.getWidth()});

  int64_t last = op.getResultShape().size() - 1;
  auto maps = op.getEpilogueMaps().getAsValueRange<AffineMapAttr>();
  // The dimension of an epilogue input that has an interval for each channel.
  auto getChannelAxis = [&](AffineMap map, const ChannelRanges &ranges) {
    std::optional<int64_t> axis = ranges.getAxis();
    bool isChannel = axis && map.getResult(*axis) ==
                                 getAffineDimExpr(last, op->getContext());
    return isChannel ? axis : std::nullopt;
  };
  ArrayRef<ChannelRanges> others =
      operands.drop_front(summed.size()).drop_back();
  bool isUniform = accumulators.size() == 1;
  for (auto [map, ranges] : llvm::zip_equal(maps, others))
    isUniform &= !getChannelAxis(map, ranges);
  int64_t channels = isUniform ? 1 : op.getResultShape().back();
  for (int64_t channel = 0; channel < channels; ++channel) {
    Interval sum = accumulators[accumulators.size() == 1 ? 0 : channel];
    SmallVector<IntegerValueRange> arguments = {
        toScalarRange(all.contains(sum) ? sum : all, type)};
    for (auto [map, ranges, argument] : llvm::zip_equal(
             maps, others, op.getEpilogue().getArguments().drop_front())) {
      std::optional<int64_t> axis = getChannelAxis(map, ranges);
      arguments.push_back(
          toScalarRange(axis ? ranges.get(*axis, channel) : ranges.getHull(),
                        argument.getType()));
    }
    visit(BodyRanges(op.getEpilogue().front(), arguments), channel);
  }
}

ChannelRanges mlir::rescale::inferRanges(KernelOpInterface op,
                                         ArrayRef<ChannelRanges> operands) {
  Value yielded =
      cast<kernel::YieldOp>(op.getEpilogue().front().back()).getValue();
  SmallVector<Interval> results;
  visitBodies(op, operands, [&](const BodyRanges &body, int64_t) {
    if (std::optional<Interval> interval = body.getInterval(yielded))
      results.push_back(*interval);
  });
  if (results.empty())
    return ChannelRanges::getUnknown();
  if (results.size() == 1)
    return results.front();
  return {static_cast<int64_t>(op.getResultShape().size()) - 1,
          std::move(results)};
}

static ChannelRanges infer(KernelOpInterface op,
                           ArrayRef<ChannelRanges> operands) {
  // On buffers there is no result to tell of.
  if (op->getNumResults() == 0)
    return ChannelRanges::getUnknown();
  return inferRanges(op, operands);
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
    return {infer(cast<OpTy>(op), operands)};
  }
};
} // namespace

template <typename... OpTys>
static void attach(MLIRContext *context) {
  (OpTys::template attachInterface<Model<OpTys>>(*context), ...);
}

void mlir::rescale::registerRescaleModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, RescaleDialect *) {
    attach<RequantizeOp>(context);
  });
  registry.addExtension(
      +[](MLIRContext *context, kernel::RescaleKernelDialect *) {
        attach<kernel::Conv2DOp, kernel::DepthwiseConv2DOp, kernel::MatmulOp,
               kernel::Pool2DOp, kernel::TransposeConv2DOp>(context);
      });
}
