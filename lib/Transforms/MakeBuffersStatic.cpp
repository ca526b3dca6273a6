//===- MakeBuffersStatic.cpp - Buffers without a heap ---------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The simplest memory plan: a global for every buffer, none shared. A planned
// arena that buffers share will take its place.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEMAKEBUFFERSSTATIC
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

/// Whether a loop hands `alloc`, made anew in each iteration, to the next
/// iteration, where the buffers of both are alive. Takes every memref that an
/// op makes of a buffer for that buffer.
static bool isCarriedByLoop(memref::AllocOp alloc) {
  Block *block = alloc->getBlock();
  bool isInCycle = llvm::any_of(block->getSuccessors(), [&](Block *next) {
    return next->isReachable(block);
  });
  SmallVector<Value> worklist = {alloc.getResult()};
  llvm::SmallPtrSet<Value, 8> visited;
  auto follow = [&](ValueRange values) {
    for (Value value : values)
      if (isa<BaseMemRefType>(value.getType()) && visited.insert(value).second)
        worklist.push_back(value);
  };
  while (!worklist.empty()) {
    Value buffer = worklist.pop_back_val();
    for (Operation *user : buffer.getUsers()) {
      follow(user->getResults());
      if (isInCycle && isa<BranchOpInterface>(user))
        return true;
      if (!isa<RegionBranchTerminatorOpInterface>(user))
        continue;
      Operation *parent = user->getParentOp();
      if (isa<LoopLikeOpInterface>(parent) && parent->isProperAncestor(alloc))
        return true;
      follow(parent->getResults());
    }
  }
  return false;
}

namespace {

struct RescaleMakeBuffersStaticPass
    : public rescale::impl::RescaleMakeBuffersStaticBase<
          RescaleMakeBuffersStaticPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<memref::AllocOp> allocs;
    SmallVector<Operation *> deallocs;
    SmallVector<memref::CopyOp> copies;
    module.walk([&](Operation *op) {
      if (auto alloc = dyn_cast<memref::AllocOp>(op))
        allocs.push_back(alloc);
      else if (isa<memref::DeallocOp>(op))
        deallocs.push_back(op);
      else if (auto copy = dyn_cast<memref::CopyOp>(op))
        copies.push_back(copy);
    });
    if (allocs.empty() && copies.empty() && deallocs.empty())
      return;
    IRRewriter rewriter(&getContext());
    for (memref::CopyOp copy : copies)
      expandStridedCopy(copy, rewriter);
    for (Operation *dealloc : deallocs)
      rewriter.eraseOp(dealloc);
    SymbolTable symbols(module);
    // All before what is first now, so in the order of the allocations.
    Operation *first = &module.getBody()->front();
    for (memref::AllocOp alloc : allocs)
      if (failed(makeStatic(alloc, first, symbols, rewriter)))
        return signalPassFailure();
  }

private:
  /// Contiguous copies stay: they become memcpy.
  static void expandStridedCopy(memref::CopyOp copy, IRRewriter &rewriter) {
    auto source = cast<MemRefType>(copy.getSource().getType());
    auto target = cast<MemRefType>(copy.getTarget().getType());
    if (memref::isStaticShapeAndContiguousRowMajor(source) &&
        memref::isStaticShapeAndContiguousRowMajor(target))
      return;
    rewriter.setInsertionPoint(copy);
    rewriter.replaceOpWithNewOp<linalg::CopyOp>(copy, copy.getSource(),
                                                copy.getTarget());
  }

  static LogicalResult makeStatic(memref::AllocOp alloc, Operation *first,
                                  SymbolTable &symbols, IRRewriter &rewriter) {
    MemRefType type = alloc.getType();
    if (!type.hasStaticShape() || !type.getLayout().isIdentity())
      return alloc.emitOpError()
             << "requires a static shape to need no heap, got " << type
             << "; run `rescale-opt --rescale-make-static` on the model first";
    if (isCarriedByLoop(alloc))
      return alloc.emitOpError()
             << "requires a buffer that one iteration of a loop needs, got one "
                "that the next iteration reads; unroll the loop in the model";
    rewriter.setInsertionPoint(first);
    auto global = memref::GlobalOp::create(
        rewriter, alloc.getLoc(), "buffer", rewriter.getStringAttr("private"),
        type, rewriter.getUnitAttr(), /*constant=*/false,
        alloc.getAlignmentAttr());
    symbols.insert(global);
    rewriter.setInsertionPoint(alloc);
    rewriter.replaceOpWithNewOp<memref::GetGlobalOp>(alloc, type,
                                                     global.getSymName());
    return success();
  }
};

} // namespace
