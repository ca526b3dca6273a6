//===- RescaleSnap.cpp - Records of snapping ------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The form of a record. The labels snap_cN are the numbered rules of
// docs/spec.md.
//
//===----------------------------------------------------------------------===//

#include "rescale/Dialect/Rescale/IR/Snap.h"

#include "Columns.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlir::rescale;

int64_t SnapAttr::getNumChannels() const {
  return std::max({getMultiplicands().size(), getShifts().size(),
                   getRescaleError().size(), getLargestWeightError().size(),
                   getMeanWeightError().size(), getCodeBound().size(),
                   getClipped().size()});
}

int64_t SnapAttr::getNumClipped() const {
  ArrayRef<int64_t> clipped = getClipped().asArrayRef();
  return std::accumulate(clipped.begin(), clipped.end(), int64_t(0));
}

LogicalResult SnapAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, int64_t bits,
    DenseI64ArrayAttr multiplicands, DenseI64ArrayAttr shifts, RoundingAttr,
    DenseF64ArrayAttr rescaleError, DenseF64ArrayAttr largestWeightError,
    DenseF64ArrayAttr meanWeightError, DenseF64ArrayAttr codeBound,
    DenseI64ArrayAttr clipped, FloatAttr inputFactor, FloatAttr resultFactor) {
  // snap_c1
  if (bits < 1 || bits > 16)
    return emitError() << "requires bits from 1 to 16, got " << bits
                       << "; let rescale-snap write it";
  // snap_c2
  std::pair<StringRef, int64_t> columns[] = {
      {"multiplicands", multiplicands.size()},
      {"shifts", shifts.size()},
      {"rescale_error", rescaleError.size()},
      {"largest_weight_error", largestWeightError.size()},
      {"mean_weight_error", meanWeightError.size()},
      {"code_bound", codeBound.size()},
      {"clipped", clipped.size()}};
  int64_t channels = 1;
  for (auto [name, size] : columns)
    channels = std::max(channels, size);
  for (auto [name, size] : columns)
    if (size != 1 && size != channels)
      return emitError() << "requires 1 entry of " << name << " or " << channels
                         << ", got " << size
                         << "; give one for all channels or one for each";
  for (int64_t i = 0; i < channels; ++i) {
    // snap_c3
    int64_t multiplicand = getEntry(multiplicands, i);
    int64_t shift = getEntry(shifts, i);
    if (multiplicand < 0 || multiplicand > UINT32_MAX || shift < 0 ||
        shift > 63)
      return emitError()
             << "requires multiplicands of 0 to 2^32 - 1 and shifts from 0 to "
                "63, got "
             << multiplicand << " and " << shift << " in channel " << i
             << "; state those of the original";
    // snap_c4
    double largest = getEntry(largestWeightError, i);
    double mean = getEntry(meanWeightError, i);
    double bound = getEntry(codeBound, i);
    if (!(std::isfinite(getEntry(rescaleError, i)) && mean >= 0 &&
          mean <= largest && std::isfinite(largest) && bound >= 0 &&
          std::isfinite(bound) && getEntry(clipped, i) >= 0))
      return emitError()
             << "requires finite errors and counts that are not negative, the "
                "mean at most the largest, in channel "
             << i << "; let rescale-snap write it";
  }
  auto isFactor = [](FloatAttr factor) {
    return factor.getType().isF64() && factor.getValueAsDouble() > 0 &&
           std::isfinite(factor.getValueAsDouble());
  };
  if (!isFactor(inputFactor) || !isFactor(resultFactor))
    return emitError() << "requires positive finite factors of type f64, got "
                       << inputFactor << " and " << resultFactor
                       << "; let rescale-snap write it";
  return success();
}
