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
  if (version.empty())
    return lines;
  lines.append({"", "Version: " + version});
  if (model.name.empty())
    lines.append({"Model: " + input.name, "SHA-256: " + input.hash});
  else
    // Both, since what was imported may have been changed by hand.
    lines.append({"Model: " + model.name, "SHA-256: " + model.hash,
                  "Imported by: " + importer, "MLIR: " + input.name,
                  "SHA-256: " + input.hash});
  lines.push_back("Options: " + options);
  if (!requantizations.empty())
    lines.push_back("Requantizations: " + requantizations);
  return lines;
}
