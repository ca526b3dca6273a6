//===- Terms.cpp - Integers of SMT-LIB with what is known of them ---------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Terms.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::Interval;

/// SMT-LIB has no negative numerals, and the export writes some all the same.
Value TermBuilder::constant(Int128 value) {
  Value &known = constants[value];
  if (known)
    return known;
  bool isNegative = value < 0;
  auto magnitude = static_cast<unsigned __int128>(isNegative ? -value : value);
  APInt bits(129, {uint64_t(magnitude), uint64_t(magnitude >> 64)});
  auto type = IntegerType::get(b.getContext(), 129);
  Value numeral = smt::IntConstantOp::create(b, IntegerAttr::get(type, bits));
  if (isNegative)
    numeral = subtract(constant(0), numeral);
  return constants[value] = numeral;
}

Term TermBuilder::name(Term term, StringRef name) {
  Value variable = declare(name);
  assertThat(smt::EqOp::create(b, variable, term.value));
  return {variable, term.range};
}

std::pair<Term, Term> TermBuilder::divide(Term term, unsigned shift) {
  if (Int128 value = term.range.low; term.range.isConstant()) {
    Int128 quotient = value >> int(shift);
    return {getConstant(quotient),
            getConstant(value - (quotient << int(shift)))};
  }
  auto [known, isNew] = divisions.try_emplace(
      {term.value.getAsOpaquePointer(), shift}, Term(), Term());
  if (!isNew)
    return known->second;
  Interval amount = {shift, shift};
  Term quotient = {declare("quotient"), shiftRight(term.range, amount)};
  Term remainder = {declare("remainder"), getUnsigned(shift)};
  if (quotient.range.isConstant())
    remainder.range = {term.range.low - (quotient.range.low << int(shift)),
                       term.range.high - (quotient.range.low << int(shift))};
  assertThat(smt::EqOp::create(
      b, term.value,
      add(multiply(Int128(1) << int(shift), quotient.value), remainder.value)));
  assertThat(compare(Predicate::ge, remainder.value, constant(0)));
  assertThat(compare(Predicate::lt, remainder.value,
                     constant(Int128(1) << int(shift))));
  known->second = {quotient, remainder};
  return {quotient, remainder};
}

Term TermBuilder::reduce(Term term, Int128 low, unsigned width) {
  Interval range = {low, low + getUnsigned(width).high};
  if (range.contains(term.range))
    return term;
  Int128 modulus = Int128(1) << width;
  if (term.range.isConstant())
    return getConstant(((term.range.low - low) & (modulus - 1)) + low);
  Value multiple = declare("wraps");
  Term reduced = name(
      {subtract(term.value, multiply(modulus, multiple)), range}, "wrapped");
  assertThat(compare(Predicate::ge, reduced.value, constant(range.low)));
  assertThat(compare(Predicate::le, reduced.value, constant(range.high)));
  return reduced;
}

Term TermBuilder::clamp(Term term, Int128 low, Int128 high) {
  if (term.range.low < low)
    term = {select(compare(Predicate::lt, term.value, constant(low)),
                   getConstant(low), term)
                .value,
            {low, std::max(low, term.range.high)}};
  if (term.range.high > high) {
    term = name(term, "least");
    term = {select(compare(Predicate::gt, term.value, constant(high)),
                   getConstant(high), term)
                .value,
            {std::min(high, term.range.low), high}};
  }
  return term;
}
