//===- ConformanceTest.cpp - Folder, compiled code and reference ----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Three implementations of the same operations, compared bit for bit on ten
// million seeded values: the reference semantics, the folders, and the
// arithmetic of the lowering, compiled by LLVM and run. A case is one value
// that went through all three.
//
//===----------------------------------------------------------------------===//

#include "Cases.h"
#include "Jit.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace conformance;
using namespace mlir;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Rounding;

namespace {

constexpr Rounding kRoundings[] = {Rounding::HalfUp,   Rounding::Double,
                                   Rounding::Floor,    Rounding::HalfEven,
                                   Rounding::HalfAway, Rounding::Addend};
constexpr unsigned kInputWidths[] = {4, 8, 12, 16, 24, 32, 48, 64};
constexpr unsigned kResultWidths[] = {4, 8, 16, 32};

/// Every mode with every pair of types.
std::vector<Kind> getKinds() {
  std::vector<Kind> kinds;
  for (Rounding rounding : kRoundings)
    for (unsigned input : kInputWidths)
      for (unsigned result : kResultWidths)
        for (unsigned signs = 0; signs < 4; ++signs)
          kinds.push_back({rounding,
                           {input, (signs & 1) != 0},
                           {result, (signs & 2) != 0}});
  return kinds;
}

/// The cases compared so far, and the first few differences.
class Tally {
public:
  void compare(int64_t reference, Int128 folded, Int128 compiled,
               const std::string &source, const ::staircase::Staircase &s,
               Int128 input) {
    ++numCases;
    numInside += s.clampMin < reference && reference < s.clampMax;
    if (reference == folded && reference == compiled)
      return;
    if (++numDifferences <= 5)
      ADD_FAILURE() << describe(s, input) << ": reference " << reference
                    << ", folder " << int64_t(folded) << ", compiled "
                    << int64_t(compiled) << " in\n"
                    << source;
  }

  /// Prints and checks the counts. A saturated code hides a difference, so a
  /// good part must not be.
  void expectAgreement(size_t minCases) {
    std::printf("%zu cases, %zu of them inside the clamp, %zu differences\n",
                numCases, numInside, numDifferences);
    EXPECT_EQ(numDifferences, 0u);
    EXPECT_GE(numCases, minCases);
    EXPECT_GE(numInside, numCases / 4);
  }

private:
  size_t numCases = 0;
  size_t numInside = 0;
  size_t numDifferences = 0;
};

/// A constant operand: an integer, or elements of a shaped type.
Attribute getConstant(Type type, ArrayRef<Int128> values) {
  const unsigned width = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  SmallVector<APInt> bits;
  for (Int128 value : values)
    bits.push_back(APInt(width, uint64_t(value), /*isSigned=*/false,
                         /*implicitTrunc=*/true));
  if (auto shaped = dyn_cast<ShapedType>(type))
    return DenseElementsAttr::get(shaped, bits);
  return IntegerAttr::get(type, bits.front());
}

/// The codes that an operation folds to for constant operands.
std::vector<Int128> fold(Operation *op, ArrayRef<Attribute> operands,
                         bool isUnsigned) {
  SmallVector<OpFoldResult> results;
  if (failed(op->fold(operands, results)) || results.size() != 1) {
    ADD_FAILURE() << "does not fold";
    return {};
  }
  auto read = [&](const APInt &bits) {
    return isUnsigned ? Int128(bits.getZExtValue())
                      : Int128(bits.getSExtValue());
  };
  // An identity folds to its first operand.
  auto attr = dyn_cast<Attribute>(results.front());
  if (!attr && cast<Value>(results.front()) == op->getOperand(0))
    attr = operands.front();
  if (auto scalar = dyn_cast_or_null<IntegerAttr>(attr))
    return {read(scalar.getValue())};
  std::vector<Int128> codes;
  for (const APInt &bits : cast<DenseIntElementsAttr>(attr).getValues<APInt>())
    codes.push_back(read(bits));
  return codes;
}

template <typename OpTy>
OpTy findOp(ModuleOp module, StringRef function) {
  OpTy found;
  module.lookupSymbol(function)->walk([&](OpTy op) { found = op; });
  return found;
}

//===----------------------------------------------------------------------===//
// rescale.requantize
//===----------------------------------------------------------------------===//

void compare(const Requantization &c, ModuleOp module, Jit &jit, Tally &tally) {
  auto op = findOp<rescale::RequantizeOp>(module, c.name);
  const std::vector<Int128> folded =
      fold(op, getConstant(op.getInput().getType(), c.inputs),
           c.kind.result.isUnsigned);
  Buffer input(c.kind.input, c.inputs.size());
  Buffer result(c.kind.result, c.inputs.size());
  for (size_t i = 0; i < c.inputs.size(); ++i)
    input.set(i, c.inputs[i]);
  jit.call(c.name, {&input, &result});
  ASSERT_EQ(folded.size(), c.inputs.size());
  for (size_t i = 0; i < c.inputs.size(); ++i)
    tally.compare(evaluate(c.getStaircase(i), c.inputs[i]), folded[i],
                  result.get(i), c.source, c.getStaircase(i), c.inputs[i]);
}

//===----------------------------------------------------------------------===//
// rescale.apply
//===----------------------------------------------------------------------===//

void compare(const Application &c, size_t numLanes, ModuleOp module, Jit &jit,
             Tally &tally) {
  const size_t size = c.inputs.size();
  // The operands in their order: a buffer for the call, values for the folder.
  std::vector<Buffer> buffers;
  std::vector<std::vector<Int128>> values;
  auto addOperand = [&](IntegerFormat format, auto get) {
    buffers.emplace_back(format, size);
    values.emplace_back();
    for (size_t i = 0; i < size; ++i) {
      values.back().push_back(get(i));
      buffers.back().set(i, get(i));
    }
  };
  addOperand(c.kind.input, [&](size_t i) { return c.inputs[i]; });
  addOperand(c.multiplicand,
             [&](size_t i) { return c.staircases[i].multiplicand; });
  if (c.hasAddend)
    addOperand(c.addend, [&](size_t i) { return c.staircases[i].addend; });
  if (c.hasNegativeAddend)
    addOperand(c.addend,
               [&](size_t i) { return c.staircases[i].negativeAddend; });
  addOperand({8}, [&](size_t i) { return c.shifts[i]; });
  buffers.emplace_back(c.kind.result, size);

  const std::string name = c.name + (numLanes > 1 ? "_vector" : "");
  auto op = findOp<rescale::ApplyOp>(module, name);
  std::vector<Int128> folded;
  for (size_t i = 0; i < size; i += numLanes) {
    SmallVector<Attribute> operands;
    for (auto [operand, all] : llvm::zip_equal(op->getOperands(), values))
      operands.push_back(
          getConstant(operand.getType(), ArrayRef(all).slice(i, numLanes)));
    llvm::append_range(folded, fold(op, operands, c.kind.result.isUnsigned));
  }
  std::vector<Buffer *> arguments;
  for (Buffer &buffer : buffers)
    arguments.push_back(&buffer);
  jit.call(name, arguments);
  ASSERT_EQ(folded.size(), size);
  for (size_t i = 0; i < size; ++i)
    tally.compare(evaluate(c.staircases[i], c.inputs[i]), folded[i],
                  buffers.back().get(i), c.source, c.staircases[i],
                  c.inputs[i]);
}

void compare(const Application &c, ModuleOp module, Jit &jit, Tally &tally) {
  compare(c, 1, module, jit, tally);
  if (c.hasVector)
    compare(c, Application::numLanes, module, jit, tally);
}

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

/// Collects cases into modules that are compiled at once, each in a context of
/// its own: attributes live as long as their context.
template <typename Case>
class Batch {
public:
  explicit Batch(Tally &tally) : tally(tally) {}
  ~Batch() { flush(); }

  void add(Case c) {
    cases.push_back(std::move(c));
    if (cases.size() == 64)
      flush();
  }

private:
  void flush() {
    DialectRegistry registry;
    Jit::registerDialects(registry);
    MLIRContext context(registry, MLIRContext::Threading::DISABLED);
    std::string source;
    for (const Case &c : cases)
      source += c.source;
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(source, &context);
    ASSERT_TRUE(module) << source;
    OwningOpRef<ModuleOp> lowered = module->clone();
    std::unique_ptr<Jit> jit = Jit::compile(*lowered);
    ASSERT_TRUE(jit) << source;
    for (const Case &c : cases)
      compare(c, *module, *jit, tally);
    cases.clear();
  }

  Tally &tally;
  std::vector<Case> cases;
};

/// A new function name.
std::string getName() {
  static unsigned count = 0;
  return "f" + std::to_string(count++);
}

TEST(Conformance, Requantize) {
  Tally tally;
  {
    Random random(20260301);
    Batch<Requantization> batch(tally);
    for (int variant = 0; variant < 2; ++variant)
      for (const Kind &kind : getKinds())
        batch.add({getName(), kind, random});
  }
  tally.expectAgreement(6000000);
}

TEST(Conformance, Apply) {
  Tally tally;
  {
    Random random(20260302);
    Batch<Application> batch(tally);
    for (const Kind &kind : getKinds())
      for (unsigned width : {8, 16, 32})
        for (bool isUnsigned : {false, true})
          batch.add(
              {getName(), kind, {width, isUnsigned}, random.oneIn(2), random});
  }
  tally.expectAgreement(4000000);
}

} // namespace
