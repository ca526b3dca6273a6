//===- Calibration.cpp - What data gave a network -------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing that is computed depends on these attributes, but passes choose by
// them: so what does not fit is an error, and not found out by a crash.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Calibration.h"

#include "CalibrationRules.h"
#include "rescale/Support/Constants.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rescale;

constexpr StringLiteral kWayOut = "; let rescale calibrate write it";

//===----------------------------------------------------------------------===//
// Histograms
//===----------------------------------------------------------------------===//

namespace {

/// The entries of a histogram's dictionary.
struct HistogramFields {
  DenseI8ArrayAttr binBits;
  DenseI64ArrayAttr sizes;
  ElementsAttr bins, counts;

  explicit HistogramFields(DictionaryAttr attr)
      : binBits(attr.getAs<DenseI8ArrayAttr>("bin_bits")),
        sizes(attr.getAs<DenseI64ArrayAttr>("sizes")),
        bins(attr.getAs<ElementsAttr>("bins")),
        counts(attr.getAs<ElementsAttr>("counts")) {}
};

} // namespace

/// Whether `attr` is a list of i64.
static bool isIntegerList(ElementsAttr attr) {
  auto type = attr ? dyn_cast<RankedTensorType>(attr.getType()) : nullptr;
  return type && type.getRank() == 1 &&
         type.getElementType().isSignlessInteger(64);
}

LogicalResult mlir::rescale::verifyHistogramForm(Operation *op,
                                                 Attribute attr) {
  if (auto dictionary = dyn_cast<DictionaryAttr>(attr);
      dictionary && dictionary.size() == 4 && isa<RequantizeOp>(op)) {
    HistogramFields fields(dictionary);
    if (fields.binBits && fields.sizes && isIntegerList(fields.bins) &&
        isIntegerList(fields.counts))
      return success();
  }
  // histogram_c1
  return op->emitError()
         << "requires rescale.observed_histogram to be a dictionary of the "
            "arrays bin_bits, of i8, and sizes, of i64, and the lists bins and "
            "counts, of i64, on rescale.requantize, got another one on '"
         << op->getName() << "'" << kWayOut;
}

/// The columns that `fields` describe; nothing where they do not fit together.
static std::optional<SmallVector<ObservedBins, 0>>
getColumns(const HistogramFields &fields) {
  std::optional<SmallVector<int64_t>> bins = getConstantIntegers(fields.bins);
  std::optional<SmallVector<int64_t>> counts =
      getConstantIntegers(fields.counts);
  if (!bins || !counts || bins->size() != counts->size() ||
      fields.binBits.size() != fields.sizes.size())
    return std::nullopt;
  ArrayRef<int64_t> restOfBins = *bins, restOfCounts = *counts;
  SmallVector<ObservedBins, 0> columns;
  for (auto [binBits, size] : llvm::zip_equal(fields.binBits.asArrayRef(),
                                              fields.sizes.asArrayRef())) {
    if (binBits < 0 || binBits > 62 || size < 1 ||
        uint64_t(size) > restOfBins.size())
      return std::nullopt;
    columns.push_back({unsigned(binBits),
                       SmallVector<int64_t, 0>(restOfBins.take_front(size)),
                       SmallVector<int64_t, 0>(restOfCounts.take_front(size))});
    restOfBins = restOfBins.drop_front(size);
    restOfCounts = restOfCounts.drop_front(size);
  }
  if (columns.empty() || !restOfBins.empty())
    return std::nullopt;
  return columns;
}

/// Whether the bins rise, each has accumulators of `type`, and each was
/// observed, all together less than 2^63 times.
static bool isValid(const ObservedBins &column,
                    const ::staircase::Interval &type) {
  ::staircase::Int128 width = ::staircase::Int128(1) << column.binBits;
  ::staircase::Int128 sum = 0;
  for (auto [i, bin, count] : llvm::enumerate(column.bins, column.counts)) {
    sum += count;
    if (count < 1 || (i > 0 && column.bins[i - 1] >= bin) ||
        bin * width > type.high ||
        (bin + ::staircase::Int128(1)) * width - 1 < type.low)
      return false;
  }
  return sum <= INT64_MAX;
}

LogicalResult mlir::rescale::verifyHistogram(RequantizeOp op) {
  auto attr = op->getAttrOfType<DictionaryAttr>(kObservedHistogramAttrName);
  if (!attr)
    return success();
  std::optional<SmallVector<ObservedBins, 0>> columns =
      getColumns(HistogramFields(attr));
  // histogram_c2
  if (!columns)
    return op.emitOpError()
           << "requires rescale.observed_histogram to have bin_bits from 0 to "
              "62 and a positive size for each of its columns, and as many "
              "bins and counts as these sum to, got others"
           << kWayOut;
  int64_t entries = columns->size();
  if (entries != 1 && entries != op.getNumChannels())
    return op.emitOpError()
           << "requires rescale.observed_histogram to have one column, or one "
              "for each channel along a static axis, got "
           << entries << kWayOut;
  // histogram_c3
  ::staircase::Interval type = getInterval(op.getInputFormat());
  for (auto [i, column] : llvm::enumerate(*columns))
    if (!isValid(column, type))
      return op.emitOpError()
             << "requires rescale.observed_histogram to have rising bins of "
                "values of the input and positive counts whose sum is less "
                "than 2^63, got others in column "
             << i << kWayOut;
  return success();
}

SmallVector<ObservedBins, 0>
mlir::rescale::getObservedHistogram(RequantizeOp op) {
  auto attr = op->getAttrOfType<DictionaryAttr>(kObservedHistogramAttrName);
  if (!attr)
    return {};
  return getColumns(HistogramFields(attr))
      .value_or(SmallVector<ObservedBins, 0>());
}

//===----------------------------------------------------------------------===//
// Moments
//===----------------------------------------------------------------------===//

/// The channels that have patches of their own, if they do, and the elements of
/// a patch, by the weights of `op`; empty for operations without such weights.
static SmallVector<int64_t, 2> getPatchShape(Operation *op) {
  StringRef name = op->getName().getStringRef();
  if (op->getNumOperands() < 2)
    return {};
  auto weights = dyn_cast<RankedTensorType>(op->getOperand(1).getType());
  if (!weights || !weights.hasStaticShape())
    return {};
  ArrayRef<int64_t> shape = weights.getShape();
  // Output, height, width, input.
  if (name == "tosa.conv2d" && shape.size() == 4)
    return {shape[1] * shape[2] * shape[3]};
  // Height, width, channel, multiplier.
  if (name == "tosa.depthwise_conv2d" && shape.size() == 4)
    return {shape[2], shape[0] * shape[1]};
  // Batch, row, column; several batches have patches of their own.
  if (name == "tosa.matmul" && shape.size() == 3 && shape[0] == 1)
    return {shape[1]};
  return {};
}

LogicalResult mlir::rescale::verifyMoment(Operation *op, NamedAttribute attr) {
  SmallVector<int64_t, 3> shape(getPatchShape(op));
  // moment_c1
  if (shape.empty())
    return op->emitError()
           << "requires " << attr.getName()
           << " on tosa.conv2d, tosa.depthwise_conv2d or "
              "tosa.matmul with static weights of one batch, got "
              "it on '"
           << op->getName() << "'; remove it";
  if (attr.getName() == kInputMomentAttrName)
    shape.push_back(shape.back());
  auto type = RankedTensorType::get(shape, Float64Type::get(op->getContext()));
  auto elements = dyn_cast<ElementsAttr>(attr.getValue());
  // moment_c2
  if (!elements || elements.getType() != type) {
    InFlightDiagnostic error = op->emitError();
    error << "requires " << attr.getName() << " of type " << type << ", got ";
    if (elements)
      error << elements.getType();
    else
      error << "another attribute";
    return error << kWayOut;
  }
  std::optional<SmallVector<double, 0>> values = getConstantDoubles(elements);
  // moment_c3
  if (!values ||
      !llvm::all_of(*values, [](double value) { return std::isfinite(value); }))
    return op->emitError() << "requires " << attr.getName()
                           << " to have finite values, got others or none"
                           << kWayOut;
  return success();
}

std::optional<InputMoments> mlir::rescale::getInputMoments(Operation *op) {
  auto mean = op->getAttrOfType<ElementsAttr>(kInputMeanAttrName);
  auto moment = op->getAttrOfType<ElementsAttr>(kInputMomentAttrName);
  SmallVector<int64_t, 2> shape = getPatchShape(op);
  if (!mean || !moment || shape.empty())
    return std::nullopt;
  std::optional<SmallVector<double, 0>> means = getConstantDoubles(mean);
  std::optional<SmallVector<double, 0>> moments = getConstantDoubles(moment);
  if (!means || !moments)
    return std::nullopt;
  return InputMoments{shape.back(), shape.size() == 2 ? shape.front() : 1,
                      std::move(*means), std::move(*moments)};
}
