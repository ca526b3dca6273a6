// RUN: rescale-opt %s -verify-roundtrip | FileCheck %s

// CHECK-LABEL: func.func @conv2d
// CHECK: rescale_kernel.conv2d ins(%{{.*}} : tensor<1x4x5x2xi8>) outs(%{{.*}} : tensor<1x2x4x3xi8>)
// CHECK-SAME: weights dense<1> : tensor<3x3x2x2xi8> bias dense<[1, 2, 3]> : tensor<3xi32>
// CHECK-SAME: stride [2, 1] pad [1, 0, 0, 1] dilation [1, 2] input_zero_point -128
// CHECK-SAME: epilogue(%{{.*}}, %{{.*}} : tensor<3xi32>, tensor<1x2x4x3xi8>) maps [#map, #map1] {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: i32, %[[BIAS:.*]]: i32, %{{.*}}: i8):
// CHECK: rescale_kernel.yield %{{.*}} : i8
// CHECK-NEXT: } -> tensor<1x2x4x3xi8>
func.func @conv2d(%x: tensor<1x4x5x2xi8>, %t: tensor<3xi32>, %r: tensor<1x2x4x3xi8>, %init: tensor<1x2x4x3xi8>) -> tensor<1x2x4x3xi8> {
  %0 = rescale_kernel.conv2d ins(%x : tensor<1x4x5x2xi8>) outs(%init : tensor<1x2x4x3xi8>)
    weights dense<1> : tensor<3x3x2x2xi8> bias dense<[1, 2, 3]> : tensor<3xi32>
    stride [2, 1] pad [1, 0, 0, 1] dilation [1, 2] input_zero_point -128
    epilogue(%t, %r : tensor<3xi32>, tensor<1x2x4x3xi8>)
    maps [affine_map<(n, y, x, c) -> (c)>, affine_map<(n, y, x, c) -> (0, y, x, c)>] {
    ^bb0(%acc: i32, %b: i32, %residual: i8):
      %1 = arith.addi %acc, %b : i32
      %2 = arith.trunci %1 : i32 to i8
      %3 = arith.addi %2, %residual : i8
      rescale_kernel.yield %3 : i8
    } -> tensor<1x2x4x3xi8>
  return %0 : tensor<1x2x4x3xi8>
}

// CHECK-LABEL: func.func @on_buffers
// CHECK: rescale_kernel.depthwise_conv2d
// CHECK-NOT: ->
func.func @on_buffers(%x: memref<1x4x4x2xi16>, %init: memref<1x2x2x4xi64>) {
  rescale_kernel.depthwise_conv2d ins(%x : memref<1x4x4x2xi16>) outs(%init : memref<1x2x2x4xi64>)
    weights dense<1> : tensor<3x3x2x2xi8> bias dense<0> : tensor<4xi64>
    stride [1, 1] pad [0, 0, 0, 0] dilation [1, 1]
    epilogue {
    ^bb0(%acc: i64):
      rescale_kernel.yield %acc : i64
    }
  return
}

// CHECK-LABEL: func.func @matmul
// CHECK: rescale_kernel.matmul ins(%{{.*}}, %{{.*}} : tensor<2x2x3xi8>, tensor<2x3x4xi16>) outs(%{{.*}} : tensor<2x2x4xi48>)
// CHECK-SAME: lhs_zero_point 3 rhs_zero_point -1 epilogue {
func.func @matmul(%a: tensor<2x2x3xi8>, %b: tensor<2x3x4xi16>, %init: tensor<2x2x4xi48>) -> tensor<2x2x4xi48> {
  %0 = rescale_kernel.matmul ins(%a, %b : tensor<2x2x3xi8>, tensor<2x3x4xi16>) outs(%init : tensor<2x2x4xi48>)
    lhs_zero_point 3 rhs_zero_point -1
    epilogue {
    ^bb0(%acc: i64):
      %1 = arith.trunci %acc : i64 to i48
      rescale_kernel.yield %1 : i48
    } -> tensor<2x2x4xi48>
  return %0 : tensor<2x2x4xi48>
}

// CHECK-LABEL: func.func @pools
// CHECK: rescale_kernel.pool2d max ins
// CHECK: rescale_kernel.pool2d average ins
// CHECK-SAME: kernel [2, 3] stride [2, 2] pad [0, 0, 1, 1] input_zero_point 7
func.func @pools(%x: tensor<1x4x4x2xi8>, %m: tensor<1x2x2x2xi8>, %a: tensor<1x2x2x2xi32>) -> (tensor<1x2x2x2xi8>, tensor<1x2x2x2xi32>) {
  %0 = rescale_kernel.pool2d max ins(%x : tensor<1x4x4x2xi8>) outs(%m : tensor<1x2x2x2xi8>)
    kernel [2, 2] stride [2, 2] pad [0, 0, 0, 0]
    epilogue {
    ^bb0(%acc: i8):
      rescale_kernel.yield %acc : i8
    } -> tensor<1x2x2x2xi8>
  %1 = rescale_kernel.pool2d average ins(%x : tensor<1x4x4x2xi8>) outs(%a : tensor<1x2x2x2xi32>)
    kernel [2, 3] stride [2, 2] pad [0, 0, 1, 1] input_zero_point 7
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x2x2x2xi32>
  return %0, %1 : tensor<1x2x2x2xi8>, tensor<1x2x2x2xi32>
}

// CHECK-LABEL: func.func @transpose_conv2d
// CHECK: rescale_kernel.transpose_conv2d ins(%{{.*}} : tensor<1x4x4x1xi8>) outs(%{{.*}} : tensor<1x8x10x2xi32>)
// CHECK-SAME: weights dense<1> : tensor<2x3x3x1xi8> bias dense<0> : tensor<2xi32> stride [2, 2] out_pad [-1, 0, 0, 1] epilogue {
func.func @transpose_conv2d(%x: tensor<1x4x4x1xi8>, %init: tensor<1x8x10x2xi32>) -> tensor<1x8x10x2xi32> {
  %0 = rescale_kernel.transpose_conv2d ins(%x : tensor<1x4x4x1xi8>) outs(%init : tensor<1x8x10x2xi32>)
    weights dense<1> : tensor<2x3x3x1xi8> bias dense<0> : tensor<2xi32>
    stride [2, 2] out_pad [-1, 0, 0, 1]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x8x10x2xi32>
  return %0 : tensor<1x8x10x2xi32>
}
