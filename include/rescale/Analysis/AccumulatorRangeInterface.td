//===- AccumulatorRangeInterface.td - Ranges of results ----*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_ANALYSIS_ACCUMULATORRANGEINTERFACE
#define RESCALE_ANALYSIS_ACCUMULATORRANGEINTERFACE

include "mlir/IR/OpBase.td"

def AccumulatorRangeOpInterface : OpInterface<"AccumulatorRangeOpInterface"> {
  let cppNamespace = "::mlir::rescale";
  let description = [{
    An operation on tensors of integers whose results the range analysis
    follows, channel by channel. Implemented by external models, which
    `registerAccumulatorRangeModels` adds. Upstream's `InferIntRangeInterface`
    has one interval for each value, and none for tensors.
  }];
  let methods = [
    InterfaceMethod<[{
        For each result what its elements can be, as exact integers: what leaves
        the result's type is taken for a value that may wrap. `operands` has the
        ranges of each operand; every tensor among them is known.
      }],
      "::llvm::SmallVector<::mlir::rescale::ChannelRanges>", "inferRanges",
      (ins "::llvm::ArrayRef<::mlir::rescale::ChannelRanges>":$operands)>
  ];
}

#endif // RESCALE_ANALYSIS_ACCUMULATORRANGEINTERFACE
