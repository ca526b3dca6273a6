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

/// What a number that is read from a table is used for; empty where nothing is
/// recognized.
static StringRef getRole(Value number, unsigned depth = 0) {
  for (OpOperand &use : number.getUses()) {
    Operation *user = use.getOwner();
    if (isa<arith::MulIOp>(user))
      return "multipliers";
    if (isa<arith::ShRSIOp, arith::ShLIOp, arith::ShRUIOp>(user) &&
        use.getOperandNumber() == 1)
      return "shifts";
    if (isa<arith::AddIOp, arith::SubIOp>(user))
      return "addends";
    bool isCast = isa<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp>(user);
    // A number is widened at most once or twice.
    StringRef role =
        isCast && depth < 2 ? getRole(user->getResult(0), depth + 1) : "";
    if (!role.empty())
      return role;
  }
  return "";
}

/// The role of what is read from `table` or a view of it.
static StringRef getTableRole(Value table) {
  for (Operation *user : table.getUsers()) {
    StringRef role;
    if (auto load = dyn_cast<memref::LoadOp>(user))
      role = getRole(load.getResult());
    else if (auto view = dyn_cast<ViewLikeOpInterface>(user))
      role = getTableRole(view.getViewDest());
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
        StringRef role = getTableRole(get);
        std::string name =
            (function.getSymName() + "_" + (role.empty() ? "table" : role))
                .str();
        auto [it, isNew] = names.try_emplace(global, name);
        // The first function that has a table names it.
        if (!isNew && !role.empty() &&
            StringRef(it->second).ends_with("_table"))
          it->second = name;
      });
    for (auto &[global, name] : names)
      if (needsName(SymbolTable::getSymbolName(global)))
        rename(global, name, symbols);
  }

private:
  static bool needsName(StringRef name) {
    return !rescale::isCIdentifier(name) || rescale::isReservedInC(name);
  }

  void rename(Operation *global, StringRef name, SymbolTable &symbols) {
    std::string unique = name.str();
    for (unsigned i = 2; symbols.lookup(unique); ++i)
      unique = (name + "_" + Twine(i)).str();
    // The name is free, so nothing can fail.
    (void)symbols.rename(global, StringAttr::get(&getContext(), unique));
  }
};

} // namespace
