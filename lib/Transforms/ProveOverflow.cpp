//===- ProveOverflow.cpp - Which arithmetic cannot overflow ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the range analysis finds becomes flags of operations, and facts of the
// functions that C is printed from.
//
//===----------------------------------------------------------------------===//

#include "RangeAnalysis.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Roles.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEPROVEOVERFLOW
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

namespace {

struct RescaleProveOverflowPass
    : public rescale::impl::RescaleProveOverflowBase<RescaleProveOverflowPass> {
  void runOnOperation() override {
    getOperation().walk([](arith::ShRUIOp op) {
      if (isSignUnseen(op))
        replaceBy<arith::ShRSIOp>(op);
    });
    IntegerRanges ranges(getOperation());
    if (failed(ranges.compute()))
      return signalPassFailure();

    SymbolTable symbols(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>())
      annotate(function, ranges, symbols);
    // Ranges are looked up by operation, so the rewriting comes last.
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (succeeded(dataflow::staticallyNonNegative(ranges.getSolver(), op)))
        ops.push_back(op);
    });
    for (Operation *op : ops)
      makeSigned(op);
  }

private:
  static std::optional<Bounds> getRange(Value value,
                                        const IntegerRanges &ranges) {
    const ConstantIntRanges *range = ranges.lookup(value);
    if (!range)
      return std::nullopt;
    return Bounds{range->smin().sext(Bounds::kWidth),
                  range->smax().sext(Bounds::kWidth)};
  }

  /// What `op` gives without wrapping.
  static std::optional<Bounds> getExact(Operation *op,
                                        const IntegerRanges &ranges) {
    std::optional<Bounds> lhs = getRange(op->getOperand(0), ranges);
    std::optional<Bounds> rhs = getRange(op->getOperand(1), ranges);
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
  static bool annotateRing(Operation *op, const IntegerRanges &ranges) {
    Type type = op->getResult(0).getType();
    // An index has the width of the target.
    unsigned width = type.isIndex() ? 32 : type.getIntOrFloatBitWidth();
    std::optional<Bounds> exact = getExact(op, ranges);
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

  static void annotateShift(Operation *op, const IntegerRanges &ranges) {
    const ConstantIntRanges *amount = ranges.lookup(op->getOperand(1));
    Type type = op->getResult(0).getType();
    unsigned width = type.isIndex() ? 32 : type.getIntOrFloatBitWidth();
    bool isProved = amount && amount->umax().ult(width);
    bool isConstant = matchPattern(op->getOperand(1), m_Constant());
    if (isProved && !isConstant)
      op->setAttr(kInRangeAttrName, UnitAttr::get(op->getContext()));
    else
      op->removeAttr(kInRangeAttrName);
  }

  /// Whether argument `i` of `function`, which computes a code from it, is an
  /// accumulator.
  static bool isAccumulator(func::FuncOp function, unsigned i) {
    auto name = function.getArgAttrOfType<StringAttr>(i, kNameAttrName);
    return name && name.getValue() == roles::kAccumulator;
  }

  /// What lies between the start and the end of sums, their ends included.
  struct PartialSums {
    std::optional<Bounds> bounds;
    bool mayWrap = false;

    /// Adds the result of `op`, whose flag is set.
    void add(Operation *op, const IntegerRanges &ranges) {
      std::optional<Bounds> range = getRange(op->getResult(0), ranges);
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
    void addAll(Value value, const IntegerRanges &ranges) {
      Operation *op = value.getDefiningOp();
      // Sums of sums have more ways than operations.
      if (!isa_and_present<arith::AddIOp, arith::SubIOp>(op) ||
          !visited.insert(op).second)
        return;
      add(op, ranges);
      for (Value operand : op->getOperands())
        addAll(operand, ranges);
    }

  private:
    llvm::SmallPtrSet<Operation *, 8> visited;
  };

  /// Annotates the body, and tells on the function what holds of all of it.
  static void annotate(func::FuncOp function, const IntegerRanges &ranges,
                       const SymbolTable &symbols) {
    unsigned numOps = 0, numOpen = 0;
    PartialSums sums;
    function.walk([&](Operation *op) {
      // An integer, not a vector.
      if (op->getNumResults() != 1 ||
          !op->getResult(0).getType().isIntOrIndex())
        return;
      if (isa<arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp>(op))
        annotateShift(op, ranges);
      if (!isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op))
        return;
      bool isProved = annotateRing(op, ranges);
      ++numOps;
      numOpen += !isProved;
      if (ranges.getAccumulations().lookup(op) &&
          !op->getResult(0).getType().isIndex())
        sums.add(op, ranges);
    });
    function.walk([&](func::CallOp call) {
      auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
      for (auto [i, operand] : llvm::enumerate(call.getOperands()))
        if (callee && isAccumulator(callee, i))
          sums.addAll(operand, ranges);
    });
    Builder b(function.getContext());
    NamedAttrList facts;
    auto addFact = [&](StringRef name, const Bounds &bounds) {
      facts.append(name, b.getDenseI64ArrayAttr({bounds.low.getSExtValue(),
                                                 bounds.high.getSExtValue()}));
    };
    for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
      if (isAccumulator(function, i))
        if (auto range = getRange(function.getArgument(i), ranges))
          addFact(roles::kAccumulator, *range);
    if (sums.bounds && !sums.mayWrap)
      addFact("partial_sums", *sums.bounds);
    if (numOpen != 0)
      facts.append("may_wrap", b.getI64IntegerAttr(numOpen));
    else if (numOps != 0)
      facts.append("no_overflow", b.getUnitAttr());
    if (facts.empty())
      function->removeAttr(kProvedAttrName);
    else
      function->setAttr(kProvedAttrName,
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
