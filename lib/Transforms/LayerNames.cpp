//===- LayerNames.cpp - What the model calls its layers -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names of TensorFlow Lite are paths, `model/conv2d_1/Conv2D`, of a layer and
// the operation in it. Where its converter fused operations, it joined their
// names with semicolons, the one that computes last.
//
//===----------------------------------------------------------------------===//

#include "LayerNames.h"

#include "rescale/Transforms/Claims.h"
#include "rescale/Transforms/ModelNames.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::rescale;

void LayerOrigin::add(Location loc) {
  if (auto fused = dyn_cast<FusedLoc>(loc)) {
    // Made by rescale-record-origins.
    if (auto number = dyn_cast_if_present<IntegerAttr>(fused.getMetadata())) {
      auto name = dyn_cast<NameLoc>(fused.getLocations().front());
      if (name) {
        origins.try_emplace(number.getInt(), name);
        return;
      }
    }
    if (auto facts = dyn_cast_if_present<DictionaryAttr>(fused.getMetadata()))
      if (auto claim = facts.getAs<StringAttr>(kClaimName))
        claims.insert(claim);
    for (Location part : fused.getLocations())
      add(part);
  } else if (auto call = dyn_cast<CallSiteLoc>(loc)) {
    add(call.getCallee());
  } else if (auto name = dyn_cast<NameLoc>(loc)) {
    names.insert(name.getName());
  }
}

SmallVector<StringAttr> LayerOrigin::getOps() const {
  return llvm::map_to_vector(
      origins, [](const auto &origin) { return origin.second.getName(); });
}

NameLoc LayerOrigin::getMainOrigin() const {
  // What others are fused into; else the last that does more than to finish.
  auto isKernel = [](StringRef op) {
    return op.contains("conv2d") || op.contains("pool") || op == "tosa.matmul";
  };
  auto isAuxiliary = [](StringRef op) {
    return llvm::is_contained({"rescale.requantize", "tosa.rescale",
                               "tosa.clamp", "tosa.cast", "tosa.reshape",
                               "tosa.pad", "tosa.transpose", "tosa.slice"},
                              op);
  };
  for (const auto &[number, origin] : origins)
    if (isKernel(origin.getName()))
      return origin;
  for (const auto &[number, origin] : llvm::reverse(origins))
    if (!isAuxiliary(origin.getName()))
      return origin;
  return origins.empty() ? NameLoc() : origins.begin()->second;
}

bool LayerOrigin::has(StringRef op) const {
  return llvm::any_of(origins, [&](const auto &origin) {
    return origin.second.getName() == op;
  });
}

/// The first name in `loc`; empty where it has none.
static StringRef getName(Location loc) {
  if (auto name = dyn_cast<NameLoc>(loc))
    return name.getName().getValue();
  if (auto call = dyn_cast<CallSiteLoc>(loc))
    return getName(call.getCallee());
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations())
      if (StringRef name = getName(part); !name.empty())
        return name;
  return "";
}

/// What the model calls the operation of `origin`; empty where it does not say.
static StringRef getNameOf(NameLoc origin) {
  return getName(origin.getChildLoc());
}

StringRef LayerOrigin::getModelName() const {
  StringRef name;
  if (NameLoc origin = getMainOrigin())
    name = getNameOf(origin);
  if (!name.empty())
    return name;
  return names.empty() ? StringRef() : names.front().getValue();
}

StringRef rescale::getModelName(Location loc) {
  LayerOrigin origin;
  origin.add(loc);
  return origin.getModelName();
}

Softmaxes rescale::findSoftmaxes(Operation *root) {
  LayerOrigin all;
  llvm::DenseSet<Location> seen;
  root->walk([&](Operation *op) {
    if (seen.insert(op->getLoc()).second)
      all.add(op->getLoc());
  });
  llvm::MapVector<StringRef, llvm::SmallDenseSet<StringRef>> ops;
  for (const auto &[number, origin] : all.origins)
    ops[getNameOf(origin)].insert(origin.getName());
  Softmaxes softmaxes;
  for (const auto &[name, set] : ops)
    // The maximum is subtracted, and the sum is divided by: in integers, from
    // its leading zeros.
    if (!name.empty() && set.contains("tosa.reduce_max") &&
        set.contains("tosa.reduce_sum") &&
        (set.contains("tosa.clz") || set.contains("tosa.reciprocal")))
      softmaxes.insert(name);
  return softmaxes;
}

/// The part of a path that names a layer; empty where none does.
static StringRef getScope(StringRef path) {
  SmallVector<StringRef> parts;
  path.split(parts, '/', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  if (parts.empty())
    return "";
  // The scopes of Keras are in lower case, and operations start in upper case.
  // In those of TF-Slim both do, and the operation is the last.
  auto *scope = llvm::find_if(
      parts, [](StringRef part) { return !llvm::isUpper(part.front()); });
  auto *operation = std::find_if(scope, parts.end(), [](StringRef part) {
    return llvm::isUpper(part.front());
  });
  if (operation == parts.end() && parts.size() > 1)
    --operation;
  scope = operation == parts.begin() ? operation : std::prev(operation);
  // What a layer keeps its numbers in.
  while (scope != parts.begin() &&
         (scope->starts_with("BatchNorm") || *scope == "weights_quant"))
    --scope;
  // What TensorFlow puts around all of a model.
  for (StringRef wrapper :
       {"Identity", "StatefulPartitionedCall", "PartitionedCall"})
    if (scope->starts_with(wrapper))
      return "";
  return *scope;
}

LayerOrigin::Name LayerOrigin::getName(StringRef defaultKind,
                                       const Softmaxes &softmaxes) const {
  StringRef path = getModelName();
  if (softmaxes.contains(path)) {
    if (has("tosa.reduce_max") == has("tosa.reduce_sum"))
      return {"softmax_0", true};
    return {has("tosa.reduce_max") ? "softmax_maximum_0" : "softmax_sum_0",
            true};
  }
  // Of joined names the last that tells something.
  StringRef scope;
  while (scope.empty() && !path.empty()) {
    scope = getScope(path.substr(path.rfind(';') + 1));
    path = path.substr(0, path.rfind(';') == StringRef::npos ? 0
                                                             : path.rfind(';'));
  }
  bool isNumbered = scope.empty();
  if (isNumbered) {
    NameLoc origin = getMainOrigin();
    scope =
        origin ? origin.getName().getValue().split('.').second : defaultKind;
  }

  std::string identifier;
  for (char c : scope)
    identifier += llvm::isAlnum(c) ? c : '_';
  // A leading underscore is reserved in C.
  identifier = StringRef(identifier).ltrim('_');
  if (identifier.empty() || llvm::isDigit(identifier.front()))
    identifier = "layer" + (identifier.empty() ? "" : "_" + identifier);
  bool hasNumber = false;
  for (size_t i = 1; i < identifier.size(); ++i)
    hasNumber |= identifier[i - 1] == '_' && llvm::isDigit(identifier[i]);
  if (isNumbered || !hasNumber)
    identifier += "_0";
  return {std::move(identifier), isNumbered};
}

std::string LayerNames::choose(const LayerOrigin &origin, StringRef kind,
                               const SymbolTable &symbols) {
  auto [name, isNumbered] = origin.getName(kind, softmaxes);
  // A name of the model keeps its own number.
  std::string stem =
      isNumbered ? StringRef(name).rsplit('_').first.str() : name;
  unsigned &number = numbers.try_emplace(stem, !isNumbered).first->second;
  // Macros of the header have the names in capitals.
  while (symbols.lookup(name) || !taken.insert(StringRef(name).upper()).second)
    name = stem + "_" + std::to_string(++number);
  return name;
}
