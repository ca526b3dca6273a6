//===- TosaParameters.cpp - Parameters of tosa.rescale --------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The labels tosa_cN are the numbered rules of docs/spec.md; a message ends in
// the label of its rule. What the verifier
// of TOSA's dialect checks, such as the lengths of the parameters and constant
// zero points, is not repeated here.
//
//===----------------------------------------------------------------------===//

#include "TosaParameters.h"

#include "../RuleError.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::rescale;
using llvm::Error;
using llvm::Expected;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// The elements of a resource, which holds them in whole bytes, the lowest
/// first; none when its data is missing or has another size.
static std::optional<SmallVector<APInt>>
readResource(DenseResourceElementsAttr attr) {
  AsmResourceBlob *blob = attr.getRawHandle().getBlob();
  unsigned width = attr.getElementType().getIntOrFloatBitWidth();
  size_t numBytes = llvm::divideCeil(width, 8);
  if (!blob || blob->getData().size() != attr.getNumElements() * numBytes)
    return std::nullopt;
  SmallVector<APInt> values;
  for (ArrayRef<char> data = blob->getData(); !data.empty();
       data = data.drop_front(numBytes)) {
    uint64_t value = 0;
    for (char byte : llvm::reverse(data.take_front(numBytes)))
      value = value << 8 | static_cast<unsigned char>(byte);
    values.emplace_back(width, value);
  }
  return values;
}

/// The elements of a constant operand; none when it is known at run time only.
static Expected<std::optional<SmallVector<APInt>>>
readConstant(Value value, StringRef name) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  if (auto scalar = dyn_cast<IntegerAttr>(attr))
    return SmallVector<APInt>{scalar.getValue()};
  std::optional<SmallVector<APInt>> values;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    values = readResource(resource);
  else if (auto range = cast<ElementsAttr>(attr).tryGetValues<APInt>(); range)
    values = llvm::to_vector(*range);
  if (!values)
    return makeRuleError(
        "tosa_c9",
        "requires constant data of the size of {0}'s type, got {1}; give the "
        "resource its data or write dense elements",
        name, attr);
  return values;
}

namespace {
/// The values that a parameter may have, and what an error says otherwise.
struct Interval {
  int64_t min, max;
  StringRef text, wayOut, rule;
};
} // namespace

/// A parameter with one entry for all channels or one for each.
static Error readList(Value value, StringRef name, const Interval &interval,
                      std::optional<SmallVector<int64_t>> &result) {
  auto constant = readConstant(value, name);
  if (!constant)
    return constant.takeError();
  if (!*constant)
    return Error::success();
  result.emplace();
  for (const APInt &entry : **constant) {
    int64_t number = entry.getSExtValue();
    if (number < interval.min || number > interval.max)
      return makeRuleError(
          interval.rule, "requires a {0} {1}, got {2} at index {3}; {4}", name,
          interval.text, number, result->size(), interval.wayOut);
    result->push_back(number);
  }
  return Error::success();
}

static Error readZeroPoint(Value value, StringRef name, bool isUnsigned,
                           std::optional<int64_t> &result) {
  auto constant = readConstant(value, name);
  if (!constant)
    return constant.takeError();
  if (*constant)
    result = isUnsigned ? (**constant)[0].getZExtValue()
                        : (**constant)[0].getSExtValue();
  return Error::success();
}

//===----------------------------------------------------------------------===//
// RescaleOp
//===----------------------------------------------------------------------===//

static Error verifySignless(TypeRange types) {
  for (Type type : types)
    if (getElementTypeOrSelf(type).isUnsignedInteger())
      return makeRuleError(
          "tosa_c3",
          "requires signless element types, got {0}; run rescale-make-signed "
          "first",
          getElementTypeOrSelf(type));
  return Error::success();
}

/// The rules on the types of a tosa.rescale.
static Error verifyTypes(tosa::RescaleOp op) {
  SmallVector<Type> types(op->getOperandTypes());
  types.push_back(op.getType());
  for (Type type : types)
    if (!isa<RankedTensorType>(type))
      return makeRuleError("tosa_c1",
                           "requires ranked tensors, got {0}; run "
                           "tosa-infer-shapes first",
                           type);
  auto inputType = cast<RankedTensorType>(op.getInput().getType());
  auto outputType = cast<RankedTensorType>(op.getType());
  if (failed(verifyCompatibleShape(inputType, outputType)))
    return makeRuleError(
        "tosa_c2",
        "requires a result of the input's shape, got {0} and {1}; reshape "
        "before or after",
        inputType, outputType);
  if (Error error = verifySignless(types))
    return error;
  Type input = inputType.getElementType(), output = outputType.getElementType();
  auto isInteger = [](Type type, ArrayRef<unsigned> widths) {
    return llvm::any_of(widths,
                        [&](unsigned width) { return type.isInteger(width); });
  };
  if (!isInteger(input, {8, 16, 32, 48}) || !isInteger(output, {8, 16, 32}))
    return makeRuleError(
        "tosa_c4",
        "requires an input of i8, i16, i32 or i48 and a result of i8, i16 or "
        "i32, got {0} and {1}; write it as rescale.requantize",
        input, output);
  if (op.getScale32() && input.isInteger(48))
    return makeRuleError("tosa_c5",
                         "requires scale32 = false for an input of i48, "
                         "got scale32 = true; use 16-bit multipliers");
  return Error::success();
}

/// The rules on the attributes of a tosa.rescale.
static Error verifyAttributes(tosa::RescaleOp op) {
  if (!op.getScale32() &&
      op.getRoundingMode() == tosa::RoundingMode::DOUBLE_ROUND)
    return makeRuleError("tosa_c6",
                         "requires scale32 = true for DOUBLE_ROUND, got "
                         "scale32 = false; use SINGLE_ROUND");
  Type input = getElementTypeOrSelf(op.getInput());
  Type output = getElementTypeOrSelf(op.getType());
  auto isNarrow = [](Type type) { return type.getIntOrFloatBitWidth() <= 16; };
  bool isInputUnsigned = op.getInputUnsigned();
  bool isOutputUnsigned = op.getOutputUnsigned();
  if (isInputUnsigned && isOutputUnsigned)
    return makeRuleError(
        "tosa_c7",
        "requires input_unsigned or output_unsigned to be false, got true for "
        "both; rescale to a signed type in between");
  if ((isInputUnsigned || isOutputUnsigned) &&
      (!isNarrow(input) || !isNarrow(output)))
    return makeRuleError(
        "tosa_c8",
        "requires types of 8 or 16 bits with {0}, got {1} and {2}; rescale to "
        "a signed type in between",
        isInputUnsigned ? "input_unsigned" : "output_unsigned", input, output);
  return Error::success();
}

Expected<TosaParameters> rescale::readParameters(tosa::RescaleOp op) {
  if (Error error = verifyTypes(op))
    return error;
  if (Error error = verifyAttributes(op))
    return error;
  TosaParameters p;
  if (Error error = readList(op.getMultiplier(), "multiplier",
                             {0, INT32_MAX, "of at least 0",
                              "negate what is multiplied instead", "tosa_c10"},
                             p.multipliers))
    return error;
  if (Error error =
          readList(op.getShift(), "shift",
                   {2, 62, "from 2 to 62",
                    "scale the multiplier by a power of two", "tosa_c11"},
                   p.shifts))
    return error;
  if (Error error = readZeroPoint(op.getInputZp(), "input_zp",
                                  op.getInputUnsigned(), p.inputZeroPoint))
    return error;
  if (Error error = readZeroPoint(op.getOutputZp(), "output_zp",
                                  op.getOutputUnsigned(), p.outputZeroPoint))
    return error;
  return p;
}

//===----------------------------------------------------------------------===//
// ApplyScaleOp
//===----------------------------------------------------------------------===//

Expected<TosaParameters> rescale::readParameters(tosa::ApplyScaleOp op) {
  SmallVector<Type> types(op->getOperandTypes());
  types.push_back(op.getType());
  if (Error error = verifySignless(types))
    return error;
  Type value = op.getValue().getType(), result = op.getType();
  // Elementwise ops have tensors for all operands or for none.
  if (isa<TensorType>(result))
    return makeRuleError("tosa_c12",
                         "requires scalars or vectors, got {0}; use "
                         "tosa.rescale for tensors",
                         result);
  auto getWidth = [](Type type) {
    return getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  };
  auto isWithin = [](unsigned width, unsigned min, unsigned max) {
    return min <= width && width <= max;
  };
  unsigned multiplierWidth = getWidth(op.getMultiplier().getType());
  if (!isWithin(getWidth(value), 4, 64) || !isWithin(getWidth(result), 4, 32) ||
      !llvm::is_contained({8u, 16u, 32u}, multiplierWidth))
    return makeRuleError(
        "tosa_c13",
        "requires a value of 4 to 64 bits, a multiplier of 8, 16 or 32 and a "
        "result of 4 to 32, got {0}, {1} and {2}; extend or truncate them",
        getWidth(value), multiplierWidth, getWidth(result));
  TosaParameters p;
  Interval anyMultiplier = {INT32_MIN, INT32_MAX, "", "", ""};
  if (Error error = readList(op.getMultiplier(), "multiplier", anyMultiplier,
                             p.multipliers))
    return error;
  if (Error error =
          readList(op.getShift(), "shift",
                   {0, 63, "from 0 to 63",
                    "scale the multiplier by a power of two", "tosa_c14"},
                   p.shifts))
    return error;
  return p;
}
