//===- OutputPath.h - Where a file may be written ---------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Files are written under temporary names and then renamed, which would put a
// file where a device, a pipe or a link was.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_SUPPORT_OUTPUTPATH_H
#define RESCALE_SUPPORT_OUTPUTPATH_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <system_error>

namespace llvm {
class raw_fd_ostream;
class raw_ostream;
} // namespace llvm

namespace mlir::rescale {

/// The path that a file may be renamed to so that `path` has its contents: that
/// behind links. An error says what is there where it is no regular file.
llvm::Expected<std::string> resolveOutputPath(llvm::StringRef path);

/// Writes out what `os` has buffered. What failed, now or before, is the error
/// and no longer that of `os`, which would end the process with it.
std::error_code flush(llvm::raw_fd_ostream &os);

/// Lets `print` write a file at `path`, whole or not at all, or with "-" to the
/// standard output. An error says what is in the way.
llvm::Error writeOutput(llvm::StringRef path,
                        llvm::function_ref<void(llvm::raw_ostream &)> print);

/// Gives the standard descriptors that are closed to something that neither
/// reads nor writes. The files that are opened next would have their numbers
/// otherwise, and what is said on the standard output would be written there.
void occupyStandardDescriptors();

} // namespace mlir::rescale

#endif // RESCALE_SUPPORT_OUTPUTPATH_H
