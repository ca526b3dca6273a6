//===- TargetSearch.h - Staircases for one way to round ---------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One way to round and to add is one question to the solver, asked with growing
// tolerance. What the solver has no question for, two addends of a rounding
// mode, ties to even and what a bias has of its own, is tried for some of its
// multiplicands.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_TARGETSEARCH_H
#define RESCALE_LIB_TRANSFORMS_TARGETSEARCH_H

#include "StaircaseMisses.h"

#include "rescale/Staircase/LeastTolerance.h"
#include "rescale/Staircase/Narrow.h"

namespace mlir::rescale {

/// One way to round and to add.
struct TargetWay {
  ::staircase::AddendRule rule;
  /// What the staircase says, or Addend to take it from the solver's answer.
  ::staircase::Rounding rounding = ::staircase::Rounding::Addend;
  /// The rounding that a bias stands beside, for which the solver is asked for
  /// any addend and its answers are tried.
  std::optional<::staircase::Rounding> biasBeside = std::nullopt;
  unsigned maxShift = 63;
  unsigned minShift = 0;
};

/// A channel with what it has to do.
struct TargetTask {
  const Channel *channel;
  ::staircase::Thresholds thresholds;
};

/// What is the less the better the staircases of a layer are.
struct FitRank {
  /// The largest difference of any channel.
  int64_t largest;
  /// Of all differences.
  ::staircase::Int128 sum;
  /// Of the widest multiplicand, and of all.
  std::pair<unsigned, uint64_t> bits;

  bool operator<(const FitRank &other) const {
    return std::tie(largest, sum, bits) <
           std::tie(other.largest, other.sum, other.bits);
  }
};

/// The rank of staircases; std::nullopt where one has no thresholds.
std::optional<FitRank> getRank(ArrayRef<::staircase::Staircase> staircases,
                               ArrayRef<TargetTask> tasks);

/// How many multiplicands are tried of an interval that has more than can be.
constexpr int64_t kMaxSpread = 16;

/// What `solve` gives for each channel, or nothing where one has none.
template <typename Solve>
std::optional<SmallVector<::staircase::Staircase, 0>>
solveEach(ArrayRef<::staircase::Narrower> narrowers, ArrayRef<TargetTask> tasks,
          Solve solve) {
  SmallVector<::staircase::Staircase, 0> staircases;
  for (auto [narrower, task] : llvm::zip_equal(narrowers, tasks)) {
    std::optional<::staircase::Staircase> staircase = solve(narrower, task);
    if (!staircase)
      return std::nullopt;
    staircases.push_back(*staircase);
  }
  return staircases;
}

/// The search for one way.
class TargetSearch {
public:
  TargetSearch(const TargetFields &target, TargetWay way)
      : target(target), way(way) {
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
  std::optional<SmallVector<::staircase::Staircase, 0>>
  solve(ArrayRef<TargetTask> tasks, bool allowApproximate) const;

  /// Those of the least mean error within the largest difference of `found`.
  SmallVector<::staircase::Staircase, 0>
  improve(ArrayRef<TargetTask> tasks,
          SmallVector<::staircase::Staircase, 0> found) const;

  /// Whether there are any at all, whatever their codes.
  bool isSolvable(ArrayRef<TargetTask> tasks) const;

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
  static int64_t getGreatestTolerance(const TargetTask &task) {
    return task.thresholds.clampMax - task.thresholds.clampMin;
  }
  ::staircase::Narrower getNarrower(const TargetTask &task,
                                    int64_t tolerance) const {
    ::staircase::NarrowOptions own = options;
    own.tolerance = tolerance;
    return ::staircase::Narrower(task.thresholds, own);
  }
  SmallVector<::staircase::Narrower, 0> getNarrowers(ArrayRef<TargetTask> tasks,
                                                     int64_t tolerance) const;
  /// The multiplicands that are in every channel's interval.
  ::staircase::IntegerInterval
  getCommonMultiplicands(ArrayRef<::staircase::Narrower> narrowers,
                         unsigned shift) const;
  /// The staircase of a multiplicand at a shift that the solver knows.
  std::optional<::staircase::Staircase> test(const TargetTask &task,
                                             ::staircase::Narrowing narrowing,
                                             int64_t tolerance) const;
  /// The same of all channels.
  std::optional<SmallVector<::staircase::Staircase, 0>>
  testEach(ArrayRef<::staircase::Narrower> narrowers,
           ArrayRef<TargetTask> tasks, ::staircase::Int128 multiplicand,
           unsigned shift, int64_t tolerance) const;
  std::optional<::staircase::Staircase>
  solveAt(const ::staircase::Narrower &narrower, const TargetTask &task,
          unsigned shift, int64_t tolerance) const;
  std::optional<::staircase::Staircase> solveAlone(const TargetTask &task,
                                                   int64_t tolerance) const;
  std::optional<SmallVector<::staircase::Staircase, 0>>
  solveTogether(ArrayRef<TargetTask> tasks, int64_t tolerance) const;
  std::optional<SmallVector<::staircase::Staircase, 0>>
  solveWithOneMultiplicand(ArrayRef<TargetTask> tasks, int64_t tolerance) const;

  /// The least mean error between two shifts within the largest difference of
  /// `found`, which stays where nothing else is better.
  ::staircase::Staircase improve(const TargetTask &task,
                                 const ::staircase::Staircase &found,
                                 unsigned minShift, unsigned maxShift) const;
  /// Calls `offer` for each shift, with what knows the solutions within the
  /// largest difference of `found`; returns the best that it has offered.
  template <typename Offer>
  SmallVector<::staircase::Staircase, 0>
  improveAtEachShift(ArrayRef<TargetTask> tasks,
                     SmallVector<::staircase::Staircase, 0> found,
                     Offer offer) const;
  /// The same for channels with one shift.
  SmallVector<::staircase::Staircase, 0>
  improveTogether(ArrayRef<TargetTask> tasks,
                  SmallVector<::staircase::Staircase, 0> found) const;
  SmallVector<::staircase::Staircase, 0> improveWithOneMultiplicand(
      ArrayRef<TargetTask> tasks,
      SmallVector<::staircase::Staircase, 0> found) const;

  const TargetFields &target;
  TargetWay way;
  ::staircase::NarrowOptions options;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_TARGETSEARCH_H
