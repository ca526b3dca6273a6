//===- Passes.h - Conversions -----------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Creation and registration of the conversion passes.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_CONVERSION_PASSES_H
#define RESCALE_CONVERSION_PASSES_H

#include "rescale/Conversion/RescaleKernelToLoops/RescaleKernelToLoops.h"
#include "rescale/Conversion/RescaleToArith/RescaleToArith.h"
#include "rescale/Conversion/RescaleToLinalg/RescaleToLinalg.h"
#include "rescale/Conversion/RescaleToSMT/RescaleToSMT.h"
#include "rescale/Conversion/RescaleToTosa/RescaleToTosa.h"
#include "rescale/Conversion/TosaToRescale/TosaToRescale.h"
#include "rescale/Conversion/TosaToRescaleKernel/TosaToRescaleKernel.h"

#include "mlir/Pass/Pass.h"

namespace mlir::rescale {

#define GEN_PASS_REGISTRATION
#include "rescale/Conversion/Passes.h.inc"

} // namespace mlir::rescale

#endif // RESCALE_CONVERSION_PASSES_H
