//===- RescaleKernelToLoops.cpp - Kernels to loop nests -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a nest requires of its kernel, and what is said of it to the planner of
// the arena.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/RescaleKernelToLoops/RescaleKernelToLoops.h"

#include "Epilogue.h"
#include "Nests.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"
#include "rescale/Support/Buffers.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_CONVERTRESCALEKERNELTOLOOPS
#include "rescale/Conversion/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using namespace mlir::rescale::kernel;

/// Checks that loops can be built for `op`.
static LogicalResult verifyBuffers(KernelOpInterface op) {
  if (!op->getParentOfType<FunctionOpInterface>())
    return op.emitOpError("requires a function around it, got none; move it "
                          "into one");
  for (OpOperand &operand : op->getOpOperands()) {
    auto buffer = dyn_cast<MemRefType>(operand.get().getType());
    if (!buffer || (!isContiguous(operand.get()) && !op.isDpsInit(&operand)))
      return op.emitOpError()
             << "requires buffers without gaps, got " << operand.get().getType()
             << (buffer ? "; copy it before"
                        : "; run one-shot-bufferize before");
  }
  return success();
}

/// Tells the planner of the arena which inputs the output may overlap: those
/// that are arguments of the function and that the nest, which replaces an op
/// with `operands`, reads in no other way than it says.
static void setOverlaps(const Nest &nest, ArrayRef<Value> operands,
                        Value output) {
  auto argument = dyn_cast<BlockArgument>(output);
  if (!argument || !isContiguous(output))
    return;
  auto function =
      dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  if (!function || !llvm::hasSingleElement(function.getFunctionBody()))
    return;
  auto type = cast<MemRefType>(output.getType());
  int64_t bytes = getBytes(type);
  // An input that is read in two ways allows what both allow.
  struct Freedom {
    int64_t distance = 0;
    bool mayAlias = true;
  };
  llvm::MapVector<unsigned, Freedom> inputs;
  for (auto [i, input] : llvm::enumerate(nest.inputs)) {
    auto from = dyn_cast<BlockArgument>(input);
    if (!from || from.getOwner() != argument.getOwner() ||
        llvm::count(operands, input) != llvm::count(nest.inputs, input))
      continue;
    Freedom &freedom = inputs[from.getArgNumber()];
    freedom.distance = std::max(freedom.distance, nest.record.getDistance(i));
    freedom.mayAlias &= nest.record.mayAlias(i);
  }
  Builder b(output.getContext());
  SmallVector<Attribute> overlaps;
  SmallVector<int64_t> aliases;
  for (auto [input, freedom] : inputs) {
    if (freedom.distance < bytes)
      overlaps.push_back(b.getI64ArrayAttr({input, freedom.distance}));
    if (freedom.mayAlias)
      aliases.push_back(input);
  }
  unsigned number = argument.getArgNumber();
  if (!overlaps.empty())
    function.setArgAttr(number, kOverlapAttrName, b.getArrayAttr(overlaps));
  if (!aliases.empty())
    function.setArgAttr(number, kMayAliasAttrName, b.getI64ArrayAttr(aliases));
}

/// Whether no other op reads or writes the operands of `op`, and no loop brings
/// them again: the record of reads and writes is that of one run of the nest.
static bool isAlone(KernelOpInterface op) {
  if (!isa<FunctionOpInterface>(op->getParentOp()))
    return false;
  return llvm::all_of(op->getOperands(), [&](Value operand) {
    return llvm::all_of(operand.getUsers(),
                        [&](Operation *user) { return user == op; });
  });
}

/// Tells on the layer what the weights bound its accumulators to. Those of a
/// pool are given by the codes.
static void recordAccumulators(KernelOpInterface op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  auto layer = function->getAttrOfType<DictionaryAttr>(kLayerAttrName);
  if (!layer || isa<Pool2DOp>(op))
    return;
  ::staircase::Interval range = op.getAccumulatorRange();
  auto saturate = [](::staircase::Int128 value) {
    return static_cast<int64_t>(
        std::clamp<::staircase::Int128>(value, INT64_MIN, INT64_MAX));
  };
  int64_t low = saturate(range.low), high = saturate(range.high);
  NamedAttrList facts(layer);
  // A transposed convolution has a kernel for each of its phases.
  if (auto known = layer.getAs<DenseI64ArrayAttr>(roles::kAccumulator)) {
    low = std::min(low, known[0]);
    high = std::max(high, known[1]);
  }
  Builder b(op.getContext());
  facts.set(roles::kAccumulator, b.getDenseI64ArrayAttr({low, high}));
  function->setAttr(kLayerAttrName, facts.getDictionary(op.getContext()));
}

static LogicalResult lower(KernelOpInterface op, const Blocking &blocking,
                           SymbolTableCollection &symbolTables) {
  if (failed(verifyBuffers(op)))
    return failure();
  if (isa<TransposeConv2DOp>(op))
    return op.emitOpError("requires a convolution for each phase, got a "
                          "transposed one; run "
                          "rescale-decompose-transpose-conv on tensors before");
  recordAccumulators(op);
  bool alone = isAlone(op);
  // The table of the function's module, which need not be the outermost one.
  Operation *module = SymbolTable::getNearestSymbolTable(
      op->getParentOfType<FunctionOpInterface>()->getParentOp());
  LoopBuilder b(op, symbolTables.getSymbolTable(module));
  Nest nest = llvm::TypeSwitch<Operation *, Nest>(op)
                  .Case<Conv2DOp, DepthwiseConv2DOp, MatmulOp, Pool2DOp>(
                      [&](auto op) { return buildNest(b, op, blocking); });
  Value output = op.getInit();
  SmallVector<Value> operands(op->getOperands());
  op->erase();
  if (alone)
    setOverlaps(nest, operands, output);
  return success();
}

namespace {

struct ConvertRescaleKernelToLoopsPass
    : public rescale::impl::ConvertRescaleKernelToLoopsBase<
          ConvertRescaleKernelToLoopsPass> {
  using ConvertRescaleKernelToLoopsBase::ConvertRescaleKernelToLoopsBase;

  void runOnOperation() override {
    const Blocking &blocking = lookupBlocking(target);
    SmallVector<KernelOpInterface> ops;
    getOperation().walk([&](KernelOpInterface op) { ops.push_back(op); });
    SymbolTableCollection symbolTables;
    for (KernelOpInterface op : ops)
      if (failed(lower(op, blocking, symbolTables)))
        return signalPassFailure();
  }
};

} // namespace
