//===- Verification.h - Proofs of what requantizations became ---*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// rescale-compile --verify, on a copy of the module. docs/Verification.md.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_DRIVER_VERIFICATION_H
#define RESCALE_LIB_DRIVER_VERIFICATION_H

#include "rescale/Driver/Driver.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace mlir::rescale {

/// Finds out early what is wrong with the options.
llvm::Error checkVerifyOptions(const VerifyOptions &options);

/// Lowers the requantizations of `module`, which
/// `buildRequantizedToCertifiedPipeline` left, to arith, and proves each, with
/// a line for it on `os`. An error without a text has been reported as a
/// diagnostic.
llvm::Error verifyRequantizations(ModuleOp module, const VerifyOptions &options,
                                  raw_ostream &os);

} // namespace mlir::rescale

#endif // RESCALE_LIB_DRIVER_VERIFICATION_H
