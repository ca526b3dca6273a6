// RUN: rescale-opt %s --pass-pipeline="builtin.module(func.func(rescale-decompose-transpose-conv))" -split-input-file | FileCheck %s

// Four phases of a stride of two; rows and columns of weights are reversed. The
// residual of each is the part that belongs to it.
// CHECK-LABEL: func.func @phases
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x2x1xi8>, %[[R:[^:]*]]: tensor<1x5x5x1xi32>, %[[INIT:[^:]*]]: tensor<1x5x5x1xi32>
// CHECK: %[[R0:.*]] = tensor.extract_slice %[[R]][0, 0, 0, 0] [1, 3, 3, 1] [1, 2, 2, 1]
// CHECK: %[[P0:.*]] = rescale_kernel.conv2d ins(%[[X]] : tensor<1x2x2x1xi8>) outs(%{{[0-9]+}} : tensor<1x3x3x1xi32>)
// CHECK-SAME{LITERAL}: weights dense<[[[[9], [7]], [[3], [1]]]]> : tensor<1x2x2x1xi8> bias dense<7>
// CHECK-SAME: pad [1, 1, 1, 1]
// CHECK-SAME: input_zero_point 5 epilogue(%[[R0]] : tensor<1x3x3x1xi32>)
// CHECK: arith.addi
// CHECK: %[[I0:.*]] = tensor.insert_slice %[[P0]] into %[[INIT]][0, 0, 0, 0] [1, 3, 3, 1] [1, 2, 2, 1]
// CHECK: tensor.extract_slice %[[R]][0, 0, 1, 0] [1, 3, 2, 1] [1, 2, 2, 1]
// CHECK: rescale_kernel.conv2d
// CHECK-SAME{LITERAL}: weights dense<[[[[8]], [[2]]]]> : tensor<1x2x1x1xi8>
// CHECK-SAME: pad [1, 1, 0, 0]
// CHECK: %[[I1:.*]] = tensor.insert_slice %{{.*}} into %[[I0]][0, 0, 1, 0] [1, 3, 2, 1] [1, 2, 2, 1]
// CHECK: rescale_kernel.conv2d
// CHECK-SAME{LITERAL}: weights dense<[[[[6], [4]]]]> : tensor<1x1x2x1xi8>
// CHECK-SAME: pad [0, 0, 1, 1]
// CHECK: %[[I2:.*]] = tensor.insert_slice %{{.*}} into %[[I1]][0, 1, 0, 0] [1, 2, 3, 1] [1, 2, 2, 1]
// CHECK: rescale_kernel.conv2d
// CHECK-SAME: weights dense<5> : tensor<1x1x1x1xi8>
// CHECK: %[[I3:.*]] = tensor.insert_slice %{{.*}} into %[[I2]][0, 1, 1, 0] [1, 2, 2, 1] [1, 2, 2, 1]
// CHECK: return %[[I3]]
func.func @phases(%x: tensor<1x2x2x1xi8>, %r: tensor<1x5x5x1xi32>, %init: tensor<1x5x5x1xi32>) -> tensor<1x5x5x1xi32> {
  %0 = rescale_kernel.transpose_conv2d ins(%x : tensor<1x2x2x1xi8>) outs(%init : tensor<1x5x5x1xi32>)
    weights dense<[[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]]> : tensor<1x3x3x1xi8> bias dense<7> : tensor<1xi32>
    stride [2, 2] out_pad [0, 0, 0, 0] input_zero_point 5
    epilogue(%r : tensor<1x5x5x1xi32>) maps [affine_map<(n, y, x, c) -> (n, y, x, c)>] {
    ^bb0(%acc: i32, %residual: i32):
      %1 = arith.addi %acc, %residual : i32
      rescale_kernel.yield %1 : i32
    } -> tensor<1x5x5x1xi32>
  return %0 : tensor<1x5x5x1xi32>
}

// -----

// Rows of the result that meet no weight have one of zero. A table by channel
// is the same for all.
// CHECK-LABEL: func.func @gaps
// CHECK: rescale_kernel.conv2d
// CHECK-SAME: weights dense<3> : tensor<1x1x1x1xi8>
// CHECK-SAME: epilogue(%[[T:.*]] : tensor<1xi32>)
// CHECK: rescale_kernel.conv2d
// CHECK-SAME: weights dense<0> : tensor<1x1x1x1xi8>
// CHECK-SAME: epilogue(%[[T]] : tensor<1xi32>)
// CHECK: rescale_kernel.conv2d
// CHECK-SAME: weights dense<0> : tensor<1x1x1x1xi8>
// CHECK-NOT: rescale_kernel.conv2d
func.func @gaps(%x: tensor<1x2x1x1xi8>, %t: tensor<1xi32>, %init: tensor<1x4x1x1xi32>) -> tensor<1x4x1x1xi32> {
  %0 = rescale_kernel.transpose_conv2d ins(%x : tensor<1x2x1x1xi8>) outs(%init : tensor<1x4x1x1xi32>)
    weights dense<3> : tensor<1x1x1x1xi8> bias dense<7> : tensor<1xi32>
    stride [3, 1] out_pad [0, 0, 0, 0]
    epilogue(%t : tensor<1xi32>) maps [affine_map<(n, y, x, c) -> (c)>] {
    ^bb0(%acc: i32, %b: i32):
      %1 = arith.addi %acc, %b : i32
      rescale_kernel.yield %1 : i32
    } -> tensor<1x4x1x1xi32>
  return %0 : tensor<1x4x1x1xi32>
}

// -----

// With rows left out at the top, a window starts within the input: a tap of
// zero leads there, and the last row of windows is left out.
// CHECK-LABEL: func.func @cropped
// CHECK: rescale_kernel.conv2d
// CHECK-SAME{LITERAL}: weights dense<[[[[0]], [[3]]]]> : tensor<1x2x1x1xi8>
// CHECK-SAME: pad [0, 0, 0, 0]
// CHECK: -> tensor<1x2x1x1xi32>
func.func @cropped(%x: tensor<1x3x1x1xi8>, %init: tensor<1x2x1x1xi32>) -> tensor<1x2x1x1xi32> {
  %0 = rescale_kernel.transpose_conv2d ins(%x : tensor<1x3x1x1xi8>) outs(%init : tensor<1x2x1x1xi32>)
    weights dense<3> : tensor<1x1x1x1xi8> bias dense<7> : tensor<1xi32>
    stride [1, 1] out_pad [-1, 0, 0, 0]
    epilogue {
    ^bb0(%acc: i32):
      rescale_kernel.yield %acc : i32
    } -> tensor<1x2x1x1xi32>
  return %0 : tensor<1x2x1x1xi32>
}
