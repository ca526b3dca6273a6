//===- RoundingHigh.cpp - The rounded upper half of twice a product -------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vector machines have floor((u*v + 2^(w-2)) / 2^(w-1)) as one instruction on
// lanes of w bits: sqrdmulh, vqrdmulh, pmulhrsw. With u = d*2^(w-1-a) that is
// floor((m*d + 2^(a-1)) / 2^a), so that what is left of an addend
// b = 2^(a-1) + bh*2^a is bh, and
//
//     floor((m*d + b) / 2^s) = floor((floor((m*d + 2^(a-1)) / 2^a) + bh)
//                                    / 2^(s-a)).
//
// That is exact on every machine. The back end for LLVM selects the
// instructions (Target/LLVM); C compilers do not know them by it.
//
//===----------------------------------------------------------------------===//

#include "Rungs.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Facts;
using ::staircase::Int128;

Value rescale::emitRoundingHigh(Emitter &e) {
  const unsigned width = e.width;
  Facts facts = e.bounds.getFacts(e.op, Rung::RoundingHigh);
  unsigned dropped = ::staircase::getRoundedBits(facts, width);
  // Only what is left of x without its zero point is known to fit 16 bits.
  Value difference = e.resize(e.withWidth(32).emitDifference(), width,
                              /*isUnsigned=*/false);
  Value moved = difference;
  if (dropped < width - 1)
    moved =
        e.create<arith::ShLIOp>(difference, e.constant(width - 1 - dropped));
  Value product = e.create<arith::MulIOp>(
      e.resize(moved, 2 * width, /*isUnsigned=*/false),
      e.resize(e.emitMultiplicand(), 2 * width, /*isUnsigned=*/false));
  Value sum = e.create<arith::AddIOp>(
      product, e.constant(Int128(1) << int(width - 2), 2 * width));
  // Not that of the least numbers, which machines saturate.
  Value rounded = e.truncate(
      e.create<arith::ShRSIOp>(sum, e.constant(width - 1, 2 * width)), width);
  Value addend =
      facts.addends.isConstant()
          ? e.constant(facts.addends.low >> int(dropped))
          : e.emitAddend(difference, /*shift=*/Value(), /*less=*/dropped);
  return e.create<arith::ShRSIOp>(e.create<arith::AddIOp>(rounded, addend),
                                  e.emitShift(/*less=*/dropped));
}
