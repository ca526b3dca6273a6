// RUN: rescale-opt %s -rescale-form-min-max -canonicalize | FileCheck %s

// CHECK-LABEL: func @clamp
// CHECK-SAME: (%[[X:.*]]: i32)
// CHECK: %[[LOW:.*]] = arith.maxsi %[[X]], %{{.*}} : i32
// CHECK-NEXT: %[[HIGH:.*]] = arith.minsi %[[LOW]], %{{.*}} : i32
// CHECK-NEXT: return %[[HIGH]]
func.func @clamp(%x: i32) -> i32 {
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %0 = arith.cmpi sgt, %x, %low : i32
  %1 = arith.select %0, %x, %low : i32
  %2 = arith.cmpi sge, %1, %high : i32
  %3 = arith.select %2, %high, %1 : i32
  return %3 : i32
}

// CHECK-LABEL: func @unsigned
// CHECK-SAME: (%[[X:.*]]: i8, %[[Y:.*]]: i8)
// CHECK-DAG: arith.minui %[[X]], %[[Y]] : i8
// CHECK-DAG: arith.maxui %[[X]], %[[Y]] : i8
func.func @unsigned(%x: i8, %y: i8) -> (i8, i8) {
  %0 = arith.cmpi ule, %x, %y : i8
  %1 = arith.select %0, %x, %y : i8
  %2 = arith.select %0, %y, %x : i8
  return %1, %2 : i8, i8
}

// Not of equality, of bools, of vectors, or where something else is selected.
// CHECK-LABEL: func @others
// CHECK-NOT: arith.m
// CHECK: return
func.func @others(%x: i32, %y: i32, %z: i32, %p: i1, %v: vector<4xi32>)
    -> (i32, i32, i1, vector<4xi32>) {
  %0 = arith.cmpi eq, %x, %y : i32
  %1 = arith.select %0, %z, %y : i32
  %2 = arith.cmpi sgt, %x, %y : i32
  %3 = arith.select %2, %x, %z : i32
  %4 = arith.cmpi ult, %p, %2 : i1
  %5 = arith.select %4, %p, %2 : i1
  %6 = arith.cmpi sgt, %v, %v : vector<4xi32>
  %7 = arith.select %6, %v, %v : vector<4xi1>, vector<4xi32>
  return %1, %3, %5, %7 : i32, i32, i1, vector<4xi32>
}
