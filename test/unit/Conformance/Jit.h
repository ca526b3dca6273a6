//===- Jit.h - Compile and call functions over buffers ----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowers modules with our conversions and upstream's passes, compiles them with
// LLVM and calls their functions on buffers of integers of any width.
//
//===----------------------------------------------------------------------===//

#ifndef TEST_UNIT_CONFORMANCE_JIT_H
#define TEST_UNIT_CONFORMANCE_JIT_H

#include "rescale/Staircase/Staircase.h"

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"

#include <memory>
#include <vector>

namespace conformance {

/// A dense array of integers as LLVM lays it out in memory: each in the next
/// power of two of bytes, the unused bits zero.
class Buffer {
public:
  Buffer(staircase::IntegerFormat format, size_t size);

  void set(size_t index, staircase::Int128 value);
  staircase::Int128 get(size_t index) const;
  void *data() { return bytes.data(); }
  size_t size() const { return bytes.size() / stride; }

private:
  staircase::IntegerFormat format;
  size_t stride;
  std::vector<uint8_t> bytes;
};

/// A compiled module.
class Jit {
public:
  /// The dialects and interfaces that the lowering needs.
  static void registerDialects(mlir::DialectRegistry &registry);

  /// Lowers and compiles `module`; null after a diagnostic.
  static std::unique_ptr<Jit> compile(mlir::ModuleOp module);

  /// Calls a function whose arguments and results are memrefs or tensors of
  /// static shape; results come last.
  void call(llvm::StringRef function, llvm::ArrayRef<Buffer *> buffers);

private:
  std::unique_ptr<mlir::ExecutionEngine> engine;
};

} // namespace conformance

#endif // TEST_UNIT_CONFORMANCE_JIT_H
