//===- BufferizableOpInterfaceImpl.cpp - Kernels on buffers -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel keeps its attributes and its epilogue; operands become buffers and
// the result is the init's buffer.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/RescaleKernel/Transforms/BufferizableOpInterfaceImpl.h"

#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"

#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace mlir::rescale::kernel;

namespace {

template <typename OpTy>
struct KernelInterface
    : public DstBufferizableOpInterfaceExternalModel<KernelInterface<OpTy>,
                                                     OpTy> {
  /// The init is written only; what it held does not matter.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto kernel = cast<DestinationStyleOpInterface>(op);
    if (!kernel.hasPureTensorSemantics())
      return success();
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      operands.push_back(*buffer);
    }
    Value init = operands[kernel.getDpsInitOperand(0)->getOperandNumber()];
    rewriter.setInsertionPoint(op);
    OperationState created(op->getLoc(), op->getName(), operands,
                           /*types=*/TypeRange());
    created.propertiesAttr = op->getPropertiesAsAttribute();
    created.addAttributes(llvm::to_vector(op->getDiscardableAttrs()));
    created.addRegion();
    Region &epilogue = rewriter.create(created)->getRegion(0);
    rewriter.inlineRegionBefore(op->getRegion(0), epilogue, epilogue.end());
    replaceOpWithBufferizedValues(rewriter, op, init);
    return success();
  }
};

} // namespace

void mlir::rescale::kernel::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, RescaleKernelDialect *) {
    Conv2DOp::attachInterface<KernelInterface<Conv2DOp>>(*context);
    DepthwiseConv2DOp::attachInterface<KernelInterface<DepthwiseConv2DOp>>(
        *context);
    MatmulOp::attachInterface<KernelInterface<MatmulOp>>(*context);
    Pool2DOp::attachInterface<KernelInterface<Pool2DOp>>(*context);
    TransposeConv2DOp::attachInterface<KernelInterface<TransposeConv2DOp>>(
        *context);
  });
}
