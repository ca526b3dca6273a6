// What the layout of a target misses is listed at the layer, all of it, and
// nothing is written.
// RUN: rm -rf %t
// RUN: not rescale-compile %s --narrow=off --emit=parameters -o %t 2>&1 | FileCheck %s
// RUN: not ls %t

#few = #rescale.target<"few", multiplicand = ui7, rounding = [floor], addend = by_sign, addend_bits = 8,
  layout = records [multiplicand : 7, addend : 8, zero_point : 3, clamp_max : 7]>
#even = #rescale.target<"even", multiplicand = ui8, rounding = [half_even], addend = free, addend_bits = 32, layout = records [multiplicand : 8, addend : 32]>
#registers = #rescale.target<"registers", multiplicand = ui8, rounding = [floor], addend = free, layout = columns [multiplicand : 8, shift : 6]>
#bias = #rescale.target<"bias", multiplicand = ui8, rounding = [floor, half_up], addend = in_bias, addend_bits = 10,
  layout = records [bias : 10, multiplicand : 8, shift : 6]>

func.func @main(%x: tensor<4x2xi32>, %y: tensor<4xi32>, %in: tensor<1x1x1x1xi8>)
    -> (tensor<4x2xi8>, tensor<4xi8>, tensor<4x2xi8>, tensor<1x1x1x2xi8>) {
  // CHECK: :[[#@LINE+1]]:8: error: 'rescale.requantize' op requires a target whose layout has a field for negative_addend, a field for shift, 4 bits for zero_point, which has 3, 8 bits for clamp_max, which has 7, got 'few'; give its layout what is missing, or choose another target
  %0 = rescale.requantize %x mul dense<[63, 64]> : tensor<2xui7> shift [5, 6] axis 1
         round addend addends [64, 0] negative_addends [0, 0] zero_point -5 clamp [-128, 64] {rescale.target = #few} : tensor<4x2xi32> -> tensor<4x2xi8>
  // CHECK: :[[#@LINE+1]]:8: error: {{.*}} layout has a rounding mode for its addends, got 'even'
  %1 = rescale.requantize %y mul dense<63> : tensor<1xui6> shift [5] round floor {rescale.target = #even} : tensor<4xi32> -> tensor<4xi8>
  // CHECK: :[[#@LINE+1]]:8: error: {{.*}} layout has a field for addend, got 'registers'
  %2 = rescale.requantize %x mul dense<[63, 64]> : tensor<2xui7> shift [5, 6] axis 1
         round addend addends [64, 0] {rescale.target = #registers} : tensor<4x2xi32> -> tensor<4x2xi8>

  %w = "tosa.const"() <{values = dense<[[[[100]]], [[[50]]]]> : tensor<2x1x1x1xi8>}> : () -> tensor<2x1x1x1xi8>
  %b = "tosa.const"() <{values = dense<[510, -256]> : tensor<2xi32>}> : () -> tensor<2xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %acc = tosa.conv2d %in, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x1x1x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  // The bias of the convolution with that of the addend.
  // CHECK: :[[#@LINE+1]]:8: error: {{.*}} layout has 11 bits for bias, which has 10, got 'bias'
  %3 = rescale.requantize %acc mul dense<[10, 20]> : tensor<2xui8> shift [5, 6] axis 3
         round addend addends [20, 40] {rescale.target = #bias} : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %0, %1, %2, %3 : tensor<4x2xi8>, tensor<4xi8>, tensor<4x2xi8>, tensor<1x1x1x2xi8>
}
