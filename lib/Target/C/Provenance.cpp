//===- Provenance.cpp - Where C comes from --------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No date and no folder, which differ where the bytes do not.
//
//===----------------------------------------------------------------------===//

#include "rescale/Target/C/Provenance.h"

using namespace mlir;
using namespace mlir::rescale;

SmallVector<std::string> Provenance::describe(StringRef name) const {
  SmallVector<std::string> lines = {name.str() +
                                    ": a network compiled by rescale-compile."};
  if (!version.empty())
    lines.append({"", "Version: " + version, "Model: " + model,
                  "SHA-256: " + hash, "Options: " + options});
  return lines;
}
