//===- Emitter.h - Arithmetic of a rescale.apply ----------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all rungs have in common: operands, addends, zero point and clamp. One
// file for each rung has what is its own.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALETOARITH_EMITTER_H
#define RESCALE_LIB_CONVERSION_RESCALETOARITH_EMITTER_H

#include "rescale/Analysis/ApplyBounds.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::rescale {

/// Builds the arithmetic of one op in integers of one width, on scalars as on
/// vectors, folding constants as it goes.
class Emitter {
public:
  using Int128 = ::staircase::Int128;

  Emitter(ApplyOp op, const ApplyBounds &bounds, unsigned width,
          OpBuilder &builder)
      : op(op), bounds(bounds), width(width), b(op.getLoc(), builder) {}

  /// The same in another width.
  Emitter withWidth(unsigned other) { return Emitter(op, bounds, other, b); }

  //===--------------------------------------------------------------------===//
  // Operands
  //===--------------------------------------------------------------------===//

  /// x less its zero point.
  Value emitDifference();
  Value emitMultiplicand();
  /// The shift without what is done of it already, `less`. A value of `width`
  /// bits is exhausted by a shift of width - 1, and a longer one would be
  /// poison.
  Value emitShift(unsigned less = 0);
  /// The addend of the difference's sign. Only modes that compute it look at
  /// the shift. Operands that are multiples of 2^less can be had over that. Not
  /// for half_even.
  Value emitAddend(Value difference, Value shift, unsigned less = 0);
  /// `product + b`, rounded up to what the shift still has to discard.
  Value emitSum(Value product, Value difference, Value shift);

  /// The result from a quotient of any width: zero point, clamp, type.
  Value emitCode(Value quotient);

  //===--------------------------------------------------------------------===//
  // Operations
  //===--------------------------------------------------------------------===//

  template <typename OpTy>
  Value create(Value lhs, Value rhs) {
    return b.createOrFold<OpTy>(lhs, rhs);
  }
  /// Arithmetic that is meant modulo 2^width: nobody may prove or claim that it
  /// does not wrap.
  template <typename OpTy>
  Value createWrapping(Value lhs, Value rhs) {
    auto wrapping = OpTy::create(b, lhs, rhs);
    wrapping->setAttr(kWrapsAttrName, b.getUnitAttr());
    return wrapping;
  }
  Value constant(Int128 value) { return constant(value, width); }
  Value constant(Int128 value, unsigned bits);
  /// `value` in `bits` bits and the op's shape. Narrowing is exact where the
  /// bounds say so.
  Value resize(Value value, unsigned bits, bool isUnsigned);
  /// The same of a value that fits, said so that others can build on it.
  Value truncate(Value value, unsigned bits);

  ApplyOp op;
  const ApplyBounds &bounds;
  const unsigned width;

private:
  /// The type of `bits` wide elements in the op's shape.
  Type getType(unsigned bits);
  Value emitHalf(Value shift);
  Value emitRoundingOfTies(Value product, Value half, Value shift);
  Value emitAddendOperand(Value addend, unsigned less);
  /// The one of two addends that the sign of `difference` asks for.
  Value selectAddend(Value difference, Value positive, Value negative);
  Value emitClamp(Value code);

  ImplicitLocOpBuilder b;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALETOARITH_EMITTER_H
