// RUN: rescale-opt %s --rescale-to-linalg | FileCheck %s

// Weights that the file holds as a resource stay one, and are transposed when
// the network runs: upstream folds dense constants only.
// CHECK-LABEL: func.func @resource
// CHECK-DAG: arith.constant dense_resource<weights> : tensor<2x1x1x2xi8>
// CHECK: linalg.transpose
// CHECK: linalg.conv_2d_nhwc_hwcf
func.func @resource(%x: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi32> {
  %w = "tosa.const"() <{values = dense_resource<weights> : tensor<2x1x1x2xi8>}>
    : () -> tensor<2x1x1x2xi8>
  %b = "tosa.const"() <{values = dense<[5, 6]> : tensor<2xi32>}>
    : () -> tensor<2xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z
         {acc_type = i32, dilation = array<i64: 1, 1>,
          pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x4x4x2xi8>, tensor<2x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// A fully connected layer reshapes its weights first.
// CHECK-LABEL: func.func @reshaped
// CHECK: arith.constant dense<{{\[\[\[\[}}1, 3], [2, 4]]]]> : tensor<1x1x2x2xi8>
// CHECK-NOT: linalg.transpose
// CHECK: return
func.func @reshaped(%x: tensor<1x1x1x2xi8>) -> tensor<1x1x1x2xi32> {
  %w = "tosa.const"() <{values = dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>}>
    : () -> tensor<2x2xi8>
  %shape = tosa.const_shape {values = dense<[2, 1, 1, 2]> : tensor<4xindex>}
    : () -> !tosa.shape<4>
  %r = tosa.reshape %w, %shape
    : (tensor<2x2xi8>, !tosa.shape<4>) -> tensor<2x1x1x2xi8>
  %b = "tosa.const"() <{values = dense<[5, 6]> : tensor<2xi32>}>
    : () -> tensor<2xi32>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %r, %b, %z, %z
         {acc_type = i32, dilation = array<i64: 1, 1>,
          pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x1x1x2xi8>, tensor<2x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x1x1x2xi32>
  return %0 : tensor<1x1x1x2xi32>
}

// CHECK: weights: "0x0100000001020304"
{-#
  dialect_resources: {
    builtin: {
      weights: "0x0100000001020304"
    }
  }
#-}
