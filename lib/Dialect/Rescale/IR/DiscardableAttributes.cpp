//===- DiscardableAttributes.cpp - What functions and others carry --------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of the dialect's discardable attributes, docs/spec.md, section 4.
// Planner and printer of C rely on what the attributes promise, so their form
// is checked after every pass.
//
//===----------------------------------------------------------------------===//

#include "CalibrationRules.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/Rescale/IR/Snap.h"
#include "rescale/Dialect/Rescale/IR/Source.h"
#include "rescale/Dialect/Rescale/IR/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::rescale;

/// Whether `attr` is an i64 that is not negative.
static bool isCount(Attribute attr) {
  auto count = dyn_cast_if_present<IntegerAttr>(attr);
  return count && count.getType().isInteger(64) && count.getInt() >= 0;
}

/// Whether `attr` is the least and the greatest of something.
static bool isRange(Attribute attr) {
  auto range = dyn_cast_if_present<DenseI64ArrayAttr>(attr);
  return range && range.size() == 2 && range[0] <= range[1];
}

//===----------------------------------------------------------------------===//
// On operations
//===----------------------------------------------------------------------===//

/// Whether `dictionary` has entries for which `isValid` holds, and no others.
static bool hasEntries(Attribute attr,
                       function_ref<bool(StringRef, Attribute)> isValid) {
  auto dictionary = dyn_cast<DictionaryAttr>(attr);
  return dictionary && llvm::all_of(dictionary, [&](NamedAttribute entry) {
           return isValid(entry.getName().getValue(), entry.getValue());
         });
}

// layer_c3
static LogicalResult verifyLayer(Operation *op, Attribute attr) {
  auto isList = [](Attribute value) {
    auto list = dyn_cast<ArrayAttr>(value);
    return list && llvm::all_of(list, llvm::IsaPred<StringAttr>);
  };
  if (hasEntries(attr, [&](StringRef name, Attribute value) {
        return (name == "name" && isa<StringAttr>(value)) ||
               ((name == "ops" || name == "requantizations") &&
                isList(value)) ||
               (name == "accumulator" && isRange(value));
      }))
    return success();
  return op->emitError()
         << "requires rescale.layer to be a dictionary with a string name, "
            "arrays of strings ops and requantizations and the bounds "
            "accumulator in order, got "
         << attr
         << "; write it as in rescale.layer = {ops = [\"tosa.conv2d\"]}";
}

// layer_c4
static LogicalResult verifyArena(Operation *op, Attribute attr) {
  auto arena = dyn_cast<DictionaryAttr>(attr);
  if (arena && arena.size() == 3 && isCount(arena.get("size")) &&
      isCount(arena.get("alignment")) && isCount(arena.get("lower_bound")) &&
      llvm::isPowerOf2_64(arena.getAs<IntegerAttr>("alignment").getInt()))
    return success();
  return op->emitError()
         << "requires rescale.arena to have size, alignment and lower_bound, "
            "each an i64 that is not negative, the alignment a power of two, "
            "got "
         << attr << "; let rescale-plan-arena write it";
}

// layer_c7
static LogicalResult verifyProved(Operation *op, Attribute attr) {
  auto isPositive = [](Attribute value) {
    return isCount(value) && cast<IntegerAttr>(value).getInt() > 0;
  };
  auto proved = dyn_cast<DictionaryAttr>(attr);
  if (hasEntries(attr,
                 [&](StringRef name, Attribute value) {
                   return ((name == "accumulator" || name == "partial_sums") &&
                           isRange(value)) ||
                          (name == "may_wrap" && isPositive(value)) ||
                          (name == "no_overflow" && isa<UnitAttr>(value));
                 }) &&
      !(proved.contains("may_wrap") && proved.contains("no_overflow")))
    return success();
  return op->emitError()
         << "requires rescale.proved to have the bounds accumulator and "
            "partial_sums in order and a positive i64 may_wrap or "
            "no_overflow, got "
         << attr << "; let rescale-prove-overflow write it";
}

// layer_c8
static LogicalResult verifyEntryPoint(Operation *op, Attribute attr) {
  if (isa<UnitAttr>(attr) &&
      SymbolTable::getSymbolVisibility(op) == SymbolTable::Visibility::Public)
    return success();
  return op->emitError()
         << "requires rescale.entry_point to be a unit attribute of a public "
            "function, got "
         << attr << " on '" << op->getName()
         << "'; let rescale-create-entry-point write it";
}

// layer_c9: conversions to LLVM's dialect keep discardable attributes.
static LogicalResult verifyInRange(Operation *op, Attribute attr) {
  StringRef name = op->getName().getStringRef();
  bool isShift = llvm::is_contained({"arith.shli", "arith.shrsi", "arith.shrui",
                                     "llvm.shl", "llvm.ashr", "llvm.lshr"},
                                    name);
  if (isShift && isa<UnitAttr>(attr))
    return success();
  return op->emitError()
         << "requires rescale.in_range to be a unit attribute of a shift, got "
         << attr << " on '" << name << "'; let rescale-prove-overflow write it";
}

// layer_c10
static LogicalResult verifyWraps(Operation *op, Attribute attr) {
  StringRef name = op->getName().getStringRef();
  if (llvm::is_contained({"arith.addi", "arith.subi", "arith.muli",
                          "arith.shli", "llvm.add", "llvm.sub", "llvm.mul",
                          "llvm.shl"},
                         name) &&
      isa<UnitAttr>(attr))
    return success();
  return op->emitError()
         << "requires rescale.wraps to be a unit attribute of an addition, a "
            "subtraction, a multiplication or a shift to the left, got "
         << attr << " on '" << name << "'; remove it";
}

/// Where ranges of accumulators stand. The op itself, which is verified later,
/// checks what they say.
static LogicalResult verifyRange(Operation *op, NamedAttribute attr) {
  StringRef name = attr.getName().getValue();
  RangeKind kind =
      name == kProvedRangeAttrName ? RangeKind::Proved : RangeKind::Observed;
  auto range = dyn_cast<RangeAttr>(attr.getValue());
  // range_c2
  if (isa<RequantizeOp>(op) && range && range.getKind() == kind)
    return success();
  return op->emitError() << "requires " << name << " to be a #rescale.range<"
                         << stringifyRangeKind(kind)
                         << " ...> on rescale.requantize, got "
                         << attr.getValue() << " on " << op->getName()
                         << "; remove it";
}

// source_c1
static LogicalResult verifySource(Operation *op, Attribute attr) {
  auto source = dyn_cast<DictionaryAttr>(attr);
  auto has = [&](StringRef name) {
    auto text = source.getAs<StringAttr>(name);
    return text && !text.empty();
  };
  if (isa<ModuleOp>(op) && source && source.size() == 3 && has(kSourceFile) &&
      has(kSourceHash) && has(kSourceImporter))
    return success();
  return op->emitError()
         << "requires rescale.source to be a dictionary of the strings file, "
            "sha256 and importer on a module, got "
         << attr << " on '" << op->getName()
         << "'; let rescale import write it";
}

/// Where certificates stand; the op itself checks that they fit it.
static LogicalResult verifyCertificate(Operation *op, Attribute attr) {
  // certificate_c7
  bool isLowered = op->getName().getStringRef() == "linalg.generic";
  if ((isa<RequantizeOp>(op) || isLowered) && isa<CertificateAttr>(attr))
    return success();
  return op->emitError()
         << "requires rescale.certificate to be a #rescale.certificate<...> on "
            "rescale.requantize or on the linalg.generic made of one, got "
         << attr << " on " << op->getName() << "; remove it";
}

// snap_c5
static LogicalResult verifySnapped(Operation *op, Attribute attr) {
  if (isa<RequantizeOp>(op) && isa<SnapAttr>(attr))
    return success();
  return op->emitError() << "requires rescale.snapped to be a "
                            "#rescale.snap<...> on rescale.requantize, got "
                         << attr << " on " << op->getName() << "; remove it";
}

// float_weights_c1: whose weights they are, the pass that reads them finds out,
// since operands may have become constants only by then.
static LogicalResult verifyFloatWeights(Operation *op, Attribute attr) {
  auto elements = dyn_cast<ElementsAttr>(attr);
  if (elements && elements.getElementType().isF32() &&
      llvm::any_of(op->getOperands(), [&](Value operand) {
        auto type = dyn_cast<ShapedType>(operand.getType());
        return type && type.getElementType().isInteger() &&
               type.hasStaticShape() &&
               type.getShape() == elements.getShapedType().getShape();
      }))
    return success();
  auto diag = op->emitError();
  diag
      << "requires rescale.float_weights to be f32 elements in the shape of an "
         "integer operand, got ";
  if (elements)
    diag << elements.getType();
  else
    diag << attr;
  return diag << " on '" << op->getName()
              << "'; let rescale import --float-weights write it";
}

// target_c9
static LogicalResult verifyTarget(Operation *op, Attribute attr) {
  if (isa<ModuleOp, FunctionOpInterface, RequantizeOp>(op) &&
      isa<TargetAttr>(attr))
    return success();
  return op->emitError()
         << "requires rescale.target to be a #rescale.target<...> on a module, "
            "a function or rescale.requantize, got "
         << attr << " on " << op->getName() << "; remove it";
}

LogicalResult RescaleDialect::verifyOperationAttribute(Operation *op,
                                                       NamedAttribute attr) {
  StringRef name = attr.getName().getValue();
  if (name == kInRangeAttrName)
    return verifyInRange(op, attr.getValue());
  if (name == kWrapsAttrName)
    return verifyWraps(op, attr.getValue());
  if (name == kProvedRangeAttrName || name == kObservedRangeAttrName)
    return verifyRange(op, attr);
  if (name == kObservedHistogramAttrName)
    return verifyHistogramForm(op, attr.getValue());
  if (name == kInputMeanAttrName || name == kInputMomentAttrName)
    return verifyMoment(op, attr);
  if (name == kSourceAttrName)
    return verifySource(op, attr.getValue());
  if (name == kCertificateAttrName)
    return verifyCertificate(op, attr.getValue());
  if (name == kSnappedAttrName)
    return verifySnapped(op, attr.getValue());
  if (name == kFloatWeightsAttrName)
    return verifyFloatWeights(op, attr.getValue());
  if (name == kTargetAttrName)
    return verifyTarget(op, attr.getValue());
  LogicalResult (*verify)(Operation *, Attribute) =
      llvm::StringSwitch<LogicalResult (*)(Operation *, Attribute)>(name)
          .Case(kLayerAttrName, verifyLayer)
          .Case(kArenaAttrName, verifyArena)
          .Case(kProvedAttrName, verifyProved)
          .Case(kEntryPointAttrName, verifyEntryPoint)
          .Default(nullptr);
  // quantization_c3: nothing else on operations.
  if (!verify)
    return op->emitError()
           << "requires a known attribute of the rescale dialect, "
              "got '"
           << name << "'; remove it";
  if (!isa<FunctionOpInterface>(op))
    return op->emitError() << "requires " << name
                           << " on a function, got it on '" << op->getName()
                           << "'; remove it";
  return verify(op, attr.getValue());
}

//===----------------------------------------------------------------------===//
// On arguments and results
//===----------------------------------------------------------------------===//

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
  // source_c2
  if (name == kCodeOffsetAttrName) {
    auto offset = dyn_cast<IntegerAttr>(attr.getValue());
    if (offset && offset.getType().isInteger(64))
      return success();
    return op->emitError() << "requires rescale.code_offset to be an i64, got "
                           << attr.getValue()
                           << "; let rescale-make-signed write it";
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
  // quantization_c3
  return op->emitError() << "requires rescale.scale, rescale.zero_point or "
                            "another known attribute on arguments and "
                            "results, got '"
                         << name << "'; remove it";
}

// layer_c2: on buffers; LLVM's dialect has pointers there.
static LogicalResult verifyArenaArgument(Operation *op, Type type,
                                         Attribute attr) {
  auto buffer = dyn_cast<MemRefType>(type);
  bool isBytes = buffer && buffer.hasStaticShape() && buffer.getRank() == 1 &&
                 buffer.getElementType().isInteger(8);
  if (isa<UnitAttr>(attr) && (isBytes || !isa<ShapedType>(type)))
    return success();
  return op->emitError() << "requires rescale.arena to be a unit attribute of "
                            "a buffer of bytes, got "
                         << attr << " on " << type
                         << "; let rescale-plan-arena write it";
}

/// The rules of what says where a layer's output, an argument with the number
/// `output`, may lie.
static LogicalResult verifyPlacementAttr(FunctionOpInterface function,
                                         unsigned output, NamedAttribute attr) {
  llvm::SmallSet<int64_t, 4> inputs;
  auto isNewInput = [&](Attribute index) {
    if (!isCount(index))
      return false;
    int64_t number = cast<IntegerAttr>(index).getInt();
    return number != output && number < function.getNumArguments() &&
           inputs.insert(number).second;
  };
  auto entries = dyn_cast<ArrayAttr>(attr.getValue());
  // layer_c5
  if (attr.getName() == kMayAliasAttrName) {
    if (entries && llvm::all_of(entries, isNewInput))
      return success();
    return function->emitError()
           << "requires rescale.may_alias to be an array of numbers of other "
              "arguments, each once, got "
           << attr.getValue() << "; write them as in rescale.may_alias = [0]";
  }
  // layer_c6
  auto isPair = [&](Attribute entry) {
    auto pair = dyn_cast<ArrayAttr>(entry);
    return pair && pair.size() == 2 && isNewInput(pair[0]) && isCount(pair[1]);
  };
  if (entries && llvm::all_of(entries, isPair))
    return success();
  return function->emitError()
         << "requires rescale.overlap to be an array of pairs of another "
            "argument's number, each once, and a distance in bytes, got "
         << attr.getValue() << "; write them as in rescale.overlap = [[0, 64]]";
}

LogicalResult RescaleDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                       unsigned number,
                                                       NamedAttribute attr) {
  StringRef name = attr.getName().getValue();
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (function && name == kArenaAttrName)
    return verifyArenaArgument(op, function.getArgumentTypes()[number],
                               attr.getValue());
  if (function && (name == kMayAliasAttrName || name == kOverlapAttrName))
    return verifyPlacementAttr(function, number, attr);
  return verifyInterfaceAttr(op, attr);
}

LogicalResult RescaleDialect::verifyRegionResultAttribute(Operation *op,
                                                          unsigned, unsigned,
                                                          NamedAttribute attr) {
  return verifyInterfaceAttr(op, attr);
}
