//===- OutputFiles.cpp - Files that appear whole or not at all ------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Renaming within a directory is atomic, so a build that is interrupted or runs
// twice never sees half an object. Of several files all are renamed, or those
// that were there before come back.
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

/// A name may fail in every directory.
static llvm::Error makeFileError(StringRef directory, StringRef name,
                                 std::error_code error) {
  if (error != std::errc::filename_too_long)
    return makeError(directory, "'" + name + "': " + error.message());
  return llvm::createStringError(
      error, "requires a name that the file system takes, got '" + name +
                 "': " + error.message() + "; give a shorter one with --name");
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
static std::error_code writeTemporary(StringRef directory,
                                      llvm::ArrayRef<char> contents,
                                      llvm::SmallVectorImpl<char> &temporary) {
  llvm::SmallString<128> model(directory);
  // Not of the file's name, which may be as long as names can be.
  llvm::sys::path::append(model, ".rescale-%%%%%%%%.tmp");
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

namespace {

/// Undoes what was not completed.
class Transaction {
public:
  explicit Transaction(StringRef directory) : directory(directory) {}
  ~Transaction() {
    if (!isCommitted)
      rollBack();
  }

  std::error_code createDirectories();
  std::error_code write(StringRef name, llvm::ArrayRef<char> contents);
  llvm::Error replaceAll();

private:
  struct Entry {
    llvm::SmallString<128> temporary, destination;
    /// What was there before, under another name; empty where nothing was.
    llvm::SmallString<128> backup;
    bool isReplaced = false;
  };

  std::error_code keepOld(Entry &entry);
  void rollBack();

  StringRef directory;
  /// Innermost first.
  llvm::SmallVector<llvm::SmallString<128>> created;
  std::deque<Entry> entries;
  bool isCommitted = false;
};

} // namespace

std::error_code Transaction::createDirectories() {
  for (StringRef path = directory;
       !path.empty() && !llvm::sys::fs::exists(path);
       path = llvm::sys::path::parent_path(path))
    created.emplace_back(path);
  return llvm::sys::fs::create_directories(directory, /*IgnoreExisting=*/true,
                                           llvm::sys::fs::all_all);
}

std::error_code Transaction::write(StringRef name,
                                   llvm::ArrayRef<char> contents) {
  Entry &entry = entries.emplace_back();
  entry.destination = directory;
  llvm::sys::path::append(entry.destination, name);
  // Here, since the rename would fail only after others have been made.
  llvm::sys::fs::file_status status;
  std::error_code error = llvm::sys::fs::status(entry.destination, status);
  if (error && error != std::errc::no_such_file_or_directory)
    return error;
  if (llvm::sys::fs::is_directory(status))
    return std::make_error_code(std::errc::is_a_directory);
  return writeTemporary(directory, contents, entry.temporary);
}

/// Gives the file that is to be replaced a second name. Where the file system
/// has no links, it has no first one until the new file takes it.
std::error_code Transaction::keepOld(Entry &entry) {
  llvm::SmallString<128> backup(entry.temporary);
  backup += ".old";
  std::error_code error =
      llvm::sys::fs::create_hard_link(entry.destination, backup);
  if (error == std::errc::no_such_file_or_directory)
    return std::error_code();
  if (error)
    error = llvm::sys::fs::rename(entry.destination, backup);
  if (!error)
    entry.backup = backup;
  return error;
}

llvm::Error Transaction::replaceAll() {
  for (Entry &entry : entries) {
    std::error_code error = keepOld(entry);
    if (!error)
      error = llvm::sys::fs::rename(entry.temporary, entry.destination);
    if (error)
      return makeFileError(directory,
                           llvm::sys::path::filename(entry.destination), error);
    entry.isReplaced = true;
    llvm::sys::DontRemoveFileOnSignal(entry.temporary);
  }
  isCommitted = true;
  for (const Entry &entry : entries)
    if (!entry.backup.empty())
      (void)llvm::sys::fs::remove(entry.backup);
  return llvm::Error::success();
}

void Transaction::rollBack() {
  for (Entry &entry : entries) {
    if (!entry.backup.empty()) {
      (void)llvm::sys::fs::rename(entry.backup, entry.destination);
      // Of two names of one file, a rename leaves both.
      (void)llvm::sys::fs::remove(entry.backup);
    } else if (entry.isReplaced) {
      (void)llvm::sys::fs::remove(entry.destination);
    }
    (void)llvm::sys::fs::remove(entry.temporary);
    llvm::sys::DontRemoveFileOnSignal(entry.temporary);
  }
  // Not one that others have put something into by now.
  for (StringRef path : created)
    (void)llvm::sys::fs::remove(path);
}

llvm::Error rescale::OutputFiles::write(StringRef directory) {
  Transaction transaction(directory);
  if (std::error_code error = transaction.createDirectories())
    return makeError(directory, error.message());
  for (const File &file : files)
    if (std::error_code error = transaction.write(file.name, file.contents))
      return makeFileError(directory, file.name, error);
  return transaction.replaceAll();
}
