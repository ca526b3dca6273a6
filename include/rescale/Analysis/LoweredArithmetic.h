//===- LoweredArithmetic.h - What a requantization became -------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The body of a linalg.generic that was a requantization, as a list of integer
// operations on one accumulator and the constants of a channel; and what these
// give, on intervals of accumulators and on many accumulators at once. It is
// read from the arith operations as they are, and knows nothing of how they
// were made.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_ANALYSIS_LOWEREDARITHMETIC_H
#define RESCALE_ANALYSIS_LOWEREDARITHMETIC_H

#include "rescale/Staircase/Interval.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <array>
#include <memory>
#include <optional>

namespace mlir::rescale {

enum class ArithOpcode : uint8_t {
  Add,
  Sub,
  Mul,
  ShiftLeft,
  ShiftRightSigned,
  ShiftRightUnsigned,
  And,
  Or,
  Xor,
  Compare,
  Select,
  MinSigned,
  MaxSigned,
  MinUnsigned,
  MaxUnsigned,
  ExtendSigned,
  ExtendUnsigned,
  Truncate
};

/// As what kind of number the result of a step has to fit its type.
enum class Fit : uint8_t {
  /// As none, since it is meant modulo a power of two.
  None,
  /// As a signed or as an unsigned one.
  Either,
  Signed,
  Unsigned,
  Both
};

/// One operation. Values are numbers: 0 is the accumulator.
struct ArithStep {
  ArithOpcode opcode;
  arith::CmpIPredicate predicate = arith::CmpIPredicate::eq;
  Fit fit = Fit::None;
  unsigned result;
  std::array<unsigned, 3> operands = {0, 0, 0};
  Operation *op;
};

/// The arithmetic of all channels. Every number here is a value's signed
/// reading: an i8 of 255 is -1.
class LoweredArithmetic {
public:
  /// Reads `op`, whose first operand are the accumulators and whose others are
  /// constants. Reports what is no arithmetic that can be read.
  static FailureOr<LoweredArithmetic> read(linalg::GenericOp op);

  ArrayRef<ArithStep> getSteps() const { return steps; }
  unsigned getNumValues() const { return values.size(); }
  unsigned getWidth(unsigned value) const { return values[value].width; }
  bool isConstant(unsigned value) const {
    return !values[value].constants.empty();
  }
  ::staircase::Int128 getConstant(unsigned value, int64_t channel) const {
    ArrayRef<::staircase::Int128> column = values[value].constants;
    return column[column.size() == 1 ? 0 : channel];
  }
  unsigned getResult() const { return result; }
  /// 1 where all channels have the same constants.
  int64_t getNumChannels() const { return numChannels; }

private:
  struct ValueInfo {
    unsigned width;
    /// Empty of what depends on the accumulator; else one for all channels, or
    /// one for each.
    SmallVector<::staircase::Int128, 1> constants;
  };

  class Reader;

  SmallVector<ValueInfo> values;
  SmallVector<ArithStep> steps;
  unsigned result = 0;
  int64_t numChannels = 1;
};

/// What a channel has to compute, and for which accumulators.
struct ChannelClaim {
  ::staircase::Staircase original;
  ::staircase::Interval accumulators;
};

/// A linalg.generic that was a requantization, with what it has to compute.
struct LoweredRequantize {
  linalg::GenericOp op;
  LoweredArithmetic arithmetic;
  SmallVector<ChannelClaim, 0> channels;
};

/// Reads `op`, which has a certificate; reports what cannot be read.
FailureOr<LoweredRequantize> readLoweredRequantize(linalg::GenericOp op);

/// `value` as two's complement of `width` bits holds it.
::staircase::Int128 wrapSigned(::staircase::Int128 value, unsigned width);
/// The unsigned reading of what reads `value` as a signed number; `width` is
/// less than 128.
::staircase::Int128 readUnsigned(::staircase::Int128 value, unsigned width);

/// The same for intervals: all values where what is left is no interval.
::staircase::Interval wrapSigned(const ::staircase::Interval &values,
                                 unsigned width);
::staircase::Interval readUnsigned(const ::staircase::Interval &values,
                                   unsigned width);

bool isShift(ArithOpcode opcode);
/// Whether `opcode` has a result that may need more bits than its type has.
bool mayOverflow(ArithOpcode opcode);
/// The result of such an operation, but of truncations, without a bound on its
/// bits; nothing where 128 do not hold it.
std::optional<::staircase::Int128>
getExact(ArithOpcode opcode, ::staircase::Int128 a, ::staircase::Int128 b);
/// Whether it fits as `fit` asks, by what says that it does as each kind of
/// number.
bool fits(Fit fit, function_ref<bool()> fitsSigned,
          function_ref<bool()> fitsUnsigned);
/// Whether the result of `step` for operands that read `a` and `b` fits as
/// it has to. A shift by its width or more never does.
bool fits(const LoweredArithmetic &arithmetic, const ArithStep &step,
          ::staircase::Int128 a, ::staircase::Int128 b);

/// The intervals of all values of a channel for an interval of accumulators,
/// by interval arithmetic, so that they may be too wide.
class ChannelIntervals {
public:
  ChannelIntervals(const LoweredArithmetic &arithmetic, int64_t channel);

  void evaluate(::staircase::Interval accumulators);
  const ::staircase::Interval &operator[](unsigned value) const {
    return intervals[value];
  }
  /// Whether no result of `step` leaves the range that it has to be in.
  bool fits(const ArithStep &step) const;

private:
  ::staircase::Interval evaluate(const ArithStep &step) const;

  const LoweredArithmetic &arithmetic;
  SmallVector<::staircase::Interval> intervals;
};

/// The values of a channel for a block of consecutive accumulators, each step
/// one loop over all of them.
class ChannelLanes {
public:
  /// A value of all lanes stays in the first cache.
  static constexpr unsigned kMaxLanes = 512;

  ChannelLanes(const LoweredArithmetic &arithmetic, int64_t channel);
  ~ChannelLanes();

  /// Evaluates `count` accumulators from `first`; at most kMaxLanes.
  void evaluate(::staircase::Int128 first, unsigned count);
  ::staircase::Int128 get(unsigned value, unsigned lane) const;
  /// The first lane of [begin, end) whose result is not `code`.
  std::optional<unsigned> findOther(unsigned begin, unsigned end,
                                    int64_t code) const;
  /// The first lane whose result is not its own of `codes`, from the first on.
  std::optional<unsigned> findOther(ArrayRef<int64_t> codes) const;
  /// The first lane of which `step` leaves the range that it has to be in.
  std::optional<unsigned> findOverflow(const ArithStep &step) const;

private:
  struct Storage;

  const LoweredArithmetic &arithmetic;
  unsigned count = 0;
  std::unique_ptr<Storage> storage;
};

} // namespace mlir::rescale

#endif // RESCALE_ANALYSIS_LOWEREDARITHMETIC_H
