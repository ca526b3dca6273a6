//===- ChooseForm.h - The cheapest arithmetic of a layer --------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of all rungs of the ladder the one that costs least by the table of a target.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALETOLINALG_CHOOSEFORM_H
#define RESCALE_LIB_CONVERSION_RESCALETOLINALG_CHOOSEFORM_H

#include "rescale/Conversion/RescaleToLinalg/RescaleToLinalg.h"
#include "rescale/Dialect/Rescale/IR/Target.h"

namespace mlir::rescale {

/// The cheapest form of the channels of an op whose accumulators are those of
/// `accumulators`, one interval for all or one for each; of equal ones that of
/// the smallest tables, and 64 bits only where no other rung is exact. With
/// `forced` that of this rung. Nothing, and why in `miss` as in Rungs.h, where
/// there is none, or where the solver does not take the op: it has too many
/// codes, or inputs that are read as unsigned.
std::optional<PricedForm>
chooseForm(RequantizeOp op, ArrayRef<::staircase::Interval> accumulators,
           const TargetFields &target, std::optional<Rung> forced,
           std::string &miss);

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALETOLINALG_CHOOSEFORM_H
