//===- Cases.h - Operations to compare, and their inputs --------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates operations of the dialect with seeded parameters, and inputs that
// sit where a wrong lowering shows: the ends of the types, the thresholds of
// the staircase, ties, and random values of every magnitude.
//
//===----------------------------------------------------------------------===//

#ifndef TEST_UNIT_CONFORMANCE_CASES_H
#define TEST_UNIT_CONFORMANCE_CASES_H

#include "Random.h"
#include "rescale/Staircase/Staircase.h"

#include <cstdint>
#include <string>
#include <vector>

namespace conformance {

/// The types and the mode that a generated operation is of.
struct Kind {
  staircase::Rounding rounding;
  staircase::IntegerFormat input;
  staircase::IntegerFormat result;
};

/// A rescale.requantize in a function `name` from tensor to tensor.
struct Requantization {
  static constexpr size_t numElements = 4096;

  Requantization(std::string name, Kind kind, Random &random);

  const staircase::Staircase &getStaircase(size_t index) const {
    return channels[index / stride % channels.size()];
  }

  std::string name;
  Kind kind;
  /// The function's text.
  std::string source;
  /// In row-major order.
  std::vector<staircase::Int128> inputs;

private:
  std::vector<staircase::Staircase> channels;
  /// The distance of neighbours along the axis.
  size_t stride = 1;
};

/// A rescale.apply with every operand from a buffer: in a function `name` on
/// scalars, and, for elements that a vector and an array lay out alike, in
/// `name`_vector on vectors. The arguments are buffers of the operands in their
/// order and of the result.
struct Application {
  static constexpr size_t numElements = 1024;
  static constexpr size_t numLanes = 4;

  /// With `isNarrow` the promises keep most intermediates within 32 bits.
  Application(std::string name, Kind kind,
              staircase::IntegerFormat multiplicand, bool isNarrow,
              Random &random);

  std::string name;
  Kind kind;
  staircase::IntegerFormat multiplicand;
  staircase::IntegerFormat addend = {64};
  std::string source;
  std::vector<staircase::Int128> inputs;
  /// One for each input: every parameter varies.
  std::vector<staircase::Staircase> staircases;
  /// The shift operands, of which the low six bits count.
  std::vector<int> shifts;
  bool hasAddend = false;
  bool hasNegativeAddend = false;
  bool hasVector = false;
};

/// What to print where a comparison fails.
std::string describe(const staircase::Staircase &staircase,
                     staircase::Int128 input);

} // namespace conformance

#endif // TEST_UNIT_CONFORMANCE_CASES_H
