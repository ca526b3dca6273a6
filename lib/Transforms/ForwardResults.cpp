//===- ForwardResults.cpp - Results where the caller wants them -----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's buffer-results-to-out-params sees the allocation of a result only
// where the function returns that itself, and not a reshape of it, which is
// what most classifiers end in.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "BufferUtils.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEFORWARDRESULTS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// Whether `copy`, of the block that it is in, is the last to use `buffer` or a
/// view of it.
static bool isLastUser(memref::CopyOp copy, Value buffer) {
  return llvm::all_of(buffer.getUsers(), [&](Operation *user) {
    Operation *inBlock = copy->getBlock()->findAncestorOpInBlock(*user);
    if (!inBlock || isa<memref::DeallocOp>(user))
      return inBlock != nullptr;
    // What makes another memref of it, but for a view, may hand it on.
    if (isStaticView(user))
      return isLastUser(copy, user->getResult(0));
    return llvm::none_of(user->getResultTypes(),
                         llvm::IsaPred<BaseMemRefType>) &&
           !user->hasTrait<OpTrait::IsTerminator>() &&
           (inBlock == copy || inBlock->isBeforeInBlock(copy));
  });
}

/// The allocation that `copy` is the end of and that its target, an argument,
/// can replace; null if there is none.
static memref::AllocOp getForwarded(memref::CopyOp copy) {
  Value source = copy.getSource();
  while (isWhole(source) && isStaticView(source.getDefiningOp()))
    source = source.getDefiningOp()->getOperand(0);
  auto alloc = source.getDefiningOp<memref::AllocOp>();
  auto target = dyn_cast<BlockArgument>(copy.getTarget());
  if (!alloc || !target || !target.hasOneUse() || !isWhole(target) ||
      !isWhole(alloc) || alloc->getBlock() != copy->getBlock() ||
      target.getOwner() != copy->getBlock() ||
      !isa<FunctionOpInterface>(copy->getParentOp()))
    return nullptr;
  MemRefType from = alloc.getType();
  auto to = cast<MemRefType>(target.getType());
  if (!from.hasStaticShape() || !to.hasStaticShape() ||
      from.getNumElements() != to.getNumElements() || !isLastUser(copy, alloc))
    return nullptr;
  return alloc;
}

namespace {

struct RescaleForwardResultsPass
    : public rescale::impl::RescaleForwardResultsBase<
          RescaleForwardResultsPass> {
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation()->walk([&](memref::CopyOp copy) { copies.push_back(copy); });
    IRRewriter rewriter(&getContext());
    for (memref::CopyOp copy : copies) {
      memref::AllocOp alloc = getForwarded(copy);
      if (!alloc)
        continue;
      Value target = copy.getTarget();
      rewriter.eraseOp(copy);
      MemRefType type = alloc.getType();
      if (type == target.getType()) {
        rewriter.replaceOp(alloc, target);
        continue;
      }
      rewriter.setInsertionPoint(alloc);
      rewriter.replaceOpWithNewOp<memref::ReinterpretCastOp>(
          alloc, type, target, /*offset=*/0, type.getShape(),
          type.getStridesAndOffset().first);
    }
  }
};

} // namespace
