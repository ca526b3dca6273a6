//===- ReadTarget.cpp - A target from a file ------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the option of the pass and that of the driver.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/ReadTarget.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace mlir::rescale;

/// More bytes than any target takes: what has more is another file.
constexpr uint64_t kMaxBytes = 1 << 20;

/// Where the first token begins: the parser would take what is before it, blank
/// or a comment, for as much that is left over at the end.
static size_t findFirstToken(StringRef contents) {
  StringRef rest = contents.ltrim();
  while (rest.consume_front("//"))
    rest = rest.drop_until([](char c) { return c == '\n'; }).ltrim();
  return contents.size() - rest.size();
}

/// Parses the contents of `file` from `start` on. The parser takes them for the
/// file's name, hence its errors are given the name here, and their place in
/// the whole.
static Attribute parse(StringRef contents, size_t start, StringRef file,
                       MLIRContext *context) {
  StringRef skipped = contents.take_front(start);
  size_t lines = skipped.count('\n');
  size_t columns = skipped.size() - (skipped.rfind('\n') + 1);
  SmallVector<std::pair<Location, std::string>> errors;
  Attribute attr;
  {
    ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
      Location loc = diagnostic.getLocation();
      if (auto place = loc->findInstanceOf<FileLineColLoc>())
        loc = FileLineColLoc::get(context, file, place.getLine() + lines,
                                  place.getColumn() +
                                      (place.getLine() == 1 ? columns : 0));
      errors.emplace_back(loc, diagnostic.str());
    });
    attr = parseAttribute(contents.drop_front(start), context);
  }
  for (const auto &[loc, message] : errors)
    emitError(loc) << message;
  return attr;
}

llvm::Expected<TargetAttr> rescale::readTarget(StringRef nameOrFile,
                                               MLIRContext *context) {
  // A model may have nothing of it yet.
  context->getOrLoadDialect<RescaleDialect>();
  if (std::optional<TargetFields> preset = getTargetPreset(nameOrFile))
    return TargetAttr::get(context, nameOrFile, *preset);
  auto makeFileError = [&](const llvm::Twine &found) {
    return llvm::createStringError(
        "requires a target's file that can be read, got '" + nameOrFile +
        "': " + found + "; choose another");
  };
  // A pipe could be waited for without end.
  llvm::sys::fs::file_status status;
  if (std::error_code error = llvm::sys::fs::status(nameOrFile, status))
    return makeFileError(error.message());
  if (!llvm::sys::fs::is_regular_file(status))
    return makeFileError("it is no regular file");
  if (status.getSize() > kMaxBytes)
    return makeFileError("it has more than " + llvm::Twine(kMaxBytes) +
                         " bytes");
  auto file = llvm::MemoryBuffer::getFile(nameOrFile);
  if (std::error_code error = file.getError())
    return makeFileError(error.message());
  StringRef contents = (*file)->getBuffer().rtrim();
  size_t start = findFirstToken(contents);
  bool isEmpty = start == contents.size();
  Attribute attr;
  if (!isEmpty)
    attr = parse(contents, start, nameOrFile, context);
  auto target = dyn_cast_if_present<TargetAttr>(attr);
  if (!target)
    return llvm::createStringError("requires a #rescale.target<...> in '" +
                                   nameOrFile + "', got " +
                                   (isEmpty ? "nothing" : "something else") +
                                   "; docs/Dialect.md has its fields");
  return target;
}
