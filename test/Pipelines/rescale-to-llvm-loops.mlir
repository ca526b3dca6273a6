// RUN: rescale-opt %s -split-input-file --rescale-to-llvm | FileCheck %s

// A scatter becomes a loop that writes rows in place.
// CHECK-LABEL: llvm.func @scatter
func.func @scatter(%x: tensor<1x8x2xi8>, %i: tensor<1x3xi32>,
                   %y: tensor<1x3x2xi8>) -> tensor<1x8x2xi8> {
  %0 = tosa.scatter %x, %i, %y
     : (tensor<1x8x2xi8>, tensor<1x3xi32>, tensor<1x3x2xi8>)
       -> tensor<1x8x2xi8>
  return %0 : tensor<1x8x2xi8>
}

// -----

// A loop that makes a new tensor in each iteration needs no heap either.
// CHECK-LABEL: llvm.func @reverses
// CHECK-NOT:   @malloc
func.func @reverses(%x: tensor<4xi8>, %i: tensor<i32>) -> tensor<4xi8> {
  %one = "tosa.const"() <{values = dense<1> : tensor<i32>}>
    : () -> tensor<i32>
  %n = "tosa.const"() <{values = dense<3> : tensor<i32>}> : () -> tensor<i32>
  %r:2 = tosa.while_loop (%t = %x, %k = %i)
      : (tensor<4xi8>, tensor<i32>) -> (tensor<4xi8>, tensor<i32>) {
    %c = tosa.greater %n, %k : (tensor<i32>, tensor<i32>) -> tensor<i1>
    tosa.yield %c : tensor<i1>
  } do {
  ^bb0(%t: tensor<4xi8>, %k: tensor<i32>):
    %a = tosa.reverse %t {axis = 0 : i32} : (tensor<4xi8>) -> tensor<4xi8>
    %b = tosa.add %k, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
    tosa.yield %a, %b : tensor<4xi8>, tensor<i32>
  }
  return %r#0 : tensor<4xi8>
}
