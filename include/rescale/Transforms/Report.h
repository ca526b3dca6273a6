//===- Report.h - What narrowing did, in figures ----------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every requantization of a module, channel by channel, before and after its
// parameters were changed. docs/Report.md has the schema of the JSON.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TRANSFORMS_REPORT_H
#define RESCALE_TRANSFORMS_REPORT_H

#include "rescale/Analysis/ApplyBounds.h"
#include "rescale/Dialect/Rescale/IR/Rescale.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

#include <map>
#include <optional>
#include <string>

namespace mlir {
class ModuleOp;

namespace rescale {

/// What stands behind the claim that a channel computes what it did.
enum class Proof {
  /// Nothing is claimed; so where nothing was changed.
  None,
  /// It holds for accumulators that data gave.
  Observed,
  /// It holds for all accumulators that can occur.
  Proved
};

/// What a change did to the accumulators that data gave; those of a bin of the
/// histogram are taken for its middle.
struct ObservedDifferences {
  uint64_t accumulators = 0;
  uint64_t differing = 0;
  /// Of the differences in codes.
  ::staircase::Int128 sum = 0;

  /// The mean difference in codes.
  double getMean() const { return double(sum) / double(accumulators); }
};

/// A staircase of a layer: of one channel, or of all that share one.
struct ChannelReport {
  /// The accumulators that can occur, as the input holds them.
  ::staircase::Interval range;
  ::staircase::Staircase before, after;
  unsigned productBitsBefore, productBitsAfter;
  /// Whether the layer gives one code whatever codes it gets, since its weights
  /// or its clamp leave no other; not where some differ from it.
  bool isConstant;
  /// Whether the range gives one code, also because of what the layer gets.
  bool isConstantOnRange;
  Proof proof;
  int64_t largestDifference = 0;
  int64_t differing = 0;
  /// How many accumulators these figures are about: those of the certificate,
  /// which may be more than can occur.
  ::staircase::Int128 judged = 0;
  /// Nothing where no data was observed. Proves nothing.
  std::optional<ObservedDifferences> observed;

  unsigned getBitsBefore() const;
  unsigned getBitsAfter() const;
};

/// What a requantization is there for.
enum class LayerRole {
  /// To make codes of at most 16 bits of the wider sums of a convolution, a
  /// product of matrices or a reduction, or of a wider argument.
  Accumulators,
  /// Everything else: operands and results of additions, softmaxes and the
  /// like, which are computed in wide integers.
  Elementwise
};

/// `accumulators` or `elementwise`.
StringRef stringifyRole(LayerRole role);

/// A port that takes multiplicands.
struct MultiplicandPort {
  unsigned width;
  bool isSigned;
};

/// One rescale.requantize.
struct LayerReport {
  RequantizeOp op;
  /// Unique, and an identifier.
  std::string name;
  /// What the model calls it; may be empty.
  std::string modelName;
  /// `FILE:LINE:COLUMN`, without folders, or `NAME in FILE` where the file has
  /// no lines; may be empty.
  std::string location;
  /// The operation that computes the accumulators, as `tosa.conv2d`; empty for
  /// an argument.
  std::string source;
  LayerRole role;
  MultiplicandPort portAfter;
  /// Nothing where a certificate alone tells of the original, as it keeps none.
  std::optional<MultiplicandPort> portBefore;
  Rounding roundingBefore, roundingAfter;
  SmallVector<ChannelReport, 0> channels;
  /// What it is lowered to, if that has been asked for.
  std::optional<Arithmetic> arithmetic;
  /// What that takes by the costs of the target, where they have chosen it.
  std::optional<uint64_t> cost;

  bool hasOneShiftBefore() const;
  bool hasOneShiftAfter() const;
};

/// Figures of several layers. Those of channels leave out the constant ones.
struct ReportSummary {
  size_t layers = 0;
  /// Layers whose channels, constant or not, have one shift.
  size_t oneShiftBefore = 0, oneShiftAfter = 0;
  size_t channels = 0;
  size_t constantChannels = 0;
  /// Channels whose inputs leave one code.
  size_t constantOnRange = 0;
  /// Channels that are proved to give the codes that they gave, those that are
  /// proved to differ by exact figures, those for which data speaks alone, and
  /// those that are as they were.
  size_t proved = 0, approximate = 0, observed = 0, unchanged = 0;
  int64_t largestDifference = 0;
  unsigned productBitsBefore = 0, productBitsAfter = 0;
  /// The number of channels by magnitude bits.
  std::map<unsigned, size_t> widthsBefore, widthsAfter;
  /// The same without those of `constantOnRange`.
  std::map<unsigned, size_t> varyingWidths;
};

/// The options of convert-rescale-to-linalg.
struct ReportTarget {
  std::string target;
  std::string rung;
};

struct Report {
  SmallVector<LayerReport, 0> layers;
  /// Whose arithmetic the layers have.
  std::optional<ReportTarget> target;

  ReportSummary getSummary(LayerRole role) const;
};

/// Describes every requantization of `module` in its order. Ranges are computed
/// anew and certificates tested; fails, with errors at the operations, where
/// one is not true, or where `target` asks for a rung that is not exact. With a
/// target the dialects of convert-rescale-to-linalg have to be loaded.
FailureOr<Report>
computeReport(ModuleOp module,
              const std::optional<ReportTarget> &target = std::nullopt);

/// The requantizations of `module` in its order, by their names in its report.
llvm::MapVector<StringAttr, RequantizeOp> nameRequantizations(ModuleOp module);

/// As JSON, with a newline at the end.
void printReportJSON(const Report &report, raw_ostream &os);

/// As tables for people: a row for each layer, and with `channels` one for each
/// channel as well.
void printReportTable(const Report &report, bool channels, raw_ostream &os);

/// Which layers give other codes than before, by how much and for how many of
/// the accumulators that their certificates speak of, and in all; how many
/// channels data alone judges; and which layers have multiplicands of more than
/// `bits`.
void printDifferences(const Report &report, unsigned bits, raw_ostream &os);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_TRANSFORMS_REPORT_H
