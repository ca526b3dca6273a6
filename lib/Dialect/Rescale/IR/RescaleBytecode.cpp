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

#include "mlir/Bytecode/BytecodeImplementation.h"

using namespace mlir;
using namespace mlir::rescale;

namespace {

/// The version of the encoding and of the operations' meaning.
struct Version : public DialectVersion {
  explicit Version(uint64_t number) : number(number) {}
  uint64_t number;
};

constexpr uint64_t kCurrentVersion = 1;

/// What a dialect attribute in the stream is; part of the format.
enum class AttributeCode : uint64_t { Rounding = 0 };

struct RescaleBytecodeInterface : public BytecodeDialectInterface {
  explicit RescaleBytecodeInterface(Dialect *dialect)
      : BytecodeDialectInterface(dialect) {}

  Attribute readAttribute(DialectBytecodeReader &reader) const override {
    uint64_t code, value;
    if (failed(reader.readVarInt(code)) || failed(reader.readVarInt(value)))
      return {};
    if (code != static_cast<uint64_t>(AttributeCode::Rounding)) {
      reader.emitError() << "requires an attribute code of the rescale dialect "
                            "up to 0, got "
                         << code << "; the file is damaged";
      return {};
    }
    // symbolizeRounding takes 32 bits.
    std::optional<Rounding> rounding =
        value <= UINT32_MAX ? symbolizeRounding(static_cast<uint32_t>(value))
                            : std::nullopt;
    if (!rounding) {
      reader.emitError() << "requires a rounding mode from 0 to "
                         << getMaxEnumValForRounding() << ", got " << value
                         << "; the file is damaged";
      return {};
    }
    return RoundingAttr::get(getContext(), *rounding);
  }

  LogicalResult writeAttribute(Attribute attr,
                               DialectBytecodeWriter &writer) const override {
    auto rounding = dyn_cast<RoundingAttr>(attr);
    if (!rounding)
      return failure();
    writer.writeVarInt(static_cast<uint64_t>(AttributeCode::Rounding));
    writer.writeVarInt(static_cast<uint64_t>(rounding.getValue()));
    return success();
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
};

} // namespace

void mlir::rescale::addBytecodeInterface(RescaleDialect &dialect) {
  dialect.addInterfaces<RescaleBytecodeInterface>();
}
