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

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"

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

  /// Refuses to write over the file at `path`, or over what the standard input
  /// comes from where that is `-`.
  void addInput(llvm::StringRef path);

  /// The path of a file that `option` puts at `path`, which may be a link.
  /// Fails early where no file can be.
  llvm::Expected<std::string> resolveFile(llvm::StringRef path,
                                          llvm::StringRef option) const;

  /// Writes all files, those without a path of their own into `directory`.
  /// Directories are created where they are missing. On an error none of the
  /// files is left, and files of these names that were there are there still;
  /// so it is with an error of `finish`, which runs once all files are written
  /// and before one is seen.
  llvm::Error write(llvm::StringRef directory,
                    llvm::function_ref<llvm::Error()> finish);

private:
  struct File {
    llvm::SmallString<32> name;
    /// Of a file whose name is its path; else empty.
    llvm::StringRef option;
    llvm::SmallVector<char, 0> contents;
  };

  bool isInput(llvm::StringRef path) const;

  // Not one that moves its elements: `add` hands out references.
  std::deque<File> files;
  llvm::SmallVector<llvm::sys::fs::file_status, 2> inputs;
};

/// Fails early where `directory` cannot take files, before work is done.
llvm::Error verifyOutputDirectory(llvm::StringRef directory);

} // namespace mlir::rescale

#endif // RESCALE_LIB_DRIVER_OUTPUTFILES_H
