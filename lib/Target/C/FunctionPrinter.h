//===- FunctionPrinter.h - Writes a function in C ---------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function: its names and values, its access to memory, its control flow.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TARGET_C_FUNCTIONPRINTER_H
#define RESCALE_LIB_TARGET_C_FUNCTIONPRINTER_H

#include "CFunction.h"
#include "CText.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::rescale {

/// Expressions that are longer get their parts named.
inline constexpr size_t kLongestExpression = 56;

/// The index of an access to a buffer of `type`, in elements.
std::string getIndex(MemRefType type, ArrayRef<CExpr> indices);

/// Writes one function.
class FunctionPrinter {
public:
  FunctionPrinter(func::FuncOp function, CModule &module, CWriter &out)
      : function(function), module(module), out(out) {}

  void print();

private:
  // Names.
  std::string makeName(StringRef base);
  std::string getHint(Value value);

  // Values.
  CExpr take(Value value);
  SmallVector<CExpr> takeAll(ValueRange values);
  void bind(Operation *op, Value result, const CExpr &expr);
  CExpr nameValue(Value value, const CExpr &expr);
  bool nameLongest(ArrayRef<Value> values, MutableArrayRef<CExpr> exprs);
  void nameReads();
  CExpr computeShort(Operation *op);
  bool isInlined(Operation *op);
  bool isFixed(Value value);
  bool isWriting(Operation *op);

  // Statements.
  std::string getSignature();
  void printBlock(Block &block);
  void printOp(Operation *op);
  void printComputation(Operation *op);
  CExpr makeLoad(memref::LoadOp op);
  void printStore(memref::StoreOp op);
  void printCopy(memref::CopyOp op);
  bool isArena(Value value);
  std::string getPlace(Value memory, CType type, int64_t offset);
  void declareView(memref::ViewOp op, StringRef hint);
  std::string getBase(Value buffer, OpOperand *operand = nullptr);
  void printCast(memref::CastOp op);
  void printSubView(memref::SubViewOp op);
  void printCall(func::CallOp op);
  void printFor(scf::ForOp op);
  void printIf(scf::IfOp op);
  void printWhile(scf::WhileOp op);
  std::optional<CExpr> foldBlock(Block &block, CHelpers &helpers);
  bool foldIf(scf::IfOp op);
  void collectUpdates(scf::ForOp op, unsigned number, StringRef variable);
  void declareViews(Operation *op);
  std::string declare(Value value, StringRef hint, StringRef init);
  void assign(ArrayRef<std::string> variables, ValueRange values);

  func::FuncOp function;
  CModule &module;
  CWriter &out;
  /// What the values that are in scope are in C.
  llvm::DenseMap<Value, CExpr> exprs;
  /// Expressions without a name that read memory.
  llvm::SetVector<Value> pendingReads;
  /// The names of the views that have been used.
  llvm::DenseMap<Operation *, std::string> pointers;
  /// The variable that takes a value as soon as it is computed.
  llvm::DenseMap<Value, std::string> updates;
  SmallVector<llvm::StringSet<>> scopes;
  unsigned loopDepth = 0;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_TARGET_C_FUNCTIONPRINTER_H
