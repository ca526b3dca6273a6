//===- RescaleEnums.td - Enumerations of the rescale dialect -*-tablegen-*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_RESCALEENUMS
#define RESCALE_DIALECT_RESCALE_IR_RESCALEENUMS

include "mlir/IR/EnumAttr.td"
include "rescale/Dialect/Rescale/IR/RescaleDialect.td"

// The numbers are those of staircase::Rounding, so that no table translates
// between the two, and they are part of the bytecode format.
def Rescale_Rounding : I32Enum<"Rounding", "a rounding mode", [
    I32EnumCase<"HalfUp", 0, "half_up">,
    I32EnumCase<"Double", 1, "double">,
    I32EnumCase<"Floor", 2, "floor">,
    I32EnumCase<"HalfEven", 3, "half_even">,
    I32EnumCase<"HalfAway", 4, "half_away">,
    I32EnumCase<"Addend", 5, "addend">]> {
  let cppNamespace = "::mlir::rescale";
}

def Rescale_RoundingAttr
    : EnumAttr<Rescale_Dialect, Rescale_Rounding, "rounding"> {
  let summary = "Rounding mode of a requantization";
  let description = [{
    With `d` the accumulator less its zero point:

    | mode        | `q(d)` |
    |-------------|--------|
    | `half_up`   | `floor((m*d + 2^(s-1)) / 2^s)`; TOSA 1.0 SINGLE_ROUND |
    | `double`    | as `half_up`, but for `s > 31` with `2^30` added when `d >= 0` and subtracted when `d < 0`; TOSA 1.0 DOUBLE_ROUND |
    | `floor`     | `floor(m*d / 2^s)` |
    | `half_even` | nearest integer to `m*d / 2^s`, a tie goes to the even one |
    | `half_away` | nearest integer to `m*d / 2^s`, a tie goes away from zero |
    | `addend`    | `floor((m*d + b) / 2^s)` with `b` given for `d >= 0` and for `d < 0` |

    With `s = 0` nothing is discarded, and every mode but `addend` gives `m*d`.

    Example:

    ```mlir
    #rescale<rounding half_up>
    ```
  }];
}

// The numbers are part of the bytecode format.
def Rescale_RangeKind : I32Enum<"RangeKind", "where a range comes from", [
    I32EnumCase<"Proved", 0, "proved">,
    I32EnumCase<"Observed", 1, "observed">]> {
  let cppNamespace = "::mlir::rescale";
}

// The numbers are those of staircase::Rung, and part of the bytecode format.
def Rescale_Rung : I32Enum<"Rung", "the arithmetic of a requantization", [
    I32EnumCase<"Multiply32", 0, "multiply_32">,
    I32EnumCase<"TwoLimbs", 1, "two_limbs">,
    I32EnumCase<"Estimate", 2, "estimate">,
    I32EnumCase<"MultiplyHigh", 3, "multiply_high">,
    I32EnumCase<"Multiply64", 4, "multiply_64">,
    I32EnumCase<"RoundingHigh", 5, "rounding_high">,
    I32EnumCase<"RoundingHigh16", 6, "rounding_high_16">]> {
  let cppNamespace = "::mlir::rescale";
}

def Rescale_RungAttr : EnumAttr<Rescale_Dialect, Rescale_Rung, "rung"> {
  let summary = "Arithmetic that a requantization is computed in";
  let description = [{
    For `q = floor((m*d + b) / 2^s)`, each exact where its inequalities hold:

    | rung | computes | needs |
    |---|---|---|
    | `multiply_32` | `(m*d + b) >> s` in 32 bits | `m*d` and the sum in 32 bits |
    | `two_limbs` | with `d = dh*2^h + dl`: `(m*dh + bh + ((m*dl + bl) >> h)) >> (s-h)` | `s >= h`; the lower sum in 32 unsigned bits; the upper product and the sum over `2^h` in 32 |
    | `estimate` | `y0 + (r >> s)` with an estimate `y0 <= q` by the upper bits of m, and the remainder `r = m*d + b - y0*2^s` modulo `2^32` | the estimate in 32 bits; `(q - y0 + 1) * 2^s` at most `2^32` |
    | `multiply_high` | `(floor(m*(d*2^(32-a)) / 2^32) + b/2^a) >> (s-a)` | `s >= a`; addends that are multiples of `2^a`; m, `d*2^(32-a)` and the sum over `2^a` in 32 bits |
    | `rounding_high` | `(floor((m*(d*2^(31-a)) + 2^30) / 2^31) + (b >> a)) >> (s-a)` | `s >= a`; addends that are odd multiples of `2^(a-1)`; m, `d*2^(31-a)` and both sums over `2^a` in 32 bits |
    | `rounding_high_16` | `(floor((m*(d*2^(15-a)) + 2^14) / 2^15) + (b >> a)) >> (s-a)` | the same, and codes, in 16 bits |
    | `multiply_64` | `(m*d + b) >> s` in 64 bits | all of it in 64 bits |

    Example:

    ```mlir
    #rescale<rung two_limbs>
    ```
  }];
}

#endif // RESCALE_DIALECT_RESCALE_IR_RESCALEENUMS
