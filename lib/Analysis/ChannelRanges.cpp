//===- ChannelRanges.cpp - What the elements of a tensor can be -----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Intervals for the channels of a tensor, and what moving elements makes of
// them. Where an axis does not survive, the hull of all channels does.
//
//===----------------------------------------------------------------------===//

#include "rescale/Analysis/ChannelRanges.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::IntegerFormat;
using ::staircase::Interval;

/// More indices along an axis are no channels: they share an interval.
static constexpr int64_t kMaxChannels = 1 << 16;

std::optional<IntegerFormat> mlir::rescale::getIntegerFormat(Type type) {
  auto integer = dyn_cast<IntegerType>(getElementTypeOrSelf(type));
  if (!integer || integer.getWidth() == 0 || integer.getWidth() > 64)
    return std::nullopt;
  return IntegerFormat{integer.getWidth(),
                       integer.isUnsigned() || integer.getWidth() == 1};
}

//===----------------------------------------------------------------------===//
// ChannelRanges
//===----------------------------------------------------------------------===//

ChannelRanges::ChannelRanges(int64_t axis, SmallVector<Interval> intervals)
    : state(State::Known), axis(axis), intervals(std::move(intervals)) {
  bool isUniform = llvm::all_of(this->intervals, [&](const Interval &interval) {
    return interval == this->intervals.front();
  });
  if (!isUniform && int64_t(this->intervals.size()) <= kMaxChannels)
    return;
  this->intervals = {getHull()};
  this->axis.reset();
}

ChannelRanges ChannelRanges::getUnknown() {
  ChannelRanges ranges;
  ranges.state = State::Unknown;
  return ranges;
}

ChannelRanges ChannelRanges::getAll(Type type) {
  std::optional<IntegerFormat> format = getIntegerFormat(type);
  if (!format || !isa<RankedTensorType>(type))
    return getUnknown();
  return getInterval(*format);
}

Interval ChannelRanges::get(int64_t axis, int64_t index) const {
  return this->axis == axis ? intervals[index] : getHull();
}

SmallVector<Interval> ChannelRanges::getAlong(int64_t axis) const {
  if (this->axis == axis)
    return SmallVector<Interval>(intervals);
  return {getHull()};
}

Interval ChannelRanges::getHull() const {
  return ::staircase::getHullOfAll(intervals);
}

ChannelRanges ChannelRanges::withAxis(int64_t axis) const {
  ChannelRanges result = *this;
  if (result.axis)
    result.axis = axis;
  return result;
}

ChannelRanges
ChannelRanges::map(function_ref<Interval(Interval)> function) const {
  if (!axis)
    return function(intervals.front());
  return {*axis, llvm::map_to_vector(intervals, function)};
}

ChannelRanges ChannelRanges::adaptedTo(Type type) const {
  if (!isKnown())
    return *this;
  std::optional<IntegerFormat> format = getIntegerFormat(type);
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!format || !tensor)
    return getUnknown();
  bool hasAxis = !axis || (*axis < tensor.getRank() &&
                           tensor.getDimSize(*axis) ==
                               static_cast<int64_t>(intervals.size()));
  Interval all = getInterval(*format);
  return (hasAxis ? *this : ChannelRanges(getHull())).map([&](Interval range) {
    return all.contains(range) ? range : all;
  });
}

ChannelRanges ChannelRanges::join(const ChannelRanges &a,
                                  const ChannelRanges &b) {
  if (a.isUninitialized() || b.isUninitialized())
    return a.isUninitialized() ? b : a;
  if (!a.isKnown() || !b.isKnown())
    return getUnknown();
  // Not along an axis of either where they differ: that would depend on the
  // order in which paths meet.
  if (a.axis && b.axis &&
      (a.axis != b.axis || a.intervals.size() != b.intervals.size()))
    return ::staircase::getHull(a.getHull(), b.getHull());
  return combine(a, b, ::staircase::getHull);
}

bool ChannelRanges::operator==(const ChannelRanges &other) const {
  return state == other.state && axis == other.axis &&
         llvm::equal(intervals, other.intervals);
}

void ChannelRanges::print(raw_ostream &os) const {
  if (!isKnown()) {
    os << (isUninitialized() ? "uninitialized" : "unknown");
    return;
  }
  if (axis)
    os << "axis " << *axis << ": ";
  llvm::interleaveComma(intervals, os, [&](const Interval &interval) {
    // Of unsigned 64 bits, the upper half does not fit an i64.
    os << '[' << int64_t(interval.low) << ", ";
    if (interval.high > INT64_MAX)
      os << uint64_t(interval.high) << ']';
    else
      os << int64_t(interval.high) << ']';
  });
}

//===----------------------------------------------------------------------===//
// What moving elements makes of ranges
//===----------------------------------------------------------------------===//

ChannelRanges mlir::rescale::combine(
    const ChannelRanges &a, const ChannelRanges &b,
    function_ref<Interval(const Interval &, const Interval &)> function) {
  // Channels are usually last.
  std::optional<int64_t> axis = std::max(a.getAxis(), b.getAxis());
  if (!axis)
    return function(a.getHull(), b.getHull());
  SmallVector<Interval> lhs = a.getAlong(*axis), rhs = b.getAlong(*axis);
  if (lhs.size() != 1 && rhs.size() != 1 && lhs.size() != rhs.size())
    return function(a.getHull(), b.getHull());
  SmallVector<Interval> intervals;
  for (size_t i = 0, e = std::max(lhs.size(), rhs.size()); i < e; ++i)
    intervals.push_back(
        function(lhs[lhs.size() == 1 ? 0 : i], rhs[rhs.size() == 1 ? 0 : i]));
  return {*axis, std::move(intervals)};
}

/// The product of what follows dimension `axis`.
static int64_t getStride(ArrayRef<int64_t> shape, int64_t axis) {
  int64_t stride = 1;
  for (int64_t size : shape.drop_front(axis + 1))
    stride *= size;
  return stride;
}

/// The channel of element number n is floor(n / stride) mod channels. Along a
/// dimension of the result, index j of stride t has the elements n with
/// floor(n / t) mod size = j. All of them have one channel where t divides the
/// stride and a turn through the dimension is whole turns through the channels.
ChannelRanges mlir::rescale::reshape(const ChannelRanges &ranges,
                                     ArrayRef<int64_t> from,
                                     ArrayRef<int64_t> to) {
  std::optional<int64_t> axis = ranges.getAxis();
  if (!axis || ShapedType::isDynamicShape(from) ||
      ShapedType::isDynamicShape(to))
    return axis ? ChannelRanges(ranges.getHull()) : ranges;
  int64_t stride = getStride(from, *axis);
  int64_t channels = ranges.getIntervals().size();
  if (stride == 0)
    return ranges.getHull();
  for (int64_t dim = to.size() - 1; dim >= 0; --dim) {
    int64_t step = getStride(to, dim);
    if (step == 0 || to[dim] <= 1 || stride % step != 0 ||
        (step * to[dim]) % (stride * channels) != 0)
      continue;
    SmallVector<Interval> intervals;
    for (int64_t i = 0; i < std::min(to[dim], kMaxChannels + 1); ++i)
      intervals.push_back(
          ranges.getIntervals()[i / (stride / step) % channels]);
    return {dim, std::move(intervals)};
  }
  return ranges.getHull();
}

ChannelRanges mlir::rescale::slice(const ChannelRanges &ranges,
                                   ArrayRef<int64_t> offsets,
                                   ArrayRef<int64_t> sizes,
                                   ArrayRef<int64_t> strides) {
  std::optional<int64_t> axis = ranges.getAxis();
  if (!axis)
    return ranges;
  int64_t offset = offsets[*axis], size = sizes[*axis], stride = strides[*axis];
  int64_t channels = ranges.getIntervals().size();
  if (ShapedType::isDynamic(offset) || ShapedType::isDynamic(size) ||
      ShapedType::isDynamic(stride) || offset < 0 || size < 1 || stride < 1 ||
      offset >= channels || (size - 1) > (channels - 1 - offset) / stride)
    return ranges.getHull();
  SmallVector<Interval> intervals;
  for (int64_t i = 0; i < size; ++i)
    intervals.push_back(ranges.getIntervals()[offset + i * stride]);
  return {*axis, std::move(intervals)};
}

ChannelRanges mlir::rescale::pad(const ChannelRanges &ranges,
                                 ArrayRef<int64_t> low, ArrayRef<int64_t> high,
                                 ArrayRef<int64_t> shape, Interval value) {
  auto isPadded = [&](int64_t dim) { return low[dim] != 0 || high[dim] != 0; };
  SmallVector<int64_t> padded;
  for (int64_t dim = 0, rank = shape.size(); dim < rank; ++dim) {
    if (ShapedType::isDynamic(low[dim]) || ShapedType::isDynamic(high[dim]) ||
        low[dim] < 0 || high[dim] < 0)
      return ::staircase::getHull(ranges.getHull(), value);
    if (isPadded(dim))
      padded.push_back(dim);
  }
  if (padded.empty())
    return ranges;
  // What pads one dimension alone is at indices of its own.
  if (!ranges.getAxis() && padded.size() > 1)
    return ::staircase::getHull(ranges.getHull(), value);
  int64_t axis = ranges.getAxis().value_or(padded.front());
  bool elsewhere =
      llvm::any_of(padded, [&](int64_t dim) { return dim != axis; });
  SmallVector<Interval> inner = ranges.getAlong(axis);
  if (inner.size() == 1) {
    if (ShapedType::isDynamic(shape[axis]) || shape[axis] > kMaxChannels)
      return ::staircase::getHull(ranges.getHull(), value);
    inner.resize(shape[axis], Interval(inner.front()));
  }
  if (low[axis] > kMaxChannels || high[axis] > kMaxChannels)
    return ::staircase::getHull(ranges.getHull(), value);
  SmallVector<Interval> intervals(low[axis], value);
  for (const Interval &interval : inner)
    intervals.push_back(elsewhere ? ::staircase::getHull(interval, value)
                                  : interval);
  intervals.append(high[axis], value);
  if (intervals.empty())
    return value;
  return {axis, std::move(intervals)};
}

ChannelRanges mlir::rescale::concatenate(ArrayRef<ChannelRanges> parts,
                                         ArrayRef<int64_t> sizes,
                                         int64_t axis) {
  bool isAlong = llvm::all_of(parts, [&](const ChannelRanges &part) {
    return !part.getAxis() || part.getAxis() == axis;
  });
  int64_t total = 0;
  for (int64_t size : sizes) {
    isAlong &= !ShapedType::isDynamic(size) && size <= kMaxChannels;
    total += isAlong ? size : 0;
  }
  if (isAlong && total > 0 && total <= kMaxChannels) {
    SmallVector<Interval> intervals;
    for (auto [part, size] : llvm::zip_equal(parts, sizes)) {
      SmallVector<Interval> own = part.getAlong(axis);
      if (own.size() == 1)
        own.resize(size, Interval(own.front()));
      llvm::append_range(intervals, own);
    }
    return {axis, std::move(intervals)};
  }
  ChannelRanges result;
  for (const ChannelRanges &part : parts)
    result = ChannelRanges::join(result, part.getAxis() == axis ? part.getHull()
                                                                : part);
  return result;
}

ChannelRanges mlir::rescale::getConstantRanges(Type type,
                                               ArrayRef<int64_t> values) {
  auto tensor = cast<RankedTensorType>(type);
  bool isUnsigned = getIntegerFormat(type)->isUnsigned;
  auto toInterval = [&](int64_t value) {
    ::staircase::Int128 wide = isUnsigned ? ::staircase::Int128(uint64_t(value))
                                          : ::staircase::Int128(value);
    return Interval{wide, wide};
  };
  if (values.empty())
    return ChannelRanges::getAll(type);
  int64_t axis = tensor.getRank() - 1;
  while (axis >= 0 && tensor.getDimSize(axis) == 1)
    --axis;
  if (axis < 0)
    return toInterval(values.front());
  int64_t stride = getStride(tensor.getShape(), axis);
  int64_t channels = tensor.getDimSize(axis);
  bool isShared = channels > kMaxChannels;
  SmallVector<std::optional<Interval>> hulls(isShared ? 1 : channels);
  for (auto [i, value] : llvm::enumerate(values)) {
    std::optional<Interval> &hull = hulls[isShared ? 0 : i / stride % channels];
    hull = hull ? ::staircase::getHull(*hull, toInterval(value))
                : toInterval(value);
  }
  SmallVector<Interval> intervals;
  for (const std::optional<Interval> &hull : hulls)
    intervals.push_back(*hull);
  return {axis, std::move(intervals)};
}
