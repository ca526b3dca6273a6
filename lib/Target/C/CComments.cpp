//===- CComments.cpp - What C says of its functions -----------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For who reviews the file: what holds of a function beyond its text.
//
//===----------------------------------------------------------------------===//

#include "CComments.h"

#include "CExpr.h"
#include "CTables.h"
#include "CText.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Support/Buffers.h"
#include "rescale/Support/Roles.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::rescale;

/// The names that the importer gave to what became `function`.
static std::string getModelNames(func::FuncOp function) {
  llvm::SetVector<StringRef> names;
  llvm::SmallDenseSet<Location, 4> origins;
  function.getLoc()->walk([&](Location loc) {
    // Of what rescale-record-origins made, the first is the name of an
    // operation.
    if (auto fused = dyn_cast<FusedLoc>(loc);
        fused && isa_and_present<IntegerAttr>(fused.getMetadata()))
      origins.insert(fused.getLocations().front());
    if (auto named = dyn_cast<NameLoc>(loc); named && !origins.contains(loc))
      names.insert(named.getName().getValue());
    return WalkResult::advance();
  });
  std::string text = llvm::join(names, "; ");
  // TensorFlow joins the names of what it fused without a blank.
  for (size_t i = 0; (i = text.find(';', i)) != std::string::npos; ++i)
    if (text[i + 1] != ' ')
      text.insert(i + 1, " ");
  return text;
}

/// `[-10, 20]`, or the attribute as MLIR writes it.
static std::string getText(Attribute attr) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (auto string = dyn_cast<StringAttr>(attr)) {
    os << string.getValue();
  } else if (auto integer = dyn_cast<IntegerAttr>(attr)) {
    os << integer.getValue();
  } else if (auto array = dyn_cast<DenseI64ArrayAttr>(attr)) {
    os << "[";
    llvm::interleaveComma(array.asArrayRef(), os);
    os << "]";
  } else if (auto list = dyn_cast<ArrayAttr>(attr)) {
    llvm::interleaveComma(list, os,
                          [&](Attribute item) { os << getText(item); });
  } else {
    attr.print(os);
  }
  return text;
}

/// The facts of a dictionary, `name_of_fact: value` each.
static void addFacts(DictionaryAttr facts, ArrayRef<StringRef> without,
                     SmallVectorImpl<std::string> &lines) {
  if (!facts)
    return;
  for (NamedAttribute fact : facts) {
    if (llvm::is_contained(without, fact.getName().getValue()))
      continue;
    std::string words = fact.getName().str();
    std::replace(words.begin(), words.end(), '_', ' ');
    if (!isa<UnitAttr>(fact.getValue()))
      words += ": " + getText(fact.getValue());
    lines.push_back("  " + words);
  }
}

namespace {

/// Bytes of a buffer that is there for several tensors.
struct Place {
  Value root;
  int64_t begin, end;

  bool overlaps(const Place &other) const {
    return root == other.root && begin < other.end && other.begin < end;
  }
};

} // namespace

/// Where `buffer` lies; none where it is all of what it views.
static std::optional<Place> getPlace(Value buffer) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  if (!type || !isContiguous(type))
    return std::nullopt;
  int64_t begin = 0;
  if (int64_t offset = type.getStridesAndOffset().second;
      !ShapedType::isDynamic(offset))
    begin = offset * getElementBytes(type);
  while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>()) {
    buffer = view.getViewSource();
    APInt shift;
    auto inBytes = dyn_cast<memref::ViewOp>(view.getOperation());
    if (!inBytes)
      continue;
    if (!matchPattern(inBytes.getByteShift(), m_ConstantInt(&shift)))
      return std::nullopt;
    begin += shift.getSExtValue();
    return Place{buffer, begin, begin + getBytes(type)};
  }
  return std::nullopt;
}

/// Says of a buffer that a layer fills which of its others it overlaps: by
/// then, the layer has read what it writes over.
static std::string getOverlaps(func::FuncOp layer, unsigned number,
                               CModule &module) {
  std::string text;
  func::CallOp call = module.getFirstCall(layer);
  if (!call || !module.isWritten(layer.getArgument(number)))
    return text;
  std::optional<Place> place = getPlace(call.getOperand(number));
  for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
    if (!place || i == number || !isa<MemRefType>(operand.getType()))
      continue;
    std::optional<Place> other = getPlace(operand);
    if (!other || !place->overlaps(*other) ||
        module.isWritten(layer.getArgument(i)))
      continue;
    int64_t distance = other->begin - place->begin;
    text += ", over " + module.getArgumentName(layer, i) + ": begins ";
    if (distance == 0)
      text += "at the same byte";
    else
      text += std::to_string(std::abs(distance)) +
              (std::abs(distance) == 1 ? " byte " : " bytes ") +
              (distance > 0 ? "before it" : "into it");
  }
  return text;
}

/// What bounds the accumulators of `function`, or those that it is called with.
static Attribute getAccumulator(func::FuncOp function, CModule &module) {
  auto lookup = [](func::FuncOp function, StringRef facts) -> Attribute {
    auto attr = function->getAttrOfType<DictionaryAttr>(facts);
    return attr ? attr.get(roles::kAccumulator) : nullptr;
  };
  if (func::CallOp call = module.getFirstCall(function))
    if (Attribute range =
            lookup(call->getParentOfType<func::FuncOp>(), kLayerAttrName))
      return range;
  if (Attribute range = lookup(function, kLayerAttrName))
    return range;
  return lookup(function, kProvedAttrName);
}

/// Adds what was proved, and how many operations are open.
static void addProofs(func::FuncOp function, CModule &module,
                      SmallVectorImpl<std::string> &lines) {
  SmallVector<std::string> proofs;
  if (Attribute range = getAccumulator(function, module))
    proofs.push_back("  accumulator: " + getText(range));
  auto proved = function->getAttrOfType<DictionaryAttr>(kProvedAttrName);
  addFacts(proved, {roles::kAccumulator, "may_wrap"}, proofs);
  if (!proofs.empty()) {
    lines.push_back("Proved:");
    llvm::append_range(lines, proofs);
  }
  auto open = proved ? proved.getAs<IntegerAttr>("may_wrap") : nullptr;
  if (open)
    lines.push_back(getText(open) +
                    (open.getInt() == 1 ? " operation" : " operations") +
                    " may wrap, through unsigned numbers.");
}

void rescale::printComment(func::FuncOp function, CModule &module,
                           CWriter &out) {
  SmallVector<std::string> lines;
  auto layer = function->getAttrOfType<DictionaryAttr>(kLayerAttrName);
  // A helper is known by its caller.
  if (func::CallOp call = layer ? nullptr : module.getFirstCall(function))
    lines.push_back((Twine(getAccumulator(function, module)
                               ? "A code from an accumulator of "
                               : "A part of ") +
                     call->getParentOfType<func::FuncOp>().getSymName() + ".")
                        .str());
  else if (std::string names = getModelNames(function); !names.empty())
    lines.push_back(names);
  auto ops = layer ? layer.getAs<ArrayAttr>("ops") : nullptr;
  if (ops && !ops.empty())
    lines.push_back("From " + getText(ops) + ".");
  for (auto [i, argument] : llvm::enumerate(function.getArgumentTypes())) {
    auto type = dyn_cast<MemRefType>(argument);
    if (!type)
      continue;
    std::string line = "  " + module.getArgumentName(function, i) + ": ";
    if (function.getArgAttr(i, kArenaAttrName))
      line += std::to_string(type.getNumElements()) + " bytes";
    else
      line += (getCTypeName(getCType(type.getElementType())) + " " +
               getCShape(type))
                  .str() +
              getOverlaps(function, i, module);
    lines.push_back(std::move(line));
  }
  addFacts(layer, {"name", "ops", "requantizations", roles::kAccumulator},
           lines);
  if (layer)
    if (auto claims = layer.getAs<ArrayAttr>("requantizations"))
      for (Attribute claim : claims)
        lines.push_back("Requantization: " + getText(claim) + ".");
  addProofs(function, module, lines);
  if (!lines.empty())
    out.comment(lines);
}
