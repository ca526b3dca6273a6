//===- OrderLoops.cpp - Contiguous innermost loops ------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Linalg's named ops put their reductions innermost, where a convolution in
// hwcf layout would gather its weights. Upstream interchanges only at the
// request of a transform script.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEORDERLOOPS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

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

namespace {

struct RescaleOrderLoopsPass
    : public rescale::impl::RescaleOrderLoopsBase<RescaleOrderLoopsPass> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> reductions;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (op.getNumReductionLoops() && op.getNumLoops() > 1)
        reductions.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : reductions)
      orderLoops(op, rewriter);
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
};

} // namespace
