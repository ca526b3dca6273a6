// RUN: rescale-opt %s -split-input-file -rescale-create-entry-point=name=net_run | FileCheck %s
// RUN: rescale-opt %s -split-input-file -rescale-create-entry-point | FileCheck %s --check-prefix=KEEP

// The quantization of the ports is removed: LLVM IR has no word for it.
// CHECK-LABEL: func.func @net_run(
// CHECK-SAME:    %[[X:.*]]: tensor<4xi8> {bufferization.writable = false, rescale.name = "input"})
// CHECK-SAME:    -> (tensor<4xi8> {rescale.name = "output"}, i32) attributes {rescale.entry_point} {
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

// -----

// Each result has a buffer of its own, whatever it is that is given twice; the
// first keeps the value. So it is in functions that the model calls.
// CHECK-LABEL: func.func private @twice(
// CHECK-SAME:    %[[X:.*]]: tensor<4xi8>
// CHECK:         %[[C:.*]] = arith.constant dense<1> : tensor<2xi8>
// CHECK:         %[[X1:.*]] = bufferization.alloc_tensor() copy(%[[X]]) : tensor<4xi8>
// CHECK-NEXT:    %[[C1:.*]] = bufferization.alloc_tensor() copy(%[[C]]) : tensor<2xi8>
// CHECK-NEXT:    return %[[X]], %[[X1]], %[[C]], %[[C1]] :
// CHECK-LABEL: func.func @net_run(
// CHECK:         %[[CALL:.*]]:4 = call @twice
// CHECK:         %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[CALL]]#1) : tensor<4xi8>
// CHECK-NEXT:    %[[STATUS:.*]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[CALL]]#1, %[[COPY]], %[[STATUS]]
func.func private @twice(%x: tensor<4xi8>)
    -> (tensor<4xi8>, tensor<4xi8>, tensor<2xi8>, tensor<2xi8>) {
  %c = arith.constant dense<1> : tensor<2xi8>
  return %x, %x, %c, %c
    : tensor<4xi8>, tensor<4xi8>, tensor<2xi8>, tensor<2xi8>
}
func.func @repeats(%x: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>) {
  %0:4 = call @twice(%x) : (tensor<4xi8>)
    -> (tensor<4xi8>, tensor<4xi8>, tensor<2xi8>, tensor<2xi8>)
  return %0#1, %0#1 : tensor<4xi8>, tensor<4xi8>
}

// -----

// Returns share the out-params: what one gives as its first result, another may
// give as its second, so all are copied.
// CHECK-LABEL: func.func @net_run(
// CHECK-SAME:    %[[X:.*]]: tensor<4xi8> {{.*}}, %[[Y:.*]]: tensor<4xi8>
// CHECK:         %[[A:.*]] = bufferization.alloc_tensor() copy(%[[X]])
// CHECK-NEXT:    %[[B:.*]] = bufferization.alloc_tensor() copy(%[[Y]])
// CHECK:         return %[[A]], %[[B]],
// CHECK:         %[[C:.*]] = bufferization.alloc_tensor() copy(%[[Y]])
// CHECK-NEXT:    %[[D:.*]] = bufferization.alloc_tensor() copy(%[[X]])
// CHECK:         return %[[C]], %[[D]],
func.func @swaps(%x: tensor<4xi8>, %y: tensor<4xi8>)
    -> (tensor<4xi8>, tensor<4xi8>) {
  %c = arith.constant true
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  return %x, %y : tensor<4xi8>, tensor<4xi8>
^bb2:
  return %y, %x : tensor<4xi8>, tensor<4xi8>
}
