//===- Report.cpp - What narrowing did, in figures ------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything is recomputed from the IR. What it claims of itself is told only
// once the checker has accepted it.
//
//===----------------------------------------------------------------------===//

#include "rescale/Transforms/Report.h"

#include "Calibration.h"
#include "Certification.h"
#include "LayerNames.h"
#include "rescale/Analysis/ChannelRangeAnalysis.h"
#include "rescale/Conversion/RescaleToLinalg/RescaleToLinalg.h"
#include "rescale/Staircase/Certificate.h"
#include "rescale/Support/OutputPath.h"
#include "rescale/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace mlir::rescale {
#define GEN_PASS_DEF_RESCALEREPORT
#include "rescale/Transforms/Passes.h.inc"
} // namespace mlir::rescale

using namespace mlir;
using namespace mlir::rescale;
using ::staircase::Interval;
using ::staircase::Staircase;

/// The widest results that are codes of a tensor; wider ones are intermediate.
constexpr unsigned kMaxCodeBits = 16;

unsigned ChannelReport::getBitsBefore() const {
  return ::staircase::getMagnitudeBits(before.multiplicand);
}

unsigned ChannelReport::getBitsAfter() const {
  return ::staircase::getMagnitudeBits(after.multiplicand);
}

bool LayerReport::hasOneShiftBefore() const {
  return llvm::all_equal(llvm::map_range(
      channels, [](const ChannelReport &c) { return c.before.shift; }));
}

bool LayerReport::hasOneShiftAfter() const {
  return llvm::all_equal(llvm::map_range(
      channels, [](const ChannelReport &c) { return c.after.shift; }));
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static bool isConstant(Value value) {
  return matchPattern(value, m_Constant());
}

/// The operand that `op` only arranges or adds a bias to; null where it
/// computes more.
static Value getForwarded(Operation *op) {
  if (isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::ReverseOp,
          tosa::IdentityOp, tensor::CastOp, tensor::CollapseShapeOp,
          tensor::ExpandShapeOp, tensor::ExtractSliceOp>(op))
    return op->getOperand(0);
  if (isa<tosa::AddOp>(op) && isConstant(op->getOperand(1)))
    return op->getOperand(0);
  if (isa<tosa::AddOp>(op) && isConstant(op->getOperand(0)))
    return op->getOperand(1);
  return nullptr;
}

/// The operations on the way to `value`, the one that computes it first and
/// then those that forward it. Empty for an argument, and for a value of a
/// graph region that is forwarded in a circle.
static SmallVector<Operation *> getPath(Value value) {
  llvm::SmallSetVector<Operation *, 4> path;
  while (value && value.getDefiningOp()) {
    if (!path.insert(value.getDefiningOp()))
      return {};
    value = getForwarded(path.back());
  }
  if (value)
    return {};
  return llvm::to_vector(llvm::reverse(path));
}

/// Whether elements of `type` are wider than codes.
static bool isWide(Type type) {
  std::optional<::staircase::IntegerFormat> format = getIntegerFormat(type);
  return format && format->width > kMaxCodeBits;
}

static LayerRole getRole(RequantizeOp op, Operation *source) {
  if (isWide(op.getType()) ||
      op.getInputFormat().width <= op.getResultFormat().width)
    return LayerRole::Elementwise;
  if (!source)
    return LayerRole::Accumulators;
  auto linalgOp = dyn_cast<linalg::LinalgOp>(source);
  return (linalgOp && linalgOp.getNumReductionLoops() != 0) ||
                 isa<tosa::Conv2DOp, tosa::Conv3DOp, tosa::DepthwiseConv2DOp,
                     tosa::TransposeConv2DOp, tosa::MatMulOp,
                     tosa::ReduceSumOp>(source)
             ? LayerRole::Accumulators
             : LayerRole::Elementwise;
}

/// `FILE:LINE:COLUMN`, or `NAME in FILE` where the file has no lines, as those
/// of TensorFlow Lite.
static std::string getLocation(Location loc, StringRef modelName) {
  auto file = loc->findInstanceOf<FileLineColLoc>();
  if (!file)
    return modelName.str();
  // Without the folder, so that a report is the same wherever it is made.
  std::string text = llvm::sys::path::filename(file.getFilename()).str();
  if (file.getLine() != 0)
    return text + ":" + std::to_string(file.getLine()) + ":" +
           std::to_string(file.getColumn());
  return modelName.empty() ? text : modelName.str() + " in " + text;
}

/// Whether `staircase` gives all accumulators of `range` one code.
static bool isConstantOn(const Staircase &staircase, const Interval &range) {
  return range.isConstant() ||
         (isMonotone(staircase) &&
          evaluate(staircase, range.low) == evaluate(staircase, range.high));
}

/// The accumulators of `op` if the first operation of `path` could get any
/// codes, one for each channel or one for all.
static SmallVector<Interval> getReachable(RequantizeOp op,
                                          ArrayRef<Operation *> path,
                                          const ProvedRanges &proved) {
  ChannelRanges ranges;
  for (Operation *step : path) {
    auto inferrable = dyn_cast<AccumulatorRangeOpInterface>(step);
    if (!inferrable)
      return proved.getAccumulators(op);
    SmallVector<ChannelRanges> operands = proved.getOperands(step);
    for (auto [operand, value] : llvm::zip(operands, step->getOperands())) {
      if (step == path.front() && !isConstant(value) &&
          !isWide(value.getType()))
        operand = ChannelRanges::getAll(value.getType());
      else if (step != path.front() && value == getForwarded(step))
        operand = ranges;
    }
    SmallVector<ChannelRanges> results = inferrable.inferRanges(operands);
    if (results.size() != 1 || !results.front().isKnown())
      return proved.getAccumulators(op);
    ranges = results.front().adaptedTo(step->getResult(0).getType());
  }
  if (path.empty() || op.getUnsignedInput())
    return proved.getAccumulators(op);
  return op.getAxis() ? ranges.getAlong(*op.getAxis())
                      : SmallVector<Interval>{ranges.getHull()};
}

static ChannelReport describe(RequantizeOp op, CertificateAttr certificate,
                              size_t index, const Interval &range,
                              const Interval &reachable) {
  ChannelReport channel;
  channel.range = range;
  channel.after = channel.before = op.getStaircase(index);
  channel.proof = Proof::None;
  channel.judged = range.high - range.low + 1;
  if (certificate) {
    ::staircase::Certificate claim = certificate.getClaim(index, channel.after);
    channel.before = claim.original;
    channel.largestDifference = claim.largestDifference;
    channel.differing = static_cast<int64_t>(claim.differing);
    channel.judged = claim.high - claim.low + 1;
    channel.proof = certificate.getRange().getKind() == RangeKind::Proved
                        ? Proof::Proved
                        : Proof::Observed;
  }
  auto getBits = [&](const Staircase &staircase) {
    Interval zero = {staircase.inputZeroPoint, staircase.inputZeroPoint};
    Interval differences = range - zero;
    return getProductBits(staircase, {differences.low, differences.high});
  };
  channel.productBitsBefore = getBits(channel.before);
  channel.productBitsAfter = getBits(channel.after);
  channel.isConstantOnRange =
      channel.differing == 0 && isConstantOn(channel.before, range);
  // Certificates say nothing of what does not occur.
  channel.isConstant =
      channel.isConstantOnRange && isConstantOn(channel.before, reachable);
  return channel;
}

namespace {

/// What a report calls layers.
class Namer {
public:
  explicit Namer(ModuleOp module) : names(module), symbols(module) {}

  /// Sets the names, the role and the source of the layer of `op`, which the
  /// last of `path` gives its accumulators.
  void describe(RequantizeOp op, ArrayRef<Operation *> path,
                LayerReport &layer);

private:
  LayerNames names;
  SymbolTable symbols;
};

} // namespace

void Namer::describe(RequantizeOp op, ArrayRef<Operation *> path,
                     LayerReport &layer) {
  Operation *source = path.empty() ? nullptr : path.front();
  LayerOrigin origin;
  origin.add(op.getLoc());
  layer.role = getRole(op, source);
  // The step to codes belongs to what computes them.
  if (source && layer.role == LayerRole::Accumulators)
    origin.add(source->getLoc());
  layer.modelName = origin.getModelName().str();
  layer.name = names.choose(origin,
                            source ? source->getName().stripDialect()
                                   : op->getName().stripDialect(),
                            symbols);
  layer.source = source ? source->getName().getStringRef().str() : "";
}

/// What data says of the change of each channel; errors of the solver, as of
/// wide codes, leave it out.
static void addObserved(RequantizeOp op, LayerReport &layer) {
  SmallVector<Channel, 0> originals;
  for (const ChannelReport &channel : layer.channels) {
    ::staircase::Int128 zeroPoint = channel.before.inputZeroPoint;
    originals.push_back(
        {channel.before,
         {channel.range.low - zeroPoint, channel.range.high - zeroPoint}});
  }
  for (auto [channel, original, bins] :
       llvm::zip(layer.channels, originals, getObservedBins(op, originals))) {
    auto before = getThresholds(original.original, original.range);
    auto after = getThresholds(channel.after, original.range);
    if (!before || !after) {
      llvm::consumeError(before.takeError());
      llvm::consumeError(after.takeError());
      continue;
    }
    ::staircase::Differences seen = getDifferences(*before, *after, bins);
    channel.observed = {static_cast<uint64_t>(seen.total),
                        static_cast<uint64_t>(seen.differing), seen.sum};
  }
}

static LayerReport describe(RequantizeOp op, const ProvedRanges &ranges,
                            Namer &namer) {
  LayerReport layer;
  layer.op = op;
  SmallVector<Operation *> path = getPath(op.getInput());
  namer.describe(op, path, layer);
  layer.location = getLocation(op.getLoc(), layer.modelName);

  auto certificate = op->getAttrOfType<CertificateAttr>(kCertificateAttrName);
  SmallVector<Interval> accumulators = ranges.getAccumulators(op);
  SmallVector<Interval> reachable = getReachable(op, path, ranges);
  int64_t columns = op.getNumStaircases();
  if (certificate)
    columns = std::max(columns, certificate.getNumChannels());
  auto get = [](ArrayRef<Interval> list, int64_t i) {
    return list[list.size() == 1 ? 0 : i];
  };
  if (columns == 1) {
    // Of all channels.
    for (SmallVector<Interval> *list : {&accumulators, &reachable})
      while (list->size() > 1)
        list->front() = getHull(list->front(), list->pop_back_val());
  }
  for (int64_t i = 0; i < columns; ++i)
    layer.channels.push_back(
        describe(op, certificate, i, get(accumulators, i), get(reachable, i)));
  addObserved(op, layer);
  auto port = cast<IntegerType>(op.getMultiplicands().getElementType());
  layer.portAfter = {port.getWidth(), port.isSigned()};
  // Certificates do not keep the port of the original.
  if (!certificate)
    layer.portBefore = layer.portAfter;
  layer.roundingAfter = op.getRounding();
  layer.roundingBefore =
      certificate ? certificate.getRounding() : layer.roundingAfter;
  return layer;
}

/// The arithmetic of all layers, as the lowering would choose it now.
static LogicalResult addArithmetic(ModuleOp module, const ProvedRanges &ranges,
                                   Report &report) {
  FailureOr<std::optional<RungRequest>> request =
      parseRungRequest(module.getLoc(), report.target->rung);
  if (failed(request))
    return failure();
  FailureOr<RequantizeForms> forms =
      chooseForms(module, ranges, report.target->target, *request);
  if (failed(forms))
    return failure();
  llvm::DenseMap<Operation *, LayerReport *> layers;
  for (LayerReport &layer : report.layers)
    layers[layer.op] = &layer;
  visitApplies(module, proveInputs(module, ranges), *forms,
               [&](RequantizeOp op, ApplyOp apply) {
                 LayerReport &layer = *layers[op];
                 layer.arithmetic = getArithmetic(apply, ApplyBounds(apply));
                 auto form = forms->find(op);
                 // Without a target everything is for nothing.
                 if (form != forms->end() && form->second.cost != 0)
                   layer.cost = form->second.cost;
               });
  return success();
}

FailureOr<Report>
mlir::rescale::computeReport(ModuleOp module,
                             const std::optional<ReportTarget> &target) {
  FailureOr<ProvedRanges> ranges = ProvedRanges::compute(module);
  if (failed(ranges))
    return failure();
  Report report;
  report.target = target;
  Namer namer(module);
  bool isTrue = true;
  module.walk([&](RequantizeOp op) {
    if (failed(verifyCertificate(op, getProvedRange(op, *ranges))))
      isTrue = false;
    else
      report.layers.push_back(describe(op, *ranges, namer));
  });
  if (!isTrue || (target && failed(addArithmetic(module, *ranges, report))))
    return failure();
  return report;
}

llvm::MapVector<StringAttr, RequantizeOp>
mlir::rescale::nameRequantizations(ModuleOp module) {
  llvm::MapVector<StringAttr, RequantizeOp> result;
  Namer namer(module);
  module.walk([&](RequantizeOp op) {
    LayerReport layer;
    namer.describe(op, getPath(op.getInput()), layer);
    result[StringAttr::get(op.getContext(), layer.name)] = op;
  });
  return result;
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

static void add(const ChannelReport &channel, ReportSummary &summary) {
  if (channel.isConstant) {
    ++summary.constantChannels;
    return;
  }
  ++summary.channels;
  ++summary.widthsBefore[channel.getBitsBefore()];
  ++summary.widthsAfter[channel.getBitsAfter()];
  if (channel.isConstantOnRange)
    ++summary.constantOnRange;
  else
    ++summary.varyingWidths[channel.getBitsAfter()];
  summary.productBitsBefore =
      std::max(summary.productBitsBefore, channel.productBitsBefore);
  summary.productBitsAfter =
      std::max(summary.productBitsAfter, channel.productBitsAfter);
  switch (channel.proof) {
  case Proof::None:
    ++summary.unchanged;
    break;
  case Proof::Observed:
    ++summary.observed;
    break;
  case Proof::Proved:
    ++(channel.differing == 0 ? summary.proved : summary.approximate);
    summary.largestDifference =
        std::max(summary.largestDifference, channel.largestDifference);
    break;
  }
}

ReportSummary Report::getSummary(LayerRole role) const {
  ReportSummary summary;
  for (const LayerReport &layer : layers) {
    if (layer.role != role)
      continue;
    ++summary.layers;
    summary.oneShiftBefore += layer.hasOneShiftBefore();
    summary.oneShiftAfter += layer.hasOneShiftAfter();
    for (const ChannelReport &channel : layer.channels)
      add(channel, summary);
  }
  return summary;
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct RescaleReportPass
    : public rescale::impl::RescaleReportBase<RescaleReportPass> {
  using RescaleReportBase::RescaleReportBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    std::optional<ReportTarget> lowered;
    if (!target.empty() || !rung.empty())
      lowered = {target, rung};
    FailureOr<Report> report = computeReport(getOperation(), lowered);
    if (failed(report))
      return signalPassFailure();
    if (report->layers.empty() && hasRescale())
      emitWarning(getOperation().getLoc())
          << "requires rescale.requantize for a report, got tosa.rescale; run "
             "--tosa-to-rescale first";
    if (llvm::Error error = write(*report)) {
      emitError(UnknownLoc::get(&getContext()))
          << "requires a report that can be written, got '" << output
          << "': " << llvm::toString(std::move(error))
          << "; choose another file";
      signalPassFailure();
    }
  }

private:
  /// Whether requantizations are still TOSA's, which no report is of.
  bool hasRescale() {
    return getOperation()
        .walk([](tosa::RescaleOp) { return WalkResult::interrupt(); })
        .wasInterrupted();
  }

  void print(const Report &report, raw_ostream &os) const {
    if (format == ReportFormat::Table)
      printReportTable(report, channels, os);
    else
      printReportJSON(report, os);
  }

  /// Whether the output is the file that the module was read from, as far as
  /// its location tells.
  bool isInput() {
    auto loc = getOperation().getLoc()->findInstanceOf<FileLineColLoc>();
    return loc &&
           llvm::sys::fs::equivalent(loc.getFilename().getValue(), output);
  }

  llvm::Error write(const Report &report) {
    if (output.empty()) {
      print(report, llvm::errs());
      return llvm::Error::success();
    }
    if (output != "-" && isInput())
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "it is the input");
    return writeOutput(output, [&](raw_ostream &os) { print(report, os); });
  }
};

} // namespace
