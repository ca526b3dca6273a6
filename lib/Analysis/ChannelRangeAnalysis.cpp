//===- ChannelRangeAnalysis.cpp - Ranges of accumulators ------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The analysis on the data-flow framework, and the ranges of the scalars in
// bodies.
//
//===----------------------------------------------------------------------===//

#include "rescale/Analysis/ChannelRangeAnalysis.h"

#include "Models.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Constants.h"

#include "mlir/Analysis/DataFlow/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::IntegerFormat;
using ::staircase::Interval;

#include "rescale/Analysis/AccumulatorRangeInterface.cpp.inc"

//===----------------------------------------------------------------------===//
// The analysis
//===----------------------------------------------------------------------===//

ChangeResult ChannelRangeLattice::join(const ChannelRanges &other) {
  ChannelRanges joined = ChannelRanges::join(ranges, other);
  if (joined == ranges)
    return ChangeResult::NoChange;
  // A counter in a loop would grow by one in each round.
  constexpr unsigned kMaxChanges = 8;
  if (++changes > kMaxChanges)
    joined = ChannelRanges::getAll(getAnchor().getType());
  if (joined == ranges)
    return ChangeResult::NoChange;
  ranges = joined;
  return ChangeResult::Change;
}

void ChannelRangeAnalysis::setToEntryState(ChannelRangeLattice *lattice) {
  propagateIfChanged(lattice, lattice->join(ChannelRanges::getAll(
                                  lattice->getAnchor().getType())));
}

LogicalResult ChannelRangeAnalysis::visitOperation(
    Operation *op, ArrayRef<const ChannelRangeLattice *> operands,
    ArrayRef<ChannelRangeLattice *> results) {
  auto set = [&](ChannelRangeLattice *result, const ChannelRanges &ranges) {
    propagateIfChanged(result, result->join(ranges));
  };
  ElementsAttr constant;
  if (matchPattern(op, m_Constant(&constant)) && constant &&
      getIntegerFormat(constant.getType())) {
    if (auto values = getConstantIntegers(constant)) {
      set(results.front(), getConstantRanges(constant.getType(), *values));
      return success();
    }
  }

  SmallVector<ChannelRanges> ranges;
  bool isKnown = true;
  for (const ChannelRangeLattice *operand : operands) {
    if (operand->getRanges().isUninitialized())
      return success();
    ranges.push_back(operand->getRanges());
    isKnown &= ranges.back().isKnown() ||
               !isa<ShapedType>(operand->getAnchor().getType());
  }
  SmallVector<ChannelRanges> inferred;
  auto inferrable = dyn_cast<AccumulatorRangeOpInterface>(op);
  if (inferrable && isKnown)
    inferred = inferrable.inferRanges(ranges);
  for (auto [i, result] : llvm::enumerate(results)) {
    Type type = op->getResult(i).getType();
    if (i < inferred.size() && inferred[i].isKnown())
      set(result, inferred[i].adaptedTo(type));
    else
      set(result, ChannelRanges::getAll(type));
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Its results
//===----------------------------------------------------------------------===//

FailureOr<ProvedRanges> ProvedRanges::compute(Operation *top) {
  // Calls are followed where all of them are seen.
  DataFlowConfig config;
  config.setInterprocedural(top->hasTrait<OpTrait::SymbolTable>());
  ProvedRanges ranges;
  ranges.solver = std::make_unique<DataFlowSolver>(config);
  dataflow::loadBaselineAnalyses(*ranges.solver);
  ranges.solver->load<ChannelRangeAnalysis>();
  if (failed(ranges.solver->initializeAndRun(top)))
    return failure();
  return ranges;
}

ChannelRanges ProvedRanges::get(Value value) const {
  const auto *lattice = solver->lookupState<ChannelRangeLattice>(value);
  if (!lattice || lattice->getRanges().isUninitialized())
    return ChannelRanges::getAll(value.getType());
  return lattice->getRanges();
}

SmallVector<Interval> ProvedRanges::getAccumulators(RequantizeOp op) const {
  ChannelRanges ranges = get(op.getInput());
  SmallVector<Interval> accumulators =
      op.getAxis() ? ranges.getAlong(*op.getAxis())
                   : SmallVector<Interval>{ranges.getHull()};
  if (op.getUnsignedInput())
    for (Interval &interval : accumulators)
      interval = toUnsigned(interval, op.getInputFormat().width);
  return accumulators;
}

SmallVector<ChannelRanges> ProvedRanges::getOperands(Operation *op) const {
  return llvm::map_to_vector(op->getOperands(),
                             [&](Value value) { return get(value); });
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

/// What reading `op` gives, for the table and the rows that it reads.
static std::optional<ConstantIntRanges>
getElementRange(tensor::ExtractOp op, const ConstantIntRanges &index) {
  auto type = op.getTensor().getType();
  auto table = getConstantIntegers(op.getTensor());
  if (!table || type.getRank() != 1 || table->empty() ||
      index.smin().isNegative() || index.smax().getZExtValue() >= table->size())
    return std::nullopt;
  auto rows = ArrayRef(*table).slice(index.smin().getZExtValue(),
                                     index.smax().getZExtValue() -
                                         index.smin().getZExtValue() + 1);
  unsigned width = type.getElementTypeBitWidth();
  return ConstantIntRanges::fromSigned(
      APInt(width, *llvm::min_element(rows), /*isSigned=*/true),
      APInt(width, *llvm::max_element(rows), /*isSigned=*/true));
}

BodyRanges::BodyRanges(Block &body, ArrayRef<IntegerValueRange> arguments) {
  for (auto [argument, range] : llvm::zip_equal(body.getArguments(), arguments))
    ranges.try_emplace(argument, range);
  for (Operation &op : body.without_terminator()) {
    auto set = [&](Value value, const IntegerValueRange &range) {
      if (!range.isUninitialized())
        ranges.insert_or_assign(value, range);
    };
    SmallVector<IntegerValueRange> operands;
    for (Value operand : op.getOperands())
      operands.push_back(get(operand));
    if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
      if (operands.size() == 2)
        if (auto range = getElementRange(extract, operands[1].getValue()))
          set(extract.getResult(), IntegerValueRange(*range));
    } else if (auto inferrable = dyn_cast<InferIntRangeInterface>(op);
               inferrable && op.getNumRegions() == 0) {
      inferrable.inferResultRangesFromOptional(operands, set);
    }
  }
}

IntegerValueRange BodyRanges::get(Value value) const {
  if (auto it = ranges.find(value); it != ranges.end())
    return it->second;
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return IntegerValueRange(ConstantIntRanges::constant(constant));
  // Uninitialized for what is no integer.
  return IntegerValueRange::getMaxRange(value);
}

std::optional<Interval> BodyRanges::getInterval(Value value) const {
  std::optional<IntegerFormat> format = getIntegerFormat(value.getType());
  IntegerValueRange range = get(value);
  if (!format || range.isUninitialized())
    return std::nullopt;
  const ConstantIntRanges &bounds = range.getValue();
  if (format->isUnsigned)
    return Interval{bounds.umin().getZExtValue(), bounds.umax().getZExtValue()};
  return Interval{bounds.smin().getSExtValue(), bounds.smax().getSExtValue()};
}
