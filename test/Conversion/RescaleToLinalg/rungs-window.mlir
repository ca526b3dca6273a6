// Where every channel saturates outside of a window, clamping to it first makes
// room: to a power of two, which is one instruction on some machines. The costs
// are the op's own target's.

// RUN: rescale-opt %s -convert-rescale-to-linalg | FileCheck %s

// 32-bit sums of 32-bit accumulators.
// CHECK-LABEL: func @window
// CHECK: ^bb0(%[[X:.+]]: i32,
// CHECK-NEXT: %[[LOW:.+]] = arith.constant 0 : i32
// CHECK-NEXT: %[[LEAST:.+]] = arith.maxsi %[[X]], %[[LOW]] : i32
// CHECK-NEXT: %[[HIGH:.+]] = arith.constant 2047 : i32
// CHECK-NEXT: %[[IN:.+]] = arith.minsi %[[LEAST]], %[[HIGH]] : i32
// CHECK-NEXT: rescale.apply %[[IN]] * {{.+}} input_range = array<i64: 0, 2047>, {{.+}} rung = #rescale<rung multiply_32>
func.func @window(%x: tensor<4xi32>) -> tensor<4xi8>
    attributes {rescale.target = #rescale.target<"ours", costs = {
      mul32 = 1, mul64 = 50, add32 = 1, add64 = 9, shift32 = 1, shift64 = 9,
      select = 4, mul_high = 50, saturate = 1}>} {
  %y = rescale.requantize %x mul dense<[1431655765]> : tensor<1xui32>
         shift [33] round half_up zero_point -128
       : tensor<4xi32> -> tensor<4xi8>
  return %y : tensor<4xi8>
}
