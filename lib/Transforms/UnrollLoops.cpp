//===- UnrollLoops.cpp - Several requantizations in one iteration ---------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GCC at -O2 unrolls nothing, and neither compiler knows that a loop over the
// pixels of one channel runs often. Counting and branching are two to four
// instructions, and a requantization takes as few as five.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEUNROLLLOOPS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// Beyond it, counting is little of what an iteration takes.
static constexpr size_t kLongestBody = 16;

/// Whether `loop` requantizes, in a short body, and stores each result to a
/// place of its own: a sum in memory is what the next iteration waits for.
static bool isRequantizing(scf::ForOp loop) {
  Block *body = loop.getBody();
  if (loop.getNumResults() != 0 || loop.getOps<ApplyOp>().empty() ||
      body->getOperations().size() > kLongestBody ||
      llvm::any_of(*body, [](Operation &op) { return op.getNumRegions(); }))
    return false;
  return llvm::none_of(loop.getOps<memref::StoreOp>(), [&](auto store) {
    return llvm::all_of(store.getIndices(), [&](Value index) {
      return loop.isDefinedOutsideOfLoop(index);
    });
  });
}

/// Whether nothing stores to what `load` reads.
static bool loadsConstant(memref::LoadOp load) {
  auto table = load.getMemRef().getDefiningOp<memref::GetGlobalOp>();
  if (!table)
    return false;
  auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
      table, table.getNameAttr());
  return global && global.getConstant();
}

/// Loads the parameters of `loop`, which is within others, once for each value
/// of the counters that they depend on.
static void hoistParameters(scf::ForOp loop) {
  SmallVector<memref::LoadOp> parameters;
  for (auto load : loop.getOps<memref::LoadOp>())
    if (loadsConstant(load))
      parameters.push_back(load);
  for (; loop; loop = loop->getParentOfType<scf::ForOp>())
    for (memref::LoadOp load : parameters)
      if (load->getParentOp() == loop &&
          llvm::all_of(load->getOperands(), [&](Value operand) {
            return loop.isDefinedOutsideOfLoop(operand);
          }))
        loop.moveOutOfLoop(load);
}

namespace {

struct RescaleUnrollLoopsPass
    : public rescale::impl::RescaleUnrollLoopsBase<RescaleUnrollLoopsPass> {
  using RescaleUnrollLoopsBase::RescaleUnrollLoopsBase;

  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    getOperation()->walk([&](scf::ForOp loop) {
      if (isRequantizing(loop))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops) {
      hoistParameters(loop);
      std::optional<APInt> count = loop.getStaticTripCount();
      if (count && count->ugt(1) && factor > 1)
        (void)loopUnrollByFactor(loop, count->getLimitedValue(factor));
    }
  }
};

} // namespace
