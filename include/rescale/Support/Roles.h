//===- Roles.h - What the numbers of a layer are for ------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The words of `rescale.name` and of constant tables, `LAYER_ROLE`, from the
// kernels to the printed C. Who names a table and who reads its name share
// them.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_SUPPORT_ROLES_H
#define RESCALE_SUPPORT_ROLES_H

#include "llvm/ADT/StringRef.h"

namespace mlir::rescale::roles {

/// Buffers of a layer.
inline constexpr llvm::StringLiteral kInput = "input";
inline constexpr llvm::StringLiteral kOutput = "output";
inline constexpr llvm::StringLiteral kScratch = "scratch";
inline constexpr llvm::StringLiteral kArena = "arena";

/// What accumulators are made of, and an accumulator that a helper takes.
inline constexpr llvm::StringLiteral kWeights = "weights";
inline constexpr llvm::StringLiteral kBias = "bias";
inline constexpr llvm::StringLiteral kAccumulator = "accumulator";

/// The operands of a requantization.
inline constexpr llvm::StringLiteral kMultiplicand = "multiplicand";
inline constexpr llvm::StringLiteral kShift = "shift";
inline constexpr llvm::StringLiteral kAddend = "addend";
inline constexpr llvm::StringLiteral kNegativeAddend = "negative_addend";

/// What is looked up by a computed number, or has no role of its own.
inline constexpr llvm::StringLiteral kTable = "table";

} // namespace mlir::rescale::roles

#endif // RESCALE_SUPPORT_ROLES_H
