//===- CodeScales.h - What codes stand for, changed by factors --*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Between two layers with weights the step of the codes is free: one divides
// its scale by what the other multiplies it by. Additions, products and
// concatenations, which have no weights, get scales of few bits that way.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_CODESCALES_H
#define RESCALE_LIB_TRANSFORMS_CODESCALES_H

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Snap.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::rescale {

/// The requantization of a sum or of a product of codes, or of codes
/// themselves, with the requantizations that bring the codes to it.
struct Combination {
  struct Operand {
    Value codes;
    int64_t zeroPoint;
    /// The requantizations on the way, the last one first, and what they
    /// multiply by.
    SmallVector<RequantizeOp, 2> path;
    ::staircase::Ratio scale = 1;
  };
  /// tosa.add, tosa.sub or tosa.mul; null where codes are requantized.
  Operation *op = nullptr;
  RequantizeOp result;
  SmallVector<Operand, 2> operands;
  /// Of the scales that it shall have.
  unsigned bits = 0;

  Value getCodes() const { return result->getResult(0); }
  bool isProduct() const;
  bool isSum() const { return op && !isProduct(); }
  /// How many scales shall have few bits: one for each operand of a sum.
  size_t getNumScales() const { return isSum() ? operands.size() : 1; }
  /// What becomes of a step of operand `index` in steps of the result; for a
  /// product, of a step of each.
  ::staircase::Ratio getScale(size_t index) const;
};

/// Which codes have one step, and factors from 1 to 2 that steps are multiplied
/// by, so that combinations have scales of few bits.
class CodeScales {
public:
  /// Finds the codes in `top` and chooses the factors. `getBits` says what the
  /// scales of a combination shall have, by its requantization; 0 leaves it.
  /// `absorbs` says of a requantization of accumulators that weights before it,
  /// and of an operation that weights of its own, take any factor.
  CodeScales(Operation *top, function_ref<unsigned(RequantizeOp)> getBits,
             function_ref<bool(Operation *)> absorbs);

  /// Rewrites the combinations. Those that are left, `leave` gets, with the
  /// reason.
  void rewrite(function_ref<void(RequantizeOp, StringRef)> leave) const;

  /// What the step of the codes `value` is multiplied by: at least 1, and less
  /// than 2.
  ::staircase::Ratio getFactor(Value value) const;

private:
  /// Codes of one step.
  struct Class {
    ::staircase::Ratio factor = 1;
    bool isFixed = false;
    unsigned component;
  };
  /// Classes that are scaled together only, as their quotients are chosen.
  struct Component {
    SmallVector<unsigned, 1> classes;
    bool isFixed;
    bool isScaled = false;
  };

  void addOp(Operation *op, function_ref<bool(Operation *)> absorbs);
  unsigned getClass(Value value);
  void unite(Value a, Value b);
  void fix(Value value) { classes[getClass(value)].isFixed = true; }
  bool solveAll();
  bool leave(size_t index);
  ::staircase::Ratio getScale(const Combination &combination,
                              size_t index) const;
  bool isMet(const Combination &combination) const;
  bool solve(const Combination &combination, size_t index);
  void scale(unsigned number, const ::staircase::Ratio &factor);
  void join(unsigned a, unsigned b);
  void rewriteSum(const Combination &combination) const;
  void rewriteOther(const Combination &combination) const;

  llvm::DenseMap<Value, unsigned> numbers;
  /// By number: another number of the same class, or itself.
  SmallVector<unsigned> leaders;
  SmallVector<Class, 0> classes;
  SmallVector<Component, 0> components;
  SmallVector<Combination, 0> combinations, left;
  llvm::SetVector<Operation *> known;
};

/// Moves the clamp of `op` where a step of its codes is multiplied by `factor`,
/// so that it stays at the same real values.
void scaleClamp(RequantizeOp op, const ::staircase::Ratio &factor);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_CODESCALES_H
