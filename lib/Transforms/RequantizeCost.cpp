//===- RequantizeCost.cpp - Instructions of a requantization --------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One arithmetic serves a layer: its widest channel and its tables count. The
// forms are those of the lowering, RescaleToLinalg/Tables.cpp: as it stands, or
// with multiplicands, addends and shifts raised by powers of two until all
// shifts are one constant.
//
//===----------------------------------------------------------------------===//

#include "RequantizeCost.h"

#include "rescale/Staircase/Forms.h"
#include "rescale/Staircase/Integers.h"

#include <optional>

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::getSignedBits;
using ::staircase::Int128;
using ::staircase::Row;
using ::staircase::Staircase;

static Row getRow(const Staircase &staircase) {
  ::staircase::Addends addends = getAddends(staircase);
  // Of a ReLU one addend serves both signs: what is below the zero point is
  // clamped either way.
  Int128 limit = Int128(1) << staircase.shift;
  if (staircase.clampMin >= staircase.outputZeroPoint &&
      addends.positive < limit && addends.negative < limit)
    addends.negative = addends.positive;
  return {staircase.multiplicand, staircase.shift, addends.positive,
          addends.negative};
}

/// The bits of the widest sum, with the sign.
static unsigned getSumBits(ArrayRef<Row> rows, ArrayRef<Channel> channels) {
  unsigned bits = 1;
  for (auto [row, channel] : llvm::zip_equal(rows, channels))
    for (Int128 d : {channel.range.low, channel.range.high})
      for (Int128 addend : {row.addend, row.negativeAddend})
        bits = std::max(bits, getSignedBits(row.multiplicand * d + addend));
  return bits;
}

/// The instructions of one form, or nothing where 64 bits do not hold it.
static std::optional<uint64_t> getCost(const TargetFields &target,
                                       ArrayRef<Row> rows,
                                       ArrayRef<Channel> channels) {
  unsigned bits = getSumBits(rows, channels);
  if (bits > 64)
    return std::nullopt;
  bool isWide = bits > 32;
  auto cost = [&](Instruction narrow, Instruction wide) -> uint64_t {
    return target.getCost(isWide ? wide : narrow);
  };
  uint64_t load = target.getCost(Instruction::Load);
  auto differ = [&](auto Row::*field) {
    return !llvm::all_equal(
        llvm::map_range(rows, [&](const Row &row) { return row.*field; }));
  };

  uint64_t sum = differ(&Row::multiplicand) ? load : 0;
  if (llvm::any_of(rows, [](const Row &l) { return l.multiplicand != 1; }))
    sum += cost(Instruction::Mul32, Instruction::Mul64);
  bool hasPairs = llvm::any_of(
      rows, [](const Row &l) { return l.addend != l.negativeAddend; });
  if (hasPairs)
    sum += target.getCost(Instruction::Select);
  if (hasAddends(rows))
    sum += cost(Instruction::Add32, Instruction::Add64);
  if (differ(&Row::addend))
    sum += load;
  if (hasPairs && differ(&Row::negativeAddend))
    sum += load;

  // Of 64 bits the upper half is there already.
  if (differ(&Row::shift)) {
    bool isUpper =
        llvm::all_of(rows, [](const Row &l) { return l.shift >= 32; });
    return sum + load +
           (isUpper ? target.getCost(Instruction::VariableShift32)
                    : cost(Instruction::VariableShift32,
                           Instruction::VariableShift64));
  }
  unsigned shift = rows.front().shift;
  if (shift == 0 || (isWide && shift == 32))
    return sum;
  if (isWide && shift > 32)
    return sum + target.getCost(Instruction::Shift32);
  return sum + cost(Instruction::Shift32, Instruction::Shift64);
}

uint64_t rescale::getCost(const TargetFields &target,
                          ArrayRef<Staircase> staircases,
                          ArrayRef<Channel> channels) {
  SmallVector<Row> rows = llvm::map_to_vector(staircases, getRow);
  unsigned most = 0;
  for (const Row &row : rows)
    most = std::max(most, row.shift);
  // More than 64 bits are what an original of 64-bit accumulators may have; all
  // its forms are as dear.
  uint64_t best = ::getCost(target, rows, channels).value_or(UINT64_MAX);
  for (unsigned least : {most, std::max(most, 32u), 32u}) {
    SmallVector<Row> raised(rows);
    bool fits = true;
    for (Row &row : raised) {
      unsigned k = least - std::min(least, row.shift);
      row = {row.multiplicand << k, row.shift + k,
             row.addend * (Int128(1) << k),
             row.negativeAddend * (Int128(1) << k)};
      // Tables of multiplicands have 32 bits, and a sign.
      fits &= row.multiplicand < Int128(1) << 31;
    }
    if (fits)
      best = std::min(best,
                      ::getCost(target, raised, channels).value_or(UINT64_MAX));
  }
  return best;
}
