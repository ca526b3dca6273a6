//===- ChooseForm.cpp - The cheapest arithmetic of a layer ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChooseForm.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Facts;
using ::staircase::Form;
using ::staircase::Int128;
using ::staircase::Interval;
using ::staircase::Row;
using ::staircase::Thresholds;

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

/// Whether the rows differ in a parameter, so that it is a table.
template <typename T>
static bool differ(const Form &form, T Row::*parameter) {
  return !llvm::all_equal(llvm::map_range(
      form.rows, [&](const Row &row) { return row.*parameter; }));
}

static bool hasPairs(const Form &form) {
  return llvm::any_of(form.rows, [](const Row &row) {
    return row.addend != row.negativeAddend;
  });
}

/// The bits of each table's entries.
static SmallVector<unsigned> getTableWidths(const Form &form) {
  SmallVector<unsigned> widths;
  auto add = [&](Int128 Row::*parameter, unsigned scale) {
    if (!differ(form, parameter))
      return;
    // Multiplicands are unsigned.
    const unsigned sign = parameter == &Row::multiplicand;
    for (unsigned width : {8, 16, 32, 64})
      if (llvm::all_of(form.rows, [&](const Row &row) {
            Int128 value = row.*parameter >> int(scale);
            return Interval{value, value}.fits(width + sign);
          })) {
        widths.push_back(width);
        return;
      }
  };
  add(&Row::multiplicand, 0);
  const unsigned unit = form.addendShift + form.hasOddAddends;
  add(&Row::addend, unit);
  if (hasPairs(form))
    add(&Row::negativeAddend, unit);
  if (differ(form, &Row::shift))
    widths.push_back(8);
  return widths;
}

static bool multiplies(const Form &form) {
  return llvm::any_of(form.rows,
                      [](const Row &row) { return row.multiplicand != 1; });
}

/// What the rung itself takes, from the accumulator to the quotient.
static uint64_t getRungCost(const TargetFields &target, const Form &form) {
  auto cost = [&](Instruction instruction) -> uint64_t {
    return target.getCost(instruction);
  };
  const uint64_t mul = cost(Instruction::Mul32), add = cost(Instruction::Add32),
                 fixed = cost(Instruction::Shift32);
  const Facts facts = getFacts(form);
  bool varies = differ(form, &Row::shift);
  unsigned shift = form.rows.front().shift;
  uint64_t last = varies ? cost(Instruction::VariableShift32) : fixed;
  uint64_t addend = hasAddends(form.rows) ? add : 0;
  switch (form.rung) {
  case ::staircase::Rung::Multiply32: {
    bool isNarrow = facts.differences.fits(16) && facts.multiplicand.fits(16);
    return (!multiplies(form) ? 0
            : isNarrow        ? cost(Instruction::Mul16)
                              : mul) +
           addend + (varies || shift ? last : 0);
  }
  case ::staircase::Rung::TwoLimbs: {
    // Bytes and halves have an instruction, others take two shifts.
    unsigned h = getLimbBits(facts);
    uint64_t mask = h == 8 || h == 16 ? fixed : 2 * fixed;
    return fixed + mask + mul + mul + fixed + add + addend + last;
  }
  case ::staircase::Rung::Estimate:
    return fixed + mul + add + last + mul + addend + last + add + last + add;
  case ::staircase::Rung::MultiplyHigh: {
    unsigned dropped = getHighBits(facts);
    return (dropped < 32 ? fixed : 0) + cost(Instruction::MulHigh) + addend +
           (varies || shift > dropped ? last : 0);
  }
  case ::staircase::Rung::RoundingHigh:
  case ::staircase::Rung::RoundingHigh16: {
    const unsigned width = ::staircase::getWidth(form.rung);
    const unsigned dropped = getRoundedBits(facts, width);
    // The half is the instruction's.
    bool adds = llvm::any_of(form.rows, [&](const Row &row) {
      return row.addend >> int(dropped) != 0 ||
             row.negativeAddend >> int(dropped) != 0;
    });
    return (dropped < width - 1 ? fixed : 0) +
           cost(width == 16 ? Instruction::RoundingMulHigh16
                            : Instruction::RoundingMulHigh) +
           (adds ? add : 0) + (varies || shift > dropped ? last : 0);
  }
  case ::staircase::Rung::Multiply64: {
    uint64_t sum = cost(Instruction::Mul64) +
                   (hasAddends(form.rows) ? cost(Instruction::Add64) : 0);
    // The upper half is there already.
    if (llvm::all_of(form.rows, [](const Row &row) { return row.shift >= 32; }))
      return sum + (varies || shift > 32 ? last : 0);
    return sum +
           cost(varies ? Instruction::VariableShift64 : Instruction::Shift64);
  }
  }
  llvm_unreachable("unknown rung");
}

/// Whether a rung is one of those that are asked for: those whose instruction a
/// machine does not have are no cheaper than what they are made of.
static bool isConsidered(::staircase::Rung rung, const TargetFields &target,
                         std::optional<Rung> forced) {
  if (forced)
    return toStaircase(*forced) == rung;
  if (rung == ::staircase::Rung::RoundingHigh)
    return target.getCost(Instruction::RoundingMulHigh) > 0;
  if (rung == ::staircase::Rung::RoundingHigh16)
    return target.getCost(Instruction::RoundingMulHigh16) > 0;
  return true;
}

/// Whether an interval is all of the signed or unsigned values of some bits.
static bool isPower(const Interval &interval) {
  Int128 end = interval.high + 1;
  return (end & interval.high) == 0 &&
         (interval.low == 0 || interval.low == -end);
}

/// 0 for a target without costs.
static uint64_t getCost(const TargetFields &target, const Form &form) {
  if (!target.hasCosts())
    return 0;
  auto cost = [&](Instruction instruction) -> uint64_t {
    return target.getCost(instruction);
  };
  uint64_t sum = getRungCost(target, form);
  // A second word has the address of the first.
  for (unsigned width : getTableWidths(form))
    sum += cost(Instruction::Load) + width / 64;
  if (hasPairs(form))
    sum += cost(Instruction::Select);
  if (form.zeroPoint != 0)
    sum += cost(Instruction::Add32);
  if (form.isClamped)
    sum += isPower(form.differences) ? cost(Instruction::Saturate)
                                     : 2 * cost(Instruction::Select);
  return sum;
}

//===----------------------------------------------------------------------===//
// The choice
//===----------------------------------------------------------------------===//

/// The channels as the solver takes them, or nothing.
static std::optional<std::vector<Thresholds>>
getChannels(RequantizeOp op, ArrayRef<Interval> accumulators) {
  if (op.getUnsignedInput())
    return std::nullopt;
  Interval hull = getHullOfAll(accumulators);
  std::vector<Thresholds> channels;
  for (int64_t i = 0, e = op.getNumStaircases(); i < e; ++i) {
    ::staircase::Staircase staircase = op.getStaircase(i);
    bool isOwn = static_cast<int64_t>(accumulators.size()) == e;
    const Interval &interval = isOwn ? accumulators[i] : hull;
    llvm::Expected<Thresholds> channel =
        getThresholds(staircase, {interval.low - staircase.inputZeroPoint,
                                  interval.high - staircase.inputZeroPoint});
    if (!channel) {
      llvm::consumeError(channel.takeError());
      return std::nullopt;
    }
    channels.push_back(std::move(*channel));
  }
  return channels;
}

/// Why the op cannot give its accumulators to the form, as NEEDS with GOT: the
/// solver knows differences only.
static std::string findInputMiss(RequantizeOp op, const Form &form) {
  Int128 zeroPoint = op.getStaircase(0).inputZeroPoint;
  Interval input = form.differences + Interval{zeroPoint, zeroPoint};
  const unsigned width =
      std::min(std::max(::staircase::getWidth(form.rung), 32u),
               op.getInputFormat().width);
  ::staircase::Condition fit = ::staircase::getFit("x", width, input, "x");
  return fit.holds ? "" : fit.describe();
}

std::optional<PricedForm> rescale::chooseForm(RequantizeOp op,
                                              ArrayRef<Interval> accumulators,
                                              const TargetFields &target,
                                              std::optional<Rung> forced,
                                              std::string &miss) {
  std::optional<std::vector<Thresholds>> channels =
      getChannels(op, accumulators);
  if (!channels) {
    miss = "at most " + std::to_string(::staircase::kMaxSteps) +
           " codes of signed accumulators";
    return std::nullopt;
  }

  // Whoever asked for shifts wants no multiplier, also where one multiplication
  // and one shift for all channels take fewer instructions.
  bool isShift = llvm::all_of(op.getMultiplicands().getValues<APInt>(),
                              [](const APInt &m) { return m.ule(1); });
  std::optional<PricedForm> best;
  std::tuple<bool, bool, uint64_t, unsigned> bestRank;
  for (::staircase::Rung rung : ::staircase::kRungs) {
    if (!isConsidered(rung, target, forced))
      continue;
    for (Form &form : findForms(rung, *channels, miss)) {
      if (std::string own = findInputMiss(op, form); !own.empty()) {
        miss = std::move(own);
        continue;
      }
      std::tuple<bool, bool, uint64_t, unsigned> rank = {
          rung == ::staircase::Rung::Multiply64, isShift && multiplies(form),
          getCost(target, form), llvm::sum_of(getTableWidths(form))};
      if (best && bestRank <= rank)
        continue;
      best = {std::move(form), std::get<uint64_t>(rank)};
      bestRank = rank;
    }
  }
  return best;
}
