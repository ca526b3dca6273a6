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

/// The c that the target's register holds with `m*c` and what `rounding` adds
/// as the addend, if there is one.
static std::optional<Int128> getBias(const TargetFields &target,
                                     const Staircase &staircase, Int128 addend,
                                     Rounding rounding) {
  if (rounding != Rounding::Floor && rounding != Rounding::HalfUp)
    return std::nullopt;
  Staircase mode = staircase;
  mode.rounding = toStaircase(rounding);
  Int128 rest = addend - getAddends(mode).positive;
  if (staircase.multiplicand == 0 || rest % staircase.multiplicand != 0 ||
      !fitsSigned(rest / staircase.multiplicand, target.addendBits))
    return std::nullopt;
  return rest / staircase.multiplicand;
}

/// The rounding modes of a target.
static SmallVector<Rounding> getRoundings(const TargetFields &target) {
  SmallVector<Rounding> modes;
  for (uint32_t i = 0; i < static_cast<uint32_t>(Rounding::Addend); ++i)
    if (target.hasRounding(static_cast<Rounding>(i)))
      modes.push_back(static_cast<Rounding>(i));
  return modes;
}

/// Whether the addends of a staircase, where the range uses them, are those of
/// a rounding mode.
static bool isRoundedBy(Rounding rounding, const Staircase &staircase,
                        const Range &range) {
  Staircase mode = staircase;
  mode.rounding = toStaircase(rounding);
  Addends expected = getUsedAddends(mode, range);
  Addends actual = getUsedAddends(staircase, range);
  return std::tie(expected.positive, expected.negative, expected.tiesToEven) ==
         std::tie(actual.positive, actual.negative, actual.tiesToEven);
}

/// Whether a target that is set to `rounding` can add the addends of a
/// staircase.
static bool canAdd(const TargetFields &target, const Staircase &staircase,
                   const Range &range, Rounding rounding) {
  if (isRoundedBy(rounding, staircase, range))
    return true;
  Addends actual = getUsedAddends(staircase, range);
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
  std::optional<Int128> bias =
      getBias(target, staircase, actual.positive, rounding);
  return bias && getAccumulatorBits(range, *bias) <= target.accumulatorBits;
}

bool rescale::hasFittingAddends(const TargetFields &target,
                                const Staircase &staircase,
                                const Range &range) {
  return llvm::any_of(getRoundings(target), [&](Rounding rounding) {
    return canAdd(target, staircase, range, rounding);
  });
}

/// Whether one rounding mode of a target does for all channels: the machine is
/// set to one for a layer.
static bool shareRounding(const TargetFields &target,
                          ArrayRef<Staircase> staircases,
                          ArrayRef<Channel> channels) {
  return llvm::any_of(getRoundings(target), [&](Rounding rounding) {
    return llvm::all_of(llvm::zip_equal(staircases, channels), [&](auto pair) {
      const auto &[staircase, channel] = pair;
      return canAdd(target, staircase, channel.range, rounding);
    });
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
  if (!shareRounding(target, staircases, channels))
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
    std::optional<Int128> bias;
    if (target.addend == AddendForm::InBias && !addends.tiesToEven &&
        addends.positive == addends.negative)
      for (Rounding rounding : getRoundings(target))
        if (!bias)
          bias =
              getBias(target, staircases[channel], addends.positive, rounding);
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
    if (bias) {
      say("channel {0} needs {1} accumulator bits with a bias of {2}, the "
          "target has {3}",
          channel, getAccumulatorBits(channels[channel].range, *bias),
          int64_t(*bias), target.accumulatorBits);
    } else {
      auto modes = llvm::map_to_vector(getRoundings(target), stringifyRounding);
      say("channel {0} needs {1}, the target rounds {2} with addend {3}{4}",
          channel, needs, llvm::join(modes, " or "),
          stringifyAddendForm(target.addend),
          target.addend == AddendForm::None
              ? ""
              : llvm::formatv(" of {0} bits", target.addendBits).str());
    }
  } else if (!shareRounding(target, staircases, channels)) {
    say("channels need {0}, the target has one for all",
        "rounding modes of their own");
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
