// What is left as it is, and why.

// RUN: rescale-opt %s "-rescale-snap=bits=4 last-layer=keep" -o %t.mlir \
// RUN:   --remarks-filter=rescale-snap 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=LEFT --input-file=%t.mlir

// LEFT-NOT: rescale.snapped

// CHECK: remark: [Missed] not-snapped | Category:rescale-snap | {{.*}}Reason="its accumulators have other users"
func.func @users(%x: tensor<1x1x1x2xi8>) -> (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi32>) {
  %w = "tosa.const"() {values = dense<[[[[100, 3]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1, %0 : tensor<1x1x1x1xi8>, tensor<1x1x1x1xi32>
}

// CHECK: not-snapped | {{.*}}Reason="its weights are not constant"
func.func @weights(%x: tensor<1x1x1x2xi8>, %w: tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi8> {
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// CHECK: not-snapped | {{.*}}Reason="its biases are not constant"
func.func @biases(%x: tensor<1x1x1x2xi8>, %b: tensor<1xi32>) -> tensor<1x1x1x1xi8> {
  %w = "tosa.const"() {values = dense<[[[[100, 3]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// CHECK: not-snapped | {{.*}}Reason="its zero points are not constant"
func.func @zero_point(%x: tensor<1x1x1x2xi8>, %z: tensor<1xi8>) -> tensor<1x1x1x1xi8> {
  %w = "tosa.const"() {values = dense<[[[[100, 3]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}

// CHECK: not-snapped | {{.*}}Reason="its shapes are not static, or its types no integers"
func.func @shapes(%x: tensor<1x1x2xi8>, %w: tensor<1x2x?xi8>) -> tensor<1x1x?xi8> {
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x1x2xi8>, tensor<1x2x?xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x?xi32>
  %1 = rescale.requantize %0 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x?xi32> -> tensor<1x1x?xi8>
  return %1 : tensor<1x1x?xi8>
}

// CHECK: not-snapped | {{.*}}Reason="its addends are in units of its scale"
func.func @addend(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi8> {
  %1 = func.call @layer(%x) : (tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi8>
  %w = "tosa.const"() {values = dense<[[[[100, 3]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %2 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %3 = rescale.requantize %2 mul dense<1518500250> : tensor<1xsi32> shift [38] round addend addends [77] : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  %4 = tosa.concat %3, %3 {axis = 3 : i32} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x1x2xi8>
  %5 = tosa.conv2d %4, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  // CHECK: not-snapped | {{.*}}Reason="it is a last layer, which is to be kept"
  %6 = rescale.requantize %5 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  return %6 : tensor<1x1x1x1xi8>
}

func.func private @layer(tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi8>

// CHECK: not-snapped | {{.*}}Reason="its scales are not those of the channels of the weights"
func.func @axis(%x: tensor<1x1x2x2xi8>) -> tensor<1x1x2x1xi8> {
  %w = "tosa.const"() {values = dense<[[[[100, 3]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x2x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x2x1xi32>
  %1 = rescale.requantize %0 mul dense<[77, 91]> : tensor<2xui7> shift [12, 13] axis 2 round half_up : tensor<1x1x2x1xi32> -> tensor<1x1x2x1xi8>
  %2 = tosa.concat %1, %1 {axis = 3 : i32} : (tensor<1x1x2x1xi8>, tensor<1x1x2x1xi8>) -> tensor<1x1x2x2xi8>
  %3 = tosa.conv2d %2, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x2x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x2x1xi32>
  // CHECK: not-snapped | {{.*}}Reason="a scale is above 7.50, half the largest of so many bits"
  %4 = rescale.requantize %3 mul dense<31> : tensor<1xui5> shift [2] round half_up : tensor<1x1x2x1xi32> -> tensor<1x1x2x1xi8>
  %5 = tosa.concat %4, %4 {axis = 3 : i32} : (tensor<1x1x2x1xi8>, tensor<1x1x2x1xi8>) -> tensor<1x1x2x2xi8>
  %6 = tosa.conv2d %5, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x2x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x2x1xi32>
  // CHECK: not-snapped | {{.*}}Reason="it was snapped or narrowed before; start from the model"
  %7 = rescale.requantize %6 mul dense<31> : tensor<1xui5> shift [12] round half_up {rescale.certificate = #rescale.certificate<range = <proved low[-20000] high[20000]>, multiplicands = [31], shifts = [12], rounding = half_up, input_zero_point = 0, zero_point = 0, clamp = [-128, 127], largest_difference = [0], differing = [0], digest = 0>} : tensor<1x1x2x1xi32> -> tensor<1x1x2x1xi8>
  %8 = tosa.concat %7, %7 {axis = 3 : i32} : (tensor<1x1x2x1xi8>, tensor<1x1x2x1xi8>) -> tensor<1x1x2x2xi8>
  %9 = tosa.conv2d %8, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x2x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x2x1xi32>
  %10 = rescale.requantize %9 mul dense<31> : tensor<1xui5> shift [12] round half_up : tensor<1x1x2x1xi32> -> tensor<1x1x2x1xi8>
  return %10 : tensor<1x1x2x1xi8>
}

// CHECK: not-snapped | {{.*}}Reason="its accumulators have a zero point, or no sign"
func.func @accumulators(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x1xi32> {
  %w = "tosa.const"() {values = dense<[[[[100, 3]]]]> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  %1 = rescale.requantize %0 mul dense<5> : tensor<1xui3> shift [10] round half_up input_zero_point 8000 : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  %2 = tosa.concat %1, %1 {axis = 3 : i32} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x1x2xi8>
  %3 = tosa.conv2d %2, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  // CHECK: not-snapped | {{.*}}Reason="its accumulators have a zero point, or no sign"
  %4 = rescale.requantize %3 mul dense<5> : tensor<1xui3> shift [10] round half_up {unsigned_input} : tensor<1x1x1x1xi32> -> tensor<1x1x1x1xi8>
  %5 = tosa.concat %4, %4 {axis = 3 : i32} : (tensor<1x1x1x1xi8>, tensor<1x1x1x1xi8>) -> tensor<1x1x1x2xi8>
  %6 = tosa.conv2d %5, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x1x1x2xi8>, tensor<1x1x1x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x1xi32>
  return %6 : tensor<1x1x1x1xi32>
}

// The shape changes between the product and what requantizes it.
// CHECK: not-snapped | {{.*}}Reason="nothing around it takes its scale"
func.func @reshaped(%x: tensor<1x1x2xi8>) -> tensor<1x2xi8> {
  %w = "tosa.const"() {values = dense<[[[100, -100], [-37, 80]]]> : tensor<1x2x2xi8>} : () -> tensor<1x2x2xi8>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %s = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.matmul %x, %w, %z, %z : (tensor<1x1x2xi8>, tensor<1x2x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x2xi32>
  %1 = tosa.reshape %0, %s : (tensor<1x1x2xi32>, !tosa.shape<2>) -> tensor<1x2xi32>
  %2 = rescale.requantize %1 mul dense<1518500250> : tensor<1xsi32> shift [38] round double : tensor<1x2xi32> -> tensor<1x2xi8>
  return %2 : tensor<1x2xi8>
}
