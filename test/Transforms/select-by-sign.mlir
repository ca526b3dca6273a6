// RUN: rescale-opt %s -rescale-select-by-sign -canonicalize | FileCheck %s

// CHECK-LABEL: func.func @constants
// CHECK-DAG: %[[C8:.*]] = arith.constant 8 : i32
// CHECK-DAG: %[[C3:.*]] = arith.constant -3 : i32
// CHECK: %[[N:.*]] = arith.cmpi slt
// CHECK: %[[S:.*]] = arith.extsi %[[N]] : i1 to i32
// CHECK: arith.addi %[[S]], %[[C8]] overflow<nsw>
// CHECK: %[[S:.*]] = arith.extsi %[[N]] : i1 to i32
// CHECK: %[[B:.*]] = arith.andi %[[S]], %[[C3]]
// CHECK: arith.addi %[[B]], %[[C8]] overflow<nsw>
// CHECK-NOT: arith.select
func.func @constants(%x: i32) -> (i32, i32) {
  %c0 = arith.constant 0 : i32
  %c5 = arith.constant 5 : i32
  %c7 = arith.constant 7 : i32
  %c8 = arith.constant 8 : i32
  %0 = arith.cmpi slt, %x, %c0 : i32
  %1 = arith.select %0, %c7, %c8 : i32
  %2 = arith.select %0, %c5, %c8 : i32
  return %1, %2 : i32, i32
}

// The difference of two tables of 32 bits may wrap, that of 16 bits may not.
// CHECK-LABEL: func.func @tables
// CHECK: %[[P:.*]] = memref.load
// CHECK: %[[N:.*]] = memref.load
// CHECK: %[[S:.*]] = arith.extsi %{{.*}} : i1 to i32
// CHECK: %[[D:.*]] = arith.subi %[[N]], %[[P]] {rescale.wraps} : i32
// CHECK: %[[B:.*]] = arith.andi %[[S]], %[[D]]
// CHECK: arith.addi %[[P]], %[[B]] {rescale.wraps} : i32
// CHECK: %[[P:.*]] = arith.extsi
// CHECK: %[[N:.*]] = arith.extsi
// CHECK: arith.subi %[[N]], %[[P]] overflow<nsw> : i32
// CHECK: arith.addi %[[P]], %{{.*}} overflow<nsw> : i32
memref.global "private" constant @p : memref<4xi32> = dense<1>
memref.global "private" constant @n : memref<4xi32> = dense<2>
memref.global "private" constant @p16 : memref<4xi16> = dense<1>
memref.global "private" constant @n16 : memref<4xi16> = dense<2>
func.func @tables(%x: i32, %c: index) -> (i32, i32) {
  %c0 = arith.constant 0 : i32
  %0 = arith.cmpi slt, %x, %c0 : i32
  %p = memref.get_global @p : memref<4xi32>
  %n = memref.get_global @n : memref<4xi32>
  %1 = memref.load %p[%c] : memref<4xi32>
  %2 = memref.load %n[%c] : memref<4xi32>
  %3 = arith.select %0, %2, %1 : i32
  %p16 = memref.get_global @p16 : memref<4xi16>
  %n16 = memref.get_global @n16 : memref<4xi16>
  %4 = memref.load %p16[%c] : memref<4xi16>
  %5 = memref.load %n16[%c] : memref<4xi16>
  %6 = arith.extsi %4 : i16 to i32
  %7 = arith.extsi %5 : i16 to i32
  %8 = arith.select %0, %7, %6 : i32
  return %3, %8 : i32, i32
}

// Arguments, and a sign of more bits.
// CHECK-LABEL: func.func @arguments
// CHECK-SAME: (%{{.*}}: i64, %[[P:.*]]: i32, %[[N:.*]]: i32)
// CHECK: %[[S:.*]] = arith.extsi %{{.*}} : i1 to i32
// CHECK: %[[D:.*]] = arith.subi %[[N]], %[[P]] {rescale.wraps} : i32
// CHECK: %[[B:.*]] = arith.andi %[[S]], %[[D]]
// CHECK: arith.addi %[[P]], %[[B]] {rescale.wraps} : i32
func.func @arguments(%x: i64, %p: i32, %n: i32) -> i32 {
  %c0 = arith.constant 0 : i64
  %0 = arith.cmpi slt, %x, %c0 : i64
  %1 = arith.select %0, %n, %p : i32
  return %1 : i32
}

// Not a sign, not a parameter, and not of 32 bits.
// CHECK-LABEL: func.func @unchanged
// CHECK-COUNT-4: arith.select
func.func @unchanged(%x: i32, %y: memref<1xi32>, %p: i8, %n: i8, %q: i64,
                     %r: i64) -> (i32, i32, i8, i64) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c5 = arith.constant 5 : i32
  %i0 = arith.constant 0 : index
  %0 = arith.cmpi slt, %x, %c1 : i32
  %1 = arith.select %0, %c5, %c1 : i32
  %2 = arith.cmpi slt, %x, %c0 : i32
  %3 = memref.load %y[%i0] : memref<1xi32>
  %4 = arith.select %2, %3, %c1 : i32
  %5 = arith.select %2, %n, %p : i8
  %6 = arith.select %2, %q, %r : i64
  return %1, %4, %5, %6 : i32, i32, i8, i64
}

// What is poison where it is not selected stays so.
// CHECK-LABEL: func.func @poison
// CHECK-COUNT-2: arith.select
func.func @poison(%x: i32, %p: i32) -> (i32, i32) {
  %c0 = arith.constant 0 : i32
  %c3 = arith.constant 3 : i32
  %c40 = arith.constant 40 : i32
  %far = arith.shli %p, %c40 : i32
  %near = arith.shli %p, %c3 overflow<nsw> : i32
  %0 = arith.cmpi slt, %x, %c0 : i32
  %1 = arith.select %0, %far, %p : i32
  %2 = arith.select %0, %near, %p : i32
  return %1, %2 : i32, i32
}
