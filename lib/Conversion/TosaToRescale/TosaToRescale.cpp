//===- TosaToRescale.cpp - TOSA's rescaling to the rescale dialect --------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constant parameters become the attributes of a rescale.requantize; where one
// is known at run time only, a linalg.generic around rescale.apply reads it.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/TosaToRescale/TosaToRescale.h"

#include "../GenericUtils.h"
#include "TosaParameters.h"
#include "rescale/Dialect/Rescale/IR/Certificate.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

#include <algorithm>

namespace mlir::rescale {
#define GEN_PASS_DEF_CONVERTTOSATORESCALE
#include "rescale/Conversion/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::IntegerFormat;

/// INEXACT_ROUND leaves the choice of the rounding open, so exact single
/// rounding is a choice too.
static Rounding getRounding(tosa::RoundingMode mode) {
  return mode == tosa::RoundingMode::DOUBLE_ROUND ? Rounding::Double
                                                  : Rounding::HalfUp;
}

static unsigned getMagnitudeBits(ArrayRef<int64_t> values) {
  return ::staircase::getMagnitudeBits(*llvm::max_element(values));
}

namespace {

//===----------------------------------------------------------------------===//
// tosa.rescale
//===----------------------------------------------------------------------===//

/// With constant parameters: the op says it all in attributes.
Value createRequantize(tosa::RescaleOp op, const TosaParameters &p,
                       RankedTensorType type, PatternRewriter &rewriter) {
  // TOSA's ports are signed, so that they hold one bit less than their width.
  auto port = IntegerType::get(op.getContext(), op.getScale32() ? 32 : 16,
                               IntegerType::Signed);
  auto multiplicands = llvm::map_to_vector(
      *p.multipliers, [&](int64_t m) { return APInt(port.getWidth(), m); });
  auto listType = RankedTensorType::get(multiplicands.size(), port);
  SmallVector<int8_t> shifts(p.shifts->begin(), p.shifts->end());
  IntegerAttr axis = op.getPerChannel()
                         ? rewriter.getI64IntegerAttr(type.getRank() - 1)
                         : nullptr;
  auto getUnit = [&](bool flag) {
    return flag ? rewriter.getUnitAttr() : UnitAttr();
  };
  return RequantizeOp::create(
      rewriter, op.getLoc(), type, op.getInput(),
      cast<DenseIntElementsAttr>(
          DenseElementsAttr::get(listType, multiplicands)),
      rewriter.getDenseI8ArrayAttr(shifts), axis,
      RoundingAttr::get(op.getContext(), getRounding(op.getRoundingMode())),
      /*addends=*/nullptr, /*negative_addends=*/nullptr,
      rewriter.getI64IntegerAttr(*p.inputZeroPoint),
      rewriter.getI64IntegerAttr(*p.outputZeroPoint), /*clamp=*/nullptr,
      getUnit(op.getInputUnsigned()), getUnit(op.getOutputUnsigned()));
}

/// With run-time parameters: a linalg.generic around rescale.apply. The zero
/// points of rescale.apply are attributes, so run-time ones are subtracted from
/// the input and added to the result.
class GenericBuilder {
public:
  GenericBuilder(tosa::RescaleOp op, const TosaParameters &p,
                 RankedTensorType type, OpBuilder &builder)
      : op(op), p(p), type(type), b(op.getLoc(), builder),
        input{getElementTypeOrSelf(op.getInput()).getIntOrFloatBitWidth(),
              op.getInputUnsigned()},
        output{type.getElementTypeBitWidth(), op.getOutputUnsigned()} {}

  Value create();

private:
  Value extractScalar(Value list) {
    Value zero = arith::ConstantIndexOp::create(b, 0);
    return tensor::ExtractOp::create(b, list, zero);
  }
  Value extend(ImplicitLocOpBuilder &b, Value value, IntegerFormat format,
               unsigned width) {
    if (format.width == width)
      return value;
    Type wide = b.getIntegerType(width);
    if (format.isUnsigned)
      return arith::ExtUIOp::create(b, wide, value);
    return arith::ExtSIOp::create(b, wide, value);
  }
  Value createBody(ImplicitLocOpBuilder &b, Value x, Value multiplier,
                   Value shift);
  Value addZeroPoint(ImplicitLocOpBuilder &b, Value quotient);

  tosa::RescaleOp op;
  const TosaParameters &p;
  RankedTensorType type;
  ImplicitLocOpBuilder b;
  IntegerFormat input, output;
  /// Where they are not constant.
  Value inputZeroPoint, outputZeroPoint;
};

Value GenericBuilder::create() {
  int64_t rank = type.getRank();
  SmallVector<Value> inputs = {op.getInput()};
  SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(rank)};
  Value multiplier, shift;
  if (op.getPerChannel()) {
    inputs.append({op.getMultiplier(), op.getShift()});
    maps.append(2, AffineMap::get(rank, 0, b.getAffineDimExpr(rank - 1)));
  } else {
    multiplier = extractScalar(op.getMultiplier());
    shift = extractScalar(op.getShift());
  }
  if (!p.inputZeroPoint)
    inputZeroPoint = extractScalar(op.getInputZp());
  if (!p.outputZeroPoint)
    outputZeroPoint = extractScalar(op.getOutputZp());
  Value empty = createEmpty(b, b.getLoc(), type, op.getInput());
  maps.push_back(b.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b, type, inputs, empty, maps, iterators,
      [&](OpBuilder &builder, Location loc, ValueRange args) {
        ImplicitLocOpBuilder b(loc, builder);
        bool isPerChannel = op.getPerChannel();
        Value code = createBody(b, args[0], isPerChannel ? args[1] : multiplier,
                                isPerChannel ? args[2] : shift);
        linalg::YieldOp::create(b, code);
      });
  return generic.getResult(0);
}

Value GenericBuilder::createBody(ImplicitLocOpBuilder &b, Value x,
                                 Value multiplier, Value shift) {
  bool isInputUnsigned = input.isUnsigned;
  DenseI64ArrayAttr inputRange;
  if (inputZeroPoint) {
    // The difference of two values of up to 48 bits has at most 49.
    unsigned width = input.width <= 16 ? 32 : 64;
    x = arith::SubIOp::create(b, extend(b, x, input, width),
                              extend(b, inputZeroPoint, input, width));
    isInputUnsigned = false;
    int64_t size = static_cast<int64_t>(input.max() - input.min());
    inputRange = b.getDenseI64ArrayAttr({-size, size});
  }
  Type resultType = type.getElementType();
  bool isResultUnsigned = output.isUnsigned;
  DenseI64ArrayAttr clamp;
  if (outputZeroPoint) {
    resultType = b.getI32Type();
    isResultUnsigned = false;
    // Room for a zero point of up to 16 bits; what is cut off lies beyond every
    // code of as many bits anyway.
    if (output.width <= 16)
      clamp = b.getDenseI64ArrayAttr({-(1 << 30), (1 << 30) - 1});
  }
  auto getUnit = [&](bool flag) { return flag ? b.getUnitAttr() : UnitAttr(); };
  int64_t multiplicandBits = op.getScale32() ? 31 : 15;
  if (p.multipliers)
    multiplicandBits = getMagnitudeBits(*p.multipliers);
  Value code = ApplyOp::create(
      b, resultType, x, multiplier, /*addend=*/Value(),
      /*negative_addend=*/Value(), shift,
      RoundingAttr::get(b.getContext(), getRounding(op.getRoundingMode())),
      b.getI64IntegerAttr(p.inputZeroPoint.value_or(0)),
      b.getI64IntegerAttr(p.outputZeroPoint.value_or(0)), clamp,
      getUnit(isInputUnsigned), /*unsigned_multiplicand=*/nullptr,
      getUnit(isResultUnsigned), b.getI64IntegerAttr(multiplicandBits),
      p.shifts ? getRange(b, *p.shifts) : b.getDenseI64ArrayAttr({2, 62}),
      inputRange, /*addend_range=*/nullptr, /*addend_shift=*/nullptr,
      /*addend_half=*/nullptr, /*sum_range=*/nullptr, /*rung=*/nullptr);
  return outputZeroPoint ? addZeroPoint(b, code) : code;
}

Value GenericBuilder::addZeroPoint(ImplicitLocOpBuilder &b, Value quotient) {
  unsigned width = output.width <= 16 ? 32 : 64;
  auto getConstant = [&](int64_t value) {
    return arith::ConstantIntOp::create(b, value, width);
  };
  Value sum = arith::AddIOp::create(b, extend(b, quotient, {32, false}, width),
                                    extend(b, outputZeroPoint, output, width));
  sum = arith::MaxSIOp::create(b, sum, getConstant(output.min()));
  sum = arith::MinSIOp::create(b, sum, getConstant(output.max()));
  return arith::TruncIOp::create(b, type.getElementType(), sum);
}

struct ConvertRescale : public OpRewritePattern<tosa::RescaleOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::RescaleOp op,
                                PatternRewriter &rewriter) const override {
    llvm::Expected<TosaParameters> p = readParameters(op);
    if (!p)
      return rewriter.notifyMatchFailure(op, toString(p.takeError()));
    auto type = cast<RankedTensorType>(op.getType());
    rewriter.replaceOp(
        op, p->isConstant() ? createRequantize(op, *p, type, rewriter)
                            : GenericBuilder(op, *p, type, rewriter).create());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// tosa.clamp
//===----------------------------------------------------------------------===//

/// A clamp behind a requantization becomes part of it: clampB(clampA(v)) is v
/// within clampB of clampA's bounds, for any two intervals.
struct FoldClamp : public OpRewritePattern<tosa::ClampOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ClampOp op,
                                PatternRewriter &rewriter) const override {
    auto producer = op.getInput().getDefiningOp<RequantizeOp>();
    if (!producer)
      return failure();
    auto leave = [&](const char *reason) {
      remark::missed(op.getLoc(), remark::RemarkOpts::name("clamp-not-folded")
                                      .category("convert-tosa-to-rescale"))
          << remark::reason(reason);
      return failure();
    };
    if (!producer->hasOneUse())
      return leave("the result of the requantization has another user");
    if (producer.getUnsignedResult())
      return leave("the requantization gives unsigned codes and the clamp "
                   "compares signed ones");
    if (producer.getType() != op.getType())
      return leave("the clamp changes the static shape");
    if (!isExact(producer))
      return leave("the certificate of the requantization has differences, or "
                   "is observed");
    int64_t low = cast<IntegerAttr>(op.getMinVal()).getInt();
    int64_t high = cast<IntegerAttr>(op.getMaxVal()).getInt();
    ::staircase::Staircase s = producer.getStaircase(0);
    int64_t bounds[] = {std::clamp(s.clampMin, low, high),
                        std::clamp(s.clampMax, low, high)};
    rewriter.modifyOpInPlace(producer, [&] {
      producer.setClampAttr(rewriter.getDenseI64ArrayAttr(bounds));
      producer->removeDiscardableAttr(kCertificateAttrName);
      producer->setLoc(rewriter.getFusedLoc({producer.getLoc(), op.getLoc()}));
    });
    rewriter.replaceOp(op, producer);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// tosa.apply_scale
//===----------------------------------------------------------------------===//

/// Upstream lowers tosa.mul to tosa.apply_scale too, where the multiplier may
/// be negative and the shift 0 or 1, so only constants license a promise.
struct ConvertApplyScale : public OpRewritePattern<tosa::ApplyScaleOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::ApplyScaleOp op,
                                PatternRewriter &rewriter) const override {
    llvm::Expected<TosaParameters> p = readParameters(op);
    if (!p)
      return rewriter.notifyMatchFailure(op, toString(p.takeError()));
    IntegerAttr multiplicandBits;
    if (p->multipliers && *llvm::min_element(*p->multipliers) >= 0)
      multiplicandBits =
          rewriter.getI64IntegerAttr(getMagnitudeBits(*p->multipliers));
    // Both ops take scalars among vectors, but ours not as the input.
    Value value = op.getValue();
    auto type = dyn_cast<VectorType>(op.getType());
    if (type && !isa<VectorType>(value.getType()))
      value = vector::BroadcastOp::create(rewriter, op.getLoc(),
                                          type.clone(value.getType()), value);
    rewriter.replaceOpWithNewOp<ApplyOp>(
        op, op.getType(), value, op.getMultiplier(), /*addend=*/Value(),
        /*negative_addend=*/Value(), op.getShift(),
        RoundingAttr::get(op.getContext(), getRounding(op.getRoundingMode())),
        /*input_zero_point=*/rewriter.getI64IntegerAttr(0),
        /*zero_point=*/rewriter.getI64IntegerAttr(0), /*clamp=*/nullptr,
        /*unsigned_input=*/nullptr, /*unsigned_multiplicand=*/nullptr,
        /*unsigned_result=*/nullptr, multiplicandBits,
        p->shifts ? getRange(rewriter, *p->shifts) : nullptr,
        /*input_range=*/nullptr, /*addend_range=*/nullptr,
        /*addend_shift=*/nullptr, /*addend_half=*/nullptr,
        /*sum_range=*/nullptr, /*rung=*/nullptr);
    return success();
  }
};

struct ConvertTosaToRescalePass
    : public rescale::impl::ConvertTosaToRescaleBase<ConvertTosaToRescalePass> {
  void runOnOperation() override {
    if (failed(verifyTosaRescales(getOperation())))
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    populateTosaToRescalePatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void mlir::rescale::populateTosaToRescalePatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertRescale, FoldClamp, ConvertApplyScale>(
      patterns.getContext());
}

LogicalResult mlir::rescale::verifyTosaRescales(Operation *root) {
  LogicalResult result = success();
  auto verify = [&](auto op) {
    llvm::Expected<TosaParameters> p = readParameters(op);
    if (!p)
      result = op.emitOpError() << toString(p.takeError());
  };
  root->walk([&](Operation *op) {
    if (auto rescale = dyn_cast<tosa::RescaleOp>(op))
      verify(rescale);
    else if (auto applyScale = dyn_cast<tosa::ApplyScaleOp>(op))
      verify(applyScale);
  });
  return result;
}
