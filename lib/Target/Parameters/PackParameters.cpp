//===- PackParameters.cpp - Parameters as machines have them in memory ----===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bits in little-endian order, fields as the layout of the target lists them.
// What all channels share need not have a field: registers hold it.
//
//===----------------------------------------------------------------------===//

#include "rescale/Staircase/Integers.h"
#include "rescale/Support/Constants.h"
#include "rescale/Target/Parameters/Parameters.h"
#include "rescale/Transforms/Report.h"
#include "rescale/Transforms/TargetMisses.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::Staircase;

static bool isConvolution(StringRef name) {
  return llvm::is_contained({tosa::Conv2DOp::getOperationName(),
                             tosa::Conv3DOp::getOperationName(),
                             tosa::DepthwiseConv2DOp::getOperationName(),
                             tosa::TransposeConv2DOp::getOperationName()},
                            name);
}

std::optional<SmallVector<int64_t>>
mlir::rescale::getBiases(const LayerReport &layer) {
  if (!isConvolution(layer.source))
    return SmallVector<int64_t>{};
  RequantizeOp op = layer.op;
  // What lies between may arrange the channels anew, or add to them.
  Operation *source = op.getInput().getDefiningOp();
  if (source->getName().getStringRef() != layer.source)
    return std::nullopt;
  auto biases = getConstantIntegers(source->getOperand(2));
  if (!biases)
    return std::nullopt;
  if (biases->size() > 1 && llvm::all_equal(*biases))
    biases->truncate(1);
  if (biases->size() == 1 || layer.channels.size() == 1)
    return SmallVector<int64_t>(*biases);
  auto last = cast<ShapedType>(op.getInput().getType()).getRank() - 1;
  if (biases->size() != layer.channels.size() || op.getAxis() != last)
    return std::nullopt;
  return SmallVector<int64_t>(*biases);
}

static bool hasField(const TargetFields &fields, LayoutField field) {
  return llvm::any_of(fields.layout, [&](const LayoutEntry &entry) {
    return entry.field == field;
  });
}

namespace {

/// Appends fields of any width, the least bit first.
class BitWriter {
public:
  explicit BitWriter(SmallVectorImpl<char> &bytes) : bytes(bytes) {}

  void write(uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; ++i) {
      if (used == 0)
        bytes.push_back(0);
      if (i < 64 && value >> i & 1)
        bytes.back() |= static_cast<char>(1 << used);
      used = (used + 1) % 8;
    }
  }
  /// What follows begins with a byte of its own.
  void align() { used = 0; }

private:
  SmallVectorImpl<char> &bytes;
  unsigned used = 0;
};

/// The values of one parameter, one for each channel.
struct Column {
  /// Empty where the layer has no such parameter.
  SmallVector<Int128, 0> values;
  bool isSigned = false;
};

/// A layer on its target.
class Packer {
public:
  Packer(const LayerReport &layer, TargetAttr target)
      : layer(layer), fields(target.getFields()),
        records(layer.channels.size()) {}

  /// What the layout is short of; empty where it has everything.
  SmallVector<std::string> prepare();
  void pack(BitWriter &writer) const;
  Rounding getRounding() const { return rounding; }
  size_t getNumRecords() const { return records; }

private:
  Column &startColumn(LayoutField field, bool isSigned) {
    Column &column = columns[static_cast<unsigned>(field)];
    column = {{}, isSigned};
    return column;
  }
  template <typename Function>
  void set(LayoutField field, bool isSigned, Function get) {
    Column &column = startColumn(field, isSigned);
    for (const ChannelReport &channel : layer.channels)
      column.values.push_back(get(channel.after));
  }
  const Column &getColumn(LayoutField field) const {
    return columns[static_cast<unsigned>(field)];
  }
  bool hasField(LayoutField field) const { return ::hasField(fields, field); }
  /// For a machine that rounds by `mode`.
  SmallVector<std::string> setAddends(Rounding mode);
  SmallVector<std::string> getMisfits() const;

  const LayerReport &layer;
  const TargetFields &fields;
  size_t records;
  Rounding rounding = Rounding::Floor;
  std::array<Column, getMaxEnumValForLayoutField() + 1> columns;
};

} // namespace

/// What the addends of a channel are beside those of `mode`. The one of a sign
/// that the range has not is free.
static ::staircase::Addends getRest(const ChannelReport &channel,
                                    Rounding mode) {
  Staircase staircase = channel.after;
  ::staircase::Addends rest = getAddends(staircase);
  staircase.rounding = toStaircase(mode);
  ::staircase::Addends own = getAddends(staircase);
  rest.positive -= own.positive;
  rest.negative -= own.negative;
  if (channel.range.low >= staircase.inputZeroPoint)
    rest.negative = rest.positive;
  else if (channel.range.high < staircase.inputZeroPoint)
    rest.positive = rest.negative;
  return rest;
}

SmallVector<std::string> Packer::setAddends(Rounding mode) {
  SmallVector<std::string> faults;
  rounding = mode;
  records = layer.channels.size();
  Column &positive = startColumn(LayoutField::Addend, /*isSigned=*/true);
  Column &negative =
      startColumn(LayoutField::NegativeAddend, /*isSigned=*/true);
  for (const ChannelReport &channel : layer.channels) {
    ::staircase::Addends rest = getRest(channel, mode);
    positive.values.push_back(rest.positive);
    negative.values.push_back(rest.negative);
  }
  if (!hasField(LayoutField::NegativeAddend) &&
      positive.values != negative.values)
    faults.push_back("a field for negative_addend");
  bool hasAddends =
      llvm::any_of(positive.values, [](Int128 value) { return value != 0; });
  bool isInBias = hasField(LayoutField::Bias) &&
                  !hasField(LayoutField::Addend) &&
                  fields.addend == AddendForm::InBias;
  if (hasAddends && !hasField(LayoutField::Addend) && !isInBias)
    faults.push_back("a field for addend");
  if (!hasField(LayoutField::Bias))
    return faults;

  Column &bias = startColumn(LayoutField::Bias, /*isSigned=*/true);
  SmallVector<int64_t> biases = *getBiases(layer);
  // Channels that share the rest have a bias each.
  if (layer.channels.size() == 1)
    records = std::max<size_t>(biases.size(), 1);
  for (size_t i = 0; i < records; ++i) {
    Int128 value = biases.empty() ? 0 : biases[biases.size() == 1 ? 0 : i];
    size_t channel = layer.channels.size() == 1 ? 0 : i;
    Int128 addend = isInBias ? positive.values[channel] : 0;
    int64_t multiplicand = layer.channels[channel].after.multiplicand;
    if (addend != 0 && (multiplicand == 0 || addend % multiplicand != 0)) {
      faults.push_back(
          ("an addend that is a multiple of the multiplicand in channel " +
           Twine(i))
              .str());
      break;
    }
    bias.values.push_back(addend == 0 ? value : value + addend / multiplicand);
  }
  return faults;
}

SmallVector<std::string> Packer::prepare() {
  set(LayoutField::Multiplicand, fields.signedMultiplicand,
      [](const Staircase &s) { return s.multiplicand; });
  set(LayoutField::Shift, /*isSigned=*/false,
      [](const Staircase &s) { return s.shift; });
  RequantizeOp op = layer.op;
  bool isSigned = !op.getResultFormat().isUnsigned;
  set(LayoutField::ZeroPoint, isSigned,
      [](const Staircase &s) { return s.outputZeroPoint; });
  set(LayoutField::ClampMin, isSigned,
      [](const Staircase &s) { return s.clampMin; });
  set(LayoutField::ClampMax, isSigned,
      [](const Staircase &s) { return s.clampMax; });

  // One mode for the layer; addends make up for the rest. The layer's own one
  // first, then the plainest.
  bool tiesToEven = layer.roundingAfter == Rounding::HalfEven;
  std::optional<SmallVector<std::string>> first;
  for (Rounding mode : {layer.roundingAfter, Rounding::Floor, Rounding::HalfUp,
                        Rounding::Double, Rounding::HalfAway}) {
    if (!fields.hasRounding(mode) || tiesToEven != (mode == Rounding::HalfEven))
      continue;
    SmallVector<std::string> faults = setAddends(mode);
    faults.append(getMisfits());
    if (faults.empty())
      return {};
    if (!first)
      first = std::move(faults);
  }
  return first ? std::move(*first)
               : SmallVector<std::string>{"a rounding mode for its addends"};
}

SmallVector<std::string> Packer::getMisfits() const {
  SmallVector<std::string> faults;
  for (LayoutField field : {LayoutField::Multiplicand, LayoutField::Shift})
    if (!hasField(field) && !llvm::all_equal(getColumn(field).values))
      faults.push_back(("a field for " + stringifyLayoutField(field)).str());
  for (const LayoutEntry &entry : fields.layout) {
    const Column &column = getColumn(entry.field);
    unsigned needed = 1;
    for (Int128 value : column.values) {
      unsigned bits = ::staircase::getSignedBits(value);
      // Unsigned values are not negative, and have no sign.
      needed = std::max(needed, column.isSigned ? bits : bits - 1);
    }
    if (needed > entry.bits)
      faults.push_back((Twine(needed) + " bits for " +
                        stringifyLayoutField(entry.field) + ", which has " +
                        Twine(entry.bits))
                           .str());
  }
  return faults;
}

void Packer::pack(BitWriter &writer) const {
  auto write = [&](const LayoutEntry &entry, size_t record) {
    ArrayRef<Int128> values = getColumn(entry.field).values;
    // Padding has none.
    Int128 value = values.empty() ? 0 : values[values.size() == 1 ? 0 : record];
    writer.write(static_cast<uint64_t>(value), entry.bits);
  };
  if (fields.packing == Packing::Records) {
    for (size_t i = 0; i < records; ++i) {
      for (const LayoutEntry &entry : fields.layout)
        write(entry, i);
      writer.align();
    }
    return;
  }
  for (const LayoutEntry &entry : fields.layout) {
    for (size_t i = 0; i < records; ++i)
      write(entry, i);
    writer.align();
  }
}

/// What a layer misses of its target, whatever ran before.
static SmallVector<std::string> getLayerMisses(const LayerReport &layer,
                                               TargetAttr target) {
  auto ranges =
      llvm::map_to_vector(layer.channels, [](const ChannelReport &channel) {
        return channel.range;
      });
  return getMisses(target.getFields(), layer.op, ranges);
}

FailureOr<PackedParameters>
mlir::rescale::packParameters(const Report &report) {
  PackedParameters packed;
  BitWriter writer(packed.bytes);
  bool fits = true;
  for (const LayerReport &layer : report.layers) {
    PackedLayer &place = packed.layers.emplace_back();
    TargetAttr target = getTarget(layer.op);
    if (!target)
      continue;
    RequantizeOp op = layer.op;
    if (SmallVector<std::string> misses = getLayerMisses(layer, target);
        !misses.empty()) {
      op.emitOpError() << "requires a fit for target '" << target.getName()
                       << "', got none in layer '" << layer.name
                       << "': " << llvm::join(misses, "; ")
                       << "; run rescale-legalize-for-target first";
      fits = false;
      continue;
    }
    if (target.getFields().layout.empty())
      continue;
    if (hasField(target.getFields(), LayoutField::Bias) && !getBiases(layer)) {
      op.emitOpError()
          << "requires constant biases along its channels for the field bias "
             "of target '"
          << target.getName() << "', got other ones of " << layer.source
          << " in layer '" << layer.name
          << "'; requantize its result along the last dimension, or choose a "
             "target whose layout has no bias";
      fits = false;
      continue;
    }
    Packer packer(layer, target);
    SmallVector<std::string> faults = packer.prepare();
    if (!faults.empty()) {
      op.emitOpError()
          << "requires a target whose layout has " << llvm::join(faults, ", ")
          << ", got '" << target.getName()
          << "'; give its layout what is missing, or choose another target";
      fits = false;
      continue;
    }
    place.target = target;
    place.offset = packed.bytes.size();
    packer.pack(writer);
    place.size = packed.bytes.size() - place.offset;
    place.records = packer.getNumRecords();
    place.rounding = packer.getRounding();
  }
  if (!fits)
    return failure();
  return packed;
}
