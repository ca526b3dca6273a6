//===- RescaleOps.cpp - Operations of the rescale dialect -----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Accessors and verifiers. The labels requantize_cN and apply_cN are the
// numbered rules of docs/spec.md; rules that ODS checks are not repeated here.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/Rescale/IR/Snap.h"

#include "CalibrationRules.h"
#include "Columns.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::IntegerFormat;
using ::staircase::Staircase;

#define GET_OP_CLASSES
#include "rescale/Dialect/Rescale/IR/RescaleOps.cpp.inc"
#include "rescale/Support/Roles.h"

bool mlir::rescale::isMultiplicands(Attribute attr) {
  auto elements = dyn_cast_or_null<DenseIntElementsAttr>(attr);
  auto tensor =
      elements ? dyn_cast<RankedTensorType>(elements.getType()) : nullptr;
  if (!tensor || tensor.getRank() != 1)
    return false;
  auto type = dyn_cast<IntegerType>(tensor.getElementType());
  if (!type || type.isSignless() || type.getWidth() > 32)
    return false;
  return type.getWidth() >= (type.isUnsigned() ? 1 : 2);
}

static IntegerFormat getFormat(Type type, bool isUnsigned) {
  return {getElementTypeOrSelf(type).getIntOrFloatBitWidth(), isUnsigned};
}

//===----------------------------------------------------------------------===//
// Rules that both operations share
//===----------------------------------------------------------------------===//

/// requantize_c8, apply_c7: a zero point is a value of its type, and of the i64
/// that states it: unsigned 64 bits have the lower half.
static LogicalResult verifyZeroPoint(Operation *op, StringRef name,
                                     int64_t value, IntegerFormat format) {
  if (format.contains(value))
    return success();
  return op->emitOpError() << "requires " << name << " from "
                           << int64_t(format.min()) << " to "
                           << int64_t(std::min<Int128>(format.max(), INT64_MAX))
                           << ", got " << value
                           << "; choose a value of its type";
}

/// requantize_c9, apply_c8: the clamp is an interval of the result's codes.
static LogicalResult verifyClamp(Operation *op,
                                 std::optional<ArrayRef<int64_t>> clamp,
                                 IntegerFormat format) {
  if (!clamp)
    return success();
  auto [low, high] = std::pair((*clamp)[0], (*clamp)[1]);
  if (low <= high && format.contains(low) && format.contains(high))
    return success();
  return op->emitOpError() << "requires an ordered clamp within ["
                           << int64_t(format.min()) << ", "
                           << int64_t(format.max()) << "], got [" << low << ", "
                           << high << "]; choose codes of the result type";
}

/// The rules on the codes of either side.
template <typename OpTy>
static LogicalResult verifyCodes(OpTy op) {
  if (failed(verifyZeroPoint(op, "input_zero_point",
                             int64_t(op.getInputZeroPoint()),
                             op.getInputFormat())) ||
      failed(verifyZeroPoint(op, "zero_point", int64_t(op.getZeroPoint()),
                             op.getResultFormat())))
    return failure();
  return verifyClamp(op, op.getClamp(), op.getResultFormat());
}

//===----------------------------------------------------------------------===//
// RequantizeOp
//===----------------------------------------------------------------------===//

IntegerFormat RequantizeOp::getInputFormat() {
  return getFormat(getInput().getType(), getUnsignedInput());
}

IntegerFormat RequantizeOp::getResultFormat() {
  return getFormat(getResult().getType(), getUnsignedResult());
}

unsigned RequantizeOp::getPortWidth() {
  return getMultiplicands().getElementType().getIntOrFloatBitWidth();
}

int64_t RequantizeOp::getNumChannels() {
  return getAxis() ? getInput().getType().getDimSize(*getAxis()) : 1;
}

int64_t RequantizeOp::getNumStaircases() {
  return std::max(
      {int64_t(getMultiplicands().size()), int64_t(getShifts().size()),
       int64_t(getAddends().value_or(ArrayRef<int64_t>{}).size()),
       int64_t(getNegativeAddends().value_or(ArrayRef<int64_t>{}).size())});
}

Staircase RequantizeOp::getStaircase(int64_t channel) {
  DenseIntElementsAttr multiplicands = getMultiplicands();
  // Ports are at most 32 bits wide and hold no negative value (requantize_c3).
  auto multiplicand = multiplicands.isSplat()
                          ? multiplicands.getSplatValue<APInt>()
                          : *(multiplicands.value_begin<APInt>() + channel);
  Staircase s;
  s.multiplicand = multiplicand.getZExtValue();
  s.shift = getEntry(getShifts(), channel);
  s.rounding = toStaircase(getRounding());
  if (std::optional<ArrayRef<int64_t>> addends = getAddends()) {
    s.addend = getEntry(*addends, channel);
    s.negativeAddend = getNegativeAddends()
                           ? getEntry(*getNegativeAddends(), channel)
                           : s.addend;
  }
  s.inputZeroPoint = static_cast<int64_t>(getInputZeroPoint());
  s.outputZeroPoint = static_cast<int64_t>(getZeroPoint());
  IntegerFormat format = getResultFormat();
  s.clampMin = getClamp() ? (*getClamp())[0] : int64_t(format.min());
  s.clampMax = getClamp() ? (*getClamp())[1] : int64_t(format.max());
  return s;
}

bool RequantizeOp::onlyMovesCodes() {
  for (int64_t i = 0, e = getNumStaircases(); i < e; ++i) {
    Staircase s = getStaircase(i);
    ::staircase::Addends addends = ::staircase::getAddends(s);
    Int128 divisor = Int128(1) << s.shift;
    // A quotient that is whole has no tie.
    auto vanishes = [&](Int128 b) { return 0 <= b && b < divisor; };
    if (s.multiplicand != divisor || !vanishes(addends.positive) ||
        !vanishes(addends.negative))
      return false;
  }
  return true;
}

/// requantize_c5: a parameter has one entry, or one for each channel.
static LogicalResult verifyEntries(RequantizeOp op, StringRef name,
                                   int64_t size) {
  if (size == 1)
    return success();
  if (!op.getAxis())
    return op.emitOpError() << "requires one entry of " << name
                            << " where no axis is given, got " << size
                            << "; name the channels' dimension, as in axis 3";
  int64_t channels = op.getNumChannels();
  if (size == channels && size > 0)
    return success();
  auto diag = op.emitOpError() << "requires 1 entry of " << name << " or ";
  if (ShapedType::isDynamic(channels))
    return diag << "a static size of dimension " << *op.getAxis() << ", got "
                << size << " and a dynamic size; make the shape static";
  return diag << channels << ", the size of dimension " << *op.getAxis()
              << ", got " << size << "; give one for all or one for each";
}

/// range_c3: a range has one entry, or one for each channel, of accumulators
/// that the input can hold.
static LogicalResult verifyRange(RequantizeOp op, StringRef name) {
  auto range = op->getAttrOfType<RangeAttr>(name);
  if (!range)
    return success();
  int64_t entries = range.getNumEntries();
  if (entries != 1 && entries != op.getNumChannels())
    return op.emitOpError()
           << "requires " << name
           << " to have one entry, or one for each channel "
              "along a static axis, got "
           << entries << "; let rescale-annotate-ranges write it";
  ::staircase::Interval type = getInterval(op.getInputFormat());
  for (int64_t i = 0; i < entries; ++i)
    if (!type.contains(range.getInterval(i)))
      return op.emitOpError()
             << "requires " << name << " to hold values of the input, got ["
             << range.getLow()[i] << ", " << range.getHigh()[i] << "] at index "
             << i << "; let rescale-annotate-ranges write it";
  return success();
}

/// certificate_c8: a certificate is about one channel or about all;
/// certificate_c9: of accumulators that the input can hold.
static LogicalResult verifyCertificate(RequantizeOp op) {
  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  if (!certificate)
    return success();
  int64_t channels = certificate.getNumChannels();
  if (channels != 1 && channels != op.getNumChannels())
    return op.emitOpError()
           << "requires a certificate of one channel, or of each "
              "along a static axis, got "
           << channels << "; remove it and let rescale-narrow write one";
  RangeAttr range = certificate.getRange();
  ::staircase::Interval type = getInterval(op.getInputFormat());
  for (int64_t i = 0, e = range.getNumEntries(); i < e; ++i)
    if (!type.contains(range.getInterval(i)))
      return op.emitOpError()
             << "requires a certificate of values of the input, got ["
             << range.getLow()[i] << ", " << range.getHigh()[i] << "] at index "
             << i << "; remove it and let rescale-narrow write one";
  return success();
}

/// snap_c6: what was snapped is one channel or all.
static LogicalResult verifySnapped(RequantizeOp op) {
  auto snapped = op->getAttrOfType<SnapAttr>(kSnappedAttrName);
  int64_t channels = snapped ? snapped.getNumChannels() : 1;
  if (channels == 1 || channels == op.getNumChannels())
    return success();
  return op.emitOpError()
         << "requires rescale.snapped of one channel, or of each along a "
            "static axis, got "
         << channels << "; remove it";
}

LogicalResult RequantizeOp::verify() {
  // requantize_c3
  if (!isMultiplicands(getMultiplicands()))
    return emitOpError()
           << "requires multiplicands of type ui1 to ui32 or si2 to si32 in a "
              "tensor of rank 1, got "
           << getMultiplicands().getType()
           << "; write the width of their port, as in tensor<1xui8>";
  for (APInt value : getMultiplicands().getValues<APInt>())
    if (getMultiplicands().getElementType().isSignedInteger() &&
        value.isNegative())
      return emitOpError() << "requires multiplicands of at least 0, got "
                           << value.getSExtValue()
                           << "; negate what is multiplied instead";
  // requantize_c4
  for (int8_t shift : getShifts())
    if (shift < 0 || shift > 63)
      return emitOpError() << "requires shifts from 0 to 63, got " << int(shift)
                           << "; scale the multiplicand by a power of two";
  // requantize_c5
  if (getAxis() && *getAxis() >= uint64_t(getInput().getType().getRank()))
    return emitOpError() << "requires an axis below the rank "
                         << getInput().getType().getRank() << ", got "
                         << *getAxis() << "; count dimensions from 0";
  if (failed(
          verifyEntries(*this, "multiplicands", getMultiplicands().size())) ||
      failed(verifyEntries(*this, "shifts", getShifts().size())))
    return failure();
  // requantize_c6
  if (getAddends().has_value() != (getRounding() == Rounding::Addend) ||
      (getNegativeAddends() && !getAddends()))
    return emitOpError() << "requires addends exactly with the rounding "
                            "addend, and negative_addends only beside them, "
                            "got rounding "
                         << stringifyRounding(getRounding()) << " with"
                         << (getAddends() ? "" : "out") << " addends"
                         << (getNegativeAddends() ? " and with"
                                                  : " and without")
                         << " negative_addends; change the one or the other";
  if (getAddends() &&
      failed(verifyEntries(*this, "addends", getAddends()->size())))
    return failure();
  if (getNegativeAddends() &&
      failed(verifyEntries(*this, "negative_addends",
                           getNegativeAddends()->size())))
    return failure();
  // requantize_c7
  if (getNegativeAddends())
    for (int64_t i = 0, e = getNumStaircases(); i < e; ++i)
      if (!isMonotone(getStaircase(i)))
        return emitOpError()
               << "requires a pair of addends whose code does not "
                  "fall from d = -1 to d = 0, got "
               << getStaircase(i).negativeAddend << " and "
               << getStaircase(i).addend << " in channel " << i
               << "; lower the negative one";
  if (failed(verifyRange(*this, kProvedRangeAttrName)) ||
      failed(verifyRange(*this, kObservedRangeAttrName)) ||
      failed(verifyHistogram(*this)) || failed(verifyCertificate(*this)) ||
      failed(verifySnapped(*this)))
    return failure();
  return verifyCodes(*this);
}

//===----------------------------------------------------------------------===//
// ApplyOp
//===----------------------------------------------------------------------===//

IntegerFormat ApplyOp::getInputFormat() {
  return getFormat(getInput().getType(), getUnsignedInput());
}

IntegerFormat ApplyOp::getMultiplicandFormat() {
  return getFormat(getMultiplicand().getType(), getUnsignedMultiplicand());
}

IntegerFormat ApplyOp::getResultFormat() {
  return getFormat(getResult().getType(), getUnsignedResult());
}

StringRef ApplyOp::getOperandName(Value value) {
  for (Operation *user : value.getUsers()) {
    auto apply = dyn_cast<ApplyOp>(user);
    if (!apply)
      continue;
    if (value == apply.getInput())
      return roles::kInput;
    if (value == apply.getMultiplicand())
      return roles::kMultiplicand;
    if (value == apply.getShift())
      return roles::kShift;
    return value == apply.getAddend() ? roles::kAddend : roles::kNegativeAddend;
  }
  return "";
}

std::pair<int64_t, int64_t> ApplyOp::getClampBounds() {
  if (getClamp())
    return {(*getClamp())[0], (*getClamp())[1]};
  IntegerFormat format = getResultFormat();
  return {int64_t(format.min()), int64_t(format.max())};
}

std::pair<int64_t, int64_t> ApplyOp::scaleAddends(int64_t addend,
                                                  int64_t negative) {
  // apply_c9 leaves room for the shift.
  uint64_t half =
      getAddendHalf() ? uint64_t(1) << (getAddendShift() - 1) : uint64_t(0);
  auto scale = [&](int64_t value) {
    return static_cast<int64_t>(
        (static_cast<uint64_t>(value) << getAddendShift()) + half);
  };
  return {scale(addend), scale(negative)};
}

/// apply_c5, apply_c10: a promised range is ordered and within what the operand
/// can hold.
static LogicalResult verifyRange(ApplyOp op, StringRef name,
                                 std::optional<ArrayRef<int64_t>> range,
                                 Int128 min, Int128 max) {
  if (!range)
    return success();
  auto [low, high] = std::pair((*range)[0], (*range)[1]);
  if (low <= high && min <= low && high <= max)
    return success();
  return op.emitOpError() << "requires an ordered " << name << " within ["
                          << int64_t(min) << ", " << uint64_t(max) << "], got ["
                          << low << ", " << high
                          << "]; bound the operand or leave the promise out";
}

LogicalResult ApplyOp::verify() {
  // apply_c2: the element-wise trait compares the vectors, and allows scalars
  // among them; the input is not one of those.
  if (isa<VectorType>(getInput().getType()) !=
      isa<VectorType>(getResult().getType()))
    return emitOpError() << "requires a result of the input's shape, got "
                         << getInput().getType() << " and "
                         << getResult().getType()
                         << "; make both scalars or vectors of one shape";
  // apply_c3
  bool isAddend = getRounding() == Rounding::Addend;
  bool isHalfEven = getRounding() == Rounding::HalfEven;
  if ((isAddend && !getAddend()) || (getAddend() && !isAddend && !isHalfEven) ||
      (getNegativeAddend() && (!isAddend || !getAddend())))
    return emitOpError() << "requires an addend with the rounding addend, "
                            "allows one with half_even, and a second one only "
                            "beside the first with the rounding addend, got "
                            "rounding "
                         << stringifyRounding(getRounding()) << " with "
                         << (getAddend() ? 1 : 0) +
                                (getNegativeAddend() ? 1 : 0)
                         << " addends; change the one or the other";
  // apply_c4
  IntegerFormat multiplicand = getMultiplicandFormat();
  unsigned magnitudeBits = multiplicand.width - !multiplicand.isUnsigned;
  if (getMultiplicandBits() && *getMultiplicandBits() > magnitudeBits)
    return emitOpError() << "requires multiplicand_bits of at most "
                         << magnitudeBits << ", got " << *getMultiplicandBits()
                         << "; use a wider operand or unsigned_multiplicand";
  // apply_c5
  IntegerFormat input = getInputFormat();
  // A promise is an i64; of an unsigned 64-bit input it bounds the lower half.
  Int128 inputMax = std::min<Int128>(input.max(), INT64_MAX);
  if (failed(verifyRange(*this, "shift_range", getShiftRange(), 0, 63)) ||
      failed(verifyRange(*this, "input_range", getInputRange(), input.min(),
                         inputMax)) ||
      failed(verifyRange(*this, "addend_range", getAddendRange(), INT64_MIN,
                         INT64_MAX)))
    return failure();
  // apply_c6
  if (getAddendRange() && !getAddend())
    return emitOpError() << "requires an addend where an addend_range is "
                            "promised, got none; leave the promise out";
  // apply_c9
  if (getAddendHalf() && getAddendShift() == 0)
    return emitOpError() << "requires an addend_shift of at least 1 for an "
                            "addend_half, got 0; leave the addend_half out";
  if (uint64_t shift = getAddendShift()) {
    if (!isAddend)
      return emitOpError() << "requires the rounding addend for an "
                              "addend_shift, got "
                           << stringifyRounding(getRounding())
                           << "; leave the addend_shift out";
    for (Value addend : {getAddend(), getNegativeAddend()}) {
      unsigned width =
          addend ? getElementTypeOrSelf(addend).getIntOrFloatBitWidth() : 0;
      if (width + shift > 64)
        return emitOpError()
               << "requires addends of at most " << 64 - shift
               << " bits beside an addend_shift of " << shift << ", got "
               << width << "; use a narrower operand or a lesser addend_shift";
    }
  }
  // apply_c10
  if (failed(
          verifyRange(*this, "sum_range", getSumRange(), INT64_MIN, INT64_MAX)))
    return failure();
  return verifyCodes(*this);
}

void ApplyOp::inferResultRanges(ArrayRef<ConstantIntRanges> operands,
                                SetIntRangeFn setResultRange) {
  IntegerFormat format = getResultFormat();
  auto [low, high] = getClampBounds();
  auto toRange = [&](int64_t least, int64_t greatest) {
    APInt min(format.width, least, !format.isUnsigned, /*implicitTrunc=*/true);
    APInt max(format.width, greatest, !format.isUnsigned,
              /*implicitTrunc=*/true);
    return ConstantIntRanges::range(min, max, !format.isUnsigned);
  };
  // With constant parameters y is monotone, so the input's ends give the
  // result's; otherwise the clamp is all that is known.
  std::optional<APInt> multiplicand = operands[1].getConstantValue();
  std::optional<APInt> shift = operands.back().getConstantValue();
  std::optional<APInt> addend, negativeAddend;
  bool hasAddends = getRounding() == Rounding::Addend;
  if (hasAddends) {
    addend = operands[2].getConstantValue();
    negativeAddend =
        getNegativeAddend() ? operands[3].getConstantValue() : addend;
  }
  if (multiplicand && shift && (!hasAddends || (addend && negativeAddend))) {
    Staircase s;
    s.multiplicand = getUnsignedMultiplicand()
                         ? int64_t(multiplicand->getZExtValue())
                         : multiplicand->getSExtValue();
    s.shift = shift->getZExtValue() & 63;
    s.rounding = toStaircase(getRounding());
    if (hasAddends)
      std::tie(s.addend, s.negativeAddend) =
          scaleAddends(addend->getSExtValue(), negativeAddend->getSExtValue());
    s.inputZeroPoint = int64_t(getInputZeroPoint());
    s.outputZeroPoint = int64_t(getZeroPoint());
    std::tie(s.clampMin, s.clampMax) = getClampBounds();
    const ConstantIntRanges &input = operands.front();
    Int128 inputMin = getUnsignedInput() ? Int128(input.umin().getZExtValue())
                                         : Int128(input.smin().getSExtValue());
    Int128 inputMax = getUnsignedInput() ? Int128(input.umax().getZExtValue())
                                         : Int128(input.smax().getSExtValue());
    if (isMonotone(s))
      std::tie(low, high) =
          std::pair(evaluate(s, inputMin), evaluate(s, inputMax));
  }
  setResultRange(getResult(), toRange(low, high));
}
