//===- RangeAnalysis.cpp - Ranges of integers -----------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RangeAnalysis.h"

#include "mlir/Analysis/DataFlow/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace mlir::rescale;

//===----------------------------------------------------------------------===//
// Accumulations
//===----------------------------------------------------------------------===//

Accumulations::Accumulations(Operation *root) {
  root->walk<WalkOrder::PreOrder>([&](scf::ForOp loop) {
    for (unsigned i = 0, e = loop.getNumRegionIterArgs(); i < e; ++i)
      addLoop(loop, i);
  });
}

void Accumulations::addLoop(scf::ForOp loop, unsigned i) {
  Accumulation sum;
  SmallVector<Operation *> ops;
  std::optional<APInt> trips = loop.getStaticTripCount();
  if (!trips || !collect(loop.getYieldedValues()[i], loop.getRegionIterArg(i),
                         trips->zext(Bounds::kWidth), sum, ops))
    return;
  // The loops within are part of this sum.
  if (ops.empty() || members.contains(ops.front()))
    return;
  sum.init = loop.getInits()[i];
  for (Operation *op : ops)
    members[op] = all.size();
  all.push_back(std::move(sum));
}

bool Accumulations::collect(Value value, Value start, const APInt &count,
                            Accumulation &sum,
                            SmallVectorImpl<Operation *> &ops) {
  if (value == start)
    return true;
  Operation *op = value.getDefiningOp();
  // Sums of sums have more ways than operations.
  if (apart.contains({value, start}))
    return false;
  if (isa_and_present<arith::AddIOp, arith::SubIOp>(op)) {
    bool isSubtraction = isa<arith::SubIOp>(op);
    for (unsigned i = 0; i < (isSubtraction ? 1 : 2); ++i) {
      size_t numOps = ops.size(), numAddends = sum.addends.size();
      if (collect(op->getOperand(i), start, count, sum, ops)) {
        sum.addends.push_back({op->getOperand(1 - i), isSubtraction, count});
        ops.push_back(op);
        return true;
      }
      ops.truncate(numOps);
      sum.addends.truncate(numAddends);
    }
    apart.insert({value, start});
    return false;
  }
  if (auto loop = dyn_cast_or_null<scf::ForOp>(op)) {
    unsigned i = cast<OpResult>(value).getResultNumber();
    std::optional<APInt> trips = loop.getStaticTripCount();
    return trips && collect(loop.getInits()[i], start, count, sum, ops) &&
           collect(loop.getYieldedValues()[i], loop.getRegionIterArg(i),
                   count * trips->zext(Bounds::kWidth), sum, ops);
  }
  // What is added in one branch may be added or not.
  if (auto branch = dyn_cast_or_null<scf::IfOp>(op)) {
    unsigned i = cast<OpResult>(value).getResultNumber();
    return collect(branch.thenYield().getOperand(i), start, count, sum, ops) &&
           collect(branch.elseYield().getOperand(i), start, count, sum, ops);
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

static std::optional<ConstantIntRanges> computeRange(memref::GlobalOp global) {
  auto values =
      dyn_cast_or_null<DenseIntElementsAttr>(global.getInitialValueAttr());
  if (!values || values.empty())
    return std::nullopt;
  APInt low = *values.value_begin<APInt>(), high = low;
  for (const APInt &value : values.getValues<APInt>()) {
    low = llvm::APIntOps::smin(low, value);
    high = llvm::APIntOps::smax(high, value);
  }
  return ConstantIntRanges::fromSigned(low, high);
}

std::optional<ConstantIntRanges> Tables::lookup(memref::LoadOp load) {
  Value memref = load.getMemRef();
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  auto get = memref.getDefiningOp<memref::GetGlobalOp>();
  auto global = get ? symbols.lookup<memref::GlobalOp>(get.getName()) : nullptr;
  // A view may read the bytes of several values as one.
  if (!global || !global.getConstant() ||
      global.getType().getElementType() != load.getType())
    return std::nullopt;
  auto [it, isNew] = ranges.try_emplace(global);
  if (isNew)
    it->second = computeRange(global);
  return it->second;
}

//===----------------------------------------------------------------------===//
// The analysis
//===----------------------------------------------------------------------===//

void RangeAnalysis::join(dataflow::IntegerValueRangeLattice *lattice,
                         const ConstantIntRanges &range) {
  propagateIfChanged(lattice, lattice->join(IntegerValueRange(range)));
}

Bounds RangeAnalysis::getBounds(const Accumulation &sum, Operation *op,
                                bool &isReady) {
  ProgramPoint *point = getProgramPointAfter(op);
  auto getRange = [&](Value value) -> Bounds {
    const auto *lattice = getLatticeElementFor(point, value);
    if (lattice->getValue().isUninitialized()) {
      isReady = false;
      return {};
    }
    const ConstantIntRanges &range = lattice->getValue().getValue();
    return {range.smin().sext(Bounds::kWidth),
            range.smax().sext(Bounds::kWidth)};
  };
  Bounds bounds = getRange(sum.init);
  for (const Accumulation::Addend &addend : sum.addends) {
    Bounds range = getRange(addend.value);
    if (addend.isSubtracted)
      range = {-range.high, -range.low};
    if (range.low.isNegative())
      bounds.low += addend.count * range.low;
    if (range.high.isStrictlyPositive())
      bounds.high += addend.count * range.high;
  }
  return bounds;
}

LogicalResult RangeAnalysis::visitOperation(
    Operation *op,
    ArrayRef<const dataflow::IntegerValueRangeLattice *> operands,
    ArrayRef<dataflow::IntegerValueRangeLattice *> results) {
  if (auto load = dyn_cast<memref::LoadOp>(op))
    if (std::optional<ConstantIntRanges> range = tables.lookup(load)) {
      join(results.front(), *range);
      return success();
    }
  if (const Accumulation *sum = accumulations.lookup(op)) {
    bool isReady = true;
    Bounds bounds = getBounds(*sum, op, isReady);
    if (!isReady)
      return success();
    unsigned width =
        ConstantIntRanges::getStorageBitwidth(op->getResult(0).getType());
    // An addend that depends on the sum would move the bounds again and
    // again.
    if (bounds.fits(width) && ++numVisits[op] <= kMaxVisits) {
      join(results.front(),
           ConstantIntRanges::fromSigned(bounds.low.trunc(width),
                                         bounds.high.trunc(width)));
      return success();
    }
  }
  if (failed(IntegerRangeAnalysis::visitOperation(op, operands, results)))
    return failure();
  // Upstream gives an index 64 bits. What leaves 32 may be something else on
  // a target where that is its width.
  for (auto [lattice, result] : llvm::zip_equal(results, op->getResults())) {
    IntegerValueRange range = lattice->getValue();
    if (result.getType().isIndex() && !range.isUninitialized() &&
        (!range.getValue().smin().isSignedIntN(32) ||
         !range.getValue().smax().isSignedIntN(32)))
      setToEntryState(lattice);
  }
  return success();
}

LogicalResult IntegerRanges::compute() {
  dataflow::loadBaselineAnalyses(solver);
  solver.load<RangeAnalysis>(accumulations, tables);
  return solver.initializeAndRun(module);
}

const ConstantIntRanges *IntegerRanges::lookup(Value value) const {
  const auto *lattice =
      solver.lookupState<dataflow::IntegerValueRangeLattice>(value);
  return lattice && !lattice->getValue().isUninitialized()
             ? &lattice->getValue().getValue()
             : nullptr;
}
