//===- LayerChoices.h - Widths of some layers -------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The option `layers` of passes that give requantizations few bits.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_LAYERCHOICES_H
#define RESCALE_LIB_TRANSFORMS_LAYERCHOICES_H

#include "rescale/Transforms/Passes.h"

#include "llvm/ADT/DenseMap.h"

namespace mlir::rescale {

/// What is asked of a layer.
struct LayerChoice {
  /// Magnitude bits of the multiplicands; 0 for a layer that is left.
  unsigned bits;
  ShiftSharing shift;
};

/// What is asked of the requantizations of a module.
class LayerChoices {
public:
  /// Reads `layers`, with entries NAME:BITS or NAME:BITS:layer, which stand
  /// beside the `bits` and the `shift` of all others; with layers alone, 0
  /// leaves those. Names are those of the report.
  ///
  /// Errors are at `top`.
  static FailureOr<LayerChoices> read(Operation *top,
                                      ArrayRef<std::string> layers,
                                      int64_t bits, ShiftSharing shift,
                                      unsigned maxBits);

  LayerChoice get(Operation *op) const {
    auto it = chosen.find(op);
    return it == chosen.end() ? others : it->second;
  }

  /// Whether any layer shall have one shift for all channels.
  bool hasSharedShifts() const;

private:
  llvm::DenseMap<Operation *, LayerChoice> chosen;
  LayerChoice others = {0, ShiftSharing::Channel};
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_LAYERCHOICES_H
