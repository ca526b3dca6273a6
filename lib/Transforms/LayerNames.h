//===- LayerNames.h - What the model calls its layers -----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads names and operations of the model from locations, where
// rescale-record-origins and the importer put them.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_LAYERNAMES_H
#define RESCALE_LIB_TRANSFORMS_LAYERNAMES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/SetVector.h"

#include <map>

namespace mlir::rescale {

/// Where a layer comes from.
class LayerOrigin {
public:
  /// Adds what `loc` tells.
  void add(Location loc);

  /// The operations of the model, such as `tosa.conv2d`, in its order.
  SmallVector<StringAttr> getOps() const;

  /// What the model calls the layer, such as `model/conv2d_1/Conv2D`; empty
  /// where it does not say.
  StringRef getModelName() const;

  /// A C identifier that no keyword and no function of C's library has: it ends
  /// in a number.
  std::string getIdentifier(StringRef defaultKind) const;

private:
  /// The operation that the others only prepare or finish, or null.
  NameLoc getMainOrigin() const;

  /// The operations by their numbers.
  std::map<int64_t, NameLoc> origins;
  /// Names where there is no operation.
  llvm::SmallSetVector<StringAttr, 1> names;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_LAYERNAMES_H
