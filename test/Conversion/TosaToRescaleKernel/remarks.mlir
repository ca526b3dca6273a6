// RUN: rescale-opt %s --pass-pipeline="builtin.module(func.func(convert-tosa-to-rescale-kernel))" --remarks-filter-missed=convert-tosa-to-rescale-kernel -remark-format=emitRemark -split-input-file -verify-diagnostics

func.func @runtime_weights(%x: tensor<1x4x4x1xi8>, %w: tensor<2x1x1x1xi8>) -> tensor<1x4x4x2xi32> {
  %b = "tosa.const"() <{values = dense<7> : tensor<1xi32>}> : () -> tensor<1xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{left to linalg: weights, biases or zero points known at run time only}}
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x1xi8>, tensor<2x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// -----

func.func @floats(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  // expected-remark @below {{left to linalg: not on static shapes of i8 or i16}}
  %0 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}

// -----

func.func @dynamic_result(%x: tensor<1x4x4x1xi8>) -> tensor<1x?x?x1xi8> {
  // expected-remark @below {{left to linalg: not on static shapes of i8 or i16}}
  %0 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x1xi8>) -> tensor<1x?x?x1xi8>
  return %0 : tensor<1x?x?x1xi8>
}

// -----

func.func @unranked_result(%a: tensor<1x2x3xi8>, %b: tensor<1x3x4xi8>) -> tensor<*xi32> {
  %z = "tosa.const"() <{values = dense<1> : tensor<1xi8>}> : () -> tensor<1xi8>
  // expected-remark @below {{left to linalg: not on static shapes of i8 or i16}}
  %0 = tosa.matmul %a, %b, %z, %z : (tensor<1x2x3xi8>, tensor<1x3x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<*xi32>
  return %0 : tensor<*xi32>
}

// -----

// 2^16 elements of -2^15 fit an i32, one more does not.
func.func @large_sum(%x: tensor<1x256x257x1xi16>) -> tensor<1x1x2x1xi16> {
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %0 = tosa.avg_pool2d %x, %z, %z {acc_type = i32, kernel = array<i64: 256, 256>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x256x257x1xi16>, tensor<1xi16>, tensor<1xi16>) -> tensor<1x1x2x1xi16>
  // expected-remark @below {{left to linalg: sums of more than 32 bits}}
  %1 = tosa.avg_pool2d %x, %z, %z {acc_type = i32, kernel = array<i64: 256, 257>, pad = array<i64: 0, 0, 0, 1>, stride = array<i64: 1, 1>} : (tensor<1x256x257x1xi16>, tensor<1xi16>, tensor<1xi16>) -> tensor<1x1x2x1xi16>
  %2 = tosa.maximum %0, %1 : (tensor<1x1x2x1xi16>, tensor<1x1x2x1xi16>) -> tensor<1x1x2x1xi16>
  return %2 : tensor<1x1x2x1xi16>
}
