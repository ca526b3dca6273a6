//===- LinalgModels.cpp - Ranges of structured operations -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One model for all operations with a body. Elementwise ones have a range for
// each channel; reductions by addition, least or greatest are followed through
// their indices, with the weights as they are.
//
//===----------------------------------------------------------------------===//

#include "Models.h"

#include "rescale/Support/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

#include <map>

using namespace mlir;
using namespace mlir::rescale;
using linalg::LinalgOp;
using ::staircase::Int128;
using ::staircase::Interval;

IntegerValueRange mlir::rescale::toScalarRange(const Interval &interval,
                                               Type type) {
  unsigned width = type.getIntOrFloatBitWidth();
  bool isSigned = !getIntegerFormat(type)->isUnsigned;
  auto toBits = [&](Int128 value) {
    return APInt(width, static_cast<uint64_t>(value), isSigned);
  };
  return IntegerValueRange(ConstantIntRanges::range(
      toBits(interval.low), toBits(interval.high), isSigned));
}

namespace {

/// More products are not followed one by one.
constexpr int64_t kMaxProducts = int64_t(1) << 26;

/// The loops of an op, and what its operands hold at their indices.
class Structure {
public:
  Structure(LinalgOp op, ArrayRef<ChannelRanges> operands);

  /// The dimension of the loops that has a range for each index, if any.
  std::optional<unsigned> getChannelDim() const { return channelDim; }
  int64_t getNumChannels() const { return channelDim ? sizes[*channelDim] : 1; }

  /// The ranges of the body's arguments for one channel, whatever the other
  /// indices are.
  SmallVector<IntegerValueRange> getArguments(int64_t channel);

  /// The hull, or the sum with `isSum`, of what the body computes as `term` for
  /// one channel, over all indices of reductions.
  std::optional<Interval> reduce(int64_t channel, Value term,
                                 arith::AtomicRMWKind kind);

private:
  /// An operand whose elements are known at each index of the reductions.
  struct Exact {
    unsigned argument;
    /// Of a constant its elements, by the strides of each loop.
    SmallVector<int64_t> values;
    SmallVector<int64_t> strides;
    /// Of others, the loop that the ranges are along.
    unsigned dim;

    /// Whether it depends on the index of loop `other`.
    bool dependsOn(unsigned other) const {
      return values.empty() ? dim == other : strides[other] != 0;
    }
  };

  Interval get(const Exact &exact, ArrayRef<int64_t> indices) const;
  std::optional<Exact> makeExact(OpOperand &operand);

  LinalgOp op;
  ArrayRef<ChannelRanges> operands;
  SmallVector<int64_t> sizes;
  SmallVector<utils::IteratorType> iterators;
  std::optional<unsigned> channelDim;
  SmallVector<Exact> exacts;
  bool hasExacts = false;
};

Structure::Structure(LinalgOp op, ArrayRef<ChannelRanges> operands)
    : op(op), operands(operands), sizes(op.getStaticLoopRanges()),
      iterators(op.getIteratorTypesArray()) {
  // Along the last dimension of the output for which an operand has ranges.
  AffineMap output = op.getIndexingMapsArray()[op.getNumDpsInputs()];
  int64_t best = -1;
  for (OpOperand &operand : op->getOpOperands()) {
    const ChannelRanges &ranges = operands[operand.getOperandNumber()];
    if (!ranges.getAxis())
      continue;
    auto dim = dyn_cast<AffineDimExpr>(
        op.getMatchingIndexingMap(&operand).getResult(*ranges.getAxis()));
    if (!dim || ShapedType::isDynamic(sizes[dim.getPosition()]))
      continue;
    for (auto [position, expr] : llvm::enumerate(output.getResults()))
      if (expr == dim && static_cast<int64_t>(position) > best) {
        best = position;
        channelDim = dim.getPosition();
      }
  }
}

SmallVector<IntegerValueRange> Structure::getArguments(int64_t channel) {
  SmallVector<IntegerValueRange> arguments;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    const ChannelRanges &ranges = operands[operand.getOperandNumber()];
    APInt constant;
    if (matchPattern(operand.get(), m_ConstantInt(&constant)) &&
        !isa<ShapedType>(operand.get().getType())) {
      arguments.emplace_back(ConstantIntRanges::constant(constant));
    } else if (!ranges.isKnown()) {
      arguments.push_back(IntegerValueRange::getMaxRange(argument));
    } else {
      Interval interval = ranges.getHull();
      if (channelDim && ranges.getAxis()) {
        auto dim = dyn_cast<AffineDimExpr>(
            op.getMatchingIndexingMap(&operand).getResult(*ranges.getAxis()));
        if (dim && dim.getPosition() == *channelDim)
          interval = ranges.get(*ranges.getAxis(), channel);
      }
      arguments.push_back(toScalarRange(interval, argument.getType()));
    }
  }
  return arguments;
}

std::optional<Structure::Exact> Structure::makeExact(OpOperand &operand) {
  auto type = dyn_cast<RankedTensorType>(operand.get().getType());
  const ChannelRanges &ranges = operands[operand.getOperandNumber()];
  if (!type || !ranges.getAxis())
    return std::nullopt;
  AffineMap map = op.getMatchingIndexingMap(&operand);
  Exact exact{operand.getOperandNumber(), {}, {}, 0};
  auto dim = dyn_cast<AffineDimExpr>(map.getResult(*ranges.getAxis()));
  // Along a loop whose other indices are hulled away, ranges are as exact as a
  // constant.
  bool isFollowed = map.isProjectedPermutation();
  SmallVector<int64_t> strides(sizes.size());
  int64_t stride = 1;
  for (int64_t i = type.getRank() - 1; isFollowed && i >= 0; --i) {
    unsigned loop = map.getDimPosition(i);
    isFollowed &= loop == channelDim || sizes[loop] == 1 ||
                  iterators[loop] == utils::IteratorType::reduction;
    strides[loop] = stride;
    stride *= type.getDimSize(i);
  }
  if (isFollowed)
    if (auto values = getConstantIntegers(operand.get(),
                                          getIntegerFormat(type)->isUnsigned)) {
      exact.values = *values;
      exact.strides = strides;
      return exact;
    }
  if (!dim || (iterators[dim.getPosition()] != utils::IteratorType::reduction &&
               dim.getPosition() != channelDim))
    return std::nullopt;
  exact.dim = dim.getPosition();
  return exact;
}

Interval Structure::get(const Exact &exact, ArrayRef<int64_t> indices) const {
  const ChannelRanges &ranges = operands[exact.argument];
  if (exact.values.empty())
    return ranges.get(*ranges.getAxis(), indices[exact.dim]);
  int64_t position = 0;
  for (auto [index, stride] : llvm::zip_equal(indices, exact.strides))
    position += index * stride;
  Int128 value = exact.values[position];
  return {value, value};
}

std::optional<Interval> Structure::reduce(int64_t channel, Value term,
                                          arith::AtomicRMWKind kind) {
  if (llvm::any_of(sizes, ShapedType::isDynamic))
    return std::nullopt;
  if (!hasExacts)
    for (OpOperand *operand : op.getDpsInputOperands())
      if (std::optional<Exact> exact = makeExact(*operand))
        exacts.push_back(std::move(*exact));
  hasExacts = true;

  // The indices that something is known of, and how often each occurs.
  SmallVector<unsigned> dims;
  Int128 times = 1, products = 1;
  for (unsigned dim = 0; dim < sizes.size(); ++dim) {
    if (iterators[dim] != utils::IteratorType::reduction)
      continue;
    if (sizes[dim] == 0)
      return std::nullopt;
    bool isNeeded = llvm::any_of(
        exacts, [&](const Exact &exact) { return exact.dependsOn(dim); });
    if (isNeeded)
      dims.push_back(dim);
    (isNeeded ? products : times) *= sizes[dim];
    if (products * getNumChannels() > kMaxProducts || times > kMaxProducts)
      return std::nullopt;
  }

  SmallVector<IntegerValueRange> arguments = getArguments(channel);
  std::map<std::vector<std::pair<Int128, Int128>>, std::optional<Interval>>
      known;
  std::optional<Interval> result;
  SmallVector<int64_t> indices(sizes.size());
  if (channelDim)
    indices[*channelDim] = channel;
  for (Int128 n = 0; n < products; ++n) {
    std::vector<std::pair<Int128, Int128>> key;
    for (const Exact &exact : exacts) {
      Interval value = get(exact, indices);
      key.emplace_back(value.low, value.high);
    }
    auto [it, isNew] = known.try_emplace(key);
    if (isNew) {
      for (auto [exact, value] : llvm::zip_equal(exacts, key))
        arguments[exact.argument] =
            toScalarRange({value.first, value.second},
                          op.getBlock()->getArgument(exact.argument).getType());
      it->second = BodyRanges(*op.getBlock(), arguments).getInterval(term);
    }
    if (!it->second)
      return std::nullopt;
    const Interval &value = *it->second;
    if (!result)
      result = kind == arith::AtomicRMWKind::addi
                   ? Interval{value.low * times, value.high * times}
                   : value;
    else if (kind == arith::AtomicRMWKind::addi)
      *result += Interval{value.low * times, value.high * times};
    else if (kind == arith::AtomicRMWKind::maxs)
      result = Interval{std::max(result->low, value.low),
                        std::max(result->high, value.high)};
    else
      result = Interval{std::min(result->low, value.low),
                        std::min(result->high, value.high)};
    for (unsigned dim : llvm::reverse(dims)) {
      if (++indices[dim] < sizes[dim])
        break;
      indices[dim] = 0;
    }
  }
  return result;
}

/// How a body carries its result from one index to the next.
struct Combiner {
  arith::AtomicRMWKind kind;
  /// What it adds, or compares with.
  Value term;
};

} // namespace

/// Whether `value` of a body depends on `argument`.
static bool dependsOn(Value value, BlockArgument argument) {
  SmallVector<Value> worklist = {value};
  llvm::SmallPtrSet<Operation *, 16> visited;
  while (!worklist.empty()) {
    Value next = worklist.pop_back_val();
    if (next == argument)
      return true;
    Operation *op = next.getDefiningOp();
    if (op && op->getBlock() == argument.getOwner() &&
        visited.insert(op).second)
      llvm::append_range(worklist, op->getOperands());
  }
  return false;
}

static std::optional<Combiner> getCombiner(Value yielded,
                                           BlockArgument output) {
  Operation *op = yielded.getDefiningOp();
  std::optional<arith::AtomicRMWKind> kind;
  if (isa_and_nonnull<arith::AddIOp>(op))
    kind = arith::AtomicRMWKind::addi;
  else if (isa_and_nonnull<arith::MaxSIOp>(op))
    kind = arith::AtomicRMWKind::maxs;
  else if (isa_and_nonnull<arith::MinSIOp>(op))
    kind = arith::AtomicRMWKind::mins;
  if (!kind)
    return std::nullopt;
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  if (rhs == output)
    std::swap(lhs, rhs);
  if (lhs != output || dependsOn(rhs, output))
    return std::nullopt;
  return Combiner{*kind, rhs};
}

static bool hasIntegerBody(LinalgOp op) {
  return op.hasPureTensorSemantics() && op->getNumRegions() == 1 &&
         llvm::hasSingleElement(op->getRegion(0));
}

SmallVector<ChannelRanges>
mlir::rescale::inferRanges(LinalgOp op, ArrayRef<ChannelRanges> operands) {
  if (!hasIntegerBody(op))
    return {};
  Structure structure(op, operands);
  bool isReduction = op.getNumReductionLoops() > 0;
  SmallVector<SmallVector<Interval>> intervals(op.getNumDpsInits());
  for (int64_t c = 0, e = structure.getNumChannels(); c < e; ++c) {
    BodyRanges body(*op.getBlock(), structure.getArguments(c));
    for (OpOperand &init : op.getDpsInitsMutable()) {
      unsigned number = init.getOperandNumber() - op.getNumDpsInputs();
      BlockArgument output = op.getMatchingBlockArgument(&init);
      Value yielded = op.getBlock()->getTerminator()->getOperand(number);
      if (!isReduction) {
        if (std::optional<Interval> interval = body.getInterval(yielded))
          intervals[number].push_back(*interval);
        continue;
      }
      std::optional<Combiner> combiner = getCombiner(yielded, output);
      std::optional<Interval> start = body.getInterval(output);
      if (!combiner || !start)
        continue;
      std::optional<Interval> terms =
          structure.reduce(c, combiner->term, combiner->kind);
      if (!terms)
        continue;
      if (combiner->kind == arith::AtomicRMWKind::addi)
        intervals[number].push_back(*start + *terms);
      else if (combiner->kind == arith::AtomicRMWKind::maxs)
        intervals[number].push_back({std::max(start->low, terms->low),
                                     std::max(start->high, terms->high)});
      else
        intervals[number].push_back({std::min(start->low, terms->low),
                                     std::min(start->high, terms->high)});
    }
  }

  SmallVector<ChannelRanges> results;
  for (auto [number, ranges] : llvm::enumerate(intervals)) {
    results.push_back(ChannelRanges::getUnknown());
    if (static_cast<int64_t>(ranges.size()) != structure.getNumChannels() ||
        ranges.empty())
      continue;
    AffineMap map = op.getIndexingMapsArray()[op.getNumDpsInputs() + number];
    std::optional<int64_t> axis;
    for (auto [position, expr] : llvm::enumerate(map.getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr);
          dim && structure.getChannelDim() == dim.getPosition())
        axis = position;
    ChannelRanges all(axis.value_or(0), std::move(ranges));
    results.back() = axis ? all : ChannelRanges(all.getHull());
  }
  return results;
}

void mlir::rescale::visitBodies(LinalgOp op, ArrayRef<ChannelRanges> operands,
                                function_ref<void(const BodyRanges &)> visit) {
  if (!hasIntegerBody(op))
    return;
  Structure structure(op, operands);
  for (int64_t c = 0, e = structure.getNumChannels(); c < e; ++c) {
    SmallVector<IntegerValueRange> arguments = structure.getArguments(c);
    // A reduction sees what it has computed so far.
    if (op.getNumReductionLoops() > 0)
      for (OpOperand &init : op.getDpsInitsMutable())
        arguments[init.getOperandNumber()] =
            IntegerValueRange::getMaxRange(op.getMatchingBlockArgument(&init));
    visit(BodyRanges(*op.getBlock(), arguments));
  }
}

void mlir::rescale::visitBodies(Operation *op, ArrayRef<ChannelRanges> operands,
                                function_ref<void(const BodyRanges &)> visit) {
  if (auto kernel = dyn_cast<kernel::KernelOpInterface>(op)) {
    // On buffers nothing is known.
    if (llvm::all_of(operands, [](const ChannelRanges &ranges) {
          return ranges.isKnown();
        }))
      visitBodies(kernel, operands,
                  [&](const BodyRanges &body, int64_t) { visit(body); });
    return;
  }
  if (auto linalg = dyn_cast<LinalgOp>(op))
    visitBodies(linalg, operands, visit);
}

namespace {

template <typename OpTy>
struct Model
    : public AccumulatorRangeOpInterface::ExternalModel<Model<OpTy>, OpTy> {
  SmallVector<ChannelRanges>
  inferRanges(Operation *op, ArrayRef<ChannelRanges> operands) const {
    return rescale::inferRanges(cast<LinalgOp>(op), operands);
  }
};

template <typename... OpTys>
void attach(MLIRContext *context) {
  (OpTys::template attachInterface<Model<OpTys>>(*context), ...);
}

} // namespace

void mlir::rescale::registerLinalgModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, linalg::LinalgDialect *) {
    attach<
#define GET_OP_LIST
#include "mlir/Dialect/Linalg/IR/LinalgStructuredOps.cpp.inc"
        >(context);
  });
}
