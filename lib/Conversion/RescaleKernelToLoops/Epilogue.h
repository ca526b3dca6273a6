//===- Epilogue.h - From accumulators to results ----------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What becomes of the epilogue of a kernel.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_EPILOGUE_H
#define RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_EPILOGUE_H

#include "LoopBuilder.h"
#include "rescale/Dialect/RescaleKernel/IR/RescaleKernel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::rescale {

/// Stores the results of a kernel. Its epilogue is a function of its own, which
/// the loops call for each accumulator: written once, however often the inner
/// loop is unrolled. The function takes the scalars that it needs, so that
/// those of a channel are loaded once for all pixels of a block.
class Epilogue {
public:
  Epilogue(LoopBuilder &b, kernel::KernelOpInterface op);

  /// Loads what depends on the channel alone, for the `store`s that follow.
  void selectChannel(Value channel);
  /// Says where the first pixel of a block is, for the `store`s that follow:
  /// image, row and column, and the position in all dimensions but the last.
  void selectPixel(Value image, Value row, Value column, Value position);
  /// Stores the result of the accumulator of the block's `p`-th pixel, at the
  /// channel selected.
  void store(Value accumulator, int64_t p);

  /// The operands of which an element is read where that of the result is
  /// written.
  SmallVector<Value> getElementwiseInputs();

private:
  /// How an operand is read.
  struct Input {
    Value buffer;
    Value flat;
    AffineMap map;
    ArrayRef<int64_t> shape;
    bool isConstant = false, isOfChannel = false, isOfElement = false;
    Value scalar = {};
  };

  func::FuncOp outline(kernel::KernelOpInterface op);
  /// The position in an operand for the index of a result.
  Value getPosition(const Input &input, Value pixel, Value element);

  LoopBuilder &b;
  SmallVector<int64_t> shape;
  SmallVector<Input> inputs;
  /// Values from outside that the epilogue uses.
  SmallVector<Value> captured;
  func::FuncOp function;
  /// Flat, but for a view with gaps, such as a part of a concatenation.
  Value output;
  Value channel;
  Value image, row, column, pixel;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_EPILOGUE_H
