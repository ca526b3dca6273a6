// RUN: rescale-opt %s -split-input-file -rescale-fold-comparisons | FileCheck %s

// At the bounds of what was extended, and within them.

// CHECK-LABEL: func @bounds
// CHECK-SAME:    %[[X:.*]]: i8)
func.func @bounds(%x: i8) -> (i1, i1, i1, i1, i1) {
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %byte = arith.constant 255 : i32
  %0 = arith.extsi %x : i8 to i32
  %1 = arith.extui %x : i8 to i32
  %2 = arith.cmpi sge, %0, %low : i32
  %3 = arith.cmpi sgt, %0, %high : i32
  // CHECK-NOT: arith.cmpi
  // CHECK:     %[[GREATER:.*]] = arith.cmpi sgt, %{{.*}}, %c-128_i32 : i32
  %4 = arith.cmpi sgt, %0, %low : i32
  %5 = arith.cmpi ugt, %1, %byte : i32
  // CHECK-NOT: arith.cmpi
  // CHECK:     %[[ABOVE:.*]] = arith.cmpi sgt, %{{.*}}, %c127_i32 : i32
  %6 = arith.cmpi sgt, %1, %high : i32
  // CHECK:     return %true, %{{false.*}}, %[[GREATER]], %{{false.*}}, %[[ABOVE]]
  return %2, %3, %4, %5, %6 : i1, i1, i1, i1, i1
}

// -----

// Of a truth, an index, the values of a table, and a sum over a loop.

memref.global "private" constant @table : memref<4xi32> = dense<[3, -5, 7, 9]>

// CHECK-LABEL: func @sources
// CHECK-NOT:     arith.cmpi
// CHECK:         %[[OPEN:.*]] = arith.cmpi eq
// CHECK-NOT:     arith.cmpi
// CHECK:         return %{{true.*}}, %{{false.*}}, %{{true.*}}, %[[OPEN]], %{{false.*}}
func.func @sources(%b: i1, %x: memref<16xi8>) -> (i1, i1, i1, i1, i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0 : i32
  %true = arith.constant true
  %bit = arith.extui %b : i1 to i32
  %two = arith.constant 2 : i32
  %0 = arith.cmpi ne, %bit, %two : i32
  %t = memref.get_global @table : memref<4xi32>
  %entry = memref.load %t[%c2] : memref<4xi32>
  %least = arith.constant -5 : i32
  %1 = arith.cmpi slt, %entry, %least : i32
  // A signed true is -1.
  %2 = arith.cmpi sge, %b, %true : i1
  %3 = arith.cmpi eq, %entry, %two : i32
  %sum = scf.for %i = %c0 to %c16 step %c1 iter_args(%s = %zero) -> (i32) {
    %4 = memref.load %x[%i] : memref<16xi8>
    %5 = arith.extsi %4 : i8 to i32
    %6 = arith.addi %s, %5 : i32
    scf.yield %6 : i32
  }
  %most = arith.constant 2032 : i32
  %7 = arith.cmpi sgt, %sum, %most : i32
  return %0, %1, %2, %3, %7 : i1, i1, i1, i1, i1
}

// -----

// Bits that are set or not, whatever the rest.

// CHECK-LABEL: func @bits
// CHECK-SAME:    %[[X:.*]]: i8)
// CHECK-NOT:     arith.cmpi
// CHECK:         %[[OPEN:.*]] = arith.cmpi eq
// CHECK-NOT:     arith.cmpi
// CHECK:         return %{{false.*}}, %{{true.*}}, %[[OPEN]]
func.func @bits(%x: i8) -> (i1, i1, i1) {
  %c7 = arith.constant 7 : i8
  %c8 = arith.constant 8 : i8
  %wide7 = arith.constant 7 : i32
  %0 = arith.andi %x, %c8 : i8
  %1 = arith.extsi %0 : i8 to i32
  %2 = arith.cmpi eq, %1, %wide7 : i32
  %3 = arith.ori %x, %c8 : i8
  %4 = arith.cmpi ne, %3, %c7 : i8
  %5 = arith.cmpi eq, %0, %c8 : i8
  return %2, %4, %5 : i1, i1, i1
}

// -----

// The first decides which branch gives what the second compares.

// CHECK-LABEL: func @twice
// CHECK-NOT:     arith.cmpi
// CHECK:         return %{{true.*}} : i1
func.func @twice(%x: i8, %y: i32) -> i1 {
  %c127 = arith.constant 127 : i32
  %c5 = arith.constant 5 : i32
  %0 = arith.extsi %x : i8 to i32
  %1 = arith.cmpi sgt, %0, %c127 : i32
  %2 = scf.if %1 -> (i32) {
    scf.yield %y : i32
  } else {
    scf.yield %c5 : i32
  }
  %3 = arith.cmpi slt, %2, %c127 : i32
  return %3 : i1
}

// -----

// Vectors, and an index that may have 32 bits or 64, stay.

// CHECK-LABEL: func @others
// CHECK:         arith.cmpi slt, %{{.*}} : vector<4xi8>
// CHECK:         arith.cmpi sle, %{{.*}} : index
func.func @others(%v: vector<4xi8>, %i: index) -> (vector<4xi1>, i1) {
  %low = arith.constant dense<-128> : vector<4xi8>
  %0 = arith.cmpi slt, %v, %low : vector<4xi8>
  %high = arith.constant 2147483647 : index
  %1 = arith.cmpi sle, %i, %high : index
  return %0, %1 : vector<4xi1>, i1
}
