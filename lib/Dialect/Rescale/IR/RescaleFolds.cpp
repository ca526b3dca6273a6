//===- RescaleFolds.cpp - Constant folding of the rescale dialect ---------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Folding evaluates the reference semantics; no arithmetic of its own.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Staircase;

/// The value of `bits` as the format reads them.
static Int128 read(const APInt &bits, bool isUnsigned) {
  return isUnsigned ? Int128(bits.getZExtValue()) : Int128(bits.getSExtValue());
}

/// The bits of a code.
static APInt write(int64_t code, IntegerFormat format) {
  return APInt(format.width, static_cast<uint64_t>(code),
               /*isSigned=*/!format.isUnsigned, /*implicitTrunc=*/true);
}

//===----------------------------------------------------------------------===//
// RequantizeOp
//===----------------------------------------------------------------------===//

/// Whether every code comes back as it is.
static bool isIdentity(RequantizeOp op) {
  IntegerFormat format = op.getInputFormat();
  Staircase s = op.getStaircase(0);
  return op.getInput().getType() == op.getResult().getType() &&
         op.getUnsignedInput() == op.getUnsignedResult() &&
         op.getInputZeroPoint() == op.getZeroPoint() &&
         s.clampMin <= format.min() && s.clampMax >= format.max() &&
         op.onlyMovesCodes();
}

OpFoldResult RequantizeOp::fold(FoldAdaptor adaptor) {
  if (isIdentity(*this))
    return getInput();
  auto input = dyn_cast_or_null<DenseIntElementsAttr>(adaptor.getInput());
  auto type = cast<RankedTensorType>(getResult().getType());
  if (!input || !type.hasStaticShape())
    return {};
  const bool isUnsigned = getUnsignedInput();
  const IntegerFormat format = getResultFormat();
  const int64_t numStaircases = getNumStaircases();
  if (input.isSplat() && numStaircases == 1) {
    Int128 x = read(input.getSplatValue<APInt>(), isUnsigned);
    return DenseElementsAttr::get(type,
                                  write(evaluate(getStaircase(0), x), format));
  }

  SmallVector<Staircase> staircases;
  for (int64_t i = 0; i < numStaircases; ++i)
    staircases.push_back(getStaircase(i));
  // Elements that share a channel are `stride` apart in row-major order.
  int64_t stride = 1;
  if (numStaircases > 1)
    for (int64_t size : type.getShape().drop_front(*getAxis() + 1))
      stride *= size;
  SmallVector<APInt> codes;
  codes.reserve(input.getNumElements());
  for (auto [index, bits] : llvm::enumerate(input.getValues<APInt>())) {
    int64_t channel = (int64_t(index) / stride) % numStaircases;
    codes.push_back(
        write(evaluate(staircases[channel], read(bits, isUnsigned)), format));
  }
  return DenseElementsAttr::get(type, codes);
}

//===----------------------------------------------------------------------===//
// ApplyOp
//===----------------------------------------------------------------------===//

/// One element of a constant operand: of a scalar, or of a vector's elements.
static APInt getElement(Attribute attr, int64_t index) {
  if (auto scalar = dyn_cast<IntegerAttr>(attr))
    return scalar.getValue();
  auto elements = cast<DenseIntElementsAttr>(attr);
  return elements.isSplat() ? elements.getSplatValue<APInt>()
                            : *(elements.value_begin<APInt>() + index);
}

OpFoldResult ApplyOp::fold(FoldAdaptor adaptor) {
  if (!llvm::all_of(adaptor.getOperands(), [](Attribute attr) {
        return isa_and_nonnull<IntegerAttr, DenseIntElementsAttr>(attr);
      }))
    return {};
  auto vector = dyn_cast<VectorType>(getResult().getType());
  if (vector && vector.isScalable())
    return {};

  const IntegerFormat format = getResultFormat();
  SmallVector<APInt> codes;
  for (int64_t i = 0, e = vector ? vector.getNumElements() : 1; i < e; ++i) {
    Staircase s;
    s.multiplicand = static_cast<int64_t>(read(
        getElement(adaptor.getMultiplicand(), i), getUnsignedMultiplicand()));
    s.shift = getElement(adaptor.getShift(), i).getZExtValue() & 63;
    s.rounding = toStaircase(getRounding());
    if (adaptor.getAddend()) {
      int64_t addend = getElement(adaptor.getAddend(), i).getSExtValue();
      int64_t negative =
          adaptor.getNegativeAddend()
              ? getElement(adaptor.getNegativeAddend(), i).getSExtValue()
              : addend;
      std::tie(s.addend, s.negativeAddend) = scaleAddends(addend, negative);
      // The addend of half_even is a promise; nothing follows from a broken
      // one.
      if (getRounding() == Rounding::HalfEven &&
          s.addend != getAddends(s).positive)
        return {};
    }
    s.inputZeroPoint = static_cast<int64_t>(getInputZeroPoint());
    s.outputZeroPoint = static_cast<int64_t>(getZeroPoint());
    std::tie(s.clampMin, s.clampMax) = getClampBounds();
    Int128 x = read(getElement(adaptor.getInput(), i), getUnsignedInput());
    codes.push_back(write(evaluate(s, x), format));
  }
  if (vector)
    return DenseElementsAttr::get(vector, codes);
  return IntegerAttr::get(getResult().getType(), codes.front());
}
