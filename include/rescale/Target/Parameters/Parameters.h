//===- Parameters.h - Requantizations for hardware --------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the requantizers of an NPU are loaded with, and what tests of their RTL
// compare with. docs/Parameters.md describes both layouts.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TARGET_PARAMETERS_PARAMETERS_H
#define RESCALE_TARGET_PARAMETERS_PARAMETERS_H

#include "rescale/Dialect/Rescale/IR/Target.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir::rescale {

struct LayerReport;
struct Report;

/// Where the channels of a layer lie, and what they are for.
struct PackedLayer {
  /// Null where nothing is packed.
  TargetAttr target;
  size_t offset = 0, size = 0;
  /// One for each channel, or one for all where they share everything.
  size_t records = 0;
  /// The mode that the machine is set to: addends come on top of it.
  Rounding rounding = Rounding::Floor;
};

/// The parameters of a network as its targets have them in memory.
struct PackedParameters {
  SmallVector<char, 0> bytes;
  /// For each layer of the report.
  SmallVector<PackedLayer, 0> layers;
};

/// Packs the layers that have a target with a layout. Fails, with an error at
/// each operation, where one does not fit its target, or a layout has not the
/// fields or the bits for it.
FailureOr<PackedParameters> packParameters(const Report &report);

/// Writes the parameters of the layers of `report`, which must still be there,
/// and the thresholds of their channels, and where `packed` has them in
/// `packedFile`. `name` is what the network is called.
void printParametersJSON(const Report &report, const PackedParameters &packed,
                         StringRef name, StringRef packedFile, raw_ostream &os);

/// The biases that the accumulators of `layer` include, one for all or one for
/// each of its channels, or for each channel of its input where the layer has
/// one staircase; empty where no convolution adds any. Nothing where they are
/// not constant, or are not known by the channels of the layer: biases go along
/// the last dimension of the convolution, which requantization need not.
std::optional<SmallVector<int64_t>> getBiases(const LayerReport &layer);

} // namespace mlir::rescale

#endif // RESCALE_TARGET_PARAMETERS_PARAMETERS_H
