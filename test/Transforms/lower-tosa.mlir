// RUN: rescale-opt %s -pass-pipeline="builtin.module(func.func(rescale-lower-tosa{named},rescale-lower-tosa))" | FileCheck %s
// RUN: rescale-opt %s -pass-pipeline="builtin.module(func.func(rescale-lower-tosa))" | FileCheck %s --check-prefix=GENERIC

// CHECK-LABEL: func.func @convolution
// CHECK: linalg.transpose
// CHECK-SAME: permutation = [1, 2, 3, 0]
// CHECK: linalg.conv_2d_nhwc_hwcf_q
// CHECK-NOT: tosa.clamp
// CHECK: linalg.generic
// GENERIC-LABEL: func.func @convolution
// GENERIC: tosa.conv2d
// GENERIC: linalg.generic
func.func @convolution(%x: tensor<1x4x4x2xi8>, %w: tensor<8x1x1x2xi8>,
                       %b: tensor<8xi32>) -> tensor<1x4x4x8xi32> {
  %z = "tosa.const"() <{values = dense<-128> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.conv2d %x, %w, %b, %z, %z
         {acc_type = i32, dilation = array<i64: 1, 1>,
          pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
     : (tensor<1x4x4x2xi8>, tensor<8x1x1x2xi8>, tensor<8xi32>, tensor<1xi8>,
        tensor<1xi8>) -> tensor<1x4x4x8xi32>
  %1 = tosa.clamp %0 {min_val = 0 : i32, max_val = 9 : i32}
     : (tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi32>
  return %1 : tensor<1x4x4x8xi32>
}

// What has no lowering stays, for rescale-verify-lowered to report.
// CHECK-LABEL: func.func @stays
// CHECK: tosa.custom
// GENERIC-LABEL: func.func @stays
// GENERIC: tosa.custom
func.func @stays(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.custom %x {domain_name = "d", implementation_attrs = "",
                       operator_name = "o"} : (tensor<4xi8>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
