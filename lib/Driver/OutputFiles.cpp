//===- OutputFiles.cpp - Files that appear whole or not at all ------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Renaming within a directory is atomic, so a build that is interrupted or runs
// twice never sees half an object.
//
//===----------------------------------------------------------------------===//

#include "OutputFiles.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using llvm::StringRef;

static llvm::Error makeError(StringRef directory, const llvm::Twine &found) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "requires an output directory that can be "
                                 "written to, got '" +
                                     directory + "': " + found +
                                     "; choose another with -o");
}

llvm::Error rescale::verifyOutputDirectory(StringRef directory) {
  if (!llvm::sys::fs::exists(directory))
    return llvm::Error::success();
  if (!llvm::sys::fs::is_directory(directory))
    return makeError(directory, "it is a file");
  if (llvm::sys::fs::access(directory, llvm::sys::fs::AccessMode::Write))
    return makeError(directory, "permission denied");
  return llvm::Error::success();
}

/// Writes `contents` to a new file in `directory`, whose path is `temporary`.
static std::error_code writeTemporary(StringRef directory, StringRef name,
                                      llvm::ArrayRef<char> contents,
                                      llvm::SmallVectorImpl<char> &temporary) {
  llvm::SmallString<128> model(directory);
  llvm::sys::path::append(model, "." + name + ".%%%%%%%%.tmp");
  int descriptor;
  if (std::error_code error = llvm::sys::fs::createUniqueFile(
          model, descriptor, temporary, llvm::sys::fs::OF_None,
          llvm::sys::fs::all_read | llvm::sys::fs::owner_write |
              llvm::sys::fs::group_write))
    return error;
  llvm::sys::RemoveFileOnSignal(StringRef(temporary.data(), temporary.size()));
  llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  os.write(contents.data(), contents.size());
  os.close();
  std::error_code error = os.error();
  os.clear_error();
  return error;
}

llvm::Error rescale::OutputFiles::write(StringRef directory) {
  bool isNew = !llvm::sys::fs::exists(directory);
  if (std::error_code error = llvm::sys::fs::create_directories(
          directory, /*IgnoreExisting=*/true, llvm::sys::fs::all_all))
    return makeError(directory, error.message());
  llvm::SmallVector<llvm::SmallString<128>> written;
  auto fail = [&](std::error_code error) {
    for (StringRef path : written)
      (void)llvm::sys::fs::remove(path);
    if (isNew)
      (void)llvm::sys::fs::remove(directory);
    return makeError(directory, error.message());
  };
  for (const File &file : files) {
    llvm::SmallString<128> temporary;
    std::error_code error =
        writeTemporary(directory, file.name, file.contents, temporary);
    if (!temporary.empty())
      written.push_back(temporary);
    if (error)
      return fail(error);
  }
  for (auto [file, path] : llvm::zip_equal(files, written)) {
    llvm::SmallString<128> final(directory);
    llvm::sys::path::append(final, file.name);
    if (std::error_code error = llvm::sys::fs::rename(path, final))
      return fail(error);
    llvm::sys::DontRemoveFileOnSignal(path);
    path = final;
  }
  return llvm::Error::success();
}
