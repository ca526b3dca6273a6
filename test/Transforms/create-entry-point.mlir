// RUN: rescale-opt %s -split-input-file -rescale-create-entry-point=name=net_run | FileCheck %s
// RUN: rescale-opt %s -split-input-file -rescale-create-entry-point | FileCheck %s --check-prefix=KEEP

// The quantization of the ports is removed: LLVM IR has no word for it.
// CHECK-LABEL: func.func @net_run(
// CHECK-SAME:    %[[X:.*]]: tensor<4xi8> {bufferization.writable = false})
// CHECK-SAME:    -> (tensor<4xi8>, i32) {
// CHECK-NEXT:    %[[STATUS:.*]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[X]], %[[STATUS]] : tensor<4xi8>, i32
// KEEP-LABEL:  func.func @only(
func.func @only(%x: tensor<4xi8> {rescale.scale = 0.5 : f64})
    -> (tensor<4xi8> {rescale.zero_point = 3 : i64}) {
  return %x : tensor<4xi8>
}

// -----

// Of several, main is the model; the others become private.
// CHECK-LABEL: func.func private @other
// CHECK-LABEL: func.func @net_run(
// KEEP-LABEL:  func.func private @other
// KEEP-LABEL:  func.func @main(
func.func @other(%x: tensor<2xi8>) -> tensor<2xi8> {
  return %x : tensor<2xi8>
}
func.func @main(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}

// -----

// Every return gives the status.
// CHECK-LABEL: func.func @net_run(
// CHECK:         %[[S0:.*]] = arith.constant 0 : i32
// CHECK-NEXT:    return %{{.*}}, %[[S0]]
// CHECK:         %[[S1:.*]] = arith.constant 0 : i32
// CHECK-NEXT:    return %{{.*}}, %[[S1]]
// KEEP-LABEL:  func.func @returns(
func.func @returns(%x: tensor<4xi8>, %y: tensor<4xi8>) -> tensor<4xi8> {
  %c = arith.constant true
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  return %x : tensor<4xi8>
^bb2:
  return %y : tensor<4xi8>
}
