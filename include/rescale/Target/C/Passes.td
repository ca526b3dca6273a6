//===- Passes.td - Passes before printing C ----------------*- tablegen -*-===//
//
// Part of the Rescale Project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESCALE_TARGET_C_PASSES
#define RESCALE_TARGET_C_PASSES

include "mlir/Pass/PassBase.td"

def RescaleNameTables : Pass<"rescale-name-tables", "::mlir::ModuleOp"> {
  let summary = "Names constant tables after the functions that read them";
  let description = [{
    Bufferization calls tables after their types, and `rescale-outline-layers`
    calls them `LAYER_table`. Such a name becomes that of the layer, or of the
    function that reads the table, with what the numbers are used for:
    `multiplicand`, `addend`, `shift`, or `table`. Other names stay.

    ```mlir
    memref.global "private" constant @__constant_16xi32 : memref<16xi32>
    func.func private @conv(...) {
      %0 = memref.get_global @__constant_16xi32 : memref<16xi32>
      %1 = memref.load %0[%c] : memref<16xi32>
      %2 = arith.muli %1, %acc : i32
    ```
    ==>
    ```mlir
    memref.global "private" constant @conv_multiplicand : memref<16xi32>
    ```
  }];
}

def RescaleFormMinMax : Pass<"rescale-form-min-max"> {
  let summary = "Makes a minimum or maximum of a selection by comparison";
  let description = [{
    Of integers. The lowering of `rescale.apply` compares and selects, which
    LLVM vectorizes best; C reads better, and finds the instruction that
    saturates, with minima and maxima.

    ```mlir
    %0 = arith.cmpi sgt, %x, %low : i32
    %1 = arith.select %0, %x, %low : i32
    ```
    ==>
    ```mlir
    %1 = arith.maxsi %x, %low : i32
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def RescaleVerifyC : Pass<"rescale-verify-c", "::mlir::ModuleOp"> {
  let summary = "Reports what has no form in C";
  let description = [{
    The printer of C takes a closed set of operations, each with one form:

    - functions with at most one result, of which none calls itself, with a
      body; calls and returns;
    - `scf.for` with a constant step, `scf.if`, `scf.while`;
    - `arith` on i1, i8, i16, i32, i64 and index, `math.absi`, `math.ctlz`;
    - `memref` of static shape and strides: loads, stores, copies of contiguous
      buffers, globals, views of bytes at constant offsets, and what changes
      only the type.

    Everything else is an error at the operation: a float, an i48, a dynamic
    shape, an allocation, an operation of another dialect. So is a name that is
    no identifier of C or has a meaning there, and two functions or tables of
    one name.

    ```mlir
    func.func @f(%x: memref<4xf32>)                // error: f32
    func.func @while()                             // error: a keyword
    %0 = memref.alloc() : memref<4xi8>             // error: no form in C
    ```
    ==> fails
  }];
}

#endif // RESCALE_TARGET_C_PASSES
