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

StringRef LayerOrigin::getModelName() const {
  LocationAttr loc = getMainOrigin();
  if (loc)
    loc = cast<NameLoc>(loc).getChildLoc();
  if (auto call = dyn_cast_or_null<CallSiteLoc>(loc))
    loc = call.getCallee();
  if (auto name = dyn_cast_or_null<NameLoc>(loc))
    return name.getName();
  return names.empty() ? StringRef() : names.front().getValue();
}

std::string LayerOrigin::getIdentifier(StringRef defaultKind) const {
  // The last of the joined names, without the operation: the scopes of Keras
  // and others are in lower case, operations start in upper case.
  StringRef path = getModelName();
  path = path.substr(path.rfind(';') + 1);
  SmallVector<StringRef> parts;
  path.split(parts, '/', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  auto *operation = llvm::find_if(
      parts, [](StringRef part) { return llvm::isUpper(part.front()); });
  if (operation == parts.end() && parts.size() > 1)
    --operation;
  StringRef scope;
  if (operation != parts.begin())
    scope = *std::prev(operation);
  else if (!parts.empty())
    scope = parts.front();
  else if (NameLoc origin = getMainOrigin())
    scope = origin.getName().getValue().split('.').second;
  else
    scope = defaultKind;

  std::string identifier;
  for (char c : scope)
    identifier += llvm::isAlnum(c) ? c : '_';
  // A leading underscore is reserved in C.
  identifier = StringRef(identifier).ltrim('_');
  if (identifier.empty() || llvm::isDigit(identifier.front()))
    identifier = "layer" + (identifier.empty() ? "" : "_" + identifier);
  auto [stem, number] = StringRef(identifier).rsplit('_');
  if (number.empty() || !llvm::all_of(number, llvm::isDigit))
    identifier += "_0";
  return identifier;
}
