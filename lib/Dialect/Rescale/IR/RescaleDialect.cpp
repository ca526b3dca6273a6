//===- RescaleDialect.cpp - The rescale dialect ---------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the dialect and the rules of its discardable attributes.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "RescaleBytecode.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rescale;

#include "rescale/Dialect/Rescale/IR/RescaleDialect.cpp.inc"
#include "rescale/Dialect/Rescale/IR/RescaleEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "rescale/Dialect/Rescale/IR/RescaleAttributes.cpp.inc"

namespace {

/// The operations are pure, so they go wherever a body goes.
struct RescaleInlinerInterface : public DialectInlinerInterface {
  explicit RescaleInlinerInterface(Dialect *dialect)
      : DialectInlinerInterface(dialect) {}

  bool isLegalToInline(Operation *, Region *, bool,
                       IRMapping &) const override {
    return true;
  }
};

} // namespace

void RescaleDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "rescale/Dialect/Rescale/IR/RescaleAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "rescale/Dialect/Rescale/IR/RescaleOps.cpp.inc"
      >();
  addBytecodeInterface(*this);
  addInterfaces<RescaleInlinerInterface>();
}

Operation *RescaleDialect::materializeConstant(OpBuilder &builder,
                                               Attribute value, Type type,
                                               Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

/// Whether `attr` is an i64 that is not negative.
static bool isCount(Attribute attr) {
  auto count = dyn_cast_if_present<IntegerAttr>(attr);
  return count && count.getType().isInteger(64) && count.getInt() >= 0;
}

LogicalResult RescaleDialect::verifyOperationAttribute(Operation *op,
                                                       NamedAttribute attr) {
  StringRef name = attr.getName().getValue();
  // layer_c3
  if (name == kLayerAttrName || name == kProvedAttrName) {
    if (isa<DictionaryAttr>(attr.getValue()))
      return success();
    return op->emitError() << "requires " << name << " to be a dictionary, got "
                           << attr.getValue() << "; write one, or remove it";
  }
  if (name == kEntryPointAttrName || name == kInRangeAttrName)
    return success();
  // layer_c4
  if (name == kArenaAttrName) {
    auto arena = dyn_cast<DictionaryAttr>(attr.getValue());
    if (arena && isCount(arena.get("size")) &&
        isCount(arena.get("alignment")) && isCount(arena.get("lower_bound")))
      return success();
    return op->emitError()
           << "requires rescale.arena to have size, alignment and lower_bound, "
              "each an i64 that is not negative, got "
           << attr.getValue() << "; let rescale-plan-arena write it";
  }
  // quantization_c3: nothing else on operations.
  return op->emitError()
         << "requires a known attribute of the rescale dialect, "
            "got '"
         << name << "'; remove it";
}

/// The rules of arguments and results alike.
static LogicalResult verifyInterfaceAttr(Operation *op, NamedAttribute attr) {
  StringRef name = attr.getName().getValue();
  // quantization_c1
  if (name == kScaleAttrName) {
    auto scale = dyn_cast<FloatAttr>(attr.getValue());
    if (scale && scale.getType().isF64() &&
        scale.getValue().isFiniteNonZero() && !scale.getValue().isNegative())
      return success();
    return op->emitError() << "requires rescale.scale to be a positive f64, "
                              "got "
                           << attr.getValue()
                           << "; write the step of the codes, as in "
                              "rescale.scale = 0.5 : f64";
  }
  // quantization_c2
  if (name == kZeroPointAttrName) {
    auto zeroPoint = dyn_cast<IntegerAttr>(attr.getValue());
    // What codes of up to 32 bits, signed or unsigned, can have.
    if (zeroPoint && zeroPoint.getType().isInteger(64) &&
        zeroPoint.getInt() >= INT32_MIN && zeroPoint.getInt() <= UINT32_MAX)
      return success();
    return op->emitError() << "requires rescale.zero_point to be an i64 "
                              "from -2147483648 to 4294967295, got "
                           << attr.getValue()
                           << "; write the code of real 0, as in "
                              "rescale.zero_point = -128 : i64";
  }
  // layer_c1
  if (name == kNameAttrName) {
    auto string = dyn_cast<StringAttr>(attr.getValue());
    if (string && !string.getValue().empty())
      return success();
    return op->emitError() << "requires rescale.name to be a string that is "
                              "not empty, got "
                           << attr.getValue()
                           << "; write a name, as in rescale.name = \"input\"";
  }
  // layer_c2
  if (name == kArenaAttrName)
    return success();
  // quantization_c3
  return op->emitError() << "requires rescale.scale, rescale.zero_point or "
                            "another known attribute on arguments and "
                            "results, got '"
                         << name << "'; remove it";
}

/// The rules of what says where a layer's output may lie.
static LogicalResult verifyPlacementAttr(Operation *op, NamedAttribute attr) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  auto isArgument = [&](Attribute index) {
    return isCount(index) && function &&
           cast<IntegerAttr>(index).getInt() < function.getNumArguments();
  };
  auto entries = dyn_cast<ArrayAttr>(attr.getValue());
  // layer_c5
  if (attr.getName() == kMayAliasAttrName) {
    if (entries && llvm::all_of(entries, isArgument))
      return success();
    return op->emitError()
           << "requires rescale.may_alias to be an array of numbers of "
              "arguments, got "
           << attr.getValue() << "; write them as in rescale.may_alias = [0]";
  }
  // layer_c6
  auto isPair = [&](Attribute entry) {
    auto pair = dyn_cast<ArrayAttr>(entry);
    return pair && pair.size() == 2 && isArgument(pair[0]) && isCount(pair[1]);
  };
  if (entries && llvm::all_of(entries, isPair))
    return success();
  return op->emitError()
         << "requires rescale.overlap to be an array of pairs of an argument's "
            "number and a distance in bytes, got "
         << attr.getValue() << "; write them as in rescale.overlap = [[0, 64]]";
}

LogicalResult RescaleDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                       unsigned,
                                                       NamedAttribute attr) {
  if (attr.getName() == kMayAliasAttrName || attr.getName() == kOverlapAttrName)
    return verifyPlacementAttr(op, attr);
  return verifyInterfaceAttr(op, attr);
}

LogicalResult RescaleDialect::verifyRegionResultAttribute(Operation *op,
                                                          unsigned, unsigned,
                                                          NamedAttribute attr) {
  return verifyInterfaceAttr(op, attr);
}
