//===- Claims.h - What is claimed of requantizations, in words --*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowering drops certificates. What they say goes into the comments of what is
// made, so that nobody takes a network that differs for one that does not.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TRANSFORMS_CLAIMS_H
#define RESCALE_TRANSFORMS_CLAIMS_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace mlir {
class ModuleOp;

namespace rescale {

/// In the metadata of a location: what the certificate of an operation said.
inline constexpr llvm::StringLiteral kClaimName = "rescale.claim";

/// A sentence or several on whether the requantizations of `module` give the
/// codes that they gave before they were changed, by their certificates, which
/// have to be tested before. Empty without requantizations.
std::string describeClaims(ModuleOp module);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_TRANSFORMS_CLAIMS_H
