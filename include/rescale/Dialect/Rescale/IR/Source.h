//===- Source.h - What a module was imported from ---------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Discardable attributes, docs/spec.md, section 4: what an importer knows of
// its file, so that whatever is made from the module can tell it.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_SOURCE_H
#define RESCALE_DIALECT_RESCALE_IR_SOURCE_H

#include "llvm/ADT/StringRef.h"

namespace mlir::rescale {

/// On a module, a dictionary of the three strings below.
inline constexpr llvm::StringLiteral kSourceAttrName = "rescale.source";
/// The name of the file, without its folder:
inline constexpr llvm::StringLiteral kSourceFile = "file";
/// the SHA-256 of its bytes, in hexadecimal:
inline constexpr llvm::StringLiteral kSourceHash = "sha256";
/// and the versions and options of what imported it.
inline constexpr llvm::StringLiteral kSourceImporter = "importer";

/// On an argument or result of unsigned codes, what has been added to them to
/// make them signed.
inline constexpr llvm::StringLiteral kCodeOffsetAttrName =
    "rescale.code_offset";

} // namespace mlir::rescale

#endif // RESCALE_DIALECT_RESCALE_IR_SOURCE_H
