// RUN: rescale-opt %s --convert-tosa-to-rescale | FileCheck %s

// The data of a resource begins with its alignment, 4 bytes.
// CHECK-LABEL: func.func @resource32(
func.func @resource32(%x: tensor<2xi32>) -> tensor<2xi8> {
  %m = "tosa.const"() <{values = dense_resource<multiplier32> : tensor<2xi32>}> : () -> tensor<2xi32>
  %s = "tosa.const"() <{values = dense_resource<shift> : tensor<2xi8>}> : () -> tensor<2xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // CHECK: mul dense<[1076903937, 2130706433]> : tensor<2xsi32> shift [30, 41] axis 0
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// CHECK-LABEL: func.func @resource16(
func.func @resource16(%x: tensor<2xi48>) -> tensor<2xi8> {
  %m = arith.constant dense_resource<multiplier16> : tensor<2xi16>
  %s = arith.constant dense_resource<shift> : tensor<2xi8>
  %zi = "tosa.const"() <{values = dense<0> : tensor<1xi48>}> : () -> tensor<1xi48>
  %zo = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  // CHECK: mul dense<[16385, 32766]> : tensor<2xsi16> shift [30, 41] axis 0
  %y = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = false, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<2xi48>, tensor<2xi16>, tensor<2xi8>, tensor<1xi48>, tensor<1xi8>) -> tensor<2xi8>
  return %y : tensor<2xi8>
}

// A zero point is read as its tensor is: the same bits are -56 and 200.
// CHECK-LABEL: func.func @zero_points(
func.func @zero_points(%x: tensor<2xi8>, %w: tensor<2xi16>) -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi16>, tensor<2xi8>) {
  %m = arith.constant dense<77> : tensor<1xi32>
  %s = arith.constant dense<9> : tensor<1xi8>
  %z = arith.constant dense<200> : tensor<1xi8>
  %z16 = arith.constant dense<32768> : tensor<1xi16>
  // CHECK: round half_up input_zero_point -56 zero_point 200 unsigned_result :
  %0 = tosa.rescale %x, %m, %s, %z, %z {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = true} : (tensor<2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2xi8>
  // CHECK: round half_up input_zero_point 200 zero_point -56 unsigned_input :
  %1 = tosa.rescale %x, %m, %s, %z, %z {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = true, output_unsigned = false} : (tensor<2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2xi8>
  // CHECK: round half_up input_zero_point -56 zero_point 32768 unsigned_result :
  %2 = tosa.rescale %x, %m, %s, %z, %z16 {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = true} : (tensor<2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi16>) -> tensor<2xi16>
  // CHECK: round half_up input_zero_point 32768 zero_point -56 unsigned_input :
  %3 = tosa.rescale %w, %m, %s, %z16, %z {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = true, output_unsigned = false} : (tensor<2xi16>, tensor<1xi32>, tensor<1xi8>, tensor<1xi16>, tensor<1xi8>) -> tensor<2xi8>
  return %0, %1, %2, %3 : tensor<2xi8>, tensor<2xi8>, tensor<2xi16>, tensor<2xi8>
}

// CHECK-LABEL: func.func @ranks(
func.func @ranks(%x: tensor<i32>, %v: tensor<1xi32>) -> (tensor<i8>, tensor<1xi8>) {
  %m = arith.constant dense<77> : tensor<1xi32>
  %s = arith.constant dense<9> : tensor<1xi8>
  %zi = arith.constant dense<0> : tensor<1xi32>
  %zo = arith.constant dense<0> : tensor<1xi8>
  // CHECK: shift [9] round half_up : tensor<i32> -> tensor<i8>
  %0 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false} : (tensor<i32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<i8>
  // One channel still has an axis.
  // CHECK: shift [9] axis 0 round half_up : tensor<1xi32> -> tensor<1xi8>
  %1 = tosa.rescale %v, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<1xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1xi8>
  return %0, %1 : tensor<i8>, tensor<1xi8>
}

// A batch may be dynamic, on one side or both.
// CHECK-LABEL: func.func @dynamic_batch(
func.func @dynamic_batch(%x: tensor<?x2xi32>) -> (tensor<?x2xi8>, tensor<4x2xi8>) {
  %m = arith.constant dense<[77, 91]> : tensor<2xi32>
  %s = arith.constant dense<[9, 10]> : tensor<2xi8>
  %zi = arith.constant dense<0> : tensor<1xi32>
  %zo = arith.constant dense<0> : tensor<1xi8>
  // CHECK: rescale.requantize {{.*}} : tensor<?x2xi32> -> tensor<?x2xi8>
  %0 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<?x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<?x2xi8>
  // CHECK: rescale.requantize {{.*}} : tensor<?x2xi32> -> tensor<4x2xi8>
  %1 = tosa.rescale %x, %m, %s, %zi, %zo {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false} : (tensor<?x2xi32>, tensor<2xi32>, tensor<2xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<4x2xi8>
  return %0, %1 : tensor<?x2xi8>, tensor<4x2xi8>
}

{-#
  dialect_resources: {
    builtin: {
      multiplier32: "0x04000000014030400100007F",
      multiplier16: "0x020000000140FE7F",
      shift: "0x010000001E29"
    }
  }
#-}
