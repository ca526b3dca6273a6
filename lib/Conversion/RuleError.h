//===- RuleError.h - The error of a broken rule -----------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One way for conversions to say which rule of docs/spec.md an op breaks.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RULEERROR_H
#define RESCALE_LIB_CONVERSION_RULEERROR_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::rescale {

/// The error of an op that breaks `rule`: `format` filled in as by
/// llvm::formatv, and the rule's label in parentheses.
template <typename... Args>
llvm::Error makeRuleError(llvm::StringRef rule, const char *format,
                          Args &&...args) {
  std::string text = llvm::formatv(format, std::forward<Args>(args)...);
  return llvm::createStringError(text + " (" + rule + ")");
}

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RULEERROR_H
