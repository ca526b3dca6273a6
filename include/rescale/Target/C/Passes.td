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
    Bufferization calls tables after their types. Where such a name has no place
    in C, it becomes that of the function that reads the table, with what the
    numbers are used for: `multipliers`, `addends`, `shifts`, or `table`. Other
    names stay.

    ```mlir
    memref.global "private" constant @__constant_16xi32 : memref<16xi32>
    func.func private @conv(...) {
      %0 = memref.get_global @__constant_16xi32 : memref<16xi32>
      %1 = memref.load %0[%c] : memref<16xi32>
      %2 = arith.muli %1, %acc : i32
    ```
    ==>
    ```mlir
    memref.global "private" constant @conv_multipliers : memref<16xi32>
    ```
  }];
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
