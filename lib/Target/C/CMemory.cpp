//===- CMemory.cpp - Loads, stores, views and calls in C ------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A view of the arena is a pointer with a name, declared where it is used
// first.
//
//===----------------------------------------------------------------------===//

#include "FunctionPrinter.h"

#include "CTables.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Roles.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace mlir::rescale;

/// is zero, or part of the pointer.
static bool hasOffset(MemRefType type) {
  int64_t offset = type.getStridesAndOffset().second;
  return !ShapedType::isDynamic(offset) && offset != 0;
}

/// The pointer to the first element.
static std::string getPointer(StringRef base, MemRefType type) {
  if (!hasOffset(type))
    return base.str();
  return (base + " + " + Twine(type.getStridesAndOffset().second)).str();
}

/// Whether an offset that is in the type becomes a part of the pointer.
static bool movesPointer(memref::CastOp op) {
  return hasOffset(cast<MemRefType>(op.getSource().getType())) &&
         !hasOffset(cast<MemRefType>(op.getType()));
}

/// The value that has the pointer of `buffer`: views that change the type alone
/// have it from their source.
static Value getPointerOwner(Value buffer) {
  while (Operation *op = buffer.getDefiningOp()) {
    auto cast = dyn_cast<memref::CastOp>(op);
    if ((!cast || movesPointer(cast)) &&
        !isa<memref::CollapseShapeOp, memref::ExpandShapeOp,
             memref::ReinterpretCastOp>(op))
      break;
    buffer = op->getOperand(0);
  }
  return buffer;
}

std::string rescale::getIndex(MemRefType type, ArrayRef<CExpr> indices) {
  auto [strides, offset] = type.getStridesAndOffset();
  return makeIndex(indices, strides, hasOffset(type) ? offset : 0);
}

CExpr FunctionPrinter::makeLoad(memref::LoadOp op) {
  SmallVector<Value> values(op.getIndices());
  SmallVector<CExpr> indices = takeAll(values);
  CExpr base{getBase(op.getMemRef())};
  CType type = getCType(op.getType());
  CExpr result =
      makeElement(base.text, getIndex(op.getMemRefType(), indices), type);
  while (result.text.size() > kLongestExpression &&
         nameLongest(values, indices))
    result =
        makeElement(base.text, getIndex(op.getMemRefType(), indices), type);
  result.reads = !module.isConstant(op.getMemRef());
  return result;
}

void FunctionPrinter::printStore(memref::StoreOp op) {
  CExpr value = take(op.getValueToStore());
  SmallVector<Value> values(op.getIndices());
  SmallVector<CExpr> indices = takeAll(values);
  nameReads();
  CType type = getCType(op.getMemRefType().getElementType());
  CExpr base{getBase(op.getMemRef())};
  auto makeText = [&] {
    CExpr element =
        makeElement(base.text, getIndex(op.getMemRefType(), indices), type);
    return element.text + " = " + convertTo(value, type) + ";";
  };
  if (!out.fits(makeText()) && !value.isSimple() && !value.isLiteral())
    value = nameValue(op.getValueToStore(), value);
  while (!out.fits(makeText()) && nameLongest(values, indices))
    continue;
  out.line(makeText());
}

void FunctionPrinter::printCopy(memref::CopyOp op) {
  nameReads();
  auto source = cast<MemRefType>(op.getSource().getType());
  auto target = cast<MemRefType>(op.getTarget().getType());
  CType type = getCType(source.getElementType());
  std::string size = std::to_string(source.getNumElements());
  if (type != CType::I8)
    size += (" * sizeof(" + getCTypeName(type) + ")").str();
  std::string to = getPointer(getBase(op.getTarget()), target);
  std::string from = getPointer(getBase(op.getSource()), source);
  out.line("memcpy(" + to + ", " + from + ", " + size + ");");
}

/// Whether `value` is a pointer to void in C.
bool FunctionPrinter::isArena(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && function.isPublic() &&
         argument.getOwner() == &function.getBody().front() &&
         function.getArgAttr(argument.getArgNumber(), kArenaAttrName);
}

/// What lies `offset` bytes, a multiple of what `type` has, after the start of
/// `memory`. No cast is from a pointer that is less aligned, as -Wcast-align
/// asks for.
std::string FunctionPrinter::getPlace(Value memory, CType type,
                                      int64_t offset) {
  memory = getPointerOwner(memory);
  std::string text;
  auto get = memory.getDefiningOp<memref::GetGlobalOp>();
  if (get && isUnion(module.getGlobal(get))) {
    text = get.getName().str() + "." + getMember(type);
  } else if (isArena(memory)) {
    text = module.getArgumentName(function,
                                  cast<BlockArgument>(memory).getArgNumber());
    if (offset != 0)
      text = ("(" + getCTypeName(type) + " *)" + text).str();
  } else {
    text = getBase(memory);
    if (type != CType::I8)
      text = ("(" + getCTypeName(type) + " *)(void *)" + text).str();
  }
  if (offset != 0)
    text += " + " + std::to_string(offset / getCBytes(type));
  return text;
}

/// Declares a pointer to a buffer of the arena.
void FunctionPrinter::declareView(memref::ViewOp op, StringRef hint) {
  APInt offset;
  matchPattern(op.getByteShift(), m_ConstantInt(&offset));
  CType type = getCType(op.getType().getElementType());
  std::string text = getPlace(op.getSource(), type, offset.getZExtValue());
  std::string name = makeName(hint);
  out.line((module.isWritten(op) ? "" : "const ") + getCTypeName(type) +
           " *const " + name + " = " + text + ";");
  pointers[op] = name;
}

/// The pointer to `buffer`; with a call, that of its operand. A view gets a
/// name with its first use, and another one with each layer that fills it anew:
/// views of one place and type are one value.
std::string FunctionPrinter::getBase(Value buffer, OpOperand *operand) {
  Value owner = getPointerOwner(buffer);
  auto view = owner.getDefiningOp<memref::ViewOp>();
  if (!view)
    return exprs.at(owner).text;
  bool isKnown = pointers.count(view) != 0;
  if (!operand) {
    if (!isKnown)
      declareView(view, "buffer");
    return pointers[view];
  }
  func::FuncOp callee =
      module.getCallee(cast<func::CallOp>(operand->getOwner()));
  unsigned number = operand->getOperandNumber();
  Value argument = callee.getArgument(number);
  // What is in scratch memory before does not matter.
  bool isFilled = module.isWritten(argument) &&
                  (!module.isRead(argument) ||
                   module.getArgumentName(callee, number) == roles::kScratch) &&
                  operand->getOwner()->getParentOp() == function;
  if (!isKnown || isFilled)
    declareView(view, callee.getSymName().str() + "_" +
                          module.getArgumentName(callee, number));
  return pointers[view];
}

/// A cast that takes an offset out of the type puts it into the pointer.
void FunctionPrinter::printCast(memref::CastOp op) {
  if (movesPointer(op))
    exprs[op] = {getPointer(getBase(op.getSource()),
                            cast<MemRefType>(op.getSource().getType())),
                 CType::Pointer};
}

/// A view whose offset is computed is a pointer of its own.
void FunctionPrinter::printSubView(memref::SubViewOp op) {
  CExpr base{getBase(op.getSource()), CType::Pointer};
  auto [strides, offset] = op.getSourceType().getStridesAndOffset();
  if (!ShapedType::isDynamic(op.getType().getStridesAndOffset().second)) {
    exprs[op] = base;
    return;
  }
  SmallVector<CExpr> indices;
  for (OpFoldResult position : op.getMixedOffsets()) {
    if (auto value = dyn_cast<Value>(position))
      indices.push_back(take(value));
    else
      indices.push_back(makeLiteral(
          cast<IntegerAttr>(cast<Attribute>(position)).getValue(), CType::I32));
  }
  std::string index =
      makeIndex(indices, strides, hasOffset(op.getSourceType()) ? offset : 0);
  if (index == "0") {
    exprs[op] = base;
    return;
  }
  std::string name = makeName("part");
  out.line((module.isWritten(op) ? "" : "const ") +
           getCTypeName(getCType(op.getType().getElementType())) + " *const " +
           name + " = " + base.text + " + " +
           (index.find(' ') == std::string::npos ? index : "(" + index + ")") +
           ";");
  exprs[op] = {name, CType::Pointer};
}

void FunctionPrinter::printCall(func::CallOp op) {
  func::FuncOp callee = module.getCallee(op);
  SmallVector<CExpr> arguments;
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    if (isa<MemRefType>(value.getType())) {
      arguments.push_back({getBase(value, &operand), CType::Pointer});
      continue;
    }
    CExpr argument = take(value);
    argument.text = convertTo(argument, getCType(value.getType()));
    arguments.push_back(std::move(argument));
  }
  CType type = op.getNumResults() == 0 ? CType::Pointer
                                       : getCType(op.getResultTypes()[0]);
  CExpr call = makeCall(op.getCallee(), arguments, type);
  bool writes = module.writes(callee);
  call.reads |= module.reads(callee);
  if (writes)
    nameReads();
  if (op.getNumResults() == 0 || op->use_empty()) {
    if (!writes)
      return;
    // A definition of the macros brings its own semicolon: that of an empty one
    // is no statement of C99.
    bool isLayer = function.isPublic() && callee->hasAttr(kLayerAttrName);
    std::string layer = "(" + std::to_string(module.layers) + ", \"" +
                        op.getCallee().str() + "\")";
    if (isLayer)
      out.line(module.prefix + "_LAYER_BEGIN" + layer);
    out.line((op.getNumResults() == 0 ? "" : "(void)") + call.text + ";");
    if (isLayer)
      out.line(module.prefix + "_LAYER_END" + layer);
    module.layers += isLayer;
  } else if (writes) {
    nameValue(op.getResult(0), call);
  } else {
    bind(op, op.getResult(0), call);
  }
}
