//===- Constants.cpp - Numbers of constants -------------------------------===//
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

/// `attr` with the data of a resource; null where that is missing or has
/// another size.
static ElementsAttr getDense(ElementsAttr attr) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(attr);
  if (!resource)
    return attr;
  // It holds the bytes that a dense attribute of whole bytes would.
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  bool isSplat = false;
  if (!blob || !DenseElementsAttr::isValidRawBuffer(resource.getType(),
                                                    blob->getData(), isSplat))
    return nullptr;
  return DenseElementsAttr::getFromRawBuffer(resource.getType(),
                                             blob->getData());
}

std::optional<SmallVector<int64_t>>
mlir::rescale::getConstantIntegers(ElementsAttr attr, bool isUnsigned) {
  auto type = dyn_cast<RankedTensorType>(attr.getType());
  auto element =
      type ? dyn_cast<IntegerType>(type.getElementType()) : IntegerType();
  if (!element || element.getWidth() > 64)
    return std::nullopt;
  if (element.getWidth() % 8 != 0 && isa<DenseResourceElementsAttr>(attr))
    return std::nullopt;
  auto dense = dyn_cast_if_present<DenseIntElementsAttr>(getDense(attr));
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

std::optional<SmallVector<double, 0>>
mlir::rescale::getConstantDoubles(ElementsAttr attr) {
  auto dense = dyn_cast_if_present<DenseFPElementsAttr>(getDense(attr));
  if (!dense)
    return std::nullopt;
  auto collect = [](auto values) {
    return SmallVector<double, 0>(values.begin(), values.end());
  };
  if (dense.getElementType().isF32())
    return collect(dense.getValues<float>());
  if (dense.getElementType().isF64())
    return collect(dense.getValues<double>());
  return std::nullopt;
}

::staircase::Int128 mlir::rescale::toInt128(const APInt &value) {
  APInt wide = value.sextOrTrunc(128);
  return ::staircase::Int128(
      static_cast<unsigned __int128>(wide.extractBitsAsZExtValue(64, 64))
          << 64 |
      wide.extractBitsAsZExtValue(64, 0));
}
