//===- ReportFormat.cpp - Reports as JSON and as tables -------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The JSON is described in docs/Report.md and by docs/report.schema.json.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Snap.h"
#include "rescale/Staircase/Integers.h"
#include "rescale/Transforms/Report.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <set>

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Int128;
using ::staircase::Staircase;
using ::staircase::stringify;

/// The median of channels by bits, doubled so that it is an integer: of an even
/// number of channels it is the mean of two.
static unsigned getDoubleMedian(const std::map<unsigned, size_t> &widths) {
  SmallVector<unsigned, 0> bits;
  for (auto [width, count] : widths)
    bits.append(count, width);
  if (bits.empty())
    return 0;
  return bits[(bits.size() - 1) / 2] + bits[bits.size() / 2];
}

static unsigned getMost(const std::map<unsigned, size_t> &widths) {
  return widths.empty() ? 0 : widths.rbegin()->first;
}

static uint64_t getSum(const std::map<unsigned, size_t> &widths) {
  uint64_t sum = 0;
  for (auto [width, count] : widths)
    sum += width * count;
  return sum;
}

static std::set<unsigned> getWidths(const ReportSummary &summary) {
  std::set<unsigned> widths;
  for (const auto *side : {&summary.widthsBefore, &summary.widthsAfter})
    for (auto [width, count] : *side)
      widths.insert(width);
  return widths;
}

static size_t getCount(const std::map<unsigned, size_t> &widths,
                       unsigned width) {
  auto it = widths.find(width);
  return it == widths.end() ? 0 : it->second;
}

StringRef mlir::rescale::stringifyRole(LayerRole role) {
  switch (role) {
  case LayerRole::Accumulators:
    return "accumulators";
  case LayerRole::Elementwise:
    return "elementwise";
  }
  llvm_unreachable("covers all");
}

static StringRef stringify(Proof proof) {
  switch (proof) {
  case Proof::None:
    return "none";
  case Proof::Observed:
    return "observed";
  case Proof::Proved:
    return "proved";
  }
  llvm_unreachable("covers all");
}

static std::string stringify(::staircase::IntegerFormat format) {
  return (format.isUnsigned ? "u" : "i") + std::to_string(format.width);
}

static std::string stringify(const MultiplicandPort &port) {
  return (port.isSigned ? "si" : "ui") + std::to_string(port.width);
}

static std::string stringifyMedian(unsigned doubled) {
  return std::to_string(doubled / 2) + (doubled % 2 ? ".5" : "");
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static llvm::json::Value toJSON(Int128 value) {
  if (value > INT64_MAX)
    return static_cast<uint64_t>(value);
  return static_cast<int64_t>(value);
}

static llvm::json::Value toJSONMedian(unsigned doubled) {
  if (doubled % 2)
    return doubled / 2.0;
  return doubled / 2;
}

static llvm::json::Object toJSON(const MultiplicandPort &port) {
  return llvm::json::Object{{"width", port.width}, {"signed", port.isSigned}};
}

static void print(const ReportSummary &summary, llvm::json::OStream &json) {
  json.object([&] {
    json.attribute("layers", summary.layers);
    json.attribute("layers_with_one_shift_before", summary.oneShiftBefore);
    json.attribute("layers_with_one_shift", summary.oneShiftAfter);
    json.attribute("channels", summary.channels);
    json.attribute("constant_channels", summary.constantChannels);
    json.attribute("constant_on_range", summary.constantOnRange);
    json.attribute("proved", summary.proved);
    json.attribute("approximate", summary.approximate);
    json.attribute("observed", summary.observed);
    json.attribute("unchanged", summary.unchanged);
    json.attribute("largest_difference", summary.largestDifference);
    json.attribute("max_bits_before", getMost(summary.widthsBefore));
    json.attribute("max_bits", getMost(summary.widthsAfter));
    json.attribute("median_bits_before",
                   toJSONMedian(getDoubleMedian(summary.widthsBefore)));
    json.attribute("median_bits",
                   toJSONMedian(getDoubleMedian(summary.widthsAfter)));
    json.attribute("median_bits_varying",
                   toJSONMedian(getDoubleMedian(summary.varyingWidths)));
    json.attribute("multiplicand_bits_before", getSum(summary.widthsBefore));
    json.attribute("multiplicand_bits", getSum(summary.widthsAfter));
    json.attribute("max_product_bits_before", summary.productBitsBefore);
    json.attribute("max_product_bits", summary.productBitsAfter);
    json.attributeArray("histogram", [&] {
      for (unsigned width : getWidths(summary))
        json.value(llvm::json::Object{
            {"bits", width},
            {"channels_before", getCount(summary.widthsBefore, width)},
            {"channels", getCount(summary.widthsAfter, width)}});
    });
  });
}

static void print(const ChannelReport &channel, llvm::json::OStream &json) {
  ::staircase::Addends addends = getAddends(channel.after);
  json.object([&] {
    json.attribute("range", llvm::json::Array{toJSON(channel.range.low),
                                              toJSON(channel.range.high)});
    json.attribute("constant", channel.isConstant);
    json.attribute("constant_on_range", channel.isConstantOnRange);
    json.attribute("multiplicand_before", channel.before.multiplicand);
    json.attribute("bits_before", channel.getBitsBefore());
    json.attribute("shift_before", channel.before.shift);
    json.attribute("product_bits_before", channel.productBitsBefore);
    json.attribute("multiplicand", channel.after.multiplicand);
    json.attribute("bits_after", channel.getBitsAfter());
    json.attribute("shift", channel.after.shift);
    json.attribute("addend", toJSON(addends.positive));
    json.attribute("negative_addend", toJSON(addends.negative));
    json.attribute("product_bits", channel.productBitsAfter);
    json.attribute("certificate", stringify(channel.proof));
    json.attribute("largest_difference", channel.largestDifference);
    json.attribute("differing", channel.differing);
    if (channel.observed)
      json.attributeObject("observed", [&] {
        json.attribute("accumulators", channel.observed->accumulators);
        json.attribute("differing", channel.observed->differing);
        json.attribute("mean_difference", channel.observed->getMean());
      });
  });
}

/// What rescale-snap did to the layer, column by column.
static void print(SnapAttr snap, llvm::json::OStream &json) {
  json.object([&] {
    json.attribute("bits", snap.getBits());
    json.attribute("rounding_before",
                   stringifyRounding(snap.getRounding().getValue()));
    json.attribute("input_factor", snap.getInputFactor().getValueAsDouble());
    json.attribute("result_factor", snap.getResultFactor().getValueAsDouble());
    auto column = [&](StringRef name, const auto &list) {
      json.attributeArray(name, [&] {
        for (auto value : list.asArrayRef())
          json.value(value);
      });
    };
    column("multiplicands_before", snap.getMultiplicands());
    column("shifts_before", snap.getShifts());
    column("rescale_error", snap.getRescaleError());
    column("largest_weight_error", snap.getLargestWeightError());
    column("mean_weight_error", snap.getMeanWeightError());
    column("code_bound", snap.getCodeBound());
    column("clipped", snap.getClipped());
  });
}

static void print(const LayerReport &layer, llvm::json::OStream &json) {
  RequantizeOp op = layer.op;
  auto orNull = [](const std::string &text) {
    return text.empty() ? llvm::json::Value(nullptr)
                        : llvm::json::Value(llvm::json::fixUTF8(text));
  };
  json.object([&] {
    json.attribute("name", layer.name);
    json.attribute("model_name", orNull(layer.modelName));
    json.attribute("location", orNull(layer.location));
    json.attribute("source", orNull(layer.source));
    json.attribute("role", stringifyRole(layer.role));
    json.attribute("input_type", stringify(op.getInputFormat()));
    json.attribute("result_type", stringify(op.getResultFormat()));
    json.attribute("port_before", layer.portBefore
                                      ? toJSON(*layer.portBefore)
                                      : llvm::json::Value(nullptr));
    json.attribute("port", toJSON(layer.portAfter));
    json.attribute("rounding_before", stringifyRounding(layer.roundingBefore));
    json.attribute("rounding", stringifyRounding(layer.roundingAfter));
    json.attribute("one_shift_before", layer.hasOneShiftBefore());
    json.attribute("one_shift", layer.hasOneShiftAfter());
    if (layer.arithmetic) {
      json.attribute("rung", layer.arithmetic->getName());
      json.attribute("cost", layer.cost ? llvm::json::Value(*layer.cost)
                                        : llvm::json::Value(nullptr));
      json.attributeArray("conditions", [&] {
        for (const auto &condition : layer.arithmetic->conditions)
          json.value(llvm::json::Object{{"needs", condition.needs},
                                        {"got", condition.got}});
      });
    }
    if (auto snap = op->getAttrOfType<SnapAttr>(kSnappedAttrName)) {
      json.attributeBegin("snapped");
      print(snap, json);
      json.attributeEnd();
    } else {
      json.attribute("snapped", nullptr);
    }
    json.attributeArray("channels", [&] {
      for (const ChannelReport &channel : layer.channels)
        print(channel, json);
    });
  });
}

void mlir::rescale::printReportJSON(const Report &report, raw_ostream &os) {
  llvm::json::OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("format", "rescale-report");
    json.attribute("version", 1);
    if (report.target)
      json.attribute("target", report.target->target);
    json.attributeBegin("summary");
    print(report.getSummary(LayerRole::Accumulators), json);
    json.attributeEnd();
    json.attributeBegin("elementwise_summary");
    print(report.getSummary(LayerRole::Elementwise), json);
    json.attributeEnd();
    json.attributeArray("layers", [&] {
      for (const LayerReport &layer : report.layers)
        print(layer, json);
    });
  });
  os << "\n";
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

namespace {

/// Columns as wide as their widest cell: text to the left, numbers to the
/// right.
class Table {
public:
  explicit Table(ArrayRef<StringRef> header, size_t leftColumns)
      : leftColumns(leftColumns) {
    addRow(llvm::map_to_vector<0>(header, [](StringRef s) { return s.str(); }));
  }

  void addRow(SmallVector<std::string, 0> row) {
    widths.resize(std::max(widths.size(), row.size()));
    for (auto [width, cell] : llvm::zip(widths, row))
      width = std::max(width, cell.size());
    rows.push_back(std::move(row));
  }

  void print(raw_ostream &os) const {
    for (const auto &row : rows) {
      std::string line;
      for (auto [i, cell] : llvm::enumerate(row)) {
        std::string space(widths[i] - cell.size(), ' ');
        line += i == 0 ? "" : "  ";
        line += i < leftColumns ? cell + space : space + cell;
      }
      os << StringRef(line).rtrim() << "\n";
    }
  }

private:
  size_t leftColumns;
  SmallVector<SmallVector<std::string, 0>, 0> rows;
  SmallVector<size_t> widths;
};

} // namespace

static std::string stringify(const ::staircase::Interval &range) {
  return "[" + stringify(range.low) + ", " + stringify(range.high) + "]";
}

/// `a` where all are, else `a .. b`.
template <typename Function>
static std::string getSpan(const LayerReport &layer, Function get) {
  auto low = get(layer.channels.front()), high = low;
  for (const ChannelReport &channel : layer.channels) {
    low = std::min(low, get(channel));
    high = std::max(high, get(channel));
  }
  std::string text = stringify(Int128(low));
  return low == high ? text : text + ".." + stringify(Int128(high));
}

/// The addends of a layer: by name where they have one.
static std::string getAddends(const LayerReport &layer) {
  if (layer.roundingAfter != Rounding::Addend)
    return stringifyRounding(layer.roundingAfter).str();
  bool hasTwo = llvm::any_of(layer.channels, [](const ChannelReport &channel) {
    ::staircase::Addends addends = getAddends(channel.after);
    return addends.positive != addends.negative;
  });
  std::string text = getSpan(layer, [](const ChannelReport &channel) {
    return getAddends(channel.after).positive;
  });
  return hasTwo ? text + " by sign" : text;
}

/// Adds what data says of `channel`, if anything.
static void add(const ChannelReport &channel, ObservedDifferences &sum) {
  if (!channel.observed)
    return;
  sum.accumulators += channel.observed->accumulators;
  sum.differing += channel.observed->differing;
  sum.sum += channel.observed->sum;
}

/// The mean difference, with as many digits as anybody compares.
static std::string getMean(const ObservedDifferences &observed) {
  return observed.accumulators
             ? llvm::formatv("{0:F4}", observed.getMean()).str()
             : "";
}

/// For the column of certificates.
static std::string describe(const ObservedDifferences &observed) {
  return observed.differing ? "; observed " + getMean(observed) + " in the mean"
                            : "";
}

static std::string getCertificate(const LayerReport &layer) {
  std::string text = stringify(layer.channels.front().proof).str();
  size_t differing = 0;
  int64_t largest = 0;
  for (const ChannelReport &channel : layer.channels) {
    differing += channel.differing != 0;
    largest = std::max(largest, channel.largestDifference);
  }
  if (differing)
    text += ", " + std::to_string(differing) + " differ by " +
            std::to_string(largest);
  ObservedDifferences observed;
  for (const ChannelReport &channel : layer.channels)
    add(channel, observed);
  return text + describe(observed);
}

static SmallVector<std::string, 0> getRow(const LayerReport &layer) {
  SmallVector<std::string, 0> row = {layer.name,
                                     layer.source.empty() ? "-" : layer.source};
  size_t constant = llvm::count_if(
      layer.channels, [](const ChannelReport &c) { return c.isConstant; });
  row.push_back(std::to_string(layer.channels.size() - constant));
  row.push_back(std::to_string(constant));
  ::staircase::Interval range = layer.channels.front().range;
  for (const ChannelReport &channel : layer.channels)
    range = getHull(range, channel.range);
  row.push_back(stringify(range));
  row.push_back(layer.portBefore ? stringify(*layer.portBefore) : "-");
  row.push_back(stringify(layer.portAfter));
  row.push_back(
      getSpan(layer, [](const ChannelReport &c) { return c.getBitsBefore(); }));
  row.push_back(
      getSpan(layer, [](const ChannelReport &c) { return c.getBitsAfter(); }));
  row.push_back(
      getSpan(layer, [](const ChannelReport &c) { return c.after.shift; }));
  row.push_back(getAddends(layer));
  row.push_back(getSpan(
      layer, [](const ChannelReport &c) { return c.productBitsBefore; }));
  row.push_back(getSpan(
      layer, [](const ChannelReport &c) { return c.productBitsAfter; }));
  row.push_back(getCertificate(layer));
  return row;
}

static void printSummary(const ReportSummary &summary, raw_ostream &os) {
  os << summary.channels << " channels in " << summary.layers << " layers, and "
     << summary.constantChannels
     << " constant; layers with one shift: " << summary.oneShiftBefore
     << " before, " << summary.oneShiftAfter << " after\n"
     << summary.proved << " proved equal, ";
  if (summary.approximate)
    os << summary.approximate << " proved to differ by at most "
       << summary.largestDifference << ", ";
  os << summary.observed << " judged by data, " << summary.unchanged
     << " unchanged";
  if (summary.constantOnRange)
    os << "; " << summary.constantOnRange << " with inputs that leave one code";
  os << "\n\n";

  Table figures({"", "before", "after"}, /*leftColumns=*/1);
  auto addRow = [&](StringRef what, auto before, auto after) {
    figures.addRow({what.str(), before, after});
  };
  auto getMedian = [](const auto &widths) {
    return stringifyMedian(getDoubleMedian(widths));
  };
  addRow("widest multiplicand, bits",
         std::to_string(getMost(summary.widthsBefore)),
         std::to_string(getMost(summary.widthsAfter)));
  addRow("median", getMedian(summary.widthsBefore),
         getMedian(summary.widthsAfter));
  if (summary.constantOnRange)
    addRow("median of those that vary", "", getMedian(summary.varyingWidths));
  addRow("sum", std::to_string(getSum(summary.widthsBefore)),
         std::to_string(getSum(summary.widthsAfter)));
  addRow("widest product, bits", std::to_string(summary.productBitsBefore),
         std::to_string(summary.productBitsAfter));
  figures.print(os);

  Table histogram({"bits", "before", "after"}, /*leftColumns=*/0);
  for (unsigned width : getWidths(summary))
    histogram.addRow({std::to_string(width),
                      std::to_string(getCount(summary.widthsBefore, width)),
                      std::to_string(getCount(summary.widthsAfter, width))});
  os << "\n";
  histogram.print(os);
}

static SmallVector<std::string, 0> getRow(size_t index,
                                          const ChannelReport &channel) {
  ::staircase::Addends addends = getAddends(channel.after);
  std::string addend = stringify(addends.positive);
  if (addends.positive != addends.negative)
    addend += " or " + stringify(addends.negative);
  std::string certificate = stringify(channel.proof).str();
  if (channel.differing)
    certificate += ", " + std::to_string(channel.differing) + " differ by " +
                   std::to_string(channel.largestDifference);
  if (channel.isConstantOnRange)
    certificate += ", one code";
  ObservedDifferences observed;
  add(channel, observed);
  certificate += describe(observed);
  return {std::to_string(index),
          stringify(channel.range),
          std::to_string(channel.before.multiplicand),
          std::to_string(channel.after.multiplicand),
          std::to_string(channel.getBitsBefore()),
          std::to_string(channel.getBitsAfter()),
          std::to_string(channel.before.shift),
          std::to_string(channel.after.shift),
          std::move(addend),
          std::to_string(channel.productBitsBefore),
          std::to_string(channel.productBitsAfter),
          std::move(certificate)};
}

static void printChannels(const LayerReport &layer, raw_ostream &os) {
  os << "\n" << layer.name;
  if (!layer.location.empty())
    os << ", " << layer.location;
  os << "\n\n";
  Table table({"channel", "accumulators", "multiplicand before", "after",
               "bits before", "after", "shift before", "after", "addend",
               "product bits before", "after", "certificate"},
              /*leftColumns=*/0);
  for (auto [i, channel] : llvm::enumerate(layer.channels))
    table.addRow(getRow(i, channel));
  table.print(os);
}

static void printArithmetic(const Report &report, raw_ostream &os) {
  os << "\nArithmetic";
  if (!report.target->target.empty())
    os << " for " << report.target->target;
  os << "\n\n";
  Table table({"layer", "rung", "cost", "exact because of"}, /*leftColumns=*/4);
  for (const LayerReport &layer : report.layers)
    table.addRow({layer.name, layer.arithmetic->getName().str(),
                  layer.cost ? std::to_string(*layer.cost) : "-",
                  layer.arithmetic->getProof()});
  table.print(os);
}
/// The layers that rescale-snap changed, before all others: the rest of the
/// report compares with what it left.
static void printSnapped(const Report &report, raw_ostream &os) {
  Table table({"layer", "bits", "multiplicand bits in the model",
               "largest weight error", "mean", "clipped", "bound in codes",
               "factor of codes"},
              /*leftColumns=*/1);
  bool hasSnapped = false, hasClipped = false;
  double scaleError = 0;
  for (const LayerReport &layer : report.layers) {
    RequantizeOp op = layer.op;
    auto snap = op->getAttrOfType<SnapAttr>(kSnappedAttrName);
    if (!snap)
      continue;
    hasSnapped = true;
    unsigned bits = 0;
    for (int64_t multiplicand : snap.getMultiplicands().asArrayRef())
      bits = std::max(bits, ::staircase::getMagnitudeBits(multiplicand));
    hasClipped |= snap.getNumClipped() != 0;
    scaleError = std::max(scaleError, getLargest(snap.getRescaleError()));
    table.addRow(
        {layer.name, std::to_string(snap.getBits()), std::to_string(bits),
         llvm::formatv("{0:f4}", getLargest(snap.getLargestWeightError())),
         llvm::formatv("{0:f4}", getLargest(snap.getMeanWeightError())),
         std::to_string(snap.getNumClipped()),
         llvm::formatv("{0:f2}", getLargest(snap.getCodeBound())),
         llvm::formatv("{0:f4}", snap.getResultFactor().getValueAsDouble())});
  }
  if (!hasSnapped)
    return;
  os << "Snapped: another network than the model's\n\n";
  table.print(os);
  os << "\nScales have ";
  if (scaleError == 0)
    os << "no error";
  else
    os << llvm::formatv("an error of at most {0:e2}, as float weights leave "
                        "the model's steps open",
                        scaleError);
  os << ", weights that of a rounding"
     << (hasClipped ? ", or of what their type does not hold" : "")
     << ", in their steps. What follows compares with the snapped "
        "network.\n\n";
}

void mlir::rescale::printReportTable(const Report &report, bool channels,
                                     raw_ostream &os) {
  printSnapped(report, os);
  for (LayerRole role : {LayerRole::Accumulators, LayerRole::Elementwise}) {
    ReportSummary summary = report.getSummary(role);
    bool isFirst = role == LayerRole::Accumulators;
    os << (isFirst ? "From accumulators to codes\n\n"
                   : "\nWithin elementwise layers\n\n");
    if (summary.layers == 0) {
      os << "none\n";
      continue;
    }
    Table table({"layer", "source", "channels", "constant", "accumulators",
                 "port before", "after", "bits before", "after", "shift",
                 "addend", "product bits before", "after", "certificate"},
                /*leftColumns=*/2);
    for (const LayerReport &layer : report.layers)
      if (layer.role == role && !layer.channels.empty())
        table.addRow(getRow(layer));
    table.print(os);
    os << "\n";
    printSummary(summary, os);
  }
  if (report.target && !report.layers.empty())
    printArithmetic(report, os);
  if (channels)
    for (const LayerReport &layer : report.layers)
      printChannels(layer, os);
}

namespace {

/// What differs in one or several layers.
struct Differences {
  size_t channels = 0, differing = 0, observed = 0;
  int64_t largest = 0;
  Int128 accumulators = 0, differingAccumulators = 0;
  ObservedDifferences seen;

  void add(const ChannelReport &channel) {
    ++channels;
    ::add(channel, seen);
    differing += channel.differing != 0;
    observed += channel.proof == Proof::Observed;
    largest = std::max(largest, channel.largestDifference);
    accumulators += channel.judged;
    differingAccumulators += channel.differing;
  }

  SmallVector<std::string, 0> getRow(StringRef name) const {
    return {name.str(),
            std::to_string(differing) + " of " + std::to_string(channels),
            std::to_string(largest),
            stringify(differingAccumulators) + " of " + stringify(accumulators),
            getMean(seen)};
  }
};

} // namespace

void mlir::rescale::printDifferences(const Report &report, unsigned bits,
                                     raw_ostream &os) {
  bool isCalibrated = llvm::any_of(report.layers, [](const LayerReport &layer) {
    return llvm::any_of(layer.channels, [](const ChannelReport &channel) {
      return channel.observed.has_value();
    });
  });
  Table table({"layer", "channels that differ", "largest difference",
               "accumulators that differ",
               isCalibrated ? "mean difference, observed" : ""},
              /*leftColumns=*/1);
  Differences all;
  Table wide({"layer", "bits before", "bits"}, /*leftColumns=*/1);
  bool hasWide = false;
  for (const LayerReport &layer : report.layers) {
    Differences differences;
    unsigned most = 0, mostBefore = 0;
    for (const ChannelReport &channel : layer.channels) {
      differences.add(channel);
      all.add(channel);
      mostBefore = std::max(mostBefore, channel.getBitsBefore());
      most = std::max(most, channel.getBitsAfter());
    }
    if (differences.differing)
      table.addRow(differences.getRow(layer.name));
    if (most > bits) {
      wide.addRow(
          {layer.name, std::to_string(mostBefore), std::to_string(most)});
      hasWide = true;
    }
  }
  if (all.differing) {
    table.addRow(all.getRow("in all"));
    table.print(os);
  } else {
    os << (all.observed ? "no code is known to differ" : "no code differs")
       << " from the model's\n";
  }
  if (all.observed)
    os << all.observed << " of " << all.channels
       << " channels were judged by observed accumulators only, and may give "
          "other codes than the model's for others\n";
  if (hasWide) {
    os << "\nwider than " << bits << " bits:\n";
    wide.print(os);
  }
}
