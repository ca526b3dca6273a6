//===- Certificate.cpp - A claim about two staircases, and its test -------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Trusts `getAddends`, which is the definition of the rounding modes, and
// evaluates by itself: one multiplication, addition, shift and clamp, in 64
// bits if both staircases fit and in 128 otherwise.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Certificate.h"

#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <vector>

using namespace staircase;

/// More codes than any table or activation has; keeps the test of a forged
/// certificate short.
static constexpr int64_t kMaxCodes = 1 << 20;

static llvm::Error refuse(const char *reason) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), reason);
}

namespace {

/// A staircase with intermediates of type `Int`, which the caller has found
/// wide enough.
template <typename Int>
class Evaluator {
public:
  Evaluator(const Staircase &s)
      : multiplicand(s.multiplicand), zeroPoint(s.outputZeroPoint),
        min(s.clampMin), max(s.clampMax), shift(s.shift) {
    const Addends addends = getAddends(s);
    positive = static_cast<Int>(addends.positive);
    negative = static_cast<Int>(addends.negative);
    evenMask = addends.tiesToEven && s.shift > 0 ? (Int(1) << s.shift) - 1 : 0;
  }

  Int operator()(Int d) const {
    const Int sum = multiplicand * d + (d < 0 ? negative : positive);
    Int quotient = sum >> shift;
    if (evenMask && (sum & evenMask) == 0)
      quotient &= ~Int(1);
    return std::clamp<Int>(quotient + zeroPoint, min, max);
  }

  /// About where the code begins, in a range.
  Int guess(Int code, Int low, Int high) const {
    if (multiplicand == 0)
      return std::clamp<Int>(0, low, high);
    const Int quotient = code - zeroPoint;
    const Int needed =
        quotient * (Int(1) << shift) - (quotient > 0 ? positive : negative);
    return std::clamp<Int>(needed / multiplicand, low, high);
  }

private:
  Int multiplicand, positive, negative, zeroPoint, min, max, evenMask;
  unsigned shift;
};

/// The members of the range by number.
template <typename Int>
struct Members {
  Int low, stride, count;

  Int operator[](Int number) const { return low + number * stride; }
};

/// The number of the first member after number `below` whose code is at least
/// `code`; member `below` has less and the last member has as much. The guess
/// only saves time: the end of the search is proved by the two evaluations at
/// its sides.
template <typename Int>
Int findStep(const Evaluator<Int> &evaluate, const Members<Int> &members,
             Int code, Int below) {
  Int reaching = members.count - 1;
  Int middle =
      (evaluate.guess(code, members[below], members[reaching]) - members.low) /
      members.stride;
  // Look at the guess and its two neighbours, then halve.
  for (Int offset : {0, 1, -1}) {
    const Int tried = middle + offset;
    if (below < tried && tried < reaching)
      (evaluate(members[tried]) >= code ? reaching : below) = tried;
  }
  while (reaching - below > 1) {
    middle = below + (reaching - below) / 2;
    (evaluate(members[middle]) >= code ? reaching : below) = middle;
  }
  return reaching;
}

/// Equality: the steps of the original are those of the replacement.
template <typename Int>
llvm::Error checkEqual(const Evaluator<Int> &original,
                       const Evaluator<Int> &replacement,
                       const Members<Int> &members) {
  const Int first = original(members[0]);
  const Int last = original(members[members.count - 1]);
  if (replacement(members[0]) != first ||
      replacement(members[members.count - 1]) != last)
    return refuse("the staircases differ at an end of the range");
  Int below = 0;
  for (Int code = first + 1; code <= last; ++code) {
    const Int step = findStep(original, members, code, below);
    const Int reaching = members[step], before = members[step - 1];
    // In order, so that a wrong search above could not pass.
    if (original(reaching) < code || original(before) >= code)
      return refuse("the original is not a staircase");
    if (replacement(reaching) < code || replacement(before) >= code)
      return refuse("the staircases differ at a threshold");
    below = step - 1;
  }
  return llvm::Error::success();
}

/// Appends the numbers of the members where the code changes.
template <typename Int>
void appendSteps(const Evaluator<Int> &evaluate, const Members<Int> &members,
                 std::vector<Int> &numbers) {
  const Int last = evaluate(members[members.count - 1]);
  Int number = 0;
  for (Int code = evaluate(members[0]); code < last;
       code = evaluate(members[number])) {
    number = findStep<Int>(evaluate, members, code + 1, number);
    numbers.push_back(number);
  }
}

/// Differences: constant between the steps of either staircase.
template <typename Int>
llvm::Error checkDifferences(const Evaluator<Int> &original,
                             const Evaluator<Int> &replacement,
                             const Members<Int> &members,
                             const Certificate &certificate) {
  std::vector<Int> numbers = {0};
  appendSteps(original, members, numbers);
  appendSteps(replacement, members, numbers);
  std::sort(numbers.begin(), numbers.end());
  numbers.push_back(members.count);
  Int128 differing = 0, largest = 0;
  for (size_t i = 0; i + 1 < numbers.size(); ++i) {
    if (numbers[i] == numbers[i + 1])
      continue;
    const Int128 a = original(members[numbers[i]]);
    const Int128 b = replacement(members[numbers[i]]);
    if (a == b)
      continue;
    differing += numbers[i + 1] - numbers[i];
    largest = std::max(largest, a < b ? b - a : a - b);
  }
  if (largest != certificate.largestDifference)
    return refuse("the largest difference is another one");
  if (differing != certificate.differing)
    return refuse("the number of differing accumulators is another one");
  return llvm::Error::success();
}

} // namespace

/// Whether `m*d + b`, its quotient and the code fit 63 bits for every member;
/// thresholds are searched for with `j*2^s - b` of codes that are reached,
/// whose size is that of a sum, but for one divisor.
static bool fits64(const Staircase &s, Int128 low, Int128 high) {
  constexpr Int128 limit = Int128(1) << 60;
  const auto isSmall = [&](Int128 value) {
    return -limit <= value && value <= limit;
  };
  const Addends addends = getAddends(s);
  return s.shift < 60 && isSmall(low) && isSmall(high) &&
         isSmall(s.multiplicand * low) && isSmall(s.multiplicand * high) &&
         isSmall(addends.positive) && isSmall(addends.negative) &&
         isSmall(s.outputZeroPoint);
}

template <typename Int>
static llvm::Error check(const Certificate &certificate) {
  const Evaluator<Int> original(certificate.original);
  const Evaluator<Int> replacement(certificate.replacement);
  const Members<Int> members = {
      static_cast<Int>(certificate.low), static_cast<Int>(certificate.stride),
      static_cast<Int>(
          (certificate.high - certificate.low) / certificate.stride + 1)};
  const Int end = members[members.count - 1];
  for (const Evaluator<Int> &evaluate : {original, replacement})
    if (static_cast<Int128>(evaluate(end)) - evaluate(members.low) > kMaxCodes)
      return refuse("requires at most 2^20 codes in the range");
  if (certificate.largestDifference == 0 && certificate.differing == 0)
    return checkEqual(original, replacement, members);
  return checkDifferences(original, replacement, members, certificate);
}

llvm::Error staircase::checkCertificate(const Certificate &certificate) {
  const Int128 low = certificate.low, high = certificate.high;
  const Int128 stride = certificate.stride;
  const Int128 widest = Int128(1) << 66;
  if (low > high || low < -widest || high > widest || stride < 1 ||
      stride > widest)
    return refuse("requires a range with low <= high of at most 66 bits and a "
                  "positive stride");
  for (const Staircase &s : {certificate.original, certificate.replacement}) {
    if (s.shift > 63 || s.multiplicand < 0 || s.multiplicand > UINT32_MAX ||
        s.clampMin > s.clampMax)
      return refuse("requires a multiplicand of 32 bits, a shift of at most 63 "
                    "and a clamp with codes");
    // The only place where it could: where one addend takes over from the
    // other.
    const Int128 split = low + (-low + stride - 1) / stride * stride;
    const Evaluator<Int128> evaluate(s);
    if (low < 0 && split <= high && evaluate(split - stride) > evaluate(split))
      return refuse("requires staircases that never fall");
  }
  if (fits64(certificate.original, low, high) &&
      fits64(certificate.replacement, low, high))
    return check<int64_t>(certificate);
  return check<Int128>(certificate);
}
