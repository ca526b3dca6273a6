//===- RescaleAttributes.td - Attributes of the rescale dialect -*-tablegen-*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALE_IR_RESCALEATTRIBUTES
#define RESCALE_DIALECT_RESCALE_IR_RESCALEATTRIBUTES

include "mlir/IR/AttrTypeBase.td"
include "rescale/Dialect/Rescale/IR/RescaleEnums.td"

def Rescale_RangeAttr : AttrDef<Rescale_Dialect, "Range"> {
  let mnemonic = "range";
  let summary = "Least and greatest accumulators";
  let description = [{
    The least and the greatest accumulator of a `rescale.requantize`, as its
    input holds them, before its zero point is subtracted: one entry of each for
    all channels, or one for each channel along the axis of the op.

    `proved` says that they follow from the program: no input gives another
    accumulator. `observed` says that data gave them: another input may well
    exceed them. On an op a proved range is its `rescale.proved_range` and an
    observed one its `rescale.observed_range`, and nothing is ever proved from
    the latter. Neither changes what the op computes.

    The rules are `range_c1` to `range_c3` in docs/spec.md.

    Example:

    ```mlir
    #rescale.range<proved low[-2540, -131] high[2545, 9000]>
    ```
  }];
  let parameters = (ins
    EnumParameter<Rescale_RangeKind>:$kind,
    ArrayRefParameter<"int64_t", "least accumulators">:$low,
    ArrayRefParameter<"int64_t", "greatest accumulators">:$high);
  let assemblyFormat = "`<` $kind `low` `[` $low `]` `high` `[` $high `]` `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// One for all channels, or one for each.
    int64_t getNumEntries() { return getLow().size(); }
    /// The range of a channel.
    ::staircase::Interval getInterval(int64_t channel);
  }];
}

def Rescale_CertificateAttr : AttrDef<Rescale_Dialect, "Certificate"> {
  let mnemonic = "certificate";
  let summary = "What a requantization computed before it was changed";
  let description = [{
    On a `rescale.requantize`, as `rescale.certificate`, the claim: for the
    accumulators of `range`, each channel gives the codes of the original
    staircase with the parameters below, but for `differing` of them, which are
    wrong by at most `largest_difference` codes. Both figures are exact.

    * `range` has the accumulators, all that can occur where it is `proved`.
    * `multiplicands`, `shifts`, `addends`, `negative_addends`,
      `largest_difference` and `differing` are columns: one entry, or one for
      each channel along the axis of the op. The addends are absent but with the
      rounding `addend`, the negative ones also where they equal the others.
    * `input_zero_point`, `zero_point` and `clamp` are the original's.
    * `digest` is that of the op's own parameters when the claim was made.

    Verifiers check that the columns fit the op. `rescale-verify-certificates`
    computes the ranges again and tests the claim. Rules and digest are in
    docs/spec.md, section 4.1.

    Example:

    ```mlir
    #rescale.certificate<
      range = <proved low[-20000] high[31000]>,
      multiplicands = [1518500250], shifts = [38], rounding = double,
      input_zero_point = 0, zero_point = -128, clamp = [-128, 127],
      largest_difference = [0], differing = [0], digest = 1234>
    ```
  }];
  let parameters = (ins
    "RangeAttr":$range,
    "DenseI64ArrayAttr":$multiplicands,
    "DenseI64ArrayAttr":$shifts,
    EnumParameter<Rescale_Rounding>:$rounding,
    OptionalParameter<"DenseI64ArrayAttr">:$addends,
    OptionalParameter<"DenseI64ArrayAttr">:$negative_addends,
    "int64_t":$input_zero_point,
    "int64_t":$zero_point,
    "DenseI64ArrayAttr":$clamp,
    "DenseI64ArrayAttr":$largest_difference,
    "DenseI64ArrayAttr":$differing,
    "uint64_t":$digest);
  let assemblyFormat = "`<` struct(params) `>`";

  let extraClassDeclaration = [{
    /// The entries of the longest column.
    int64_t getNumChannels() const;
    /// The claim on one channel of an op with the staircase `replacement`.
    ::staircase::Certificate getClaim(
        int64_t channel, const ::staircase::Staircase &replacement) const;
    /// Whether no code differs in any channel.
    bool isExact() const;
  }];

  let genVerifyDecl = 1;
}

#endif // RESCALE_DIALECT_RESCALE_IR_RESCALEATTRIBUTES
