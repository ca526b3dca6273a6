//===- RungsTest.cpp - Every rung, compiled, and the staircase ------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations that name a rung, with seeded promises that its inequalities just
// about allow, lowered, compiled and run on scalars and on vectors: on every
// accumulator of 8 to 16 bits, and on ten million of up to 32 bits, half of
// them at both sides of a threshold. RESCALE_RUNG_CASES multiplies the number.
//
//===----------------------------------------------------------------------===//

#include "Generate.h"
#include "Jit.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Rungs.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace conformance;
using namespace mlir;
using ::staircase::Facts;
using ::staircase::Int128;
using ::staircase::Interval;
using ::staircase::Rounding;
using ::staircase::Rung;
using ::staircase::Staircase;

namespace {

constexpr size_t kNumElements = 1 << 16;
constexpr size_t kNumLanes = 8;

/// What an operation promises, and the type of its result.
struct Layer {
  Rung rung;
  Rounding rounding;
  Facts facts;
  unsigned multiplicandBits;
  bool hasTwoAddends;
  unsigned resultBits;
  Int128 inputZeroPoint;
  int64_t zeroPoint;

  Interval getInputs() const {
    return facts.differences + Interval{inputZeroPoint, inputZeroPoint};
  }
  /// What an addend is a multiple of, as a power of two, and what it has
  /// beside.
  int getUnit() const { return int(facts.addendShift + facts.hasOddAddends); }
  Int128 getHalf() const {
    return facts.hasOddAddends ? Int128(1) << int(facts.addendShift) : 0;
  }
  Interval getAddendOperands() const {
    return {facts.addends.low >> getUnit(), facts.addends.high >> getUnit()};
  }
};

/// Everything of `high` bits at most, and as many as may be.
Interval generateInterval(unsigned bits, Random &random) {
  const Int128 most = (Int128(1) << int(bits)) - 1;
  switch (random.below(4)) {
  case 0: // What a ReLU leaves.
    return {0, most};
  case 1:
    return {-most - 1, Int128(random.below(1000))};
  default:
    return {-most - 1, most};
  }
}

constexpr Rounding kComputed[] = {Rounding::HalfUp, Rounding::Double,
                                  Rounding::Floor, Rounding::HalfAway};

/// The addends of a mode that computes them from the shift.
Interval getComputedAddends(Rounding rounding, const Interval &shift) {
  if (rounding == Rounding::Floor)
    return {0, 0};
  const Int128 half = Int128(1) << int(shift.high - 1);
  if (rounding == Rounding::HalfUp && shift.isConstant())
    return {half, half};
  return {0, half + (rounding == Rounding::Double ? 1 << 30 : 0)};
}

/// Promises that the rung allows for accumulators of at most `bits` bits.
Layer generateLayer(Rung rung, unsigned bits, Random &random) {
  // Wider accumulators are clamped to 16 bits before that rung.
  if (rung == Rung::RoundingHigh16)
    bits = std::min(bits, 16u);
  for (;;) {
    Layer layer;
    layer.rung = rung;
    layer.resultBits = 8u << random.below(3);
    layer.inputZeroPoint =
        random.oneIn(4) ? int64_t(random.below(200)) - 100 : 0;
    layer.zeroPoint = int64_t(random.below(256)) - 128;
    layer.hasTwoAddends = random.oneIn(2);
    layer.multiplicandBits = 1 + random.below(31);
    Facts &facts = layer.facts;
    facts.differences = generateInterval(bits - 1, random);
    facts.multiplicand = {0, (Int128(1) << int(layer.multiplicandBits)) - 1};
    // One that brings the product to the result's width, or about so.
    const int fitting = int(bits + layer.multiplicandBits) -
                        int(layer.resultBits) + int(random.below(5)) - 2;
    const Int128 shift = std::clamp(fitting, 1, 62);
    facts.shift = {shift, shift};
    if (random.oneIn(2))
      facts.shift.high = std::min<Int128>(62, shift + random.below(8));
    layer.rounding = Rounding::Addend;
    if (random.oneIn(4))
      layer.rounding = kComputed[random.below(std::size(kComputed))];
    const bool isAddend = layer.rounding == Rounding::Addend;
    layer.hasTwoAddends &= isAddend;
    if (!isAddend)
      facts.addendShift = 0;
    else if (rung == Rung::MultiplyHigh ||
             (rung == Rung::TwoLimbs && random.oneIn(2)))
      facts.addendShift = 1 + random.below(32);
    // Half of a unit more is for these, and no matter to others.
    if (isAddend && (isRounding(rung) || random.oneIn(4))) {
      facts.hasOddAddends = true;
      facts.addendShift = random.below(31);
    }
    // The addends are about as large as the divisor.
    const Int128 unit = Int128(1) << layer.getUnit(), half = layer.getHalf();
    const unsigned addendBits = random.below(
        1 + std::min<unsigned>(
                31, std::max(0, int(facts.shift.high) - layer.getUnit())));
    facts.addends =
        generateInterval(addendBits, random) * Interval{unit, unit} +
        Interval{half, half};
    if (!isAddend)
      facts.addends = getComputedAddends(layer.rounding, facts.shift);
    facts.sums = facts.differences * facts.multiplicand;
    facts.sums =
        getHull(facts.sums, facts.sums + getHull(facts.addends, {0, 0}));
    // The channels of a layer promise less than the hull of their parameters.
    if (random.oneIn(2)) {
      const int less = int(random.below(8));
      facts.sums = getHull({facts.sums.low >> less, facts.sums.high >> less},
                           getHull(facts.addends, {0, 0}));
    }
    const Int128 zeroPoint = layer.zeroPoint;
    const Interval codes =
        shiftRight(facts.sums, facts.shift) + Interval{zeroPoint, zeroPoint};
    const unsigned width = getWidth(rung);
    if (!facts.sums.fits(64) || !layer.getInputs().fits(32) ||
        !codes.fits(width) || !findMiss(rung, facts).empty())
      continue;
    // What 32 bits do is easy; the other rungs are for what they do not.
    if (rung != Rung::Multiply32 && bits > 16 && facts.sums.fits(32) &&
        !random.oneIn(8))
      continue;
    return layer;
  }
}

/// Parameters that keep the promises.
Staircase generateStaircase(const Layer &layer, Random &random) {
  const Facts &facts = layer.facts;
  Staircase s;
  s.rounding = layer.rounding;
  s.multiplicand =
      random.oneIn(8)
          ? int64_t(facts.multiplicand.high)
          : generateMagnitude({layer.multiplicandBits, true}, random);
  s.shift =
      unsigned(int64_t(random.between(facts.shift.low, facts.shift.high)));
  s.inputZeroPoint = layer.inputZeroPoint;
  s.outputZeroPoint = layer.zeroPoint;
  s.clampMin = -(int64_t(1) << (layer.resultBits - 1));
  s.clampMax = -s.clampMin - 1;
  if (s.rounding != Rounding::Addend)
    return s;
  const Interval operands = layer.getAddendOperands();
  const Int128 unit = Int128(1) << layer.getUnit(), half = layer.getHalf();
  const auto pickAddend = [&] {
    const Int128 operand = random.oneIn(4)
                               ? operands.high
                               : random.between(operands.low, operands.high);
    return int64_t(operand * unit + half);
  };
  s.addend = pickAddend();
  s.negativeAddend = s.addend;
  if (layer.hasTwoAddends) {
    // A pair must not step down at zero, or there are no thresholds.
    const Int128 most =
        std::min<Int128>(pickAddend(), s.addend + s.multiplicand);
    s.negativeAddend =
        int64_t(((most - half) >> layer.getUnit()) * unit + half);
    if (s.negativeAddend < facts.addends.low)
      s.negativeAddend = s.addend;
  }
  return s;
}

/// Whether the promise about sums holds.
bool keepsSums(const Layer &layer, const Staircase &s, Int128 input) {
  const Int128 d = input - s.inputZeroPoint;
  const Int128 product = s.multiplicand * d;
  const ::staircase::Addends addends = getAddends(s);
  const Int128 sum = product + (d < 0 ? addends.negative : addends.positive);
  return layer.facts.sums.contains(
      {std::min(product, sum), std::max(product, sum)});
}

std::string printRange(const Interval &interval) {
  return "array<i64: " + std::to_string(int64_t(interval.low)) + ", " +
         std::to_string(int64_t(interval.high)) + ">";
}

std::string printFunction(const Layer &layer, const std::string &name,
                          size_t numLanes) {
  const Facts &facts = layer.facts;
  const bool isVector = numLanes > 1;
  const unsigned addendBits = layer.getUnit() > 0 ? 32 : 64;
  const bool isAddend = layer.rounding == Rounding::Addend;
  std::vector<std::pair<char, unsigned>> operands = {{'x', 32}, {'m', 32}};
  if (isAddend)
    operands.push_back({'b', addendBits});
  if (layer.hasTwoAddends)
    operands.push_back({'n', addendBits});
  operands.push_back({'s', 8});
  const auto getMemRef = [](unsigned bits) {
    return "memref<" + std::to_string(kNumElements) + "xi" +
           std::to_string(bits) + ">";
  };
  const auto getType = [&](unsigned bits) {
    const std::string element = "i" + std::to_string(bits);
    return isVector ? "vector<" + std::to_string(numLanes) + "x" + element + ">"
                    : element;
  };
  const auto getAccess = [&](const std::string &access, unsigned bits) {
    return (isVector ? "vector." : "memref.") + access +
           "[%i] : " + getMemRef(bits) +
           (isVector ? ", " + getType(bits) : "") + "\n";
  };
  std::string text = "func.func @" + name + "(";
  for (auto [operand, bits] : operands)
    text += std::string("%") + operand + ": " + getMemRef(bits) + ", ";
  text += "%y: " + getMemRef(layer.resultBits) +
          ") {\n  %zero = arith.constant 0 : index\n"
          "  %end = arith.constant " +
          std::to_string(kNumElements) + " : index\n  %step = arith.constant " +
          std::to_string(numLanes) +
          " : index\n  scf.for %i = %zero to %end step %step {\n";
  for (auto [operand, bits] : operands)
    // One shift for all is a constant.
    text += operand == 's' && facts.shift.isConstant()
                ? "    %as = arith.constant " +
                      std::to_string(int(facts.shift.low)) + " : i8\n"
                : std::string("    %a") + operand + " = " +
                      getAccess(std::string("load %") + operand, bits);
  text +=
      std::string("    %r = rescale.apply %ax * %am") +
      (isAddend ? " + %ab" : "") +
      (layer.hasTwoAddends ? " negative %an" : "") + " shift %as round " +
      stringifyRounding(static_cast<rescale::Rounding>(layer.rounding)).str() +
      " input_zero_point " + std::to_string(int64_t(layer.inputZeroPoint)) +
      " zero_point " + std::to_string(layer.zeroPoint) +
      " {rung = #rescale<rung " +
      stringifyRung(static_cast<rescale::Rung>(layer.rung)).str() +
      ">, multiplicand_bits = " + std::to_string(layer.multiplicandBits) +
      ", addend_shift = " + std::to_string(layer.getUnit()) +
      (facts.hasOddAddends ? ", addend_half" : "") +
      ", input_range = " + printRange(layer.getInputs()) +
      ", sum_range = " + printRange(facts.sums) +
      ", shift_range = " + printRange(facts.shift);
  if (isAddend)
    text += ", addend_range = " + printRange(layer.getAddendOperands());
  text += "}\n       : (";
  for (auto [operand, bits] : operands)
    text += (operand == 'x' ? "" : ", ") +
            (operand == 's' && facts.shift.isConstant() ? "i8" : getType(bits));
  text += ") -> " + getType(layer.resultBits) + "\n    " +
          getAccess("store %r, %y", layer.resultBits) + "  }\n  return\n}\n";
  return text;
}

/// The operations of one module, and what is counted of them.
class Comparison {
public:
  explicit Comparison(Random &random) : random(random) {}

  /// Runs `kNumElements` accumulators of at most `bits` bits through each rung.
  void compare(unsigned bits, bool isExhaustive);

  void print() const {
    std::printf("%zu cases, %zu inside the clamp, %zu steps, %zu differences\n",
                numCases, numInside, numSteps, numDifferences);
  }

  size_t numCases = 0;
  size_t numInside = 0;
  size_t numSteps = 0;
  size_t numDifferences = 0;

private:
  void compare(const Layer &layer, const std::string &name, Jit &jit,
               bool isExhaustive, const std::string &source);
  /// The next accumulator for a staircase.
  Int128 generateInput(const Layer &layer, const Staircase &s);

  Random &random;
};

Int128 Comparison::generateInput(const Layer &layer, const Staircase &s) {
  const Interval inputs = layer.getInputs();
  for (int attempt = 0; attempt < 4; ++attempt) {
    Int128 input;
    switch (random.below(8)) {
    case 0:
      input = random.oneIn(2) ? inputs.low : inputs.high;
      break;
    case 1:
      input = std::clamp(s.inputZeroPoint + Int128(random.below(3)) - 1,
                         inputs.low, inputs.high);
      break;
    case 2:
    case 3:
      input = random.anyMagnitude(inputs.low, inputs.high);
      break;
    default:
      input = generateStep(s, inputs.low, inputs.high, random);
      break;
    }
    if (keepsSums(layer, s, input))
      return input;
  }
  return s.inputZeroPoint;
}

void Comparison::compare(const Layer &layer, const std::string &name, Jit &jit,
                         bool isExhaustive, const std::string &source) {
  const unsigned addendBits = layer.getUnit() > 0 ? 32 : 64;
  Buffer x({32}, kNumElements), m({32}, kNumElements),
      b({addendBits}, kNumElements), n({addendBits}, kNumElements),
      s({8}, kNumElements), scalar({layer.resultBits}, kNumElements),
      vector({layer.resultBits}, kNumElements);
  std::vector<Staircase> staircases;
  const Interval inputs = layer.getInputs();
  Staircase staircase = generateStaircase(layer, random);
  for (size_t i = 0; i < kNumElements; ++i) {
    // One staircase for all accumulators, or a new one now and then.
    if (!isExhaustive && i % 64 == 0)
      staircase = generateStaircase(layer, random);
    Int128 input;
    if (isExhaustive) {
      input = inputs.low + Int128(i) % (inputs.high - inputs.low + 1);
      if (!keepsSums(layer, staircase, input))
        input = staircase.inputZeroPoint;
    } else {
      input = generateInput(layer, staircase);
    }
    staircases.push_back(staircase);
    x.set(i, input);
    m.set(i, staircase.multiplicand);
    b.set(i, staircase.addend >> layer.getUnit());
    n.set(i, staircase.negativeAddend >> layer.getUnit());
    s.set(i, staircase.shift);
  }
  for (Buffer *result : {&scalar, &vector}) {
    std::vector<Buffer *> buffers = {&x, &m};
    if (layer.rounding == Rounding::Addend)
      buffers.push_back(&b);
    if (layer.hasTwoAddends)
      buffers.push_back(&n);
    buffers.push_back(&s);
    buffers.push_back(result);
    jit.call(result == &scalar ? name : name + "_vector", buffers);
  }
  for (size_t i = 0; i < kNumElements; ++i) {
    const Staircase &of = staircases[i];
    const int64_t expected = evaluate(of, x.get(i));
    ++numCases;
    numInside += of.clampMin < expected && expected < of.clampMax;
    numSteps += expected != evaluate(of, x.get(i) - 1);
    if (expected == scalar.get(i) && expected == vector.get(i))
      continue;
    if (++numDifferences <= 5)
      ADD_FAILURE() << describe(of, x.get(i)) << ": reference " << expected
                    << ", scalar " << int64_t(scalar.get(i)) << ", vector "
                    << int64_t(vector.get(i)) << " in\n"
                    << source;
  }
}

void Comparison::compare(unsigned bits, bool isExhaustive) {
  std::vector<Layer> layers;
  std::vector<std::string> sources;
  std::string all;
  for (Rung rung : ::staircase::kRungs) {
    const std::string name = "f" + std::to_string(layers.size());
    layers.push_back(generateLayer(rung, bits, random));
    sources.push_back(printFunction(layers.back(), name, 1));
    all += sources.back() +
           printFunction(layers.back(), name + "_vector", kNumLanes);
  }
  DialectRegistry registry;
  Jit::registerDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(all, &context);
  ASSERT_TRUE(module) << all;
  std::unique_ptr<Jit> jit = Jit::compile(*module);
  ASSERT_TRUE(jit) << all;
  for (size_t i = 0; i < layers.size(); ++i)
    compare(layers[i], "f" + std::to_string(i), *jit, isExhaustive, sources[i]);
}

unsigned getScale() {
  const char *scale = std::getenv("RESCALE_RUNG_CASES");
  return scale ? std::max(1, std::atoi(scale)) : 1;
}

TEST(Rungs, Exhaustive) {
  Random random(20261121);
  Comparison comparison(random);
  for (unsigned i = 0; i < getScale(); ++i)
    for (unsigned bits = 8; bits <= 16; ++bits)
      comparison.compare(bits, /*isExhaustive=*/true);
  comparison.print();
  EXPECT_EQ(comparison.numDifferences, 0u);
}

TEST(Rungs, Seeded) {
  Random random(20261122);
  Comparison comparison(random);
  // 23 layers of each of seven rungs are 10^7.
  for (unsigned i = 0; i < 23 * getScale(); ++i)
    comparison.compare(17 + i % 16, /*isExhaustive=*/false);
  comparison.print();
  EXPECT_EQ(comparison.numDifferences, 0u);
  EXPECT_GE(comparison.numCases, size_t(10000000));
  EXPECT_GE(comparison.numInside, comparison.numCases / 4);
  EXPECT_GE(comparison.numSteps, comparison.numCases / 4);
}

} // namespace
