//===- LoopBuilder.h - Loops, indices, tables -------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all loop nests are made of.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_LOOPBUILDER_H
#define RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_LOOPBUILDER_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::rescale {

/// Whether the elements of `buffer` lie one after the other, so that
/// `LoopBuilder::flatten` takes it.
bool isContiguous(Value buffer);

/// Builds loops over indices, and what they read, in place of a kernel.
class LoopBuilder : public ImplicitLocOpBuilder {
public:
  /// Builds before `kernel`, which stands in a function of the module whose
  /// symbols are `symbols`.
  LoopBuilder(Operation *kernel, SymbolTable &symbols);

  using Body = llvm::function_ref<SmallVector<Value>(Value, ValueRange)>;

  Value index(int64_t value);
  Value integer(int64_t value, unsigned width);
  Value add(Value lhs, Value rhs);
  Value add(Value lhs, int64_t rhs) { return add(lhs, index(rhs)); }
  Value multiply(Value lhs, int64_t rhs);

  /// Calls `value` by a name that C may print, unless it has one.
  Value name(Value value, StringRef name);

  /// Runs `body` for every multiple of `step` below `size`, with the values
  /// that it carries, and returns the last ones. One iteration is no loop.
  SmallVector<Value> loop(int64_t size, int64_t step, ValueRange carried,
                          Body body);
  /// The same for every index from `low` up to `high`, exclusive.
  SmallVector<Value> loop(Value low, Value high, ValueRange carried, Body body);
  /// The same without values.
  void loop(int64_t size, int64_t step, llvm::function_ref<void(Value)> body);

  /// Runs `body` for the multiple of `block`, and the start of its block: all
  /// blocks have full size, so the last one may start earlier.
  void loopOverBlocks(int64_t size, int64_t block,
                      llvm::function_ref<void(Value, Value)> body);

  /// Whether `low <= value < high`.
  Value isWithin(Value value, int64_t low, int64_t high);
  /// Runs one of two bodies; without a condition the first.
  void branch(Value condition, llvm::function_ref<void()> then,
              llvm::function_ref<void()> otherwise);

  /// The elements of a buffer one after the other.
  Value flatten(Value buffer);
  Value load(Value flat, Value position);
  /// `load`, sign-extended to `width` bits.
  Value loadExtended(Value flat, Value position, unsigned width);
  Value extend(Value value, unsigned width);
  void store(Value value, Value flat, Value position);

  /// A constant table in the layer's name, in elements of `width` bits.
  Value createTable(StringRef suffix, ArrayRef<int64_t> values, unsigned width);
  /// Memory for the layer, allocated where its function starts.
  Value createScratch(int64_t size, Type element);

  FunctionOpInterface getFunction() { return function; }
  SymbolTable &getSymbols() { return symbols; }

private:
  FunctionOpInterface function;
  SymbolTable &symbols;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_LOOPBUILDER_H
