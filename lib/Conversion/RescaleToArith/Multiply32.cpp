//===- Multiply32.cpp - One product of 32 bits ----------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// (m*d + b) >> s. Nothing to prove but that the product and the sum fit.
//
//===----------------------------------------------------------------------===//

#include "Rungs.h"

using namespace mlir;
using namespace mlir::rescale;

Value rescale::emitMultiply32(Emitter &e) {
  Value difference = e.emitDifference();
  Value multiplicand = e.emitMultiplicand();
  Value shift = e.emitShift();
  Value product = e.create<arith::MulIOp>(difference, multiplicand);
  Value sum = e.emitSum(product, difference, shift);
  return e.create<arith::ShRSIOp>(sum, shift);
}
