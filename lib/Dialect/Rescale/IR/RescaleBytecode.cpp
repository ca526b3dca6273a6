//===- RescaleBytecode.cpp - Bytecode of the rescale dialect --------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The versioned bytecode encoding of the dialect. A file of a newer version is
// refused; one of an older version would be upgraded here, once there is one.
//
//===----------------------------------------------------------------------===//

#include "RescaleBytecode.h"

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/Rescale/IR/Snap.h"
#include "rescale/Dialect/Rescale/IR/Target.h"

#include "mlir/Bytecode/BytecodeImplementation.h"

using namespace mlir;
using namespace mlir::rescale;

namespace {

/// The version of the encoding and of the operations' meaning.
struct Version : public DialectVersion {
  explicit Version(uint64_t number) : number(number) {}
  uint64_t number;
};

///  1: rounding modes.
///  2: ranges of accumulators, certificates and targets.
///  3: records of snapping, which were text before.
constexpr uint64_t kCurrentVersion = 3;

/// What a dialect attribute in the stream is; part of the format.
enum class AttributeCode : uint64_t {
  Rounding = 0,
  Range = 1,
  Certificate = 2,
  Target = 3,
  Snap = 4
};

/// Reads the number of an enumeration's case; `symbolize` takes 32 bits.
template <typename Enum>
std::optional<Enum> readEnum(DialectBytecodeReader &reader, StringRef what,
                             uint32_t max,
                             std::optional<Enum> (*symbolize)(uint32_t)) {
  uint64_t value;
  if (failed(reader.readVarInt(value)))
    return std::nullopt;
  if (value <= max)
    return symbolize(static_cast<uint32_t>(value));
  reader.emitError() << "requires a " << what << " from 0 to " << max
                     << ", got " << value << "; the file is damaged";
  return std::nullopt;
}

struct RescaleBytecodeInterface : public BytecodeDialectInterface {
  explicit RescaleBytecodeInterface(Dialect *dialect)
      : BytecodeDialectInterface(dialect) {}

  Attribute readAttribute(DialectBytecodeReader &reader) const override {
    uint64_t code;
    if (failed(reader.readVarInt(code)))
      return {};
    if (code == static_cast<uint64_t>(AttributeCode::Rounding))
      return readRounding(reader);
    if (code == static_cast<uint64_t>(AttributeCode::Range))
      return readRange(reader);
    if (code == static_cast<uint64_t>(AttributeCode::Certificate))
      return readCertificate(reader);
    if (code == static_cast<uint64_t>(AttributeCode::Target))
      return readTarget(reader);
    if (code == static_cast<uint64_t>(AttributeCode::Snap))
      return readSnap(reader);
    reader.emitError() << "requires an attribute code of the rescale dialect "
                          "up to 4, got "
                       << code << "; the file is damaged";
    return {};
  }

  LogicalResult writeAttribute(Attribute attr,
                               DialectBytecodeWriter &writer) const override {
    if (auto rounding = dyn_cast<RoundingAttr>(attr)) {
      writer.writeVarInt(static_cast<uint64_t>(AttributeCode::Rounding));
      writer.writeVarInt(static_cast<uint64_t>(rounding.getValue()));
      return success();
    }
    if (auto range = dyn_cast<RangeAttr>(attr)) {
      writer.writeVarInt(static_cast<uint64_t>(AttributeCode::Range));
      writer.writeVarInt(static_cast<uint64_t>(range.getKind()));
      writer.writeVarInt(range.getNumEntries());
      for (auto [low, high] :
           llvm::zip_equal(range.getLow(), range.getHigh())) {
        writer.writeSignedVarInt(low);
        writer.writeSignedVarInt(high);
      }
      return success();
    }
    if (auto certificate = dyn_cast<CertificateAttr>(attr)) {
      writer.writeVarInt(static_cast<uint64_t>(AttributeCode::Certificate));
      writeCertificate(certificate, writer);
      return success();
    }
    if (auto target = dyn_cast<TargetAttr>(attr)) {
      writer.writeVarInt(static_cast<uint64_t>(AttributeCode::Target));
      writeTarget(target, writer);
      return success();
    }
    if (auto snap = dyn_cast<SnapAttr>(attr)) {
      writer.writeVarInt(static_cast<uint64_t>(AttributeCode::Snap));
      writeSnap(snap, writer);
      return success();
    }
    return failure();
  }

  void writeVersion(DialectBytecodeWriter &writer) const override {
    writer.writeVarInt(kCurrentVersion);
  }

  std::unique_ptr<DialectVersion>
  readVersion(DialectBytecodeReader &reader) const override {
    uint64_t number;
    if (failed(reader.readVarInt(number)))
      return nullptr;
    if (number > kCurrentVersion) {
      reader.emitError() << "requires bytecode of the rescale dialect in "
                            "version "
                         << kCurrentVersion << " or older, got version "
                         << number
                         << "; update Rescale, or pass the file on as text";
      return nullptr;
    }
    return std::make_unique<Version>(number);
  }

private:
  Attribute readRounding(DialectBytecodeReader &reader) const {
    std::optional<Rounding> rounding =
        readEnum(reader, "rounding mode", getMaxEnumValForRounding(),
                 &symbolizeRounding);
    return rounding ? RoundingAttr::get(getContext(), *rounding) : Attribute();
  }

  Attribute readRange(DialectBytecodeReader &reader) const {
    std::optional<RangeKind> kind =
        readEnum(reader, "kind of range", getMaxEnumValForRangeKind(),
                 &symbolizeRangeKind);
    uint64_t size;
    if (!kind || failed(reader.readVarInt(size)))
      return {};
    // The size is not believed: a damaged one ends where the file does.
    SmallVector<int64_t> low, high;
    for (uint64_t i = 0; i < size; ++i)
      if (failed(reader.readSignedVarInt(low.emplace_back())) ||
          failed(reader.readSignedVarInt(high.emplace_back())))
        return {};
    auto emitError = [&] { return reader.emitError(); };
    return RangeAttr::getChecked(emitError, getContext(), *kind, ArrayRef(low),
                                 ArrayRef(high));
  }

  static void writeCertificate(CertificateAttr certificate,
                               DialectBytecodeWriter &writer) {
    writer.writeAttribute(certificate.getRange());
    writer.writeAttribute(certificate.getMultiplicands());
    writer.writeAttribute(certificate.getShifts());
    writer.writeVarInt(static_cast<uint64_t>(certificate.getRounding()));
    writer.writeOptionalAttribute(certificate.getAddends());
    writer.writeOptionalAttribute(certificate.getNegativeAddends());
    writer.writeSignedVarInt(certificate.getInputZeroPoint());
    writer.writeSignedVarInt(certificate.getZeroPoint());
    writer.writeAttribute(certificate.getClamp());
    writer.writeAttribute(certificate.getLargestDifference());
    writer.writeAttribute(certificate.getDiffering());
    writer.writeVarInt(certificate.getDigest());
  }

  Attribute readCertificate(DialectBytecodeReader &reader) const {
    RangeAttr range;
    DenseI64ArrayAttr multiplicands, shifts, addends, negativeAddends, clamp,
        largestDifference, differing;
    int64_t inputZeroPoint, zeroPoint;
    uint64_t digest;
    if (failed(reader.readAttribute(range)) ||
        failed(reader.readAttribute(multiplicands)) ||
        failed(reader.readAttribute(shifts)))
      return {};
    std::optional<Rounding> rounding =
        readEnum(reader, "rounding mode", getMaxEnumValForRounding(),
                 &symbolizeRounding);
    if (!rounding || failed(reader.readOptionalAttribute(addends)) ||
        failed(reader.readOptionalAttribute(negativeAddends)) ||
        failed(reader.readSignedVarInt(inputZeroPoint)) ||
        failed(reader.readSignedVarInt(zeroPoint)) ||
        failed(reader.readAttribute(clamp)) ||
        failed(reader.readAttribute(largestDifference)) ||
        failed(reader.readAttribute(differing)) ||
        failed(reader.readVarInt(digest)))
      return {};
    return CertificateAttr::getChecked(
        [&] { return reader.emitError(); }, getContext(), range, multiplicands,
        shifts, *rounding, addends, negativeAddends, inputZeroPoint, zeroPoint,
        clamp, largestDifference, differing, digest);
  }

  static void writeSnap(SnapAttr snap, DialectBytecodeWriter &writer) {
    writer.writeVarInt(snap.getBits());
    for (Attribute column : std::initializer_list<Attribute>{
             snap.getMultiplicands(), snap.getShifts(), snap.getRounding(),
             snap.getRescaleError(), snap.getLargestWeightError(),
             snap.getMeanWeightError(), snap.getCodeBound(), snap.getClipped(),
             snap.getInputFactor(), snap.getResultFactor()})
      writer.writeAttribute(column);
  }

  Attribute readSnap(DialectBytecodeReader &reader) const {
    uint64_t bits;
    DenseI64ArrayAttr multiplicands, shifts, clipped;
    RoundingAttr rounding;
    DenseF64ArrayAttr rescaleError, largest, mean, codeBound;
    FloatAttr inputFactor, resultFactor;
    if (failed(reader.readVarInt(bits)) ||
        failed(reader.readAttribute(multiplicands)) ||
        failed(reader.readAttribute(shifts)) ||
        failed(reader.readAttribute(rounding)) ||
        failed(reader.readAttribute(rescaleError)) ||
        failed(reader.readAttribute(largest)) ||
        failed(reader.readAttribute(mean)) ||
        failed(reader.readAttribute(codeBound)) ||
        failed(reader.readAttribute(clipped)) ||
        failed(reader.readAttribute(inputFactor)) ||
        failed(reader.readAttribute(resultFactor)))
      return {};
    return SnapAttr::getChecked([&] { return reader.emitError(); },
                                getContext(), static_cast<int64_t>(bits),
                                multiplicands, shifts, rounding, rescaleError,
                                largest, mean, codeBound, clipped, inputFactor,
                                resultFactor);
  }

  /// The numbers of a target but its lists, in the order of the format.
  static void
  visitNumbers(TargetFields &f,
               function_ref<LogicalResult(uint64_t &value, uint64_t max)> visit,
               LogicalResult &result) {
    auto number = [&](auto &field, uint64_t max) {
      uint64_t value = static_cast<uint64_t>(field);
      if (failed(result) || failed(result = visit(value, max)))
        return;
      field = static_cast<std::remove_reference_t<decltype(field)>>(value);
    };
    number(f.multiplicandBits, UINT8_MAX);
    number(f.signedMultiplicand, 1);
    number(f.multiplicandPer, getMaxEnumValForGranularity());
    number(f.minShift, UINT8_MAX);
    number(f.maxShift, UINT8_MAX);
    number(f.shiftPer, getMaxEnumValForGranularity());
    number(f.productBits, UINT8_MAX);
    number(f.accumulatorBits, UINT8_MAX);
    number(f.roundings, UINT8_MAX);
    number(f.addend, getMaxEnumValForAddendForm());
    number(f.addendBits, UINT8_MAX);
    number(f.inputZeroPoint, 1);
    number(f.zeroPoint, getMaxEnumValForZeroPointForm());
    number(f.clamp, getMaxEnumValForClampForm());
    number(f.inputBits, UINT64_MAX);
    number(f.resultBits, UINT64_MAX);
    number(f.packing, getMaxEnumValForPacking());
  }

  static void writeTarget(TargetAttr target, DialectBytecodeWriter &writer) {
    writer.writeOwnedString(target.getName());
    TargetFields fields = target.getFields();
    LogicalResult result = success();
    visitNumbers(
        fields,
        [&](uint64_t &value, uint64_t) {
          writer.writeVarInt(value);
          return success();
        },
        result);
    writer.writeVarInt(fields.layout.size());
    for (const LayoutEntry &entry : fields.layout) {
      writer.writeVarInt(static_cast<uint64_t>(entry.field));
      writer.writeVarInt(entry.bits);
    }
    writer.writeVarInt(fields.costs.size());
    for (uint32_t cost : fields.costs)
      writer.writeVarInt(cost);
  }

  Attribute readTarget(DialectBytecodeReader &reader) const {
    StringRef name;
    if (failed(reader.readString(name)))
      return {};
    auto read = [&](uint64_t &value, uint64_t max) -> LogicalResult {
      if (failed(reader.readVarInt(value)))
        return failure();
      if (value <= max)
        return success();
      return reader.emitError()
             << "requires a number of at most " << max << " in a target, got "
             << value << "; the file is damaged";
    };
    TargetFields fields;
    LogicalResult result = success();
    visitNumbers(fields, read, result);
    uint64_t size;
    if (failed(result) || failed(reader.readVarInt(size)))
      return {};
    // The size is not believed: a damaged one ends where the file does.
    SmallVector<LayoutEntry> layout;
    for (uint64_t i = 0; i < size; ++i) {
      uint64_t field, bits;
      if (failed(read(field, getMaxEnumValForLayoutField())) ||
          failed(read(bits, UINT8_MAX)))
        return {};
      layout.push_back(
          {static_cast<LayoutField>(field), static_cast<unsigned>(bits)});
    }
    fields.layout = layout;
    if (failed(read(size, fields.costs.size())))
      return {};
    for (uint64_t i = 0; i < size; ++i) {
      uint64_t cost;
      if (failed(read(cost, UINT32_MAX)))
        return {};
      fields.costs[i] = static_cast<uint32_t>(cost);
    }
    return TargetAttr::getChecked([&] { return reader.emitError(); },
                                  getContext(), name, fields);
  }
};

} // namespace

void mlir::rescale::addBytecodeInterface(RescaleDialect &dialect) {
  dialect.addInterfaces<RescaleBytecodeInterface>();
}
