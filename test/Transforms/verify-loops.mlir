// RUN: rescale-opt %s -split-input-file -verify-diagnostics -rescale-verify-loops | FileCheck %s

// Updated in place, also through a loop and a branch within; and a number, for
// which nothing is to be allocated.
// CHECK-LABEL: func.func @in_place
// CHECK: scf.for
func.func @in_place(%x: tensor<4xi8>, %y: tensor<1xi8>, %lo: index, %hi: index,
                    %c: i1) -> (tensor<4xi8>, index) {
  %0:2 = scf.for %i = %lo to %hi step %hi iter_args(%t = %x, %n = %lo)
      -> (tensor<4xi8>, index) {
    %1 = tensor.insert_slice %y into %t[%i] [1] [1]
       : tensor<1xi8> into tensor<4xi8>
    %2 = scf.for %j = %lo to %hi step %hi iter_args(%u = %1) -> tensor<4xi8> {
      %3 = tensor.insert_slice %y into %u[%j] [1] [1]
         : tensor<1xi8> into tensor<4xi8>
      scf.yield %3 : tensor<4xi8>
    }
    %4 = arith.addi %n, %i : index
    scf.yield %2, %4 : tensor<4xi8>, index
  }
  return %0#0, %0#1 : tensor<4xi8>, index
}

// -----

func.func @new(%x: tensor<2xi8>, %lo: index, %hi: index) -> tensor<2xi8> {
  // expected-error @+1 {{'scf.for' op requires loops to update the tensors that they carry in place, got a new 'tensor<2xi8>' in each iteration as value 0; unroll the loop in the model, or stop at linalg}}
  %0 = scf.for %i = %lo to %hi step %hi iter_args(%t = %x) -> tensor<2xi8> {
    %e = tensor.empty() : tensor<2xi8>
    %1 = linalg.copy ins(%t : tensor<2xi8>) outs(%e : tensor<2xi8>)
      -> tensor<2xi8>
    scf.yield %1 : tensor<2xi8>
  }
  return %0 : tensor<2xi8>
}

// -----

func.func @swap(%x: tensor<2xi8>, %y: tensor<2xi8>, %lo: index, %hi: index)
    -> tensor<2xi8> {
  // expected-error @+1 {{'scf.for' op requires loops to update the tensors that they carry in place, got a new 'tensor<2xi8>' in each iteration as value 1}}
  %0:3 = scf.for %i = %lo to %hi step %hi
      iter_args(%same = %x, %t = %x, %u = %y)
      -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
    scf.yield %same, %u, %t : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
  }
  return %0#1 : tensor<2xi8>
}
