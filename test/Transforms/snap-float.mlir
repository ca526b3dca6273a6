// Weights from the floats that those of the model were rounded from.

// RUN: rescale-opt %s -rescale-snap=bits=1 | FileCheck %s

// The step is 1 / 127. With M = 0.005524 and 2^-7 it becomes 1.414 / 127:
// 0.372 is 47.24 in the steps of the model, and 33.41 now; from 47 it would be
// 33.23. -0.292 is -26.22, and from -37 -26.16; 0.0973 is 8.74, and from 12 8.49.
// CHECK-LABEL: @per_channel
func.func @per_channel(%x: tensor<1x1x1x4xi8>) -> tensor<1x1x1x1xi8> {
  // CHECK: dense<{{\[}}[{{\[}}[90, 33, -26, 9]]]]> : tensor<1x1x1x4xi8>
  %w = "tosa.const"() {values = dense<[[[[127, 47, -37, 12]]]]> : tensor<1x1x1x4xi8>} : () -> tensor<1x1x1x4xi8>
  %b = "tosa.const"() {values = dense<1000> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  // CHECK: tosa.conv2d
  // CHECK-NOT: rescale.float_weights
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.float_weights = dense<[[[[1.0, 0.372, -0.292, 0.0973]]]]> : tensor<1x1x1x4xf32>} : (tensor<1x1x1x4xi8>, tensor<1x1x1x4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  // CHECK: mul dense<true> : tensor<1xui1> shift [7]
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// One scale for two channels becomes two. The second has a largest weight of
// 0.25, so that M / 4 is enough for it, and 2^-9: 127 * 0.707 again. Channels of
// which all weights were too small for a step keep these; and a scale falls by no
// more than its bias may rise, here to an eighth of 2^31.
// CHECK-LABEL: @per_tensor
func.func @per_tensor(%x: tensor<1x1x1x1xi8>) -> tensor<1x1x1x4xi8> {
  // CHECK-DAG: dense<{{\[}}[{{\[}}[90]]], {{\[}}[{{\[}}90]]], {{\[}}[{{\[}}0]]], {{\[}}[{{\[}}23]]]]> : tensor<4x1x1x1xi8>
  // CHECK-DAG: dense<[707, 2828, 5, 226274170]> : tensor<4xi32>
  %w = "tosa.const"() {values = dense<[[[[127]]], [[[32]]], [[[0]]], [[[1]]]]> : tensor<4x1x1x1xi8>} : () -> tensor<4x1x1x1xi8>
  %b = "tosa.const"() {values = dense<[1000, 1000, 7, 10000000]> : tensor<4xi32>} : () -> tensor<4xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.float_weights = dense<[[[[1.0]]], [[[0.25]]], [[[0.00001]]], [[[0.00787]]]]> : tensor<4x1x1x1xf32>} : (tensor<1x1x1x1xi8>, tensor<4x1x1x1xi8>, tensor<4xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x4xi32>
  // CHECK: mul dense<true> : tensor<1xui1> shift [7, 9, 7, 12] axis 3
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x4xi32> -> tensor<1x1x1x4xi8>
  return %1 : tensor<1x1x1x4xi8>
}

// 1.0 is 3 steps of 0.286 to 0.4, and of a third at best: the scale is known as
// far as that.
// CHECK-LABEL: @coarse
func.func @coarse(%x: tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi8> {
  %w = "tosa.const"() {values = dense<3> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.float_weights = dense<1.0> : tensor<1x1x1x1xf32>} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  // CHECK: rescale_error = [2.0{{[0-9]+}}e-01]
  %1 = rescale.requantize %0 mul dense<3> : tensor<1xui2> shift [8] round half_up : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// What the type ends with may stand for more, but need not: -1 is 127.5 steps at
// least, and 90.2 of the new ones.
// CHECK-LABEL: @ends
// CHECK: dense<-90> : tensor<1x1x1x2xi8>
func.func @ends(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi8> {
  %w = "tosa.const"() {values = dense<-128> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.float_weights = dense<-1.0> : tensor<1x1x1x2xf32>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  // CHECK: clipped = [0]
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}
