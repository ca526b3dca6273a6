//===- Narrow.h - The narrowest equal staircase -----------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The smallest multiplicand that does what thresholds say on their whole range,
// over all shifts, with every addend that goes with it; or the smallest under
// what a machine allows: a shift that whole layers share, a fixed addend, few
// addend bits, a palette of multiplicands. No floating point, no search that
// could miss: for each shift the multiplicands that work are one interval, see
// Separation.h.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_STAIRCASE_NARROW_H
#define RESCALE_STAIRCASE_NARROW_H

#include "rescale/Staircase/Separation.h"
#include "rescale/Staircase/Thresholds.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace staircase {

/// What the addend may be.
enum class AddendRule : uint8_t {
  /// Any integer of `NarrowOptions::addendBits`.
  Free,
  /// 0: hardware that only shifts.
  None,
  /// `2^(s-1)`, or 0 without a shift: hardware that rounds half up.
  HalfUp,
  /// A multiple `m*c` of the multiplicand, so that c folds into the bias that
  /// the accumulator starts from: `m*d + b = m*(d + c)`.
  InBias,
  /// One for negative accumulators and one for the others, each free.
  BySign,
};

/// What a staircase may be.
struct NarrowOptions {
  AddendRule addendRule = AddendRule::Free;
  /// The addend, with AddendRule::InBias the product `m*c`, fits a signed
  /// integer of this many bits, 1 to 64. Not asked of the two fixed addends.
  unsigned addendBits = 64;
  /// The addend is a multiple of `2^addendUnit`: what an arithmetic without the
  /// lower bits can add. With AddendRule::Free and BySign, and no palette.
  unsigned addendUnit = 0;
  /// The addend is a multiple of the unit and half of one more.
  bool addendHalf = false;
  unsigned minShift = 0;
  unsigned maxShift = 63;
  /// At most `2^32 - 1`; see getMaxMultiplicand.
  int64_t maxMultiplicand = UINT32_MAX;
  /// If not empty, the multiplicand is one of these, not negative, in any
  /// order.
  llvm::ArrayRef<int64_t> palette;
  /// By how many codes the result may be wrong anywhere. Not with
  /// AddendRule::BySign: codes that are wrong could fall at zero.
  int64_t tolerance = 0;
};

/// The greatest multiplicand of a port of 1 to 32 unsigned or 2 to 33 signed
/// bits.
constexpr int64_t getMaxMultiplicand(unsigned bits, bool isSigned) {
  return (int64_t(1) << (isSigned ? bits - 1 : bits)) - 1;
}

/// A staircase `floor((m*d + b) / 2^s)` and everything that b can be.
struct Narrowing {
  int64_t multiplicand;
  unsigned shift;
  /// The addends for `d >= 0` and for `d < 0`, each an interval of 64-bit
  /// integers; the same one but with AddendRule::BySign. With
  /// AddendRule::InBias these are the values of c instead; with a unit the ends
  /// are such addends.
  IntegerInterval addends;
  IntegerInterval negativeAddends;
  AddendRule addendRule;
};

/// The search of one channel, split so that many questions cost one pass over
/// the thresholds.
class Narrower {
public:
  /// O(J). `thresholds` is not kept.
  explicit Narrower(const Thresholds &thresholds, NarrowOptions options = {});

  /// The smallest multiplicand for one shift, or std::nullopt. Costs the hulls'
  /// vertices, not J.
  std::optional<Narrowing> solveAt(unsigned shift) const;

  /// The smallest multiplicand over the shifts of the options; of several
  /// shifts with the same one, the least.
  std::optional<Narrowing> solve() const;

  /// All multiplicands that solve one shift, whatever the palette says. Not for
  /// AddendRule::InBias and addend units, where they are no interval.
  IntegerInterval getMultiplicands(unsigned shift) const;

  /// The addends of one of these, for `d >= 0` and for `d < 0`.
  Narrowing getNarrowing(int64_t multiplicand, unsigned shift) const;

private:
  /// The addends that the options admit, but for the thresholds.
  IntegerInterval getAllowedAddends(unsigned shift) const;
  /// The least member of an interval that the palette has, if there is one.
  std::optional<int64_t> findLeast(const IntegerInterval &interval) const;
  std::optional<Narrowing> solveInBias(IntegerInterval multiplicands,
                                       unsigned shift) const;
  std::optional<Narrowing> solveInUnits(IntegerInterval multiplicands,
                                        unsigned shift) const;

  NarrowOptions options;
  llvm::SmallVector<int64_t> palette;
  llvm::SmallVector<Separation, 2> separations;
};

/// The smallest multiplicand, or std::nullopt when the options admit none.
std::optional<Narrowing> narrow(const Thresholds &thresholds,
                                const NarrowOptions &options = {});

/// One shift for all channels of a layer: the one at which the widest
/// multiplicand has the fewest bits; of several the one with the fewest bits in
/// sum, then the least. std::nullopt when no shift of the options serves all.
/// With `maxMultiplicand` set this answers whether given bits are enough.
std::optional<llvm::SmallVector<Narrowing, 0>>
narrowLayer(llvm::ArrayRef<Thresholds> channels,
            const NarrowOptions &options = {});

/// The plainest addend of an interval: 0, else `2^(s-1)`, else, of those with
/// as few bits as any, the one with the most trailing zeros.
Int128 getPlainestAddend(const IntegerInterval &addends, unsigned shift);

/// `original` with multiplicand, shift and rounding of the narrowing; zero
/// points and clamp stay, and so does the meaning of the range. With
/// AddendRule::InBias the addend is `m*c`. The result never falls on the range;
/// where a stride leaves out zero or -1, two addends may step down between
/// them.
Staircase applyNarrowing(const Staircase &original, const Narrowing &narrowing);

} // namespace staircase

#endif // RESCALE_STAIRCASE_NARROW_H
