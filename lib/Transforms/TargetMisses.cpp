//===- TargetMisses.cpp - What operations miss of a machine ---------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Types, zero points and clamp here; what is left of the channels is that of
// their staircases.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/TargetMisses.h"

#include "StaircaseMisses.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::IntegerFormat;
using ::staircase::Interval;
using ::staircase::Range;
using ::staircase::Staircase;

/// Accumulators less the input zero point.
static SmallVector<Range> getRanges(RequantizeOp op,
                                    ArrayRef<Interval> accumulators) {
  int64_t zeroPoint = op.getInputZeroPoint();
  return llvm::map_to_vector(accumulators, [&](const Interval &interval) {
    return Range{interval.low - zeroPoint, interval.high - zeroPoint};
  });
}

/// The widths of a set, as in "8, 16".
static std::string getWidths(uint64_t set) {
  SmallVector<std::string> widths;
  for (unsigned width = 1; width <= 64; ++width)
    if (set >> (width - 1) & 1)
      widths.push_back(std::to_string(width));
  return llvm::join(widths, ", ");
}

SmallVector<std::string> rescale::getTypeMisses(const TargetFields &target,
                                                RequantizeOp op) {
  SmallVector<std::string> misses;
  auto say = [&](const char *format, auto &&...values) {
    misses.push_back(
        llvm::formatv(format, std::forward<decltype(values)>(values)...));
  };
  IntegerFormat input = op.getInputFormat(), result = op.getResultFormat();
  if (target.inputBits && !(target.inputBits >> (input.width - 1) & 1))
    say("the input has {0} bits, the target takes {1}", input.width,
        getWidths(target.inputBits));
  if (target.resultBits && !(target.resultBits >> (result.width - 1) & 1))
    say("the result has {0} bits, the target gives {1}", result.width,
        getWidths(target.resultBits));
  return misses;
}

SmallVector<std::string>
rescale::getFixedMisses(const TargetFields &target, RequantizeOp op,
                        ArrayRef<Interval> accumulators) {
  SmallVector<std::string> misses;
  auto say = [&](const char *format, auto &&...values) {
    misses.push_back(
        llvm::formatv(format, std::forward<decltype(values)>(values)...));
  };
  IntegerFormat result = op.getResultFormat();
  int64_t inputZeroPoint = op.getInputZeroPoint();
  if (!target.inputZeroPoint && inputZeroPoint != 0)
    say("input_zero_point is {0}, the target has none", inputZeroPoint);
  int64_t zeroPoint = op.getZeroPoint();
  if (target.zeroPoint == ZeroPointForm::None && zeroPoint != 0)
    say("zero_point is {0}, the target has none", zeroPoint);
  Staircase first = op.getStaircase(0);
  bool isLowTypes =
      first.clampMin == result.min() ||
      (target.clamp == ClampForm::Relu && first.clampMin == zeroPoint);
  if (target.clamp != ClampForm::Any &&
      !(isLowTypes && first.clampMax == result.max()))
    say("the clamp is [{0}, {1}], the target clamps to the type{2}",
        first.clampMin, first.clampMax,
        target.clamp == ClampForm::Relu ? " or from the zero point on" : "");
  // The widest accumulator, less the input zero point.
  unsigned bits = 1;
  for (const Range &range : getRanges(op, accumulators))
    bits = std::max(bits, getAccumulatorBits(range));
  if (bits > target.accumulatorBits)
    say("the accumulators need {0} bits, the target has {1}", bits,
        target.accumulatorBits);
  return misses;
}

int64_t rescale::getZeroPoint(const TargetFields &target, RequantizeOp op) {
  int64_t zeroPoint = op.getZeroPoint();
  if (target.zeroPoint != ZeroPointForm::InAddend ||
      zeroPoint == op.getResultFormat().min())
    return zeroPoint;
  return 0;
}

SmallVector<std::string> rescale::getMisses(const TargetFields &target,
                                            RequantizeOp op,
                                            ArrayRef<Interval> accumulators) {
  SmallVector<std::string> misses = getTypeMisses(target, op);
  llvm::append_range(misses, getFixedMisses(target, op, accumulators));
  if (int64_t own = op.getZeroPoint(),
      other = rescale::getZeroPoint(target, op);
      own != other)
    misses.push_back(llvm::formatv("zero_point is {0}, the target has {1} and "
                                   "the rest in the addend",
                                   own, other));
  SmallVector<Staircase, 0> staircases;
  SmallVector<Channel, 0> channels;
  for (auto [i, range] : llvm::enumerate(getRanges(op, accumulators))) {
    staircases.push_back(op.getStaircase(i));
    channels.push_back({staircases.back(), range});
  }
  llvm::append_range(misses, getMisses(target, staircases, channels));
  return misses;
}
