//===- Emitter.cpp - Arithmetic of a rescale.apply ------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emitter.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::rescale;

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

Type Emitter::getType(unsigned bits) {
  Type element = b.getIntegerType(bits);
  auto vector = dyn_cast<VectorType>(op.getResult().getType());
  return vector ? vector.clone(element) : element;
}

Value Emitter::constant(Int128 value, unsigned bits) {
  APInt wide(128, {uint64_t(value), uint64_t(value >> 64)});
  Type type = getType(bits);
  Attribute attr =
      b.getIntegerAttr(getElementTypeOrSelf(type), wide.trunc(bits));
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(b, cast<TypedAttr>(attr));
}

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

Value Emitter::truncate(Value value, unsigned bits) {
  return b.createOrFold<arith::TruncIOp>(getType(bits), value,
                                         arith::IntegerOverflowFlags::nsw);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Value Emitter::emitDifference() {
  Value input = resize(op.getInput(), width, op.getUnsignedInput());
  if (int64_t zeroPoint = int64_t(op.getInputZeroPoint()))
    return create<arith::SubIOp>(input, constant(zeroPoint));
  return input;
}

Value Emitter::emitMultiplicand() {
  return resize(op.getMultiplicand(), width, op.getUnsignedMultiplicand());
}

Value Emitter::emitShift(unsigned less) {
  if (bounds.shift.isConstant())
    return constant(std::min<Int128>(bounds.shift.low - less, width - 1));
  Value shift = resize(op.getShift(), width, /*isUnsigned=*/true);
  if (!op.getShiftRange())
    shift = create<arith::AndIOp>(shift, constant(63));
  if (less)
    shift = create<arith::SubIOp>(shift, constant(less));
  if (bounds.shift.high - less >= width)
    shift = create<arith::MinUIOp>(shift, constant(width - 1));
  return shift;
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

Value Emitter::selectAddend(Value difference, Value positive, Value negative) {
  Value isNegative = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt,
                                                   difference, constant(0));
  return b.createOrFold<arith::SelectOp>(isNegative, negative, positive);
}

/// An addend that fits after a shift by all bits is 0, and what the estimate's
/// remainder takes of one is that modulo 2^width.
Value Emitter::emitAddendOperand(Value addend, unsigned less) {
  uint64_t scale = op.getAddendShift() - less;
  if (scale >= width)
    return constant(0);
  addend = resize(addend, width, /*isUnsigned=*/false);
  if (scale)
    addend = create<arith::ShLIOp>(addend, constant(scale));
  if (scale && op.getAddendHalf())
    addend = create<arith::AddIOp>(addend, constant(Int128(1) << (scale - 1)));
  return addend;
}

Value Emitter::emitAddend(Value difference, Value shift, unsigned less) {
  switch (op.getRounding()) {
  case Rounding::Floor:
    return constant(0);
  case Rounding::Addend: {
    Value addend = emitAddendOperand(op.getAddend(), less);
    if (op.getNegativeAddend())
      addend = selectAddend(difference, addend,
                            emitAddendOperand(op.getNegativeAddend(), less));
    return addend;
  }
  case Rounding::HalfUp:
    return emitHalf(shift);
  case Rounding::HalfAway: {
    Value half = emitHalf(shift);
    // One less for a negative difference, but not below 0, where s is 0.
    Value most =
        create<arith::SubIOp>(half, create<arith::MinUIOp>(half, constant(1)));
    return selectAddend(difference, half, most);
  }
  case Rounding::Double: {
    Value half = emitHalf(shift);
    if (bounds.shift.high <= 31)
      return half;
    Value addend =
        selectAddend(difference, create<arith::AddIOp>(half, constant(1 << 30)),
                     create<arith::SubIOp>(half, constant(1 << 30)));
    if (bounds.shift.low > 31)
      return addend;
    Value isLong = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ugt,
                                                 shift, constant(31));
    return b.createOrFold<arith::SelectOp>(isLong, addend, half);
  }
  case Rounding::HalfEven:
    break;
  }
  llvm_unreachable("no rounding mode of one or two addends");
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

Value Emitter::emitSum(Value product, Value difference, Value shift) {
  if (op.getRounding() == Rounding::Floor)
    return product;
  if (op.getRounding() != Rounding::HalfEven)
    return create<arith::AddIOp>(product, emitAddend(difference, shift));
  return emitRoundingOfTies(product,
                            op.getAddend()
                                ? emitAddendOperand(op.getAddend(), /*less=*/0)
                                : emitHalf(shift),
                            shift);
}

//===----------------------------------------------------------------------===//
// The code
//===----------------------------------------------------------------------===//

/// Clamps in 32 bits where code and bounds fit them, so that vectors stay
/// narrow; a bound that the code cannot pass costs nothing.
Value Emitter::emitClamp(Value code) {
  auto [low, high] = bounds.clamp;
  unsigned bits = width;
  if (bounds.code.fits(32) && bounds.clamp.fits(32))
    bits = std::min(width, 32u);
  code = resize(code, bits, /*isUnsigned=*/false);
  if (bounds.code.low < low)
    code = create<arith::MaxSIOp>(code, constant(low, bits));
  if (bounds.code.high > high)
    code = create<arith::MinSIOp>(code, constant(high, bits));
  return resize(code, op.getResultFormat().width, op.getUnsignedResult());
}

Value Emitter::emitCode(Value quotient) {
  Value code = quotient;
  if (int64_t zeroPoint = int64_t(op.getZeroPoint()))
    code = create<arith::AddIOp>(
        code, constant(zeroPoint,
                       getElementTypeOrSelf(code).getIntOrFloatBitWidth()));
  return emitClamp(code);
}
