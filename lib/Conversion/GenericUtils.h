//===- GenericUtils.h - Parts of a linalg.generic ---------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What conversions to a linalg.generic around rescale.apply have in common.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_GENERICUTILS_H
#define RESCALE_LIB_CONVERSION_GENERICUTILS_H

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

namespace mlir::rescale {

/// The least and the greatest of `values`, as a range that rescale.apply
/// promises.
inline DenseI64ArrayAttr getRange(OpBuilder &b, ArrayRef<int64_t> values) {
  return b.getDenseI64ArrayAttr(
      {*llvm::min_element(values), *llvm::max_element(values)});
}

/// An empty tensor of `type` with the sizes of `source`. A size may be static
/// on one side only, so the type decides which are taken.
inline Value createEmpty(OpBuilder &b, Location loc, RankedTensorType type,
                         Value source) {
  SmallVector<Value> sizes;
  for (int64_t i = 0, e = type.getRank(); i < e; ++i)
    if (type.isDynamicDim(i))
      sizes.push_back(tensor::DimOp::create(b, loc, source, i));
  return tensor::EmptyOp::create(b, loc, type, sizes);
}

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_GENERICUTILS_H
