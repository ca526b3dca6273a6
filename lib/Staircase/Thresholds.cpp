//===- Thresholds.cpp - All steps of a staircase on a range ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The closed forms of thresholds, stepped through without a division each.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Thresholds.h"

#include "rescale/Staircase/Arithmetic.h"
#include "rescale/Staircase/Integers.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace staircase;

static llvm::Error makeError(const llvm::Twine &text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text.str());
}

/// Checks what both sources of thresholds need and makes `high` a member.
static llvm::Error normalize(Thresholds &thresholds) {
  Range &range = thresholds.range;
  if (range.low > range.high)
    return makeError("requires a range with low <= high, got " +
                     stringify(range.low) + " to " + stringify(range.high));
  const Int128 widest = Int128(1) << kMaxDifferenceBits;
  if (range.low < -widest || range.high > widest)
    return makeError("requires accumulators of at most " +
                     llvm::Twine(kMaxDifferenceBits) + " bits, got " +
                     stringify(range.low) + " to " + stringify(range.high));
  if (range.stride < 1 || range.stride > widest)
    return makeError("requires a positive stride of at most " +
                     llvm::Twine(kMaxDifferenceBits) + " bits, got " +
                     stringify(range.stride));
  if (thresholds.clampMin > thresholds.clampMax)
    return makeError("requires clamp bounds with min <= max, got " +
                     llvm::Twine(thresholds.clampMin) + " and " +
                     llvm::Twine(thresholds.clampMax));
  range.high -= (range.high - range.low) % range.stride;
  return llvm::Error::success();
}

/// Checks the codes at the two ends of the range.
static llvm::Error checkCodes(const Thresholds &thresholds, Int128 first,
                              Int128 last) {
  const Int128 farthest = Int128(1) << kMaxQuotientBits;
  const Int128 zeroPoint = thresholds.outputZeroPoint;
  if (first - zeroPoint < -farthest || last - zeroPoint > farthest)
    return makeError("requires codes within " + llvm::Twine(kMaxQuotientBits) +
                     " bits of the output zero point, got " + stringify(first) +
                     " to " + stringify(last));
  if (last - first > kMaxSteps)
    return makeError("requires at most " + llvm::Twine(kMaxSteps) +
                     " steps in the range, got " + stringify(last - first));
  return llvm::Error::success();
}

/// The least member of the range that is not below `difference`, for a
/// difference above `low`.
static Int128 roundUpToMember(const Range &range, Int128 difference) {
  if (range.stride == 1)
    return difference;
  return range.low +
         divideCeil(difference - range.low, range.stride) * range.stride;
}

/// Appends `T(j)` for the quotients `first < j <= last`, all reached by
/// accumulators of one sign, whose addend is `addend`.
static void appendSteps(Thresholds &thresholds, const Staircase &s,
                        Int128 addend, bool tiesToEven, Int128 first,
                        Int128 last) {
  if (first >= last)
    return; // In particular where the multiplicand is zero.
  const Int128 m = s.multiplicand;
  const Int128 divisor = Int128(1) << s.shift;
  const Int128 stepQuotient = divisor / m, stepRemainder = divisor % m;
  // threshold = ceil(needed / m), excess = threshold * m - needed < m.
  const Int128 needed = (first + 1) * divisor - addend;
  Int128 threshold = divideCeil(needed, m);
  Int128 excess = threshold * m - needed;
  for (Int128 j = first + 1; j <= last; ++j) {
    // A tie below an odd code goes down: m*d + b has to exceed j*2^s.
    const bool isRaised = tiesToEven && s.shift > 0 && excess == 0 && j % 2;
    thresholds.steps.push_back(
        roundUpToMember(thresholds.range, threshold + isRaised));
    threshold += stepQuotient;
    excess -= stepRemainder;
    if (excess < 0) {
      ++threshold;
      excess += m;
    }
  }
}

llvm::Expected<Thresholds> staircase::getThresholds(const Staircase &s,
                                                    const Range &range) {
  if (s.shift > 63)
    return makeError("requires a shift from 0 to 63, got " +
                     llvm::Twine(s.shift));
  if (s.multiplicand < 0 || s.multiplicand > UINT32_MAX)
    return makeError("requires a multiplicand from 0 to 2^32 - 1, got " +
                     llvm::Twine(s.multiplicand));
  if (!isMonotone(s))
    return makeError("requires addends that do not step down at zero, got " +
                     llvm::Twine(s.addend) + " and " +
                     llvm::Twine(s.negativeAddend));
  Thresholds result;
  result.range = range;
  result.outputZeroPoint = s.outputZeroPoint;
  result.clampMin = s.clampMin;
  result.clampMax = s.clampMax;
  if (llvm::Error error = normalize(result))
    return std::move(error);

  const auto [low, high, stride] = result.range;
  const Int128 zeroPoint = s.outputZeroPoint;
  const auto quotientAt = [&](Int128 difference) {
    return std::clamp<Int128>(getQuotient(s, difference),
                              s.clampMin - zeroPoint, s.clampMax - zeroPoint);
  };
  const Int128 first = quotientAt(low), last = quotientAt(high);
  if (llvm::Error error =
          checkCodes(result, first + zeroPoint, last + zeroPoint))
    return std::move(error);
  result.firstCode = static_cast<int64_t>(first + zeroPoint);
  result.steps.reserve(static_cast<size_t>(last - first));

  // The steps of negative accumulators, the one at zero, the rest. The range's
  // own members may miss -1 and 0; thresholds are rounded to members later.
  const Addends addends = getAddends(s);
  Int128 reached = first;
  if (low < 0) {
    const Int128 end = std::min(last, quotientAt(std::min<Int128>(high, -1)));
    appendSteps(result, s, addends.negative, addends.tiesToEven, reached, end);
    reached = end;
    if (high >= 0)
      for (const Int128 atZero = quotientAt(0);
           reached < std::min(atZero, last); ++reached)
        result.steps.push_back(roundUpToMember(result.range, 0));
  }
  appendSteps(result, s, addends.positive, addends.tiesToEven, reached, last);
  return result;
}

llvm::Expected<Thresholds>
staircase::getThresholds(llvm::function_ref<int64_t(Int128)> evaluate,
                         const Range &range, int64_t outputZeroPoint,
                         int64_t clampMin, int64_t clampMax) {
  Thresholds result;
  result.range = range;
  result.outputZeroPoint = outputZeroPoint;
  result.clampMin = clampMin;
  result.clampMax = clampMax;
  if (llvm::Error error = normalize(result))
    return std::move(error);
  const auto [low, high, stride] = result.range;
  const int64_t first = evaluate(low), last = evaluate(high);
  if (first < clampMin || last > clampMax || first > last)
    return makeError("requires rising codes within the clamp, got " +
                     llvm::Twine(first) + " to " + llvm::Twine(last));
  if (llvm::Error error = checkCodes(result, first, last))
    return std::move(error);
  result.firstCode = first;

  // In units of the stride: member number `below` is below the code, member
  // number `reaching` reaches it.
  Int128 below = 0;
  for (int64_t code = first + 1; code <= last; ++code) {
    Int128 reaching = (high - low) / stride;
    while (below + 1 < reaching) {
      const Int128 middle = below + (reaching - below) / 2;
      (evaluate(low + middle * stride) >= code ? reaching : below) = middle;
    }
    result.steps.push_back(low + reaching * stride);
    // The next code may begin at the same member.
    below = reaching - 1;
  }
  return result;
}

int64_t staircase::getCode(const Thresholds &thresholds, Int128 difference) {
  const std::vector<Int128> &steps = thresholds.steps;
  return thresholds.firstCode +
         (std::upper_bound(steps.begin(), steps.end(), difference) -
          steps.begin());
}
