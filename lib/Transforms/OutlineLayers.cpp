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
#include "DivideLayers.h"
#include "LayerNames.h"
#include "NameConstants.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEOUTLINELAYERS
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// Whether the loops of `op` read each element of `input`, which they use only
/// there, before they write over it when `output` has the same place: both are
/// walked from front to back, and the output not faster; or in any order, with
/// elements of the same size.
static bool mayAlias(linalg::LinalgOp op, OpOperand &output, Value input) {
  AffineMap map = op.getMatchingIndexingMap(&output);
  auto isWalkedAlike = [&](OpOperand &operand) {
    return operand.getOwner() == op &&
           op.getMatchingIndexingMap(&operand) == map && isWhole(operand.get());
  };
  auto inputType = dyn_cast<MemRefType>(input.getType());
  auto outputType = dyn_cast<MemRefType>(output.get().getType());
  if (!inputType || !outputType || !map.isPermutation() ||
      op.getNumParallelLoops() != op.getNumLoops() ||
      inputType.getShape() != outputType.getShape())
    return false;
  int64_t inputBytes = getElementBytes(inputType);
  int64_t outputBytes = getElementBytes(outputType);
  return (map.isIdentity() ? outputBytes <= inputBytes
                           : outputBytes == inputBytes) &&
         isWalkedAlike(output) && llvm::all_of(input.getUses(), isWalkedAlike);
}

namespace {

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
  NamedAttrList facts;
  facts.set("name", builder.getStringAttr(origin.getModelName()));
  facts.set("ops", builder.getArrayAttr(ops));
  SmallVector<Attribute> claims(llvm::map_range(
      origin.getClaims(), [](StringAttr claim) -> Attribute { return claim; }));
  if (!claims.empty())
    facts.set("requantizations", builder.getArrayAttr(claims));
  function->setAttr(kLayerAttrName, facts.getDictionary(builder.getContext()));
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
  builder.setInsertionPointToStart(function.addEntryBlock());
  auto call = func::CallOp::create(builder, function.getLoc(), body,
                                   function.getArguments());
  func::ReturnOp::create(builder, function.getLoc(), call.getResults());
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
      for (Layer &layer : divideIntoLayers(function.getBody().front())) {
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
