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

#include "rescale/Support/OutputPath.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>

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

/// Of a file that has a path of its own.
static llvm::Error makePathError(StringRef path, StringRef option,
                                 const llvm::Twine &found) {
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      "requires a file that can be written to, got '" + path + "': " + found +
          "; choose another with " + option);
}

/// The directory of the file at `path`.
static StringRef getDirectory(StringRef path) {
  StringRef parent = llvm::sys::path::parent_path(path);
  return parent.empty() ? "." : parent;
}

void rescale::OutputFiles::addInput(StringRef path) {
  llvm::sys::fs::file_status status;
  std::error_code error = path == "-" ? llvm::sys::fs::status(0, status)
                                      : llvm::sys::fs::status(path, status);
  if (!error)
    inputs.push_back(status);
}

/// Whatever it is called: by links too.
bool rescale::OutputFiles::isInput(StringRef path) const {
  llvm::sys::fs::file_status status;
  return !llvm::sys::fs::status(path, status) &&
         llvm::any_of(inputs, [&](const llvm::sys::fs::file_status &input) {
           return llvm::sys::fs::equivalent(status, input);
         });
}

llvm::Expected<std::string>
rescale::OutputFiles::resolveFile(StringRef path, StringRef option) const {
  llvm::Expected<std::string> resolved = resolveOutputPath(path);
  if (!resolved)
    return makePathError(path, option, llvm::toString(resolved.takeError()));
  if (isInput(path))
    return makePathError(path, option, "it is an input");
  StringRef directory = getDirectory(*resolved);
  if (!llvm::sys::fs::exists(directory))
    return resolved;
  if (!llvm::sys::fs::is_directory(directory))
    return makePathError(path, option, "'" + directory + "' is a file");
  if (llvm::sys::fs::access(directory, llvm::sys::fs::AccessMode::Write))
    return makePathError(path, option, "permission denied");
  return resolved;
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
  ~Transaction() {
    if (!isCommitted)
      rollBack();
  }

  std::error_code createDirectories(StringRef directory);
  /// Writes a file that will be `directory`/`name`. Where that fails later,
  /// `makeError` tells so.
  std::error_code write(StringRef directory, StringRef name,
                        llvm::ArrayRef<char> contents,
                        std::function<llvm::Error(std::error_code)> makeError);
  llvm::Error replaceAll();

private:
  struct Entry {
    llvm::SmallString<128> temporary, destination;
    /// What was there before, under another name; empty where nothing was.
    llvm::SmallString<128> backup;
    bool isReplaced = false;
    std::function<llvm::Error(std::error_code)> makeError;
  };

  std::error_code keepOld(Entry &entry);
  void rollBack();

  llvm::SmallVector<llvm::SmallString<128>> created;
  std::deque<Entry> entries;
  bool isCommitted = false;
};

} // namespace

std::error_code Transaction::createDirectories(StringRef directory) {
  for (StringRef path = directory;
       !path.empty() && !llvm::sys::fs::exists(path);
       path = llvm::sys::path::parent_path(path))
    created.emplace_back(path);
  return llvm::sys::fs::create_directories(directory, /*IgnoreExisting=*/true,
                                           llvm::sys::fs::all_all);
}

std::error_code
Transaction::write(StringRef directory, StringRef name,
                   llvm::ArrayRef<char> contents,
                   std::function<llvm::Error(std::error_code)> makeError) {
  Entry &entry = entries.emplace_back();
  entry.makeError = std::move(makeError);
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
      return entry.makeError(error);
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
  llvm::stable_sort(
      created, [](StringRef a, StringRef b) { return a.size() > b.size(); });
  for (StringRef path : created)
    (void)llvm::sys::fs::remove(path);
}

/// The same for two ways to write one path, whose directory is there.
static llvm::SmallString<128> getKey(StringRef directory, StringRef name) {
  llvm::SmallString<128> path;
  if (llvm::sys::fs::real_path(directory, path))
    path = directory;
  llvm::sys::path::append(path, name);
  return path;
}

llvm::Error
rescale::OutputFiles::write(StringRef directory,
                            llvm::function_ref<llvm::Error()> finish) {
  Transaction transaction;
  llvm::StringMap<const File *> seen;
  for (const File &file : files) {
    bool hasPath = !file.option.empty();
    std::string path = file.name.str().str();
    if (hasPath) {
      // Again, since something else may be there by now.
      llvm::Expected<std::string> resolved = resolveFile(path, file.option);
      if (!resolved)
        return resolved.takeError();
      path = std::move(*resolved);
    }
    StringRef folder = hasPath ? getDirectory(path) : directory;
    StringRef name = hasPath ? llvm::sys::path::filename(path) : path;
    // Outlives this iteration.
    auto makeOwnError = [&file, hasPath, directory,
                         name = name.str()](std::error_code error) {
      return hasPath ? makePathError(file.name, file.option, error.message())
                     : makeFileError(directory, name, error);
    };
    if (std::error_code error = transaction.createDirectories(folder))
      return hasPath ? makeOwnError(error)
                     : makeError(directory, error.message());
    auto [it, isNew] = seen.try_emplace(getKey(folder, name), &file);
    if (!isNew) {
      const File &chosen = hasPath ? file : *it->second;
      return makePathError(chosen.name, chosen.option,
                           "another output goes there");
    }
    if (isInput(it->first()))
      return makeError(directory, "'" + name + "' is an input");
    if (std::error_code error =
            transaction.write(folder, name, file.contents, makeOwnError))
      return makeOwnError(error);
  }
  if (llvm::Error error = finish())
    return error;
  return transaction.replaceAll();
}
