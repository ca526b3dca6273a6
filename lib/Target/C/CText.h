//===- CText.h - Lines and comments of C ------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layout: indentation, and no line that is longer than 80 columns.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TARGET_C_CTEXT_H
#define RESCALE_LIB_TARGET_C_CTEXT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace mlir::rescale {

/// The greatest number of columns.
inline constexpr unsigned kColumns = 80;

/// Writes lines of C.
class CWriter {
public:
  explicit CWriter(llvm::raw_ostream &os) : os(os) {}

  /// Writes a statement or declaration, on several lines where it is long.
  void line(const llvm::Twine &text);
  /// Writes `head {` and indents what follows.
  void open(const llvm::Twine &head);
  /// Ends what `open` began, and may begin another with `} tail {`.
  void close(llvm::StringRef tail = "");
  /// Writes a comment, each paragraph from a new line; one that begins with a
  /// blank keeps its indentation in the lines that follow.
  void comment(llvm::ArrayRef<std::string> paragraphs);
  /// Writes text as it is.
  llvm::raw_ostream &raw() { return os; }
  /// Whether `text` fits into one line here.
  bool fits(llvm::StringRef text) const {
    return indent + text.size() <= kColumns;
  }

private:
  llvm::raw_ostream &os;
  unsigned indent = 0;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_TARGET_C_CTEXT_H
