//===- OutlineLayers.cpp - A function for each layer ----------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On buffers, after the decision which tensors share one. What makes buffers
// and views of them stays in the model's function, what computes is moved.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "BufferUtils.h"
#include "LayerNames.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEOUTLINELAYERS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// Constants are made anew in each layer.
static bool isConstant(Operation *op) {
  return op && (op->hasTrait<OpTrait::ConstantLike>() ||
                isa<memref::GetGlobalOp>(op));
}

static bool isBuffer(Value value) {
  return isa<BaseMemRefType>(value.getType());
}

/// Whether `op` stays in the model's function.
static bool isSkeleton(Operation *op) {
  return isConstant(op) || isStaticView(op) ||
         isa<memref::AllocOp, memref::DeallocOp>(op) ||
         op->hasTrait<OpTrait::IsTerminator>();
}

namespace {

/// What a layer does to a buffer.
struct Access {
  bool reads = false;
  bool writes = false;
};

/// A run of operations that becomes a function.
using Layer = SmallVector<Operation *>;

} // namespace

/// What the operations within `layer` do to `buffer`, or to views of it.
static Access getAccess(Value buffer,
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

/// Divides what computes in `block` into layers: an operation each, but those
/// between which a scalar goes are one layer, and so are neighbours that write
/// to one buffer only, as a padding and the copy into its middle do.
static SmallVector<Layer> divide(Block &block) {
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

/// Whether the loops of `op` read each element of `input`, which they use only
/// there, before they write over it when `output` has the same place: both are
/// walked from front to back, and the output not faster.
static bool mayAlias(linalg::LinalgOp op, OpOperand &output, Value input) {
  auto isWalkedInOrder = [&](OpOperand &operand) {
    return operand.getOwner() == op &&
           op.getMatchingIndexingMap(&operand).isIdentity() &&
           isWhole(operand.get());
  };
  auto inputType = dyn_cast<MemRefType>(input.getType());
  auto outputType = dyn_cast<MemRefType>(output.get().getType());
  return inputType && outputType &&
         op.getNumParallelLoops() == op.getNumLoops() &&
         inputType.getShape() == outputType.getShape() &&
         getElementBytes(outputType) <= getElementBytes(inputType) &&
         isWalkedInOrder(output) &&
         llvm::all_of(input.getUses(), isWalkedInOrder);
}

namespace {

/// Chooses a name for each layer that no other has.
class LayerNames {
public:
  explicit LayerNames(ModuleOp module) : softmaxes(findSoftmaxes(module)) {}

  std::string choose(const LayerOrigin &origin, StringRef kind,
                     const SymbolTable &symbols) {
    auto [name, isNumbered] = origin.getName(kind, softmaxes);
    // A name of the model keeps its own number.
    std::string stem =
        isNumbered ? StringRef(name).rsplit('_').first.str() : name;
    unsigned &number = numbers.try_emplace(stem, !isNumbered).first->second;
    // Macros of the header have the names in capitals.
    while (symbols.lookup(name) ||
           !taken.insert(StringRef(name).upper()).second)
      name = stem + "_" + std::to_string(++number);
    return name;
  }

private:
  Softmaxes softmaxes;
  /// The last number of each name.
  llvm::StringMap<unsigned> numbers;
  llvm::StringSet<> taken;
};

/// Moves one layer out of the model's function.
class Outliner {
public:
  Outliner(Layer &layer, SymbolTable &symbols, LayerNames &layerNames)
      : layer(layer), symbols(symbols), layerNames(layerNames) {
    for (Operation *op : layer)
      op->walk([&](Operation *nested) {
        inside.insert(nested);
        origin.add(nested->getLoc());
      });
  }

  /// Whether something that the layer computes is needed as a value elsewhere.
  bool hasResults() const {
    return llvm::any_of(layer, [&](Operation *op) {
      return llvm::any_of(op->getUsers(), [&](Operation *user) {
        return !inside.contains(user);
      });
    });
  }

  void run() {
    captureAll();
    llvm::SmallPtrSet<Value, 4> roots;
    for (Value argument : arguments)
      if (!roots.insert(getRoot(argument)).second)
        sharedRoots.insert(getRoot(argument));
    if (!sharedRoots.empty()) {
      arguments.clear();
      captureAll();
    }
    sortArguments();
    func::FuncOp function = createFunction();
    OpBuilder builder(layer.back());
    func::CallOp::create(builder, function.getLoc(), function,
                         arguments.getArrayRef());
    for (Operation *op : llvm::reverse(layer))
      op->erase();
  }

private:
  bool isInside(Value value) const {
    Operation *owner = value.getDefiningOp();
    return inside.contains(owner ? owner
                                 : value.getParentBlock()->getParentOp());
  }

  /// Whether `value` is made anew in the layer: constants, views that are not
  /// all of a buffer, and views of a buffer that the layer has under two names.
  bool isRemade(Value value) const {
    Operation *op = value.getDefiningOp();
    if (!op || isInside(value))
      return false;
    return isConstant(op) ||
           (isStaticView(op) &&
            (!isWhole(value) || sharedRoots.contains(getRoot(value)) ||
             isRemade(op->getOperand(0))));
  }

  void captureAll() {
    for (Operation *op : layer)
      op->walk([&](Operation *nested) {
        for (Value operand : nested->getOperands())
          capture(operand);
      });
  }

  void capture(Value value) {
    if (isInside(value))
      return;
    if (isRemade(value) && !isConstant(value.getDefiningOp()))
      return capture(value.getDefiningOp()->getOperand(0));
    if (!isRemade(value))
      arguments.insert(value);
  }

  void sortArguments();
  func::FuncOp createFunction();
  Value getInLayer(Value value, OpBuilder &builder, IRMapping &mapping);
  void setMayAlias(func::FuncOp function);

  Layer &layer;
  SymbolTable &symbols;
  LayerNames &layerNames;
  LayerOrigin origin;
  llvm::SmallPtrSet<Operation *, 32> inside;
  SetVector<Value> arguments;
  llvm::SmallPtrSet<Value, 1> sharedRoots;
  SmallVector<Access> accesses;
  SmallVector<std::string> names;
};

} // namespace

/// Whether only operations for which `isInLayer` holds use `buffer`.
static bool isLocal(Value buffer,
                    llvm::function_ref<bool(Operation *)> isInLayer) {
  return llvm::all_of(buffer.getUsers(), [&](Operation *user) {
    return isInLayer(user) || isa<memref::DeallocOp>(user) ||
           (isStaticView(user) && isLocal(user->getResult(0), isInLayer));
  });
}

/// Inputs first, then outputs, then what is needed within the layer only.
void Outliner::sortArguments() {
  auto isInLayer = [&](Operation *op) { return inside.contains(op); };
  SmallVector<Value> groups[3];
  for (Value argument : arguments) {
    Value root = getRoot(argument);
    unsigned group = 0;
    if (isBuffer(argument) && getAccess(argument, isInLayer).writes)
      group = root.getDefiningOp<memref::AllocOp>() && isLocal(root, isInLayer)
                  ? 2
                  : 1;
    groups[group].push_back(argument);
  }
  arguments.clear();
  StringRef kinds[] = {roles::kInput, roles::kOutput, roles::kScratch};
  for (auto [group, kind] : llvm::zip(groups, kinds))
    for (auto [i, argument] : llvm::enumerate(group)) {
      arguments.insert(argument);
      names.push_back(kind.str() + (group.size() > 1 ? std::to_string(i) : ""));
    }
}

Value Outliner::getInLayer(Value value, OpBuilder &builder,
                           IRMapping &mapping) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  for (Value operand : op->getOperands())
    getInLayer(operand, builder, mapping);
  builder.clone(*op, mapping);
  return mapping.lookup(value);
}

/// What a layer without a name and an origin is called.
static StringRef getKind(Layer &layer) {
  return layer.back()->getName().stripDialect();
}

func::FuncOp Outliner::createFunction() {
  Operation *caller = layer.front()->getParentOfType<func::FuncOp>();
  OpBuilder builder(caller);
  auto function = func::FuncOp::create(
      layer.back()->getLoc(), "layer",
      builder.getFunctionType(ValueRange(arguments.getArrayRef()).getTypes(),
                              {}));
  function.setPrivate();
  function.setName(layerNames.choose(origin, getKind(layer), symbols));
  symbols.insert(function, Block::iterator(caller));

  SmallVector<Attribute> ops(llvm::map_range(
      origin.getOps(), [](StringAttr op) -> Attribute { return op; }));
  function->setAttr(
      kLayerAttrName,
      builder.getDictionaryAttr(
          {builder.getNamedAttr("name",
                                builder.getStringAttr(origin.getModelName())),
           builder.getNamedAttr("ops", builder.getArrayAttr(ops))}));
  for (auto [i, name] : llvm::enumerate(names))
    function.setArgAttr(i, kNameAttrName, builder.getStringAttr(name));

  Block *body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  IRMapping mapping;
  mapping.map(arguments.getArrayRef(), body->getArguments());
  for (Operation *op : layer)
    op->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (!isInside(operand))
          getInLayer(operand, builder, mapping);
    });
  for (Operation *op : layer)
    builder.clone(*op, mapping);
  func::ReturnOp::create(builder, function.getLoc());
  setMayAlias(function);
  return function;
}

void Outliner::setMayAlias(func::FuncOp function) {
  auto op = dyn_cast<linalg::LinalgOp>(
      function.getBody().front().getTerminator()->getPrevNode());
  if (layer.size() != 1 || !op)
    return;
  Builder builder(function.getContext());
  for (OpOperand &output : op.getDpsInitsMutable()) {
    auto argument = dyn_cast<BlockArgument>(output.get());
    if (!argument || !argument.hasOneUse())
      continue;
    SmallVector<int64_t> inputs;
    for (BlockArgument input : function.getArguments())
      if (input != argument && mayAlias(op, output, input))
        inputs.push_back(input.getArgNumber());
    if (!inputs.empty())
      function.setArgAttr(argument.getArgNumber(), kMayAliasAttrName,
                          builder.getI64ArrayAttr(inputs));
  }
}

/// Makes the body of `function`, which has several blocks, one layer.
static void outlineBody(func::FuncOp function, SymbolTable &symbols) {
  OpBuilder builder(function);
  auto body = func::FuncOp::create(function.getLoc(),
                                   (function.getName() + "_body").str(),
                                   function.getFunctionType());
  body.setPrivate();
  body.getBody().takeBody(function.getBody());
  symbols.insert(body, Block::iterator(function));
  function.getAllArgAttrs();
  builder.setInsertionPointToStart(function.addEntryBlock());
  auto call = func::CallOp::create(builder, function.getLoc(), body,
                                   function.getArguments());
  func::ReturnOp::create(builder, function.getLoc(), call.getResults());
}

/// What the constant in `buffer` is to the operations that use it.
static StringRef getRole(Value buffer) {
  for (OpOperand &use : buffer.getUses()) {
    if (isStaticView(use.getOwner()))
      return getRole(use.getOwner()->getResult(0));
    if (auto kernel = dyn_cast<kernel::KernelOpInterface>(use.getOwner())) {
      unsigned first =
          kernel.getEpilogueInputsMutable().begin()->getOperandNumber();
      StringRef name = ApplyOp::getOperandName(
          kernel.getEpilogue().getArgument(use.getOperandNumber() - first + 1));
      return name.empty() ? StringRef(roles::kTable) : name;
    }
    auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
    if (!op)
      continue;
    if (op.getNumReductionLoops())
      return roles::kWeights;
    BlockArgument argument = op.getMatchingBlockArgument(&use);
    StringRef name = ApplyOp::getOperandName(argument);
    if (!name.empty() && name != roles::kInput)
      return name;
    for (OpOperand &scalar : argument.getUses()) {
      // It starts the sums of a convolution or a matmul.
      if (isa<linalg::YieldOp>(scalar.getOwner()) && op->getNextNode() &&
          isa<linalg::LinalgOp>(op->getNextNode()))
        return roles::kBias;
    }
  }
  return roles::kTable;
}

/// Names each constant after the layer that it belongs to and its role there.
static void nameConstants(ModuleOp module, SymbolTable &symbols) {
  llvm::MapVector<memref::GlobalOp, SmallVector<memref::GetGlobalOp>> uses;
  module.walk([&](memref::GetGlobalOp get) {
    auto global = symbols.lookup<memref::GlobalOp>(get.getName());
    if (global && global.getConstant() && global.isPrivate())
      uses[global].push_back(get);
  });
  for (auto &[global, gets] : uses) {
    auto getLayer = [](memref::GetGlobalOp get) {
      return get->getParentOfType<func::FuncOp>();
    };
    func::FuncOp layer = getLayer(gets.front());
    std::string name = getRole(gets.front()).str();
    bool isShared = llvm::any_of(
        gets, [&](memref::GetGlobalOp get) { return getLayer(get) != layer; });
    name = ((isShared ? "shared" : layer.getName()) + "_" + name).str();
    // SymbolTable::rename would walk the module for every constant.
    symbols.remove(global);
    global.setName(name);
    symbols.insert(global);
    for (memref::GetGlobalOp get : gets)
      get.setName(global.getName());
  }
}

namespace {

struct RescaleOutlineLayersPass
    : public rescale::impl::RescaleOutlineLayersBase<RescaleOutlineLayersPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    LayerNames names(getOperation());
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions) {
      if (function.isPrivate() || function.isExternal())
        continue;
      if (!function.getBody().hasOneBlock()) {
        outlineBody(function, symbols);
        continue;
      }
      for (Layer &layer : divide(function.getBody().front())) {
        Outliner outliner(layer, symbols, names);
        if (!outliner.hasResults())
          outliner.run();
      }
      eraseDead(function.getBody().front());
    }
    nameConstants(getOperation(), symbols);
  }

private:
  /// Erases constants and views that are needed in layers only.
  static void eraseDead(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (op.use_empty() && (isConstant(&op) || isStaticView(&op)))
        op.erase();
  }
};

} // namespace
