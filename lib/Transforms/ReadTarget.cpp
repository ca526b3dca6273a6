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

#include "mlir/AsmParser/AsmParser.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace mlir::rescale;

llvm::Expected<TargetAttr> rescale::readTarget(StringRef nameOrFile,
                                               MLIRContext *context) {
  if (std::optional<TargetFields> preset = getTargetPreset(nameOrFile))
    return TargetAttr::get(context, nameOrFile, *preset);
  auto file = llvm::MemoryBuffer::getFile(nameOrFile);
  if (std::error_code error = file.getError())
    return llvm::createStringError(
        "requires a target's file that can be read, got '" + nameOrFile +
        "': " + error.message() + "; choose another");
  auto target = dyn_cast_if_present<TargetAttr>(
      parseAttribute((*file)->getBuffer().trim(), context));
  if (!target)
    return llvm::createStringError(
        "requires a #rescale.target<...> in '" + nameOrFile +
        "', got something else; docs/Targets.md has its fields");
  return target;
}
