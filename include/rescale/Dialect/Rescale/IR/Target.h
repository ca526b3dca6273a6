//===- Target.h - What a rescaler can do ------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The attribute #rescale.target and the presets. docs/Targets.md has what each
// preset is taken from.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_TARGET_H
#define RESCALE_DIALECT_RESCALE_IR_TARGET_H

#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "mlir/IR/AttributeSupport.h"

#include <array>

#include "rescale/Dialect/Rescale/IR/RescaleTargetEnums.h.inc"

namespace mlir::rescale {

/// The discardable attribute of modules, functions and rescale.requantize.
inline constexpr llvm::StringLiteral kTargetAttrName = "rescale.target";

/// A parameter in memory.
struct LayoutEntry {
  LayoutField field;
  unsigned bits;

  bool operator==(const LayoutEntry &other) const {
    return field == other.field && bits == other.bits;
  }
};
llvm::hash_code hash_value(const LayoutEntry &entry);

/// Instructions for each Instruction, by its number; all 0 where nothing is
/// known.
using CostTable = std::array<uint32_t, getMaxEnumValForInstruction() + 1>;

/// The fields of a target, with the defaults.
struct TargetFields {
  unsigned multiplicandBits = 32;
  bool signedMultiplicand = false;
  Granularity multiplicandPer = Granularity::Channel;
  unsigned minShift = 0;
  unsigned maxShift = 63;
  Granularity shiftPer = Granularity::Channel;
  unsigned productBits = 64;
  unsigned accumulatorBits = 64;
  /// A bit for each Rounding, by its number.
  uint32_t roundings = 1u << static_cast<unsigned>(Rounding::HalfUp);
  AddendForm addend = AddendForm::None;
  unsigned addendBits = 64;
  bool inputZeroPoint = true;
  ZeroPointForm zeroPoint = ZeroPointForm::Any;
  ClampForm clamp = ClampForm::Any;
  /// Bit `w - 1` for each width w of 1 to 64; 0 for any.
  uint64_t inputBits = 0;
  uint64_t resultBits = 0;
  Packing packing = Packing::Columns;
  ArrayRef<LayoutEntry> layout;
  CostTable costs = {};

  bool hasRounding(Rounding rounding) const {
    return roundings >> static_cast<unsigned>(rounding) & 1;
  }
  /// The widest multiplicand, without the sign.
  unsigned getMagnitudeBits() const {
    return multiplicandBits - signedMultiplicand;
  }
  bool hasCosts() const { return costs != CostTable{}; }
  /// Of an instruction without a cost that of those which do the same.
  uint32_t getCost(Instruction instruction) const;

  bool operator==(const TargetFields &other) const;
  /// With the layout in the allocator.
  TargetFields copyInto(AttributeStorageAllocator &allocator) const;
};
llvm::hash_code hash_value(const TargetFields &fields);

class TargetAttr;

/// The names of the presets.
ArrayRef<StringRef> getTargetPresetNames();

/// The fields of a preset, or std::nullopt.
std::optional<TargetFields> getTargetPreset(StringRef name);

/// The preset whose costs are those of a processor: host, or the name of a core
/// or a triple; std::nullopt for others.
std::optional<TargetFields> getProcessor(StringRef name);

/// The innermost target that holds for `op`; null where there is none.
TargetAttr getTarget(Operation *op);

} // namespace mlir::rescale

#define GET_ATTRDEF_CLASSES
#include "rescale/Dialect/Rescale/IR/RescaleTarget.h.inc"

#endif // RESCALE_DIALECT_RESCALE_IR_TARGET_H
