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

// -----

// One reduction never passes another: the sum of floats would change. Past
// parallel loops it moves.
// CHECK-DAG: #[[$SAME:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-DAG: #[[$MOVED:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func.func @sums
// CHECK: linalg.generic {indexing_maps = [#[[$SAME]],
// CHECK: linalg.generic {indexing_maps = [#[[$MOVED]],
// CHECK-SAME: iterator_types = ["parallel", "reduction"]
#transposed = affine_map<(d0, d1) -> (d1, d0)>
#none = affine_map<(d0, d1) -> ()>
#row = affine_map<(d0, d1) -> (d1)>
func.func @sums(%x: tensor<3x4xf32>, %s: tensor<f32>, %r: tensor<3xf32>)
    -> (tensor<f32>, tensor<3xf32>) {
  %0 = linalg.generic {indexing_maps = [#transposed, #none],
                       iterator_types = ["reduction", "reduction"]}
      ins(%x : tensor<3x4xf32>) outs(%s : tensor<f32>) {
  ^bb0(%a: f32, %b: f32):
    %1 = arith.addf %a, %b : f32
    linalg.yield %1 : f32
  } -> tensor<f32>
  %2 = linalg.generic {indexing_maps = [#transposed, #row],
                       iterator_types = ["reduction", "parallel"]}
      ins(%x : tensor<3x4xf32>) outs(%r : tensor<3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %3 = arith.addf %a, %b : f32
    linalg.yield %3 : f32
  } -> tensor<3xf32>
  return %0, %2 : tensor<f32>, tensor<3xf32>
}
