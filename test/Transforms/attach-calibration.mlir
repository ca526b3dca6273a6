// RUN: split-file %s %t
// RUN: rescale-opt %t/model.mlir -rescale-attach-calibration=file=%t/measured.mlir | FileCheck %s
// RUN: rescale-opt %t/model.mlir -rescale-attach-calibration=file=%t/measured.mlir -emit-bytecode | rescale-opt - | FileCheck %s
// RUN: not rescale-opt %t/model.mlir -rescale-attach-calibration=file=%t/beyond.mlir 2>&1 | FileCheck %s --check-prefix=BEYOND
// RUN: not rescale-opt %t/model.mlir -rescale-attach-calibration=file=%t/other.mlir 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not rescale-opt %t/model.mlir -rescale-attach-calibration=file=%t/fewer.mlir 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not rescale-opt %t/model.mlir -rescale-attach-calibration=file=%t/model.mlir 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: not rescale-opt %t/model.mlir -rescale-attach-calibration=file=%t/none.mlir 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: not rescale-opt %t/model.mlir -rescale-attach-calibration=file=%t/invalid.mlir 2>&1 | FileCheck %s --check-prefix=INVALID

// CHECK: tosa.matmul {{.*}} {rescale.input_mean = dense_resource<mean> : tensor<1xf64>}
// CHECK: rescale.requantize {{.*}} {rescale.observed_range = #rescale.range<observed low[-256] high[3]>}
// CHECK: mean: "0x080000000000000000000040"
// BEYOND: error: 'rescale.requantize' op requires an observed range within the proved one, got [-257, 3] and [-256, 254] in channel 0; it was measured on another network, so measure again
// OTHER: error: 'func.func' op requires what was measured of this network, got that of another one in '{{.*}}.mlir'; run rescale calibrate again
// FILE: error: requires a file with what was measured, got '{{.*}}.mlir'; let rescale calibrate write it
// INVALID: error: requires "rescale.input_mean" of type 'tensor<1xf64>', got 'tensor<2xf64>'; let rescale calibrate write it

//--- model.mlir
func.func @main(%x: tensor<1x4x1xi8>) -> tensor<1x4x2xi8> {
  %w = "tosa.const"() <{values = dense<2> : tensor<1x1x2xi8>}> : () -> tensor<1x1x2xi8>
  %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %acc = tosa.matmul %x, %w, %z, %z : (tensor<1x4x1xi8>, tensor<1x1x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x2xi32>
  %0 = rescale.requantize %acc mul dense<1> : tensor<1xui8> shift [1] round floor : tensor<1x4x2xi32> -> tensor<1x4x2xi8>
  return %0 : tensor<1x4x2xi8>
}

//--- measured.mlir
module attributes {calibration = [
  {op = "tosa.matmul", rescale.input_mean = dense_resource<mean> : tensor<1xf64>},
  {op = "rescale.requantize", rescale.observed_range = #rescale.range<observed low[-256] high[3]>}
]} {}
{-#
  dialect_resources: {
    builtin: {
      mean: "0x080000000000000000000040"
    }
  }
#-}

//--- beyond.mlir
module attributes {calibration = [
  {op = "tosa.matmul"},
  {op = "rescale.requantize", rescale.observed_range = #rescale.range<observed low[-257] high[3]>}
]} {}

//--- other.mlir
module attributes {calibration = [
  {op = "rescale.requantize"}, {op = "tosa.matmul"}
]} {}

//--- fewer.mlir
module attributes {calibration = [
  {op = "tosa.matmul"}
]} {}

//--- invalid.mlir
module attributes {calibration = [
  {op = "tosa.matmul", rescale.input_mean = dense<1.0> : tensor<2xf64>}, {op = "rescale.requantize"}
]} {}
