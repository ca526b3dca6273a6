//===- CFunction.h - Functions in C -----------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names, and what functions do to memory.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TARGET_C_CFUNCTION_H
#define RESCALE_LIB_TARGET_C_CFUNCTION_H

#include "CExpr.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::rescale {

class CWriter;

/// What the functions of a module have to know of each other.
class CModule {
public:
  explicit CModule(ModuleOp module);

  /// The name of an argument: `rescale.name`, or after what the first call
  /// passes.
  std::string getArgumentName(func::FuncOp function, unsigned number);
  /// Whether anything is written to the buffer `value` or a view of it.
  bool isWritten(Value value);
  /// Whether anything is read from the buffer `value` or a view of it.
  bool isRead(Value value);
  /// Whether calling `function` writes to memory.
  bool writes(func::FuncOp function);
  /// Whether it reads what somebody writes.
  bool reads(func::FuncOp function);
  /// The first call of `function`, or null.
  func::CallOp getFirstCall(func::FuncOp function) const {
    return firstCalls.lookup(function);
  }
  /// The function that `call` calls.
  func::FuncOp getCallee(func::CallOp call) const;
  /// The table or buffer that `get` names.
  memref::GlobalOp getGlobal(memref::GetGlobalOp get) const;
  /// The types of the elements of what lies in the buffer `global`.
  const std::set<CType> &getTypesIn(memref::GlobalOp global) {
    return typesIn[global];
  }
  /// Whether `name` is that of a function or table.
  bool isSymbol(StringRef name) const { return symbols.lookup(name); }
  /// Whether `value` is a constant table or a view of one.
  bool isConstant(Value value) const;

  /// The helpers that have been used.
  CHelpers helpers;
  /// What the names of macros begin with.
  std::string prefix;
  /// How many layers have been called.
  unsigned layers = 0;

private:
  SymbolTable symbols;
  std::string makeArgumentName(func::FuncOp function, unsigned number);

  llvm::DenseMap<Operation *, func::CallOp> firstCalls;
  llvm::DenseMap<Operation *, std::set<CType>> typesIn;
  llvm::DenseMap<Value, bool> written, read;
  llvm::DenseMap<Operation *, bool> writing, reading;
  llvm::DenseMap<Operation *, SmallVector<std::string>> argumentNames;
};

/// What an element of `buffer` is called in `function`: that of `conv_weights`
/// in `conv` is a `weight`. That of a table may be called as the table.
std::string getElementName(StringRef buffer, StringRef function, bool isTable);

/// Writes `function`, without its comment.
void printFunction(func::FuncOp function, CModule &module, CWriter &out);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TARGET_C_CFUNCTION_H
