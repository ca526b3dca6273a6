//===- Parameters.cpp - Requantizations for hardware ----------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The JSON is described in docs/Parameters.md and by
// docs/parameters.schema.json.
//
//===----------------------------------------------------------------------===//

#include "rescale/Target/Parameters/Parameters.h"

#include "rescale/Staircase/Integers.h"
#include "rescale/Staircase/Thresholds.h"
#include "rescale/Transforms/Report.h"

#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::Staircase;
using ::staircase::stringify;
using ::staircase::Thresholds;

/// As many steps as codes of 16 bits have; wider results get none listed.
constexpr size_t kMaxListedSteps = UINT16_MAX;

/// The values on one line: there are hundreds for each channel.
template <typename Container>
static void printLine(const Container &values, llvm::json::OStream &json) {
  json.rawValue([&](raw_ostream &os) {
    os << "[";
    llvm::interleaveComma(values, os,
                          [&](Int128 value) { os << stringify(value); });
    os << "]";
  });
}

static void print(::staircase::IntegerFormat format,
                  llvm::json::OStream &json) {
  json.object([&] {
    json.attribute("bits", format.width);
    json.attribute("unsigned", format.isUnsigned);
  });
}

/// The code of the least accumulator, and the accumulators at which it grows by
/// one; null where there are too many.
static void printThresholds(const ChannelReport &channel,
                            llvm::json::OStream &json) {
  const Staircase &staircase = channel.after;
  llvm::Expected<Thresholds> thresholds =
      getThresholds(staircase, {channel.range.low - staircase.inputZeroPoint,
                                channel.range.high - staircase.inputZeroPoint});
  if (!thresholds || thresholds->steps.size() > kMaxListedSteps) {
    if (!thresholds)
      llvm::consumeError(thresholds.takeError());
    json.attribute("first_code", nullptr);
    json.attribute("thresholds", nullptr);
    return;
  }
  json.attribute("first_code", thresholds->firstCode);
  json.attributeBegin("thresholds");
  printLine(llvm::map_range(thresholds->steps,
                            [&](Int128 difference) {
                              return difference + staircase.inputZeroPoint;
                            }),
            json);
  json.attributeEnd();
}

static void print(const ChannelReport &channel, std::optional<int64_t> bias,
                  llvm::json::OStream &json) {
  ::staircase::Addends addends = getAddends(channel.after);
  json.object([&] {
    json.attribute("multiplicand", channel.after.multiplicand);
    json.attribute("shift", channel.after.shift);
    json.attribute("addend", static_cast<int64_t>(addends.positive));
    json.attribute("negative_addend", static_cast<int64_t>(addends.negative));
    json.attribute("bias", bias);
    json.attributeBegin("range");
    printLine(ArrayRef<Int128>{channel.range.low, channel.range.high}, json);
    json.attributeEnd();
    printThresholds(channel, json);
  });
}

static void print(const PackedLayer &packed, llvm::json::OStream &json) {
  if (!packed.target) {
    json.value(nullptr);
    return;
  }
  const TargetFields &fields = packed.target.getFields();
  json.object([&] {
    json.attribute("target", packed.target.getName());
    json.attribute("rounding", stringifyRounding(packed.rounding));
    json.attribute("offset", packed.offset);
    json.attribute("size", packed.size);
    json.attribute("records", packed.records);
    json.attribute("packing", stringifyPacking(fields.packing));
    json.attributeArray("fields", [&] {
      for (const LayoutEntry &entry : fields.layout)
        json.object([&] {
          json.attribute("field", stringifyLayoutField(entry.field));
          json.attribute("bits", entry.bits);
        });
    });
  });
}

static void print(const LayerReport &layer, const PackedLayer &packed,
                  llvm::json::OStream &json) {
  RequantizeOp op = layer.op;
  Staircase first = op.getStaircase(0);
  json.object([&] {
    json.attribute("name", layer.name);
    json.attribute("model_name", layer.modelName.empty()
                                     ? llvm::json::Value(nullptr)
                                     : llvm::json::fixUTF8(layer.modelName));
    json.attribute("role", stringifyRole(layer.role));
    json.attributeBegin("shape");
    printLine(llvm::map_range(op.getType().getShape(),
                              [](int64_t size) {
                                return ShapedType::isDynamic(size) ? -1 : size;
                              }),
              json);
    json.attributeEnd();
    json.attribute("axis", layer.channels.size() > 1
                               ? llvm::json::Value(*op.getAxis())
                               : llvm::json::Value(nullptr));
    json.attributeBegin("input");
    print(op.getInputFormat(), json);
    json.attributeEnd();
    json.attributeBegin("result");
    print(op.getResultFormat(), json);
    json.attributeEnd();
    json.attributeObject("port", [&] {
      json.attribute("width", layer.portAfter.width);
      json.attribute("signed", layer.portAfter.isSigned);
    });
    json.attribute("rounding", stringifyRounding(layer.roundingAfter));
    json.attribute("input_zero_point",
                   static_cast<int64_t>(first.inputZeroPoint));
    json.attribute("zero_point", first.outputZeroPoint);
    json.attribute("clamp", llvm::json::Array{first.clampMin, first.clampMax});
    json.attributeBegin("packed");
    print(packed, json);
    json.attributeEnd();
    SmallVector<int64_t> biases =
        getBiases(layer).value_or(SmallVector<int64_t>{});
    // Channels that share a staircase may still have a bias each.
    if (biases.size() != 1 && biases.size() != layer.channels.size())
      biases.clear();
    json.attributeArray("channels", [&] {
      for (auto [i, channel] : llvm::enumerate(layer.channels)) {
        std::optional<int64_t> bias;
        if (!biases.empty())
          bias = biases[biases.size() == 1 ? 0 : i];
        print(channel, bias, json);
      }
    });
  });
}

void mlir::rescale::printParametersJSON(const Report &report,
                                        const PackedParameters &packed,
                                        StringRef name, StringRef packedFile,
                                        raw_ostream &os) {
  llvm::json::OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("format", "rescale-parameters");
    json.attribute("version", 1);
    json.attribute("name", name);
    json.attribute("packed_file", packed.bytes.empty()
                                      ? llvm::json::Value(nullptr)
                                      : llvm::json::Value(packedFile));
    json.attributeArray("layers", [&] {
      for (auto [layer, place] : llvm::zip_equal(report.layers, packed.layers))
        print(layer, place, json);
    });
  });
  os << "\n";
}
