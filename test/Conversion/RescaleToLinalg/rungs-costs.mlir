// A cost that a target leaves out is that of what does the same.

// RUN: rescale-opt %s -convert-rescale-to-linalg | FileCheck %s

// A high multiplication is not free where only mul64 has a cost.
// CHECK-LABEL: func @without_mul_high
// CHECK: rescale.apply {{.+}} rung = #rescale<rung two_limbs>
func.func @without_mul_high(%x: tensor<4xi32>) -> tensor<4xi8>
    attributes {rescale.target = #rescale.target<"ours", costs = {
      mul32 = 1, mul64 = 50, add32 = 1, add64 = 9, shift32 = 1, shift64 = 9,
      select = 4}>} {
  %y = rescale.requantize %x mul dense<[1518500250]> : tensor<1xui32>
         shift [38] round double : tensor<4xi32> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// CHECK-LABEL: func @with_mul_high
// CHECK: rescale.apply {{.+}} rung = #rescale<rung multiply_high>
func.func @with_mul_high(%x: tensor<4xi32>) -> tensor<4xi8>
    attributes {rescale.target = #rescale.target<"ours", costs = {
      mul32 = 1, mul64 = 50, add32 = 1, add64 = 9, shift32 = 1, shift64 = 9,
      select = 4, mul_high = 1}>} {
  %y = rescale.requantize %x mul dense<[1518500250]> : tensor<1xui32>
         shift [38] round double : tensor<4xi32> -> tensor<4xi8>
  return %y : tensor<4xi8>
}

// It is double rounding without a shift of the accumulator first.
// CHECK-LABEL: func @with_rounding_mul_high
// CHECK: rescale.apply {{.+}} {addend_half, {{.+}} addend_shift = 31 : i64, {{.+}} rung = #rescale<rung rounding_high>
func.func @with_rounding_mul_high(%x: tensor<4xi32>) -> tensor<4xi8>
    attributes {rescale.target = #rescale.target<"ours", costs = {
      mul32 = 1, mul64 = 50, add32 = 1, add64 = 9, shift32 = 1, shift64 = 9,
      select = 4, mul_high = 1, rounding_mul_high = 1}>} {
  %y = rescale.requantize %x mul dense<[1518500250]> : tensor<1xui32>
         shift [38] round double : tensor<4xi32> -> tensor<4xi8>
  return %y : tensor<4xi8>
}
