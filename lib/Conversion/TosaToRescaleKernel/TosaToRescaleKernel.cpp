//===- TosaToRescaleKernel.cpp - TOSA's accumulating ops to kernels -------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constants become attributes, zero points of weights part of the weights. The
// epilogue of the new op gives the accumulator that TOSA gives; fusion makes
// more of it.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/TosaToRescaleKernel/TosaToRescaleKernel.h"

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"
#include "rescale/Support/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/ADT/StringExtras.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_CONVERTTOSATORESCALEKERNEL
#include "rescale/Conversion/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using kernel::PoolKind;

/// Tells why an op has no kernel, and fails.
static LogicalResult skip(Operation *op, StringRef reason) {
  remark::missed(op->getLoc(), remark::RemarkOpts::name("no-kernel")
                                   .category("convert-tosa-to-rescale-kernel"))
      << remark::reason("left to linalg: {0}", reason);
  return failure();
}

static DenseIntElementsAttr getDense(ArrayRef<int64_t> shape, unsigned width,
                                     ArrayRef<int64_t> values, OpBuilder &b) {
  auto type = RankedTensorType::get(shape, b.getIntegerType(width));
  return cast<DenseIntElementsAttr>(DenseElementsAttr::get(
      type, llvm::map_to_vector(values, [&](int64_t value) {
        return APInt(width, value, /*isSigned=*/true);
      })));
}

/// Whether a kernel can load the elements of `value`.
static bool isCode(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && kernel::hasElements(type) &&
         (type.getElementType().isSignlessInteger(8) ||
          type.getElementType().isSignlessInteger(16));
}

/// Whether a kernel can have `result`.
static bool isStatic(Value result) {
  auto type = dyn_cast<RankedTensorType>(result.getType());
  return type && type.hasStaticShape() && kernel::hasElements(type);
}

static Value createInit(ImplicitLocOpBuilder &b, Value result) {
  auto type = cast<RankedTensorType>(result.getType());
  return tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
}

/// Fills `epilogue` with what gives `type` from an accumulator of
/// `accumulator`.
static void
createEpilogue(ImplicitLocOpBuilder &b, Region &epilogue, Type accumulator,
               function_ref<Value(ImplicitLocOpBuilder &, Value)> create) {
  OpBuilder::InsertionGuard guard(b);
  Block *block = b.createBlock(&epilogue, {}, accumulator, b.getLoc());
  kernel::YieldOp::create(b, create(b, block->getArgument(0)));
}

/// The epilogue of a sum: TOSA's accumulators of 48 bits are computed in 64.
static void createSumEpilogue(ImplicitLocOpBuilder &b, Region &epilogue,
                              Type accumulator, Value result) {
  Type element = getElementTypeOrSelf(result);
  createEpilogue(b, epilogue, accumulator,
                 [&](ImplicitLocOpBuilder &b, Value sum) -> Value {
                   if (element == accumulator)
                     return sum;
                   return arith::TruncIOp::create(b, element, sum);
                 });
}

/// The type in which a sum for `result` is computed, or null where TOSA gives
/// something that is none.
static IntegerType getAccumulatorType(Value result) {
  Type element = getElementTypeOrSelf(result);
  if (element.isSignlessInteger(32))
    return cast<IntegerType>(element);
  if (element.isSignlessInteger(48))
    return IntegerType::get(result.getContext(), 64);
  return {};
}

namespace {

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

/// The constants of a convolution.
struct Convolution {
  DenseIntElementsAttr weights, bias;
  IntegerAttr inputZeroPoint;
  IntegerType accumulator;
};

template <typename TosaOp>
FailureOr<Convolution> getConvolution(TosaOp op, OpBuilder &b) {
  IntegerType accumulator = getAccumulatorType(op.getResult());
  if (!accumulator || !isCode(op.getInput()) || !isStatic(op.getResult()))
    return skip(op, "not on static shapes of i8 or i16");
  std::optional<SmallVector<int64_t>> weights =
      getConstantIntegers(op.getWeight());
  std::optional<SmallVector<int64_t>> bias = getConstantIntegers(op.getBias());
  FailureOr<int64_t> inputZeroPoint = op.getInputZeroPoint();
  FailureOr<int64_t> weightZeroPoint = op.getWeightZeroPoint();
  if (!weights || !bias || failed(inputZeroPoint) || failed(weightZeroPoint))
    return skip(op, "weights, biases or zero points known at run time only");

  for (int64_t &weight : *weights)
    weight -= *weightZeroPoint;
  auto fit = [&](unsigned width) {
    return llvm::all_of(*weights,
                        [&](int64_t w) { return llvm::isIntN(width, w); });
  };
  if (!fit(16))
    return skip(op, "weights of more than 16 bits");
  // TOSA broadcasts a bias of one element.
  if (bias->size() == 1)
    bias->resize(op.getType().getDimSize(3), bias->front());
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(op.getWeight().getType()).getShape();
  return Convolution{getDense(shape, fit(8) ? 8 : 16, *weights, b),
                     getDense(bias->size(), accumulator.getWidth(), *bias, b),
                     b.getI64IntegerAttr(*inputZeroPoint), accumulator};
}

template <typename TosaOp, typename KernelOp>
struct ConvertConvolution : public OpRewritePattern<TosaOp> {
  using OpRewritePattern<TosaOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(TosaOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<Convolution> convolution = getConvolution(op, rewriter);
    if (failed(convolution))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto created = KernelOp::create(
        b, op.getType(), op.getInput(), /*epilogue_inputs=*/ValueRange(),
        createInit(b, op.getResult()), convolution->weights, convolution->bias,
        op.getStrideAttr(), op.getPadAttr(), op.getDilationAttr(),
        convolution->inputZeroPoint, /*epilogue_maps=*/b.getArrayAttr({}));
    createSumEpilogue(b, created.getEpilogue(), convolution->accumulator,
                      op.getResult());
    rewriter.replaceOp(op, created);
    return success();
  }
};

struct ConvertTransposeConv : public OpRewritePattern<tosa::TransposeConv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::TransposeConv2DOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<Convolution> convolution = getConvolution(op, rewriter);
    if (failed(convolution))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto created = kernel::TransposeConv2DOp::create(
        b, op.getType(), op.getInput(), /*epilogue_inputs=*/ValueRange(),
        createInit(b, op.getResult()), convolution->weights, convolution->bias,
        op.getStrideAttr(), op.getOutPadAttr(), convolution->inputZeroPoint,
        /*epilogue_maps=*/b.getArrayAttr({}));
    createSumEpilogue(b, created.getEpilogue(), convolution->accumulator,
                      op.getResult());
    rewriter.replaceOp(op, created);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

struct ConvertMatmul : public OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    IntegerType accumulator = getAccumulatorType(op.getResult());
    if (!accumulator || !isCode(op.getA()) || !isCode(op.getB()) ||
        !isStatic(op.getResult()))
      return skip(op, "not on static shapes of i8 or i16");
    FailureOr<int64_t> lhsZeroPoint = op.getAZeroPoint();
    FailureOr<int64_t> rhsZeroPoint = op.getBZeroPoint();
    if (failed(lhsZeroPoint) || failed(rhsZeroPoint))
      return skip(op, "zero points known at run time only");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto created = kernel::MatmulOp::create(
        b, op.getType(), op.getA(), op.getB(),
        /*epilogue_inputs=*/ValueRange(), createInit(b, op.getResult()),
        b.getI64IntegerAttr(*lhsZeroPoint), b.getI64IntegerAttr(*rhsZeroPoint),
        /*epilogue_maps=*/b.getArrayAttr({}));
    createSumEpilogue(b, created.getEpilogue(), accumulator, op.getResult());
    rewriter.replaceOp(op, created);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

struct ConvertMaxPool : public OpRewritePattern<tosa::MaxPool2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::MaxPool2dOp op,
                                PatternRewriter &rewriter) const override {
    if (!isCode(op.getInput()) || !isStatic(op.getResult()))
      return skip(op, "not on static shapes of i8 or i16");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto created = kernel::Pool2DOp::create(
        b, TypeRange(op.getType()),
        kernel::PoolKindAttr::get(b.getContext(), PoolKind::Max), op.getInput(),
        /*epilogue_inputs=*/ValueRange(), createInit(b, op.getResult()),
        op.getKernelAttr(), op.getStrideAttr(), op.getPadAttr(),
        /*input_zero_point=*/b.getI64IntegerAttr(0),
        /*epilogue_maps=*/b.getArrayAttr({}));
    createEpilogue(b, created.getEpilogue(), getElementTypeOrSelf(op.getType()),
                   [](ImplicitLocOpBuilder &, Value max) { return max; });
    rewriter.replaceOp(op, created);
    return success();
  }
};

struct ConvertAveragePool : public OpRewritePattern<tosa::AvgPool2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tosa::AvgPool2dOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> inputZeroPoint = op.getInputZeroPoint();
    FailureOr<int64_t> outputZeroPoint = op.getOutputZeroPoint();
    if (!isCode(op.getInput()) || !isStatic(op.getResult()))
      return skip(op, "not on static shapes of i8 or i16");
    if (failed(inputZeroPoint) || failed(outputZeroPoint))
      return skip(op, "zero points known at run time only");
    if (!kernel::Pool2DOp::fitsSum(cast<ShapedType>(op.getInput().getType()),
                                   op.getKernel(), *inputZeroPoint))
      return skip(op, "sums of more than 32 bits");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto created = kernel::Pool2DOp::create(
        b, TypeRange(op.getType()),
        kernel::PoolKindAttr::get(b.getContext(), PoolKind::Average),
        op.getInput(),
        /*epilogue_inputs=*/ValueRange(), createInit(b, op.getResult()),
        op.getKernelAttr(), op.getStrideAttr(), op.getPadAttr(),
        b.getI64IntegerAttr(*inputZeroPoint),
        /*epilogue_maps=*/b.getArrayAttr({}));
    createEpilogue(b, created.getEpilogue(), b.getI32Type(),
                   [&](ImplicitLocOpBuilder &b, Value average) {
                     return addZeroPoint(b, average, *outputZeroPoint,
                                         getElementTypeOrSelf(op.getType()));
                   });
    rewriter.replaceOp(op, created);
    return success();
  }

private:
  static Value addZeroPoint(ImplicitLocOpBuilder &b, Value average,
                            int64_t zeroPoint, Type type) {
    unsigned width = type.getIntOrFloatBitWidth();
    auto getConstant = [&](int64_t value) -> Value {
      return arith::ConstantIntOp::create(b, b.getI32Type(), value);
    };
    Value code = arith::AddIOp::create(b, average, getConstant(zeroPoint));
    code = arith::MaxSIOp::create(b, code, getConstant(llvm::minIntN(width)));
    code = arith::MinSIOp::create(b, code, getConstant(llvm::maxIntN(width)));
    return arith::TruncIOp::create(b, type, code);
  }
};

struct ConvertTosaToRescaleKernelPass
    : public rescale::impl::ConvertTosaToRescaleKernelBase<
          ConvertTosaToRescaleKernelPass> {
  using ConvertTosaToRescaleKernelBase::ConvertTosaToRescaleKernelBase;

  void runOnOperation() override {
    FailureOr<SmallVector<Operation *>> chosen = choose();
    if (failed(chosen))
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    populateTosaToRescaleKernelPatterns(patterns);
    FrozenRewritePatternSet frozen(std::move(patterns));
    for (Operation *op : *chosen)
      walkAndApplyPatterns(op, frozen);
  }

private:
  /// The operations to convert in: this one, or the functions with the names.
  FailureOr<SmallVector<Operation *>> choose() {
    Operation *root = getOperation();
    if (functions.empty())
      return SmallVector<Operation *>{root};
    // A function does not see its neighbours.
    if (!root->hasTrait<OpTrait::SymbolTable>())
      return root->emitOpError() << "requires a module to choose functions in, "
                                    "got one operation of it; run the pass "
                                    "with functions= on the module";
    SmallVector<Operation *> chosen;
    SmallVector<StringRef> there;
    for (auto function : root->getRegion(0).getOps<FunctionOpInterface>())
      there.push_back(function.getName());
    for (StringRef name : functions) {
      Operation *op = SymbolTable::lookupSymbolIn(root, name);
      if (!isa_and_present<FunctionOpInterface>(op))
        return root->emitOpError()
               << "requires functions= to name functions of the module, got '"
               << name << "'; there "
               << (there.empty() ? "are none"
                                 : "are " + llvm::join(there, ", "));
      chosen.push_back(op);
    }
    return chosen;
  }
};

} // namespace

void mlir::rescale::populateTosaToRescaleKernelPatterns(
    RewritePatternSet &patterns) {
  patterns.add<
      ConvertConvolution<tosa::Conv2DOp, kernel::Conv2DOp>,
      ConvertConvolution<tosa::DepthwiseConv2DOp, kernel::DepthwiseConv2DOp>,
      ConvertTransposeConv, ConvertMatmul, ConvertMaxPool, ConvertAveragePool>(
      patterns.getContext());
}
