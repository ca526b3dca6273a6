//===- Application.cpp - Seeded rescale.apply -----------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations with run-time parameters, with and without promises about them.
//
//===----------------------------------------------------------------------===//

#include "Cases.h"
#include "Generate.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <optional>

using namespace conformance;
using namespace staircase;

namespace {

/// A closed interval of 64-bit values.
struct Range {
  int64_t low, high;
};

/// What the operation promises about its operands, and which of them are
/// constants. Each may be absent.
struct Promises {
  std::optional<unsigned> multiplicandBits;
  std::optional<Range> shift, input, addend;
  std::optional<int64_t> constantMultiplicand, constantShift;
};

} // namespace

/// One more than the longest shift: the addend of half_even is 2^(s-1), which
/// its type has to hold.
static unsigned getShiftEnd(const Application &op) {
  return op.hasAddend && op.kind.rounding == Rounding::HalfEven
             ? std::min(64u, op.addend.width)
             : 64;
}

/// Promises that keep m*d within 28 bits, or any.
static Promises generatePromises(const Application &op, bool isNarrow,
                                 Random &random) {
  Promises promises;
  const unsigned magnitudeBits =
      op.multiplicand.width - !op.multiplicand.isUnsigned;
  const Int128 inputMax = std::min<Int128>(op.kind.input.max(), INT64_MAX);
  const unsigned shiftEnd = getShiftEnd(op);
  if (isNarrow) {
    const unsigned inputBits =
        std::min<unsigned>(op.kind.input.width - 1, 4 + random.below(13));
    const Int128 bound = (Int128(1) << inputBits) - 1;
    promises.input = {int64_t(std::max(op.kind.input.min(), -bound)),
                      int64_t(std::min(inputMax, bound))};
    promises.multiplicandBits =
        random.below(1 + std::min(magnitudeBits, 28 - inputBits));
    const int64_t high = random.below(std::min(32u, shiftEnd));
    promises.shift = {int64_t(random.below(high + 1)), high};
  } else {
    if (random.oneIn(2))
      promises.multiplicandBits = random.below(magnitudeBits + 1);
    if (random.oneIn(2)) {
      const int64_t high = random.below(shiftEnd);
      promises.shift = {int64_t(random.below(high + 1)), high};
    }
    if (random.oneIn(2)) {
      const auto [low, high] = std::minmax(
          {int64_t(random.anyMagnitude(op.kind.input.min(), inputMax)),
           int64_t(random.anyMagnitude(op.kind.input.min(), inputMax))});
      promises.input = {low, high};
    }
  }
  if (!op.hasAddend || random.oneIn(2))
    return promises;
  if (op.kind.rounding == Rounding::HalfEven) {
    // Every 2^(s-1) that fits the type, and the 0 of s = 0.
    promises.addend = {0, int64_t(1) << (op.addend.width - 2)};
    return promises;
  }
  const Int128 bound =
      isNarrow ? (Int128(1) << std::min<unsigned>(28, op.addend.width - 1)) - 1
               : op.addend.max();
  const auto [low, high] =
      std::minmax({int64_t(random.anyMagnitude(-bound, bound)),
                   int64_t(random.anyMagnitude(-bound, bound))});
  promises.addend = {low, high};
  return promises;
}

static void printPromises(llvm::raw_ostream &os, const Promises &promises) {
  const char *separator = " {";
  auto printRange = [&](const char *name, const std::optional<Range> &range) {
    if (!range)
      return;
    os << separator << name << " = array<i64: " << range->low << ", "
       << range->high << '>';
    separator = ", ";
  };
  printRange("shift_range", promises.shift);
  printRange("input_range", promises.input);
  printRange("addend_range", promises.addend);
  if (promises.multiplicandBits) {
    os << separator << "multiplicand_bits = " << *promises.multiplicandBits;
    separator = ", ";
  }
  if (*separator == ',')
    os << '}';
}

/// A value of the interval: an end, or any magnitude.
static Int128 pick(Int128 low, Int128 high, Random &random) {
  switch (random.below(16)) {
  case 0:
    return low;
  case 1:
    return high;
  default:
    return random.anyMagnitude(low, high);
  }
}

static int64_t pickMultiplicand(const Application &op, const Promises &promises,
                                Random &random) {
  if (promises.constantMultiplicand)
    return *promises.constantMultiplicand;
  if (!promises.multiplicandBits)
    return static_cast<int64_t>(
        pick(op.multiplicand.min(), op.multiplicand.max(), random));
  const unsigned bits = *promises.multiplicandBits;
  return bits ? generateMagnitude({bits, true}, random) : 0;
}

static unsigned pickShift(const Application &op, const Promises &promises,
                          Random &random) {
  if (promises.constantShift)
    return *promises.constantShift;
  const Range range =
      promises.shift.value_or(Range{0, int64_t(getShiftEnd(op)) - 1});
  return range.low + random.below(range.high - range.low + 1);
}

/// Sets the parameters of one application and returns its input.
static Int128 generatePoint(const Application &op, const Promises &promises,
                            Staircase &s, Random &random) {
  s.multiplicand = pickMultiplicand(op, promises, random);
  s.shift = pickShift(op, promises, random);
  if (op.hasAddend && s.rounding == Rounding::HalfEven) {
    s.addend = s.negativeAddend = static_cast<int64_t>(getAddends(s).positive);
  } else if (op.hasAddend) {
    const Range range = promises.addend.value_or(
        Range{int64_t(op.addend.min()), int64_t(op.addend.max())});
    s.addend = static_cast<int64_t>(pick(range.low, range.high, random));
    s.negativeAddend =
        op.hasNegativeAddend
            ? static_cast<int64_t>(pick(range.low, range.high, random))
            : s.addend;
  }

  const Int128 inputLow =
      promises.input ? Int128(promises.input->low) : op.kind.input.min();
  const Int128 inputHigh =
      promises.input ? Int128(promises.input->high) : op.kind.input.max();
  switch (random.below(8)) {
  case 0: // q(0) and its neighbours.
    return std::clamp(s.inputZeroPoint + Int128(random.below(3)) - 1, inputLow,
                      inputHigh);
  case 1:
    if (isMonotone(s))
      return generateStep(s, inputLow, inputHigh, random);
    break;
  case 2:
    if (std::optional<Int128> tie = generateTie(s, inputLow, inputHigh, random))
      return *tie;
    break;
  default:
    break;
  }
  return pick(inputLow, inputHigh, random);
}

/// A function that applies the operation to `numLanes` elements at a time, as a
/// vector where there are several. A constant multiplicand stays a scalar.
static void printFunction(llvm::raw_ostream &os, const Application &op,
                          const Staircase &common, const Promises &promises,
                          size_t numLanes) {
  const bool isVector = numLanes > 1;
  auto getType = [&](IntegerFormat format) {
    return isVector ? "vector<" + std::to_string(numLanes) + "x" +
                          getTypeName(format) + ">"
                    : getTypeName(format);
  };
  auto getMemRef = [&](IntegerFormat format) {
    return "memref<" + std::to_string(Application::numElements) + "x" +
           getTypeName(format) + ">";
  };
  auto printAccess = [&](const char *operation, IntegerFormat format) {
    os << (isVector ? "vector." : "memref.") << operation
       << "[%i] : " << getMemRef(format)
       << (isVector ? ", " + getType(format) : "") << '\n';
  };
  std::vector<std::pair<char, IntegerFormat>> operands = {
      {'x', op.kind.input}, {'m', op.multiplicand}};
  if (op.hasAddend)
    operands.push_back({'b', op.addend});
  if (op.hasNegativeAddend)
    operands.push_back({'n', op.addend});
  operands.push_back({'s', {8}});

  os << "func.func @" << op.name << (isVector ? "_vector" : "") << '(';
  for (const auto &[name, format] : operands)
    os << '%' << name << ": " << getMemRef(format) << ", ";
  os << "%y: " << getMemRef(op.kind.result)
     << ") {\n  %zero = arith.constant 0 : index\n  %end = arith.constant "
     << Application::numElements << " : index\n  %step = arith.constant "
     << numLanes << " : index\n  scf.for %i = %zero to %end step %step {\n";
  for (const auto &[name, format] : operands) {
    os << "    %a" << name << " = ";
    const std::optional<int64_t> constant =
        name == 'm'   ? promises.constantMultiplicand
        : name == 's' ? promises.constantShift
                      : std::nullopt;
    if (!constant)
      printAccess((std::string("load %") + name).c_str(), format);
    else if (isVector && name == 's')
      os << "arith.constant dense<" << *constant << "> : " << getType(format)
         << '\n';
    else
      os << "arith.constant " << *constant << " : " << getTypeName(format)
         << '\n';
  }
  os << "    %r = rescale.apply %ax * %am";
  if (op.hasAddend)
    os << " + %ab";
  if (op.hasNegativeAddend)
    os << " negative %an";
  os << " shift %as round "
     << stringifyRounding(
            static_cast<mlir::rescale::Rounding>(op.kind.rounding));
  printCommon(os, op.kind, common);
  if (op.multiplicand.isUnsigned)
    os << " unsigned_multiplicand";
  if (op.kind.result.isUnsigned)
    os << " unsigned_result";
  printPromises(os, promises);
  os << "\n       : (";
  for (const auto &[name, format] : operands)
    os << (name == 'x' ? "" : ", ")
       << (name == 'm' && promises.constantMultiplicand ? getTypeName(format)
                                                        : getType(format));
  os << ") -> " << getType(op.kind.result) << "\n    ";
  printAccess("store %r, %y", op.kind.result);
  os << "  }\n  return\n}\n";
}

Application::Application(std::string functionName, Kind kind,
                         IntegerFormat multiplicand, bool isNarrow,
                         Random &random)
    : name(std::move(functionName)), kind(kind), multiplicand(multiplicand) {
  hasAddend = kind.rounding == Rounding::Addend ||
              (kind.rounding == Rounding::HalfEven && random.oneIn(2));
  hasNegativeAddend = kind.rounding == Rounding::Addend && random.oneIn(2);
  addend.width = 8u << random.below(4);
  const Staircase common = generateCommon(kind, random);
  Promises promises = generatePromises(*this, isNarrow, random);
  if (random.oneIn(4))
    promises.constantMultiplicand = pickMultiplicand(*this, promises, random);
  if (random.oneIn(4))
    promises.constantShift = pickShift(*this, promises, random);
  for (size_t i = 0; i < numElements; ++i) {
    Staircase s = common;
    inputs.push_back(generatePoint(*this, promises, s, random));
    staircases.push_back(s);
    // A promise bounds the whole operand; without one only six bits count.
    const bool isWhole = promises.shift || promises.constantShift;
    shifts.push_back(s.shift | (isWhole ? 0 : random.below(4) << 6));
  }

  llvm::raw_string_ostream os(source);
  printFunction(os, *this, common, promises, 1);
  hasVector = llvm::isPowerOf2_32(kind.input.width) && kind.input.width >= 8 &&
              kind.result.width >= 8;
  if (hasVector)
    printFunction(os, *this, common, promises, numLanes);
}
