//===- PlanArena.cpp - One arena for all buffers --------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lifetimes are counted in operations of the entry point's block: with a layer
// in a function of its own, these are the layers.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Passes.h"

#include "ArenaPlanner.h"
#include "BufferUtils.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/SmallPtrSet.h"

#include <numeric>

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEPLANARENA
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// Calls `follow` with every value that may be, or view, the buffer that one of
/// `user`'s operands is. Takes every memref that an op makes of a buffer for
/// that buffer.
static void followBuffer(Operation *user,
                         llvm::function_ref<void(ValueRange)> follow) {
  auto followInto = [&](Operation *op) {
    follow(op->getResults());
    for (Region &region : op->getRegions())
      if (!region.empty())
        follow(region.getArguments());
  };
  followInto(user);
  for (Block *next : user->getSuccessors())
    follow(next->getArguments());
  if (isa<RegionBranchTerminatorOpInterface>(user))
    followInto(user->getParentOp());
}

/// Every operand that `buffer` may be, or be viewed by.
static SetVector<OpOperand *> getAllUses(Value buffer) {
  SetVector<OpOperand *> uses;
  SmallVector<Value> worklist = {buffer};
  llvm::SmallPtrSet<Value, 8> visited = {buffer};
  while (!worklist.empty())
    for (OpOperand &use : worklist.pop_back_val().getUses()) {
      uses.insert(&use);
      followBuffer(use.getOwner(), [&](ValueRange values) {
        for (Value value : values)
          if (isa<BaseMemRefType>(value.getType()) &&
              visited.insert(value).second)
            worklist.push_back(value);
      });
    }
  return uses;
}

/// Whether a loop hands `alloc`, made anew in each iteration, to the next
/// iteration, where the buffers of both are alive.
static bool isCarriedByLoop(memref::AllocOp alloc) {
  Block *block = alloc->getBlock();
  bool isInCycle = llvm::any_of(block->getSuccessors(), [&](Block *next) {
    return next->isReachable(block);
  });
  return llvm::any_of(getAllUses(alloc), [&](OpOperand *use) {
    Operation *user = use->getOwner();
    if (isa<BranchOpInterface>(user))
      return isInCycle;
    Operation *parent = user->getParentOp();
    return isa<RegionBranchTerminatorOpInterface>(user) &&
           isa<LoopLikeOpInterface>(parent) && parent->isProperAncestor(alloc);
  });
}

static LogicalResult verify(memref::AllocOp alloc) {
  MemRefType type = alloc.getType();
  if (!type.hasStaticShape() || !type.getLayout().isIdentity())
    return alloc.emitOpError()
           << "requires a static shape to need no heap, got " << type
           << "; run `rescale-opt --rescale-make-static` on the model first";
  if (isCarriedByLoop(alloc))
    return alloc.emitOpError()
           << "requires a buffer that one iteration of a loop needs, got one "
              "that the next iteration reads; unroll the loop in the model";
  return success();
}

namespace {

/// The buffers of one entry point.
class EntryPlanner {
public:
  EntryPlanner(func::FuncOp function, int64_t alignment)
      : function(function), alignment(alignment) {}

  /// Finds lifetimes and plans.
  LogicalResult plan(SymbolTable &symbols);
  /// Puts views of the arena where the allocations were.
  void apply(bool isStatic, SymbolTable &symbols);
  void emitRemarks();
  /// Says which arguments of `layer` share no memory in `call`, its only one.
  void setNoAlias(func::CallOp call, func::FuncOp layer) const;

private:
  LogicalResult verifySizes();
  void collect();
  void collectSources();
  bool isAlone(OpOperand &operand) const;
  bool mayOverlap(OpOperand &a, OpOperand &b) const;
  void addOverlaps(func::CallOp call, func::FuncOp layer);
  std::optional<unsigned> getBuffer(Value value) const;
  int64_t getLowerBound() const;

  func::FuncOp function;
  int64_t alignment;
  SmallVector<memref::AllocOp> allocs;
  SmallVector<ArenaBuffer> buffers;
  SmallVector<ArenaOverlap> overlaps;
  /// What first writes to each buffer.
  SmallVector<std::string> names;
  llvm::DenseMap<Value, unsigned> indices;
  /// The allocations, arguments and constants that an operand of a call may be,
  /// or view.
  llvm::DenseMap<OpOperand *, SmallVector<Value, 1>> sources;
  ArenaPlan result;
};

} // namespace

/// Every place is a sum of sizes, and of what aligns them.
LogicalResult EntryPlanner::verifySizes() {
  std::optional<int64_t> sum = 0;
  WalkResult result = function.walk([&](memref::AllocOp alloc) {
    MemRefType type = alloc.getType();
    std::optional<int64_t> bytes = getBytesIfCountable(type);
    int64_t padding = std::max(alignment, getElementBytes(type)) - 1;
    for (std::optional<int64_t> part : {bytes, std::optional(padding)})
      sum = sum && part ? llvm::checkedAdd(*sum, *part) : std::nullopt;
    if (sum)
      return WalkResult::advance();
    alloc.emitOpError() << "requires buffers of less than 2^63 bytes in all, "
                           "got "
                        << type << " beside the others; make the tensors of "
                        << "the model smaller";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

void EntryPlanner::collect() {
  Region &body = function.getBody();
  llvm::DenseMap<Operation *, int64_t> steps;
  int64_t count = 0;
  for (Operation &op : body.getOps())
    if (!isStaticView(&op) && !isa<memref::AllocOp>(op) &&
        !op.hasTrait<OpTrait::ConstantLike>())
      steps[&op] = count++;
  function.walk([&](memref::AllocOp alloc) {
    // With several blocks, the order of operations is not that of time.
    ArenaBuffer buffer{getBytes(alloc.getType()),
                       std::max(alignment, getElementBytes(alloc.getType())), 0,
                       count};
    if (body.hasOneBlock()) {
      buffer.first = count;
      buffer.last = 0;
      for (OpOperand *use : getAllUses(alloc)) {
        auto it = steps.find(body.findAncestorOpInRegion(*use->getOwner()));
        if (it == steps.end())
          continue;
        buffer.first = std::min(buffer.first, it->second);
        buffer.last = std::max(buffer.last, it->second);
      }
      buffer.last = std::max(buffer.first, buffer.last);
    }
    indices[alloc] = allocs.size();
    allocs.push_back(alloc);
    buffers.push_back(buffer);
  });
}

void EntryPlanner::collectSources() {
  auto collect = [&](Value source) {
    for (OpOperand *use : getAllUses(source))
      if (isa<func::CallOp>(use->getOwner()))
        sources[use].push_back(source);
  };
  for (Value argument : function.getArguments())
    if (isa<BaseMemRefType>(argument.getType()))
      collect(argument);
  function.walk([&](Operation *op) {
    if (isa<memref::AllocOp, memref::GetGlobalOp>(op))
      collect(op->getResult(0));
  });
}

/// Whether no other argument of the call views what `operand` does: what a
/// layer promises of one argument, it does not of another one.
bool EntryPlanner::isAlone(OpOperand &operand) const {
  SmallVector<Value, 1> views = sources.lookup(&operand);
  return llvm::none_of(operand.getOwner()->getOpOperands(),
                       [&](OpOperand &other) {
                         auto it = sources.find(&other);
                         return &other != &operand && it != sources.end() &&
                                llvm::any_of(it->second, [&](Value source) {
                                  return llvm::is_contained(views, source);
                                });
                       });
}

/// The allocation whose start `value` is, if it is one.
std::optional<unsigned> EntryPlanner::getBuffer(Value value) const {
  while (isWhole(value) && isStaticView(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  auto it = indices.find(value);
  if (it == indices.end())
    return std::nullopt;
  return it->second;
}

/// Whether a layer in C may write elements of one type where it reads those of
/// the other: compilers take accesses of different types for accesses of
/// different memory (C99, 6.5), but for those of bytes.
static bool mayShareMemory(Type output, Type input) {
  Type a = cast<ShapedType>(output).getElementType();
  Type b = cast<ShapedType>(input).getElementType();
  return a == b || a.isInteger(8) || b.isInteger(8);
}

/// Records where `call` allows an output in the memory of an input.
void EntryPlanner::addOverlaps(func::CallOp call, func::FuncOp layer) {
  for (unsigned i = 0, e = layer.getNumArguments(); i < e; ++i) {
    std::optional<unsigned> output = getBuffer(call.getOperand(i));
    if (!output || !isAlone(call->getOpOperand(i)))
      continue;
    auto add = [&](Attribute index, std::optional<int64_t> distance) {
      unsigned argument = cast<IntegerAttr>(index).getInt();
      auto input = getBuffer(call.getOperand(argument));
      if (input && isAlone(call->getOpOperand(argument)) &&
          mayShareMemory(call.getOperand(i).getType(),
                         call.getOperand(argument).getType()))
        overlaps.push_back({*output, *input, distance});
    };
    if (auto inputs = layer.getArgAttrOfType<ArrayAttr>(i, kMayAliasAttrName))
      for (Attribute index : inputs)
        add(index, std::nullopt);
    if (auto pairs = layer.getArgAttrOfType<ArrayAttr>(i, kOverlapAttrName))
      for (Attribute pair : pairs)
        add(cast<ArrayAttr>(pair)[0],
            cast<IntegerAttr>(cast<ArrayAttr>(pair)[1]).getInt());
  }
}

LogicalResult EntryPlanner::plan(SymbolTable &symbols) {
  if (failed(verifySizes()))
    return failure();
  collect();
  collectSources();
  names.resize(allocs.size(), "buffer");
  function.walk<WalkOrder::PreOrder>([&](func::CallOp call) {
    auto layer = symbols.lookup<func::FuncOp>(call.getCallee());
    // A loop around the call may bring the input again.
    if (call->getBlock() == &function.getBody().front())
      addOverlaps(call, layer);
    for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
      auto name = layer.getArgAttrOfType<StringAttr>(i, kNameAttrName);
      std::optional<unsigned> buffer = getBuffer(operand);
      if (buffer && name && names[*buffer] == "buffer")
        names[*buffer] = (layer.getName() + "." + name.getValue()).str();
    }
  });
  result = planArena(buffers, overlaps);
  return success();
}

/// The largest sum of what is alive at one layer, each tensor in a buffer of
/// its own; what only one layer uses is no activation but scratch memory.
int64_t EntryPlanner::getLowerBound() const {
  return getLiveBytes(llvm::to_vector(llvm::make_filter_range(
      buffers, [](const ArenaBuffer &b) { return b.first < b.last; })));
}

/// Replaces `buffer` and views of all of it by views of `arena` at `offset`.
static void replaceByView(Value buffer, Value arena, Value offset) {
  OpBuilder builder(buffer.getContext());
  for (Operation *user : llvm::make_early_inc_range(buffer.getUsers()))
    if (isStaticView(user) && isWhole(user->getResult(0)))
      replaceByView(user->getResult(0), arena, offset);
  Operation *op = buffer.getDefiningOp();
  builder.setInsertionPoint(op);
  if (!buffer.use_empty())
    buffer.replaceAllUsesWith(memref::ViewOp::create(
        builder, op->getLoc(), cast<MemRefType>(buffer.getType()), arena,
        offset, /*sizes=*/ValueRange()));
  op->erase();
}

void EntryPlanner::apply(bool isStatic, SymbolTable &symbols) {
  OpBuilder builder(function.getContext());
  auto type = MemRefType::get({result.size}, builder.getI8Type());
  int64_t arenaAlignment = alignment;
  for (const ArenaBuffer &buffer : buffers)
    arenaAlignment = std::max(arenaAlignment, buffer.alignment);
  auto bytes = [&](StringRef name, int64_t value) {
    return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
  };
  function->setAttr(
      kArenaAttrName,
      builder.getDictionaryAttr({bytes("size", result.size),
                                 bytes("alignment", arenaAlignment),
                                 bytes("lower_bound", getLowerBound())}));

  Value arena;
  builder.setInsertionPointToStart(&function.getBody().front());
  if (!isStatic) {
    (void)function.insertArgument(
        0, type,
        builder.getDictionaryAttr(
            {builder.getNamedAttr(kArenaAttrName, builder.getUnitAttr()),
             builder.getNamedAttr(kNameAttrName,
                                  builder.getStringAttr(roles::kArena))}),
        function.getLoc());
    arena = function.getArgument(0);
  } else if (result.size) {
    OpBuilder moduleBuilder(function);
    auto global = memref::GlobalOp::create(
        moduleBuilder, function.getLoc(), roles::kArena,
        builder.getStringAttr("private"), type, builder.getUnitAttr(),
        /*constant=*/false, builder.getI64IntegerAttr(arenaAlignment));
    symbols.insert(global);
    arena = memref::GetGlobalOp::create(builder, function.getLoc(), type,
                                        global.getSymName());
  }
  for (auto [alloc, offset] : llvm::zip(allocs, result.offsets)) {
    builder.setInsertionPoint(alloc);
    Value start =
        arith::ConstantIndexOp::create(builder, alloc.getLoc(), offset);
    replaceByView(alloc, arena, start);
  }
}

void EntryPlanner::emitRemarks() {
  SmallVector<unsigned> order(buffers.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::stable_sort(order, [&](unsigned a, unsigned b) {
    return std::pair(result.offsets[a], buffers[a].first) <
           std::pair(result.offsets[b], buffers[b].first);
  });
  for (unsigned i : order)
    remark::analysis(allocs[i].getLoc(),
                     remark::RemarkOpts::name("arena-buffer")
                         .category("rescale-plan-arena")
                         .function(function.getName()))
        << remark::metric("Offset", result.offsets[i])
        << remark::metric("Bytes", buffers[i].size)
        << remark::metric("Buffer", names[i])
        << remark::metric("First", buffers[i].first)
        << remark::metric("Last", buffers[i].last);
  remark::analysis(function.getLoc(), remark::RemarkOpts::name("arena-size")
                                          .category("rescale-plan-arena")
                                          .function(function.getName()))
      << remark::metric("Bytes", result.size)
      << remark::metric("LowerBound", getLowerBound());
}

/// Whether two arguments of a call may share memory.
bool EntryPlanner::mayOverlap(OpOperand &a, OpOperand &b) const {
  auto sourcesA = sources.find(&a), sourcesB = sources.find(&b);
  if (sourcesA == sources.end() || sourcesB == sources.end())
    return true;
  return llvm::any_of(sourcesA->second, [&](Value sourceA) {
    return llvm::any_of(sourcesB->second, [&](Value sourceB) {
      auto itA = indices.find(sourceA), itB = indices.find(sourceB);
      if (sourceA == sourceB || itA == indices.end() || itB == indices.end())
        return sourceA == sourceB;
      int64_t startA = result.offsets[itA->second];
      int64_t startB = result.offsets[itB->second];
      return startA < startB + buffers[itB->second].size &&
             startB < startA + buffers[itA->second].size;
    });
  });
}

void EntryPlanner::setNoAlias(func::CallOp call, func::FuncOp layer) const {
  auto isBuffer = [](OpOperand &operand) {
    return isa<BaseMemRefType>(operand.get().getType());
  };
  for (OpOperand &operand : call->getOpOperands())
    if (isBuffer(operand) &&
        llvm::none_of(call->getOpOperands(), [&](OpOperand &other) {
          return &other != &operand && isBuffer(other) &&
                 mayOverlap(operand, other);
        }))
      layer.setArgAttr(operand.getOperandNumber(),
                       LLVM::LLVMDialect::getNoAliasAttrName(),
                       UnitAttr::get(layer.getContext()));
}

namespace {

struct RescalePlanArenaPass
    : public rescale::impl::RescalePlanArenaBase<RescalePlanArenaPass> {
  using RescalePlanArenaBase::RescalePlanArenaBase;

  void runOnOperation() override {
    if (!llvm::isPowerOf2_64(alignment)) {
      getOperation().emitError()
          << "requires an alignment that is a power of two, got "
          << int64_t(alignment) << "; choose 4, 8 or 16";
      return signalPassFailure();
    }
    SymbolTable symbols(getOperation());
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    getOperation().walk([&](Operation *op) {
      if (auto call = dyn_cast<func::CallOp>(op))
        calls[symbols.lookup<func::FuncOp>(call.getCallee())].push_back(call);
      else if (isa<memref::DeallocOp>(op))
        op->erase();
    });
    for (func::FuncOp function : functions)
      if (failed(verifyCalls(function)) || failed(hoist(function, symbols)))
        return signalPassFailure();
    for (func::FuncOp function : functions)
      if (function.isPublic() && !function.isExternal() &&
          failed(planEntry(function, symbols)))
        return signalPassFailure();
  }

private:
  LogicalResult verifyCalls(func::FuncOp function) const;
  LogicalResult hoist(func::FuncOp function, SymbolTable &symbols);
  LogicalResult planEntry(func::FuncOp function, SymbolTable &symbols);

  llvm::DenseMap<func::FuncOp, SmallVector<func::CallOp>> calls;
  /// Functions that are being hoisted from (false) or have been (true).
  llvm::DenseMap<func::FuncOp, bool> hoisted;
};

} // namespace

/// Whoever calls an entry point has an arena for it, but no function of the
/// module has one to give.
LogicalResult RescalePlanArenaPass::verifyCalls(func::FuncOp function) const {
  auto it = calls.find(function);
  if (it == calls.end() || function.isPrivate() || function.isExternal())
    return success();
  func::CallOp call = it->second.front();
  return call.emitOpError()
         << "requires a private function, got '" << call.getCallee()
         << "', which has an arena of its own; make it "
            "private";
}

/// Makes the buffers of a private function, and of those that it calls,
/// arguments.
LogicalResult RescalePlanArenaPass::hoist(func::FuncOp function,
                                          SymbolTable &symbols) {
  auto [it, isNew] = hoisted.try_emplace(function, false);
  if (!isNew && it->second)
    return success();
  if (!isNew)
    return function.emitOpError("requires a bounded number of calls for its "
                                "buffers, got a function that calls itself; "
                                "unroll the calls in the model");
  WalkResult result = function.walk([&](func::CallOp call) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    return WalkResult(hoist(callee, symbols));
  });
  if (result.wasInterrupted())
    return failure();
  SmallVector<memref::AllocOp> allocs;
  function.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
  for (memref::AllocOp alloc : allocs)
    if (failed(verify(alloc)))
      return failure();
  hoisted[function] = true;
  if (function.isPublic())
    return success();

  unsigned count = 0;
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    if (auto name = function.getArgAttrOfType<StringAttr>(i, kNameAttrName))
      count += name.getValue().starts_with(roles::kScratch);
  for (memref::AllocOp alloc : allocs) {
    Builder builder(&getContext());
    std::string name = roles::kScratch.str();
    if (count != 0)
      name += std::to_string(count);
    ++count;
    unsigned index = function.getNumArguments();
    (void)function.insertArgument(
        index, alloc.getType(),
        builder.getDictionaryAttr(
            builder.getNamedAttr(kNameAttrName, builder.getStringAttr(name))),
        alloc.getLoc());
    alloc.replaceAllUsesWith(cast<Value>(Value(function.getArgument(index))));
    for (func::CallOp call : calls[function]) {
      OpBuilder caller(call);
      Value buffer =
          memref::AllocOp::create(caller, alloc.getLoc(), alloc.getType());
      call.getOperandsMutable().append(buffer);
    }
    alloc->erase();
  }
  return success();
}

LogicalResult RescalePlanArenaPass::planEntry(func::FuncOp function,
                                              SymbolTable &symbols) {
  EntryPlanner planner(function, alignment);
  if (failed(planner.plan(symbols)))
    return failure();
  planner.emitRemarks();
  function.walk([&](func::CallOp call) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (callee.isPrivate() && calls[callee].size() == 1)
      planner.setNoAlias(call, callee);
  });
  planner.apply(staticArena, symbols);
  return success();
}
