// RUN: rescale-opt %s -rescale-report -o /dev/null 2>&1 | FileCheck %s

// The original gives one code, and the op another below zero: a channel like
// others, which sums do not leave out.
// CHECK:      "channels": 1,
// CHECK-NEXT: "constant_channels": 0,
// CHECK-NEXT: "constant_on_range": 0,
// CHECK-NEXT: "proved": 0,
// CHECK-NEXT: "approximate": 1,
// CHECK:      "largest_difference": 1,
// CHECK:      "constant": false,
// CHECK-NEXT: "constant_on_range": false,
func.func @main(%x: tensor<4xi16>) -> tensor<4xi8> {
  %0 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [15] round floor
    {rescale.certificate = #rescale.certificate<range = <proved low[-32768] high[32767]>, multiplicands = [0], shifts = [0], rounding = floor, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [1], differing = [32768], digest = 9574640986904935873>}
    : tensor<4xi16> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
