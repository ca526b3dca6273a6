//===- LowerTosa.cpp - TOSA to linalg, as far as it goes ------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's patterns in a partial conversion, and our own where upstream's are
// wrong. What they leave is reported once, at the end of the pipeline, with
// what to do.
//
//===----------------------------------------------------------------------===//

#include "LowerTosaResize.h"

#include "rescale/Transforms/Passes.h"

#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALELOWERTOSA
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

namespace {

struct RescaleLowerTosaPass
    : public rescale::impl::RescaleLowerTosaBase<RescaleLowerTosaPass> {
  using RescaleLowerTosaBase::RescaleLowerTosaBase;

  void runOnOperation() override {
    TypeConverter converter;
    tosa::populateTosaTypeConversion(converter);
    RewritePatternSet patterns(&getContext());
    // An op of TOSA is neither legal nor illegal: a pattern is tried on it, and
    // none need fit. Legal are those that patterns create, and that
    // tosa-to-arith, tosa-to-tensor and rescale-lower-tosa-control-flow lower.
    ConversionTarget target(getContext());
    target.addLegalDialect<arith::ArithDialect, linalg::LinalgDialect,
                           math::MathDialect, scf::SCFDialect,
                           tensor::TensorDialect>();
    target.addLegalOp<tosa::ApplyScaleOp, tosa::ConcatOp, tosa::ConstOp,
                      tosa::ConstShapeOp, tosa::PadOp, tosa::ReshapeOp,
                      tosa::SliceOp>();
    if (named) {
      // With the output channel innermost in the weights, both our loops and
      // IREE's vectorize convolutions.
      TosaToLinalgNamedOptions options;
      options.preferConv2DKernelLayoutHWCF = true;
      tosa::populateTosaToLinalgNamedConversionPatterns(converter, &patterns,
                                                        options);
    } else {
      tosa::populateTosaToLinalgConversionPatterns(converter, &patterns);
      rescale::populateResizePatterns(patterns);
    }
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
