//===- CHeader.h - The C header of a compiled network -----------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declares a network's entry point, with shapes, scales and zero points.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TARGET_C_CHEADER_H
#define RESCALE_TARGET_C_CHEADER_H

#include "rescale/Target/C/Provenance.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>

namespace mlir {
namespace func {
class FuncOp;
} // namespace func

namespace rescale {

/// One argument of the entry point.
struct Port {
  /// `input`, or `input0`, `input1` and so on where there are several.
  std::string name;
  /// The C type of an element.
  std::string type;
  bool isInput;
  SmallVector<int64_t> shape;
  /// `real = scale * (code - zeroPoint)`, where the model says so.
  std::optional<double> scale;
  std::optional<int64_t> zeroPoint;
  /// What has been added to the model's codes, which are unsigned.
  int64_t codeOffset = 0;
};

/// The memory for what is computed in between.
struct Arena {
  int64_t size = 0;
  int64_t alignment = 1;
  /// The largest sum of activations that are alive at one layer.
  int64_t lowerBound = 0;
  /// Whether the object has it, so that the entry point does not take it.
  bool isStatic = false;
};

/// What C has to know of a network.
struct CInterface {
  /// The network's name, a C identifier.
  std::string name;
  SmallVector<Port> ports;
  Arena arena;
  Provenance provenance;

  /// The name of the function: `NAME_run`.
  std::string getEntryPoint() const { return name + "_run"; }
};

/// Describes `function`, which is still on tensors. Reports an error where an
/// argument or result has no type in C.
FailureOr<CInterface> getCInterface(func::FuncOp function, StringRef name);

/// Adds to `interface` what `rescale-plan-arena` found for `entryPoint`, and
/// the outputs of `rescale-dump-layers`.
void addPlan(CInterface &interface, func::FuncOp entryPoint);

/// Writes the header.
void printCHeader(const CInterface &interface, raw_ostream &os);

/// Writes a `CMakeLists.txt` that makes a static library of the C.
void printCMakeLists(const CInterface &interface, raw_ostream &os);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_TARGET_C_CHEADER_H
