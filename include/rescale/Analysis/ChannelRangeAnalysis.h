//===- ChannelRangeAnalysis.h - Ranges of accumulators ----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What accumulators can be, whatever the input of a network: proved from
// constant weights, zero points, padding and the clamps of producers.
// docs/Ranges.md.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_ANALYSIS_CHANNELRANGEANALYSIS_H
#define RESCALE_ANALYSIS_CHANNELRANGEANALYSIS_H

#include "rescale/Analysis/ChannelRanges.h"

#include "mlir/Analysis/DataFlow/SparseAnalysis.h"
#include "mlir/Analysis/DataFlowFramework.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/InferIntRangeInterface.h"

#include "rescale/Analysis/AccumulatorRangeInterface.h.inc"

namespace mlir::rescale {
class RequantizeOp;

/// Adds the interface to the operations of TOSA, linalg, tensor and our
/// dialects. Without it, the results of these can be anything.
void registerAccumulatorRangeModels(DialectRegistry &registry);

/// What is known of a value. Ranges that keep growing, as around a loop, become
/// those of the type, so that the analysis ends.
class ChannelRangeLattice : public dataflow::AbstractSparseLattice {
public:
  using AbstractSparseLattice::AbstractSparseLattice;

  const ChannelRanges &getRanges() const { return ranges; }
  ChangeResult join(const ChannelRanges &other);
  ChangeResult join(const AbstractSparseLattice &other) override {
    return join(static_cast<const ChannelRangeLattice &>(other).getRanges());
  }
  void print(raw_ostream &os) const override { ranges.print(os); }

private:
  ChannelRanges ranges;
  unsigned changes = 0;
};

/// Carries the ranges of channels forward through a function, and from calls
/// into private ones.
class ChannelRangeAnalysis
    : public dataflow::SparseForwardDataFlowAnalysis<ChannelRangeLattice> {
public:
  using SparseForwardDataFlowAnalysis::SparseForwardDataFlowAnalysis;

  void setToEntryState(ChannelRangeLattice *lattice) override;
  LogicalResult
  visitOperation(Operation *op, ArrayRef<const ChannelRangeLattice *> operands,
                 ArrayRef<ChannelRangeLattice *> results) override;
};

/// The ranges of all values in an operation. They hold for the program as it is
/// when the analysis runs: it reads no range that the program claims to have,
/// proved or observed.
class ProvedRanges {
public:
  /// Runs the analysis; `failed` where the framework gives up.
  static FailureOr<ProvedRanges> compute(Operation *top);

  /// What the elements of `value` can be; all values of its type where it is
  /// never reached, and unknown where it is no tensor of integers.
  ChannelRanges get(Value value) const;
  /// What the accumulators of `op` can be, as it reads its input: one interval
  /// for each channel along its axis, or one for all.
  SmallVector<::staircase::Interval> getAccumulators(RequantizeOp op) const;
  /// Those of all operands of `op`.
  SmallVector<ChannelRanges> getOperands(Operation *op) const;

private:
  std::unique_ptr<DataFlowSolver> solver;
};

/// The ranges of scalars in a body or an epilogue, for one channel.
class BodyRanges {
public:
  /// `arguments` has those of the block's arguments.
  BodyRanges(Block &body, ArrayRef<IntegerValueRange> arguments);

  /// The range of a value of the body, or of one from outside.
  IntegerValueRange get(Value value) const;
  /// The same as an interval; nothing for what is no integer.
  std::optional<::staircase::Interval> getInterval(Value value) const;

private:
  llvm::DenseMap<Value, IntegerValueRange> ranges;
};

/// Calls `visit` for each channel of a linalg or kernel op with the ranges of
/// its body: of all elements of that channel, where elements of the output
/// depend on no others. `operands` are those of the op. Does nothing for ops
/// whose body is not known to hold for every element.
void visitBodies(Operation *op, ArrayRef<ChannelRanges> operands,
                 function_ref<void(const BodyRanges &)> visit);

} // namespace mlir::rescale

#endif // RESCALE_ANALYSIS_CHANNELRANGEANALYSIS_H
