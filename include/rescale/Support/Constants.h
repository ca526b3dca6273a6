//===- Constants.h - Numbers of constants -----------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads constant operands, whatever attribute holds them.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_SUPPORT_CONSTANTS_H
#define RESCALE_SUPPORT_CONSTANTS_H

#include "rescale/Staircase/Staircase.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir::rescale {

/// The elements of a constant tensor of integers of up to 64 bits, dense or in
/// a resource: sign-extended, or zero-extended where the type is unsigned or
/// `isUnsigned` says so. Nothing where they are known at run time only, or the
/// data of a resource is missing or has another size.
std::optional<SmallVector<int64_t>>
getConstantIntegers(Value value, bool isUnsigned = false);
std::optional<SmallVector<int64_t>>
getConstantIntegers(ElementsAttr attr, bool isUnsigned = false);

/// The elements of a constant tensor of f32 or f64, likewise.
std::optional<SmallVector<double, 0>> getConstantDoubles(ElementsAttr attr);

/// The lower 128 bits of `value`, or all of it with its sign.
::staircase::Int128 toInt128(const APInt &value);

} // namespace mlir::rescale

#endif // RESCALE_SUPPORT_CONSTANTS_H
