// RUN: rescale-opt %s -rescale-order-loops -split-input-file | FileCheck %s

// CHECK-DAG: #[[$A:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[$B:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[$C:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-LABEL: func.func @matmul
// CHECK: linalg.generic
// CHECK-SAME: indexing_maps = [#[[$A]], #[[$B]], #[[$C]]]
// CHECK-SAME: iterator_types = ["parallel", "reduction", "parallel"]
func.func @matmul(%a: tensor<2x3xi32>, %b: tensor<3x4xi32>,
                  %c: tensor<2x4xi32>) -> tensor<2x4xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<2x3xi32>, tensor<3x4xi32>)
                     outs(%c : tensor<2x4xi32>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

// The output channel becomes the innermost loop: (n, h, w, kh, kw, c, f).
// CHECK-DAG: #[[$X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 2 + d3, d2 * 2 + d4, d5)>
// CHECK-DAG: #[[$W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d4, d5, d6)>
// CHECK-DAG: #[[$Y:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d6)>
// CHECK-LABEL: func.func @convolution
// CHECK: linalg.generic
// CHECK-SAME: indexing_maps = [#[[$X]], #[[$W]], #{{[^,]*}}, #{{[^,]*}}, #[[$Y]]]
func.func @convolution(%x: tensor<1x5x5x3xi8>, %w: tensor<3x3x3x16xi8>,
                       %zx: i32, %zw: i32, %y: tensor<1x2x2x16xi32>)
    -> tensor<1x2x2x16xi32> {
  %0 = linalg.conv_2d_nhwc_hwcf_q {strides = dense<2> : tensor<2xi64>}
         ins(%x, %w, %zx, %zw
             : tensor<1x5x5x3xi8>, tensor<3x3x3x16xi8>, i32, i32)
         outs(%y : tensor<1x2x2x16xi32>) -> tensor<1x2x2x16xi32>
  return %0 : tensor<1x2x2x16xi32>
}

// -----

// The channel, of a depthwise convolution.
// CHECK-DAG: #[[$W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d3, d4, d5)>
// CHECK-LABEL: func.func @depthwise
// CHECK: linalg.generic
// CHECK-SAME: indexing_maps = [#{{[^,]*}}, #[[$W]], #{{[^,]*}}]
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "parallel"]
func.func @depthwise(%x: tensor<1x4x4x8xi32>, %w: tensor<3x3x8xi32>,
                     %y: tensor<1x2x2x8xi32>) -> tensor<1x2x2x8xi32> {
  %0 = linalg.depthwise_conv_2d_nhwc_hwc
         ins(%x, %w : tensor<1x4x4x8xi32>, tensor<3x3x8xi32>)
         outs(%y : tensor<1x2x2x8xi32>) -> tensor<1x2x2x8xi32>
  return %0 : tensor<1x2x2x8xi32>
}

// -----

// A reduction that is contiguous already stays the op that it is, and so does
// one with a single loop, and an op that reduces nothing.
// CHECK-LABEL: func.func @unchanged
// CHECK: linalg.matmul indexing_maps
// CHECK: linalg.reduce
// CHECK: linalg.transpose
#ab = affine_map<(m, n, k) -> (m, k)>
#bt = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @unchanged(%a: tensor<2x3xi32>, %b: tensor<4x3xi32>,
                     %c: tensor<2x4xi32>, %v: tensor<3xi32>, %s: tensor<i32>,
                     %t: tensor<3x2xi32>)
    -> (tensor<2x4xi32>, tensor<i32>, tensor<3x2xi32>) {
  %0 = linalg.matmul indexing_maps = [#ab, #bt, #mn]
         ins(%a, %b : tensor<2x3xi32>, tensor<4x3xi32>)
         outs(%c : tensor<2x4xi32>) -> tensor<2x4xi32>
  %1 = linalg.reduce { arith.addi } ins(%v : tensor<3xi32>)
         outs(%s : tensor<i32>) dimensions = [0]
  %2 = linalg.transpose ins(%a : tensor<2x3xi32>) outs(%t : tensor<3x2xi32>)
         permutation = [1, 0]
  return %0, %1, %2 : tensor<2x4xi32>, tensor<i32>, tensor<3x2xi32>
}
