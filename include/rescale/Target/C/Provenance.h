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

/// What a file was made from.
struct Provenance {
  /// The versions of the compiler and of LLVM; empty says neither.
  std::string version;
  /// The name of the model's file, without its folder.
  std::string model;
  /// The SHA-256 of its bytes, in hexadecimal.
  std::string hash;
  /// The options that the output depends on, as on the command line.
  std::string options;

  /// The lines of a comment in a file of the network `name`.
  SmallVector<std::string> describe(StringRef name) const;
};

} // namespace mlir::rescale

#endif // RESCALE_TARGET_C_PROVENANCE_H
