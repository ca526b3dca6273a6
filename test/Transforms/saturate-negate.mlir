// RUN: rescale-opt %s -split-input-file -rescale-saturate-negate | FileCheck %s

// One that nothing can be folded with stays.
// CHECK-LABEL: func.func @single
// CHECK-NOT:     tosa.clamp
// CHECK:         tosa.negate %{{.*}}, %{{.*}}, %{{.*}} : (tensor<4xi8>
// CHECK-NOT:     tosa.clamp
// CHECK:         tosa.negate %{{.*}}, %{{.*}}, %{{.*}} : (tensor<4xi32>
// CHECK:         tosa.negate %{{.*}}, %{{.*}}, %{{.*}} : (tensor<4xf32>
func.func @single(%x: tensor<4xi8>, %y: tensor<4xi32>, %z: tensor<4xf32>) -> (tensor<4xi8>, tensor<4xi32>, tensor<4xf32>) {
  %c8 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c32 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %cf = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.negate %x, %c8, %c8 : (tensor<4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
  %1 = tosa.negate %y, %c32, %c32 : (tensor<4xi32>, tensor<1xi32>, tensor<1xi32>) -> tensor<4xi32>
  %2 = tosa.negate %z, %cf, %cf : (tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4xf32>
  return %0, %1, %2 : tensor<4xi8>, tensor<4xi32>, tensor<4xf32>
}

// -----

// What is between them may go before they are folded.
// CHECK-LABEL: func.func @pair
// CHECK-SAME:    %[[X:.*]]: tensor<1x?xi16>
// CHECK:         %[[A:.*]] = tosa.clamp %[[X]] {max_val = 32767 : i16, min_val = -32767 : i16} : (tensor<1x?xi16>) -> tensor<1x?xi16>
// CHECK:         %[[B:.*]] = tosa.negate %[[A]]
// CHECK:         %[[C:.*]] = tosa.identity %[[B]]
// CHECK:         %[[D:.*]] = tosa.clamp %[[C]] {max_val = 32767 : i16, min_val = -32767 : i16}
// CHECK:         tosa.negate %[[D]]
func.func @pair(%x: tensor<1x?xi16>) -> tensor<1x?xi16> {
  %c = "tosa.const"() <{values = dense<0> : tensor<1xi16>}> : () -> tensor<1xi16>
  %0 = tosa.negate %x, %c, %c : (tensor<1x?xi16>, tensor<1xi16>, tensor<1xi16>) -> tensor<1x?xi16>
  %1 = tosa.identity %0 : (tensor<1x?xi16>) -> tensor<1x?xi16>
  %2 = tosa.negate %1, %c, %c : (tensor<1x?xi16>, tensor<1xi16>, tensor<1xi16>) -> tensor<1x?xi16>
  return %2 : tensor<1x?xi16>
}

// -----

// Upstream folds none with a zero point, or one that it does not know.
// CHECK-LABEL: func.func @zero_points
// CHECK-NOT:     tosa.clamp
func.func @zero_points(%x: tensor<4xi8>, %z: tensor<1xi8>) -> tensor<4xi8> {
  %c = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %d = "tosa.const"() <{values = dense<1> : tensor<1xi8>}> : () -> tensor<1xi8>
  %0 = tosa.negate %x, %c, %d : (tensor<4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
  %1 = tosa.negate %0, %d, %c : (tensor<4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
  %2 = tosa.negate %1, %z, %c : (tensor<4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}
