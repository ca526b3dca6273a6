//===- Multiply64.cpp - One product of 64 bits ----------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// (m*d + b) >> s in 64 bits, or in 128, which no TOSA operation needs.
//
//===----------------------------------------------------------------------===//

#include "Rungs.h"

using namespace mlir;
using namespace mlir::rescale;

/// Half-up without its sum before the shift.
static Value emitShiftsFirst(Emitter &e, Value product, Value shift) {
  Value one = e.constant(1);
  Value sum = e.create<arith::AddIOp>(
      e.create<arith::ShRSIOp>(product, e.create<arith::SubIOp>(shift, one)),
      one);
  return e.create<arith::ShRSIOp>(sum, one);
}

/// The upper half alone where all shifts discard the lower one, as
/// floor(sum / 2^s) is floor(floor(sum / 2^32) / 2^(s-32)): targets of 32 bits
/// have half of a 64-bit integer for nothing, but no shift of one.
static Value emitUpperHalf(Emitter &e, Value sum) {
  Value half = e.resize(e.create<arith::ShRSIOp>(sum, e.constant(32)), 32,
                        /*isUnsigned=*/false);
  Emitter narrow = e.withWidth(32);
  return narrow.create<arith::ShRSIOp>(half, narrow.emitShift(/*less=*/32));
}

Value rescale::emitMultiply64(Emitter &e) {
  Value difference = e.emitDifference();
  Value multiplicand = e.emitMultiplicand();
  Value shift = e.emitShift();
  Value product = e.create<arith::MulIOp>(difference, multiplicand);
  if (e.width == 64 && e.bounds.shiftsFirst(e.op))
    return emitShiftsFirst(e, product, shift);
  Value sum = e.emitSum(product, difference, shift);
  if (e.width == 64 && e.bounds.shift.low >= 32 && e.bounds.code.fits(32))
    return emitUpperHalf(e, sum);
  return e.create<arith::ShRSIOp>(sum, shift);
}
