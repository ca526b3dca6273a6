//===- Provenance.h - Where C comes from ------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the first comment of a file says, so that whoever has the file can make
// it again: the same input, version and options give the same bytes.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TARGET_C_PROVENANCE_H
#define RESCALE_TARGET_C_PROVENANCE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace mlir::rescale {

/// A file that another was made from.
struct SourceFile {
  /// Its name, without its folder.
  std::string name;
  /// The SHA-256 of its bytes, in hexadecimal.
  std::string hash;
};

/// What a file was made from.
struct Provenance {
  /// The versions of the compiler and of LLVM; empty says neither.
  std::string version;
  /// What the compiler read.
  SourceFile input;
  /// What that was imported from, as it says itself; empty names none.
  SourceFile model;
  /// The versions and options of what imported it.
  std::string importer;
  /// The options that the output depends on, as on the command line.
  std::string options;
  /// Whether requantizations give the model's codes, in sentences; empty says
  /// nothing.
  std::string requantizations;

  /// The lines of a comment in a file of the network `name`.
  SmallVector<std::string> describe(StringRef name) const;
};

} // namespace mlir::rescale

#endif // RESCALE_TARGET_C_PROVENANCE_H
