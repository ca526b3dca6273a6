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
#include "mlir/IR/Operation.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <map>

namespace mlir::rescale {

/// What a model calls its softmaxes. Importers decompose one into operations
/// that all have its name, and that make several layers.
using Softmaxes = llvm::SmallDenseSet<StringRef, 2>;

/// Finds them in the locations below `root`.
Softmaxes findSoftmaxes(Operation *root);

/// Where a layer comes from.
class LayerOrigin {
public:
  /// Adds what `loc` tells.
  void add(Location loc);

  /// The operations of the model, such as `tosa.conv2d`, in its order.
  SmallVector<StringAttr> getOps() const;
  /// Whether `op` is one of them.
  bool has(StringRef op) const;

  /// What the model calls the layer, such as `model/conv2d_1/Conv2D`; empty
  /// where it does not say.
  StringRef getModelName() const;

  /// What certificates said of its requantizations, each once.
  ArrayRef<StringAttr> getClaims() const { return claims.getArrayRef(); }

  /// What the layer is called in C.
  struct Name {
    /// An identifier with a number in it, as no keyword and no function of C's
    /// library has.
    std::string identifier;
    /// Whether the number is ours to choose, and ends the identifier.
    bool isNumbered;
  };
  /// What names the layer in the model's path; or else the operation that it is
  /// there for, or `defaultKind`. Layers of `softmaxes` say their part in it.
  Name getName(StringRef defaultKind, const Softmaxes &softmaxes) const;

private:
  friend Softmaxes findSoftmaxes(Operation *root);

  /// The operation that the others only prepare or finish, or null.
  NameLoc getMainOrigin() const;

  /// The operations by their numbers.
  std::map<int64_t, NameLoc> origins;
  /// Names where there is no operation.
  llvm::SmallSetVector<StringAttr, 1> names;
  llvm::SmallSetVector<StringAttr, 1> claims;
};

/// Chooses a name for each layer that no other has.
class LayerNames {
public:
  explicit LayerNames(Operation *module) : softmaxes(findSoftmaxes(module)) {}

  /// A name for the layer that comes from `origin`, or is of `kind` where that
  /// does not say.
  std::string choose(const LayerOrigin &origin, StringRef kind,
                     const SymbolTable &symbols);

private:
  Softmaxes softmaxes;
  /// The last number of each name.
  llvm::StringMap<unsigned> numbers;
  llvm::StringSet<> taken;
};

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_LAYERNAMES_H
