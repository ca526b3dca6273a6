//===- NameTables.cpp - Names for constant tables -------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bufferization names tables after their types, which is no name in C.
//
//===----------------------------------------------------------------------===//

#include "rescale/Support/CNames.h"
#include "rescale/Support/Roles.h"
#include "rescale/Target/C/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALENAMETABLES
#include "rescale/Target/C/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// What a number that is read from a table is used for; empty where nothing is
/// recognized.
static StringRef getRole(Value number, const SymbolTable &symbols,
                         unsigned depth = 0) {
  for (OpOperand &use : number.getUses()) {
    Operation *user = use.getOwner();
    if (isa<arith::MulIOp>(user))
      return roles::kMultiplicand;
    if (isa<arith::ShRSIOp, arith::ShLIOp, arith::ShRUIOp>(user) &&
        use.getOperandNumber() == 1)
      return roles::kShift;
    if (isa<arith::AddIOp, arith::SubIOp>(user))
      return roles::kAddend;
    // A number is chosen, widened once or twice, and passed to a helper.
    Value next;
    if (isa<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp, arith::SelectOp>(
            user))
      next = user->getResult(0);
    else if (auto call = dyn_cast<func::CallOp>(user))
      if (auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
          callee && !callee.isExternal())
        next = callee.getArgument(use.getOperandNumber());
    StringRef role = next && depth < 4 ? getRole(next, symbols, depth + 1) : "";
    if (!role.empty())
      return role;
  }
  return "";
}

/// Whether `index` is computed from what memory holds; others count channels.
static bool isLookedUp(Value index) {
  Operation *op = index.getDefiningOp();
  if (!op)
    return !index.getType().isIndex();
  return isa<memref::LoadOp>(op) || llvm::any_of(op->getOperands(), isLookedUp);
}

/// The role of what is read from `table` or a view of it.
static StringRef getTableRole(Value table, const SymbolTable &symbols) {
  for (Operation *user : table.getUsers()) {
    StringRef role;
    if (auto load = dyn_cast<memref::LoadOp>(user))
      role = llvm::any_of(load.getIndices(), isLookedUp)
                 ? StringRef(roles::kTable)
                 : getRole(load.getResult(), symbols);
    else if (auto view = dyn_cast<ViewLikeOpInterface>(user))
      role = getTableRole(view.getViewDest(), symbols);
    if (!role.empty())
      return role;
  }
  return "";
}

namespace {

struct RescaleNameTablesPass
    : public rescale::impl::RescaleNameTablesBase<RescaleNameTablesPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    llvm::MapVector<Operation *, std::string> names;
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.walk([&](memref::GetGlobalOp get) {
        Operation *global = symbols.lookup(get.getName());
        std::optional<StringRef> owner = getOwner(get.getName(), function);
        if (!owner)
          return;
        StringRef role = getTableRole(get, symbols);
        // The first function that knows what a table is for names it.
        std::string &name = names[global];
        if (name.empty() || (!role.empty() && getPlaceholderOwner(name)))
          name =
              (*owner + "_" + (role.empty() ? StringRef(roles::kTable) : role))
                  .str();
      });
    for (auto &[global, name] : names)
      rename(global, name, symbols);
  }

private:
  /// What stands before `_table`, or before that and a number; none where
  /// `name` says more.
  static std::optional<StringRef> getPlaceholderOwner(StringRef name) {
    StringRef stem = name.rtrim("0123456789");
    if (stem.size() != name.size() && !stem.consume_back("_"))
      return std::nullopt;
    if (!stem.consume_back(roles::kTable) || !stem.consume_back("_"))
      return std::nullopt;
    return stem;
  }

  /// Whom a table is named after that needs a name; none where it has one.
  static std::optional<StringRef> getOwner(StringRef name,
                                           func::FuncOp function) {
    if (!rescale::isCIdentifier(name) || rescale::isReservedInC(name))
      return function.getSymName();
    return getPlaceholderOwner(name);
  }

  void rename(Operation *global, StringRef name, SymbolTable &symbols) {
    std::string unique = name.str();
    for (unsigned i = 2;
         symbols.lookup(unique) && symbols.lookup(unique) != global; ++i)
      unique = (name + "_" + Twine(i)).str();
    if (unique == SymbolTable::getSymbolName(global))
      return;
    // The name is free, so nothing can fail.
    (void)symbols.rename(global, StringAttr::get(&getContext(), unique));
  }
};

} // namespace
