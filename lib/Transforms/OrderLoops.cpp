//===- OrderLoops.cpp - Loops of linalg in the order for a target ---------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Linalg's named ops put their reductions innermost, where a convolution in
// hwcf layout would gather its weights, and elementwise ops their channels,
// with all parameters of a channel loaded for each pixel. Upstream interchanges
// and collapses only at the request of a transform script.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "BufferUtils.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEORDERLOOPS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// What makes an inner loop over the pixels of one channel worth it.
static constexpr int64_t kFewestPixels = 4;

/// The number of operands that dimension `dim` walks with stride one, or -1
/// where it walks an operand in any longer stride.
static int64_t getScore(linalg::LinalgOp op, unsigned dim) {
  int64_t score = 0;
  for (AffineMap map : op.getIndexingMapsArray()) {
    if (!map.isFunctionOfDim(dim))
      continue;
    AffineExpr last = map.getResults().back();
    bool isContiguous =
        last == getAffineDimExpr(dim, map.getContext()) &&
        !map.dropResult(map.getNumResults() - 1).isFunctionOfDim(dim);
    if (!isContiguous)
      return -1;
    ++score;
  }
  return score;
}

/// Whether `dim` can become innermost with every element summed in the order
/// that it was, which a sum of floats depends on.
static bool keepsReductionOrder(linalg::LinalgOp op, unsigned dim) {
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  return linalg::isParallelIterator(iterators[dim]) ||
         llvm::all_of(llvm::drop_begin(iterators, dim + 1),
                      linalg::isParallelIterator);
}

/// Whether `op` is a layer that computes each element from elements of buffers,
/// so that its loops may have any order.
static bool isElementwise(linalg::GenericOp op) {
  return op.hasPureBufferSemantics() && !op.hasDynamicShape() &&
         !op.hasIndexSemantics() && op.getNumLoops() > 1 &&
         op.getNumParallelLoops() == op.getNumLoops() &&
         isa<FunctionOpInterface>(op->getParentOp());
}

/// Whether `op` has a buffer under two names. Views of one would become part of
/// the layer, where an access to what they view costs divisions.
static bool hasTwoNames(linalg::GenericOp op) {
  llvm::SmallDenseMap<Value, Value> names;
  return llvm::any_of(op->getOperands(), [&](Value operand) {
    return names.try_emplace(getRoot(operand), operand).first->second !=
           operand;
  });
}

/// Whether upstream can collapse loops of `op`: it takes no operand that is
/// broadcast along a dimension of one element, by a map like (i, j) -> (0, j).
static bool isCollapsible(linalg::GenericOp op) {
  return llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
    return map.isProjectedPermutation();
  });
}

/// The dimension that all constant tables of `op` are indexed by, if it is one
/// and no other operand is broadcast.
static std::optional<unsigned> getChannelDim(linalg::GenericOp op) {
  std::optional<unsigned> channel;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (map.isPermutation() || map.isConstant())
      continue;
    if (map.getNumResults() != 1 ||
        !operand.get().getDefiningOp<memref::GetGlobalOp>())
      return std::nullopt;
    auto dim = dyn_cast<AffineDimExpr>(map.getResult(0));
    if (!dim || (channel && channel != dim.getPosition()))
      return std::nullopt;
    channel = dim.getPosition();
  }
  return channel;
}

/// The loops of `op` with `dim` first.
static SmallVector<unsigned> getOrderFrom(unsigned dim, linalg::GenericOp op) {
  SmallVector<unsigned> order = {dim};
  for (unsigned other = 0, e = op.getNumLoops(); other < e; ++other)
    if (other != dim)
      order.push_back(other);
  return order;
}

/// The loops of `op` in as few groups of neighbours as walk every operand in
/// one go.
static SmallVector<ReassociationIndices> getGroups(linalg::GenericOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<ReassociationIndices> groups = {{0}};
  for (int64_t dim = 1, e = op.getNumLoops(); dim < e; ++dim) {
    ReassociationIndices longer = groups.back();
    longer.push_back(dim);
    // Upstream asks only where a map has the first dimension.
    bool isTogether = llvm::all_of(maps, [&](AffineMap map) {
      return map.isFunctionOfDim(dim) == map.isFunctionOfDim(dim - 1);
    });
    if (isTogether && linalg::areDimSequencesPreserved(maps, {longer}))
      groups.back() = std::move(longer);
    else
      groups.push_back({dim});
  }
  return groups;
}

namespace {

struct RescaleOrderLoopsPass
    : public rescale::impl::RescaleOrderLoopsBase<RescaleOrderLoopsPass> {
  using RescaleOrderLoopsBase::RescaleOrderLoopsBase;

  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> reductions;
    SmallVector<linalg::GenericOp> elementwise;
    getOperation()->walk([&](linalg::LinalgOp op) {
      auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
      if (op.getNumReductionLoops() && op.getNumLoops() > 1)
        reductions.push_back(op);
      else if (scalar && generic && isElementwise(generic))
        elementwise.push_back(generic);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : reductions)
      orderLoops(op, rewriter);
    for (linalg::GenericOp op : elementwise)
      orderElementwise(op, rewriter);
  }

private:
  static void orderLoops(linalg::LinalgOp op, IRRewriter &rewriter) {
    unsigned numLoops = op.getNumLoops();
    // Of equals the innermost stays.
    unsigned best = numLoops - 1;
    for (unsigned dim = numLoops - 1; dim-- > 0;)
      if (keepsReductionOrder(op, dim) &&
          getScore(op, dim) > getScore(op, best))
        best = dim;
    if (best == numLoops - 1)
      return;
    SmallVector<unsigned> order;
    for (unsigned dim = 0; dim < numLoops; ++dim)
      if (dim != best)
        order.push_back(dim);
    order.push_back(best);

    rewriter.setInsertionPoint(op);
    auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
    if (!generic) {
      FailureOr<linalg::GenericOp> generalized =
          linalg::generalizeNamedOp(rewriter, op);
      // An op of another dialect with linalg's interface, or one whose body
      // reads its indices in a way of its own, keeps its loops.
      if (failed(generalized))
        return;
      generic = *generalized;
    }
    (void)linalg::interchangeGenericOp(rewriter, generic, order);
  }

  static void orderElementwise(linalg::GenericOp op, IRRewriter &rewriter) {
    rewriter.setInsertionPoint(op);
    if (std::optional<unsigned> dim = getChannelDim(op)) {
      SmallVector<int64_t> sizes = op.getStaticLoopRanges();
      int64_t elements = llvm::product_of(sizes);
      // Of fewer pixels, the loop would cost what is saved.
      if (elements < sizes[*dim] * kFewestPixels)
        return;
      (void)linalg::interchangeGenericOp(rewriter, op, getOrderFrom(*dim, op));
    }
    if (!isCollapsible(op))
      return;
    // Fails where a view has gaps, and then nothing has changed.
    SmallVector<ReassociationIndices> groups = getGroups(op);
    if (groups.size() < op.getNumLoops() && !hasTwoNames(op) &&
        succeeded(linalg::collapseOpIterationDims(op, groups, rewriter)))
      rewriter.eraseOp(op);
  }
};

} // namespace
