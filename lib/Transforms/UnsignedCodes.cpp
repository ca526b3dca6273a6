//===- UnsignedCodes.cpp - Which unsigned codes can be signed -------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An operation either commutes with v -> v - 2^(w-1), is rewritten, or is
// refused with the reason.
//
//===----------------------------------------------------------------------===//

#include "UnsignedCodes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rescale;

Type mlir::rescale::makeSigned(Type type) {
  std::optional<unsigned> width = getUnsignedWidth(type);
  if (!width)
    return type;
  Type element = IntegerType::get(type.getContext(), *width);
  if (auto shaped = dyn_cast<ShapedType>(type))
    return shaped.clone(element);
  return element;
}

static bool hasUnsigned(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), isUnsigned) ||
         llvm::any_of(op->getResultTypes(), isUnsigned);
}

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

LogicalResult mlir::rescale::verifyCanMakeSigned(Operation *op) {
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
