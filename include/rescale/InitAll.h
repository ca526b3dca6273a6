//===- InitAll.h - Registration of everything in the project ----*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registers our dialects, passes and pipelines. Tools add upstream's.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_INITALL_H
#define RESCALE_INITALL_H

#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Conversion/Passes.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"
#include "rescale/Dialect/RescaleKernel/Transforms/BufferizableOpInterfaceImpl.h"
#include "rescale/Pipelines/Pipelines.h"
#include "rescale/Target/C/Passes.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/IR/DialectRegistry.h"

namespace mlir::rescale {

/// Adds our dialects to `registry`.
inline void registerAllRescaleDialects(DialectRegistry &registry) {
  registry.insert<RescaleDialect, kernel::RescaleKernelDialect>();
  kernel::registerBufferizableOpInterfaceExternalModels(registry);
  registerAccumulatorRangeModels(registry);
}

/// Registers our passes and pipelines by name.
inline void registerAllRescalePasses() {
  registerRescaleConversionPasses();
  registerRescaleTransformsPasses();
  registerRescaleTargetCPasses();
  registerRescalePipelines();
}

} // namespace mlir::rescale

#endif // RESCALE_INITALL_H
