//===- FuseRequantizations.cpp - One requantization for two ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The solver decides whether one staircase does what two do. Where codes are
// only moved in between, they are moved afterwards.
//
//===----------------------------------------------------------------------===//

#include "Certification.h"
#include "LayerRemark.h"
#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Staircase/Compose.h"
#include "rescale/Staircase/Integers.h"
#include "rescale/Transforms/Passes.h"
#include "rescale/Transforms/TargetMisses.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Remarks.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEFUSE
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::AddendRule;
using ::staircase::Fusion;
using ::staircase::NarrowOptions;
using ::staircase::Staircase;
using ::staircase::stringify;

static remark::RemarkOpts remarkOpts(StringRef name) {
  return remark::RemarkOpts::name(name).category("rescale-fuse");
}

/// Whether `op` gives the elements of its first operand, each once.
static bool onlyMoves(Operation *op) {
  return isa<tosa::IdentityOp, tosa::ReshapeOp, tosa::TransposeOp,
             tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op);
}

/// The dimension of what `op` moves that its result has as `axis`, if there is
/// one.
static std::optional<int64_t> getSourceAxis(Operation *op, int64_t axis) {
  if (auto transpose = dyn_cast<tosa::TransposeOp>(op))
    return transpose.getPerms()[axis];
  auto source = cast<ShapedType>(op->getOperand(0).getType());
  auto result = cast<ShapedType>(op->getResult(0).getType());
  if (source == result)
    return axis;
  // The same dimension: of one size, with as many elements before it.
  if (!source.hasStaticShape() || !result.hasStaticShape())
    return std::nullopt;
  auto getBefore = [](ShapedType type, int64_t dim) {
    return ShapedType::getNumElements(type.getShape().take_front(dim));
  };
  for (int64_t dim = 0, e = source.getRank(); dim < e; ++dim)
    if (source.getDimSize(dim) == result.getDimSize(axis) &&
        getBefore(source, dim) == getBefore(result, axis))
      return dim;
  return std::nullopt;
}

namespace {

/// Two requantizations and what moves the codes of the first to the second,
/// from the second on.
struct Chain {
  RequantizeOp first, second;
  SmallVector<Operation *> moves;
};

struct RescaleFusePass
    : public rescale::impl::RescaleFuseBase<RescaleFusePass> {
  using RescaleFuseBase::RescaleFuseBase;

  void runOnOperation() override;

private:
  /// Replaces the chain, or says why it is left.
  LogicalResult fuseChain(const Chain &chain);

  /// The proved accumulators of each op, null where 64 bits do not hold them:
  /// of the program as it was, since the analysis does not know new values, and
  /// these have the elements of those that they replace.
  DenseMap<Operation *, RangeAttr> ranges;
  /// What was replaced. Erased at the end, so that no new op has the address of
  /// one in `ranges`.
  SmallVector<Operation *> replaced;
};

} // namespace

/// The chain that ends in `second`. Without a first op it is none; where codes
/// on the way have other users `reason` says so.
static Chain findChain(RequantizeOp second, std::string &reason) {
  Chain chain = {nullptr, second, {}};
  Operation *producer = second.getInput().getDefiningOp();
  bool hasOneUse = true;
  for (; producer && onlyMoves(producer);
       producer = producer->getOperand(0).getDefiningOp()) {
    hasOneUse &= producer->hasOneUse();
    // Graph regions may go in a circle.
    if (llvm::is_contained(chain.moves, producer))
      return {nullptr, second, {}};
    chain.moves.push_back(producer);
  }
  chain.first = dyn_cast_or_null<RequantizeOp>(producer);
  if (chain.first == second)
    return {nullptr, second, {}};
  if (chain.first && !(hasOneUse && chain.first->hasOneUse()))
    reason = "the codes in between have other users";
  return chain;
}

/// The axis of the fused op, in the dimensions of the first one's input.
static std::optional<int64_t> getAxis(const Chain &chain, std::string &reason) {
  auto getOwnAxis = [](RequantizeOp op) -> std::optional<int64_t> {
    return getNumColumns(op) > 1 ? op.getAxis() : std::nullopt;
  };
  std::optional<int64_t> first = getOwnAxis(chain.first);
  std::optional<int64_t> second = getOwnAxis(chain.second);
  for (Operation *move : chain.moves)
    if (second && !(second = getSourceAxis(move, *second))) {
      reason = "channels are mixed in between";
      return std::nullopt;
    }
  if (first && second && *first != *second)
    reason = "channels lie along two axes";
  return first ? first : second;
}

/// One staircase for both on a range of differences, or why there is none.
static std::optional<Staircase> fuseChannel(const Staircase &first,
                                            const Staircase &second,
                                            const ::staircase::Range &range,
                                            std::string &reason) {
  if (std::optional<Staircase> product = fuseProduct(first, second, range))
    return product;
  NarrowOptions options;
  options.maxMultiplicand = INT32_MAX;
  llvm::Expected<Fusion> fusion = fuse(first, second, range, options);
  if (fusion && fusion->counterexample) {
    options.addendRule = AddendRule::BySign;
    llvm::Expected<Fusion> pair = fuse(first, second, range, options);
    if (pair && !pair->counterexample)
      fusion = std::move(pair);
    else
      llvm::consumeError(pair.takeError());
  }
  if (!fusion) {
    reason = llvm::toString(fusion.takeError());
    return std::nullopt;
  }
  if (const auto &found = fusion->counterexample) {
    reason = "no staircase does both: the closest one gives " +
             std::to_string(found->second) + " for " +
             stringify(found->accumulator + first.inputZeroPoint) +
             ", the sequence " + std::to_string(found->first);
    return std::nullopt;
  }
  Staircase frame = second;
  frame.inputZeroPoint = first.inputZeroPoint;
  return applyNarrowing(frame, fusion->narrowing);
}

/// The clamp that both leave, where that of the first one matters: the codes
/// that the second one gives for its bounds. One for all channels, else the
/// second one's.
static std::pair<int64_t, int64_t> getClamp(ArrayRef<Staircase> first,
                                            ArrayRef<Staircase> second,
                                            RangeAttr range) {
  std::pair<int64_t, int64_t> own = {second.front().clampMin,
                                     second.front().clampMax};
  auto getLeft = [](const Staircase &inner, const Staircase &outer) {
    return std::make_pair(evaluate(outer, inner.clampMin),
                          evaluate(outer, inner.clampMax));
  };
  auto left = getLeft(first.front(), second.front());
  bool matters = false;
  for (auto [i, inner] : llvm::enumerate(first)) {
    if (getLeft(inner, second[i]) != left)
      return own;
    ::staircase::Interval accumulators = range.getInterval(i);
    matters |= evaluate(inner, accumulators.low) == inner.clampMin ||
               evaluate(inner, accumulators.high) == inner.clampMax;
  }
  return matters ? left : own;
}

/// Whether the target of `op` takes it as it is.
static bool isTaken(RequantizeOp op, RangeAttr range) {
  auto accumulators =
      llvm::map_to_vector(llvm::seq(range.getNumEntries()),
                          [&](int64_t i) { return range.getInterval(i); });
  return getMisses(getTarget(op).getFields(), op, accumulators).empty();
}

/// The fused op with the parameters of the second one.
static RequantizeOp build(const Chain &chain, IntegerAttr axis,
                          DenseI64ArrayAttr clamp) {
  RequantizeOp first = chain.first, second = chain.second;
  OpBuilder builder(second);
  Type codeType = getElementTypeOrSelf(second.getType());
  auto fused = RequantizeOp::create(
      builder, builder.getFusedLoc({first.getLoc(), second.getLoc()}),
      cast<ShapedType>(first.getType()).clone(codeType), first.getInput(),
      second.getMultiplicandsAttr(), second.getShiftsAttr(), axis,
      second.getRoundingAttr(), second.getAddendsAttr(),
      second.getNegativeAddendsAttr(), first.getInputZeroPointAttr(),
      second.getZeroPointAttr(), clamp, first.getUnsignedInputAttr(),
      second.getUnsignedResultAttr());
  if (Attribute target = second->getDiscardableAttr(kTargetAttrName))
    fused->setDiscardableAttr(kTargetAttrName, target);
  return fused;
}

/// Moves the codes of the fused op as the chain did those of the first one.
static void replace(const Chain &chain, RequantizeOp fused) {
  RequantizeOp second = chain.second;
  OpBuilder builder(second);
  Type codeType = getElementTypeOrSelf(second.getType());
  Value moved = fused;
  for (Operation *move : llvm::reverse(chain.moves)) {
    Operation *copy = builder.clone(*move);
    copy->setOperand(0, moved);
    Value result = copy->getResult(0);
    result.setType(cast<ShapedType>(result.getType()).clone(codeType));
    moved = result;
  }
  second.replaceAllUsesWith(moved);
}

LogicalResult RescaleFusePass::fuseChain(const Chain &chain) {
  RequantizeOp first = chain.first, second = chain.second;
  auto leave = [&](const Twine &reason) {
    inLayer(second.getLoc(),
            remark::missed(second.getLoc(), remarkOpts("not-fused")))
        << remark::reason("{0}", reason.str());
    return success();
  };
  if (first.getUnsignedResult() != second.getUnsignedInput())
    return leave("codes are read with another sign");
  Type moved = cast<ShapedType>(second.getInput().getType())
                   .clone(getElementTypeOrSelf(second.getType()));
  if (moved != second.getType())
    return leave("the shape gets more or less static");
  TargetAttr target = getTarget(second);
  if (getTarget(first) != target)
    return leave("the two have different targets");
  std::string reason;
  std::optional<int64_t> axis = getAxis(chain, reason);
  if (!reason.empty())
    return leave(reason);

  // Claims that are dropped have to be true: what was narrowed by a false one
  // would pass unseen.
  RangeAttr firstRange = ranges.lookup(first);
  RangeAttr secondRange = ranges.lookup(second);
  if (failed(verifyCertificate(first, firstRange)) ||
      failed(verifyCertificate(second, secondRange)))
    return failure();
  if (!isExact(first) || !isExact(second))
    return leave("a certificate has differences, or is observed");
  if (!firstRange)
    return leave("the accumulators exceed signed 64 bits");

  int64_t count = std::max(getNumColumns(first), getNumColumns(second));
  SmallVector<Staircase, 0> inner, outer, staircases;
  for (int64_t i = 0; i < count; ++i) {
    inner.push_back(first.getStaircase(getNumColumns(first) > 1 ? i : 0));
    outer.push_back(second.getStaircase(getNumColumns(second) > 1 ? i : 0));
  }
  auto [clampMin, clampMax] = getClamp(inner, outer, firstRange);
  SmallVector<Channel, 0> channels;
  for (int64_t i = 0; i < count; ++i) {
    outer[i].clampMin = clampMin;
    outer[i].clampMax = clampMax;
    ::staircase::Interval accumulators = firstRange.getInterval(i);
    ::staircase::Range range = {accumulators.low - inner[i].inputZeroPoint,
                                accumulators.high - inner[i].inputZeroPoint};
    std::optional<Staircase> fused =
        fuseChannel(inner[i], outer[i], range, reason);
    if (!fused)
      return leave(reason);
    channels.push_back({*fused, range});
    staircases.push_back(*fused);
  }
  Builder builder(first);
  bool isWhole = clampMin == second.getResultFormat().min() &&
                 clampMax == second.getResultFormat().max();
  RequantizeOp fused = build(
      chain, axis ? builder.getI64IntegerAttr(*axis) : nullptr,
      isWhole ? nullptr : builder.getDenseI64ArrayAttr({clampMin, clampMax}));
  setStaircases(fused, firstRange, channels, staircases);
  // There is no one staircase that both were.
  fused->removeAttr(kCertificateAttrName);
  // What a target takes is not given up.
  if (target && secondRange && isTaken(first, firstRange) &&
      isTaken(second, secondRange) && !isTaken(fused, firstRange)) {
    fused->erase();
    return leave("the target would not take the one");
  }
  ranges[fused] = firstRange;
  replace(chain, fused);
  inLayer(fused.getLoc(), remark::passed(fused.getLoc(), remarkOpts("fused")));
  replaced.push_back(first);
  llvm::append_range(replaced, llvm::reverse(chain.moves));
  replaced.push_back(second);
  return success();
}

void RescaleFusePass::runOnOperation() {
  FailureOr<ProvedRanges> proved = ProvedRanges::compute(getOperation());
  if (failed(proved))
    return signalPassFailure();
  SmallVector<RequantizeOp> ops;
  ranges.clear();
  getOperation()->walk([&](RequantizeOp op) {
    ops.push_back(op);
    ranges[op] = getProvedRange(op, *proved);
  });
  replaced.clear();
  // In the program's order: of three, the first two are one before the third
  // is looked at.
  for (RequantizeOp op : ops) {
    std::string reason;
    Chain chain = findChain(op, reason);
    if (!chain.first)
      continue;
    if (!reason.empty())
      inLayer(op.getLoc(), remark::missed(op.getLoc(), remarkOpts("not-fused")))
          << remark::reason("{0}", reason);
    else if (failed(fuseChain(chain)))
      return signalPassFailure();
  }
  for (Operation *op : llvm::reverse(replaced))
    op->erase();
}
