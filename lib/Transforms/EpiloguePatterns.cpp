//===- EpiloguePatterns.cpp - What becomes part of a kernel ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream fuses elementwise operations on tensors; here the same is done for
// the epilogue of a kernel, where upstream's fusion does not look.
//
//===----------------------------------------------------------------------===//

#include "EpiloguePatterns.h"

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::rescale;
using kernel::KernelOpInterface;

/// The last kernel of those that compute an input of `op` without another user.
/// An epilogue in an earlier one would keep the later one's result, and
/// everything that it needs, alive for longer.
static KernelOpInterface findKernel(linalg::GenericOp op) {
  KernelOpInterface last;
  for (Value input : op.getDpsInputs()) {
    auto kernel = input.getDefiningOp<KernelOpInterface>();
    if (kernel && kernel->getBlock() == op->getBlock() &&
        llvm::all_equal(kernel->getUsers()) &&
        (!last || last->isBeforeInBlock(kernel)))
      last = kernel;
  }
  return last;
}

/// Whether an epilogue can read `operand` through `map`.
static bool isEpilogueInput(Value operand, AffineMap map) {
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  return type && type.hasStaticShape() &&
         type.getElementType().isSignlessInteger() &&
         llvm::all_of(map.getResults(), [](AffineExpr expr) {
           return isa<AffineDimExpr, AffineConstantExpr>(expr);
         });
}

namespace {

/// Brings an elementwise operation behind a kernel into the kernel's epilogue.
struct FuseIntoKernel : public OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    KernelOpInterface kernel = findKernel(op);
    if (!kernel || !isElementwise(op))
      return failure();
    // Codes that an operation widens, to add them to others, stay narrow in
    // memory: it is fused with what adds them.
    if (getElementWidth(op.getResult(0)) >
        std::max(16u, getElementWidth(kernel.getInit())))
      return failure();
    SmallVector<Value> inputs;
    SmallVector<Attribute> maps(kernel.getEpilogueMaps().getValue());
    for (OpOperand *operand : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(operand);
      if (operand->get().getDefiningOp() == kernel) {
        if (!map.isIdentity())
          return failure();
        continue;
      }
      if (!isEpilogueInput(operand->get(), map))
        return failure();
      inputs.push_back(operand->get());
      maps.push_back(AffineMapAttr::get(map));
    }

    // Where `op` stands, all of its inputs are known.
    auto type = cast<RankedTensorType>(op.getResultTypes().front());
    Value init = tensor::EmptyOp::create(rewriter, op.getLoc(), type.getShape(),
                                         type.getElementType());
    OperandRange operands = kernel->getOperands().drop_back();
    inputs.insert(inputs.begin(), operands.begin(), operands.end());
    inputs.push_back(init);
    OperationState state(rewriter.getFusedLoc({kernel.getLoc(), op.getLoc()}),
                         kernel->getName(), inputs, type);
    NamedAttrList properties(
        cast<DictionaryAttr>(kernel->getPropertiesAsAttribute()));
    properties.set("epilogue_maps", rewriter.getArrayAttr(maps));
    state.propertiesAttr = properties.getDictionary(getContext());
    state.addAttributes(llvm::to_vector(kernel->getDiscardableAttrs()));
    state.addRegion();
    auto fused = cast<KernelOpInterface>(rewriter.create(state));
    Region &epilogue = fused.getEpilogue();
    rewriter.inlineRegionBefore(kernel.getEpilogue(), epilogue, epilogue.end());
    rewriter.modifyOpInPlace(
        fused, [&] { appendBody(op, kernel, epilogue.front(), rewriter); });
    rewriter.replaceOp(op, fused);
    rewriter.eraseOp(kernel);
    return success();
  }

private:
  /// Whether each element of the only result depends on nothing but elements of
  /// the inputs.
  static bool isElementwise(linalg::GenericOp op) {
    return op.hasPureTensorSemantics() && op.getNumResults() == 1 &&
           getElementTypeOrSelf(op.getResult(0)).isSignlessInteger() &&
           op.getNumParallelLoops() == op.getNumLoops() &&
           op.getIndexingMapsArray().back().isIdentity() &&
           !op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)) &&
           !op.hasIndexSemantics();
  }

  /// Moves the body of `op` to the end of `epilogue`, which gives its values.
  static void appendBody(linalg::GenericOp op, KernelOpInterface kernel,
                         Block &epilogue, PatternRewriter &rewriter) {
    auto yield = cast<kernel::YieldOp>(epilogue.back());
    SmallVector<Value> arguments;
    for (OpOperand *operand : op.getDpsInputOperands()) {
      if (operand->get().getDefiningOp() == kernel) {
        arguments.push_back(yield.getValue());
        continue;
      }
      Type element = getElementTypeOrSelf(operand->get());
      arguments.push_back(epilogue.addArgument(element, op.getLoc()));
    }
    // Of the output, which the body does not use.
    Block *body = op.getBody();
    arguments.push_back(body->getArguments().back());
    rewriter.inlineBlockBefore(body, yield, arguments);
    auto last = cast<linalg::YieldOp>(yield->getPrevNode());
    rewriter.modifyOpInPlace(
        yield, [&] { yield.getValueMutable().assign(last.getOperand(0)); });
    rewriter.eraseOp(last);
  }
};

/// Lets a window read the whole tensor instead of a slice that leaves out its
/// last rows or columns. TOSA wants strides to divide exactly, so that
/// importers cut off what no window reaches; as a view it would not be
/// contiguous.
template <typename OpTy>
struct FoldSlice : public OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    auto slice = op.getInput().template getDefiningOp<tensor::ExtractSliceOp>();
    if (!slice || !slice.hasUnitStride() || !slice.hasZeroOffset() ||
        slice.getSourceType().getRank() != 4)
      return failure();
    ArrayRef<int64_t> source = slice.getSourceType().getShape();
    ArrayRef<int64_t> result = op.getResultShape();
    if (source[0] != slice.getType().getDimSize(0) ||
        source[3] != slice.getType().getDimSize(3))
      return failure();
    for (unsigned i : {0u, 1u}) {
      int64_t extent = (op.getWindow()[i] - 1) * op.getWindowDilation()[i] + 1;
      int64_t size = source[1 + i] + op.getPad()[2 * i];
      bool isWhole = source[1 + i] == slice.getType().getDimSize(1 + i);
      if (!isWhole &&
          (op.getPad()[2 * i + 1] != 0 ||
           (size - extent) / op.getStride()[i] + 1 != result[1 + i]))
        return failure();
    }
    rewriter.modifyOpInPlace(
        op, [&] { op.getInputMutable().assign(slice.getSource()); });
    return success();
  }
};

} // namespace

void mlir::rescale::populateEpiloguePatterns(RewritePatternSet &patterns) {
  patterns
      .add<FoldSlice<kernel::Conv2DOp>, FoldSlice<kernel::DepthwiseConv2DOp>,
           FoldSlice<kernel::Pool2DOp>, FuseIntoKernel>(patterns.getContext());
}
