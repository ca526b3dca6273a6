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

#endif // RESCALE_DIALECT_RESCALE_IR_RESCALEATTRIBUTES
