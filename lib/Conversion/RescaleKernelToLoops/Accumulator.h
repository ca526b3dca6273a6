//===- Accumulator.h - Sums of products -------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How sums with constant weights are formed.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_ACCUMULATOR_H
#define RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_ACCUMULATOR_H

#include "LoopBuilder.h"

namespace mlir::rescale {

/// Adds the product of two integers of one width to `sum`, which is as wide or
/// wider, and promises that neither overflows.
Value addProduct(LoopBuilder &b, Value sum, Value lhs, Value rhs, bool sumFits,
                 bool productFits = true);

/// The accumulators of a layer with constant weights. The zero point of its
/// input goes into the bias: sum of w * (x - z) = sum of w * x - z * sum of w,
/// where what pads the input is z.
class Accumulator {
public:
  /// `weights` has those of one channel after the other; `zeroPoint` and
  /// `inputWidth` are of the codes that they are multiplied with, `width` is
  /// that of the accumulator.
  Accumulator(LoopBuilder &b, ArrayRef<int64_t> weights, ArrayRef<int64_t> bias,
              int64_t zeroPoint, unsigned inputWidth, unsigned width);

  /// The sum of `channel` before its first product.
  Value getInitial(Value channel);
  /// `sum + code * weight`, the factors in 32 bits.
  Value addProduct(Value sum, Value code, Value weight) {
    return rescale::addProduct(b, sum, code, weight, sumFits);
  }
  /// The accumulator of `channel` after its last product.
  Value finish(Value sum, Value channel);

private:
  Value getBias(Value channel, unsigned width);

  LoopBuilder &b;
  unsigned width;
  /// The width in which products are added: 32 where no sum leaves it.
  unsigned sumWidth;
  /// Whether no sum overflows `sumWidth`.
  bool sumFits;
  /// Whether the bias does not fit the sum.
  bool addsBiasLast;
  SmallVector<int64_t> bias;
  Value table;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALEKERNELTOLOOPS_ACCUMULATOR_H
