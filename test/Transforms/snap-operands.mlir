// Codes are scaled so that additions and the like have scales of few bits; the
// weights before and behind them absorb it.

// RUN: rescale-opt %s -rescale-snap=bits=1 -split-input-file \
// RUN:   --remarks-filter=rescale-snap 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: rescale-opt %s "-rescale-snap=bits=1 operands=false" -split-input-file \
// RUN:   | FileCheck %s --check-prefix=OFF

// The operands of the sum have the scales 2^19 * 5 / 2^22 = 0.625 and
// 2^20 * 3 / 2^22 = 0.75 of the result: both become 1, so that their steps are
// multiplied by 1.6 and 1.333, and the scales before them divided. The first
// one's 0.01 is then 0.00625, so 2^-7.
// CHECK-LABEL: @add
// OFF-LABEL: @add
func.func @add(%x: tensor<1x1x1x1xi8>) -> tensor<1x1x1x1xi8> {
  // 100 * 0.00625 * 2^7 = 80, and 64 * 0.0075 * 2^7 = 61.4.
  // CHECK: dense<80> : tensor<1x1x1x1xi8>
  %w1 = "tosa.const"() {values = dense<100> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %w2 = "tosa.const"() {values = dense<64> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w1, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  // The clamp stays at the same real values: 7 + 80 / 1.6.
  // CHECK: mul dense<true> : tensor<1xui1> shift [7] round half_up zero_point 7 clamp [7, 57] {{.*}}result_factor = 1.600000e+00 : f64
  %1 = rescale.requantize %0 mul dense<1374389535> : tensor<1xsi32> shift [37] round double zero_point 7 clamp [7, 87] : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  // CHECK: dense<61> : tensor<1x1x1x1xi8>
  %2 = tosa.conv2d %x, %w2, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %3 = rescale.requantize %2 mul dense<1374389535> : tensor<1xsi32> shift [37] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  // CHECK: %[[A:[^ ]*]] = rescale.requantize %{{.*}} mul dense<true> : tensor<1xui1> shift [0] round floor input_zero_point 7 {rescale.snapped
  // CHECK: %[[B:[^ ]*]] = rescale.requantize %{{.*}} mul dense<true> : tensor<1xui1> shift [0] round floor {rescale.snapped
  // CHECK: %[[SUM:[^ ]*]] = tosa.add %[[A]], %[[B]]
  // CHECK: rescale.requantize %[[SUM]] mul dense<true> : tensor<1xui1> shift [0] {{.*}} zero_point -9
  // OFF: mul dense<1073741824>
  // OFF: mul dense<5>
  %4 = rescale.requantize %1 mul dense<1073741824> : tensor<1xsi32> shift [11] round double input_zero_point 7 : tensor<1x1x1x1xi8> -> tensor<1x1x1x1xi32>
  %5 = rescale.requantize %4 mul dense<5> : tensor<1xui3> shift [0] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi32>
  %6 = rescale.requantize %3 mul dense<3145728> : tensor<1xui22> shift [0] round double : tensor<1x1x1x1xi8> -> tensor<1x1x1x1xi32>
  %7 = tosa.add %5, %6 : (tensor<1x1x1x1xi32>, tensor<1x1x1x1xi32>) -> tensor<1x1x1x1xi32>
  %8 = rescale.requantize %7 mul dense<1> : tensor<1xui1> shift [22] round double zero_point -9 : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %8 : tensor<1x1x1x1xi8>
}

// -----

// 3/4 and 3/16. The step of the argument cannot be changed, so that the result's
// is multiplied by 1.5, which the layer behind the pool absorbs: 2^-1 and 2^-3,
// so that the argument is shifted by two bits more.
// CHECK-LABEL: @chain
func.func @chain(%x: tensor<1x2x2x1xi8>) -> tensor<1x1x1x1xi8> {
  %w = "tosa.const"() {values = dense<100> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %b = "tosa.const"() {values = dense<64> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x1xi32>
  %1 = rescale.requantize %0 mul dense<3> : tensor<1xui2> shift [8] round half_up : tensor<1x2x2x1xi32> -> tensor<1x2x2x1xi8>
  %2 = rescale.requantize %x mul dense<12> : tensor<1xui4> shift [0] round half_up : tensor<1x2x2x1xi8> -> tensor<1x2x2x1xi32>
  %3 = rescale.requantize %1 mul dense<3> : tensor<1xui2> shift [0] round half_up : tensor<1x2x2x1xi8> -> tensor<1x2x2x1xi32>
  // CHECK: %[[A:[^ ]*]] = rescale.requantize %arg0 mul dense<true> : tensor<1xui1> shift [0]
  // CHECK: %[[TWO:[^ ]*]] = {{.*}}dense<2> : tensor<1x1x1x1xi32>
  // CHECK: tosa.logical_left_shift %[[A]], %[[TWO]]
  // CHECK: %[[B:[^ ]*]] = rescale.requantize %{{.*}} mul dense<true> : tensor<1xui1> shift [0]
  // CHECK: rescale.requantize {{.*}} mul dense<true> : tensor<1xui1> shift [3] {{.*}}result_factor = 1.500000e+00
  %4 = tosa.add %2, %3 : (tensor<1x2x2x1xi32>, tensor<1x2x2x1xi32>) -> tensor<1x2x2x1xi32>
  %5 = rescale.requantize %4 mul dense<1> : tensor<1xui1> shift [4] round half_up : tensor<1x2x2x1xi32> -> tensor<1x2x2x1xi8>
  %6 = tosa.avg_pool2d %5, %z, %z {acc_type = i32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x2x2x1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi8>
  %7 = tosa.conv2d %6, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  // 5 / 2^9 times 1.5 is 0.0146, so 2^-6.
  // CHECK: mul dense<true> : tensor<1xui1> shift [6] {{.*}}input_factor = 1.500000e+00
  %8 = rescale.requantize %7 mul dense<5> : tensor<1xui3> shift [9] round half_up : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %8 : tensor<1x1x1x1xi8>
}

// -----

// A concatenation's parts, and a product.
// CHECK-LABEL: @concat_and_product
func.func @concat_and_product(%x: tensor<1x1x1x1xi8>) -> tensor<1x1x1x2xi8> {
  %w = "tosa.const"() {values = dense<100> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %b = "tosa.const"() {values = dense<64> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  // CHECK: result_factor = 1.333333{{.*}} : f64
  %1 = rescale.requantize %0 mul dense<3> : tensor<1xui2> shift [8] round half_up : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  // CHECK: mul dense<true> : tensor<1xui1> shift [0] round floor zero_point 3 {rescale.snapped
  %2 = rescale.requantize %1 mul dense<3> : tensor<1xui2> shift [2] round half_up zero_point 3 : tensor<1x1x1x1xi8> -> tensor<1x1x1x1xi8>
  %3 = rescale.requantize %x mul dense<1> : tensor<1xui1> shift [0] round half_up : tensor<1x1x1x1xi8> -> tensor<1x1x1x1xi32>
  %4 = rescale.requantize %1 mul dense<1> : tensor<1xui1> shift [0] round half_up : tensor<1x1x1x1xi8> -> tensor<1x1x1x1xi32>
  // CHECK: tosa.mul
  %5 = tosa.mul %3, %4, %z : (tensor<1x1x1x1xi32>, tensor<1x1x1x1xi32>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  // CHECK: rescale.requantize {{.*}} mul dense<true> : tensor<1xui1> shift [7]
  %6 = rescale.requantize %5 mul dense<3> : tensor<1xui2> shift [9] round half_up : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  %7 = tosa.concat %2, %6 {axis = 3 : i32} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x1x2xi8>
  return %7 : tensor<1x1x1x2xi8>
}

// -----

// Arguments and results have the steps that they have: nothing can be moved.
// CHECK-LABEL: @fixed
// REMARK: [Missed] not-snapped | Category:rescale-snap | {{.*}}Reason="the steps of its codes are fixed, or its scale is too large"
func.func @fixed(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: mul dense<3>
  %0 = rescale.requantize %x mul dense<3> : tensor<1xui2> shift [2] round half_up : tensor<4xi8> -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
