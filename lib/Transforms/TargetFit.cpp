//===- TargetFit.cpp - Staircases that a machine can do -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A target has several ways to round and to add. Each is one question to the
// solver, asked with growing tolerance; within the least one the mean error
// decides. What the solver has no question for, two addends of a rounding mode,
// ties to even and what a bias has of its own, is tried for some of its
// multiplicands.
//
//===----------------------------------------------------------------------===//

#include "TargetFit.h"

#include "rescale/Staircase/Approximate.h"
#include "rescale/Staircase/Arithmetic.h"
#include "rescale/Staircase/Integers.h"
#include "rescale/Staircase/Narrow.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::AddendRule;
using ::staircase::Addends;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::IntegerInterval;
using ::staircase::Narrower;
using ::staircase::Narrowing;
using ::staircase::NarrowOptions;
using ::staircase::Range;
using ::staircase::Staircase;
using ::staircase::Thresholds;

//===----------------------------------------------------------------------===//
// What fits
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// The search
//===----------------------------------------------------------------------===//

namespace {

/// One way to round and to add.
struct Way {
  AddendRule rule;
  /// What the staircase says, or Addend to take it from the solver's answer.
  ::staircase::Rounding rounding = ::staircase::Rounding::Addend;
  /// The rounding that a bias stands beside, for which the solver is asked for
  /// any addend and its answers are tried.
  std::optional<::staircase::Rounding> biasBeside = std::nullopt;
  unsigned maxShift = 63;
  unsigned minShift = 0;
};

/// A channel with what it has to do.
struct Task {
  const Channel *channel;
  Thresholds thresholds;
};

/// What is least among staircases of the same largest difference: the sum of
/// all differences, then the bits of the widest multiplicand and of all.
using Cost = std::pair<Int128, std::pair<unsigned, uint64_t>>;

/// The search for one way.
class Search {
public:
  Search(const TargetFields &target, Way way) : target(target), way(way) {
    options.addendRule = way.rule;
    // Of a bias the target limits c, and the solver the product m*c.
    if (target.addend >= AddendForm::Free)
      options.addendBits = target.addendBits;
    options.minShift = std::max(target.minShift, way.minShift);
    options.maxShift = std::min(target.maxShift, way.maxShift);
    options.maxMultiplicand = ::staircase::getMaxMultiplicand(
        target.multiplicandBits, target.signedMultiplicand);
  }

  /// Staircases for channels that may not share anything, or have to. Of these
  /// of the least largest difference any.
  std::optional<SmallVector<Staircase, 0>> solve(ArrayRef<Task> tasks,
                                                 bool allowApproximate) const;

  /// Those of the least mean error within the largest difference of `found`.
  SmallVector<Staircase, 0> improve(ArrayRef<Task> tasks,
                                    SmallVector<Staircase, 0> found) const;

  /// Whether there are any at all, whatever their codes.
  bool isSolvable(ArrayRef<Task> tasks) const;

private:
  /// Whether the solver's multiplicands are only likely to do, and so have to
  /// be tried: its addends are not those of the way.
  bool isOnlyLikely() const {
    return way.biasBeside ||
           (way.rounding != ::staircase::Rounding::Addend &&
            way.rounding != ::staircase::Rounding::Floor &&
            way.rounding != ::staircase::Rounding::HalfUp && way.maxShift > 31);
  }
  /// The greatest tolerance that means anything: every code will do.
  static int64_t getGreatestTolerance(const Task &task) {
    return task.thresholds.clampMax - task.thresholds.clampMin;
  }
  Narrower getNarrower(const Task &task, int64_t tolerance) const {
    NarrowOptions own = options;
    own.tolerance = tolerance;
    return Narrower(task.thresholds, own);
  }
  SmallVector<Narrower, 0> getNarrowers(ArrayRef<Task> tasks,
                                        int64_t tolerance) const;
  /// The multiplicands that are in every channel's interval.
  IntegerInterval getCommonMultiplicands(ArrayRef<Narrower> narrowers,
                                         unsigned shift) const;
  /// The staircase of a multiplicand at a shift that the solver knows.
  std::optional<Staircase> test(const Task &task, Narrowing narrowing,
                                int64_t tolerance) const;
  /// The same of all channels.
  std::optional<SmallVector<Staircase, 0>>
  testEach(ArrayRef<Narrower> narrowers, ArrayRef<Task> tasks,
           Int128 multiplicand, unsigned shift, int64_t tolerance) const;
  std::optional<Staircase> solveAt(const Narrower &narrower, const Task &task,
                                   unsigned shift, int64_t tolerance) const;
  std::optional<Staircase> solveAlone(const Task &task,
                                      int64_t tolerance) const;
  std::optional<SmallVector<Staircase, 0>>
  solveTogether(ArrayRef<Task> tasks, int64_t tolerance) const;
  std::optional<SmallVector<Staircase, 0>>
  solveWithOneMultiplicand(ArrayRef<Task> tasks, int64_t tolerance) const;

  /// The least mean error between two shifts within the largest difference of
  /// `found`, which stays where nothing else is better.
  Staircase improve(const Task &task, const Staircase &found, unsigned minShift,
                    unsigned maxShift) const;
  /// The same for channels with one shift.
  SmallVector<Staircase, 0>
  improveTogether(ArrayRef<Task> tasks, SmallVector<Staircase, 0> found) const;
  SmallVector<Staircase, 0>
  improveWithOneMultiplicand(ArrayRef<Task> tasks,
                             SmallVector<Staircase, 0> found) const;

  const TargetFields &target;
  Way way;
  NarrowOptions options;
};

/// How many multiplicands are tried where the solver's answer is only likely:
/// more than any port of 8 bits has.
constexpr int64_t kMaxTried = 256;
/// How many more, spread over all others.
constexpr int64_t kMaxSpread = 16;
/// How many steps the multiplicands of one shift may have in all, times the
/// largest difference, where the mean error is asked for: those of 8-bit codes
/// on a port of 16 bits, and what takes milliseconds for a channel.
constexpr int64_t kMaxVisitedSteps = int64_t(1) << 18;

} // namespace

/// The least tolerance up to `most` at which `solve` has an answer, with it.
/// What is solved within one is within every greater one.
template <typename Solve>
static auto findLeastTolerance(int64_t most, Solve solve)
    -> decltype(solve(most)) {
  int64_t low = 0, high = 1;
  auto best = solve(0);
  if (best || most == 0)
    return best;
  // Small ones are the likely ones.
  while (!(best = solve(std::min(high, most)))) {
    if (high >= most)
      return std::nullopt;
    low = high;
    high *= 2;
  }
  high = std::min(high, most);
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    if (auto solution = solve(middle)) {
      best = std::move(solution);
      high = middle;
    } else {
      low = middle;
    }
  }
  return best;
}

std::optional<Staircase> Search::test(const Task &task, Narrowing narrowing,
                                      int64_t tolerance) const {
  // The addends with which the sum fits its register.
  const Range &range = task.channel->range;
  Int128 m = narrowing.multiplicand;
  Int128 limit = Int128(1) << (std::min(target.productBits, 126u) - 1);
  bool isBias = way.rule == AddendRule::InBias || way.biasBeside;
  if (isBias && m == 0)
    return std::nullopt;
  auto restrict = [&](IntegerInterval &addends, bool isNegative) {
    for (Int128 d : {range.low, range.high})
      if (way.rule != AddendRule::BySign || (d < 0) == isNegative)
        addends = {std::max(addends.least, -limit - m * d),
                   std::min(addends.greatest, limit - 1 - m * d)};
  };
  // A bias as what its register holds, and that of the accumulators, which
  // begin at it; with the solver's rule that is c itself.
  auto restrictBias = [&](const IntegerInterval &addends, Int128 base) {
    IntegerFormat own = {target.addendBits};
    IntegerFormat accumulator = {target.accumulatorBits};
    return IntegerInterval{
        std::max({own.min(), accumulator.min() - range.low,
                  ::staircase::divideCeil(addends.least - base, m)}),
        std::min({own.max(), accumulator.max() - range.high,
                  ::staircase::divideFloor(addends.greatest - base, m)})};
  };
  if (way.rule == AddendRule::InBias) {
    IntegerInterval sums = {-(Int128(1) << 126), Int128(1) << 126};
    restrict(sums, false);
    IntegerInterval bias = restrictBias(sums, 0);
    narrowing.addends = {std::max(narrowing.addends.least, bias.least),
                         std::min(narrowing.addends.greatest, bias.greatest)};
    narrowing.negativeAddends = narrowing.addends;
  } else if (way.rule == AddendRule::Free || way.rule == AddendRule::BySign) {
    restrict(narrowing.addends, false);
    restrict(narrowing.negativeAddends, true);
  }
  if (way.biasBeside) {
    Staircase mode;
    mode.shift = narrowing.shift;
    mode.rounding = *way.biasBeside;
    Int128 base = getAddends(mode).positive;
    IntegerInterval bias = restrictBias(narrowing.addends, base);
    if (bias.isEmpty())
      return std::nullopt;
    // The one of least size, or amid those that are near enough.
    Int128 addend =
        base +
        m * (tolerance > 0
                 ? ::staircase::divideFloor(bias.least + bias.greatest, 2)
                 : std::clamp<Int128>(0, bias.least, bias.greatest));
    narrowing.addends = narrowing.negativeAddends = {addend, addend};
  }
  if (narrowing.addends.isEmpty() || narrowing.negativeAddends.isEmpty())
    return std::nullopt;
  Staircase staircase = applyNarrowing(task.channel->original, narrowing);
  staircase.outputZeroPoint = task.thresholds.outputZeroPoint;
  if (way.rounding != ::staircase::Rounding::Addend) {
    staircase.rounding = way.rounding;
    staircase.addend = staircase.negativeAddend = 0;
  }
  if (!fits(target, staircase, range))
    return std::nullopt;
  if (isOnlyLikely() && !way.biasBeside) {
    llvm::Expected<Thresholds> actual =
        getThresholds(staircase, task.thresholds.range);
    if (!actual) {
      consumeError(actual.takeError());
      return std::nullopt;
    }
    if (getDifferences(task.thresholds, *actual).largest > tolerance)
      return std::nullopt;
  }
  return staircase;
}

std::optional<Staircase> Search::solveAt(const Narrower &narrower,
                                         const Task &task, unsigned shift,
                                         int64_t tolerance) const {
  std::optional<Narrowing> least = narrower.solveAt(shift);
  if (!least)
    return std::nullopt;
  if (auto staircase = test(task, *least, tolerance))
    return staircase;
  if (!isOnlyLikely())
    return std::nullopt;
  IntegerInterval all = narrower.getMultiplicands(shift);
  auto tryMultiplicand = [&](Int128 m) {
    return test(task, narrower.getNarrowing(int64_t(m), shift), tolerance);
  };
  // The least ones, then some from all over: in the middle no threshold is
  // near to an accumulator.
  Int128 last = std::min<Int128>(all.greatest, all.least + kMaxTried - 1);
  for (Int128 m = all.least + 1; m <= last; ++m)
    if (auto staircase = tryMultiplicand(m))
      return staircase;
  Int128 stride = ::staircase::divideCeil(all.greatest - last, kMaxSpread);
  for (Int128 m = last + stride; stride > 0 && m <= all.greatest; m += stride)
    if (auto staircase = tryMultiplicand(m))
      return staircase;
  return std::nullopt;
}

std::optional<Staircase> Search::solveAlone(const Task &task,
                                            int64_t tolerance) const {
  Narrower narrower = getNarrower(task, tolerance);
  std::optional<Staircase> best;
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift)
    if (auto staircase = solveAt(narrower, task, shift, tolerance);
        staircase && (!best || staircase->multiplicand < best->multiplicand))
      best = staircase;
  return best;
}

SmallVector<Narrower, 0> Search::getNarrowers(ArrayRef<Task> tasks,
                                              int64_t tolerance) const {
  return llvm::map_to_vector<0>(
      tasks, [&](const Task &task) { return getNarrower(task, tolerance); });
}

IntegerInterval Search::getCommonMultiplicands(ArrayRef<Narrower> narrowers,
                                               unsigned shift) const {
  IntegerInterval common = {0, options.maxMultiplicand};
  for (const Narrower &narrower : narrowers) {
    IntegerInterval own = narrower.getMultiplicands(shift);
    common = {std::max(common.least, own.least),
              std::min(common.greatest, own.greatest)};
  }
  return common;
}

/// What `solve` gives for each channel, or nothing where one has none.
template <typename Solve>
static std::optional<SmallVector<Staircase, 0>>
solveEach(ArrayRef<Narrower> narrowers, ArrayRef<Task> tasks, Solve solve) {
  SmallVector<Staircase, 0> staircases;
  for (auto [narrower, task] : llvm::zip_equal(narrowers, tasks)) {
    std::optional<Staircase> staircase = solve(narrower, task);
    if (!staircase)
      return std::nullopt;
    staircases.push_back(*staircase);
  }
  return staircases;
}

std::optional<SmallVector<Staircase, 0>>
Search::solveTogether(ArrayRef<Task> tasks, int64_t tolerance) const {
  SmallVector<Narrower, 0> narrowers = getNarrowers(tasks, tolerance);
  std::optional<SmallVector<Staircase, 0>> best;
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift) {
    auto staircases = solveEach(
        narrowers, tasks, [&](const Narrower &narrower, const Task &task) {
          return solveAt(narrower, task, shift, tolerance);
        });
    if (staircases && (!best || getMultiplicandBits(*staircases) <
                                    getMultiplicandBits(*best)))
      best = std::move(staircases);
  }
  return best;
}

std::optional<SmallVector<Staircase, 0>>
Search::testEach(ArrayRef<Narrower> narrowers, ArrayRef<Task> tasks,
                 Int128 multiplicand, unsigned shift, int64_t tolerance) const {
  return solveEach(
      narrowers, tasks, [&](const Narrower &narrower, const Task &task) {
        return test(task, narrower.getNarrowing(int64_t(multiplicand), shift),
                    tolerance);
      });
}

std::optional<SmallVector<Staircase, 0>>
Search::solveWithOneMultiplicand(ArrayRef<Task> tasks,
                                 int64_t tolerance) const {
  SmallVector<Narrower, 0> narrowers = getNarrowers(tasks, tolerance);
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift) {
    IntegerInterval common = getCommonMultiplicands(narrowers, shift);
    Int128 last =
        std::min<Int128>(common.greatest, common.least + kMaxTried - 1);
    for (Int128 m = common.least; m <= last; ++m)
      if (auto staircases = testEach(narrowers, tasks, m, shift, tolerance))
        return staircases;
  }
  return std::nullopt;
}

/// How far a staircase is from what its channel has to do; std::nullopt where
/// it has no thresholds.
static std::optional<::staircase::Differences>
compare(const Staircase &staircase, const Thresholds &wanted) {
  llvm::Expected<Thresholds> actual = getThresholds(staircase, wanted.range);
  if (!actual) {
    consumeError(actual.takeError());
    return std::nullopt;
  }
  return getDifferences(wanted, *actual);
}

/// The largest difference of any channel, and the cost of all.
static std::optional<std::pair<int64_t, Cost>>
getRank(ArrayRef<Staircase> staircases, ArrayRef<Task> tasks) {
  int64_t largest = 0;
  Int128 sum = 0;
  for (auto [staircase, task] : llvm::zip_equal(staircases, tasks)) {
    auto differences = compare(staircase, task.thresholds);
    if (!differences)
      return std::nullopt;
    largest = std::max(largest, differences->largest);
    sum += differences->sum;
  }
  return std::make_pair(largest, Cost{sum, getMultiplicandBits(staircases)});
}

namespace {

/// The best of what has been offered, `found` at first.
struct Best {
  Best(ArrayRef<Task> tasks, SmallVector<Staircase, 0> found)
      : tasks(tasks), staircases(std::move(found)),
        rank(getRank(staircases, tasks)) {}

  bool canImprove() const { return rank && rank->first != 0; }

  void offer(SmallVector<Staircase, 0> others) {
    auto own = getRank(others, tasks);
    if (!own || *own >= *rank)
      return;
    rank = own;
    staircases = std::move(others);
  }

  ArrayRef<Task> tasks;
  SmallVector<Staircase, 0> staircases;
  std::optional<std::pair<int64_t, Cost>> rank;
};

} // namespace

Staircase Search::improve(const Task &task, const Staircase &found,
                          unsigned minShift, unsigned maxShift) const {
  Best best(task, {found});
  if (!best.canImprove())
    return found;
  NarrowOptions own = options;
  own.tolerance = best.rank->first;
  own.minShift = own.maxShift = minShift;
  // Whatever the addend, the ends of the range have to fit the product.
  const Range &range = task.channel->range;
  if (range.low < range.high)
    own.maxMultiplicand = std::min<Int128>(
        own.maxMultiplicand,
        ((Int128(1) << std::min(target.productBits, 126u)) - 1) /
            (range.high - range.low));
  Narrower narrower(task.thresholds, own);
  // The shifts up to which few enough multiplicands are near enough; more of
  // them are only finer.
  const int64_t most =
      std::max<int64_t>(1, kMaxVisitedSteps / own.tolerance /
                               (int64_t(task.thresholds.steps.size()) + 1));
  auto countAt = [&](unsigned shift) {
    IntegerInterval all = narrower.getMultiplicands(shift);
    return all.greatest - all.least + 1;
  };
  while (own.maxShift < maxShift && countAt(own.maxShift + 1) <= most)
    ++own.maxShift;
  SmallVector<int64_t> palette;
  if (own.maxShift == minShift && countAt(minShift) > most) {
    IntegerInterval all = narrower.getMultiplicands(minShift);
    Int128 stride = ::staircase::divideCeil(countAt(minShift), most);
    for (Int128 m = all.least; m <= all.greatest; m += stride)
      palette.push_back(static_cast<int64_t>(m));
    own.palette = palette;
  }

  auto offer = [&](const std::optional<Staircase> &staircase) {
    if (staircase)
      best.offer({*staircase});
    return staircase.has_value();
  };
  // Where the best one is too much for the product with its addend, a narrower
  // one may not be.
  for (bool hasFit = false; !hasFit && own.maxMultiplicand > 0;
       own.maxMultiplicand /= 2) {
    auto nearest =
        approximate(task.thresholds, own, ::staircase::Criterion::MeanError);
    if (!nearest) {
      consumeError(nearest.takeError());
      break;
    }
    if (nearest->differences.largest > own.tolerance)
      break;
    const Narrowing &narrowing = nearest->narrowing;
    if (!isOnlyLikely()) {
      hasFit = offer(test(task, narrowing, own.tolerance));
      continue;
    }
    // What the way makes of its neighbours is near to what the solver knows.
    IntegerInterval all = narrower.getMultiplicands(narrowing.shift);
    Int128 first =
        std::max<Int128>(all.least, narrowing.multiplicand - kMaxSpread);
    Int128 last = std::min({all.greatest, Int128(own.maxMultiplicand),
                            narrowing.multiplicand + Int128(kMaxSpread)});
    for (Int128 m = first; m <= last; ++m)
      hasFit |=
          offer(test(task, narrower.getNarrowing(int64_t(m), narrowing.shift),
                     own.tolerance));
  }
  return best.staircases.front();
}

SmallVector<Staircase, 0>
Search::improveTogether(ArrayRef<Task> tasks,
                        SmallVector<Staircase, 0> found) const {
  Best best(tasks, std::move(found));
  if (!best.canImprove())
    return best.staircases;
  const int64_t tolerance = best.rank->first;
  SmallVector<Narrower, 0> narrowers = getNarrowers(tasks, tolerance);
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift) {
    // Each channel as well as this shift admits. What is only tried need not be
    // found again with another tolerance.
    auto staircases = solveEach(
        narrowers, tasks, [&](const Narrower &narrower, const Task &task) {
          auto staircase = solveAt(narrower, task, shift, tolerance);
          if (!staircase)
            return staircase;
          if (auto nearest = findLeastTolerance(tolerance, [&](int64_t least) {
                return solveAt(getNarrower(task, least), task, shift, least);
              }))
            staircase = nearest;
          return std::optional(improve(task, *staircase, shift, shift));
        });
    if (staircases)
      best.offer(std::move(*staircases));
  }
  return best.staircases;
}

SmallVector<Staircase, 0>
Search::improveWithOneMultiplicand(ArrayRef<Task> tasks,
                                   SmallVector<Staircase, 0> found) const {
  Best best(tasks, std::move(found));
  if (!best.canImprove())
    return best.staircases;
  const int64_t tolerance = best.rank->first;
  SmallVector<Narrower, 0> narrowers = getNarrowers(tasks, tolerance);
  for (unsigned shift = options.minShift; shift <= options.maxShift; ++shift) {
    IntegerInterval common = getCommonMultiplicands(narrowers, shift);
    // Some from all over.
    Int128 stride =
        std::max<Int128>(1, (common.greatest - common.least) / kMaxSpread);
    for (Int128 m = common.least; m <= common.greatest; m += stride)
      if (auto staircases = testEach(narrowers, tasks, m, shift, tolerance))
        best.offer(std::move(*staircases));
  }
  return best.staircases;
}

bool Search::isSolvable(ArrayRef<Task> tasks) const {
  int64_t most = 0;
  for (const Task &task : tasks)
    most = std::max(most, getGreatestTolerance(task));
  if (target.multiplicandPer == Granularity::Layer)
    return solveWithOneMultiplicand(tasks, most).has_value();
  if (target.shiftPer == Granularity::Layer)
    return solveTogether(tasks, most).has_value();
  return llvm::all_of(tasks, [&](const Task &task) {
    return solveAlone(task, getGreatestTolerance(task)).has_value();
  });
}

std::optional<SmallVector<Staircase, 0>>
Search::solve(ArrayRef<Task> tasks, bool allowApproximate) const {
  int64_t most = 0;
  if (allowApproximate)
    for (const Task &task : tasks)
      most = std::max(most, getGreatestTolerance(task));
  if (target.multiplicandPer == Granularity::Layer)
    return findLeastTolerance(most, [&](int64_t tolerance) {
      return solveWithOneMultiplicand(tasks, tolerance);
    });
  if (target.shiftPer == Granularity::Layer)
    return findLeastTolerance(most, [&](int64_t tolerance) {
      return solveTogether(tasks, tolerance);
    });
  SmallVector<Staircase, 0> staircases;
  for (const Task &task : tasks) {
    auto staircase = findLeastTolerance(
        allowApproximate ? getGreatestTolerance(task) : 0,
        [&](int64_t tolerance) { return solveAlone(task, tolerance); });
    if (!staircase)
      return std::nullopt;
    staircases.push_back(*staircase);
  }
  return staircases;
}

SmallVector<Staircase, 0>
Search::improve(ArrayRef<Task> tasks, SmallVector<Staircase, 0> found) const {
  if (target.multiplicandPer == Granularity::Layer)
    return improveWithOneMultiplicand(tasks, std::move(found));
  if (target.shiftPer == Granularity::Layer)
    return improveTogether(tasks, std::move(found));
  for (auto [task, staircase] : llvm::zip_equal(tasks, found))
    staircase = improve(task, staircase, options.minShift, options.maxShift);
  return found;
}

/// The ways of a target, the plainest first.
static SmallVector<Way> getWays(const TargetFields &target,
                                bool allowApproximate) {
  using Mode = ::staircase::Rounding;
  SmallVector<Way> ways;
  if (target.hasRounding(Rounding::Floor))
    ways.push_back({AddendRule::None, Mode::Floor});
  if (target.hasRounding(Rounding::HalfUp))
    ways.push_back({AddendRule::HalfUp, Mode::HalfUp});
  else if (target.hasRounding(Rounding::Double))
    // Up to a shift of 31 it is half-up.
    ways.push_back({AddendRule::HalfUp, Mode::Double, std::nullopt, 31});
  if (target.hasRounding(Rounding::Double))
    ways.push_back({AddendRule::Free, Mode::Double, std::nullopt, 63, 32});
  for (Rounding likely : {Rounding::HalfAway, Rounding::HalfEven})
    if (target.hasRounding(likely))
      ways.push_back({AddendRule::HalfUp, toStaircase(likely)});
  if (target.addend == AddendForm::InBias) {
    // Exact, but that it may want a bias that the register does not hold.
    if (target.hasRounding(Rounding::Floor))
      ways.push_back({AddendRule::InBias});
    for (Rounding beside : {Rounding::Floor, Rounding::HalfUp})
      if (target.hasRounding(beside))
        ways.push_back({AddendRule::Free, Mode::Addend, toStaircase(beside)});
  }
  if (target.addend >= AddendForm::Free)
    ways.push_back({AddendRule::Free});
  // The solver takes no tolerance with two addends.
  if (target.addend == AddendForm::BySign && !allowApproximate)
    ways.push_back({AddendRule::BySign});
  // A bias is no interval of multiplicands.
  if (target.multiplicandPer == Granularity::Layer)
    llvm::erase_if(
        ways, [](const Way &way) { return way.rule == AddendRule::InBias; });
  return ways;
}

std::optional<Differences> rescale::measure(ArrayRef<Staircase> staircases,
                                            ArrayRef<Channel> channels) {
  Differences differences;
  bool isExact = true;
  for (auto [staircase, channel] : llvm::zip_equal(staircases, channels)) {
    llvm::Expected<Thresholds> own = getThresholds(staircase, channel.range);
    llvm::Expected<Thresholds> wanted =
        getThresholds(channel.original, channel.range);
    if (!own || !wanted) {
      consumeError(own.takeError());
      consumeError(wanted.takeError());
      return std::nullopt;
    }
    auto figures = getDifferences(*wanted, *own);
    if (figures.differing > INT64_MAX)
      return std::nullopt;
    differences.largest.push_back(figures.largest);
    differences.differing.push_back(static_cast<int64_t>(figures.differing));
    isExact &= figures.largest == 0;
  }
  return isExact ? Differences() : differences;
}

static std::optional<Fit> findFit(const TargetFields &target,
                                  ArrayRef<Task> tasks,
                                  ArrayRef<Channel> channels,
                                  bool allowApproximate) {
  // The ways with the least largest difference, then the best one of them.
  int64_t least = INT64_MAX;
  SmallVector<std::pair<Way, SmallVector<Staircase, 0>>> candidates;
  for (const Way &way : getWays(target, allowApproximate)) {
    auto staircases = Search(target, way).solve(tasks, allowApproximate);
    if (!staircases)
      continue;
    auto rank = getRank(*staircases, tasks);
    if (!rank || rank->first > least)
      continue;
    if (rank->first < least)
      candidates.clear();
    least = rank->first;
    candidates.push_back({way, std::move(*staircases)});
  }
  std::optional<Fit> best;
  std::optional<std::pair<int64_t, Cost>> bestRank;
  for (auto &[way, staircases] : candidates) {
    if (least > 0)
      staircases = Search(target, way).improve(tasks, std::move(staircases));
    auto rank = getRank(staircases, tasks);
    std::optional<Differences> differences = measure(staircases, channels);
    if (!rank || !differences || (bestRank && *bestRank <= *rank))
      continue;
    bestRank = rank;
    best = Fit{std::move(staircases), std::move(*differences)};
  }
  return best;
}

static llvm::Expected<SmallVector<Task, 0>> getTasks(ArrayRef<Channel> channels,
                                                     int64_t zeroPoint) {
  SmallVector<Task, 0> tasks;
  for (auto [i, channel] : llvm::enumerate(channels)) {
    const auto &[original, range] = channel;
    if (Int128 steps =
            evaluate(original, original.inputZeroPoint + range.high) -
            evaluate(original, original.inputZeroPoint + range.low);
        steps > ::staircase::kMaxSteps)
      return llvm::createStringError(
          llvm::formatv("channel {0} has {1} steps from code to code, the "
                        "solver takes at most {2}",
                        i, int64_t(steps), ::staircase::kMaxSteps)
              .str());
    llvm::Expected<Thresholds> thresholds =
        getThresholds(channel.original, channel.range);
    if (!thresholds)
      return thresholds.takeError();
    thresholds->outputZeroPoint = zeroPoint;
    tasks.push_back({&channel, std::move(*thresholds)});
  }
  return tasks;
}

llvm::Expected<std::optional<Fit>> rescale::findFit(const TargetFields &target,
                                                    ArrayRef<Channel> channels,
                                                    int64_t zeroPoint,
                                                    bool allowApproximate) {
  auto tasks = getTasks(channels, zeroPoint);
  if (!tasks)
    return tasks.takeError();
  return ::findFit(target, *tasks, channels, allowApproximate);
}

bool rescale::canApproximate(const TargetFields &target,
                             ArrayRef<Channel> channels, int64_t zeroPoint) {
  auto tasks = getTasks(channels, zeroPoint);
  if (!tasks) {
    consumeError(tasks.takeError());
    return false;
  }
  return llvm::any_of(
      getWays(target, /*allowApproximate=*/true),
      [&](const Way &way) { return Search(target, way).isSolvable(*tasks); });
}

SmallVector<std::string> rescale::explainMisses(const TargetFields &target,
                                                ArrayRef<Channel> channels,
                                                int64_t zeroPoint) {
  auto tasks = getTasks(channels, zeroPoint);
  if (!tasks) {
    consumeError(tasks.takeError());
    return {};
  }
  void (*setAside[])(TargetFields &) = {
      [](TargetFields &t) {
        t.multiplicandBits = 32;
        t.signedMultiplicand = false;
      },
      [](TargetFields &t) { t.productBits = 128; },
      [](TargetFields &t) { t.minShift = 0, t.maxShift = 63; },
      [](TargetFields &t) {
        t.addend = AddendForm::BySign;
        t.addendBits = 64;
      },
      [](TargetFields &t) {
        t.multiplicandPer = t.shiftPer = Granularity::Channel;
      }};
  auto explain = [&](const TargetFields &wider) -> SmallVector<std::string> {
    std::optional<Fit> fit = ::findFit(wider, *tasks, channels, false);
    return fit ? getMisses(target, fit->staircases, channels)
               : SmallVector<std::string>();
  };
  // One field, or else more and more of them.
  for (auto *widen : setAside) {
    TargetFields wider = target;
    widen(wider);
    if (auto misses = explain(wider); !misses.empty())
      return misses;
  }
  TargetFields wider = target;
  for (auto *widen : setAside) {
    widen(wider);
    if (auto misses = explain(wider); !misses.empty())
      return misses;
  }
  return {};
}
