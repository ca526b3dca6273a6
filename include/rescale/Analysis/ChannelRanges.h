//===- ChannelRanges.h - What the elements of a tensor can be ---*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Intervals for the channels of a tensor of integers: what the range analysis
// knows of a value.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_ANALYSIS_CHANNELRANGES_H
#define RESCALE_ANALYSIS_CHANNELRANGES_H

#include "rescale/Staircase/Interval.h"

#include "mlir/IR/Types.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir::rescale {

/// How the elements of `type`, an integer or a tensor of integers, are read:
/// as two's complement, but for unsigned types and for i1, which is 0 or 1.
/// Nothing for other types and for more than 64 bits.
std::optional<::staircase::IntegerFormat> getIntegerFormat(Type type);

/// What the elements of a tensor of integers can be: an interval for all of
/// them, or one for each index along an axis. Without any, either nothing is
/// known to reach the value yet, or it is no tensor of integers.
class ChannelRanges {
public:
  using Interval = ::staircase::Interval;

  /// Nothing reaches the value yet.
  ChannelRanges() = default;
  /// One interval for all elements.
  ChannelRanges(Interval interval)
      : state(State::Known), intervals({interval}) {}
  /// One interval for each index of dimension `axis`, at least one.
  ChannelRanges(int64_t axis, SmallVector<Interval> intervals);

  /// Of a value that is no tensor of integers.
  static ChannelRanges getUnknown();
  /// Every value of `type`; unknown where it is no tensor of integers.
  static ChannelRanges getAll(Type type);

  bool isUninitialized() const { return state == State::Uninitialized; }
  bool isKnown() const { return state == State::Known; }

  /// The dimension whose indices have an interval each; none where all share
  /// one.
  std::optional<int64_t> getAxis() const { return axis; }
  /// One for each index of the axis, or one for all.
  ArrayRef<Interval> getIntervals() const { return intervals; }
  /// That of an index along `axis`: of all elements there.
  Interval get(int64_t axis, int64_t index) const;
  /// Those along `axis`: one for each index, or one for all.
  SmallVector<Interval> getAlong(int64_t axis) const;
  /// That of all elements.
  Interval getHull() const;

  /// The same ranges along another axis.
  ChannelRanges withAxis(int64_t axis) const;
  /// The images of the intervals.
  ChannelRanges map(function_ref<Interval(Interval)> function) const;

  /// These ranges for a value of `type`: where an interval leaves the type, the
  /// value may wrap and be anything; where the axis does not fit the shape, all
  /// elements share the hull.
  ChannelRanges adaptedTo(Type type) const;

  /// What holds for a value that has one or the other.
  static ChannelRanges join(const ChannelRanges &a, const ChannelRanges &b);
  bool operator==(const ChannelRanges &other) const;

  void print(raw_ostream &os) const;

private:
  enum class State { Uninitialized, Known, Unknown };
  State state = State::Uninitialized;
  std::optional<int64_t> axis;
  SmallVector<Interval, 1> intervals;
};

/// The elements of `a` and `b` combined by `function`, as they meet: along the
/// axis of one of them where they have two.
ChannelRanges
combine(const ChannelRanges &a, const ChannelRanges &b,
        function_ref<::staircase::Interval(const ::staircase::Interval &,
                                           const ::staircase::Interval &)>
            function);

/// The ranges of a tensor of shape `from` after a reshape to `to`.
ChannelRanges reshape(const ChannelRanges &ranges, ArrayRef<int64_t> from,
                      ArrayRef<int64_t> to);

/// The ranges of a slice that starts at `offsets` and has the shape `sizes`,
/// every `strides`-th element.
ChannelRanges slice(const ChannelRanges &ranges, ArrayRef<int64_t> offsets,
                    ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides);

/// The ranges after padding a tensor of `shape` with `value`, by `low` and
/// `high` elements in each dimension.
ChannelRanges pad(const ChannelRanges &ranges, ArrayRef<int64_t> low,
                  ArrayRef<int64_t> high, ArrayRef<int64_t> shape,
                  ::staircase::Interval value);

/// The ranges of what has `axis` of the result at the places of `parts`, one
/// after the other, of the sizes given.
ChannelRanges concatenate(ArrayRef<ChannelRanges> parts,
                          ArrayRef<int64_t> sizes, int64_t axis);

/// The ranges of a constant, along its last dimension of more than one element.
ChannelRanges getConstantRanges(Type type, ArrayRef<int64_t> values);

} // namespace mlir::rescale

#endif // RESCALE_ANALYSIS_CHANNELRANGES_H
