//===- InPlace.h - What loops do to what they carry -------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shared by the pass that updates in place and the one that checks it.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_INPLACE_H
#define RESCALE_LIB_TRANSFORMS_INPLACE_H

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::rescale {

/// The block argument that the yielded value `i` of `loop` replaces, as the
/// block that yields sees it; null where it does not.
inline BlockArgument getCarried(LoopLikeOpInterface loop, unsigned i) {
  BlockArgument argument = loop.getRegionIterArgs()[i];
  auto whileOp = dyn_cast<scf::WhileOp>(loop.getOperation());
  if (!whileOp)
    return argument;
  auto forwarded = whileOp.getConditionOp().getArgs();
  auto it = llvm::find(forwarded, argument);
  return it == forwarded.end()
             ? BlockArgument()
             : whileOp.getAfterArguments()[it - forwarded.begin()];
}

/// Whether what a loop yields for `argument` can have the argument's buffer:
/// each op on the way writes into the buffer of its operand.
inline bool isUpdatedInPlace(BlockArgument argument, OpOperand &yielded,
                             const bufferization::AnalysisState &state) {
  if (yielded.get() == argument)
    return true;
  bufferization::TraversalConfig config;
  // Not equivalent ones only, which a loop within would never be without the
  // analysis that bufferization runs.
  config.followSameTypeOrCastsOnly = true;
  SetVector<Value> origins = state.findValueInReverseUseDefChain(
      &yielded, [&](Value value) { return value == argument; }, config);
  return llvm::all_of(origins, [&](Value value) { return value == argument; });
}

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_INPLACE_H
