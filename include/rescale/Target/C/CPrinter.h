//===- CPrinter.h - From loops to C -----------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prints the closed set of loop operations as C99.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TARGET_C_CPRINTER_H
#define RESCALE_TARGET_C_CPRINTER_H

#include "rescale/Target/C/Provenance.h"

#include "mlir/Support/LLVM.h"

#include <string>

namespace mlir {
class ModuleOp;

namespace rescale {

/// What the file says beyond the module.
struct CPrinterOptions {
  /// The network's name; its macros begin with it in capitals. Empty takes the
  /// name of the public function, without `_run`.
  std::string name;
  /// The header that declares the public functions; empty declares them in the
  /// file.
  std::string header;
  Provenance provenance;
};

/// Reports everything in `module` that `printC` has no form for, each at its
/// operation, and fails where there is something.
LogicalResult verifyC(ModuleOp module);

/// Writes `module`, which `verifyC` accepts, as a C99 file.
void printC(ModuleOp module, const CPrinterOptions &options, raw_ostream &os);

/// Registers the translation `rescale-to-c`.
void registerRescaleToCTranslation();

} // namespace rescale
} // namespace mlir

#endif // RESCALE_TARGET_C_CPRINTER_H
