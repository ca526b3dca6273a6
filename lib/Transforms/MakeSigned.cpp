//===- MakeSigned.cpp - Unsigned TOSA networks made signed ----------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every unsigned value v of w bits becomes v - 2^(w-1), signless. That is one
// change of types, of constants and of the few ops that look at the value
// itself; all others commute with it or have been refused.
//
//===----------------------------------------------------------------------===//

#include "UnsignedCodes.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/Rescale/IR/Source.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEMAKESIGNED
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;

/// v - 2^(w-1) modulo 2^w.
static APInt makeSigned(APInt value) {
  value.flipBit(value.getBitWidth() - 1);
  return value;
}

static ElementsAttr makeSigned(ElementsAttr values) {
  auto type = cast<ShapedType>(makeSigned(values.getShapedType()));
  if (auto dense = dyn_cast<DenseIntElementsAttr>(values))
    return dense.mapValues(type.getElementType(),
                           [](const APInt &v) { return makeSigned(v); });
  // The data of a resource may be shared with other modules of the context:
  // it is copied.
  auto resource = cast<DenseResourceElementsAttr>(values);
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  SmallVector<char> data(blob->getData());
  // Little-endian, as DenseElementsAttr has it on the hosts of LLVM's packages.
  size_t size = type.getElementTypeBitWidth() / 8;
  for (size_t i = size - 1; i < data.size(); i += size)
    data[i] ^= static_cast<char>(0x80);
  return DenseElementsAttr::getFromRawBuffer(type, data);
}

static Attribute makeSigned(Attribute bound) {
  auto integer = dyn_cast<IntegerAttr>(bound);
  if (!integer || !isUnsigned(integer.getType()))
    return bound;
  return IntegerAttr::get(makeSigned(integer.getType()),
                          makeSigned(integer.getValue()));
}

/// Gives a rescale a zero point that is right after the change of types. Its
/// own type says nothing about how the op reads it, so `zp` is replaced even
/// where its type is signless, and keeps its bits where the operand is signed.
static void makeZeroPointSigned(OpOperand &zp, bool isOperandUnsigned) {
  bool isZeroPointUnsigned = isUnsigned(zp.get().getType());
  if (!isOperandUnsigned && !isZeroPointUnsigned)
    return;
  DenseIntElementsAttr values;
  matchPattern(zp.get(), m_Constant(&values));
  Type element = makeSigned(values.getElementType());
  auto replacement = cast<DenseElementsAttr>(
      values.mapValues(element, [&](const APInt &value) {
        return isOperandUnsigned ? makeSigned(value) : value;
      }));
  OpBuilder b(zp.getOwner());
  zp.set(tosa::ConstOp::create(b, zp.get().getLoc(), replacement.getType(),
                               replacement));
}

static void rewriteRescale(tosa::RescaleOp op) {
  bool isInputUnsigned = isUnsigned(op.getInput().getType());
  bool isOutputUnsigned = isUnsigned(op.getOutput().getType());
  makeZeroPointSigned(op.getInputZpMutable(), isInputUnsigned);
  makeZeroPointSigned(op.getOutputZpMutable(), isOutputUnsigned);
  if (isInputUnsigned)
    op.setInputUnsigned(false);
  if (isOutputUnsigned)
    op.setOutputUnsigned(false);
}

/// Returns a constant of one element that broadcasts to `type`.
static Value createScalar(OpBuilder &b, Location loc, RankedTensorType type,
                          const APInt &value) {
  auto scalar =
      type.clone(SmallVector<int64_t>(type.getRank(), 1)).cloneWithEncoding({});
  return tosa::ConstOp::create(b, loc, scalar,
                               DenseElementsAttr::get(scalar, value));
}

/// Types change in place, so `op` already casts v - b_in where it cast v. What
/// is missing is b_in - b_out, a multiple of the sign bit modulo 2^width of the
/// result unless that is wider.
static void rewriteCast(tosa::CastOp op) {
  std::optional<unsigned> from = getUnsignedWidth(op.getInput().getType());
  std::optional<unsigned> to = getUnsignedWidth(op.getOutput().getType());
  auto type = cast<RankedTensorType>(makeSigned(op.getOutput().getType()));
  unsigned width = type.getElementTypeBitWidth();
  APInt offset(width, 0);
  if (from)
    offset += APInt::getOneBitSet(64, *from - 1).zextOrTrunc(width);
  if (to)
    offset -= APInt::getSignMask(width);
  if (offset.isZero())
    return;
  OpBuilder b(op->getContext());
  b.setInsertionPointAfter(op);
  Value result = op.getOutput();
  result.setType(type);
  Value constant = createScalar(b, op.getLoc(), type, offset);
  // Without the sign bit the cast is one to 32 bits, where nothing overflows.
  Operation *moved =
      offset.isSignMask()
          ? tosa::BitwiseXorOp::create(b, op.getLoc(), type, result, constant)
                .getOperation()
          : tosa::AddOp::create(b, op.getLoc(), type, result, constant)
                .getOperation();
  result.replaceAllUsesExcept(moved->getResult(0), moved);
}

/// Moves the zero point of an argument or result of unsigned codes of `width`
/// bits, and notes by how much.
static DictionaryAttr moveCodes(DictionaryAttr attrs, unsigned width,
                                MLIRContext *context) {
  NamedAttrList list(attrs);
  int64_t offset = -(int64_t(1) << (width - 1));
  if (auto zeroPoint =
          dyn_cast_if_present<IntegerAttr>(list.get(kZeroPointAttrName)))
    list.set(kZeroPointAttrName, IntegerAttr::get(zeroPoint.getType(),
                                                  zeroPoint.getInt() + offset));
  list.set(kCodeOffsetAttrName,
           IntegerAttr::get(IntegerType::get(context, 64), offset));
  return list.getDictionary(context);
}

static void rewriteInterface(FunctionOpInterface function) {
  MLIRContext *context = function.getContext();
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    if (std::optional<unsigned> width = getUnsignedWidth(type))
      function.setArgAttrs(
          i, moveCodes(function.getArgAttrDict(i), *width, context));
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    if (std::optional<unsigned> width = getUnsignedWidth(type))
      function.setResultAttrs(
          i, moveCodes(function.getResultAttrDict(i), *width, context));
  auto makeAllSigned = [](ArrayRef<Type> types) {
    return llvm::map_to_vector(types, [](Type t) { return makeSigned(t); });
  };
  function.setType(
      function.cloneTypeWith(makeAllSigned(function.getArgumentTypes()),
                             makeAllSigned(function.getResultTypes())));
}

/// Rewrites what depends on the types of `op` before they change.
static void rewriteOp(Operation *op) {
  TypeSwitch<Operation *>(op)
      .Case([](tosa::ConstOp op) {
        if (isUnsigned(op.getType()))
          op.setValuesAttr(makeSigned(op.getValues()));
      })
      .Case([](tosa::ClampOp op) {
        op.setMinValAttr(makeSigned(op.getMinVal()));
        op.setMaxValAttr(makeSigned(op.getMaxVal()));
      })
      .Case(rewriteRescale)
      .Case(rewriteCast)
      .Case(rewriteInterface);
}

namespace {

struct RescaleMakeSignedPass
    : public rescale::impl::RescaleMakeSignedBase<RescaleMakeSignedPass> {
  void runOnOperation() override {
    // All of the errors are told, and nothing is changed where there is one.
    bool canRewrite = true;
    getOperation().walk([&](Operation *op) {
      canRewrite &= succeeded(verifyCanMakeSigned(op));
    });
    if (!canRewrite)
      return signalPassFailure();

    // Users go first: they read the old types and values of their operands.
    SmallVector<Operation *> ops;
    getOperation().walk<WalkOrder::PreOrder>(
        [&](Operation *op) { ops.push_back(op); });
    for (Operation *op : llvm::reverse(ops))
      rewriteOp(op);
    getOperation().walk([](Operation *op) {
      for (Value result : op->getResults())
        result.setType(makeSigned(result.getType()));
      for (Region &region : op->getRegions())
        for (BlockArgument argument : region.getArguments())
          argument.setType(makeSigned(argument.getType()));
    });
  }
};

} // namespace
