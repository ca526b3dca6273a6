//===- RangeAnalysis.h - Ranges of integers ---------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's range analysis with two things that it does not know: the values
// of constant tables, and how far a sum gets in a loop that ends.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_RANGEANALYSIS_H
#define RESCALE_LIB_TRANSFORMS_RANGEANALYSIS_H

#include "mlir/Analysis/DataFlow/IntegerRangeAnalysis.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace mlir::rescale {

/// Bounds of an exact result, in so many bits that nothing overflows.
struct Bounds {
  static constexpr unsigned kWidth = 192;
  APInt low{kWidth, 0}, high{kWidth, 0};

  bool fits(unsigned width) const {
    return low.isSignedIntN(width) && high.isSignedIntN(width);
  }
};

/// A sum that a nest of loops computes: the value that it starts from, and what
/// is added how often. Whatever the order, and wherever the nest is, the sum
/// lies between the sums of all that is negative and of all that is positive.
struct Accumulation {
  struct Addend {
    Value value;
    bool isSubtracted;
    APInt count;
  };
  Value init;
  SmallVector<Addend> addends;
};

/// Finds the accumulations of a module.
class Accumulations {
public:
  explicit Accumulations(Operation *root);

  /// The sum that `op` is a step of, or null.
  const Accumulation *lookup(Operation *op) const {
    auto it = members.find(op);
    return it == members.end() ? nullptr : &all[it->second];
  }

private:
  void addLoop(scf::ForOp loop, unsigned i);
  /// Collects what is added on the way from `start` to `value`, which happens
  /// `count` times.
  bool collect(Value value, Value start, const APInt &count, Accumulation &sum,
               SmallVectorImpl<Operation *> &ops);

  SmallVector<Accumulation> all;
  llvm::DenseMap<Operation *, unsigned> members;
  /// Sums that do not begin with a value, with that value.
  llvm::DenseSet<std::pair<Value, Value>> apart;
};

/// The range of the values of a constant table.
class Tables {
public:
  explicit Tables(Operation *module) : symbols(module) {}

  /// The range of what `load` reads, where that is a constant.
  std::optional<ConstantIntRanges> lookup(memref::LoadOp load);

private:
  SymbolTable symbols;
  llvm::DenseMap<Operation *, std::optional<ConstantIntRanges>> ranges;
};

/// Upstream's analysis, which gives up on what a loop carries.
class RangeAnalysis : public dataflow::IntegerRangeAnalysis {
public:
  RangeAnalysis(DataFlowSolver &solver, const Accumulations &accumulations,
                Tables &tables)
      : IntegerRangeAnalysis(solver), accumulations(accumulations),
        tables(tables) {}

  LogicalResult visitOperation(
      Operation *op,
      ArrayRef<const dataflow::IntegerValueRangeLattice *> operands,
      ArrayRef<dataflow::IntegerValueRangeLattice *> results) override;

private:
  static constexpr unsigned kMaxVisits = 32;

  void join(dataflow::IntegerValueRangeLattice *lattice,
            const ConstantIntRanges &range);
  Bounds getBounds(const Accumulation &sum, Operation *op, bool &isReady);

  const Accumulations &accumulations;
  Tables &tables;
  llvm::DenseMap<Operation *, unsigned> numVisits;
};

/// The ranges of all integers of a module.
class IntegerRanges {
public:
  explicit IntegerRanges(Operation *module)
      : module(module), accumulations(module), tables(module) {}

  /// Ranges are those of the module as it is now.
  LogicalResult compute();

  /// The range of `value`; null where it is never computed.
  const ConstantIntRanges *lookup(Value value) const;

  const Accumulations &getAccumulations() const { return accumulations; }
  DataFlowSolver &getSolver() { return solver; }

private:
  Operation *module;
  Accumulations accumulations;
  Tables tables;
  DataFlowSolver solver;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_RANGEANALYSIS_H
