//===- CanonicalizeTest.cpp - Rewrites on their whole input space ---------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Seeded chains of operations, evaluated on every 8-bit input before and after
// canonicalization. Parameters are drawn so that a good part of the chains is
// rewritten, and just not rewritten.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <gtest/gtest.h>

#include <random>

using namespace mlir;

namespace {

/// Seeded choices that are the same on every machine.
class Random {
public:
  explicit Random(unsigned seed) : engine(seed) {}
  /// A number from `low` to `high`.
  int between(int low, int high) { return low + engine() % (high - low + 1); }
  bool oneIn(unsigned count) { return engine() % count == 0; }

private:
  std::mt19937 engine;
};

/// How a value of 8 bits is read.
struct Reading {
  bool isUnsigned;
  int low() const { return isUnsigned ? 0 : -128; }
  int high() const { return isUnsigned ? 255 : 127; }
};

/// A clamp clause: none, the whole range, or part of it.
void printClamp(llvm::raw_ostream &os, Reading reading, Random &random) {
  if (random.oneIn(2))
    return;
  int low = reading.low(), high = reading.high();
  if (!random.oneIn(3)) {
    low = random.between(low, high);
    high = random.between(low, high);
  }
  os << " clamp [" << low << ", " << high << ']';
}

/// A rescale.requantize of 2 x 128 codes. `isIdentity` makes its scale 1,
/// mostly.
void printRequantize(llvm::raw_ostream &os, StringRef result, StringRef input,
                     Reading from, Reading to, bool isIdentity,
                     Random &random) {
  const bool hasAxis = random.oneIn(2);
  const int shifts[] = {random.between(0, 7), random.between(0, 7)};
  const bool isShared = random.oneIn(2);
  auto getShift = [&](int i) { return shifts[isShared ? 0 : i]; };
  auto getMultiplicand = [&](int i) {
    return isIdentity ? (1 << getShift(i)) - random.oneIn(32)
                      : random.between(0, 255);
  };
  const char *modes[] = {"half_up",   "double",    "floor",
                         "half_even", "half_away", "addend"};
  const StringRef mode = modes[random.between(0, 5)];
  os << result << " = rescale.requantize " << input << " mul dense<["
     << getMultiplicand(0);
  if (hasAxis)
    os << ", " << getMultiplicand(1);
  os << "]> : tensor<" << (hasAxis ? 2 : 1) << "xui8> shift [" << getShift(0);
  if (hasAxis)
    os << ", " << getShift(1) << "] axis 0";
  else
    os << ']';
  os << " round " << mode;
  if (mode == "addend") {
    const int addends[] = {random.between(0, 1 << getShift(0)),
                           random.between(-1, 1 << getShift(1))};
    os << " addends [" << addends[0];
    if (hasAxis)
      os << ", " << addends[random.oneIn(2)];
    os << ']';
    if (random.oneIn(2)) // At most each addend, so that no code falls at 0.
      os << " negative_addends [" << std::min(addends[0], addends[1]) << ']';
  }
  os << " input_zero_point "
     << (random.oneIn(2) ? 0 : random.between(from.low(), from.high()))
     << " zero_point "
     << (random.oneIn(2) ? 0 : random.between(to.low(), to.high()));
  printClamp(os, to, random);
  os << (from.isUnsigned ? " unsigned_input" : "")
     << (to.isUnsigned ? " unsigned_result" : "")
     << " : tensor<2x128xi8> -> tensor<2x128xi8>\n";
}

/// The last result of a function's operations for a constant argument.
Attribute evaluate(func::FuncOp function, Attribute argument) {
  DenseMap<Value, Attribute> values = {{function.getArgument(0), argument}};
  for (Operation &op : function.front().without_terminator()) {
    SmallVector<Attribute> operands;
    for (Value operand : op.getOperands())
      operands.push_back(values.lookup(operand));
    SmallVector<OpFoldResult> results;
    if (failed(op.fold(operands, results)) || results.size() != 1)
      return {};
    auto attr = dyn_cast<Attribute>(results.front());
    values[op.getResult(0)] =
        attr ? attr : values.lookup(cast<Value>(results.front()));
  }
  return values.lookup(function.front().getTerminator()->getOperand(0));
}

class Canonicalize : public ::testing::Test {
protected:
  Canonicalize() : context(MLIRContext::Threading::DISABLED) {
    context.loadDialect<arith::ArithDialect, func::FuncDialect,
                        rescale::RescaleDialect>();
    for (RegisteredOperationName name : context.getRegisteredOperations())
      if (name.getDialectNamespace() == "rescale")
        name.getCanonicalizationPatterns(patterns, &context);
    frozen = FrozenRewritePatternSet(std::move(patterns));
  }

  /// Evaluates before and after, and counts the operations that went away.
  void check(const std::string &source, Attribute argument) {
    auto module = parseSourceString<ModuleOp>(source, &context);
    ASSERT_TRUE(module) << source;
    auto function = cast<func::FuncOp>(module->lookupSymbol("f"));
    const Attribute expected = evaluate(function, argument);
    ASSERT_TRUE(expected) << source;
    const size_t numOps = llvm::range_size(function.front());
    (void)applyPatternsGreedily(function, frozen);
    ASSERT_TRUE(succeeded(verify(*module))) << source;
    ASSERT_EQ(evaluate(function, argument), expected) << source;
    numFewer += numOps - llvm::range_size(function.front());
  }

  MLIRContext context;
  RewritePatternSet patterns{&context};
  FrozenRewritePatternSet frozen;
  size_t numFewer = 0;
};

/// All 256 codes.
SmallVector<APInt> getCodes() {
  SmallVector<APInt> codes;
  for (unsigned i = 0; i < 256; ++i)
    codes.push_back(APInt(8, i));
  return codes;
}

TEST_F(Canonicalize, Requantize) {
  Random random(20260304);
  auto type = RankedTensorType::get({2, 128}, IntegerType::get(&context, 8));
  const Attribute codes = DenseElementsAttr::get(type, getCodes());
  for (int i = 0; i < 4000; ++i) {
    std::string source;
    llvm::raw_string_ostream os(source);
    const Reading first{random.oneIn(2)}, second{random.oneIn(2)},
        third{random.oneIn(2)};
    // Mostly read as it was written, which is what fuses.
    const Reading read{random.oneIn(8) ? !second.isUnsigned
                                       : second.isUnsigned};
    os << "func.func @f(%x: tensor<2x128xi8>) -> tensor<2x128xi8> {\n";
    printRequantize(os, "%0", "%x", first, second, random.oneIn(4), random);
    printRequantize(os, "%1", "%0", read, third, !random.oneIn(8), random);
    printRequantize(os, "%2", "%1", third, third, random.oneIn(2), random);
    os << "return %2 : tensor<2x128xi8>\n}\n";
    ASSERT_NO_FATAL_FAILURE(check(source, codes));
  }
  EXPECT_GT(numFewer, 2000u);
}

TEST_F(Canonicalize, Apply) {
  Random random(20260305);
  auto type = VectorType::get(256, IntegerType::get(&context, 8));
  const Attribute codes = DenseElementsAttr::get(type, getCodes());
  const char *bounds[] = {"minsi", "maxsi", "minui", "maxui"};
  for (int i = 0; i < 4000; ++i) {
    std::string source;
    llvm::raw_string_ostream os(source);
    const Reading from{random.oneIn(2)}, to{random.oneIn(2)};
    os << "func.func @f(%x: vector<256xi8>) -> vector<256xi8> {\n";
    for (const char *name : {"m", "s", "a", "b"})
      os << '%' << name << " = arith.constant dense<" << random.between(0, 127)
         << "> : vector<256xi8>\n";
    os << "%0 = rescale.apply %x * %m shift %s round half_up"
       << " input_zero_point " << random.between(from.low(), from.high())
       << " zero_point " << random.between(to.low(), to.high());
    printClamp(os, to, random);
    os << (from.isUnsigned ? " unsigned_input" : "")
       << (to.isUnsigned ? " unsigned_result" : "")
       << " : (vector<256xi8>, vector<256xi8>, vector<256xi8>)"
          " -> vector<256xi8>\n"
       << "%1 = arith." << bounds[random.between(0, 3)]
       << " %0, %a : vector<256xi8>\n"
       << "%2 = arith." << bounds[random.between(0, 3)]
       << " %1, %b : vector<256xi8>\n"
       << "return %2 : vector<256xi8>\n}\n";
    ASSERT_NO_FATAL_FAILURE(check(source, codes));
  }
  EXPECT_GT(numFewer, 2000u);
}

} // namespace
