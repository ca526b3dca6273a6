//===- Forms.cpp - A layer's staircases for one arithmetic ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Forms.h"

#include "rescale/Staircase/Arithmetic.h"
#include "rescale/Staircase/Integers.h"
#include "rescale/Staircase/Narrow.h"

#include "llvm/ADT/STLExtras.h"

#include <map>
#include <numeric>

using namespace staircase;

//===----------------------------------------------------------------------===//
// The inequalities
//===----------------------------------------------------------------------===//

Facts staircase::getFacts(const Form &form) {
  const Row &first = form.rows.front();
  Facts facts;
  facts.differences = form.differences;
  facts.shift = {first.shift, first.shift};
  facts.addends = {first.addend, first.addend};
  facts.sums = form.sums;
  Int128 multiplicand = 0;
  for (const Row &row : form.rows) {
    multiplicand = std::max(multiplicand, row.multiplicand);
    facts.shift = getHull(facts.shift, {row.shift, row.shift});
    for (const Int128 b : {row.addend, row.negativeAddend})
      facts.addends = getHull(facts.addends, {b, b});
  }
  // A promise of the multiplicand is in bits.
  const unsigned bits = getMagnitudeBits(static_cast<uint64_t>(multiplicand));
  facts.multiplicand = {0, (Int128(1) << int(bits)) - 1};
  if (hasAddends(form.rows)) {
    facts.addendShift = form.addendShift;
    facts.hasOddAddends = form.hasOddAddends;
  }
  return facts;
}

std::string staircase::findMiss(const Form &form) {
  const Facts facts = getFacts(form);
  std::string miss = findMiss(form.rung, facts);
  // Other limbs would do, but the addends have a lower part then.
  if (form.rung == Rung::TwoLimbs && facts.addendShift > 0 &&
      getLimbBits(facts) != facts.addendShift)
    return "m*(2^h - 1) < 2^32 and (m*d + b) / 2^h in 32 bits with h = " +
           std::to_string(facts.addendShift) + ", m up to " +
           stringify(facts.multiplicand.high) + " and sums in [" +
           stringify(facts.sums.low) + ", " + stringify(facts.sums.high) + "]";
  if (!miss.empty() || form.rung == Rung::Multiply64)
    return miss;
  const Interval codes = shiftRight(facts.sums, facts.shift) +
                         Interval{form.zeroPoint, form.zeroPoint};
  const Condition fit = getFit("codes", getWidth(form.rung), codes, "codes");
  return fit.holds ? "" : fit.describe();
}

//===----------------------------------------------------------------------===//
// The search
//===----------------------------------------------------------------------===//

/// The members of a channel's range outside of which it saturates, with one
/// that does where it saturates inside. Nothing where it is constant: its
/// multiplicand is 0, and every accumulator is as good.
static std::optional<Interval> getWindow(const Thresholds &channel) {
  if (channel.steps.empty())
    return std::nullopt;
  const auto &[low, high, stride] = channel.range;
  return Interval{
      channel.firstCode == channel.clampMin ? channel.steps.front() - stride
                                            : low,
      channel.getLastCode() == channel.clampMax ? channel.steps.back() : high};
}

/// Whether one addend serves both signs.
static bool isSeparable(const Thresholds &channel) {
  return Separation(channel, channel.range.low, channel.range.high)
      .isFeasible();
}

namespace {

class Search {
public:
  Search(Rung rung, llvm::ArrayRef<Thresholds> channels);

  std::vector<Form> find(std::string &miss);

private:
  /// The narrowings with addends of a unit, at one shift or each at its own.
  std::optional<std::vector<Narrowing>>
  solve(std::optional<unsigned> shift) const;
  Form makeForm(const std::vector<Narrowing> &narrowings, bool folds) const;
  /// The form of narrowings that meets the inequalities, with the zero point in
  /// the addends if possible.
  std::optional<Form> accept(const std::vector<Narrowing> &narrowings,
                             std::string &miss) const;
  /// Makes `value` the unit of addends.
  void setUnit(unsigned value);
  std::optional<Form> findWithOneShift(std::string &miss) const;
  std::optional<Form> findWithOwnShifts(std::string &miss) const;
  /// The units of addends that the rung admits, as powers of two, the best
  /// first.
  std::vector<unsigned> getUnits() const;

  Rung rung;
  llvm::ArrayRef<Thresholds> channels;
  std::vector<AddendRule> rules;
  /// For each unit that has been asked for.
  std::map<unsigned, std::vector<Narrower>> solvers;
  unsigned unit = 0;
  llvm::ArrayRef<Narrower> narrowers;
  unsigned maxShift = 62;
  Interval differences;
  bool isClamped = false;
};

} // namespace

Search::Search(Rung rung, llvm::ArrayRef<Thresholds> channels)
    : rung(rung), channels(channels) {
  if (rung == Rung::Multiply32 || rung == Rung::Estimate)
    maxShift = 31;
  for (const Thresholds &channel : channels)
    rules.push_back(isSeparable(channel) ? AddendRule::Free
                                         : AddendRule::BySign);
}

std::optional<std::vector<Narrowing>>
Search::solve(std::optional<unsigned> shift) const {
  std::vector<Narrowing> narrowings;
  narrowings.reserve(narrowers.size());
  for (const Narrower &narrower : narrowers) {
    std::optional<Narrowing> own =
        shift ? narrower.solveAt(*shift) : narrower.solve();
    if (!own)
      return std::nullopt;
    narrowings.push_back(*own);
  }
  return narrowings;
}

/// The addend of fewest bits: 0 where it can be, then the one with the most
/// trailing zeros, which is a multiple of what the ends are multiples of.
/// That is said of what is added to `half`, which the rung adds itself.
static Int128 choose(const IntegerInterval &addends, Int128 half) {
  return half +
         getPlainestAddend({addends.least - half, addends.greatest - half},
                           /*shift=*/0);
}

Form Search::makeForm(const std::vector<Narrowing> &narrowings,
                      bool folds) const {
  Form form;
  form.rung = rung;
  form.hasOddAddends = isRounding(rung);
  form.addendShift = unit - form.hasOddAddends;
  const Int128 half =
      form.hasOddAddends ? Int128(1) << int(form.addendShift) : 0;
  form.zeroPoint = folds ? 0 : channels.front().outputZeroPoint;
  form.differences = differences;
  form.isClamped = isClamped;
  const auto move = [&](IntegerInterval addends, unsigned shift) {
    if (folds) {
      const Int128 offset = Int128(channels.front().outputZeroPoint) << shift;
      addends = {addends.least + offset, addends.greatest + offset};
    }
    return addends;
  };
  // One addend for all is a constant instead of a table.
  IntegerInterval common =
      move(narrowings.front().addends, narrowings.front().shift);
  for (const Narrowing &n : narrowings)
    common = intersect(common, intersect(move(n.addends, n.shift),
                                         move(n.negativeAddends, n.shift)));
  std::optional<Interval> sums;
  for (auto [n, channel] : llvm::zip_equal(narrowings, channels)) {
    Row row = {n.multiplicand, n.shift, 0, 0};
    IntegerInterval positive = move(n.addends, n.shift);
    IntegerInterval negative = move(n.negativeAddends, n.shift);
    if (!common.isEmpty())
      positive = negative = common;
    else if (IntegerInterval both = intersect(positive, negative);
             !both.isEmpty())
      positive = negative = both;
    row.addend = choose(positive, half);
    row.negativeAddend = choose(negative, half);
    // Of two addends that step down at zero the least step: the product's own
    // makes up for it.
    if (negative.least > positive.greatest) {
      row.addend = positive.greatest;
      row.negativeAddend = negative.least;
    }
    const Int128 low =
        std::clamp(channel.range.low, differences.low, differences.high);
    const Int128 high =
        std::clamp(channel.range.high, differences.low, differences.high);
    for (Int128 d : {low, high, std::clamp<Int128>(-1, low, high),
                     std::clamp<Int128>(0, low, high)}) {
      const Int128 product = row.multiplicand * d;
      const Int128 sum = product + (d < 0 ? row.negativeAddend : row.addend);
      const Interval both = {std::min(product, sum), std::max(product, sum)};
      sums = sums ? getHull(*sums, both) : both;
    }
    form.rows.push_back(row);
  }
  form.sums = *sums;
  return form;
}

std::optional<Form> Search::accept(const std::vector<Narrowing> &narrowings,
                                   std::string &miss) const {
  for (bool folds : {true, false}) {
    Form form = makeForm(narrowings, folds);
    std::string own = findMiss(form);
    if (own.empty())
      return form;
    miss = own;
    if (channels.front().outputZeroPoint == 0)
      break;
  }
  return std::nullopt;
}

void Search::setUnit(unsigned value) {
  unit = value;
  auto [known, isNew] = solvers.try_emplace(unit);
  if (isNew)
    for (auto [channel, rule] : llvm::zip_equal(channels, rules)) {
      NarrowOptions options;
      options.addendRule = rule;
      options.addendUnit = options.minShift = unit;
      options.addendHalf = isRounding(rung);
      options.maxShift = maxShift;
      options.maxMultiplicand =
          rung == Rung::RoundingHigh16 ? INT16_MAX : INT32_MAX;
      known->second.emplace_back(channel, options);
    }
  narrowers = known->second;
}

std::optional<Form> Search::findWithOneShift(std::string &miss) const {
  std::vector<unsigned> shifts(maxShift + 1 - unit);
  std::iota(shifts.begin(), shifts.end(), unit);
  // Where 64 bits are multiplied, a shift of 32 is for nothing.
  if (rung == Rung::Multiply64)
    std::rotate(shifts.begin(), shifts.begin() + 32, shifts.end());
  // The first shift that serves all has the least sums but for a factor of
  // less than two.
  unsigned failures = 0;
  for (unsigned shift : shifts) {
    std::optional<std::vector<Narrowing>> narrowings = solve(shift);
    if (!narrowings)
      continue;
    if (std::optional<Form> form = accept(*narrowings, miss))
      return form;
    if (++failures == 3)
      break;
  }
  return std::nullopt;
}

std::optional<Form> Search::findWithOwnShifts(std::string &miss) const {
  std::optional<std::vector<Narrowing>> narrowings = solve(std::nullopt);
  if (!narrowings) {
    const auto *none = llvm::find_if(
        narrowers, [](const Narrower &n) { return !n.solve().has_value(); });
    const std::string multiple =
        isRounding(rung) ? "an odd multiple of 2^" + std::to_string(unit - 1)
                         : "a multiple of 2^" + std::to_string(unit);
    if (miss.empty())
      // Ties to even have none with any m and s.
      miss =
          "codes of floor((m*d + b) / 2^s) with " +
          std::string(rung == Rung::RoundingHigh16 ? "m < 2^15" : "m < 2^31") +
          (", s <= " + std::to_string(maxShift)) +
          (unit ? " and b " + multiple : "") +
          " in every channel with no such parameters in channel " +
          std::to_string(none - narrowers.begin());
    return std::nullopt;
  }
  return accept(*narrowings, miss);
}

std::vector<unsigned> Search::getUnits() const {
  // Bytes and halves are cut out by one instruction everywhere.
  if (rung == Rung::TwoLimbs)
    return {8, 16, 9, 10, 11, 12, 7, 6, 5, 4, 13, 14, 15};
  if (rung != Rung::MultiplyHigh && !isRounding(rung))
    return {0};
  // Without a shift to the left first; then the finest one. What rounds has
  // twice the product in its upper half.
  const unsigned doubles = isRounding(rung), width = getWidth(rung);
  std::vector<unsigned> units = {width - doubles};
  const unsigned bits =
      std::max(getSignedBits(differences.low), getSignedBits(differences.high));
  if (bits < width && bits > doubles)
    units.push_back(bits - doubles);
  return units;
}

/// The least [-2^n, 2^n - 1] or [0, 2^n - 1] that contains a window: one
/// instruction on machines that saturate.
static Interval roundToPower(const Interval &window) {
  Int128 power = 1;
  while (window.high >= power || window.low < -power)
    power *= 2;
  return {window.low >= 0 ? 0 : -power, power - 1};
}

std::vector<Form> Search::find(std::string &miss) {
  Interval ranges = {channels.front().range.low, channels.front().range.high};
  std::optional<Interval> window;
  for (const Thresholds &channel : channels) {
    ranges = getHull(ranges, {channel.range.low, channel.range.high});
    if (std::optional<Interval> own = getWindow(channel))
      window = window ? getHull(*window, *own) : *own;
  }
  std::vector<std::pair<Interval, bool>> inputs = {{ranges, false}};
  if (window)
    for (const Interval &clamped : {roundToPower(*window), *window})
      if (!clamped.contains(ranges))
        inputs.push_back({clamped, true});

  std::vector<Form> forms;
  std::string first;
  for (const auto &[interval, clamps] : inputs) {
    differences = interval;
    isClamped = clamps;
    bool hasOne = false, hasOwn = false;
    // The units of one kind of shifts cost nearly the same.
    for (unsigned value : getUnits()) {
      if (hasOne && hasOwn)
        break;
      setUnit(value);
      std::string reason;
      const auto add = [&](std::optional<Form> form) {
        if (!form)
          return false;
        forms.push_back(std::move(*form));
        return true;
      };
      hasOne = hasOne || add(findWithOneShift(reason));
      hasOwn = hasOwn || add(findWithOwnShifts(reason));
      if (first.empty())
        first = reason;
    }
  }
  if (forms.empty())
    miss = first;
  return forms;
}

std::vector<Form> staircase::findForms(Rung rung,
                                       llvm::ArrayRef<Thresholds> channels,
                                       std::string &miss) {
  assert(!channels.empty() && "requires a channel");
  return Search(rung, channels).find(miss);
}
