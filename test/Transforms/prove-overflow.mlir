// RUN: rescale-opt %s -split-input-file -rescale-prove-overflow | FileCheck %s

// Codes times weights from a table, in nested loops: 16 products of at most 128
// times 100 in magnitude, from a bias of the table.

memref.global "private" constant @weights : memref<16xi8> = dense<[
  1, 2, 3, 4, 5, 6, 7, 8, -100, 10, 11, 12, 13, 14, 15, 100]>
memref.global "private" constant @bias : memref<2xi32> = dense<[-7, 9]>

// CHECK-LABEL: func @dot
// CHECK-SAME: rescale.proved = {no_overflow, partial_sums = array<i64: -204807, 204809>}
func.func @dot(%x: memref<16xi8>, %c: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %w = memref.get_global @weights : memref<16xi8>
  %b = memref.get_global @bias : memref<2xi32>
  %init = memref.load %b[%c] : memref<2xi32>
  %0 = scf.for %i = %c0 to %c4 step %c1 iter_args(%s = %init) -> (i32) {
    %1 = scf.for %j = %c0 to %c4 step %c1 iter_args(%t = %s) -> (i32) {
      // CHECK: arith.muli %{{.*}}, %c4 overflow<nsw> : index
      %2 = arith.muli %i, %c4 : index
      // CHECK: arith.addi %{{.*}} overflow<nsw> : index
      %k = arith.addi %2, %j : index
      %3 = memref.load %x[%k] : memref<16xi8>
      %4 = memref.load %w[%k] : memref<16xi8>
      %5 = arith.extsi %3 : i8 to i32
      %6 = arith.extsi %4 : i8 to i32
      // CHECK: arith.muli %{{.*}} overflow<nsw> : i32
      %7 = arith.muli %5, %6 : i32
      // CHECK: arith.addi %{{.*}} overflow<nsw> : i32
      %8 = arith.addi %t, %7 : i32
      scf.yield %8 : i32
    }
    scf.yield %1 : i32
  }
  return %0 : i32
}

// -----

// The range goes with the accumulator into a function; what adds to it in only
// one branch may add or not.

// CHECK-LABEL: func private @scale
// CHECK-SAME: rescale.proved = {no_overflow}
func.func private @scale(%acc: i32) -> i32 {
  %c1000 = arith.constant 1000 : i32
  // CHECK: arith.muli %{{.*}} overflow<nsw> : i32
  %0 = arith.muli %acc, %c1000 : i32
  return %0 : i32
}

// CHECK-LABEL: func @branch
// CHECK-SAME: rescale.proved = {no_overflow, partial_sums = array<i64: -1400, 0>}
func.func @branch(%x: memref<16xi1>) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c14 = arith.constant 14 : index
  %zero = arith.constant 0 : i32
  %c100 = arith.constant 100 : i32
  %0 = scf.for %i = %c0 to %c14 step %c1 iter_args(%s = %zero) -> (i32) {
    %1 = memref.load %x[%i] : memref<16xi1>
    %2 = scf.if %1 -> (i32) {
      // CHECK: arith.subi %{{.*}} overflow<nsw> : i32
      %3 = arith.subi %s, %c100 : i32
      scf.yield %3 : i32
    } else {
      scf.yield %s : i32
    }
    scf.yield %2 : i32
  }
  %4 = func.call @scale(%0) : (i32) -> i32
  return %4 : i32
}

// -----

// Nothing is proved of a loop of unknown length, of what is doubled in each
// iteration, and of an argument; a promise that is not proved goes.

// CHECK-LABEL: func @open
// CHECK-SAME: rescale.proved = {may_wrap = 4 : i64}
func.func @open(%n: index, %x: i32) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %one = arith.constant 1 : i32
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%s = %one) -> (i32) {
    // CHECK: arith.addi %{{[^ ]*}}, %{{[^ ]*}} : i32
    %1 = arith.addi %s, %one : i32
    scf.yield %1 : i32
  }
  %2 = scf.for %i = %c0 to %c16 step %c1 iter_args(%s = %one) -> (i32) {
    // CHECK: arith.addi %{{[^ ]*}}, %{{[^ ]*}} : i32
    %3 = arith.addi %s, %s : i32
    scf.yield %3 : i32
  }
  // CHECK: arith.subi %{{[^ ]*}}, %{{[^ ]*}} : i32
  %4 = arith.subi %x, %one overflow<nsw> : i32
  // CHECK: arith.muli %{{[^ ]*}}, %{{[^ ]*}} overflow<nuw> : i32
  %5 = arith.muli %x, %x overflow<nsw, nuw> : i32
  %6 = arith.xori %0, %2 : i32
  %7 = arith.xori %4, %5 : i32
  %8 = arith.xori %6, %7 : i32
  return %8 : i32
}

// -----

// An index has 32 bits: the row fits, the square does not.

// CHECK-LABEL: func @indices
func.func @indices(%out: memref<65536xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 65536 : index
  %zero = arith.constant 0 : i8
  scf.for %i = %c0 to %n step %c1 {
    // CHECK: arith.addi %{{.*}} overflow<nsw> : index
    %0 = arith.addi %i, %n : index
    // CHECK: arith.muli %{{[^ ]*}}, %{{[^ ]*}} : index
    %1 = arith.muli %i, %i : index
    // CHECK: arith.remsi
    %2 = arith.remui %0, %n : index
    // CHECK: arith.remui
    %3 = arith.remui %1, %n : index
    memref.store %zero, %out[%2] : memref<65536xi8>
    memref.store %zero, %out[%3] : memref<65536xi8>
  }
  return
}

// -----

// The amounts of a table are less than the width, an argument's need not be.

memref.global "private" constant @shifts : memref<2xi8> = dense<[3, 31]>

// CHECK-LABEL: func @shift
func.func @shift(%x: i32, %c: index, %s: i32) -> i32 {
  %t = memref.get_global @shifts : memref<2xi8>
  %0 = memref.load %t[%c] : memref<2xi8>
  // CHECK: arith.extsi
  %1 = arith.extui %0 : i8 to i32
  // CHECK: arith.shrsi %{{.*}} {rescale.in_range} : i32
  %2 = arith.shrsi %x, %1 : i32
  // CHECK: arith.shrsi %{{[^ ]*}}, %{{[^ ]*}} : i32
  %3 = arith.shrsi %2, %s {rescale.in_range} : i32
  // CHECK-NOT: rescale.in_range
  %four = arith.constant 4 : i32
  %4 = arith.shli %3, %four : i32
  return %4 : i32
}

// -----

// The upper half of a product is signed, so its range is known; one bit more
// would show what came in at the left.

// CHECK-LABEL: func @upper_half
func.func @upper_half(%x: i16, %y: i32) -> (i32, i32) {
  %minus = arith.constant -128 : i32
  %c33 = arith.constant 33 : i64
  %c32 = arith.constant 32 : i64
  %0 = arith.extsi %x : i16 to i64
  %1 = arith.extsi %y : i32 to i64
  %2 = arith.muli %0, %1 : i64
  // CHECK: arith.shrsi
  %3 = arith.shrui %2, %c32 : i64
  %4 = arith.trunci %3 : i64 to i32
  // CHECK: arith.addi %{{.*}} overflow<nsw> : i32
  %5 = arith.addi %4, %minus : i32
  // CHECK: arith.shrui
  %6 = arith.shrui %2, %c33 : i64
  %7 = arith.trunci %6 : i64 to i32
  // CHECK: arith.shrui
  %8 = arith.shrui %2, %c32 : i64
  %9 = arith.xori %8, %c33 : i64
  %10 = arith.trunci %8 : i64 to i32
  %11 = arith.trunci %9 : i64 to i32
  %12 = arith.xori %7, %10 : i32
  %13 = arith.xori %12, %11 : i32
  return %5, %13 : i32, i32
}

// -----

// Four bytes of 127 are one number far from 127.

memref.global "private" constant @bytes : memref<8xi8> = dense<127>

// CHECK-LABEL: func @bytes_of_table
func.func @bytes_of_table(%i: index) -> (i32, i8) {
  %c0 = arith.constant 0 : index
  %t = memref.get_global @bytes : memref<8xi8>
  %wide = memref.view %t[%c0][] : memref<8xi8> to memref<2xi32>
  %narrow = memref.view %t[%c0][] : memref<8xi8> to memref<2x4xi8>
  %c3 = arith.constant 3 : i8
  %0 = memref.load %wide[%i] : memref<2xi32>
  %1 = memref.load %narrow[%i, %c0] : memref<2x4xi8>
  // CHECK: arith.addi %{{[^ ]*}}, %{{[^ ]*}} : i32
  %2 = arith.addi %0, %0 : i32
  // CHECK: arith.subi %{{.*}}, %{{.*}} overflow<nsw> : i8
  %3 = arith.subi %1, %c3 : i8
  return %2, %3 : i32, i8
}
