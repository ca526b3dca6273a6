// RUN: rescale-opt %s --pass-pipeline="builtin.module(func.func(convert-tosa-to-rescale-kernel))" -split-input-file | FileCheck %s

// A zero point of weights becomes part of them, here within 8 bits; a bias of
// one element holds for every channel.
// CHECK-LABEL: func.func @conv2d
// CHECK: %[[INIT:.*]] = tensor.empty() : tensor<1x2x3x2xi32>
// CHECK: %[[RESULT:.*]] = rescale_kernel.conv2d ins(%{{.*}} : tensor<1x4x4x1xi8>) outs(%[[INIT]] : tensor<1x2x3x2xi32>)
// CHECK-SAME{LITERAL}: weights dense<[[[[1]]], [[[-5]]]]> : tensor<2x1x1x1xi8>
// CHECK-SAME: bias dense<7> : tensor<2xi32>
// CHECK-SAME: stride [3, 2] pad [0, 0, 1, 0] dilation [1, 1] input_zero_point -128 epilogue {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: i32):
// CHECK-NEXT: rescale_kernel.yield %[[ACC]] : i32
// CHECK: return %[[RESULT]]
func.func @conv2d(%x: tensor<1x4x4x1xi8>) -> tensor<1x2x3x2xi32> {
  %w = "tosa.const"() <{values = dense<[[[[3]]], [[[-3]]]]> : tensor<2x1x1x1xi8>}> : () -> tensor<2x1x1x1xi8>
  %b = "tosa.const"() <{values = dense<7> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zx = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zw = "tosa.const"() <{values = dense<2> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %zx, %zw {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 1, 0>, stride = array<i64: 3, 2>} : (tensor<1x4x4x1xi8>, tensor<2x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x3x2xi32>
  return %0 : tensor<1x2x3x2xi32>
}

// -----

// Weights that need 9 bits without their zero point take 16. A resource holds
// the bytes of a constant.
// CHECK-LABEL: func.func @other
// CHECK: rescale_kernel.depthwise_conv2d
// CHECK-SAME{LITERAL}: weights dense<[[[[255, 129]]]]> : tensor<1x1x1x2xi16>
// CHECK-SAME{LITERAL}: bias dense<[1, 2]> : tensor<2xi32>
func.func @other(%x: tensor<1x4x4x1xi8>) -> tensor<1x4x4x2xi32> {
  %w = "tosa.const"() <{values = dense_resource<weights> : tensor<1x1x1x2xi8>}> : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() <{values = dense<[1, 2]> : tensor<2xi32>}> : () -> tensor<2xi32>
  %zx = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zw = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.depthwise_conv2d %x, %w, %b, %zx, %zw {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x1xi8>, tensor<1x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x010000007F01"
    }
  }
#-}

// -----

// 48 bits are computed in 64.
// CHECK-LABEL: func.func @wide
// CHECK: rescale_kernel.conv2d
// CHECK-SAME: bias dense<-1> : tensor<1xi64>
// CHECK: ^bb0(%[[ACC:.*]]: i64):
// CHECK-NEXT: %[[SUM:.*]] = arith.trunci %[[ACC]] : i64 to i48
// CHECK-NEXT: rescale_kernel.yield %[[SUM]] : i48
func.func @wide(%x: tensor<1x4x4x1xi16>) -> tensor<1x4x4x1xi48> {
  %w = "tosa.const"() <{values = dense<3> : tensor<1x1x1x1xi8>}> : () -> tensor<1x1x1x1xi8>
  %b = "tosa.const"() <{values = dense<-1> : tensor<1xi48>}> : () -> tensor<1xi48>
  %zx = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %zx, %zw {acc_type = i48, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x1xi16>, tensor<1x1x1x1xi8>, tensor<1xi48>, tensor<1xi16>, tensor<1xi8>) -> tensor<1x4x4x1xi48>
  return %0 : tensor<1x4x4x1xi48>
}

// -----

// CHECK-LABEL: func.func @matmul
// CHECK: rescale_kernel.matmul ins(%{{.*}}, %{{.*}} : tensor<1x2x3xi8>, tensor<1x3x4xi8>)
// CHECK-SAME: lhs_zero_point 1 rhs_zero_point -2
func.func @matmul(%a: tensor<1x2x3xi8>, %b: tensor<1x3x4xi8>) -> tensor<1x2x4xi32> {
  %za = "tosa.const"() <{values = dense<1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zb = "tosa.const"() <{values = dense<-2> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.matmul %a, %b, %za, %zb : (tensor<1x2x3xi8>, tensor<1x3x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x4xi32>
  return %0 : tensor<1x2x4xi32>
}

// -----

// CHECK-LABEL: func.func @pools
// CHECK: rescale_kernel.pool2d max
// CHECK-SAME: kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0] epilogue
// CHECK: rescale_kernel.pool2d average
// CHECK-SAME: kernel [2, 2] stride [1, 1] pad [1, 0, 0, 0] input_zero_point 3 epilogue {
// CHECK: ^bb0(%[[AVERAGE:.*]]: i32):
// CHECK: %[[SUM:.*]] = arith.addi %[[AVERAGE]], %c-5_i32
// CHECK: %[[LOW:.*]] = arith.maxsi %[[SUM]], %c-128_i32
// CHECK: %[[HIGH:.*]] = arith.minsi %[[LOW]], %c127_i32
// CHECK: %[[CODE:.*]] = arith.trunci %[[HIGH]] : i32 to i8
// CHECK: rescale_kernel.yield %[[CODE]]
func.func @pools(%x: tensor<1x4x4x2xi8>) -> tensor<1x2x1x2xi8> {
  %zi = "tosa.const"() <{values = dense<3> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zo = "tosa.const"() <{values = dense<-5> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x2xi8>) -> tensor<1x2x2x2xi8>
  %1 = tosa.avg_pool2d %0, %zi, %zo {acc_type = i32, kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: 1, 0, 0, 0>} : (tensor<1x2x2x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x1x2xi8>
  return %1 : tensor<1x2x1x2xi8>
}

// -----

// CHECK-LABEL: func.func @transpose_conv2d
// CHECK: rescale_kernel.transpose_conv2d ins(%{{.*}} : tensor<1x4x4x1xi8>)
// CHECK-SAME: weights dense<3> : tensor<1x3x3x1xi8> bias dense<7> : tensor<1xi32>
// CHECK-SAME: stride [2, 2] out_pad [0, 0, -1, 0] input_zero_point 1 epilogue
func.func @transpose_conv2d(%x: tensor<1x4x4x1xi8>) -> tensor<1x9x8x1xi32> {
  %w = "tosa.const"() <{values = dense<3> : tensor<1x3x3x1xi8>}> : () -> tensor<1x3x3x1xi8>
  %b = "tosa.const"() <{values = dense<7> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zx = "tosa.const"() <{values = dense<1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zw = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.transpose_conv2d %x, %w, %b, %zx, %zw {acc_type = i32, out_pad = array<i64: 0, 0, -1, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x1xi8>, tensor<1x3x3x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x9x8x1xi32>
  return %0 : tensor<1x9x8x1xi32>
}
