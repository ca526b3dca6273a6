//===- MultiplyHigh.cpp - The upper half of a product ---------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Addends without a lower part do not carry into the upper one: where b is a
// multiple of 2^a, floor((m*d + b) / 2^a) is floor(m*d / 2^a) + b/2^a, and the
// former is floor(m*(d*2^(32-a)) / 2^32). Machines with a high multiplication
// compute that in one instruction, and LLVM and C compilers know it by a
// product of two extended operands, a shift and a truncation. They do not know
// arith.mulsi_extended on vectors everywhere.
//
//===----------------------------------------------------------------------===//

#include "Rungs.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Facts;

Value rescale::emitMultiplyHigh(Emitter &e) {
  Facts facts = e.bounds.getFacts(e.op, Rung::MultiplyHigh);
  unsigned dropped = ::staircase::getHighBits(facts);
  Value difference = e.emitDifference();
  Value moved = difference;
  if (dropped < 32)
    moved = e.create<arith::ShLIOp>(difference, e.constant(32 - dropped));
  // Both are extended from 32 bits by their sign, as the instructions do.
  Value multiplicand = e.emitMultiplicand();
  Value product =
      e.create<arith::MulIOp>(e.resize(moved, 64, /*isUnsigned=*/false),
                              e.resize(multiplicand, 64, /*isUnsigned=*/false));
  Value upper =
      e.resize(e.create<arith::ShRSIOp>(product, e.constant(32, 64)), 32,
               /*isUnsigned=*/false);
  Value shift = e.emitShift(/*less=*/dropped);
  Value addend =
      facts.addends.isConstant()
          ? e.constant(facts.addends.low >> int(dropped))
          : e.emitAddend(difference, /*shift=*/Value(), /*less=*/dropped);
  return e.create<arith::ShRSIOp>(e.create<arith::AddIOp>(upper, addend),
                                  shift);
}
