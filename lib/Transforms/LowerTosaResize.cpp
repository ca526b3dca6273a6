//===- LowerTosaResize.cpp - tosa.resize that begins before the image -----===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream divides coordinates towards zero. With a negative offset, which half
// pixel centers have, the first ones are negative, and TOSA rounds down.
//
//===----------------------------------------------------------------------===//

#include "LowerTosaResize.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace {

/// How one axis is resized: the coordinate of output `i`, in units of
/// `1 / scaleN`, is `i * scaleD + offset`.
struct Axis {
  unsigned dim;
  int64_t scaleN, scaleD, offset, size;
};

/// The two elements that a coordinate lies between, and the distance to the
/// first one, all of index type.
struct Position {
  Value low, high, distance;
};

/// `i * scaleD + offset` is at least -scaleN. Negative coordinates have the
/// first element on both sides, as 0 has it at distance 0: so they are
/// clamped to 0, and the division of what is left is unsigned.
Position locate(ImplicitLocOpBuilder &b, const Axis &axis) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  Value zero = constant(0), one = constant(1), scale = constant(axis.scaleN);
  Value last = constant(axis.size - 1);
  Value x = linalg::IndexOp::create(b, axis.dim);
  x = arith::MulIOp::create(b, x, constant(axis.scaleD));
  x = arith::AddIOp::create(b, x, constant(axis.offset));
  x = arith::MaxSIOp::create(b, x, zero);
  Value element = arith::DivUIOp::create(b, x, scale);
  Value distance = arith::RemUIOp::create(b, x, scale);
  Value next = arith::AddIOp::create(b, element, one);
  return {arith::MinSIOp::create(b, element, last),
          arith::MinSIOp::create(b, next, last), distance};
}

struct ResizePattern : public OpRewritePattern<tosa::ResizeOp> {
  // Upstream's three patterns have 100, 200 and 300.
  ResizePattern(MLIRContext *context)
      : OpRewritePattern(context, /*benefit=*/400) {}

  LogicalResult matchAndRewrite(tosa::ResizeOp op,
                                PatternRewriter &rewriter) const override {
    auto inputType = cast<RankedTensorType>(op.getInput().getType());
    auto type = cast<RankedTensorType>(op.getType());
    SmallVector<int64_t> scale, offset;
    if (!type.hasStaticShape() || !inputType.hasStaticShape() ||
        !isa<IntegerType>(type.getElementType()) ||
        !tosa::getConstShapeValues(op.getScale().getDefiningOp(), scale) ||
        !tosa::getConstShapeValues(op.getOffset().getDefiningOp(), offset))
      return rewriter.notifyMatchFailure(op, "not static and of integers");
    if (offset[0] >= 0 && offset[1] >= 0)
      return rewriter.notifyMatchFailure(op, "no negative coordinate");

    Axis y = {1, scale[0], scale[1], offset[0], inputType.getDimSize(1)};
    Axis x = {2, scale[2], scale[3], offset[1], inputType.getDimSize(2)};
    Value init = tensor::EmptyOp::create(rewriter, op.getLoc(), type.getShape(),
                                         type.getElementType());
    AffineMap identity = rewriter.getMultiDimIdentityMap(4);
    SmallVector<utils::IteratorType> iterators(4,
                                               utils::IteratorType::parallel);
    bool isNearest = op.getMode() == tosa::ResizeMode::NEAREST_NEIGHBOR;
    auto body = [&](OpBuilder &builder, Location loc, ValueRange) {
      ImplicitLocOpBuilder b(loc, builder);
      Value result = isNearest ? pickNearest(b, op.getInput(), y, x)
                               : interpolate(b, op.getInput(), y, x,
                                             type.getElementType());
      linalg::YieldOp::create(b, result);
    };
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, TypeRange(type), ValueRange(), ValueRange(init),
        ArrayRef<AffineMap>(identity), iterators, body);
    return success();
  }

private:
  static Value extract(ImplicitLocOpBuilder &b, Value input, Value y, Value x) {
    Value batch = linalg::IndexOp::create(b, 0);
    Value channel = linalg::IndexOp::create(b, 3);
    return tensor::ExtractOp::create(b, input,
                                     ValueRange({batch, y, x, channel}));
  }

  static Value pickNearest(ImplicitLocOpBuilder &b, Value input, const Axis &y,
                           const Axis &x) {
    auto pick = [&](const Axis &axis) -> Value {
      Position at = locate(b, axis);
      Value twice = arith::AddIOp::create(b, at.distance, at.distance);
      Value scale = arith::ConstantIndexOp::create(b, axis.scaleN);
      Value isHigh =
          arith::CmpIOp::create(b, arith::CmpIPredicate::uge, twice, scale);
      return arith::SelectOp::create(b, isHigh, at.high, at.low);
    };
    Value atY = pick(y);
    return extract(b, input, atY, pick(x));
  }

  static Value interpolate(ImplicitLocOpBuilder &b, Value input, const Axis &y,
                           const Axis &x, Type type) {
    Position atY = locate(b, y), atX = locate(b, x);
    /// `first * (scaleN - distance) + second * distance`
    auto mix = [&](Value first, Value second, Value distance, int64_t scaleN) {
      Value far = arith::IndexCastOp::create(b, type, distance);
      Value scale = arith::ConstantIntOp::create(b, type, scaleN);
      Value near = arith::SubIOp::create(b, scale, far);
      first = arith::MulIOp::create(b, first, near);
      second = arith::MulIOp::create(b, second, far);
      return arith::AddIOp::create(b, first, second).getResult();
    };
    auto row = [&](Value at) {
      Value first = extract(b, input, at, atX.low);
      Value second = extract(b, input, at, atX.high);
      return mix(arith::ExtSIOp::create(b, type, first),
                 arith::ExtSIOp::create(b, type, second), atX.distance,
                 x.scaleN);
    };
    Value top = row(atY.low);
    return mix(top, row(atY.high), atY.distance, y.scaleN);
  }
};

} // namespace

void rescale::populateResizePatterns(RewritePatternSet &patterns) {
  patterns.add<ResizePattern>(patterns.getContext());
}
