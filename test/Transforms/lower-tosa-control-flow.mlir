// RUN: rescale-opt %s -pass-pipeline="builtin.module(func.func(rescale-lower-tosa-control-flow))" | FileCheck %s

// From the inside, since upstream's patterns copy what an operation holds.
// CHECK-LABEL: func.func @branches
// CHECK-SAME: (%[[C:.+]]: tensor<i1>, %[[D:.+]]: tensor<i1>, %[[X:.+]]: tensor<4xi8>
// CHECK-NEXT: %[[IF_C:.+]] = tensor.extract %[[C]][]
// CHECK-NEXT: scf.if %[[IF_C]] -> (tensor<4xi8>)
// CHECK-NEXT:   %[[IF_D:.+]] = tensor.extract %[[D]][]
// CHECK-NEXT:   scf.if %[[IF_D]] -> (tensor<4xi8>)
// CHECK-NEXT:     tosa.bitwise_not %[[X]]
// CHECK-NOT:  tosa.cond_if
// CHECK:      return
func.func @branches(%c: tensor<i1>, %d: tensor<i1>, %x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.cond_if %c : tensor<i1> -> tensor<4xi8> {
    %1 = tosa.cond_if %d : tensor<i1> -> tensor<4xi8> {
      %2 = tosa.bitwise_not %x : (tensor<4xi8>) -> tensor<4xi8>
      tosa.yield %2 : tensor<4xi8>
    } else {
      tosa.yield %x : tensor<4xi8>
    }
    tosa.yield %1 : tensor<4xi8>
  } else {
    tosa.yield %x : tensor<4xi8>
  }
  return %0 : tensor<4xi8>
}

// CHECK-LABEL: func.func @loops
// CHECK-COUNT-2: scf.while
// CHECK-NOT: tosa.while_loop
func.func @loops(%c: tensor<i1>, %x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = tosa.while_loop (%t = %x) : (tensor<4xi8>) -> tensor<4xi8> {
    tosa.yield %c : tensor<i1>
  } do {
  ^bb0(%t: tensor<4xi8>):
    %1 = tosa.while_loop (%u = %t) : (tensor<4xi8>) -> tensor<4xi8> {
      tosa.yield %c : tensor<i1>
    } do {
    ^bb0(%u: tensor<4xi8>):
      tosa.yield %u : tensor<4xi8>
    }
    tosa.yield %1 : tensor<4xi8>
  }
  return %0 : tensor<4xi8>
}
