//===- RequantizeCost.cpp - Instructions of a requantization --------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One arithmetic serves a layer: its widest channel and its tables count.
//
//===----------------------------------------------------------------------===//

#include "RequantizeCost.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::Staircase;

uint64_t rescale::getCost(const TargetFields &target,
                          ArrayRef<Staircase> staircases,
                          ArrayRef<Channel> channels) {
  unsigned bits = 0;
  for (auto [staircase, channel] : llvm::zip_equal(staircases, channels))
    bits = std::max(bits, getProductBits(staircase, channel.range));
  bool isWide = bits > 32;
  auto cost = [&](Instruction narrow, Instruction wide) -> uint64_t {
    return target.getCost(isWide ? wide : narrow);
  };
  uint64_t load = target.getCost(Instruction::Load);

  SmallVector<int64_t> multiplicands;
  SmallVector<unsigned> shifts;
  SmallVector<Int128> positive, negative;
  for (const Staircase &staircase : staircases) {
    ::staircase::Addends addends = getAddends(staircase);
    multiplicands.push_back(staircase.multiplicand);
    shifts.push_back(staircase.shift);
    positive.push_back(addends.positive);
    negative.push_back(addends.negative);
  }
  uint64_t sum = 0;
  if (!llvm::all_equal(multiplicands))
    sum += load;
  if (llvm::any_of(multiplicands, [](int64_t m) { return m != 1; }))
    sum += cost(Instruction::Mul32, Instruction::Mul64);

  auto isZero = [](Int128 value) { return value == 0; };
  bool hasPairs = positive != negative;
  if (hasPairs)
    sum += target.getCost(Instruction::Select);
  if (hasPairs || !llvm::all_of(positive, isZero))
    sum += cost(Instruction::Add32, Instruction::Add64);
  if (!llvm::all_equal(positive))
    sum += load;
  if (hasPairs && !llvm::all_equal(negative))
    sum += load;

  if (!llvm::all_equal(shifts))
    return sum + load +
           cost(Instruction::VariableShift32, Instruction::VariableShift64);
  // Of a constant shift beyond 32 only the high word matters.
  if (shifts.front() >= 32)
    return sum + target.getCost(Instruction::Shift32);
  if (shifts.front() > 0)
    sum += cost(Instruction::Shift32, Instruction::Shift64);
  return sum;
}
