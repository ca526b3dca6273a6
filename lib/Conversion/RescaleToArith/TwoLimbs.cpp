//===- TwoLimbs.cpp - Two products of 32 bits -----------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With d = dh*2^h + dl and b = bh*2^h + bl, both lower parts at least 0,
//
//     m*d + b = (m*dh + bh)*2^h + (m*dl + bl)
//
// and floor((m*d + b) / 2^s) = floor(floor((m*d + b) / 2^h) / 2^(s-h)) =
// floor((m*dh + bh + floor((m*dl + bl) / 2^h)) / 2^(s-h)).
//
//===----------------------------------------------------------------------===//

#include "Rungs.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Facts;
using ::staircase::Int128;

namespace {

struct Limbs {
  Value upper;
  /// Null where it is 0.
  Value lower;
};

} // namespace

static Limbs split(Emitter &e, Value value, unsigned bits) {
  return {
      e.create<arith::ShRSIOp>(value, e.constant(bits)),
      e.create<arith::AndIOp>(value, e.constant((Int128(1) << int(bits)) - 1))};
}

static Limbs emitAddend(Emitter &e, const Facts &facts, Value difference,
                        unsigned bits) {
  if (facts.addends.isConstant()) {
    Int128 upper = facts.addends.low >> int(bits);
    Int128 lower = facts.addends.low - (upper << int(bits));
    return {e.constant(upper), lower != 0 ? e.constant(lower) : Value()};
  }
  if (facts.addendShift >= bits)
    return {e.emitAddend(difference, /*shift=*/Value(), bits), Value()};
  Value shift = e.op.getAddend() ? Value() : e.emitShift();
  return split(e, e.emitAddend(difference, shift), bits);
}

Value rescale::emitTwoLimbs(Emitter &e) {
  Facts facts = e.bounds.getFacts(e.op, Rung::TwoLimbs);
  unsigned bits = getLimbBits(facts);
  Value difference = e.emitDifference();
  Value multiplicand = e.emitMultiplicand();
  Limbs d = split(e, difference, bits);
  Limbs b = emitAddend(e, facts, difference, bits);

  // Unsigned: up to 2^32.
  Value lower = e.create<arith::MulIOp>(d.lower, multiplicand);
  if (b.lower)
    lower = e.create<arith::AddIOp>(lower, b.lower);
  Value carry = e.create<arith::ShRUIOp>(lower, e.constant(bits));
  Value upper = e.create<arith::MulIOp>(d.upper, multiplicand);
  Value sum =
      e.create<arith::AddIOp>(e.create<arith::AddIOp>(upper, b.upper), carry);
  return e.create<arith::ShRSIOp>(sum, e.emitShift(bits));
}
