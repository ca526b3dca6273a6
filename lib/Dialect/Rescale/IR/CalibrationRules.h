//===- CalibrationRules.h - Rules of what data gave -------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of the dialect's verifiers that looks into resources.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_DIALECT_RESCALE_IR_CALIBRATIONRULES_H
#define RESCALE_LIB_DIALECT_RESCALE_IR_CALIBRATIONRULES_H

#include "rescale/Dialect/Rescale/IR/Rescale.h"

namespace mlir::rescale {

/// histogram_c1: where one stands, and the types of its entries.
LogicalResult verifyHistogramForm(Operation *op, Attribute attr);

/// histogram_c2 and histogram_c3, of one that is well-formed: it fits the op.
LogicalResult verifyHistogram(RequantizeOp op);

/// moment_c1 and moment_c2, of `rescale.input_mean` and
/// `rescale.input_moment`.
LogicalResult verifyMoment(Operation *op, NamedAttribute attr);

} // namespace mlir::rescale

#endif // RESCALE_LIB_DIALECT_RESCALE_IR_CALIBRATIONRULES_H
