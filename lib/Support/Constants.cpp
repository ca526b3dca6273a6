//===- Constants.cpp - Integers of constants ------------------------------===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads constant operands.
//
//===----------------------------------------------------------------------===//

#include "rescale/Support/Constants.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::rescale;

std::optional<SmallVector<int64_t>>
mlir::rescale::getConstantIntegers(ElementsAttr attr, bool isUnsigned) {
  auto type = dyn_cast<RankedTensorType>(attr.getType());
  auto element =
      type ? dyn_cast<IntegerType>(type.getElementType()) : IntegerType();
  if (!element || element.getWidth() > 64)
    return std::nullopt;
  // A resource holds the bytes that a dense attribute of this width would.
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    bool isSplat = false;
    if (!blob || element.getWidth() % 8 != 0 ||
        !DenseElementsAttr::isValidRawBuffer(type, blob->getData(), isSplat))
      return std::nullopt;
    attr = DenseElementsAttr::getFromRawBuffer(type, blob->getData());
  }
  auto dense = dyn_cast<DenseIntElementsAttr>(attr);
  if (!dense)
    return std::nullopt;
  isUnsigned |= element.isUnsigned();
  return llvm::map_to_vector(dense, [&](const APInt &value) {
    return isUnsigned ? static_cast<int64_t>(value.getZExtValue())
                      : value.getSExtValue();
  });
}

std::optional<SmallVector<int64_t>>
mlir::rescale::getConstantIntegers(Value value, bool isUnsigned) {
  ElementsAttr attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  return getConstantIntegers(attr, isUnsigned);
}
