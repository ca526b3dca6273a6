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

// Upstream rounds -1/4 to 0 and TOSA to -1, where the first row is on both
// sides: so that a negative coordinate is clamped to 0.
// GENERIC-LABEL: func.func @half_pixel_centers
// GENERIC: linalg.generic
// GENERIC: %[[Y:.*]] = linalg.index 1
// GENERIC: %[[SCALED:.*]] = arith.muli %[[Y]], %{{.*}} : index
// GENERIC: %[[MINUS:.*]] = arith.constant -1 : index
// GENERIC: %[[AT:.*]] = arith.addi %[[SCALED]], %[[MINUS]] : index
// GENERIC: %[[CLAMPED:.*]] = arith.maxsi %[[AT]], %{{.*}} : index
// GENERIC: arith.divui %[[CLAMPED]]
// GENERIC-NOT: arith.divsi
func.func @half_pixel_centers(%x: tensor<1x2x2x3xi8>) -> tensor<1x4x4x3xi32> {
  %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<[-1, -1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.resize %x, %scale, %offset, %border {mode = BILINEAR}
     : (tensor<1x2x2x3xi8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x4x4x3xi32>
  return %0 : tensor<1x4x4x3xi32>
}

// GENERIC-LABEL: func.func @half_pixel_centers_nearest
// GENERIC: arith.maxsi
// GENERIC: arith.select
// GENERIC-NOT: arith.divsi
func.func @half_pixel_centers_nearest(%x: tensor<1x2x2x3xi8>) -> tensor<1x4x4x3xi8> {
  %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<[-1, -1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.resize %x, %scale, %offset, %border {mode = NEAREST_NEIGHBOR}
     : (tensor<1x2x2x3xi8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x4x4x3xi8>
  return %0 : tensor<1x4x4x3xi8>
}

// Without a negative offset, upstream's pattern is right, and stays.
// GENERIC-LABEL: func.func @corners
// GENERIC: arith.divsi
func.func @corners(%x: tensor<1x2x2x3xi8>) -> tensor<1x3x3x3xi32> {
  %scale = tosa.const_shape {values = dense<[2, 1, 2, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %zero = tosa.const_shape {values = dense<0> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.resize %x, %scale, %zero, %zero {mode = BILINEAR}
     : (tensor<1x2x2x3xi8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x3x3x3xi32>
  return %0 : tensor<1x3x3x3xi32>
}
