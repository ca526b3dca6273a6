// The best of five points of the grid, and corrected biases, by the moments of
// the inputs.

// RUN: rescale-opt %s "-rescale-snap=bits=1 grid=best" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,BEST
// RUN: rescale-opt %s "-rescale-snap=bits=1 grid=best correct-bias" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,CORRECT
// RUN: rescale-opt %s -rescale-snap=bits=1 | FileCheck %s --check-prefix=ABOVE
// RUN: rescale-opt %s "-rescale-snap=bits=1 correct-bias" -o /dev/null \
// RUN:   --remarks-filter=rescale-snap 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: rescale-opt %s "-rescale-snap=bits=1 grid=best per-channel=false" \
// RUN:   | FileCheck %s --check-prefix=TENSOR

// M = 0.005524. The first input is hardly ever not 0, so that its weight may clip at 2^-8, where
// the second weight, 7.07, has less of an error than 3.54 has at 2^-7. Its mean
// of 10 times the -0.07 that it is off by is what the bias gets.
// CHECK-LABEL: @best
// ABOVE-LABEL: @best
func.func @best(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi8> {
  // CHECK-DAG: dense<{{\[}}[{{\[}}[127, 7]]]]> : tensor<1x1x1x2xi8>
  // ABOVE: dense<{{\[}}[{{\[}}[71, 4]]]]> : tensor<1x1x1x2xi8>
  %w = "tosa.const"() {values = dense<[[[[100, 5]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  // BEST-DAG: dense<0> : tensor<1xi32>
  // CORRECT-DAG: dense<1> : tensor<1xi32>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  // CHECK: tosa.conv2d
  // CHECK-NOT: rescale.input_m
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.input_mean = dense<[0.0, 10.0]> : tensor<2xf64>, rescale.input_moment = dense<[[0.0001, 0.0], [0.0, 200.0]]> : tensor<2x2xf64>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  // CHECK: shift [8] {{.*}}clipped = [1]
  // ABOVE: shift [7] {{.*}}clipped = [0]
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// Each channel of a depthwise convolution has moments of its own; here the first
// one's are those from above, and the second one's say nothing.
// CHECK-LABEL: @depthwise
func.func @depthwise(%x: tensor<1x1x2x2xi8>) -> tensor<1x1x1x2xi8> {
  %w = "tosa.const"() {values = dense<[[[[100], [100]], [[5], [5]]]]> : tensor<1x2x2x1xi8>} : () -> tensor<1x2x2x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<2xi32>} : () -> tensor<2xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.depthwise_conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.input_mean = dense<[[0.0, 10.0], [0.0, 0.0]]> : tensor<2x2xf64>, rescale.input_moment = dense<[[[0.0001, 0.0], [0.0, 200.0]], [[0.0, 0.0], [0.0, 0.0]]]> : tensor<2x2x2xf64>} : (tensor<1x1x2x2xi8>, tensor<1x2x2x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  // CHECK: shift [8, 7] {{.*}}clipped = [1, 0]
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38, 38] axis 3 round double : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %1 : tensor<1x1x1x2xi8>
}

// One scale of two channels, which are those from above: what the errors of both
// add up to is the least.
// TENSOR-LABEL: @one_scale
// REMARK: [Missed] not-calibrated | {{.*}}Reason="it has no moments of its inputs, by which grid=best and correct-bias go"
func.func @one_scale(%x: tensor<1x1x1x2xi8>) -> (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>) {
  // TENSOR: dense<{{\[}}[{{\[}}[127, 7]]], {{\[}}[{{\[}}127, 7]]]]> : tensor<2x1x1x2xi8>
  %w = "tosa.const"() {values = dense<[[[[100, 5]]], [[[100, 5]]]]> : tensor<2x1x1x2xi8>} : () -> tensor<2x1x1x2xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<2xi32>} : () -> tensor<2xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, rescale.input_mean = dense<[0.0, 10.0]> : tensor<2xf64>, rescale.input_moment = dense<[[0.0001, 0.0], [0.0, 200.0]]> : tensor<2x2xf64>} : (tensor<1x1x1x2xi8>, tensor<2x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  // TENSOR: mul dense<true> : tensor<1xui1> shift [8] {{.*}}clipped = [2]
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  %2 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xi8>, tensor<2x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  %3 = rescale.requantize %2 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %1, %3 : tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>
}
