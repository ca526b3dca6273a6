//===- OutputPath.cpp - Where a file may be written -----------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What cannot be looked at is left to the attempt to write it, which says why.
//
//===----------------------------------------------------------------------===//

#include "rescale/Support/OutputPath.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <fcntl.h>
#include <unistd.h>

using namespace mlir;
using llvm::StringRef;

llvm::Expected<std::string> rescale::resolveOutputPath(StringRef path) {
  llvm::sys::fs::file_status status;
  bool isThere = !llvm::sys::fs::status(path, status);
  if (isThere && !llvm::sys::fs::is_regular_file(status))
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "it is no regular file");
  if (!llvm::sys::fs::is_symlink_file(path))
    return path.str();
  llvm::SmallString<128> target;
  if (!isThere || llvm::sys::fs::real_path(path, target))
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "it is a link that leads nowhere");
  return target.str().str();
}

std::error_code rescale::flush(llvm::raw_fd_ostream &os) {
  os.flush();
  std::error_code error = os.error();
  os.clear_error();
  return error;
}

llvm::Error
rescale::writeOutput(StringRef path,
                     llvm::function_ref<void(llvm::raw_ostream &)> print) {
  std::string resolved = path.str();
  if (path != "-") {
    llvm::Expected<std::string> target = resolveOutputPath(path);
    if (!target)
      return target.takeError();
    resolved = std::move(*target);
  }
  // Under a temporary name first.
  return llvm::writeToOutput(resolved, [&](llvm::raw_ostream &os) {
    print(os);
    // Only /dev/null is another stream, and no regular file.
    return llvm::errorCodeToError(
        flush(static_cast<llvm::raw_fd_ostream &>(os)));
  });
}

void rescale::occupyStandardDescriptors() {
  for (int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    // The least one that is free, which is this one; against its direction.
    if (fcntl(descriptor, F_GETFD) == -1)
      (void)open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}
