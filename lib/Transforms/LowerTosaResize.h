//===- LowerTosaResize.h ----------------------------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The resizes that upstream's lowering computes wrongly.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_TRANSFORMS_LOWERTOSARESIZE_H
#define RESCALE_LIB_TRANSFORMS_LOWERTOSARESIZE_H

namespace mlir {
class RewritePatternSet;

namespace rescale {

/// Adds a pattern from integer `tosa.resize` with a negative offset to
/// `linalg.generic`, with a higher benefit than upstream's.
void populateResizePatterns(RewritePatternSet &patterns);

} // namespace rescale
} // namespace mlir

#endif // RESCALE_LIB_TRANSFORMS_LOWERTOSARESIZE_H
