// RUN: rescale-opt %s -split-input-file -verify-diagnostics -pass-pipeline="builtin.module(func.func(rescale-verify-bufferizable))"

func.func private @declared(tensor<4xi8>) -> tensor<4xi8>

func.func @known(%x: tensor<4xi8>, %y: i32) -> (tensor<4xi8>, i32) {
  %0 = arith.addi %y, %y : i32
  %1 = func.call @declared(%x) : (tensor<4xi8>) -> tensor<4xi8>
  cf.br ^bb1(%1 : tensor<4xi8>)
^bb1(%2: tensor<4xi8>):
  return %2, %0 : tensor<4xi8>, i32
}

// -----

func.func @unknown(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @+1 {{'arith.addi' op requires an operation on tensors that is lowered to loops, but there is none for this one; express it by others of TOSA or linalg in the model}}
  %0 = arith.addi %x, %x : tensor<4xi8>
  // expected-error @+1 {{'arith.addi' op requires an operation}}
  %1 = arith.addi %0, %0 : tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// expected-error @+1 {{'func.func' op requires a function that returns, got one whose branches never end; let one lead to a return}}
func.func @endless(%x: tensor<4xi8>) -> tensor<4xi8> {
  cf.br ^bb1(%x : tensor<4xi8>)
^bb1(%y: tensor<4xi8>):
  cf.br ^bb1(%y : tensor<4xi8>)
}
