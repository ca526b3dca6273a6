//===- Narrow.cpp - The narrowest equal staircase -------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For each shift the multiplicands that work are an interval, cut by the
// options; the smallest over all shifts is the answer.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Narrow.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cassert>

using namespace staircase;

/// The integers of a signed type of 1 to 64 bits.
static IntegerInterval getSignedRange(unsigned bits) {
  const IntegerFormat format = {bits};
  return {format.min(), format.max()};
}

Narrower::Narrower(const Thresholds &thresholds, NarrowOptions givenOptions)
    : options(givenOptions), palette(givenOptions.palette) {
  assert(options.addendBits >= 1 && options.addendBits <= 64 &&
         options.maxShift < 64 && options.tolerance >= 0 && "invalid options");
  assert((options.addendRule != AddendRule::BySign || options.tolerance == 0) &&
         "two addends are for equal staircases");
  assert((options.addendUnit == 0 ||
          (options.addendUnit < 63 && options.palette.empty() &&
           (options.addendRule == AddendRule::Free ||
            options.addendRule == AddendRule::BySign))) &&
         "units are for addends that are free");
  assert((!options.addendHalf || options.addendUnit > 0) &&
         "half of a unit needs a unit");
  options.palette = {}; // Owned from here on.
  options.maxMultiplicand =
      std::min<int64_t>(options.maxMultiplicand, UINT32_MAX);
  llvm::sort(palette);

  const auto [low, high, stride] = thresholds.range;
  if (options.addendRule != AddendRule::BySign || low >= 0 || high < 0) {
    separations.emplace_back(thresholds, low, high, options.tolerance);
    return;
  }
  // The least member that is not negative may not exist: then all are.
  const Int128 split = low + divideCeil(-low, stride) * stride;
  if (split > high) {
    separations.emplace_back(thresholds, low, high, options.tolerance);
    return;
  }
  separations.emplace_back(thresholds, low, split - stride, options.tolerance);
  separations.emplace_back(thresholds, split, high, options.tolerance);
}

std::optional<int64_t>
Narrower::findLeast(const IntegerInterval &interval) const {
  if (interval.isEmpty())
    return std::nullopt;
  if (palette.empty())
    return static_cast<int64_t>(interval.least);
  const auto *found = llvm::lower_bound(palette, interval.least);
  if (found == palette.end() || *found > interval.greatest)
    return std::nullopt;
  return *found;
}

std::optional<Narrowing> Narrower::solveInBias(IntegerInterval multiplicands,
                                               unsigned shift) const {
  const Separation &separation = separations.front();
  const IntegerInterval addendRange = getSignedRange(options.addendBits);
  multiplicands = separation.restrict(multiplicands, shift, addendRange);
  const auto getAddends = [&](Int128 m) {
    return intersect(separation.getAddends(m, shift), addendRange);
  };
  // The c with m*c among the addends.
  const auto tryMultiplicand = [&](Int128 m) -> std::optional<Narrowing> {
    const IntegerInterval addends = getAddends(m);
    IntegerInterval biases = {0, addends.contains(0) ? 0 : -1};
    if (m > 0)
      biases = {divideCeil(addends.least, m), divideFloor(addends.greatest, m)};
    if (biases.isEmpty())
      return std::nullopt;
    return Narrowing{static_cast<int64_t>(m), shift, biases, biases,
                     AddendRule::InBias};
  };
  // The multiplicands that go with one c, an interval again.
  const auto getFitting = [&](Int128 c) {
    IntegerInterval fitting =
        separation.restrict(multiplicands, shift, {0, 0}, c);
    if (c > 0)
      fitting.greatest =
          std::min(fitting.greatest, divideFloor(addendRange.greatest, c));
    if (c < 0)
      fitting.greatest =
          std::min(fitting.greatest, divideFloor(-addendRange.least, -c));
    return fitting;
  };

  if (!palette.empty()) {
    for (int64_t m : palette)
      if (multiplicands.contains(m))
        if (std::optional<Narrowing> result = tryMultiplicand(m))
          return result;
    return std::nullopt;
  }
  Int128 m = multiplicands.least;
  while (m <= multiplicands.greatest) {
    if (std::optional<Narrowing> result = tryMultiplicand(m))
      return result;
    if (m == 0) {
      m = 1;
      continue;
    }
    // The addends over m lie between two neighbouring integers. They move
    // continuously with m, so whatever integer they ever meet to the right of
    // m, one of these two comes first: nothing before it can be a solution.
    const Int128 below = divideFloor(getAddends(m).greatest, m);
    Int128 next = multiplicands.greatest + 1;
    for (const Int128 c : {below, below + 1}) {
      const IntegerInterval fitting = getFitting(c);
      if (fitting.greatest >= m) // Otherwise it lies to the left of m.
        next = std::min(next, fitting.least);
    }
    assert(next > m && "requires progress");
    m = next;
  }
  return std::nullopt;
}

/// How many multiplicands are tried for one whose addends hold a multiple of
/// the unit. Where few do, the next shift halves the unit for each addend.
static constexpr unsigned kMaxUnitTries = 256;

std::optional<Narrowing> Narrower::solveInUnits(IntegerInterval multiplicands,
                                                unsigned shift) const {
  const IntegerInterval allowed = getAllowedAddends(shift);
  const Int128 unit = Int128(1) << options.addendUnit;
  const Int128 offset = options.addendHalf ? unit / 2 : 0;
  const auto getMultiples = [&](const Separation &separation, Int128 m) {
    const IntegerInterval addends =
        intersect(separation.getAddends(m, shift), allowed);
    return IntegerInterval{
        divideCeil(addends.least - offset, unit) * unit + offset,
        divideFloor(addends.greatest - offset, unit) * unit + offset};
  };
  Int128 m = multiplicands.least;
  for (unsigned i = 0; i < kMaxUnitTries && m <= multiplicands.greatest; ++i) {
    Int128 next = m;
    for (const Separation &separation : separations) {
      const IntegerInterval multiples = getMultiples(separation, m);
      if (!multiples.isEmpty())
        continue;
      // As in solveInBias: of all multiples to the right of m, one of the two
      // next to the addends comes first.
      Int128 first = multiplicands.greatest + 1;
      for (const Int128 b : {multiples.greatest, multiples.least}) {
        if (!allowed.contains(b))
          continue;
        const IntegerInterval fitting =
            separation.restrict(multiplicands, shift, {b, b});
        if (fitting.greatest >= m)
          first = std::min(first, fitting.least);
      }
      next = std::max(next, first);
    }
    if (next == m)
      return Narrowing{
          static_cast<int64_t>(m), shift, getMultiples(separations.back(), m),
          getMultiples(separations.front(), m), options.addendRule};
    m = next;
  }
  return std::nullopt;
}

IntegerInterval Narrower::getAllowedAddends(unsigned shift) const {
  if (options.addendRule == AddendRule::None)
    return {0, 0};
  const Int128 half = shift ? Int128(1) << (shift - 1) : 0;
  if (options.addendRule == AddendRule::HalfUp)
    return {half, half};
  return getSignedRange(options.addendBits);
}

IntegerInterval Narrower::getMultiplicands(unsigned shift) const {
  IntegerInterval result = {0, options.maxMultiplicand};
  // Slopes first: at most shifts they leave nothing.
  for (const Separation &separation : separations) {
    if (!separation.isFeasible())
      return {0, -1};
    result = intersect(result, separation.getMultiplicands(shift));
    if (result.isEmpty())
      return result;
  }
  const IntegerInterval allowed = getAllowedAddends(shift);
  if (options.addendRule != AddendRule::InBias)
    for (const Separation &separation : separations)
      if (!result.isEmpty())
        result = separation.restrict(result, shift, allowed);
  return result;
}

Narrowing Narrower::getNarrowing(int64_t multiplicand, unsigned shift) const {
  const IntegerInterval allowed = getAllowedAddends(shift);
  const auto getAddends = [&](const Separation &separation) {
    return intersect(separation.getAddends(multiplicand, shift), allowed);
  };
  return {multiplicand, shift, getAddends(separations.back()),
          getAddends(separations.front()), options.addendRule};
}

std::optional<Narrowing> Narrower::solveAt(unsigned shift) const {
  const IntegerInterval multiplicands = getMultiplicands(shift);
  if (multiplicands.isEmpty())
    return std::nullopt;
  if (options.addendRule == AddendRule::InBias)
    return solveInBias(multiplicands, shift);
  if (options.addendUnit > 0)
    return solveInUnits(multiplicands, shift);
  const std::optional<int64_t> least = findLeast(multiplicands);
  if (!least)
    return std::nullopt;
  return getNarrowing(*least, shift);
}

std::optional<Narrowing> Narrower::solve() const {
  std::optional<Narrowing> best;
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift) {
    // What the slopes alone need grows with the shift.
    if (best)
      for (const Separation &separation : separations)
        if (separation.getMultiplicands(shift).least >= best->multiplicand)
          return best;
    std::optional<Narrowing> next = solveAt(shift);
    if (next && (!best || next->multiplicand < best->multiplicand))
      best = next;
  }
  return best;
}

std::optional<Narrowing> staircase::narrow(const Thresholds &thresholds,
                                           const NarrowOptions &options) {
  return Narrower(thresholds, options).solve();
}

std::optional<llvm::SmallVector<Narrowing, 0>>
staircase::narrowLayer(llvm::ArrayRef<Thresholds> channels,
                       const NarrowOptions &options) {
  std::vector<Narrower> narrowers;
  narrowers.reserve(channels.size());
  for (const Thresholds &thresholds : channels)
    narrowers.emplace_back(thresholds, options);

  std::optional<llvm::SmallVector<Narrowing, 0>> best;
  std::pair<unsigned, size_t> bestCost;
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift) {
    llvm::SmallVector<Narrowing, 0> layer;
    std::pair<unsigned, size_t> cost = {0, 0};
    for (const Narrower &narrower : narrowers) {
      std::optional<Narrowing> channel = narrower.solveAt(shift);
      if (!channel)
        break;
      const unsigned bits = getMagnitudeBits(channel->multiplicand);
      cost = {std::max(cost.first, bits), cost.second + bits};
      if (best && cost.first > bestCost.first)
        break;
      layer.push_back(*channel);
    }
    if (layer.size() == channels.size() && (!best || cost < bestCost)) {
      best = std::move(layer);
      bestCost = cost;
    }
  }
  return best;
}

Int128 staircase::getPlainestAddend(const IntegerInterval &addends,
                                    unsigned shift) {
  assert(!addends.isEmpty() && "no addend to choose");
  if (addends.contains(0))
    return 0;
  if (shift && addends.contains(Int128(1) << (shift - 1)))
    return Int128(1) << (shift - 1);
  // The interval has one sign: the coarsest power of two with a multiple in it.
  const bool isNegative = addends.greatest < 0;
  const Int128 near = isNegative ? -addends.greatest : addends.least;
  Int128 far = isNegative ? -addends.least : addends.greatest;
  // Where one side is open, no more bits than needed.
  Int128 power = 1;
  while (power <= near)
    power *= 2;
  far = std::min(far, power - 1);
  Int128 result = near;
  for (Int128 unit = 1; divideCeil(near, unit) * unit <= far; unit *= 2)
    result = divideCeil(near, unit) * unit;
  return isNegative ? -result : result;
}

Staircase staircase::applyNarrowing(const Staircase &original,
                                    const Narrowing &narrowing) {
  Staircase result = original;
  result.multiplicand = narrowing.multiplicand;
  result.shift = narrowing.shift;
  Int128 positive, negative;
  const IntegerInterval common =
      intersect(narrowing.addends, narrowing.negativeAddends);
  if (!common.isEmpty()) {
    positive = negative = getPlainestAddend(common, narrowing.shift);
  } else if (narrowing.negativeAddends.least > narrowing.addends.greatest) {
    // The smallest step down: the product's own step makes up for it.
    positive = narrowing.addends.greatest;
    negative = narrowing.negativeAddends.least;
  } else {
    positive = getPlainestAddend(narrowing.addends, narrowing.shift);
    negative = getPlainestAddend(narrowing.negativeAddends, narrowing.shift);
  }
  if (narrowing.addendRule == AddendRule::InBias)
    positive = negative = positive * narrowing.multiplicand;

  const Int128 half = narrowing.shift ? Int128(1) << (narrowing.shift - 1) : 0;
  result.addend = static_cast<int64_t>(positive);
  result.negativeAddend = static_cast<int64_t>(negative);
  result.rounding = Rounding::Addend;
  if (positive == 0 && negative == 0)
    result.rounding = Rounding::Floor;
  else if (positive == half && negative == half)
    result.rounding = Rounding::HalfUp;
  return result;
}
