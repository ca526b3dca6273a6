// Scales move to few bits, and weights absorb it.

// RUN: rescale-opt %s "-rescale-snap=bits=1 per-channel=false" \
// RUN:   -split-input-file \
// RUN:   | FileCheck %s --check-prefixes=CHECK,ONE
// RUN: rescale-opt %s "-rescale-snap=bits=4 per-channel=false" \
// RUN:   -split-input-file \
// RUN:   | FileCheck %s --check-prefixes=CHECK,FOUR
// RUN: rescale-opt %s "-rescale-snap=bits=1 grid=nearest" -split-input-file \
// RUN:   | FileCheck %s --check-prefix=NEAREST
// RUN: rescale-opt %s "-rescale-snap=bits=4 shift=layer" -split-input-file \
// RUN:   | FileCheck %s --check-prefix=SHARED
// RUN: rescale-opt %s -rescale-snap=bits=1 -split-input-file \
// RUN:   | FileCheck %s --check-prefix=EACH

// M = 0.005524 and 0.008839; 2^-7 and 2^-6, or 12 / 2^11 and 10 / 2^10, which
// with one shift is 19, of five bits, so that the second one has it.
// CHECK-LABEL: @per_channel
// NEAREST-LABEL: @per_channel
// SHARED-LABEL: @per_channel
func.func @per_channel(%x: tensor<1x1x1x3xi8>) -> tensor<1x1x1x2xi8> {
  // ONE-DAG: dense<{{\[}}[{{\[}}[71, -26, 8]]], {{\[}}[{{\[}}72, -72, 1]]]]> : tensor<2x1x1x3xi8>
  // ONE-DAG: dense<[707, -566]> : tensor<2xi32>
  // FOUR-DAG: dense<{{\[}}[{{\[}}[94, -35, 11]]], {{\[}}[{{\[}}115, -115, 1]]]]> : tensor<2x1x1x3xi8>
  %w = "tosa.const"() {values = dense<[[[[100, -37, 12]]], [[[127, -127, 1]]]]> : tensor<2x1x1x3xi8>} : () -> tensor<2x1x1x3xi8>
  %b = "tosa.const"() {values = dense<[1000, -1000]> : tensor<2xi32>} : () -> tensor<2xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x3xi8>, tensor<2x1x1x3xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  // ONE: mul dense<true> : tensor<1xui1> shift [7, 6] axis 3 round half_up zero_point -5 {rescale.snapped = #rescale.snap<bits = 1, multiplicands = [1518500250, 1214800200], shifts = [38, 37], rounding = double, rescale_error = [0.000000e+00]
  // FOUR: mul dense<[12, 10]> : tensor<2xui4> shift [11, 10] axis 3 round half_up
  // NEAREST: mul dense<true> : tensor<1xui1> shift [8, 7] axis 3 {{.*}}clipped = [1, 2]
  // SHARED: mul dense<[6, 10]> : tensor<2xui4> shift [10] axis 3
  %1 = rescale.requantize %0 mul dense<[1518500250, 1214800200]> : tensor<2xsi32> shift [38, 37] axis 3 round double zero_point -5 : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %1 : tensor<1x1x1x2xi8>
}

// -----

// One scale stays one, or becomes one for each channel, of which the smaller has
// room. Two layers share the weights, and get their own.
// CHECK-LABEL: @per_tensor
// EACH-LABEL: @per_tensor
func.func @per_tensor(%x: tensor<1x1x1x1xi8>) -> (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>) {
  // ONE-DAG: dense<{{\[}}[{{\[}}[90]]], {{\[}}[{{\[}}22]]]]> : tensor<2x1x1x1xi8>
  // EACH-DAG: dense<{{\[}}[{{\[}}[90]]], {{\[}}[{{\[}}88]]]]> : tensor<2x1x1x1xi8>
  %w = "tosa.const"() {values = dense<[[[[127]]], [[[31]]]]> : tensor<2x1x1x1xi8>} : () -> tensor<2x1x1x1xi8>
  %b = "tosa.const"() {values = dense<[1000, -1000]> : tensor<2xi32>} : () -> tensor<2xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  // ONE: mul dense<true> : tensor<1xui1> shift [7] round half_up
  // EACH: mul dense<true> : tensor<1xui1> shift [7, 9] axis 3 round half_up
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  // ONE: dense<{{\[}}[{{\[}}[127]]], {{\[}}[{{\[}}31]]]]> : tensor<2x1x1x1xi8>
  %2 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  // CHECK: largest_weight_error = [0.000000e+00], mean_weight_error = [0.000000e+00], code_bound = [0.000000e+00]
  %3 = rescale.requantize %2 mul dense<1> : tensor<1xui2> shift [7] round floor : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %1, %3 : tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>
}

// -----

// Channels lie innermost. The zero point of the weights stays; a channel that is
// 0 has no scale to move.
// CHECK-LABEL: @depthwise
func.func @depthwise(%x: tensor<1x1x2x2xi8>) -> tensor<1x1x1x2xi8> {
  // ONE-DAG: dense<{{\[}}[{{\[}}[75], [-100]], {{\[}}[-22], [100]]]]> : tensor<1x2x2x1xi8>
  // ONE-DAG: dense<[707, 50]> : tensor<2xi32>
  %w = "tosa.const"() {values = dense<[[[[102], [-100]], [[-35], [100]]]]> : tensor<1x2x2x1xi8>} : () -> tensor<1x2x2x1xi8>
  %b = "tosa.const"() {values = dense<[1000, 50]> : tensor<2xi32>} : () -> tensor<2xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zw = "tosa.const"() {values = dense<10> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.depthwise_conv2d %x, %w, %b, %z, %zw {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x2x2xi8>, tensor<1x2x2x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  // ONE: mul dense<[true, false]> : tensor<2xui1> shift [7, 0] axis 3
  %1 = rescale.requantize %0 mul dense<[1518500250, 0]> : tensor<2xsi32> shift [38, 30] axis 3 round double : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %1 : tensor<1x1x1x2xi8>
}

// -----

// CHECK-LABEL: @matmul
func.func @matmul(%x: tensor<1x1x2xi8>) -> tensor<1x1x2xi8> {
  // ONE: dense<{{\[}}[{{\[}}71, -57], [-26, 45]]]> : tensor<1x2x2xi8>
  %w = "tosa.const"() {values = dense<[[[100, -100], [-37, 80]]]> : tensor<1x2x2xi8>} : () -> tensor<1x2x2xi8>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x1x2xi8>, tensor<1x2x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x2xi32>
  // ONE: mul dense<true> : tensor<1xui1> shift [7, 6] axis 2
  %1 = rescale.requantize %0 mul dense<[1518500250, 1214800200]> : tensor<2xsi32> shift [38, 37] axis 2 round double : tensor<1x1x2xi32> -> tensor<1x1x2xi8>
  return %1 : tensor<1x1x2xi8>
}

// -----

// One bias for all channels becomes one for each. What was observed is of other
// accumulators.
// CHECK-LABEL: @bias
func.func @bias(%x: tensor<1x1x1x1xi8>) -> tensor<1x1x1x2xi8> {
  // ONE-DAG: dense<[707, 566]> : tensor<2xi32>
  %w = "tosa.const"() {values = dense<100> : tensor<2x1x1x1xi8>} : () -> tensor<2x1x1x1xi8>
  %b = "tosa.const"() {values = dense<1000> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  // CHECK: tosa.conv2d {{.*}} tensor<2xi32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<2x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  // CHECK-NOT: rescale.observed_range
  %1 = rescale.requantize %0 mul dense<[1518500250, 1214800200]> : tensor<2xsi32> shift [38, 37] axis 3 round double {rescale.observed_range = #rescale.range<observed low[0] high[100]>} : tensor<1x1x1x2xi32> -> tensor<1x1x1x2xi8>
  return %1 : tensor<1x1x1x2xi8>
}
