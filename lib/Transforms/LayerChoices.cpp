//===- LayerChoices.cpp - Widths of some layers ---------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "rescale/Transforms/Report.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::rescale;

/// The name and what is asked of it; nothing where `entry` is no such thing.
static std::optional<std::pair<StringRef, LayerChoice>>
parseEntry(StringRef entry, unsigned maxBits) {
  auto [name, rest] = entry.split(':');
  auto [number, sharing] = rest.split(':');
  LayerChoice choice = {0, ShiftSharing::Channel};
  if (name.empty() || number.getAsInteger(10, choice.bits) || choice.bits < 1 ||
      choice.bits > maxBits)
    return std::nullopt;
  if (rest.contains(':') && sharing != "layer")
    return std::nullopt;
  if (sharing == "layer")
    choice.shift = ShiftSharing::Layer;
  return std::pair(name, choice);
}

FailureOr<LayerChoices> LayerChoices::read(Operation *top,
                                           ArrayRef<std::string> layers,
                                           int64_t bits, ShiftSharing shift,
                                           unsigned maxBits) {
  if (bits < (layers.empty() ? 1 : 0) || bits > maxBits)
    return top->emitError("requires bits from 1 to ")
           << maxBits << ", got " << bits
           << "; give the width of the multiplicands, as in bits="
           << maxBits / 4;
  LayerChoices result;
  result.others = {static_cast<unsigned>(bits), shift};
  if (layers.empty())
    return result;
  auto module = dyn_cast<ModuleOp>(top);
  if (!module)
    return top->emitError("requires a module to find layers by their names in, "
                          "got ")
           << top->getName() << "; run the pass on the module";
  llvm::MapVector<StringAttr, RequantizeOp> names = nameRequantizations(module);
  for (StringRef entry : layers) {
    auto parsed = parseEntry(entry, maxBits);
    if (!parsed)
      return top->emitError("requires layers as NAME:BITS or NAME:BITS:layer, "
                            "with bits from 1 to ")
             << maxBits << ", got '" << entry << "'";
    auto it = names.find(StringAttr::get(top->getContext(), parsed->first));
    if (it == names.end())
      return top->emitError("requires the name of a layer, got '")
             << parsed->first << "'; the layers are "
             << llvm::join(llvm::map_range(names,
                                           [](auto &item) {
                                             return item.first.getValue();
                                           }),
                           ", ");
    if (!result.chosen.try_emplace(it->second, parsed->second).second)
      return top->emitError("requires each layer once, got '")
             << parsed->first << "' again; leave it out";
  }
  return result;
}

bool LayerChoices::hasSharedShifts() const {
  auto isShared = [](const LayerChoice &choice) {
    return choice.bits != 0 && choice.shift == ShiftSharing::Layer;
  };
  return isShared(others) ||
         llvm::any_of(llvm::make_second_range(chosen), isShared);
}
