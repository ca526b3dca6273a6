//===- Accumulator.cpp - Sums of products ---------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sum of w * x, in any order and with the bias first, stays within
// |bias| + sum of |w| * max |x|: the bound that all proofs here use.
//
//===----------------------------------------------------------------------===//

#include "Accumulator.h"

#include "rescale/Staircase/Staircase.h"
#include "rescale/Support/Roles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;

static arith::IntegerOverflowFlags getFlags(bool fits) {
  return fits ? arith::IntegerOverflowFlags::nsw
              : arith::IntegerOverflowFlags::none;
}

Value mlir::rescale::addProduct(LoopBuilder &b, Value sum, Value lhs, Value rhs,
                                bool sumFits, bool productFits) {
  Value product = arith::MulIOp::create(b, lhs, rhs, getFlags(productFits));
  product = b.extend(product, sum.getType().getIntOrFloatBitWidth());
  return arith::AddIOp::create(b, sum, product, getFlags(sumFits));
}

static bool fits(Int128 value, unsigned width) {
  Int128 bound = Int128(1) << (width - 1);
  return value >= -bound && value < bound;
}

Accumulator::Accumulator(LoopBuilder &b, ArrayRef<int64_t> weights,
                         ArrayRef<int64_t> bias, int64_t zeroPoint,
                         unsigned inputWidth, unsigned width)
    : b(b), width(width) {
  int64_t size = weights.size() / bias.size();
  Int128 largestSum = 0, largest = 0, largestBias = 0;
  for (auto [channel, value] : llvm::enumerate(bias)) {
    Int128 sum = 0, magnitude = 0;
    for (int64_t weight : weights.slice(channel * size, size)) {
      sum += weight;
      magnitude += std::abs(weight);
    }
    Int128 folded = value - sum * zeroPoint;
    magnitude <<= inputWidth - 1;
    Int128 absolute = folded < 0 ? -folded : folded;
    largestBias = std::max(largestBias, absolute);
    largestSum = std::max(largestSum, magnitude);
    largest = std::max(largest, magnitude + absolute);
    // The accumulator wraps, and its bias with it.
    this->bias.push_back(width == 32 ? static_cast<int32_t>(folded)
                                     : static_cast<int64_t>(folded));
  }
  // Two registers for each sum, or a call for each product, are saved where 32
  // bits are enough for all but the bias.
  addsBiasLast = width > 32 && !fits(largest, 32) && fits(largestSum, 32);
  sumWidth = addsBiasLast || fits(largest, 32) ? 32 : width;
  sumFits = addsBiasLast || fits(largest, sumWidth);
  if (!llvm::all_equal(this->bias))
    table = b.createTable(roles::kBias, this->bias,
                          addsBiasLast ? width : sumWidth);
}

Value Accumulator::getBias(Value channel, unsigned width) {
  return table ? b.load(table, channel) : b.integer(bias.front(), width);
}

Value Accumulator::getInitial(Value channel) {
  return addsBiasLast ? b.integer(0, sumWidth) : getBias(channel, sumWidth);
}

Value Accumulator::finish(Value sum, Value channel) {
  sum = b.extend(sum, width);
  if (addsBiasLast)
    sum = arith::AddIOp::create(b, sum, getBias(channel, width));
  return sum;
}
