//===- CText.cpp - Lines and comments of C --------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Breaks long statements where they are nested least.
//
//===----------------------------------------------------------------------===//

#include "CText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Unicode.h"

using namespace mlir::rescale;
using llvm::StringRef;

/// Whether a line may end before the blank `i`: after a comma, a semicolon or
/// an assignment, or before another operator.
static bool isBreak(StringRef text, size_t i) {
  if (text[i] != ' ' || i == 0)
    return false;
  if (text[i - 1] == ',' || text[i - 1] == ';' ||
      (text[i - 1] == '=' && i > 1 && text[i - 2] == ' '))
    return true;
  StringRef word = text.drop_front(i + 1).split(' ').first;
  return !word.empty() && word != "=" &&
         word.find_first_not_of("+-*/%&|^<>!=?:") == StringRef::npos;
}

/// The blank at which `text` is best broken so that what stands before has at
/// most `columns`: of those that are nested least, the last. `npos` where there
/// is none.
static size_t findBreak(StringRef text, size_t columns) {
  int depth = 0, leastDepth = 0;
  size_t best = StringRef::npos;
  for (size_t i = 0, e = std::min(text.size(), columns + 1); i < e; ++i) {
    char c = text[i];
    depth += c == '(' || c == '{' || c == '[';
    depth -= c == ')' || c == '}' || c == ']';
    if (!isBreak(text, i))
      continue;
    // Not so far to the left that the rest has no room, unless all of it has.
    bool isLeft = i < columns / 2 && text.size() - i > columns - 4;
    if (!isLeft && (best == StringRef::npos || depth <= leastDepth)) {
      best = i;
      leastDepth = depth;
    }
  }
  if (best != StringRef::npos)
    return best;
  best = text.substr(0, columns + 1).rfind(' ');
  return best != StringRef::npos ? best : text.find(' ');
}

void CWriter::line(const llvm::Twine &twine) {
  std::string storage = twine.str();
  StringRef text = storage;
  unsigned column = indent;
  while (column + text.size() > kColumns) {
    size_t position =
        findBreak(text, column < kColumns ? kColumns - column : 1);
    if (position == StringRef::npos || position == 0)
      break;
    os.indent(column) << text.substr(0, position) << "\n";
    text = text.substr(position + 1);
    column = indent + 4;
  }
  os.indent(column) << text << "\n";
}

void CWriter::open(const llvm::Twine &head) {
  line(head + " {");
  indent += 2;
}

void CWriter::close(StringRef tail) {
  indent -= 2;
  if (tail.empty())
    return line("}");
  open("} " + tail);
}

/// `text` without what is not seen, or turns around what is: `<U+202E>` for a
/// character, `<FF>` for a byte of none. Controls of ASCII become blanks.
static std::string makeVisible(StringRef text) {
  std::string visible;
  llvm::raw_string_ostream os(visible);
  const llvm::UTF8 *end = text.bytes_end();
  for (const llvm::UTF8 *next = text.bytes_begin(); next != end;) {
    const llvm::UTF8 *begin = next;
    llvm::UTF32 code = 0;
    if (llvm::convertUTF8Sequence(&next, end, &code, llvm::strictConversion) !=
        llvm::conversionOK) {
      next = begin + 1;
      os << "<" << llvm::format_hex_no_prefix(*begin, 2, /*Upper=*/true) << ">";
      continue;
    }
    if (code < ' ')
      os << ' ';
    else if (llvm::sys::unicode::isPrintable(code) &&
             !llvm::sys::unicode::isFormatting(code))
      os.write(reinterpret_cast<const char *>(begin), next - begin);
    else
      os << "<U+" << llvm::format_hex_no_prefix(code, 4, /*Upper=*/true) << ">";
  }
  return visible;
}

void CWriter::comment(llvm::ArrayRef<std::string> paragraphs) {
  llvm::SmallVector<std::string> lines;
  // " * " before, and room for " */" after the last one.
  size_t columns = kColumns - indent - 6;
  for (const std::string &text : paragraphs) {
    // Names of the model may hold anything.
    std::string paragraph = makeVisible(text);
    std::string blanks(paragraph.size() - StringRef(paragraph).ltrim().size(),
                       ' ');
    std::string current;
    llvm::SmallVector<StringRef> words;
    StringRef(paragraph).ltrim().split(words, ' ', /*MaxSplit=*/-1,
                                       /*KeepEmpty=*/false);
    for (StringRef word : words) {
      if (!current.empty() && current.size() + 1 + word.size() > columns) {
        lines.push_back(std::move(current));
        current = blanks.empty() ? "" : blanks + "  ";
      } else if (current.empty()) {
        current = blanks;
      } else {
        current += ' ';
      }
      current += word;
    }
    lines.push_back(std::move(current));
  }
  for (auto [i, text] : llvm::enumerate(lines)) {
    // Text of the model must not end the comment.
    for (size_t end; (end = text.find("*/")) != std::string::npos;)
      text.replace(end, 2, "* /");
    for (size_t begin; (begin = text.find("/*")) != std::string::npos;)
      text.replace(begin, 2, "/ *");
    // Nor may it be a trigraph.
    for (size_t begin; (begin = text.find("??")) != std::string::npos;)
      text.replace(begin, 2, "? ?");
    // Nor join its line with the next.
    StringRef trimmed = StringRef(text).rtrim(" \\");
    os.indent(indent) << (i == 0 ? "/*" : " *") << (trimmed.empty() ? "" : " ")
                      << trimmed << (i + 1 == lines.size() ? " */\n" : "\n");
  }
}
