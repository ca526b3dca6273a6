// RUN: rescale-opt %s --rescale-record-claims --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// What a certificate says becomes a part of its op's location. Widths are those of all channels, accumulators
// those of all together. An op without a certificate claims nothing.

// CHECK: mul dense<[3, 12]> {{.*}} loc(fused<{rescale.claim = "multiplicands of 5 to 6 bits, now 2 to 4, proved equal for all accumulators that can occur"}>["exact"])
// CHECK: mul dense<7> {{.*}} loc(fused<{rescale.claim = "multiplicands of 3 bits, now 3, approximated: at most 2 codes from the model's, for 9 of 256 accumulators"}>["wrong"])
// CHECK: mul dense<8> {{.*}} loc(fused<{rescale.claim = "multiplicands of 3 bits, now 4, not proved, equal for observed accumulators"}>["seen"])
// CHECK: mul dense<9> {{.*}} loc(fused<{rescale.claim = "multiplicands of 3 bits, now 4, not proved, approximated: at most 1 code from the model's, for 1 of 5 observed accumulators"}>["seen_wrong"])
// CHECK: mul dense<10> {{.*}} loc("plain")
// A channel that gives one code has a multiplicand of no bits, which is not among the widths.
// CHECK: mul dense<[0, 12, 3, 0]> {{.*}}claim = "multiplicands of 5 to 6 bits (0 in 1 constant channel), now 2 to 4 (0 in 2 constant channels), proved equal
// CHECK: mul dense<false> {{.*}}claim = "multiplicands of 6 bits, now 0, proved equal
func.func @main(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %0 = rescale.requantize %x mul dense<[3, 12]> : tensor<2xui4> shift [4, 6] axis 1 round half_up
         {rescale.certificate = #rescale.certificate<
           range = <proved low[-128] high[127]>,
           multiplicands = [24, 48], shifts = [7, 8], rounding = half_up,
           input_zero_point = 0, zero_point = 0, clamp = [-128, 127],
           largest_difference = [0], differing = [0], digest = 1>}
       : tensor<4x2xi8> -> tensor<4x2xi8> loc("exact")
  %1 = rescale.requantize %0 mul dense<7> : tensor<1xui4> shift [4] round half_up
         {rescale.certificate = #rescale.certificate<
           range = <proved low[-128] high[127]>,
           multiplicands = [6], shifts = [4], rounding = half_up,
           input_zero_point = 0, zero_point = 0, clamp = [-128, 127],
           largest_difference = [2], differing = [9], digest = 1>}
       : tensor<4x2xi8> -> tensor<4x2xi8> loc("wrong")
  %2 = rescale.requantize %1 mul dense<8> : tensor<1xui4> shift [4] round half_up
         {rescale.certificate = #rescale.certificate<
           range = <observed low[-2] high[2]>,
           multiplicands = [4], shifts = [3], rounding = half_up,
           input_zero_point = 0, zero_point = 0, clamp = [-128, 127],
           largest_difference = [0], differing = [0], digest = 1>}
       : tensor<4x2xi8> -> tensor<4x2xi8> loc("seen")
  %3 = rescale.requantize %2 mul dense<9> : tensor<1xui4> shift [4] round half_up
         {rescale.certificate = #rescale.certificate<
           range = <observed low[-2] high[2]>,
           multiplicands = [4], shifts = [3], rounding = half_up,
           input_zero_point = 0, zero_point = 0, clamp = [-128, 127],
           largest_difference = [1], differing = [1], digest = 1>}
       : tensor<4x2xi8> -> tensor<4x2xi8> loc("seen_wrong")
  %4 = rescale.requantize %3 mul dense<10> : tensor<1xui4> shift [4] round half_up
       : tensor<4x2xi8> -> tensor<4x2xi8> loc("plain")
  return %4 : tensor<4x2xi8>
}

func.func @constant(%x: tensor<4x4xi8>) -> tensor<4x4xi8> {
  %0 = rescale.requantize %x mul dense<[0, 12, 3, 0]> : tensor<4xui4> shift [4, 6, 4, 4] axis 1 round half_up
         {rescale.certificate = #rescale.certificate<
           range = <proved low[-128, -128, -128, 0] high[127, 127, 127, 1]>,
           multiplicands = [0, 48, 24, 24], shifts = [7, 8, 7, 8], rounding = half_up,
           input_zero_point = 0, zero_point = 0, clamp = [-128, 127],
           largest_difference = [0], differing = [0], digest = 1>}
       : tensor<4x4xi8> -> tensor<4x4xi8> loc("channels")
  %1 = rescale.requantize %0 mul dense<0> : tensor<1xui1> shift [0] round floor
         {rescale.certificate = #rescale.certificate<
           range = <proved low[0] high[1]>,
           multiplicands = [48], shifts = [9], rounding = half_up,
           input_zero_point = 0, zero_point = 0, clamp = [-128, 127],
           largest_difference = [0], differing = [0], digest = 1>}
       : tensor<4x4xi8> -> tensor<4x4xi8> loc("layer")
  return %1 : tensor<4x4xi8>
}
