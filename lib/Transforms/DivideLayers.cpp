//===- DivideLayers.cpp - Which operations make a layer -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DivideLayers.h"

#include "BufferUtils.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::rescale;

/// Whether `op` stays in the model's function.
static bool isSkeleton(Operation *op) {
  return isConstant(op) || isStaticView(op) ||
         isa<memref::AllocOp, memref::DeallocOp>(op) ||
         op->hasTrait<OpTrait::IsTerminator>();
}

Access
mlir::rescale::getAccess(Value buffer,
                         llvm::function_ref<bool(Operation *)> isInLayer) {
  Access access;
  for (OpOperand &use : buffer.getUses()) {
    Operation *user = use.getOwner();
    if (!isInLayer(user) && !isStaticView(user))
      continue;
    if (auto effects = dyn_cast<MemoryEffectOpInterface>(user);
        effects && user->getNumResults() == 0) {
      SmallVector<MemoryEffects::EffectInstance> instances;
      effects.getEffects(instances);
      for (const MemoryEffects::EffectInstance &instance : instances) {
        if (instance.getValue() != buffer)
          continue;
        access.reads |= isa<MemoryEffects::Read>(instance.getEffect());
        access.writes |= isa<MemoryEffects::Write>(instance.getEffect());
      }
    } else if (isa<memref::LoadOp>(user)) {
      access.reads = true;
    } else if (isStaticView(user)) {
      Access viewed = getAccess(user->getResult(0), isInLayer);
      access.reads |= viewed.reads;
      access.writes |= viewed.writes;
    } else {
      // A call, a loop that carries the buffer, and the like.
      access.reads = access.writes = true;
    }
  }
  return access;
}

/// The buffers that `op` writes to.
static SetVector<Value> getWrittenBuffers(Operation *op) {
  SetVector<Value> captured;
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (isBuffer(operand) &&
          !op->isAncestor(operand.getParentBlock()->getParentOp()))
        captured.insert(getRoot(operand));
  });
  SetVector<Value> written;
  auto isInOp = [&](Operation *user) { return op->isAncestor(user); };
  for (Value buffer : captured)
    if (getAccess(buffer, isInOp).writes)
      written.insert(buffer);
  return written;
}

SmallVector<Layer> mlir::rescale::divideIntoLayers(Block &block) {
  SmallVector<Operation *> ops;
  SmallVector<SetVector<Value>> written;
  llvm::DenseMap<Operation *, unsigned> positions;
  for (Operation &op : block) {
    if (isSkeleton(&op))
      continue;
    positions[&op] = ops.size();
    ops.push_back(&op);
    written.push_back(getWrittenBuffers(&op));
  }
  // Past the last operation that uses a result of `op`, or a view of it.
  std::function<unsigned(Operation *)> getEnd = [&](Operation *op) {
    unsigned end = 0;
    for (Operation *user : op->getUsers()) {
      Operation *inBlock = block.findAncestorOpInBlock(*user);
      if (auto it = positions.find(inBlock); it != positions.end())
        end = std::max(end, it->second + 1);
      else if (isStaticView(inBlock))
        end = std::max(end, getEnd(inBlock));
    }
    return end;
  };
  SmallVector<Layer> layers;
  for (unsigned begin = 0, end; begin < ops.size(); begin = end) {
    end = begin + 1;
    for (unsigned i = begin; i < end; ++i) {
      end = std::max(end, getEnd(ops[i]));
      if (i + 1 == end && end < ops.size() && written[i].size() == 1 &&
          written[i].getArrayRef() == written[end].getArrayRef())
        ++end;
    }
    layers.emplace_back(ops.begin() + begin, ops.begin() + end);
  }
  return layers;
}
