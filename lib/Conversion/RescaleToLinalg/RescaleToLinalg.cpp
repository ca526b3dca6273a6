//===- RescaleToLinalg.cpp - rescale.requantize to linalg.generic ---------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Spreads the parameters of a requantization over constants and tables, and
// puts a rescale.apply that reads them into a linalg.generic.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/RescaleToLinalg/RescaleToLinalg.h"

#include "../GenericUtils.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_CONVERTRESCALETOLINALG
#include "rescale/Conversion/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Staircase;

namespace {

/// One parameter's value for every staircase, and the type of an operand of
/// rescale.apply that holds them all.
struct Column {
  SmallVector<int64_t> values;
  unsigned width;

  bool isUniform() const { return llvm::all_equal(values); }
};

/// The narrowest of `widths` that holds all values, unsigned or two's
/// complement.
Column makeColumn(SmallVector<int64_t> values, ArrayRef<unsigned> widths,
                  bool isUnsigned = false) {
  for (unsigned width : widths.drop_back())
    if (llvm::all_of(values, [&](int64_t value) {
          return isUnsigned ? llvm::isUIntN(width, value)
                            : llvm::isIntN(width, value);
        }))
      return {std::move(values), width};
  return {std::move(values), widths.back()};
}

/// The parameters of an op as columns, with the rounding that makes use of
/// them: constant addends wherever the mode has them, so that none is computed
/// at run time.
struct Parameters {
  Column multiplicands, shifts;
  std::optional<Column> addends, negativeAddends;
  Rounding rounding;

  explicit Parameters(RequantizeOp op);
};

/// Whether the addend of positive differences serves negative ones too: with
/// either, m*d + b < 2^s where d < 0, so that the quotient is at most 0 and the
/// clamp takes what is at most the zero point. This is every ReLU.
static bool clampsNegative(const Staircase &staircase,
                           const ::staircase::Addends &addends) {
  auto limit = ::staircase::Int128(1) << staircase.shift;
  return staircase.multiplicand >= 0 &&
         staircase.clampMin >= staircase.outputZeroPoint &&
         addends.positive < limit && addends.negative < limit;
}

Parameters::Parameters(RequantizeOp op) : rounding(op.getRounding()) {
  SmallVector<int64_t> m, s, positive, negative;
  for (int64_t i = 0, e = op.getNumStaircases(); i < e; ++i) {
    Staircase staircase = op.getStaircase(i);
    ::staircase::Addends addends = getAddends(staircase);
    if (clampsNegative(staircase, addends))
      addends.negative = addends.positive;
    m.push_back(staircase.multiplicand);
    s.push_back(staircase.shift);
    // floor((m*2^k*d + b) / 2^(s+k)) is floor((m*d + floor(b/2^k)) / 2^s), so
    // that powers of two, such as the 2^30 by which TFLite shifts the operands
    // of an addition, need no wide product.
    unsigned common = 0;
    if (rounding != Rounding::HalfEven)
      common = std::min<unsigned>(
          staircase.shift, llvm::countr_zero(uint64_t(staircase.multiplicand)));
    m.back() >>= common;
    s.back() -= common;
    // At most 2^62 + 2^30 where the mode gives them, else 64 bits already.
    positive.push_back(static_cast<int64_t>(addends.positive >> common));
    negative.push_back(static_cast<int64_t>(addends.negative >> common));
  }
  multiplicands = makeColumn(std::move(m), {8, 16, 32}, /*isUnsigned=*/true);
  shifts = makeColumn(std::move(s), {8});
  if (rounding == Rounding::HalfEven) {
    addends = makeColumn(std::move(positive), {8, 16, 32, 64});
    return;
  }
  if (llvm::all_of(positive, [](int64_t b) { return b == 0; }) &&
      positive == negative) {
    rounding = Rounding::Floor;
    return;
  }
  rounding = Rounding::Addend;
  if (positive != negative)
    negativeAddends = makeColumn(std::move(negative), {8, 16, 32, 64});
  addends = makeColumn(std::move(positive), {8, 16, 32, 64});
}

/// Collects the inputs of the generic op, and finds each column's value in its
/// body again: an argument where it is a table, a constant above otherwise.
class Operands {
public:
  Operands(RequantizeOp op, OpBuilder &builder)
      : b(op.getLoc(), builder), rank(op.getInput().getType().getRank()),
        axis(op.getAxis().value_or(0)) {}

  void addInput(Value tensor) {
    inputs.push_back(tensor);
    maps.push_back(b.getMultiDimIdentityMap(rank));
  }
  /// Returns a function from the body's arguments to the column's value.
  std::function<Value(ValueRange)> addColumn(const Column &column) {
    IntegerType type = b.getIntegerType(column.width);
    auto toBits = [&](int64_t value) {
      return APInt(column.width, value, /*isSigned=*/true,
                   /*implicitTrunc=*/true);
    };
    if (column.isUniform()) {
      Value value = arith::ConstantOp::create(
          b, b.getIntegerAttr(type, toBits(column.values.front())));
      return [=](ValueRange) { return value; };
    }
    auto table = RankedTensorType::get(column.values.size(), type);
    auto attr = DenseElementsAttr::get(
        table, llvm::to_vector(llvm::map_range(column.values, toBits)));
    inputs.push_back(arith::ConstantOp::create(b, attr));
    maps.push_back(AffineMap::get(rank, 0, b.getAffineDimExpr(axis)));
    return [index = inputs.size() - 1](ValueRange arguments) {
      return arguments[index];
    };
  }

  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;

private:
  ImplicitLocOpBuilder b;
  int64_t rank;
  int64_t axis;
};

struct LowerRequantize : public OpRewritePattern<RequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RequantizeOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Parameters p(op);
    Operands operands(op, rewriter);
    operands.addInput(op.getInput());
    auto multiplicand = operands.addColumn(p.multiplicands);
    auto shift = operands.addColumn(p.shifts);
    std::function<Value(ValueRange)> addend, negativeAddend;
    SmallVector<int64_t> allAddends;
    for (auto [column, get] : {std::pair(&p.addends, &addend),
                               std::pair(&p.negativeAddends, &negativeAddend)})
      if (*column) {
        *get = operands.addColumn(**column);
        llvm::append_range(allAddends, (*column)->values);
      }

    auto type = cast<RankedTensorType>(op.getResult().getType());
    Value empty = createEmpty(rewriter, loc, type, op.getInput());
    operands.maps.push_back(rewriter.getMultiDimIdentityMap(type.getRank()));
    SmallVector<utils::IteratorType> iterators(type.getRank(),
                                               utils::IteratorType::parallel);
    uint64_t largest = *llvm::max_element(p.multiplicands.values);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, operands.inputs, empty, operands.maps, iterators,
        [&](OpBuilder &b, Location loc, ValueRange arguments) {
          unsigned bits = ::staircase::getMagnitudeBits(largest);
          auto apply = ApplyOp::create(
              b, loc, type.getElementType(), arguments.front(),
              multiplicand(arguments), addend ? addend(arguments) : Value(),
              negativeAddend ? negativeAddend(arguments) : Value(),
              shift(arguments), RoundingAttr::get(b.getContext(), p.rounding),
              op.getInputZeroPointAttr(), op.getZeroPointAttr(),
              op.getClampAttr(), op.getUnsignedInputAttr(),
              bits == p.multiplicands.width ? b.getUnitAttr() : UnitAttr(),
              op.getUnsignedResultAttr(), b.getI64IntegerAttr(bits),
              getRange(b, p.shifts.values), /*input_range=*/nullptr,
              addend ? getRange(b, allAddends) : nullptr);
          linalg::YieldOp::create(b, loc, apply.getResult());
        });
    return success();
  }
};

struct ConvertRescaleToLinalgPass
    : public rescale::impl::ConvertRescaleToLinalgBase<
          ConvertRescaleToLinalgPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateRescaleToLinalgPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void mlir::rescale::populateRescaleToLinalgPatterns(
    RewritePatternSet &patterns) {
  patterns.add<LowerRequantize>(patterns.getContext());
}
