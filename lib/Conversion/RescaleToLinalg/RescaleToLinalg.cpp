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
#include "ChooseForm.h"
#include "Tables.h"
#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_CONVERTRESCALETOLINALG
#include "rescale/Conversion/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::Interval;

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

/// The tables of an op as columns.
struct Parameters {
  Column multiplicands, shifts;
  std::optional<Column> addends, negativeAddends;

  explicit Parameters(const Tables &tables);
};

Parameters::Parameters(const Tables &tables) {
  SmallVector<int64_t> m, s, positive, negative;
  for (const Line &line : tables.lines) {
    m.push_back(static_cast<int64_t>(line.multiplicand));
    s.push_back(line.shift);
    positive.push_back(static_cast<int64_t>(line.addend));
    negative.push_back(static_cast<int64_t>(line.negativeAddend));
  }
  multiplicands = makeColumn(std::move(m), {8, 16, 32}, /*isUnsigned=*/true);
  shifts = makeColumn(std::move(s), {8});
  if (tables.rounding == Rounding::Floor)
    return;
  if (tables.rounding == Rounding::Addend && positive != negative)
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

/// The accumulator in its window; an end that its type has needs nothing.
Value clampInput(OpBuilder &b, Location loc, Value input,
                 const std::optional<Interval> &window) {
  if (!window)
    return input;
  auto type = cast<IntegerType>(input.getType());
  Interval all = getInterval(::staircase::IntegerFormat{type.getWidth()});
  auto constant = [&](Int128 value) {
    return arith::ConstantOp::create(
        b, loc, b.getIntegerAttr(type, static_cast<int64_t>(value)));
  };
  if (window->low > all.low)
    input = arith::MaxSIOp::create(b, loc, input, constant(window->low));
  if (window->high < all.high)
    input = arith::MinSIOp::create(b, loc, input, constant(window->high));
  return input;
}

/// What computes `op` of `input`.
linalg::GenericOp createGeneric(OpBuilder &builder, RequantizeOp op,
                                Value input, const Tables &tables) {
  Location loc = op.getLoc();
  Parameters p(tables);
  Operands operands(op, builder);
  operands.addInput(input);
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
  Value empty = createEmpty(builder, loc, type, input);
  operands.maps.push_back(builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  uint64_t largest = *llvm::max_element(p.multiplicands.values);
  auto getPromise =
      [&](const std::optional<Interval> &range) -> DenseI64ArrayAttr {
    if (!range)
      return {};
    return builder.getDenseI64ArrayAttr(
        {static_cast<int64_t>(range->low), static_cast<int64_t>(range->high)});
  };
  return linalg::GenericOp::create(
      builder, loc, type, operands.inputs, empty, operands.maps, iterators,
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        unsigned bits = ::staircase::getMagnitudeBits(largest);
        auto apply = ApplyOp::create(
            b, loc, type.getElementType(),
            clampInput(b, loc, arguments.front(), tables.window),
            multiplicand(arguments), addend ? addend(arguments) : Value(),
            negativeAddend ? negativeAddend(arguments) : Value(),
            shift(arguments),
            RoundingAttr::get(b.getContext(), tables.rounding),
            op.getInputZeroPointAttr(), b.getI64IntegerAttr(tables.zeroPoint),
            op.getClampAttr(), op.getUnsignedInputAttr(),
            bits == p.multiplicands.width ? b.getUnitAttr() : UnitAttr(),
            op.getUnsignedResultAttr(), b.getI64IntegerAttr(bits),
            getRange(b, p.shifts.values), getPromise(tables.input),
            addend ? getRange(b, allAddends) : nullptr,
            b.getI64IntegerAttr(tables.addendShift),
            tables.addendHalf ? b.getUnitAttr() : UnitAttr(),
            getPromise(tables.sums),
            tables.rung ? RungAttr::get(b.getContext(), *tables.rung)
                        : nullptr);
        linalg::YieldOp::create(b, loc, apply.getResult());
      });
}

/// The parameters of `op` in the form that has been chosen.
Tables getTables(RequantizeOp op, const RequantizeInputs &inputs,
                 const RequantizeForms &forms) {
  if (auto form = forms.find(op); form != forms.end())
    return Tables(op, form->second.form);
  auto proved = inputs.find(op);
  return Tables(op, proved != inputs.end() ? proved->second
                                           : getInterval(op.getInputFormat()));
}

struct LowerRequantize : public OpRewritePattern<RequantizeOp> {
  LowerRequantize(MLIRContext *context, RequantizeInputs inputs,
                  RequantizeForms forms, bool keepCertificates)
      : OpRewritePattern(context), inputs(std::move(inputs)),
        forms(std::move(forms)), keepCertificates(keepCertificates) {}

  LogicalResult matchAndRewrite(RequantizeOp op,
                                PatternRewriter &rewriter) const override {
    linalg::GenericOp generic = createGeneric(rewriter, op, op.getInput(),
                                              getTables(op, inputs, forms));
    Attribute certificate = op->getAttr(kCertificateAttrName);
    if (keepCertificates && certificate)
      generic->setAttr(kCertificateAttrName, certificate);
    rewriter.replaceOp(op, generic);
    return success();
  }

private:
  RequantizeInputs inputs;
  RequantizeForms forms;
  bool keepCertificates;
};

struct ConvertRescaleToLinalgPass
    : public rescale::impl::ConvertRescaleToLinalgBase<
          ConvertRescaleToLinalgPass> {
  using ConvertRescaleToLinalgBase::ConvertRescaleToLinalgBase;

  void runOnOperation() override {
    FailureOr<std::optional<RungRequest>> request =
        parseRungRequest(getOperation()->getLoc(), rung);
    if (failed(request))
      return signalPassFailure();
    FailureOr<ProvedRanges> ranges = ProvedRanges::compute(getOperation());
    if (failed(ranges))
      return signalPassFailure();
    FailureOr<RequantizeForms> forms =
        chooseForms(getOperation(), *ranges, target, *request);
    if (failed(forms))
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    populateRescaleToLinalgPatterns(patterns,
                                    proveInputs(getOperation(), *ranges),
                                    std::move(*forms), keepCertificates);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

RequantizeInputs mlir::rescale::proveInputs(Operation *top,
                                            const ProvedRanges &ranges) {
  RequantizeInputs inputs;
  top->walk([&](RequantizeOp op) {
    Interval hull = getHullOfAll(ranges.getAccumulators(op));
    // All values of 64 unsigned bits have no form as a promise.
    if (hull.fits(64))
      inputs.try_emplace(op, hull);
  });
  return inputs;
}

FailureOr<std::optional<RungRequest>>
mlir::rescale::parseRungRequest(Location loc, StringRef text) {
  if (text.empty())
    return std::optional<RungRequest>();
  StringRef name = text;
  bool mayFallBack = name.consume_back(",fallback");
  if (std::optional<Rung> rung = symbolizeRung(name))
    return std::optional(RungRequest{*rung, mayFallBack});
  return emitError(loc)
         << "requires a rung of multiply_32, two_limbs, estimate, "
            "multiply_high, rounding_high, rounding_high_16 and multiply_64, "
            "with or without ',fallback', got '"
         << text << "'; choose one of them";
}

/// Why an op is not computed in the rung that was asked for.
static void emitFallback(RequantizeOp op, Rung rung, StringRef miss) {
  auto remark =
      remark::missed(op.getLoc(), remark::RemarkOpts::name("not-exact")
                                      .category("convert-rescale-to-linalg"));
  if (!remark)
    return;
  remark << remark::metric("Rung", stringifyRung(rung))
         << remark::reason("requires {0}", miss);
}

FailureOr<RequantizeForms>
mlir::rescale::chooseForms(Operation *top, const ProvedRanges &ranges,
                           StringRef target,
                           std::optional<RungRequest> request) {
  RequantizeForms forms;
  std::optional<TargetFields> preset = getProcessor(target);
  // All errors at once: one op says little about the others.
  bool fails = false;
  top->walk([&](RequantizeOp op) {
    TargetAttr own = getTarget(op);
    std::optional<TargetFields> fields = preset;
    if (own && own.getFields().hasCosts())
      fields = own.getFields();
    if (!fields && !request)
      return;
    SmallVector<Interval> accumulators = ranges.getAccumulators(op);
    std::optional<PricedForm> form;
    std::string miss;
    if (request) {
      form = chooseForm(op, accumulators, fields.value_or(TargetFields()),
                        request->rung, miss);
      if (!form && !request->mayFallBack) {
        fails = true;
        op.emitOpError() << "requires " << miss << " for the rung "
                         << stringifyRung(request->rung)
                         << "; append ,fallback to it, or leave the rung out";
        return;
      }
      if (!form)
        emitFallback(op, request->rung, miss);
    }
    if (!form && fields)
      form = chooseForm(op, accumulators, *fields, /*forced=*/{}, miss);
    if (form)
      forms.try_emplace(op, std::move(*form));
  });
  if (fails)
    return failure();
  return forms;
}

void mlir::rescale::visitApplies(
    Operation *top, const RequantizeInputs &inputs,
    const RequantizeForms &forms,
    function_ref<void(RequantizeOp, ApplyOp)> visit) {
  top->walk([&](RequantizeOp op) {
    Block block;
    Value input = block.addArgument(op.getInput().getType(), op.getLoc());
    OpBuilder builder(op.getContext());
    builder.setInsertionPointToEnd(&block);
    createGeneric(builder, op, input, getTables(op, inputs, forms))
        .walk([&](ApplyOp apply) { visit(op, apply); });
  });
}

void mlir::rescale::populateRescaleToLinalgPatterns(RewritePatternSet &patterns,
                                                    RequantizeInputs inputs,
                                                    RequantizeForms forms,
                                                    bool keepCertificates) {
  patterns.add<LowerRequantize>(patterns.getContext(), std::move(inputs),
                                std::move(forms), keepCertificates);
}
