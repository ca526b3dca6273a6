// RUN: rescale-opt %s --rescale-widen-integers | FileCheck %s

// Buffers, constants and arguments; what extended to i64 does nothing now, and
// a sum that may leave i48 is cut to it.
// CHECK: memref.global "private" constant @table : memref<2xi64> = dense<[-1, 5]>
memref.global "private" constant @table : memref<2xi48> = dense<[-1, 5]>

// CHECK-LABEL: func.func private @layer
// CHECK-SAME: %[[X:.*]]: memref<2xi64>, %[[A:.*]]: i64, %[[Y:.*]]: memref<2xi64>
// CHECK: %[[T:.*]] = memref.get_global @table : memref<2xi64>
// CHECK: %[[MINUS:.*]] = arith.constant -2 : i64
// CHECK: scf.for %[[I:.*]] = {{.*}} iter_args(%[[SUM:.*]] = %[[A]], {{.*}}) -> (i64, i1)
// CHECK-NEXT: %[[V:.*]] = memref.load %[[X]][%[[I]]] : memref<2xi64>
// CHECK-NEXT: %[[W:.*]] = memref.load %[[T]][%[[I]]] : memref<2xi64>
// CHECK-NEXT: %[[P:.*]] = arith.muli %[[V]], %[[W]] overflow<nsw> : i64
// CHECK-NEXT: %[[S:.*]] = arith.addi %[[SUM]], %[[P]] : i64
// CHECK-NEXT: %[[C16:.*]] = arith.constant 16 : i64
// CHECK-NEXT: %[[UP:.*]] = arith.shli %[[S]], %[[C16]] : i64
// CHECK-NEXT: %[[CUT:.*]] = arith.shrsi %[[UP]], %[[C16]] : i64
// CHECK-NEXT: %[[M:.*]] = arith.maxsi %[[CUT]], %[[MINUS]] : i64
// CHECK-NEXT: memref.store %[[M]], %[[Y]][%[[I]]] : memref<2xi64>
// CHECK-NEXT: %[[L:.*]] = arith.cmpi slt, %[[M]], %[[A]] : i64
// CHECK-NEXT: scf.yield %[[CUT]], %[[L]] : i64, i1
func.func private @layer(%x: memref<2xi48>, %a: i48, %y: memref<2xi64>) -> i1 {
  %t = memref.get_global @table : memref<2xi48>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %minus = arith.constant -2 : i48
  %false = arith.constant false
  %sum, %less = scf.for %i = %c0 to %c2 step %c1
      iter_args(%s0 = %a, %l0 = %false) -> (i48, i1) {
    %v = memref.load %x[%i] : memref<2xi48>
    %w = memref.load %t[%i] : memref<2xi48>
    %p = arith.muli %v, %w overflow<nsw> : i48
    %s = arith.addi %s0, %p : i48
    %m = arith.maxsi %s, %minus : i48
    %e = arith.extsi %m : i48 to i64
    memref.store %e, %y[%i] : memref<2xi64>
    %l = arith.cmpi slt, %m, %a : i48
    scf.yield %s, %l : i48, i1
  }
  return %less : i1
}

// Extensions that do something stay, and truncations become cuts.
// CHECK-LABEL: func.func @ends
// CHECK: %[[WIDE:.*]] = arith.extsi %{{.*}} : i16 to i64
// CHECK: call @layer(%{{.*}}, %[[WIDE]], %{{.*}}) : (memref<2xi64>, i64, memref<2xi64>) -> i1
// CHECK: %[[UP:.*]] = arith.shli %arg1, %{{.*}} : i64
// CHECK: %[[CUT:.*]] = arith.shrsi %[[UP]], %{{.*}} : i64
// CHECK: %[[NARROW:.*]] = arith.trunci %[[CUT]] : i64 to i32
// CHECK: return %[[NARROW]]
func.func @ends(%v: i16, %acc: i64, %y: memref<2xi64>) -> i32 {
  %x = memref.alloc() : memref<2xi48>
  %wide = arith.extsi %v : i16 to i48
  %l = func.call @layer(%x, %wide, %y) : (memref<2xi48>, i48, memref<2xi64>) -> i1
  %t = arith.trunci %acc : i64 to i48
  %narrow = arith.trunci %t : i48 to i32
  return %narrow : i32
}

// Widths that C has stay as they are, and wider ones, which have no wider.
// CHECK-LABEL: func.func @stays
// CHECK: arith.shrui %{{.*}}, %{{.*}} : i32
// CHECK: arith.addi %{{.*}}, %{{.*}} : i128
func.func @stays(%a: i32, %b: i128, %c: i1) -> (i32, i128, i1) {
  %0 = arith.shrui %a, %a : i32
  %1 = arith.addi %b, %b : i128
  return %0, %1, %c : i32, i128, i1
}
