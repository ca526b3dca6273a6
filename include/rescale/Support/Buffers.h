//===- Buffers.h - Sizes and layouts of buffers -----------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How much memory a buffer takes, in one place: the planner of the arena and
// the loops that allow overlaps have to agree.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_SUPPORT_BUFFERS_H
#define RESCALE_SUPPORT_BUFFERS_H

#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

#include <optional>

namespace mlir::rescale {

/// The bytes from one element of `type` to the next, which is also its
/// alignment on every target, or a multiple of that.
inline int64_t getElementBytes(ShapedType type) {
  Type element = type.getElementType();
  // An index is a pointer, of at most 64 bits.
  unsigned bits = element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 64;
  return llvm::PowerOf2Ceil(llvm::divideCeil(bits, 8));
}

/// The bytes of a buffer of static shape, without gaps.
inline int64_t getBytes(ShapedType type) {
  return type.getNumElements() * getElementBytes(type);
}

/// The same, or nothing where an int64_t does not hold it.
inline std::optional<int64_t> getBytesIfCountable(ShapedType type) {
  // An empty one has none, however long its other dimensions are.
  if (llvm::is_contained(type.getShape(), 0))
    return 0;
  std::optional<int64_t> bytes = getElementBytes(type);
  for (int64_t size : type.getShape())
    if (bytes)
      bytes = llvm::checkedMul(*bytes, size);
  return bytes;
}

/// Whether the elements of a buffer lie one after the other, wherever it
/// starts: dimensions of one element may have any stride.
inline bool isContiguous(MemRefType type) {
  if (type.getLayout().isIdentity())
    return true;
  SmallVector<int64_t> strides;
  int64_t offset;
  return type.hasStaticShape() &&
         succeeded(type.getStridesAndOffset(strides, offset)) &&
         llvm::all_of(llvm::zip_equal(strides, type.getShape(),
                                      computeSuffixProduct(type.getShape())),
                      [](auto dimension) {
                        auto [stride, size, expected] = dimension;
                        return size == 1 || stride == expected;
                      });
}

} // namespace mlir::rescale

#endif // RESCALE_SUPPORT_BUFFERS_H
