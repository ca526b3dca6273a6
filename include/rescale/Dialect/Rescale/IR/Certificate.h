//===- Certificate.h - What certificates say of operations ------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For whoever changes certified operations. The attribute itself is in
// RescaleAttributes.td.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_CERTIFICATE_H
#define RESCALE_DIALECT_RESCALE_IR_CERTIFICATE_H

namespace mlir::rescale {

class RequantizeOp;

/// Whether what the op computes is what its certificate says that it computed,
/// for all accumulators that can occur; so without a certificate. Then the
/// certificate may go when the op changes. Else it has differences, or is about
/// what was observed, and without it nobody would know.
bool isExact(RequantizeOp op);

} // namespace mlir::rescale

#endif // RESCALE_DIALECT_RESCALE_IR_CERTIFICATE_H
