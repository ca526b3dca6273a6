//===- RescaleToArith.cpp - rescale.apply to integer arithmetic -----------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exact lowering of rescale.apply. `chooseWidth` is the one place that decides
// on the arithmetic: it bounds every intermediate and takes the least width in
// which none of them can overflow.
//
//===----------------------------------------------------------------------===//

#include "rescale/Conversion/RescaleToArith/RescaleToArith.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Staircase/Interval.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

#include <algorithm>

namespace mlir::rescale {
#define GEN_PASS_DEF_CONVERTRESCALETOARITH
#include "rescale/Conversion/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Interval;

namespace {

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

/// What is known of every operand and intermediate of one op. All of it stays
/// within 2^98.
struct Bounds {
  Interval input;        ///< x
  Interval difference;   ///< d = x - zi
  Interval multiplicand; ///< m
  Interval shift;        ///< s
  Interval addend;       ///< every b, computed ones included
  Interval product;      ///< m*d
  Interval sum;          ///< m*d + b, and m*d itself
  Interval code;         ///< zo + (sum >> s), before the clamp
  Interval clamp;        ///< the clamp's bounds

  explicit Bounds(ApplyOp op);
};

/// A constant operand's value, of a scalar or of a splat.
std::optional<APInt> getConstant(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant;
  return std::nullopt;
}

Interval getInterval(std::optional<ArrayRef<int64_t>> promise,
                     Interval otherwise) {
  return promise ? Interval{(*promise)[0], (*promise)[1]} : otherwise;
}

/// Both hold. Where none is left nothing is ever computed, and one is as good.
Interval intersect(const Interval &a, const Interval &b) {
  Interval both = {std::max(a.low, b.low), std::min(a.high, b.high)};
  return both.low <= both.high ? both : a;
}

Interval getMultiplicandInterval(ApplyOp op) {
  if (std::optional<APInt> m = getConstant(op.getMultiplicand())) {
    Int128 value = op.getUnsignedMultiplicand() ? Int128(m->getZExtValue())
                                                : Int128(m->getSExtValue());
    return {value, value};
  }
  if (std::optional<uint64_t> bits = op.getMultiplicandBits())
    return {0, (Int128(1) << *bits) - 1};
  return getInterval(op.getMultiplicandFormat());
}

Interval getShiftInterval(ApplyOp op) {
  if (std::optional<APInt> s = getConstant(op.getShift()))
    return {s->getZExtValue() & 63, s->getZExtValue() & 63};
  return getInterval(op.getShiftRange(), {0, 63});
}

/// The addends given as operands, or those that the rounding mode computes from
/// the shift: at most 2^(s-1) plus the 2^30 of double rounding.
Interval getAddendInterval(ApplyOp op, Interval shift) {
  if (op.getAddend()) {
    Interval unit = {Int128(1) << op.getAddendShift(),
                     Int128(1) << op.getAddendShift()};
    Interval all = getInterval(op.getAddendRange(), {INT64_MAX, INT64_MIN});
    if (op.getAddendRange())
      return all * unit;
    for (Value value : {op.getAddend(), op.getNegativeAddend()}) {
      if (!value)
        continue;
      unsigned width = getElementTypeOrSelf(value).getIntOrFloatBitWidth();
      std::optional<APInt> b = getConstant(value);
      Interval one = b ? Interval{b->getSExtValue(), b->getSExtValue()}
                       : getInterval(IntegerFormat{width});
      all = {std::min(all.low, one.low), std::max(all.high, one.high)};
    }
    return all * unit;
  }
  if (op.getRounding() == Rounding::Floor)
    return {0, 0};
  Int128 half = shift.high ? Int128(1) << int(shift.high - 1) : 0;
  Int128 first = op.getRounding() == Rounding::Double && shift.high > 31
                     ? Int128(1) << 30
                     : 0;
  return {0, half + first};
}

Bounds::Bounds(ApplyOp op)
    : input(getInterval(op.getInputRange(), getInterval(op.getInputFormat()))),
      difference(input + Interval{-Int128(int64_t(op.getInputZeroPoint())),
                                  -Int128(int64_t(op.getInputZeroPoint()))}),
      multiplicand(getMultiplicandInterval(op)), shift(getShiftInterval(op)),
      addend(getAddendInterval(op, shift)) {
  // Each addend lies between 0 and the bounds, so the sum's hull with the
  // product covers both, and half_even's correction of at most 1 as well.
  product = difference * multiplicand;
  Interval added = {std::min<Int128>(addend.low, 0),
                    std::max<Int128>(addend.high, 0) + 1};
  sum = product + added;
  if (op.getSumRange()) {
    Interval promise = getInterval(op.getSumRange(), {});
    product = intersect(product, promise);
    sum = intersect(sum, promise + Interval{0, 1});
  }
  Int128 zeroPoint = int64_t(op.getZeroPoint());
  code = shiftRight(sum, shift) + Interval{zeroPoint, zeroPoint};
  clamp = {op.getClampBounds().first, op.getClampBounds().second};
}

/// What `op` is computed in.
struct Arithmetic {
  unsigned width;
  /// As floor((floor(m*d / 2^(s-1)) + 1) / 2), which is half_up without its sum
  /// before the shift.
  bool shiftsFirst = false;
};

/// The least width of 32, 64 and 128 bits in which no intermediate overflows.
/// 128 always is enough: |m*d| < 2^97.
Arithmetic chooseWidth(ApplyOp op, const Bounds &bounds) {
  auto fits = [&](unsigned width, Interval sum) {
    return bounds.input.fits(width) && bounds.difference.fits(width) &&
           bounds.multiplicand.fits(width) && bounds.addend.fits(width) &&
           sum.fits(width) && bounds.code.fits(width) &&
           bounds.clamp.fits(width);
  };
  for (unsigned width : {32, 64})
    if (fits(width, bounds.sum))
      return {width};
  // Two shifts are less than 128 bits, which C does not have: i32 by i32 with a
  // shift of 63, where 2^62 + 2^62 is one too much.
  if (op.getRounding() == Rounding::HalfUp && bounds.shift.low > 0 &&
      fits(64, bounds.product))
    return {64, /*shiftsFirst=*/true};
  return {128};
}

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

/// Builds the arithmetic of one op in integers of one width, folding constants
/// as it goes.
class Emitter {
public:
  Emitter(ApplyOp op, PatternRewriter &rewriter)
      : op(op), b(op.getLoc(), rewriter), bounds(op),
        arithmetic(chooseWidth(op, bounds)), width(arithmetic.width) {}

  Value emit();

private:
  /// The type of `bits` wide elements in the op's shape.
  Type getType(unsigned bits) {
    Type element = b.getIntegerType(bits);
    auto vector = dyn_cast<VectorType>(op.getResult().getType());
    return vector ? vector.clone(element) : element;
  }
  Value constant(Int128 value, unsigned bits) {
    APInt wide(128, {uint64_t(value), uint64_t(value >> 64)});
    Type type = getType(bits);
    Attribute attr =
        b.getIntegerAttr(getElementTypeOrSelf(type), wide.trunc(bits));
    if (auto vector = dyn_cast<VectorType>(type))
      attr = DenseElementsAttr::get(vector, attr);
    return arith::ConstantOp::create(b, cast<TypedAttr>(attr));
  }
  Value constant(Int128 value) { return constant(value, width); }
  template <typename OpTy>
  Value create(Value lhs, Value rhs) {
    return b.createOrFold<OpTy>(lhs, rhs);
  }

  /// `value` in `bits` bits and the op's shape. Narrowing is exact where the
  /// bounds say so.
  Value resize(Value value, unsigned bits, bool isUnsigned);
  /// `m*d + b`, rounded up to what the shift still has to discard.
  Value emitSum(Value difference, Value multiplicand, Value shift);
  Value emitShift();
  Value emitQuotient(Value sum, Value shift);
  Value emitHalf(Value shift);
  Value emitRoundingOfTies(Value product, Value half, Value shift);
  /// The one of two addends that the sign of `difference` asks for.
  Value selectAddend(Value difference, Value positive, Value negative) {
    Value isNegative = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt,
                                                     difference, constant(0));
    return b.createOrFold<arith::SelectOp>(isNegative, negative, positive);
  }
  Value emitClamp(Value code);

  ApplyOp op;
  ImplicitLocOpBuilder b;
  Bounds bounds;
  Arithmetic arithmetic;
  unsigned width;
};

Value Emitter::resize(Value value, unsigned bits, bool isUnsigned) {
  unsigned from = getElementTypeOrSelf(value).getIntOrFloatBitWidth();
  if (value.getType() != getType(from))
    value = b.createOrFold<vector::BroadcastOp>(getType(from), value);
  Type type = getType(bits);
  if (from == bits)
    return value;
  if (from > bits)
    return b.createOrFold<arith::TruncIOp>(type, value);
  return isUnsigned ? b.createOrFold<arith::ExtUIOp>(type, value)
                    : b.createOrFold<arith::ExtSIOp>(type, value);
}

/// 2^(s-1), and 0 where s is 0: (1 << s) >> 1. A shift of 63 in 64 bits passes
/// through the sign bit, which the logical shift takes back.
Value Emitter::emitHalf(Value shift) {
  if (bounds.shift.isConstant())
    return constant(bounds.shift.low ? Int128(1) << int(bounds.shift.low - 1)
                                     : 0);
  Value power = create<arith::ShLIOp>(constant(1), shift);
  return create<arith::ShRUIOp>(power, constant(1));
}

/// floor((p + half - 1 + (floor(p / 2^s) mod 2)) / 2^s) rounds ties to even.
/// With s = 0 half is 0, and both corrections are masked away by it.
Value Emitter::emitRoundingOfTies(Value product, Value half, Value shift) {
  Value one = constant(1);
  Value floor = create<arith::ShRSIOp>(product, shift);
  if (bounds.shift.low > 0) {
    Value isOdd = create<arith::AndIOp>(floor, one);
    return create<arith::AddIOp>(
        create<arith::AddIOp>(product, create<arith::SubIOp>(half, one)),
        isOdd);
  }
  Value any = create<arith::MinUIOp>(half, one);
  Value isOdd = create<arith::AndIOp>(floor, any);
  return create<arith::AddIOp>(
      create<arith::AddIOp>(product, create<arith::SubIOp>(half, any)), isOdd);
}

Value Emitter::emitSum(Value difference, Value multiplicand, Value shift) {
  Value product = create<arith::MulIOp>(difference, multiplicand);
  auto getOperand = [&](Value addend) {
    addend = resize(addend, width, /*isUnsigned=*/false);
    if (uint64_t scale = op.getAddendShift())
      addend = create<arith::ShLIOp>(addend, constant(scale));
    return addend;
  };
  switch (op.getRounding()) {
  case Rounding::Floor:
    return product;
  case Rounding::Addend: {
    Value addend = getOperand(op.getAddend());
    if (op.getNegativeAddend())
      addend =
          selectAddend(difference, addend, getOperand(op.getNegativeAddend()));
    return create<arith::AddIOp>(product, addend);
  }
  case Rounding::HalfEven:
    return emitRoundingOfTies(
        product, op.getAddend() ? getOperand(op.getAddend()) : emitHalf(shift),
        shift);
  case Rounding::HalfUp:
    if (arithmetic.shiftsFirst)
      return create<arith::AddIOp>(
          create<arith::ShRSIOp>(product,
                                 create<arith::SubIOp>(shift, constant(1))),
          constant(1));
    return create<arith::AddIOp>(product, emitHalf(shift));
  case Rounding::HalfAway: {
    Value half = emitHalf(shift);
    // One less for a negative difference, but not below 0, where s is 0.
    Value less =
        create<arith::SubIOp>(half, create<arith::MinUIOp>(half, constant(1)));
    return create<arith::AddIOp>(product, selectAddend(difference, half, less));
  }
  case Rounding::Double: {
    Value half = emitHalf(shift);
    if (bounds.shift.high <= 31)
      return create<arith::AddIOp>(product, half);
    Value addend =
        selectAddend(difference, create<arith::AddIOp>(half, constant(1 << 30)),
                     create<arith::SubIOp>(half, constant(1 << 30)));
    if (bounds.shift.low <= 31) {
      Value isLong = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ugt,
                                                   shift, constant(31));
      addend = b.createOrFold<arith::SelectOp>(isLong, addend, half);
    }
    return create<arith::AddIOp>(product, addend);
  }
  }
  llvm_unreachable("unknown rounding mode");
}

/// Clamps in 32 bits where code and bounds fit them, so that vectors stay
/// narrow; a bound that the code cannot pass costs nothing.
Value Emitter::emitClamp(Value code) {
  auto [low, high] = bounds.clamp;
  unsigned bits = bounds.code.fits(32) && bounds.clamp.fits(32) ? 32 : width;
  code = resize(code, bits, /*isUnsigned=*/false);
  if (bounds.code.low < low)
    code = create<arith::MaxSIOp>(code, constant(low, bits));
  if (bounds.code.high > high)
    code = create<arith::MinSIOp>(code, constant(high, bits));
  return resize(code, op.getResultFormat().width, op.getUnsignedResult());
}

/// The shift in the working width. A sum of `width` bits is exhausted by a
/// shift of width - 1, and a longer one would be poison.
Value Emitter::emitShift() {
  if (bounds.shift.isConstant())
    return constant(std::min<Int128>(bounds.shift.low, width - 1));
  Value shift = resize(op.getShift(), width, /*isUnsigned=*/true);
  if (!op.getShiftRange())
    shift = create<arith::AndIOp>(shift, constant(63));
  if (bounds.shift.high >= width)
    shift = create<arith::MinUIOp>(shift, constant(width - 1));
  return shift;
}

/// The upper half alone where all shifts discard the lower one, as
/// floor(sum / 2^s) is floor(floor(sum / 2^32) / 2^(s-32)): targets of 32 bits
/// have half of a 64-bit integer for nothing, but no shift of one.
Value Emitter::emitQuotient(Value sum, Value shift) {
  if (arithmetic.shiftsFirst)
    return create<arith::ShRSIOp>(sum, constant(1));
  if (width != 64 || bounds.shift.low < 32 || !bounds.code.fits(32))
    return create<arith::ShRSIOp>(sum, shift);
  Value half = create<arith::ShRSIOp>(sum, constant(32));
  half = resize(half, 32, /*isUnsigned=*/false);
  if (bounds.shift.isConstant())
    return create<arith::ShRSIOp>(half, constant(bounds.shift.low - 32, 32));
  Value rest = create<arith::SubIOp>(
      resize(op.getShift(), 32, /*isUnsigned=*/true), constant(32, 32));
  return create<arith::ShRSIOp>(half, rest);
}

Value Emitter::emit() {
  Value input = resize(op.getInput(), width, op.getUnsignedInput());
  Value difference = input;
  if (int64_t zeroPoint = int64_t(op.getInputZeroPoint()))
    difference = create<arith::SubIOp>(input, constant(zeroPoint));
  Value multiplicand =
      resize(op.getMultiplicand(), width, op.getUnsignedMultiplicand());
  Value shift = emitShift();
  Value sum = emitSum(difference, multiplicand, shift);
  Value code = emitQuotient(sum, shift);
  if (int64_t zeroPoint = int64_t(op.getZeroPoint()))
    code = create<arith::AddIOp>(
        code, constant(zeroPoint,
                       getElementTypeOrSelf(code).getIntOrFloatBitWidth()));
  return emitClamp(code);
}

struct LowerApply : public OpRewritePattern<ApplyOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ApplyOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, Emitter(op, rewriter).emit());
    return success();
  }
};

struct ConvertRescaleToArithPass
    : public rescale::impl::ConvertRescaleToArithBase<
          ConvertRescaleToArithPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateRescaleToArithPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void mlir::rescale::populateRescaleToArithPatterns(
    RewritePatternSet &patterns) {
  patterns.add<LowerApply>(patterns.getContext());
}
