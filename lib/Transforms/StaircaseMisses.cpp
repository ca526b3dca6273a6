//===- StaircaseMisses.cpp - What staircases miss of a machine ------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Field by field, the worst channel of each.
//
//===----------------------------------------------------------------------===//

#include "StaircaseMisses.h"

#include "rescale/Staircase/Integers.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Addends;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Range;
using ::staircase::Staircase;

static bool fitsSigned(Int128 value, unsigned bits) {
  return IntegerFormat{bits}.contains(value);
}

/// The addends of a staircase that the range uses: both, or one of them twice.
static Addends getUsedAddends(const Staircase &staircase, const Range &range) {
  Addends addends = getAddends(staircase);
  if (range.low >= 0)
    addends.negative = addends.positive;
  else if (range.high < 0)
    addends.positive = addends.negative;
  addends.tiesToEven &= staircase.shift > 0;
  return addends;
}

unsigned rescale::getAccumulatorBits(const Range &range, Int128 bias) {
  return std::max(::staircase::getSignedBits(range.low + bias),
                  ::staircase::getSignedBits(range.high + bias));
}

/// Each c that the target's registers hold with `m*c` and what a rounding mode
/// of it adds as the addend.
static SmallVector<Int128, 2> getBiases(const TargetFields &target,
                                        const Staircase &staircase,
                                        Int128 addend) {
  SmallVector<Int128, 2> biases;
  for (Rounding rounding : {Rounding::Floor, Rounding::HalfUp}) {
    Staircase mode = staircase;
    mode.rounding = toStaircase(rounding);
    Int128 rest = addend - getAddends(mode).positive;
    if (target.hasRounding(rounding) && staircase.multiplicand != 0 &&
        rest % staircase.multiplicand == 0 &&
        fitsSigned(rest / staircase.multiplicand, target.addendBits))
      biases.push_back(rest / staircase.multiplicand);
  }
  return biases;
}

bool rescale::hasFittingAddends(const TargetFields &target,
                                const Staircase &staircase,
                                const Range &range) {
  Addends actual = getUsedAddends(staircase, range);
  for (uint32_t i = 0; i < static_cast<uint32_t>(Rounding::Addend); ++i) {
    if (!target.hasRounding(static_cast<Rounding>(i)))
      continue;
    Staircase mode = staircase;
    mode.rounding = toStaircase(static_cast<Rounding>(i));
    Addends expected = getUsedAddends(mode, range);
    if (std::tie(expected.positive, expected.negative, expected.tiesToEven) ==
        std::tie(actual.positive, actual.negative, actual.tiesToEven))
      return true;
  }
  if (actual.tiesToEven || target.addend == AddendForm::None)
    return false;
  if (target.addend == AddendForm::BySign)
    return fitsSigned(actual.positive, target.addendBits) &&
           fitsSigned(actual.negative, target.addendBits);
  if (actual.positive != actual.negative)
    return false;
  if (target.addend == AddendForm::Free)
    return fitsSigned(actual.positive, target.addendBits);
  // The accumulator begins at c, and has to stay in its register.
  return llvm::any_of(
      getBiases(target, staircase, actual.positive), [&](Int128 bias) {
        return getAccumulatorBits(range, bias) <= target.accumulatorBits;
      });
}

bool rescale::fits(const TargetFields &target, const Staircase &staircase,
                   const Range &range) {
  return getMultiplicandBits(staircase).first <= target.getMagnitudeBits() &&
         staircase.shift >= target.minShift &&
         staircase.shift <= target.maxShift &&
         getProductBits(staircase, range) <= target.productBits &&
         hasFittingAddends(target, staircase, range);
}

static bool shareMultiplicand(ArrayRef<Staircase> staircases) {
  return llvm::all_equal(llvm::map_range(
      staircases, [](const Staircase &s) { return s.multiplicand; }));
}

bool rescale::fits(const TargetFields &target, ArrayRef<Staircase> staircases,
                   ArrayRef<Channel> channels) {
  if (target.shiftPer == Granularity::Layer && !shareShift(staircases))
    return false;
  if (target.multiplicandPer == Granularity::Layer &&
      !shareMultiplicand(staircases))
    return false;
  return llvm::all_of(llvm::zip_equal(staircases, channels), [&](auto pair) {
    return fits(target, std::get<0>(pair), std::get<1>(pair).range);
  });
}

SmallVector<std::string> rescale::getMisses(const TargetFields &target,
                                            ArrayRef<Staircase> staircases,
                                            ArrayRef<Channel> channels) {
  SmallVector<std::string> misses;
  auto say = [&](const char *format, auto &&...values) {
    misses.push_back(
        llvm::formatv(format, std::forward<decltype(values)>(values)...));
  };
  // The worst channel, of several the first.
  auto findWorst = [&](auto getExcess) {
    int64_t worst = 0, excess = 0;
    for (size_t i = 0; i < staircases.size(); ++i)
      if (int64_t own = getExcess(staircases[i], channels[i].range);
          own > excess)
        worst = i, excess = own;
    return std::make_pair(worst, excess);
  };
  if (auto [channel, excess] =
          findWorst([&](const Staircase &s, const Range &) {
            return int64_t(getMultiplicandBits(s).first) -
                   target.getMagnitudeBits();
          });
      excess > 0)
    say("channel {0} needs {1} multiplicand bits, the target has {2}", channel,
        target.getMagnitudeBits() + excess, target.getMagnitudeBits());
  if (auto [channel, excess] =
          findWorst([&](const Staircase &s, const Range &) {
            return std::max(int64_t(s.shift) - target.maxShift,
                            int64_t(target.minShift) - s.shift);
          });
      excess > 0)
    say("channel {0} needs shift {1}, the target has {2} to {3}", channel,
        staircases[channel].shift, target.minShift, target.maxShift);
  if (auto [channel, excess] =
          findWorst([&](const Staircase &s, const Range &range) {
            return int64_t(getProductBits(s, range)) - target.productBits;
          });
      excess > 0)
    say("channel {0} needs {1} product bits, the target has {2}", channel,
        target.productBits + excess, target.productBits);
  if (auto [channel, excess] =
          findWorst([&](const Staircase &s, const Range &range) {
            return int64_t(!hasFittingAddends(target, s, range));
          });
      excess > 0) {
    Addends addends =
        getUsedAddends(staircases[channel], channels[channel].range);
    SmallVector<Int128, 2> biases;
    if (target.addend == AddendForm::InBias && !addends.tiesToEven &&
        addends.positive == addends.negative)
      biases = getBiases(target, staircases[channel], addends.positive);
    std::string needs = addends.tiesToEven ? "ties to even"
                        : addends.positive == addends.negative
                            ? llvm::formatv("addend {0} at shift {1}",
                                            int64_t(addends.positive),
                                            staircases[channel].shift)
                                  .str()
                            : llvm::formatv("addends {0} and {1} at shift {2}",
                                            int64_t(addends.positive),
                                            int64_t(addends.negative),
                                            staircases[channel].shift)
                                  .str();
    if (!biases.empty()) {
      say("channel {0} needs {1} accumulator bits with a bias of {2}, the "
          "target has {3}",
          channel, getAccumulatorBits(channels[channel].range, biases.front()),
          int64_t(biases.front()), target.accumulatorBits);
    } else {
      SmallVector<StringRef> modes;
      for (uint32_t i = 0; i < static_cast<uint32_t>(Rounding::Addend); ++i)
        if (target.hasRounding(static_cast<Rounding>(i)))
          modes.push_back(stringifyRounding(static_cast<Rounding>(i)));
      say("channel {0} needs {1}, the target rounds {2} with addend {3}{4}",
          channel, needs, llvm::join(modes, " or "),
          stringifyAddendForm(target.addend),
          target.addend == AddendForm::None
              ? ""
              : llvm::formatv(" of {0} bits", target.addendBits).str());
    }
  }
  if (target.multiplicandPer == Granularity::Layer &&
      !shareMultiplicand(staircases))
    say("channels need {0}, the target has one multiplicand for all",
        "multiplicands of their own");
  else if (target.shiftPer == Granularity::Layer && !shareShift(staircases))
    say("channels need {0}, the target has one shift for all",
        "shifts of their own");
  return misses;
}
