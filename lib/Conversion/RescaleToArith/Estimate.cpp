//===- Estimate.cpp - An estimate by eight bits, corrected ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With m = mh*2^e + ml the estimate y0 = floor((mh*d + c) / 2^(s-e)) takes for
// ml*d / 2^e the least that it can be, so it is not above the quotient, and not
// by more than E codes below it. The remainder
//
//     r = m*d + b - y0*2^s = ((m*d + b) mod 2^s) + (q - y0)*2^s
//
// is therefore at least 0 and below (E + 1)*2^s. Where that is at most 2^32, it
// is right modulo 2^32, whatever wraps on the way, and q = y0 + floor(r / 2^s).
//
//===----------------------------------------------------------------------===//

#include "Rungs.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Facts;
using ::staircase::Int128;

Value rescale::emitEstimate(Emitter &e) {
  Facts facts = e.bounds.getFacts(e.op, Rung::Estimate);
  unsigned dropped = ::staircase::getEstimateBits(facts.multiplicand.high);
  Int128 least = std::min<Int128>(0, facts.differences.low);

  Value difference = e.emitDifference();
  Value multiplicand = e.emitMultiplicand();
  Value shift = e.emitShift();
  Value addend = e.emitAddend(difference, shift);

  Value correction;
  if (facts.addends.isConstant())
    correction = e.constant((facts.addends.low >> int(dropped)) + least);
  else
    correction = e.create<arith::AddIOp>(
        e.create<arith::ShRSIOp>(addend, e.constant(dropped)),
        e.constant(least));
  Value upper = e.create<arith::ShRSIOp>(multiplicand, e.constant(dropped));
  Value sum = e.create<arith::AddIOp>(
      e.create<arith::MulIOp>(difference, upper), correction);
  Value estimate = e.create<arith::ShRSIOp>(sum, e.emitShift(dropped));

  Value remainder = e.createWrapping<arith::MulIOp>(difference, multiplicand);
  if (e.op.getRounding() != Rounding::Floor)
    remainder = e.createWrapping<arith::AddIOp>(remainder, addend);
  remainder = e.createWrapping<arith::SubIOp>(
      remainder, e.createWrapping<arith::ShLIOp>(estimate, shift));
  return e.create<arith::AddIOp>(estimate,
                                 e.create<arith::ShRUIOp>(remainder, shift));
}
