//===- RescaleKernelDialect.td - Kernels with an epilogue --*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNELDIALECT
#define RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNELDIALECT

include "mlir/IR/OpBase.td"

def RescaleKernel_Dialect : Dialect {
  let name = "rescale_kernel";
  let cppNamespace = "::mlir::rescale::kernel";
  let summary = "Layers of a network with their requantization as epilogue";
  let description = [{
    The operations of a quantized network that accumulate: convolutions, matrix
    products and pools. Each computes one accumulator for every element of its
    result and hands it to its **epilogue**, a region that gives the element to
    store:

    ```
    y[i] = epilogue(acc(i), e_0[map_0(i)], e_1[map_1(i)], ...)
    ```

    So an accumulator never needs memory. The epilogue holds the
    requantization, a clamp, a table, or the addition of a residual: what
    `rescale-fuse-epilogues` finds after the operation. Its further operands
    `e_k`, such as tables of multiplicands, are read through affine maps of the
    result's index, as in a `linalg.generic`.

    Operations are in destination style, and work on tensors and on buffers.
    Weights and biases are attributes: they belong to the operation, which packs
    them for its loops at compile time. Where weights are computed at run time
    or shapes are dynamic, linalg takes the operation instead.

    Created by `convert-tosa-to-rescale-kernel`; consumed by
    `convert-rescale-kernel-to-loops`.
  }];
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

#endif // RESCALE_DIALECT_RESCALEKERNEL_IR_RESCALEKERNELDIALECT
