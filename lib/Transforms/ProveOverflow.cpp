//===- ProveOverflow.cpp - Which arithmetic cannot overflow ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's range analysis with two things that it does not know: the values
// of constant tables, and how far a sum gets in a loop that ends.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Roles.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Analysis/DataFlow/IntegerRangeAnalysis.h"
#include "mlir/Analysis/DataFlow/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEPROVEOVERFLOW
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;

namespace {

/// Bounds of an exact result, in so many bits that nothing overflows.
struct Bounds {
  static constexpr unsigned kWidth = 192;
  APInt low{kWidth, 0}, high{kWidth, 0};

  bool fits(unsigned width) const {
    return low.isSignedIntN(width) && high.isSignedIntN(width);
  }
};

/// A sum that a nest of loops computes: the value that it starts from, and what
/// is added how often. Whatever the order, and wherever the nest is, the sum
/// lies between the sums of all that is negative and of all that is positive.
struct Accumulation {
  struct Addend {
    Value value;
    bool isSubtracted;
    APInt count;
  };
  Value init;
  SmallVector<Addend> addends;
};

/// Finds the accumulations of a module.
class Accumulations {
public:
  explicit Accumulations(Operation *root) {
    root->walk<WalkOrder::PreOrder>([&](scf::ForOp loop) {
      for (unsigned i = 0, e = loop.getNumRegionIterArgs(); i < e; ++i)
        addLoop(loop, i);
    });
  }

  const Accumulation *lookup(Operation *op) const {
    auto it = members.find(op);
    return it == members.end() ? nullptr : &all[it->second];
  }

private:
  void addLoop(scf::ForOp loop, unsigned i) {
    Accumulation sum;
    SmallVector<Operation *> ops;
    std::optional<APInt> trips = loop.getStaticTripCount();
    if (!trips || !collect(loop.getYieldedValues()[i], loop.getRegionIterArg(i),
                           trips->zext(Bounds::kWidth), sum, ops))
      return;
    // The loops within are part of this sum.
    if (ops.empty() || members.contains(ops.front()))
      return;
    sum.init = loop.getInits()[i];
    for (Operation *op : ops)
      members[op] = all.size();
    all.push_back(std::move(sum));
  }

  /// Collects what is added on the way from `start` to `value`, which happens
  /// `count` times.
  bool collect(Value value, Value start, const APInt &count, Accumulation &sum,
               SmallVectorImpl<Operation *> &ops) {
    if (value == start)
      return true;
    Operation *op = value.getDefiningOp();
    // Sums of sums have more ways than operations.
    if (apart.contains({value, start}))
      return false;
    if (isa_and_present<arith::AddIOp, arith::SubIOp>(op)) {
      bool isSubtraction = isa<arith::SubIOp>(op);
      for (unsigned i = 0; i < (isSubtraction ? 1 : 2); ++i) {
        size_t numOps = ops.size(), numAddends = sum.addends.size();
        if (collect(op->getOperand(i), start, count, sum, ops)) {
          sum.addends.push_back({op->getOperand(1 - i), isSubtraction, count});
          ops.push_back(op);
          return true;
        }
        ops.truncate(numOps);
        sum.addends.truncate(numAddends);
      }
      apart.insert({value, start});
      return false;
    }
    if (auto loop = dyn_cast_or_null<scf::ForOp>(op)) {
      unsigned i = cast<OpResult>(value).getResultNumber();
      std::optional<APInt> trips = loop.getStaticTripCount();
      return trips && collect(loop.getInits()[i], start, count, sum, ops) &&
             collect(loop.getYieldedValues()[i], loop.getRegionIterArg(i),
                     count * trips->zext(Bounds::kWidth), sum, ops);
    }
    // What is added in one branch may be added or not.
    if (auto branch = dyn_cast_or_null<scf::IfOp>(op)) {
      unsigned i = cast<OpResult>(value).getResultNumber();
      return collect(branch.thenYield().getOperand(i), start, count, sum,
                     ops) &&
             collect(branch.elseYield().getOperand(i), start, count, sum, ops);
    }
    return false;
  }

  SmallVector<Accumulation> all;
  llvm::DenseMap<Operation *, unsigned> members;
  /// Sums that do not begin with a value, with that value.
  llvm::DenseSet<std::pair<Value, Value>> apart;
};

/// The range of the values of a constant table.
class Tables {
public:
  explicit Tables(ModuleOp module) : symbols(module) {}

  std::optional<ConstantIntRanges> lookup(memref::LoadOp load) {
    Value memref = load.getMemRef();
    while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
      memref = view.getViewSource();
    auto get = memref.getDefiningOp<memref::GetGlobalOp>();
    auto global =
        get ? symbols.lookup<memref::GlobalOp>(get.getName()) : nullptr;
    if (!global || !global.getConstant())
      return std::nullopt;
    auto [it, isNew] = ranges.try_emplace(global);
    if (isNew)
      it->second = compute(global);
    return it->second;
  }

private:
  static std::optional<ConstantIntRanges> compute(memref::GlobalOp global) {
    auto values =
        dyn_cast_or_null<DenseIntElementsAttr>(global.getInitialValueAttr());
    // A view may read as another type only what is not constant.
    if (!values || values.empty())
      return std::nullopt;
    APInt low = *values.value_begin<APInt>(), high = low;
    for (const APInt &value : values.getValues<APInt>()) {
      low = llvm::APIntOps::smin(low, value);
      high = llvm::APIntOps::smax(high, value);
    }
    return ConstantIntRanges::fromSigned(low, high);
  }

  SymbolTable symbols;
  llvm::DenseMap<Operation *, std::optional<ConstantIntRanges>> ranges;
};

/// Upstream's analysis, which gives up on what a loop carries.
class RangeAnalysis : public dataflow::IntegerRangeAnalysis {
public:
  RangeAnalysis(DataFlowSolver &solver, const Accumulations &accumulations,
                Tables &tables)
      : IntegerRangeAnalysis(solver), accumulations(accumulations),
        tables(tables) {}

  LogicalResult visitOperation(
      Operation *op,
      ArrayRef<const dataflow::IntegerValueRangeLattice *> operands,
      ArrayRef<dataflow::IntegerValueRangeLattice *> results) override {
    if (auto load = dyn_cast<memref::LoadOp>(op))
      if (std::optional<ConstantIntRanges> range = tables.lookup(load)) {
        join(results.front(), *range);
        return success();
      }
    if (const Accumulation *sum = accumulations.lookup(op)) {
      bool isReady = true;
      Bounds bounds = getBounds(*sum, op, isReady);
      if (!isReady)
        return success();
      unsigned width =
          ConstantIntRanges::getStorageBitwidth(op->getResult(0).getType());
      // An addend that depends on the sum would move the bounds again and
      // again.
      if (bounds.fits(width) && ++numVisits[op] <= kMaxVisits) {
        join(results.front(),
             ConstantIntRanges::fromSigned(bounds.low.trunc(width),
                                           bounds.high.trunc(width)));
        return success();
      }
    }
    if (failed(IntegerRangeAnalysis::visitOperation(op, operands, results)))
      return failure();
    // Upstream gives an index 64 bits. What leaves 32 may be something else on
    // a target where that is its width.
    for (auto [lattice, result] : llvm::zip_equal(results, op->getResults())) {
      IntegerValueRange range = lattice->getValue();
      if (result.getType().isIndex() && !range.isUninitialized() &&
          (!range.getValue().smin().isSignedIntN(32) ||
           !range.getValue().smax().isSignedIntN(32)))
        setToEntryState(lattice);
    }
    return success();
  }

private:
  static constexpr unsigned kMaxVisits = 32;

  void join(dataflow::IntegerValueRangeLattice *lattice,
            const ConstantIntRanges &range) {
    propagateIfChanged(lattice, lattice->join(IntegerValueRange(range)));
  }

  Bounds getBounds(const Accumulation &sum, Operation *op, bool &isReady) {
    ProgramPoint *point = getProgramPointAfter(op);
    auto getRange = [&](Value value) -> Bounds {
      const auto *lattice = getLatticeElementFor(point, value);
      if (lattice->getValue().isUninitialized()) {
        isReady = false;
        return {};
      }
      const ConstantIntRanges &range = lattice->getValue().getValue();
      return {range.smin().sext(Bounds::kWidth),
              range.smax().sext(Bounds::kWidth)};
    };
    Bounds bounds = getRange(sum.init);
    for (const Accumulation::Addend &addend : sum.addends) {
      Bounds range = getRange(addend.value);
      if (addend.isSubtracted)
        range = {-range.high, -range.low};
      if (range.low.isNegative())
        bounds.low += addend.count * range.low;
      if (range.high.isStrictlyPositive())
        bounds.high += addend.count * range.high;
    }
    return bounds;
  }

  const Accumulations &accumulations;
  Tables &tables;
  llvm::DenseMap<Operation *, unsigned> numVisits;
};

struct RescaleProveOverflowPass
    : public rescale::impl::RescaleProveOverflowBase<RescaleProveOverflowPass> {
  void runOnOperation() override {
    getOperation().walk([](arith::ShRUIOp op) {
      if (isSignUnseen(op))
        replaceBy<arith::ShRSIOp>(op);
    });
    Accumulations accumulations(getOperation());
    Tables tables(getOperation());
    DataFlowSolver solver;
    dataflow::loadBaselineAnalyses(solver);
    solver.load<RangeAnalysis>(accumulations, tables);
    if (failed(solver.initializeAndRun(getOperation())))
      return signalPassFailure();

    SymbolTable symbols(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>())
      annotate(function, solver, accumulations, symbols);
    // Ranges are looked up by operation, so the rewriting comes last.
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (succeeded(dataflow::staticallyNonNegative(solver, op)))
        ops.push_back(op);
    });
    for (Operation *op : ops)
      makeSigned(op);
  }

private:
  static std::optional<Bounds> getRange(Value value, DataFlowSolver &solver) {
    const auto *lattice =
        solver.lookupState<dataflow::IntegerValueRangeLattice>(value);
    if (!lattice || lattice->getValue().isUninitialized())
      return std::nullopt;
    const ConstantIntRanges &range = lattice->getValue().getValue();
    return Bounds{range.smin().sext(Bounds::kWidth),
                  range.smax().sext(Bounds::kWidth)};
  }

  /// What `op` gives without wrapping.
  static std::optional<Bounds> getExact(Operation *op, DataFlowSolver &solver) {
    std::optional<Bounds> lhs = getRange(op->getOperand(0), solver);
    std::optional<Bounds> rhs = getRange(op->getOperand(1), solver);
    if (!lhs || !rhs)
      return std::nullopt;
    if (isa<arith::AddIOp>(op))
      return Bounds{lhs->low + rhs->low, lhs->high + rhs->high};
    if (isa<arith::SubIOp>(op))
      return Bounds{lhs->low - rhs->high, lhs->high - rhs->low};
    APInt corners[] = {lhs->low * rhs->low, lhs->low * rhs->high,
                       lhs->high * rhs->low, lhs->high * rhs->high};
    Bounds product{corners[0], corners[0]};
    for (const APInt &corner : corners) {
      product.low = llvm::APIntOps::smin(product.low, corner);
      product.high = llvm::APIntOps::smax(product.high, corner);
    }
    return product;
  }

  /// Sets the flag where it is proved, and only there.
  static bool annotateRing(Operation *op, DataFlowSolver &solver) {
    Type type = op->getResult(0).getType();
    // An index has the width of the target.
    unsigned width = type.isIndex() ? 32 : type.getIntOrFloatBitWidth();
    std::optional<Bounds> exact = getExact(op, solver);
    bool isProved = exact && exact->fits(width);
    auto flags = cast<arith::ArithIntegerOverflowFlagsInterface>(op);
    arith::IntegerOverflowFlags old = flags.getOverflowAttr().getValue();
    arith::IntegerOverflowFlags kept =
        bitEnumClear(old, arith::IntegerOverflowFlags::nsw);
    if (isProved)
      kept = kept | arith::IntegerOverflowFlags::nsw;
    op->setAttr(flags.getIntegerOverflowAttrName(),
                arith::IntegerOverflowFlagsAttr::get(op->getContext(), kept));
    return isProved;
  }

  static void annotateShift(Operation *op, DataFlowSolver &solver) {
    const auto *lattice =
        solver.lookupState<dataflow::IntegerValueRangeLattice>(
            op->getOperand(1));
    Type type = op->getResult(0).getType();
    unsigned width = type.isIndex() ? 32 : type.getIntOrFloatBitWidth();
    bool isProved = lattice && !lattice->getValue().isUninitialized() &&
                    lattice->getValue().getValue().umax().ult(width);
    bool isConstant = matchPattern(op->getOperand(1), m_Constant());
    if (isProved && !isConstant)
      op->setAttr(rescale::kInRangeAttrName, UnitAttr::get(op->getContext()));
    else
      op->removeAttr(rescale::kInRangeAttrName);
  }

  /// Whether argument `i` of `function`, which computes a code from it, is an
  /// accumulator.
  static bool isAccumulator(func::FuncOp function, unsigned i) {
    auto name =
        function.getArgAttrOfType<StringAttr>(i, rescale::kNameAttrName);
    return name && name.getValue() == rescale::roles::kAccumulator;
  }

  /// What lies between the start and the end of sums, their ends included.
  struct PartialSums {
    std::optional<Bounds> bounds;
    bool mayWrap = false;

    /// Adds the result of `op`, whose flag is set.
    void add(Operation *op, DataFlowSolver &solver) {
      std::optional<Bounds> range = getRange(op->getResult(0), solver);
      if (!range || !cast<arith::ArithIntegerOverflowFlagsInterface>(op)
                         .hasNoSignedWrap()) {
        mayWrap = true;
        return;
      }
      if (!bounds)
        bounds = range;
      bounds->low = llvm::APIntOps::smin(bounds->low, range->low);
      bounds->high = llvm::APIntOps::smax(bounds->high, range->high);
    }

    /// Adds the sums on the way to `value` that no loop carries.
    void addAll(Value value, DataFlowSolver &solver) {
      Operation *op = value.getDefiningOp();
      if (!isa_and_present<arith::AddIOp, arith::SubIOp>(op))
        return;
      add(op, solver);
      for (Value operand : op->getOperands())
        addAll(operand, solver);
    }
  };

  /// Annotates the body, and tells on the function what holds of all of it.
  static void annotate(func::FuncOp function, DataFlowSolver &solver,
                       const Accumulations &accumulations,
                       const SymbolTable &symbols) {
    unsigned numOps = 0, numOpen = 0;
    PartialSums sums;
    function.walk([&](Operation *op) {
      // An integer, not a vector.
      if (op->getNumResults() != 1 ||
          !op->getResult(0).getType().isIntOrIndex())
        return;
      if (isa<arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp>(op))
        annotateShift(op, solver);
      if (!isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op))
        return;
      bool isProved = annotateRing(op, solver);
      ++numOps;
      numOpen += !isProved;
      if (accumulations.lookup(op) && !op->getResult(0).getType().isIndex())
        sums.add(op, solver);
    });
    function.walk([&](func::CallOp call) {
      auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
      for (auto [i, operand] : llvm::enumerate(call.getOperands()))
        if (callee && isAccumulator(callee, i))
          sums.addAll(operand, solver);
    });
    Builder b(function.getContext());
    NamedAttrList facts;
    auto addFact = [&](StringRef name, const Bounds &bounds) {
      facts.append(name, b.getDenseI64ArrayAttr({bounds.low.getSExtValue(),
                                                 bounds.high.getSExtValue()}));
    };
    for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
      if (isAccumulator(function, i))
        if (auto range = getRange(function.getArgument(i), solver))
          addFact(rescale::roles::kAccumulator, *range);
    if (sums.bounds && !sums.mayWrap)
      addFact("partial_sums", *sums.bounds);
    if (numOpen != 0)
      facts.append("may_wrap", b.getI64IntegerAttr(numOpen));
    else if (numOps != 0)
      facts.append("no_overflow", b.getUnitAttr());
    if (facts.empty())
      function->removeAttr(rescale::kProvedAttrName);
    else
      function->setAttr(rescale::kProvedAttrName,
                        facts.getDictionary(function.getContext()));
  }

  template <typename To>
  static void replaceBy(Operation *op) {
    OpBuilder builder(op);
    auto created = To::create(builder, op->getLoc(), op->getResultTypes(),
                              op->getOperands());
    op->getResult(0).replaceAllUsesWith(created->getResult(0));
    op->erase();
  }

  /// Whether nobody sees what a shift brings in at the left: the upper half of
  /// a product.
  static bool isSignUnseen(arith::ShRUIOp op) {
    APInt amount;
    if (!op.getType().isSignlessInteger() ||
        !matchPattern(op.getRhs(), m_ConstantInt(&amount)))
      return false;
    unsigned width = op.getType().getIntOrFloatBitWidth();
    return amount.ult(width) &&
           llvm::all_of(op->getUsers(), [&](Operation *user) {
             auto trunc = dyn_cast<arith::TruncIOp>(user);
             return trunc && trunc.getType().getIntOrFloatBitWidth() +
                                     amount.getZExtValue() <=
                                 width;
           });
  }

  /// Where nothing is negative, signed operations do the same, and need no
  /// conversions in C.
  static void makeSigned(Operation *op) {
    if (isa<arith::DivUIOp>(op))
      replaceBy<arith::DivSIOp>(op);
    else if (isa<arith::RemUIOp>(op))
      replaceBy<arith::RemSIOp>(op);
    else if (isa<arith::MaxUIOp>(op))
      replaceBy<arith::MaxSIOp>(op);
    else if (isa<arith::MinUIOp>(op))
      replaceBy<arith::MinSIOp>(op);
    else if (isa<arith::ExtUIOp>(op))
      replaceBy<arith::ExtSIOp>(op);
    else if (isa<arith::IndexCastUIOp>(op))
      replaceBy<arith::IndexCastOp>(op);
  }
};

} // namespace
