//===- Models.h - Models of operations --------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the external models, dialect by dialect.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_ANALYSIS_MODELS_H
#define RESCALE_LIB_ANALYSIS_MODELS_H

#include "rescale/Analysis/ChannelRangeAnalysis.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"

namespace mlir::rescale {

void registerTosaModels(DialectRegistry &registry);
void registerLinalgModels(DialectRegistry &registry);
void registerTensorModels(DialectRegistry &registry);
void registerRescaleModels(DialectRegistry &registry);

/// The results of one op with a body, from those of its operands.
SmallVector<ChannelRanges> inferRanges(linalg::LinalgOp op,
                                       ArrayRef<ChannelRanges> operands);
ChannelRanges inferRanges(kernel::KernelOpInterface op,
                          ArrayRef<ChannelRanges> operands);

/// `visitBodies` for either.
void visitBodies(linalg::LinalgOp op, ArrayRef<ChannelRanges> operands,
                 function_ref<void(const BodyRanges &)> visit);
void visitBodies(kernel::KernelOpInterface op, ArrayRef<ChannelRanges> operands,
                 function_ref<void(const BodyRanges &, int64_t)> visit);

/// `interval` as the range of a scalar of `type`, an integer that holds it.
IntegerValueRange toScalarRange(const ::staircase::Interval &interval,
                                Type type);

/// What values of `width` bits are as unsigned numbers, where `interval` has
/// them in two's complement; and back.
::staircase::Interval toUnsigned(const ::staircase::Interval &interval,
                                 unsigned width);
::staircase::Interval toSigned(const ::staircase::Interval &interval,
                               unsigned width);

/// The codes of accumulators in `interval`; they never fall.
::staircase::Interval getCodes(const ::staircase::Staircase &staircase,
                               ::staircase::Interval interval,
                               ::staircase::IntegerFormat input,
                               ::staircase::IntegerFormat result);

} // namespace mlir::rescale

#endif // RESCALE_LIB_ANALYSIS_MODELS_H
