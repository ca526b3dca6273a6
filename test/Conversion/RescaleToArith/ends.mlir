// RUN: rescale-opt %s --convert-rescale-to-arith --canonicalize | FileCheck %s

// Arithmetic at the ends of its width, on constants, so that what it gives shows
// without running it.

// floor(p / 2^(s-1)) + 1 has more than 64 bits for s = 1 alone.
// CHECK-LABEL: func @half_up_of_64_bits
// CHECK-DAG: %[[ONE:.+]] = arith.constant 127 : i8
// CHECK-NOT: arith.constant -128
// CHECK: return %[[ONE]], %[[ONE]] : i8, i8
func.func @half_up_of_64_bits() -> (i8, i8) {
  %x = arith.constant 9223372036854775807 : i64
  %m = arith.constant 1 : i8
  %s1 = arith.constant 1 : i8
  %s2 = arith.constant 2 : i8
  %0 = rescale.apply %x * %m shift %s1 round half_up : (i64, i8, i8) -> i8
  %1 = rescale.apply %x * %m shift %s2 round half_up : (i64, i8, i8) -> i8
  return %0, %1 : i8, i8
}

// CHECK-LABEL: func @half_up_of_more_than_64_bits
// CHECK: arith.trunci {{.*}} : i128 to i8
// CHECK-NOT: i128
// CHECK: return
func.func @half_up_of_more_than_64_bits(%x: i64, %s: i8) -> (i8, i8) {
  %m = arith.constant 1 : i8
  %0 = rescale.apply %x * %m shift %s round half_up
         {shift_range = array<i64: 1, 2>} : (i64, i8, i8) -> i8
  %1 = rescale.apply %x * %m shift %s round half_up
         {shift_range = array<i64: 2, 2>} : (i64, i8, i8) -> i8
  return %0, %1 : i8, i8
}

// 2^32 + 1000 * 1000 over 2^20: modulo 2^32 the addend is 0.
// CHECK-LABEL: func @addend_of_33_bits
// CHECK: %[[CODE:.+]] = arith.constant 4096 : i16
// CHECK: return %[[CODE]] : i16
func.func @addend_of_33_bits() -> i16 {
  %x = arith.constant 1000 : i32
  %m = arith.constant 1000 : i16
  %s = arith.constant 20 : i8
  %b = arith.constant 1 : i8
  %0 = rescale.apply %x * %m + %b shift %s round addend
         {input_range = array<i64: -1000, 1000>, addend_shift = 32,
          rung = #rescale<rung estimate>} : (i32, i16, i8, i8) -> i16
  return %0 : i16
}

// An addend that is promised to be 0 is, whatever it is shifted by.
// CHECK-LABEL: func @addend_of_zero
// CHECK-NOT: arith.shli
// CHECK: return
func.func @addend_of_zero(%x: i32, %b: i8) -> i16 {
  %m = arith.constant 1000 : i16
  %s = arith.constant 20 : i8
  %0 = rescale.apply %x * %m + %b shift %s round addend
         {input_range = array<i64: -1000, 1000>, addend_shift = 32,
          addend_range = array<i64: 0, 0>} : (i32, i16, i8, i8) -> i16
  return %0 : i16
}
