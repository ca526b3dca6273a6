//===- TargetPresets.cpp - Targets by name --------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/Targets.md has the source of every number, and what a preset leaves out.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Target.h"

using namespace mlir;
using namespace mlir::rescale;

static uint32_t getSet(ArrayRef<Rounding> roundings) {
  uint32_t set = 0;
  for (Rounding rounding : roundings)
    set |= 1u << static_cast<unsigned>(rounding);
  return set;
}

static uint64_t getWidths(ArrayRef<unsigned> widths) {
  uint64_t set = 0;
  for (unsigned width : widths)
    set |= uint64_t(1) << (width - 1);
  return set;
}

//===----------------------------------------------------------------------===//
// Processors
//===----------------------------------------------------------------------===//

/// Code does everything; only what it costs differs.
static TargetFields getCode(CostTable costs) {
  static constexpr LayoutEntry layout[] = {{LayoutField::Multiplicand, 32},
                                           {LayoutField::Shift, 8},
                                           {LayoutField::Addend, 64},
                                           {LayoutField::NegativeAddend, 64}};
  TargetFields fields;
  fields.roundings =
      getSet({Rounding::HalfUp, Rounding::Double, Rounding::Floor,
              Rounding::HalfEven, Rounding::HalfAway});
  fields.addend = AddendForm::BySign;
  fields.layout = layout;
  fields.costs = costs;
  return fields;
}

// In the order of Instruction: mul32, mul64, add32, add64, shift32, shift64,
// variable_shift32, variable_shift64, select, load, mul_high,
// saturate, rounding_mul_high, rounding_mul_high16, mul16.
static TargetFields getCortexM0() {
  return getCode({1, 49, 1, 2, 1, 3, 1, 9, 4, 2, 50, 7});
}
static TargetFields getCortexM4() {
  return getCode({1, 1, 1, 2, 1, 2, 1, 8, 3, 1, 1, 1});
}
static TargetFields getRv32im() {
  return getCode({1, 2, 1, 4, 1, 3, 1, 8, 3, 3, 1, 6});
}

/// Instructions of AVX2 for a vector of eight lanes of 32 bits. It has no
/// arithmetic shift of 64, and to products of 64 and back takes two of each
/// instruction and permutations.
static TargetFields getHost() {
  return getCode({2, 20, 1, 2, 1, 8, 1, 10, 1, 1, 20, 2, 0, 1, 1});
}

/// Instructions of NEON for a vector of four lanes of 32 bits.
static TargetFields getAArch64() {
  return getCode({1, 2, 1, 2, 1, 2, 2, 4, 2, 1, 3, 2, 1, 1});
}

//===----------------------------------------------------------------------===//
// TOSA and libraries
//===----------------------------------------------------------------------===//

/// Zero points on 8 bits only is the business of convert-rescale-to-tosa.
static TargetFields getTosa16() {
  static constexpr LayoutEntry layout[] = {{LayoutField::Multiplicand, 16},
                                           {LayoutField::Shift, 8}};
  TargetFields fields;
  fields.multiplicandBits = 16;
  fields.signedMultiplicand = true;
  fields.minShift = 2;
  fields.maxShift = 62;
  fields.productBits = 64;
  fields.accumulatorBits = 48;
  fields.inputBits = getWidths({8, 16, 32, 48});
  fields.resultBits = getWidths({8, 16, 32});
  fields.layout = layout;
  return fields;
}

static TargetFields getTosa32() {
  static constexpr LayoutEntry layout[] = {{LayoutField::Multiplicand, 32},
                                           {LayoutField::Shift, 8}};
  TargetFields fields = getTosa16();
  fields.multiplicandBits = 32;
  fields.accumulatorBits = 32;
  fields.roundings = getSet({Rounding::HalfUp, Rounding::Double});
  fields.inputBits = getWidths({8, 16, 32});
  fields.layout = layout;
  return fields;
}

static TargetFields getCmsisNN() {
  static constexpr LayoutEntry layout[] = {{LayoutField::Multiplicand, 32},
                                           {LayoutField::Shift, 32}};
  TargetFields fields;
  fields.multiplicandBits = 32;
  fields.signedMultiplicand = true;
  fields.accumulatorBits = 32;
  fields.roundings = getSet({Rounding::HalfUp, Rounding::Double});
  fields.maxShift = 62;
  fields.inputBits = getWidths({8, 16, 32});
  fields.resultBits = getWidths({8, 16, 32});
  fields.layout = layout;
  return fields;
}

static TargetFields getXnnpack16() {
  static constexpr LayoutEntry layout[] = {{LayoutField::Multiplicand, 16},
                                           {LayoutField::Shift, 32},
                                           {LayoutField::ZeroPoint, 16},
                                           {LayoutField::ClampMin, 8},
                                           {LayoutField::ClampMax, 8}};
  TargetFields fields;
  fields.multiplicandBits = 16;
  fields.signedMultiplicand = true;
  fields.multiplicandPer = Granularity::Layer;
  fields.minShift = 7;
  fields.maxShift = 46;
  fields.shiftPer = Granularity::Layer;
  fields.accumulatorBits = 32;
  fields.inputZeroPoint = false;
  fields.inputBits = getWidths({32});
  fields.resultBits = getWidths({8});
  fields.packing = Packing::Records;
  fields.layout = layout;
  return fields;
}

//===----------------------------------------------------------------------===//
// Accelerators
//===----------------------------------------------------------------------===//

static TargetFields getNE16() {
  static constexpr LayoutEntry layout[] = {{LayoutField::Multiplicand, 8},
                                           {LayoutField::Shift, 8},
                                           {LayoutField::Addend, 32}};
  TargetFields fields;
  fields.multiplicandBits = 8;
  fields.maxShift = 31;
  fields.productBits = 32;
  fields.accumulatorBits = 32;
  fields.roundings = getSet({Rounding::Floor});
  fields.addend = AddendForm::Free;
  fields.addendBits = 32;
  fields.inputZeroPoint = false;
  fields.zeroPoint = ZeroPointForm::InAddend;
  fields.clamp = ClampForm::Type;
  fields.inputBits = getWidths({32});
  fields.resultBits = getWidths({8, 16, 32});
  fields.layout = layout;
  return fields;
}

static TargetFields getGapSq8() {
  static constexpr LayoutEntry layout[] = {{LayoutField::Multiplicand, 8},
                                           {LayoutField::Shift, 8},
                                           {LayoutField::Bias, 32}};
  TargetFields fields;
  fields.multiplicandBits = 8;
  fields.minShift = 1;
  fields.maxShift = 31;
  fields.productBits = 32;
  fields.accumulatorBits = 32;
  fields.addend = AddendForm::InBias;
  fields.addendBits = 32;
  fields.inputZeroPoint = false;
  fields.zeroPoint = ZeroPointForm::None;
  fields.inputBits = getWidths({8, 32});
  fields.resultBits = getWidths({8});
  fields.layout = layout;
  return fields;
}

static TargetFields getCV18xx() {
  static constexpr LayoutEntry layout[] = {{LayoutField::Multiplicand, 8},
                                           {LayoutField::Shift, 8}};
  TargetFields fields;
  fields.multiplicandBits = 8;
  fields.signedMultiplicand = true;
  fields.maxShift = 31;
  fields.shiftPer = Granularity::Layer;
  fields.productBits = 40;
  fields.accumulatorBits = 32;
  fields.inputZeroPoint = false;
  fields.zeroPoint = ZeroPointForm::None;
  fields.clamp = ClampForm::Relu;
  fields.inputBits = getWidths({8, 16, 32});
  fields.resultBits = getWidths({8});
  fields.layout = layout;
  return fields;
}

static TargetFields getCV18xxQdm() {
  TargetFields fields = getCV18xx();
  fields.multiplicandBits = 32;
  fields.minShift = 31;
  fields.maxShift = 62;
  fields.shiftPer = Granularity::Channel;
  fields.productBits = 64;
  fields.roundings = getSet({Rounding::Double});
  fields.inputBits = getWidths({32});
  fields.layout = {};
  return fields;
}

static TargetFields getNvdla() {
  static constexpr LayoutEntry layout[] = {{LayoutField::Multiplicand, 16}};
  TargetFields fields;
  fields.multiplicandBits = 16;
  fields.signedMultiplicand = true;
  fields.maxShift = 31;
  fields.shiftPer = Granularity::Layer;
  fields.productBits = 64;
  fields.accumulatorBits = 32;
  fields.roundings = getSet({Rounding::HalfAway});
  fields.zeroPoint = ZeroPointForm::None;
  fields.clamp = ClampForm::Relu;
  fields.inputBits = getWidths({8, 16, 32});
  fields.resultBits = getWidths({8, 16});
  fields.layout = layout;
  return fields;
}

static TargetFields getEthosU55() {
  static constexpr LayoutEntry layout[] = {{LayoutField::Bias, 40},
                                           {LayoutField::Multiplicand, 32},
                                           {LayoutField::Shift, 6},
                                           {LayoutField::Padding, 2}};
  TargetFields fields;
  fields.multiplicandBits = 32;
  fields.maxShift = 63;
  fields.accumulatorBits = 40;
  fields.productBits = 72;
  fields.roundings = getSet({Rounding::HalfUp, Rounding::Double});
  fields.addend = AddendForm::InBias;
  fields.addendBits = 40;
  fields.inputBits = getWidths({8, 16, 32});
  fields.resultBits = getWidths({8, 16, 32});
  fields.packing = Packing::Records;
  fields.layout = layout;
  return fields;
}

namespace {
struct Preset {
  StringRef name;
  TargetFields (*getFields)();
};
} // namespace

static constexpr Preset presets[] = {
    {"cortex-m0", getCortexM0},
    {"cortex-m4", getCortexM4},
    {"rv32im", getRv32im},
    {"aarch64", getAArch64},
    {"host", getHost},
    {"tosa16", getTosa16},
    {"tosa32", getTosa32},
    {"cmsis-nn", getCmsisNN},
    {"xnnpack16", getXnnpack16},
    {"ne16", getNE16},
    {"gap-sq8", getGapSq8},
    {"cv18xx", getCV18xx},
    {"cv18xx-qdm", getCV18xxQdm},
    {"nvdla", getNvdla},
    {"ethos-u55", getEthosU55},
};

ArrayRef<StringRef> rescale::getTargetPresetNames() {
  static const SmallVector<StringRef> names = llvm::map_to_vector(
      presets, [](const Preset &preset) { return preset.name; });
  return names;
}

std::optional<TargetFields> rescale::getTargetPreset(StringRef name) {
  const Preset *found = llvm::find_if(
      presets, [&](const Preset &preset) { return preset.name == name; });
  if (found == std::end(presets))
    return std::nullopt;
  return found->getFields();
}

std::optional<TargetFields> rescale::getProcessor(StringRef name) {
  if (name == "cortex-m0" || name.starts_with("thumbv6m"))
    return getCortexM0();
  // All have the multiplications of ARMv7-M, the M3 with other timings.
  if (name.starts_with("cortex-m") || name.starts_with("thumbv7") ||
      name.starts_with("thumbv8"))
    return getCortexM4();
  if (name.starts_with("rv32") || name.starts_with("riscv32"))
    return getRv32im();
  if (name.starts_with("aarch64") || name.starts_with("arm64"))
    return getAArch64();
  if (name == "host" || name.starts_with("x86_64"))
    return getHost();
  return std::nullopt;
}
