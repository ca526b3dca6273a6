//===- CNames.h - Which names C takes ---------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who chooses a name, who checks it and who prints it share these rules.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_SUPPORT_CNAMES_H
#define RESCALE_SUPPORT_CNAMES_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace mlir::rescale {

/// Whether `name` has the form of an identifier of C and C++.
bool isCIdentifier(llvm::StringRef name);

/// Whether C, its library or the printer of C give `name` a meaning, so that
/// nothing else may be called so: keywords, names with `__` or `_A` in front,
/// functions that compilers know, types and macros of the headers that are
/// included, and the printer's helpers.
bool isReservedInC(llvm::StringRef name);

/// Why a network may not be called `name`, as what follows "got 'name', ";
/// empty where it may. It is the name of a header, and what functions, a type
/// and macros begin with.
llvm::StringRef findNetworkNameFault(llvm::StringRef name);

/// Whether CMake has a target `name` of its own.
bool isReservedInCMake(llvm::StringRef name);

/// The nearest name that is an identifier and not reserved: what no identifier
/// has becomes `_`, and `_` follows a reserved name. Empty stays empty.
std::string makeCIdentifier(llvm::StringRef name);

} // namespace mlir::rescale

#endif // RESCALE_SUPPORT_CNAMES_H
