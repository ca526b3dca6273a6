//===- BytecodeTest.cpp - Files of other versions and damaged ones --------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dialect reads what another one of the same name wrote, whose version and
// attribute encoding the test chooses: files that this version of the dialect
// does not write itself. It also pins the format, number by number.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Rescale.h"
#include "rescale/Dialect/Rescale/IR/Snap.h"
#include "rescale/Dialect/Rescale/IR/Target.h"

#include "mlir/Bytecode/BytecodeImplementation.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;

namespace {

/// What the other dialect writes.
struct Encoding {
  uint64_t version;
  std::vector<uint64_t> attribute;
};

/// The attribute whose encoding is chosen.
struct OtherAttr
    : public Attribute::AttrBase<OtherAttr, Attribute, AttributeStorage> {
  using Base::Base;
  static constexpr StringLiteral name = "rescale.other";
};

struct OtherBytecode : public BytecodeDialectInterface {
  OtherBytecode(Dialect *dialect, Encoding encoding)
      : BytecodeDialectInterface(dialect), encoding(std::move(encoding)) {}

  LogicalResult writeAttribute(Attribute,
                               DialectBytecodeWriter &writer) const override {
    for (uint64_t number : encoding.attribute)
      writer.writeVarInt(number);
    return success();
  }
  void writeVersion(DialectBytecodeWriter &writer) const override {
    writer.writeVarInt(encoding.version);
  }

  Encoding encoding;
};

/// A dialect of the same name that knows nothing but its encoding.
struct OtherDialect : public Dialect {
  OtherDialect(MLIRContext *context, Encoding encoding)
      : Dialect("rescale", context, TypeID::get<OtherDialect>()) {
    addAttributes<OtherAttr>();
    addInterface(std::make_unique<OtherBytecode>(this, std::move(encoding)));
  }
};

/// The bytecode of a module with `test.mode = OtherAttr` among its attributes.
std::string write(Encoding encoding) {
  DialectRegistry registry;
  registry.insert(
      TypeID::get<OtherDialect>(), "rescale",
      [&](MLIRContext *context) -> Dialect * {
        return context->getOrLoadDialect(
            "rescale", TypeID::get<OtherDialect>(),
            [&] { return std::make_unique<OtherDialect>(context, encoding); });
      });
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  module.get()->setAttr("test.mode", OtherAttr::get(&context));
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  EXPECT_TRUE(succeeded(writeBytecodeToFile(*module, os)));
  return bytes;
}

/// What our dialect makes of a file: the attribute, or the errors.
class Reader {
public:
  explicit Reader(const std::string &bytes)
      : context(MLIRContext::Threading::DISABLED) {
    context.loadDialect<rescale::RescaleDialect>();
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      errors += diagnostic.str() + "\n";
    });
    module = parseSourceString<ModuleOp>(bytes, &context);
  }

  rescale::RoundingAttr getRounding() {
    return module
               ? module.get()->getAttrOfType<rescale::RoundingAttr>("test.mode")
               : rescale::RoundingAttr();
  }
  rescale::RangeAttr getRange() {
    return module ? module.get()->getAttrOfType<rescale::RangeAttr>("test.mode")
                  : rescale::RangeAttr();
  }
  rescale::TargetAttr getTarget() {
    return module
               ? module.get()->getAttrOfType<rescale::TargetAttr>("test.mode")
               : rescale::TargetAttr();
  }
  const std::string &getErrors() const { return errors; }
  /// Whether reading failed and said `text`.
  ::testing::AssertionResult failsWith(StringRef text) {
    if (module)
      return ::testing::AssertionFailure() << "the file was read";
    if (!StringRef(errors).contains(text))
      return ::testing::AssertionFailure() << errors;
    return ::testing::AssertionSuccess();
  }

private:
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::string errors;
};

TEST(Bytecode, VersionOne) {
  // Attribute 0 is the rounding mode; the modes' numbers never change.
  const rescale::Rounding modes[] = {
      rescale::Rounding::HalfUp,   rescale::Rounding::Double,
      rescale::Rounding::Floor,    rescale::Rounding::HalfEven,
      rescale::Rounding::HalfAway, rescale::Rounding::Addend};
  for (uint64_t mode = 0; mode < 6; ++mode) {
    Reader reader(write({1, {0, mode}}));
    ASSERT_TRUE(reader.getRounding()) << reader.getErrors();
    EXPECT_EQ(reader.getRounding().getValue(), modes[mode]);
  }
}

TEST(Bytecode, NewerVersionIsRefused) {
  EXPECT_TRUE(Reader(write({4, {0, 0}}))
                  .failsWith("requires bytecode of the rescale dialect in "
                             "version 3 or older, got version 4; update "
                             "Rescale, or pass the file on as text"));
}

TEST(Bytecode, UnknownAttributeIsRefused) {
  EXPECT_TRUE(Reader(write({3, {5, 0}}))
                  .failsWith("requires an attribute code of the rescale "
                             "dialect up to 4, got 5; the file is damaged"));
}

TEST(Bytecode, UnknownModeIsRefused) {
  EXPECT_TRUE(Reader(write({1, {0, 6}}))
                  .failsWith("requires a rounding mode from 0 to 5, got 6; "
                             "the file is damaged"));
  // The low 32 bits alone would be a mode.
  EXPECT_TRUE(Reader(write({1, {0, uint64_t(1) << 32}}))
                  .failsWith("requires a rounding mode from 0 to 5, got "
                             "4294967296; the file is damaged"));
}

TEST(Bytecode, TruncatedAttributeIsRefused) {
  EXPECT_TRUE(Reader(write({1, {0}})).failsWith("end of the bytecode"));
  EXPECT_TRUE(Reader(write({1, {}})).failsWith("end of the bytecode"));
}

TEST(Bytecode, VersionTwo) {
  // Attribute 1 is a range: its kind, the number of entries, and the ends of
  // each. The last bit of a signed number is its sign: 5 is -3, 14 is 7.
  Reader reader(write({2, {1, 1, 2, 5, 14, 0, 2}}));
  rescale::RangeAttr range = reader.getRange();
  ASSERT_TRUE(range) << reader.getErrors();
  EXPECT_EQ(range.getKind(), rescale::RangeKind::Observed);
  EXPECT_EQ(range.getLow(), ArrayRef<int64_t>({-3, 0}));
  EXPECT_EQ(range.getHigh(), ArrayRef<int64_t>({7, 1}));
}

TEST(Bytecode, DamagedRangeIsRefused) {
  EXPECT_TRUE(Reader(write({2, {1, 2, 1, 0, 0}}))
                  .failsWith("requires a kind of range from 0 to 1, got 2; the "
                             "file is damaged"));
  EXPECT_TRUE(Reader(write({2, {1, 0, 0}}))
                  .failsWith("requires as many least as greatest accumulators, "
                             "and at least one, got 0 and 0"));
  EXPECT_TRUE(Reader(write({2, {1, 0, 1, 2, 0}}))
                  .failsWith("requires a least accumulator of at most the "
                             "greatest one, got 1 and 0 at index 0"));
  // A size that no file has.
  EXPECT_TRUE(Reader(write({2, {1, 0, uint64_t(1) << 62, 0, 0}}))
                  .failsWith("end of the bytecode"));
}

/// Attribute 3 is a target: its name, here the file's first string, the numbers
/// of the fields in the order of TargetFields, and then its layout and costs.
std::string writeTarget(std::vector<uint64_t> lists) {
  std::vector<uint64_t> encoding = {3, 0, 16, 1, 0, 2, 62, 0, 64, 48,
                                    1, 0, 63, 1, 2, 1, 3,  4, 0};
  encoding.insert(encoding.end(), lists.begin(), lists.end());
  return write({2, std::move(encoding)});
}

TEST(Bytecode, Target) {
  // One parameter of 16 bits, and the first two costs.
  Reader reader(writeTarget({1, 0, 16, 2, 5, 7}));
  rescale::TargetAttr target = reader.getTarget();
  ASSERT_TRUE(target) << reader.getErrors();
  rescale::TargetFields expected;
  expected.multiplicandBits = 16;
  expected.signedMultiplicand = true;
  expected.minShift = 2;
  expected.maxShift = 62;
  expected.accumulatorBits = 48;
  expected.addendBits = 63;
  expected.clamp = rescale::ClampForm::Relu;
  expected.inputBits = 3;
  expected.resultBits = 4;
  rescale::LayoutEntry layout[] = {{rescale::LayoutField::Multiplicand, 16}};
  expected.layout = layout;
  expected.costs = {5, 7};
  EXPECT_TRUE(target.getFields() == expected);
}

TEST(Bytecode, DamagedTargetIsRefused) {
  EXPECT_TRUE(Reader(writeTarget({1, 9, 16, 0}))
                  .failsWith("requires a number of at most 8 in a target, got "
                             "9; the file is damaged"));
  uint64_t costs = rescale::getMaxEnumValForInstruction() + 1;
  EXPECT_TRUE(Reader(writeTarget({0, costs + 1}))
                  .failsWith("requires a number of at most " +
                             std::to_string(costs) + " in a target, got " +
                             std::to_string(costs + 1) +
                             "; the file is damaged"));
  EXPECT_TRUE(Reader(writeTarget({1, 0, 65, 0}))
                  .failsWith("requires 1 to 64 bits of a parameter, got 65"));
  // A size that no file has.
  EXPECT_TRUE(Reader(writeTarget({uint64_t(1) << 62, 0, 16}))
                  .failsWith("end of the bytecode"));
  EXPECT_TRUE(Reader(write({2, {3, 0, 16, 2}}))
                  .failsWith("requires a number of at most 1 in a target, got "
                             "2; the file is damaged"));
}

TEST(Bytecode, OtherFieldsOfPresetAreRefused) {
  // As text it would read back as the preset.
  MLIRContext context;
  context.loadDialect<rescale::RescaleDialect>();
  std::string errors;
  ScopedDiagnosticHandler handler(
      &context, [&](Diagnostic &diagnostic) { errors += diagnostic.str(); });
  auto emitError = [&] { return mlir::emitError(UnknownLoc::get(&context)); };
  rescale::TargetFields fields = *rescale::getTargetPreset("ne16");
  EXPECT_TRUE(rescale::TargetAttr::getChecked(emitError, &context,
                                              StringRef("ne16"), fields));
  EXPECT_EQ(errors, "");
  fields.multiplicandBits = 7;
  EXPECT_FALSE(rescale::TargetAttr::getChecked(emitError, &context,
                                               StringRef("ne16"), fields));
  EXPECT_EQ(errors, "requires a name of its own for a target with fields, got "
                    "that of the preset \"ne16\"; write \"mine\" like "
                    "\"ne16\"");
}

TEST(Bytecode, SnapKeepsEveryBit) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<rescale::RescaleDialect>();
  Builder builder(&context);
  DenseF64ArrayAttr third = builder.getDenseF64ArrayAttr(1.0 / 3);
  auto snap = rescale::SnapAttr::get(
      &context, /*bits=*/4, builder.getDenseI64ArrayAttr({7, 9}),
      builder.getDenseI64ArrayAttr(38),
      rescale::RoundingAttr::get(&context, rescale::Rounding::Double), third,
      third, third, third, builder.getDenseI64ArrayAttr({0, 2}),
      builder.getF64FloatAttr(1.0), builder.getF64FloatAttr(4.0 / 3));
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  module.get()->setAttr("test.mode", snap);
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  ASSERT_TRUE(succeeded(writeBytecodeToFile(*module, os)));
  OwningOpRef<ModuleOp> read = parseSourceString<ModuleOp>(bytes, &context);
  ASSERT_TRUE(read);
  EXPECT_EQ(read.get()->getAttr("test.mode"), snap);
}

TEST(Bytecode, SurplusInAttributeIsRefused) {
  EXPECT_TRUE(Reader(write({1, {0, 0, 0}})).failsWith("trailing"));
}

} // namespace
