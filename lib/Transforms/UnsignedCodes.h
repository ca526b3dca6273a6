//===- UnsignedCodes.h - Which unsigned codes can be signed -----*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_UNSIGNEDCODES_H
#define RESCALE_LIB_TRANSFORMS_UNSIGNEDCODES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/TypeUtilities.h"

namespace mlir::rescale {

/// Returns the width of the codes that `type` holds where they are unsigned
/// and `rescale-make-signed` is for them.
inline std::optional<unsigned> getUnsignedWidth(Type type) {
  auto element = dyn_cast<IntegerType>(getElementTypeOrSelf(type));
  if (!element || !element.isUnsigned() ||
      (element.getWidth() != 8 && element.getWidth() != 16))
    return std::nullopt;
  return element.getWidth();
}

/// Whether `type` holds such codes.
inline bool isUnsigned(Type type) { return getUnsignedWidth(type).has_value(); }

/// Returns the signless type of the same width, or `type` itself.
Type makeSigned(Type type);

/// Tells at `op` why its codes cannot become signed, if they cannot.
LogicalResult verifyCanMakeSigned(Operation *op);

} // namespace mlir::rescale

#endif // RESCALE_LIB_TRANSFORMS_UNSIGNEDCODES_H
