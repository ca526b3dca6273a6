//===- NarrowMode.cpp - How narrow multiplicands shall be -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reading and printing of the option.
//
//===----------------------------------------------------------------------===//

#include "rescale/Pipelines/NarrowMode.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir::rescale;
using llvm::StringRef;

bool llvm::cl::parser<NarrowMode>::parse(Option &option, StringRef,
                                         StringRef text, NarrowMode &mode) {
  unsigned bits;
  if (text == "lossless")
    mode = NarrowMode();
  else if (text == "off")
    mode = NarrowMode::off();
  else if (!text.getAsInteger(10, bits) && bits >= 1 && bits <= 32)
    mode = NarrowMode::atMost(bits);
  else
    return option.error("requires lossless, off or a number of bits from 1 to "
                        "32, got '" +
                        text + "'; leave it out for lossless");
  return false;
}

llvm::raw_ostream &mlir::rescale::operator<<(llvm::raw_ostream &os,
                                             const NarrowMode &mode) {
  if (std::optional<unsigned> bits = mode.getBits())
    return os << *bits;
  return os << (mode.isOff() ? "off" : "lossless");
}
