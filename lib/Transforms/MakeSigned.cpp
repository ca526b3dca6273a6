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
// itself; all others either commute with it or are refused beforehand.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
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

/// Returns the width of the codes that `type` holds where they are unsigned
/// and this pass is for them.
static std::optional<unsigned> getUnsignedWidth(Type type) {
  auto element = dyn_cast<IntegerType>(getElementTypeOrSelf(type));
  if (!element || !element.isUnsigned() ||
      (element.getWidth() != 8 && element.getWidth() != 16))
    return std::nullopt;
  return element.getWidth();
}

static bool isUnsigned(Type type) { return getUnsignedWidth(type).has_value(); }

static bool hasUnsigned(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), isUnsigned) ||
         llvm::any_of(op->getResultTypes(), isUnsigned);
}

/// Returns the signless type of the same width, or `type` itself.
static Type makeSigned(Type type) {
  std::optional<unsigned> width = getUnsignedWidth(type);
  if (!width)
    return type;
  Type element = IntegerType::get(type.getContext(), *width);
  if (auto shaped = dyn_cast<ShapedType>(type))
    return shaped.clone(element);
  return element;
}

/// v - 2^(w-1) modulo 2^w.
static APInt makeSigned(APInt value) {
  value.flipBit(value.getBitWidth() - 1);
  return value;
}

//===----------------------------------------------------------------------===//
// What can be rewritten
//===----------------------------------------------------------------------===//

/// Ops that only move, select and compare codes, or subtract a zero point of
/// the operand's own type from them: x <= y iff x - b <= y - b, and
/// x - z = (x - b) - (z - b). Padding is by the zero point, by the least code
/// or by a constant of the operand's type.
static bool commutes(Operation *op) {
  return isa<tosa::ArgMaxOp, tosa::AvgPool2dOp, tosa::ClampOp, tosa::ConcatOp,
             tosa::Conv2DOp, tosa::Conv3DOp, tosa::DepthwiseConv2DOp,
             tosa::EqualOp, tosa::GatherOp, tosa::GreaterEqualOp,
             tosa::GreaterOp, tosa::IdentityOp, tosa::IfOp, tosa::MatMulOp,
             tosa::MaxPool2dOp, tosa::MaximumOp, tosa::MinimumOp,
             tosa::NegateOp, tosa::PadOp, tosa::ReduceMaxOp, tosa::ReduceMinOp,
             tosa::ReshapeOp, tosa::ReverseOp, tosa::ScatterOp, tosa::SelectOp,
             tosa::SliceOp, tosa::TileOp, tosa::TransposeConv2DOp,
             tosa::TransposeOp, tosa::WhileOp, tosa::YieldOp, func::CallOp,
             func::ReturnOp>(op);
}

static InFlightDiagnostic refuse(Operation *op) {
  return op->emitOpError("requires a form that is the same for unsigned and "
                         "for signed codes, got ");
}

/// The zero point of a rescale must be known, because its own type does not
/// say whether the op reads it as signed. One of i16 must be 0.
static LogicalResult verifyZeroPoint(tosa::RescaleOp op, Type type, Value zp,
                                     bool isReadUnsigned, StringRef name) {
  if (isUnsigned(type) && !isReadUnsigned)
    return refuse(op) << type << " read as signed; set " << name << "_unsigned";
  if (!isUnsigned(type) && !isUnsigned(zp.getType()))
    return success();
  DenseIntElementsAttr values;
  if (!matchPattern(zp, m_Constant(&values)))
    return refuse(op) << "an " << name
                      << " zero point that is no constant; make it one";
  APInt value = *values.begin();
  if (getUnsignedWidth(type) == 16 && !value.isSignMask())
    return refuse(op) << "an " << name << " zero point of "
                      << value.getZExtValue() << " for " << type
                      << ", which TOSA cannot say of a signed one; use 32768";
  return success();
}

static LogicalResult verifyConst(tosa::ConstOp op) {
  if (isa<DenseIntElementsAttr>(op.getValues()))
    return success();
  auto resource = dyn_cast<DenseResourceElementsAttr>(op.getValues());
  AsmResourceBlob *blob =
      resource ? resource.getRawHandle().getBlob() : nullptr;
  auto type = cast<ShapedType>(op.getType());
  size_t size = type.getNumElements() * type.getElementTypeBitWidth() / 8;
  if (blob && blob->getData().size() == size)
    return success();
  return op.emitOpError("requires the data of a constant, got none that fits ")
         << type << "; print the network without eliding it";
}

static LogicalResult verifyRescale(tosa::RescaleOp op) {
  if (failed(verifyZeroPoint(op, op.getInput().getType(), op.getInputZp(),
                             op.getInputUnsigned(), "input")) ||
      failed(verifyZeroPoint(op, op.getOutput().getType(), op.getOutputZp(),
                             op.getOutputUnsigned(), "output")))
    return failure();
  return success();
}

static LogicalResult verifyCast(tosa::CastOp op) {
  Type from = op.getInput().getType(), to = op.getOutput().getType();
  auto fromCode = dyn_cast<IntegerType>(getElementTypeOrSelf(from));
  auto toCode = dyn_cast<IntegerType>(getElementTypeOrSelf(to));
  // To i1 is a comparison with 0, and i16 has no tosa.add.
  if (isa<RankedTensorType>(to) && fromCode && toCode &&
      toCode.getWidth() != 1 &&
      (toCode.getWidth() <= fromCode.getWidth() || toCode.getWidth() == 32 ||
       !isUnsigned(from)))
    return success();
  return refuse(op) << "a cast from " << from << " to " << to
                    << "; requantize with tosa.rescale instead";
}

/// Whether `typeOrAttr` holds an unsigned type, at any depth.
template <typename TypeOrAttr>
static bool nestsUnsigned(TypeOrAttr typeOrAttr) {
  return typeOrAttr
      .walk([](Type type) {
        return isUnsigned(type) ? WalkResult::interrupt()
                                : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Types change where they are the type of a value, not within another type or
/// an attribute. What would be left unsigned there, such as the type of a
/// function value, must not be.
static LogicalResult verifyNothingNested(Operation *op) {
  SmallVector<Type> types;
  llvm::append_range(types, op->getOperandTypes());
  llvm::append_range(types, op->getResultTypes());
  for (Region &region : op->getRegions())
    llvm::append_range(types, region.getArgumentTypes());
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (function)
    llvm::append_range(types, function.getResultTypes());
  for (Type type : types)
    if (nestsUnsigned(makeSigned(type)))
      return refuse(op) << "an unsigned type inside " << type
                        << "; use signed types there";
  // The bounds of a clamp are rewritten, and the type of a function is.
  if (function || isa<tosa::ClampOp>(op))
    return success();
  auto properties =
      dyn_cast_if_present<DictionaryAttr>(op->getPropertiesAsAttribute());
  if (!properties)
    return success();
  for (NamedAttribute attr : properties)
    if (nestsUnsigned(attr.getValue()))
      return refuse(op) << "an unsigned type inside '"
                        << attr.getName().getValue()
                        << "'; use signed types there";
  return success();
}

static LogicalResult verifyCanRewrite(Operation *op) {
  if (auto function = dyn_cast<FunctionOpInterface>(op);
      function && function.isExternal()) {
    if (llvm::none_of(function.getArgumentTypes(), nestsUnsigned<Type>) &&
        llvm::none_of(function.getResultTypes(), nestsUnsigned<Type>))
      return success();
    return op->emitOpError("requires a body to change its unsigned types, got "
                           "a declaration; define it");
  }
  if (!hasUnsigned(op) || commutes(op))
    return verifyNothingNested(op);
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case(verifyConst)
      .Case(verifyRescale)
      .Case(verifyCast)
      .Case([](tosa::ResizeOp op) -> LogicalResult {
        if (op.getMode() == tosa::ResizeMode::NEAREST_NEIGHBOR)
          return success();
        return refuse(op) << "mode BILINEAR; make the input int8 with "
                             "tosa.rescale first";
      })
      .Case([](tosa::TableOp op) -> LogicalResult {
        if (!isUnsigned(op.getInput1().getType()))
          return success();
        return op.emitOpError("requires a signed input, because TOSA defines "
                              "no order of rows for unsigned ones, got ")
               << op.getInput1().getType()
               << "; make it int8 with tosa.rescale first";
      })
      .Default([](Operation *op) -> LogicalResult {
        return refuse(op) << "one that looks at their values; requantize with "
                             "tosa.rescale around it";
      });
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

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

/// Moves `rescale.zero_point` with the codes of a value of type `type`.
static Attribute moveZeroPoint(Attribute zeroPoint, unsigned width) {
  auto integer = dyn_cast_if_present<IntegerAttr>(zeroPoint);
  if (!integer)
    return zeroPoint;
  return IntegerAttr::get(integer.getType(),
                          integer.getInt() - (int64_t(1) << (width - 1)));
}

static void rewriteInterface(FunctionOpInterface function) {
  StringRef name = kZeroPointAttrName;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    if (std::optional<unsigned> width = getUnsignedWidth(type))
      if (Attribute attr = function.getArgAttr(i, name))
        function.setArgAttr(i, name, moveZeroPoint(attr, *width));
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    if (std::optional<unsigned> width = getUnsignedWidth(type))
      if (Attribute attr = function.getResultAttr(i, name))
        function.setResultAttr(i, StringAttr::get(function.getContext(), name),
                               moveZeroPoint(attr, *width));
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
    getOperation().walk(
        [&](Operation *op) { canRewrite &= succeeded(verifyCanRewrite(op)); });
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
