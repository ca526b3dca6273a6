//===- Rungs.h - The rungs of rescale.apply ---------------------*- C++ -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each gives floor((m*d + b) / 2^s), where its inequalities hold: those of
// rescale/Staircase/Rungs.h. The formulas and why they are exact are in
// docs/Lowering.md.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_LIB_CONVERSION_RESCALETOARITH_RUNGS_H
#define RESCALE_LIB_CONVERSION_RESCALETOARITH_RUNGS_H

#include "Emitter.h"

namespace mlir::rescale {

/// `(m*d + b) >> s` in 32 bits, the emitter's width.
Value emitMultiply32(Emitter &emitter);

/// With d = dh*2^h + dl: `(m*dh + bh + ((m*dl + bl) >> h)) >> (s-h)`.
Value emitTwoLimbs(Emitter &emitter);

/// `y0 + (r >> s)` with y0 by the upper bits of m and the remainder r modulo
/// 2^32.
Value emitEstimate(Emitter &emitter);

/// `(floor(m*(d*2^(32-a)) / 2^32) + b/2^a) >> (s-a)`.
Value emitMultiplyHigh(Emitter &emitter);

/// `(floor((m*(d*2^(w-1-a)) + 2^(w-2)) / 2^(w-1)) + (b >> a)) >> (s-a)` in the
/// emitter's width w, 32 or 16.
Value emitRoundingHigh(Emitter &emitter);

/// `(m*d + b) >> s` in the emitter's 64 or 128 bits, with the upper half alone
/// where that is enough.
Value emitMultiply64(Emitter &emitter);

} // namespace mlir::rescale

#endif // RESCALE_LIB_CONVERSION_RESCALETOARITH_RUNGS_H
