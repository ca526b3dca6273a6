// RUN: rescale-opt %s --rescale-to-linalg=narrow=off | FileCheck %s
// RUN: rescale-opt %s --rescale-to-linalg | FileCheck %s --check-prefix=GONE
// RUN: rescale-opt %s --rescale-to-linalg | FileCheck %s --check-prefix=NARROW
// RUN: rescale-opt %s --rescale-to-linalg=narrow=off | %mlir_opt | FileCheck %s

// Nothing of TOSA, of ours or of what IREE lacks is left. Not even the module's
// attribute; the quantization of arguments is a plain attribute, which stays.
// GONE-NOT: tosa
// GONE-NOT: rescale.{{requantize|apply|rounding}}
// GONE-NOT: mulsi_extended

module attributes {tosa.target_env = #tosa.target_env<
    specification_version = "1.0", level = none, profiles = [pro_int],
    extensions = [doubleround]>} {

// The weights are transposed at compile time, and each chain of requantizations
// around the residual add is one loop.
// The accumulators are so few that narrowing proves one code for all.
// NARROW-LABEL: func.func @residual(
// NARROW:       linalg.yield %c-1_i8 : i8
// CHECK-LABEL: func.func @residual(
// CHECK-SAME:    rescale.scale = 5.000000e-01
// CHECK-DAG:   %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1, 3], [2, 4]]]]> : tensor<1x1x2x2xi8>
// CHECK:       linalg.generic
// CHECK:       linalg.yield
// CHECK:       linalg.conv_2d_nhwc_hwcf_q
// CHECK-SAME:    ins(%{{.*}}, %[[W]],
// CHECK:       linalg.generic
// CHECK-COUNT-4: arith.shrsi
// CHECK-NOT:   linalg.generic
// CHECK:       return
func.func @residual(%x: tensor<1x4x4x2xi8> {rescale.scale = 0.5 : f64})
    -> tensor<1x4x4x2xi8> {
  %w = "tosa.const"() <{values = dense<[[[[1, 2]]], [[[3, 4]]]]>
                        : tensor<2x1x1x2xi8>}> : () -> tensor<2x1x1x2xi8>
  %b = "tosa.const"() <{values = dense<[5, 6]> : tensor<2xi32>}>
    : () -> tensor<2xi32>
  %z8 = "tosa.const"() <{values = dense<-1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %z32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}>
    : () -> tensor<1xi32>
  %m = "tosa.const"() <{values = dense<1242405367> : tensor<1xi32>}>
    : () -> tensor<1xi32>
  %s = "tosa.const"() <{values = dense<35> : tensor<1xi8>}> : () -> tensor<1xi8>
  %acc = tosa.conv2d %x, %w, %b, %z8, %z8
           {acc_type = i32, dilation = array<i64: 1, 1>,
            pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x4x4x2xi8>, tensor<2x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>,
       tensor<1xi8>) -> tensor<1x4x4x2xi32>
  %0 = tosa.rescale %acc, %m, %s, %z32, %z8
         {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = false,
          input_unsigned = false, output_unsigned = false}
    : (tensor<1x4x4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>,
       tensor<1xi8>) -> tensor<1x4x4x2xi8>
  %1 = tosa.rescale %0, %m, %s, %z8, %z32
         {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = false,
          input_unsigned = false, output_unsigned = false}
    : (tensor<1x4x4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>,
       tensor<1xi32>) -> tensor<1x4x4x2xi32>
  %2 = tosa.rescale %x, %m, %s, %z8, %z32
         {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = false,
          input_unsigned = false, output_unsigned = false}
    : (tensor<1x4x4x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>,
       tensor<1xi32>) -> tensor<1x4x4x2xi32>
  %3 = tosa.add %1, %2
    : (tensor<1x4x4x2xi32>, tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32>
  %4 = tosa.rescale %3, %m, %s, %z32, %z8
         {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = false,
          input_unsigned = false, output_unsigned = false}
    : (tensor<1x4x4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>,
       tensor<1xi8>) -> tensor<1x4x4x2xi8>
  return %4 : tensor<1x4x4x2xi8>
}

// A product with a shift is a requantization by another operand.
// CHECK-LABEL: func.func @product(
// CHECK:       linalg.generic
// CHECK:       arith.muli %{{.*}} : i64
// CHECK:       arith.shrsi %{{.*}} : i64
func.func @product(%x: tensor<4xi32>, %y: tensor<4xi32>) -> tensor<4xi32> {
  %s = "tosa.const"() <{values = dense<31> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.mul %x, %y, %s
    : (tensor<4xi32>, tensor<4xi32>, tensor<1xi8>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// Control flow becomes scf.
// CHECK-LABEL: func.func @choice(
// CHECK:       scf.if
func.func @choice(%x: tensor<4xi8>, %c: tensor<i1>) -> tensor<4xi8> {
  %0 = tosa.cond_if %c : tensor<i1> -> tensor<4xi8> {
    tosa.yield %x : tensor<4xi8>
  } else {
    %1 = tosa.reverse %x {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
    tosa.yield %1 : tensor<4xi8>
  }
  return %0 : tensor<4xi8>
}
}
