//===- Passes.td - Transforms ------------------------------*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TRANSFORMS_PASSES
#define RESCALE_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

def VerifyIntegerOnly : Pass<"verify-integer-only"> {
  let summary = "Reports every float, and every op outside a set";
  let description = [{
    An error at the first op that has a float among the types of its operands,
    results and block arguments or in its inherent attributes, with a note at
    every further one. A constant is reported through the ops that use it, which
    is where something can be done about it. Discardable attributes, such as
    `rescale.scale`, compute nothing and are not looked at.

    With `allowed-dialects` or `allowed-ops`, an error also at every op that is
    in neither.

    ```mlir
    func.func @f(%x: tensor<4xi8>) -> tensor<4xi8> {
      %0 = tosa.cast %x : (tensor<4xi8>) -> tensor<4xf32>  // error
      %1 = tosa.exp %0 : (tensor<4xf32>) -> tensor<4xf32>  // note
      %2 = tosa.cast %1 : (tensor<4xf32>) -> tensor<4xi8>  // note
      return %2 : tensor<4xi8>
    }
    ```
    ==> fails
  }];
  let options = [
    ListOption<"allowedDialects", "allowed-dialects", "std::string",
               "Names of dialects all of whose ops are allowed">,
    ListOption<"allowedOps", "allowed-ops", "std::string",
               "Full names of further ops that are allowed">,
  ];
}

def RescaleVerifyInput : Pass<"rescale-verify-input", "::mlir::ModuleOp"> {
  let summary = "Reports what the pipelines cannot lower, before they start";
  let description = [{
    The pipelines want tensors of static shape and signless elements. What is
    not is reported here, at the function or op where it stands and with the
    pass that mends it, instead of as a failed pattern in the middle of a
    pipeline. So are TOSA ops that have no lowering to linalg.

    ```mlir
    func.func @f(%x: tensor<?x4xi8>) -> tensor<?x4xi8>  // error: dynamic shape
    func.func @g(%x: tensor<1x4xui8>)                   // error: unsigned
    ```
    ==> fails
  }];
}

def RescaleVerifyLowered : Pass<"rescale-verify-lowered"> {
  let summary = "Reports every op that a pipeline should have lowered";
  let description = [{
    The last pass of `rescale-to-linalg`: an error at every op of the dialects
    that must be gone.

    ```mlir
    %0 = tosa.variable_read @state : tensor<1xi8>  // error
    ```
    ==> fails
  }];
  let options = [
    ListOption<"dialects", "dialects", "std::string",
               "Names of the dialects that must be gone; default rescale,tosa">,
  ];
}

//===----------------------------------------------------------------------===//
// From linalg to code
//===----------------------------------------------------------------------===//

def RescaleCreateEntryPoint
    : Pass<"rescale-create-entry-point", "::mlir::ModuleOp"> {
  let summary = "Makes a model's function callable from C";
  let description = [{
    Gives the function the name that C calls it by and the status that it
    returns, says that its inputs are read only, and makes every other function
    private. Runs before bufferization, which turns the tensors into pointers.

    ```mlir
    func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
      return %y : tensor<4xi8>
    }
    ```
    ==> (with `name=net_run`)
    ```mlir
    func.func @net_run(%x: tensor<4xi8> {bufferization.writable = false})
        -> (tensor<4xi8>, i32) {
      %0 = arith.constant 0 : i32
      return %y, %0 : tensor<4xi8>, i32
    }
    ```
  }];
  let options = [
    Option<"name", "name", "std::string", /*default=*/"",
           "Name of the entry point; empty keeps the function's">,
    Option<"function", "function", "std::string", /*default=*/"",
           "The model's function; empty takes the only public one, or main">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::bufferization::BufferizationDialect"];
}

def RescaleOrderLoops : Pass<"rescale-order-loops"> {
  let summary = "Orders the loops of reductions for contiguous access";
  let description = [{
    Makes every linalg op that reduces a generic one, and moves the dimension
    along which most operands are contiguous innermost, the others
    keeping their order. For a convolution in hwcf layout that is the output
    channel, so that the inner loop adds a row of weights, times one activation,
    to a row of accumulators, which LLVM vectorizes; as defined, it would
    gather weights.

    ```mlir
    linalg.matmul ins(%a, %b : tensor<2x3xi32>, tensor<3x4xi32>)
                  outs(%c : tensor<2x4xi32>) -> tensor<2x4xi32>
    ```
    ==>
    ```mlir
    linalg.generic {indexing_maps = [affine_map<(m, k, n) -> (m, k)>,
                                     affine_map<(m, k, n) -> (k, n)>,
                                     affine_map<(m, k, n) -> (m, n)>],
                    iterator_types = ["parallel", "reduction", "parallel"]}
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def RescaleMakeBuffersStatic
    : Pass<"rescale-make-buffers-static", "::mlir::ModuleOp"> {
  let summary = "Turns allocations into globals, and strided copies into loops";
  let description = [{
    What bufferization leaves would call a run-time library: `malloc` for
    allocations, MLIR's `memrefCopy` for copies into views that are not
    contiguous. A bare machine has neither. Every `memref.alloc` of static shape
    becomes a private uninitialized `memref.global`, which needs no space in the
    object; every strided `memref.copy` becomes a `linalg.generic`. Functions
    are then not re-entrant.

    ```mlir
    %0 = memref.alloc() {alignment = 64 : i64} : memref<4xi8>
    ```
    ==>
    ```mlir
    memref.global "private" @buffer : memref<4xi8> = uninitialized
        {alignment = 64 : i64}
    %0 = memref.get_global @buffer : memref<4xi8>
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::memref::MemRefDialect"];
}

#endif // RESCALE_TRANSFORMS_PASSES
