// RUN: rescale-opt %s --convert-tosa-to-rescale | FileCheck %s

// Nothing is promised about run-time operands.
// CHECK-LABEL: func.func @scalar(
// CHECK-SAME: %[[X:.*]]: i32, %[[M:.*]]: i32, %[[S:.*]]: i8
// CHECK: rescale.apply %[[X]] * %[[M]] shift %[[S]] round half_up : (i32, i32, i8) -> i32
// CHECK: rescale.apply %[[X]] * %[[M]] shift %[[S]] round double : (i32, i32, i8) -> i32
// CHECK: rescale.apply %[[X]] * %[[M]] shift %[[S]] round half_up : (i32, i32, i8) -> i32
func.func @scalar(%x: i32, %m: i32, %s: i8) -> (i32, i32, i32) {
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = SINGLE_ROUND} : (i32, i32, i8) -> i32
  %1 = tosa.apply_scale %x, %m, %s {rounding_mode = DOUBLE_ROUND} : (i32, i32, i8) -> i32
  %2 = tosa.apply_scale %x, %m, %s {rounding_mode = INEXACT_ROUND} : (i32, i32, i8) -> i32
  return %0, %1, %2 : i32, i32, i32
}

// CHECK-LABEL: func.func @wide(
// CHECK: rescale.apply {{.*}} : (i48, i16, i8) -> i32
// CHECK: rescale.apply {{.*}} : (i64, i32, i8) -> i32
func.func @wide(%x: i48, %w: i64, %k: i16, %m: i32, %s: i8) -> (i32, i32) {
  %0 = tosa.apply_scale %x, %k, %s {rounding_mode = SINGLE_ROUND} : (i48, i16, i8) -> i32
  %1 = tosa.apply_scale %w, %m, %s {rounding_mode = SINGLE_ROUND} : (i64, i32, i8) -> i32
  return %0, %1 : i32, i32
}

// Constants are promises; a negative multiplier is not one.
// CHECK-LABEL: func.func @constants(
func.func @constants(%x: i32) -> (i32, i32, i32) {
  %m = arith.constant 77 : i32
  %n = arith.constant -77 : i32
  %zero = arith.constant 0 : i32
  %s = arith.constant 9 : i8
  // CHECK: rescale.apply {{.*}} {multiplicand_bits = 7 : i64, shift_range = array<i64: 9, 9>} :
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = DOUBLE_ROUND} : (i32, i32, i8) -> i32
  // CHECK: rescale.apply {{.*}} {shift_range = array<i64: 9, 9>} :
  %1 = tosa.apply_scale %x, %n, %s {rounding_mode = DOUBLE_ROUND} : (i32, i32, i8) -> i32
  // CHECK: rescale.apply {{.*}} {multiplicand_bits = 0 : i64, shift_range = array<i64: 9, 9>} :
  %2 = tosa.apply_scale %x, %zero, %s {rounding_mode = DOUBLE_ROUND} : (i32, i32, i8) -> i32
  return %0, %1, %2 : i32, i32, i32
}

// CHECK-LABEL: func.func @vectors(
func.func @vectors(%x: vector<2x2xi32>, %m: vector<2x2xi32>, %s: vector<2x2xi8>, %k: i32, %t: i8)
    -> (vector<2x2xi32>, vector<2x2xi32>, vector<2x2xi32>, vector<2x2xi32>) {
  // CHECK: rescale.apply {{.*}} round double : (vector<2x2xi32>, vector<2x2xi32>, vector<2x2xi8>) -> vector<2x2xi32>
  %0 = tosa.apply_scale %x, %m, %s {rounding_mode = DOUBLE_ROUND} : (vector<2x2xi32>, vector<2x2xi32>, vector<2x2xi8>) -> vector<2x2xi32>
  // Scalars among vectors stay, but for the value.
  // CHECK: rescale.apply {{.*}} round double : (vector<2x2xi32>, i32, i8) -> vector<2x2xi32>
  %1 = tosa.apply_scale %x, %k, %t {rounding_mode = DOUBLE_ROUND} : (vector<2x2xi32>, i32, i8) -> vector<2x2xi32>
  // CHECK: %[[V:.*]] = vector.broadcast %{{.*}} : i32 to vector<2x2xi32>
  // CHECK: rescale.apply %[[V]] * {{.*}} : (vector<2x2xi32>, vector<2x2xi32>, i8) -> vector<2x2xi32>
  %3 = tosa.apply_scale %k, %m, %t {rounding_mode = DOUBLE_ROUND} : (i32, vector<2x2xi32>, i8) -> vector<2x2xi32>
  %c = arith.constant dense<[[1, 2], [300, 4]]> : vector<2x2xi32>
  %d = arith.constant dense<[[9, 0], [63, 4]]> : vector<2x2xi8>
  // CHECK: rescale.apply {{.*}} {multiplicand_bits = 9 : i64, shift_range = array<i64: 0, 63>} :
  %2 = tosa.apply_scale %x, %c, %d {rounding_mode = DOUBLE_ROUND} : (vector<2x2xi32>, vector<2x2xi32>, vector<2x2xi8>) -> vector<2x2xi32>
  return %0, %1, %2, %3 : vector<2x2xi32>, vector<2x2xi32>, vector<2x2xi32>, vector<2x2xi32>
}
