//===- Generate.h - Parameters of generated operations ----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the generators of both operations share.
//
//===----------------------------------------------------------------------===//

#ifndef TEST_UNIT_CONFORMANCE_GENERATE_H
#define TEST_UNIT_CONFORMANCE_GENERATE_H

#include "Cases.h"

#include "llvm/Support/raw_ostream.h"

#include <optional>

namespace conformance {

/// `i8` for any signedness: it belongs to the operation.
inline std::string getTypeName(staircase::IntegerFormat format) {
  return "i" + std::to_string(format.width);
}

/// A staircase with zero points and a clamp, and nothing else set.
staircase::Staircase generateCommon(Kind kind, Random &random);

/// A value of the format of at least 0: mostly any number of bits, sometimes 0,
/// the greatest, or a power of two.
int64_t generateMagnitude(staircase::IntegerFormat format, Random &random);

/// A shift from 0 to 63: one that brings the product to the result's width, or
/// any.
unsigned generateShift(Kind kind, int64_t multiplicand, Random &random);

/// An addend below the divisor, or any of 64 bits.
int64_t generateAddend(unsigned shift, Random &random);

/// An input of [low, high] on either side of a step of the staircase, which has
/// to be monotone.
staircase::Int128 generateStep(const staircase::Staircase &s,
                               staircase::Int128 low, staircase::Int128 high,
                               Random &random);

/// An input of [low, high] whose product is half way between two multiples of
/// 2^s; nothing where the staircase has no tie.
std::optional<staircase::Int128> generateTie(const staircase::Staircase &s,
                                             staircase::Int128 low,
                                             staircase::Int128 high,
                                             Random &random);

/// Prints the clauses from the zero points to `unsigned_input`.
void printCommon(llvm::raw_ostream &os, Kind kind,
                 const staircase::Staircase &common);

} // namespace conformance

#endif // TEST_UNIT_CONFORMANCE_GENERATE_H
