// Biases go along the last dimension of a convolution. Where a layer has its
// channels along another one, neither file says any.
// RUN: rm -rf %t && split-file %s %t
// RUN: not rescale-compile %t/other.mlir --narrow=off --emit=parameters -o %t/out 2>&1 | FileCheck %t/other.mlir
// RUN: not ls %t/out
// RUN: rescale-compile %t/one.mlir --narrow=off --emit=parameters -o %t/out
// RUN: od -An -v -tx1 %t/out/one.parameters.bin | FileCheck %s --check-prefix=ONE
// RUN: FileCheck %s --input-file=%t/out/one.parameters.json --check-prefix=ONE-JSON
// RUN: rescale-compile %t/unpacked.mlir --narrow=off --emit=parameters -o %t/out
// RUN: FileCheck %s --input-file=%t/out/unpacked.parameters.json --check-prefix=UNPACKED
// RUN: FileCheck %s --input-file=%t/out/unpacked.parameters.json --check-prefix=LAST

// ONE: 03 00 4d 09 03 00 5b 09 03 00 46 09 03 00 47 09
// ONE-NOT: {{.}}
// ONE-JSON-COUNT-4: "bias": 3,
// ONE-JSON-NOT: "bias"

// UNPACKED: "axis": 1,
// UNPACKED-COUNT-2: "bias": null,
// UNPACKED: "axis": 3,
// LAST: "axis": 3,
// LAST: "bias": 3,
// LAST: "bias": 4,

//--- other.mlir
module attributes {rescale.target = #rescale.target<"npu", multiplicand = ui8, rounding = [floor], addend = in_bias, addend_bits = 16, layout = records [bias : 16, multiplicand : 8, shift : 8]>} {
  func.func @main(%x: tensor<1x4x4x1xi8>, %y: tensor<1x2x2x1xi8>, %bias: tensor<2xi32>)
      -> (tensor<1x4x4x2xi8>, tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>, tensor<1x2x4x4xi8>, tensor<1x2x2x2xi8>) {
    %w = "tosa.const"() <{values = dense<[[[[5]]],[[[9]]]]> : tensor<2x1x1x1xi8>}> : () -> tensor<2x1x1x1xi8>
    %b = "tosa.const"() <{values = dense<[3, 4]> : tensor<2xi32>}> : () -> tensor<2xi32>
    %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %c = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x4x4x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
    %d = tosa.conv2d %y, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x2x2x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x2xi32>
    // More rows than biases.
    // CHECK: :[[#@LINE+1]]:10: error: 'rescale.requantize' op requires constant biases along its channels for the field bias of target 'npu', got other ones of tosa.conv2d in layer 'conv2d_0'; requantize its result along the last dimension, or choose a target whose layout has no bias
    %0 = rescale.requantize %c mul dense<[77, 91, 70, 71]> : tensor<4xui8> shift [9] axis 1 round floor : tensor<1x4x4x2xi32> -> tensor<1x4x4x2xi8>
    // As many.
    // CHECK: :[[#@LINE+1]]:10: error: {{.*}} requires constant biases along its channels
    %1 = rescale.requantize %d mul dense<[77, 91]> : tensor<2xui8> shift [9] axis 2 round floor : tensor<1x2x2x2xi32> -> tensor<1x2x2x2xi8>
    // CHECK-NOT: error
    %2 = rescale.requantize %d mul dense<[77, 91]> : tensor<2xui8> shift [9] axis 3 round floor : tensor<1x2x2x2xi32> -> tensor<1x2x2x2xi8>
    %t = tosa.transpose %c {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x4x2xi32>) -> tensor<1x2x4x4xi32>
    // Where they are now is not asked.
    // CHECK: :[[#@LINE+1]]:10: error: {{.*}} requires constant biases along its channels
    %3 = rescale.requantize %t mul dense<[77, 91]> : tensor<2xui8> shift [9] axis 1 round floor : tensor<1x2x4x4xi32> -> tensor<1x2x4x4xi8>
    %e = tosa.conv2d %y, %w, %bias, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x2x2x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x2xi32>
    // Not known before the network runs.
    // CHECK: :[[#@LINE+1]]:10: error: {{.*}} requires constant biases along its channels
    %4 = rescale.requantize %e mul dense<77> : tensor<1xui8> shift [20] round floor : tensor<1x2x2x2xi32> -> tensor<1x2x2x2xi8>
    return %0, %1, %2, %3, %4 : tensor<1x4x4x2xi8>, tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>, tensor<1x2x4x4xi8>, tensor<1x2x2x2xi8>
  }
}

//--- one.mlir
module attributes {rescale.target = #rescale.target<"npu", multiplicand = ui8, rounding = [floor], addend = in_bias, addend_bits = 16, layout = records [bias : 16, multiplicand : 8, shift : 8]>} {
  func.func @main(%x: tensor<1x4x4x1xi8>) -> tensor<1x4x4x2xi8> {
    %w = "tosa.const"() <{values = dense<[[[[5]]],[[[9]]]]> : tensor<2x1x1x1xi8>}> : () -> tensor<2x1x1x1xi8>
    %b = "tosa.const"() <{values = dense<3> : tensor<2xi32>}> : () -> tensor<2xi32>
    %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %c = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x4x4x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
    %0 = rescale.requantize %c mul dense<[77, 91, 70, 71]> : tensor<4xui8> shift [9] axis 1 round floor : tensor<1x4x4x2xi32> -> tensor<1x4x4x2xi8>
    return %0 : tensor<1x4x4x2xi8>
  }
}

//--- unpacked.mlir
func.func @main(%x: tensor<1x2x2x1xi8>) -> (tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>) {
  %w = "tosa.const"() <{values = dense<[[[[5]]],[[[9]]]]> : tensor<2x1x1x1xi8>}> : () -> tensor<2x1x1x1xi8>
  %b = "tosa.const"() <{values = dense<[3, 4]> : tensor<2xi32>}> : () -> tensor<2xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x2x2x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x2xi32>
  %0 = rescale.requantize %c mul dense<[77, 91]> : tensor<2xui8> shift [9] axis 1 round floor : tensor<1x2x2x2xi32> -> tensor<1x2x2x2xi8>
  %1 = rescale.requantize %c mul dense<[77, 91]> : tensor<2xui8> shift [9] axis 3 round floor : tensor<1x2x2x2xi32> -> tensor<1x2x2x2xi8>
  return %0, %1 : tensor<1x2x2x2xi8>, tensor<1x2x2x2xi8>
}
