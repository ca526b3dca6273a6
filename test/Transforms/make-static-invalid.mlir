// What stays dynamic is an error at its place.

// RUN: rescale-opt %s -split-input-file -rescale-make-static -verify-diagnostics
// RUN: not rescale-opt %s -rescale-make-static=batch=0 2>&1 | FileCheck %s

// CHECK: error: requires a batch of at least 1, got 0

// expected-error @+1 {{requires static dimensions after the leading one, got 'tensor<?x?xi8>' for argument 1; export the model with a fixed input shape}}
func.func @argument(%x: tensor<?xi8>, %y: tensor<?x?xi8>) {
  return
}

// -----

// expected-error @+1 {{requires static dimensions after the leading one, got 'tensor<*xi8>' for argument 0; export the model with a fixed input shape}}
func.func @unranked(%x: tensor<*xi8>) {
  return
}

// -----

func.func @custom(%x: tensor<4xi8>) -> tensor<?xi8> {
  // expected-error @+1 {{requires a shape that follows from those of the arguments, got 'tensor<?xi8>'; export the model with fixed input shapes}}
  %y = tosa.custom %x {domain_name = "host", implementation_attrs = "", operator_name = "nonzero"} : (tensor<4xi8>) -> tensor<?xi8>
  return %y : tensor<?xi8>
}
