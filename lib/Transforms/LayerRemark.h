//===- LayerRemark.h - Remarks that name the layer --------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Imported files have no lines, which remarks could point at.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_LAYERREMARK_H
#define RESCALE_LIB_TRANSFORMS_LAYERREMARK_H

#include "rescale/Transforms/ModelNames.h"

#include "mlir/IR/Remarks.h"

namespace mlir::rescale {

/// The remark with what the model calls `loc`, where the location says it.
inline remark::detail::InFlightRemark
inLayer(Location loc, remark::detail::InFlightRemark remark) {
  if (!remark)
    return remark;
  StringRef name = getModelName(loc);
  if (!name.empty())
    remark << ::mlir::remark::metric("Layer", name);
  return remark;
}

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_LAYERREMARK_H
