//===- RescaleSnap.td - Records of snapping ----------------*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Apart from the dialect's other attributes, so that few files have to be
// rebuilt where a column is added.
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_RESCALESNAP
#define RESCALE_DIALECT_RESCALE_IR_RESCALESNAP

include "mlir/IR/AttrTypeBase.td"
include "rescale/Dialect/Rescale/IR/RescaleDialect.td"

def Rescale_SnapAttr : AttrDef<Rescale_Dialect, "Snap"> {
  let mnemonic = "snap";
  let summary = "What a requantization was before its scale was snapped";
  let description = [{
    On a `rescale.requantize`, as `rescale.snapped`: `rescale-snap` moved its
    scale `M = multiplicand / 2^shift` to a number `M'` of `bits` bits, and the
    weights that make its accumulators took the quotient of the two. The function
    is another one than before. Columns have one entry, or one for each channel
    along the axis of the op:

    * `multiplicands` and `shifts` are those of `M`, `rounding` is the mode
      before, `half_up` now where that was `double`. For an operand of an
      addition that went through several requantizations they are the last one's.
    * `rescale_error` is how far at most the new scale times what was absorbed is
      from the old one, relative to that: 0 where integer weights absorbed it.
      Float weights do so in steps of their own, and the model's step is known
      only as far as its integer weights tell.
    * `largest_weight_error` and `mean_weight_error` say how far weights are from
      `w * M / M'`, which need not be whole, in steps of the new weights: at most
      a half where none clips. They are 0 for an op without weights.
    * `code_bound` is what that changes of the quotient before it is rounded, in
      codes of the result, at most over all inputs that the input type holds.
      Another rounding mode comes on top.
    * `clipped` counts weights and biases that their type does not hold.
    * `input_factor` and `result_factor` are what the real value of a step of
      the input's and the result's codes was multiplied by.

    Verifiers check the form. What is narrowed or approximated behind it is
    compared with the snapped op, not with the model's.

    Example:

    ```mlir
    #rescale.snap<
      bits = 1, multiplicands = [1518500250], shifts = [38], rounding = double,
      rescale_error = [0.0], largest_weight_error = [0.4981],
      mean_weight_error = [0.2507], code_bound = [1.75], clipped = [0],
      input_factor = 1.0, result_factor = 1.0>
    ```
  }];
  let parameters = (ins
    "int64_t":$bits,
    "DenseI64ArrayAttr":$multiplicands,
    "DenseI64ArrayAttr":$shifts,
    "RoundingAttr":$rounding,
    "DenseF64ArrayAttr":$rescale_error,
    "DenseF64ArrayAttr":$largest_weight_error,
    "DenseF64ArrayAttr":$mean_weight_error,
    "DenseF64ArrayAttr":$code_bound,
    "DenseI64ArrayAttr":$clipped,
    "FloatAttr":$input_factor,
    "FloatAttr":$result_factor);
  let assemblyFormat = "`<` struct(params) `>`";

  let extraClassDeclaration = [{
    /// The entries of the longest column.
    int64_t getNumChannels() const;
    /// The weights and biases of all channels that clip.
    int64_t getNumClipped() const;
  }];

  let genVerifyDecl = 1;
}

#endif // RESCALE_DIALECT_RESCALE_IR_RESCALESNAP
