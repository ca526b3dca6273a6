//===- Terms.h - Integers of SMT-LIB with what is known of them -*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value of n bits is an integer that is congruent to it modulo 2^n, with the
// interval in which that integer lies. Where an operation reads its operand as
// a number, and the interval does not say that the integer is that number, a
// multiple of 2^n is subtracted. So what is meant modulo a power of two costs
// nothing until it is read.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALETOSMT_TERMS_H
#define RESCALE_LIB_CONVERSION_RESCALETOSMT_TERMS_H

#include "rescale/Staircase/Interval.h"

#include "mlir/Dialect/SMT/IR/SMTOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <map>

namespace mlir::rescale {

using Predicate = smt::IntPredicate;

/// An integer, and what it can be.
struct Term {
  Value value;
  ::staircase::Interval range;
};

/// All values of `width` bits without a sign.
inline ::staircase::Interval getUnsigned(unsigned width) {
  return {0, (::staircase::Int128(1) << width) - 1};
}

/// Writes terms, constants and divisions once each, and what defines variables.
class TermBuilder {
public:
  TermBuilder(Location loc, OpBuilder &builder) : b(loc, builder) {}

  Value constant(::staircase::Int128 value);
  Term getConstant(::staircase::Int128 value) {
    return {constant(value), {value, value}};
  }
  Value declare(StringRef name) {
    return smt::DeclareFunOp::create(b, smt::IntType::get(b.getContext()),
                                     b.getStringAttr(name));
  }
  void assertThat(Value condition) { smt::AssertOp::create(b, condition); }
  Value compare(Predicate predicate, Value lhs, Value rhs) {
    return smt::IntCmpOp::create(b, predicate, lhs, rhs);
  }
  Value add(Value lhs, Value rhs) {
    return smt::IntAddOp::create(b, ValueRange{lhs, rhs});
  }
  Value multiply(::staircase::Int128 factor, Value value) {
    return smt::IntMulOp::create(b, ValueRange{constant(factor), value});
  }
  Value subtract(Value lhs, Value rhs) {
    return smt::IntSubOp::create(b, lhs, rhs);
  }
  Value distinct(Value lhs, Value rhs) {
    return smt::DistinctOp::create(b, ValueRange{lhs, rhs});
  }
  /// A variable that equals `term`, so that it is written once.
  Term name(Term term, StringRef name);

  /// `term = quotient * 2^shift + remainder`.
  std::pair<Term, Term> divide(Term term, unsigned shift);
  /// The number of [low, low + 2^width) that is congruent to `term`.
  Term reduce(Term term, ::staircase::Int128 low, unsigned width);
  Term select(Value condition, Term lhs, Term rhs) {
    return {smt::IteOp::create(b, condition, lhs.value, rhs.value),
            getHull(lhs.range, rhs.range)};
  }
  Term clamp(Term term, ::staircase::Int128 low, ::staircase::Int128 high);

protected:
  ImplicitLocOpBuilder b;

private:
  std::map<::staircase::Int128, Value> constants;
  std::map<std::pair<const void *, unsigned>, std::pair<Term, Term>> divisions;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALETOSMT_TERMS_H
