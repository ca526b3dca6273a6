//===- OutputFiles.h - Files that appear whole or not at all ----*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A set of output files that is written under temporary names and then renamed.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_DRIVER_OUTPUTFILES_H
#define RESCALE_LIB_DRIVER_OUTPUTFILES_H

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <deque>

namespace mlir::rescale {

/// Contents by file name, held in memory until all are complete.
class OutputFiles {
public:
  /// The contents, yet empty, of a file called `name`.
  llvm::SmallVectorImpl<char> &add(llvm::StringRef name) {
    files.emplace_back();
    files.back().name = name;
    return files.back().contents;
  }

  /// The same of a file at `path`, wherever the others go. `option` is where
  /// users choose it.
  llvm::SmallVectorImpl<char> &addAt(llvm::StringRef path,
                                     llvm::StringRef option) {
    llvm::SmallVectorImpl<char> &contents = add(path);
    files.back().option = option;
    return contents;
  }

  /// Writes all files, those without a path of their own into `directory`.
  /// Directories are created where they are missing. On an error none of the
  /// files is left, and files of these names that were there are there still.
  llvm::Error write(llvm::StringRef directory);

private:
  struct File {
    llvm::SmallString<32> name;
    /// Of a file whose name is its path; else empty.
    llvm::StringRef option;
    llvm::SmallVector<char, 0> contents;
  };
  // Not one that moves its elements: `add` hands out references.
  std::deque<File> files;
};

/// Fails early where `directory` cannot take files, before work is done.
llvm::Error verifyOutputDirectory(llvm::StringRef directory);

/// Likewise where a file cannot be at `path`, which `option` gave.
llvm::Error verifyOutputFile(llvm::StringRef path, llvm::StringRef option);

} // namespace mlir::rescale

#endif // RESCALE_LIB_DRIVER_OUTPUTFILES_H
