//===- Claims.cpp - What is claimed of requantizations, in words ----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The worst comes first: approximated, judged by data, proved equal, unchanged.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Claims.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::rescale;

std::string rescale::describeClaims(ModuleOp module) {
  size_t all = 0, equal = 0, approximated = 0, observed = 0;
  int64_t largest = 0;
  module.walk([&](RequantizeOp op) {
    ++all;
    auto claim = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
    if (!claim)
      return;
    if (claim.getRange().getKind() == RangeKind::Observed) {
      ++observed;
      return;
    }
    ++(claim.isExact() ? equal : approximated);
    largest = std::max(
        largest, *llvm::max_element(claim.getLargestDifference().asArrayRef()));
  });
  if (all == 0)
    return "";
  std::string text;
  llvm::raw_string_ostream os(text);
  if (approximated + observed == 0)
    os << "lossless.";
  else if (approximated)
    os << "approximated. " << approximated << " of " << all
       << " give other codes than the model's for some accumulators, by at "
          "most "
       << largest << ".";
  if (observed)
    os << (approximated ? " " : "not proved. ") << observed << " of " << all
       << " were judged by observed accumulators only, and may give other "
          "codes than the model's for others.";
  if (equal)
    os << " " << equal << " of " << all
       << " have other parameters than the model's, and are proved to give its "
          "codes for all accumulators that can occur.";
  if (size_t same = all - equal - approximated - observed)
    os << " " << same << " of " << all << " are as they were read.";
  return text;
}
