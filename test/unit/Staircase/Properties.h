//===- Properties.h - What holds of every requantization --------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Requantizations, ranges and options from the whole of what the interfaces
// take, and what the solver promises of them: for the seeded tests and for
// libFuzzer. `pick(low, high)` is where choices come from.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TEST_UNIT_STAIRCASE_PROPERTIES_H
#define RESCALE_TEST_UNIT_STAIRCASE_PROPERTIES_H

#include "Random.h"
#include "rescale/Staircase/Approximate.h"
#include "rescale/Staircase/Certificate.h"
#include "rescale/Staircase/MissedCodes.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>

namespace staircase {

using Picker = llvm::function_ref<int64_t(int64_t, int64_t)>;

/// A value of any size, small ones as likely as large ones.
inline int64_t pickAnySize(Picker pick, unsigned bits) {
  const unsigned size = unsigned(pick(0, bits));
  const int64_t magnitude = pick(0, int64_t((uint64_t(1) << size) - 1));
  return pick(0, 1) ? magnitude : -magnitude;
}

/// Anything, valid or not.
inline Sample drawAny(Picker pick) {
  Sample sample;
  Staircase &s = sample.staircase;
  s.multiplicand = pickAnySize(pick, 33);
  s.shift = unsigned(pick(0, 65));
  s.rounding = static_cast<Rounding>(pick(0, 5));
  s.addend = pickAnySize(pick, 63);
  s.negativeAddend = pick(0, 1) ? s.addend : pickAnySize(pick, 63);
  s.outputZeroPoint = pickAnySize(pick, 34);
  s.clampMin = pickAnySize(pick, 16);
  s.clampMax = s.clampMin + pickAnySize(pick, 16);
  sample.range.low = Int128(pickAnySize(pick, 63)) * pick(1, 16);
  sample.range.high =
      sample.range.low + Int128(pickAnySize(pick, 63)) * pick(1, 8);
  sample.range.stride = pick(0, 2) ? 1 : pickAnySize(pick, 63);
  return sample;
}

inline NarrowOptions drawOptions(Picker pick) {
  NarrowOptions options;
  options.addendRule = static_cast<AddendRule>(pick(0, 4));
  options.addendBits = pick(0, 1) ? 64 : unsigned(pick(1, 63));
  if (pick(0, 2) == 0)
    options.minShift = unsigned(pick(0, 40));
  if (pick(0, 2) == 0)
    options.maxShift = unsigned(pick(options.minShift, 63));
  if (pick(0, 1))
    options.maxMultiplicand = getMaxMultiplicand(unsigned(pick(1, 32)), false);
  if (options.addendRule != AddendRule::BySign && pick(0, 3) == 0)
    options.tolerance = pick(0, 5);
  return options;
}

/// "" or what is wrong with a certificate.
inline std::string check(const Certificate &certificate) {
  llvm::Error error = checkCertificate(certificate);
  return error ? llvm::toString(std::move(error)) : "";
}

/// What the solver finds meets the options, the checker accepts it, and one
/// multiplicand less has no solution. "" or what is wrong; `solved` counts.
inline std::string testNarrowing(const Sample &sample,
                                 const Thresholds &thresholds,
                                 const NarrowOptions &options,
                                 unsigned &solved) {
  const std::optional<Narrowing> found = narrow(thresholds, options);
  if (!found)
    return "";
  ++solved;
  if (found->multiplicand > options.maxMultiplicand ||
      found->shift < options.minShift || found->shift > options.maxShift)
    return "outside of the options";
  if (found->multiplicand > 0) {
    NarrowOptions less = options;
    less.maxMultiplicand = found->multiplicand - 1;
    if (narrow(thresholds, less))
      return "a smaller multiplicand is enough";
  }
  Certificate certificate = {sample.staircase,
                             applyNarrowing(sample.staircase, *found),
                             sample.range.low,
                             sample.range.high,
                             sample.range.stride,
                             0,
                             0};
  const Staircase &replacement = certificate.replacement;
  if (options.addendRule == AddendRule::InBias && found->multiplicand &&
      replacement.addend % found->multiplicand)
    return "an addend that is no multiple";
  if (options.tolerance > 0) {
    llvm::Expected<Thresholds> after = getThresholds(replacement, sample.range);
    if (!after)
      return llvm::toString(after.takeError());
    const Differences differences = getDifferences(thresholds, *after);
    if (differences.largest > options.tolerance)
      return "beyond the tolerance";
    certificate.largestDifference = differences.largest;
    certificate.differing = differences.differing;
  }
  return check(certificate);
}

/// What few bits can do is certified as it is, and each criterion is the best
/// by its own measure. For few codes: a large difference takes long.
inline std::string testApproximation(const Sample &sample,
                                     const Thresholds &thresholds,
                                     NarrowOptions options) {
  options.maxMultiplicand = std::min<int64_t>(options.maxMultiplicand, 15);
  if (options.addendRule == AddendRule::BySign)
    options.addendRule = AddendRule::Free;
  llvm::Expected<Approximation> closest = approximate(thresholds, options);
  if (!closest) {
    llvm::consumeError(closest.takeError());
    return "";
  }
  if (closest->differences.largest > 20)
    return "";
  llvm::Expected<Approximation> mean =
      approximate(thresholds, options, Criterion::MeanError);
  llvm::Expected<Approximation> moved =
      approximate(thresholds, options, Criterion::MovedThresholds);
  if (!mean || !moved) {
    llvm::consumeError(mean.takeError());
    llvm::consumeError(moved.takeError());
    return "no best where there is a closest";
  }
  const int64_t limit =
      std::max(options.tolerance, closest->differences.largest);
  if (mean->differences.largest > limit || moved->differences.largest > limit)
    return "beyond the least difference";
  if (mean->differences.sum >
      std::min(closest->differences.sum, moved->differences.sum))
    return "not the least mean error";
  if (moved->differences.movedThresholds >
      std::min(closest->differences.movedThresholds,
               mean->differences.movedThresholds))
    return "not the fewest moved thresholds";
  for (const Approximation &result : {*closest, *mean, *moved}) {
    std::string error = check(
        {sample.staircase, applyNarrowing(sample.staircase, result.narrowing),
         sample.range.low, sample.range.high, sample.range.stride,
         result.differences.largest, result.differences.differing});
    if (!error.empty())
      return error;
  }
  return "";
}

/// All of it. "" or what is wrong.
inline std::string testSample(const Sample &sample,
                              const NarrowOptions &options, unsigned &solved) {
  llvm::Expected<Thresholds> thresholds =
      getThresholds(sample.staircase, sample.range);
  if (!thresholds) {
    llvm::consumeError(thresholds.takeError());
    return "";
  }
  std::string error = testNarrowing(sample, *thresholds, options, solved);
  if (!error.empty() || thresholds->steps.size() > 20)
    return error;
  if (narrow(*thresholds) && !findMissedCodes(*thresholds).empty())
    return "a code is missed that need not be";
  return testApproximation(sample, *thresholds, options);
}

} // namespace staircase

#endif // RESCALE_TEST_UNIT_STAIRCASE_PROPERTIES_H
