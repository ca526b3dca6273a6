// RUN: rescale-opt %s -rescale-record-origins --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s
// RUN: rescale-opt %s -rescale-record-origins -rescale-record-origins --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s
// RUN: not rescale-opt %s -rescale-record-origins -rescale-verify-lowered 2>&1 | FileCheck %s --check-prefix=ERROR

// What computes gets a name and a number, once; constants and other dialects keep their
// locations.
// CHECK: tosa.const_shape {{.*}} loc("shape")
// CHECK: tosa.clamp {{.*}} loc(fused<0 : i64>["tosa.clamp"("relu")])
// CHECK: rescale.requantize {{.*}} loc(fused<1 : i64>["rescale.requantize"("{{.*}}record-origins.mlir":[[#@LINE+12]]:8)])
// CHECK: arith.constant {{.*}} loc("zero")
// CHECK: tosa.scatter {{.*}} loc(fused<2 : i64>["tosa.scatter"("{{.*}}record-origins.mlir"

// Errors stand where they stood.
// ERROR: record-origins.mlir:[[#@LINE+7]]:8: error: 'rescale.requantize' op requires a lowering
func.func @f(%x: tensor<4xi8>, %acc: tensor<4xi32>, %i: tensor<1x3xi32>,
             %y: tensor<1x3x2xi8>, %z: tensor<1x8x2xi8>) -> tensor<1x8x2xi8> {
  %s = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>}
     : () -> !tosa.shape<2> loc("shape")
  %0 = tosa.clamp %x {min_val = 0 : i8, max_val = 9 : i8}
     : (tensor<4xi8>) -> tensor<4xi8> loc("relu")
  %1 = rescale.requantize %acc mul dense<77> : tensor<1xui8> shift [9]
         round half_up : tensor<4xi32> -> tensor<4xi8>
  %2 = arith.constant 0 : i8 loc("zero")
  %3 = tosa.scatter %z, %i, %y
     : (tensor<1x8x2xi8>, tensor<1x3xi32>, tensor<1x3x2xi8>)
       -> tensor<1x8x2xi8>
  return %3 : tensor<1x8x2xi8>
}
