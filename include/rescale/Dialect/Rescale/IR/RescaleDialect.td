//===- RescaleDialect.td - The rescale dialect -------------*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_RESCALEDIALECT
#define RESCALE_DIALECT_RESCALE_IR_RESCALEDIALECT

include "mlir/IR/OpBase.td"

def Rescale_Dialect : Dialect {
  let name = "rescale";
  let cppNamespace = "::mlir::rescale";
  let summary = "Integer requantization with explicit multiplicand widths";
  let description = [{
    Requantization brings an integer accumulator to the narrow codes of the
    next layer:

    ```
    y(x) = clamp(zo + q(x - zi), lo, hi)        q(d) = round(m * d / 2^s)
    ```

    Every part of it stands in the IR: the multiplicand `m` and the width of
    the port that takes it, the shift `s`, the rounding, the addends, the zero
    points and the clamp. The operations are total: each has one value for
    every input, computed as if the intermediate had infinite precision.
    docs/spec.md has the formulas and the numbered rules.

    `rescale.requantize` says it for a tensor with everything as attributes. It
    is created from TOSA and must be gone before bufferization. `rescale.apply`
    says it for scalars and vectors with SSA operands. It stands in the body of
    a `linalg.generic` or in the epilogue of a kernel, and must be gone before
    LLVM.

    Two discardable attributes of function arguments and results tell what
    their codes stand for, `real = scale * (code - zero_point)`:
    `rescale.scale` (f64) and `rescale.zero_point` (i64). Others tell what is
    known of layers: `rescale.layer`, `rescale.proved`, `rescale.arena` and
    `rescale.entry_point` on functions, `rescale.name`, `rescale.may_alias`,
    `rescale.overlap` and `rescale.arena` on their arguments, and
    `rescale.in_range` on shifts. Those of `rescale.requantize` tell what its
    accumulators are, `rescale.proved_range` and `rescale.observed_range`, and
    how often which were, `rescale.observed_histogram`; those of convolutions
    what they took, `rescale.input_mean` and `rescale.input_moment`.
    docs/spec.md, section 4, has their rules and what they promise.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let hasOperationAttrVerify = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

#endif // RESCALE_DIALECT_RESCALE_IR_RESCALEDIALECT
