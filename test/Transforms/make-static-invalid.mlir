// What stays dynamic is an error at its place.

// RUN: rescale-opt %s -split-input-file -rescale-make-static -verify-diagnostics
// RUN: not rescale-opt %s -split-input-file -rescale-make-static=batch=0 2>&1 | FileCheck %s

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

// -----

func.func private @h(tensor<?x4xi8>)
func.func @call(%x: tensor<?x4xi8>) -> tensor<?x4xi8> {
  // expected-error @+1 {{'func.call' op requires static shapes to call another function, got 'tensor<?x4xi8>'; inline it first}}
  call @h(%x) : (tensor<?x4xi8>) -> ()
  return %x : tensor<?x4xi8>
}

// -----

func.func private @h() -> tensor<?x4xi8>
func.func @result_of_call() {
  // expected-error @+1 {{'func.call' op requires static shapes to call another function, got 'tensor<?x4xi8>'; inline it first}}
  %x = call @h() : () -> tensor<?x4xi8>
  return
}

// -----

func.func private @h(tensor<?x4xi8>)
func.func @function_value() -> ((tensor<?x4xi8>) -> ()) {
  // expected-error @+1 {{'func.constant' op requires a static shape outside of TOSA, got '(tensor<?x4xi8>) -> ()'; export the model with fixed input shapes}}
  %f = func.constant @h : (tensor<?x4xi8>) -> ()
  return %f : (tensor<?x4xi8>) -> ()
}

// -----

func.func @other_dialect(%x: tensor<?x4xi8>) -> tensor<?x4xi8> {
  // expected-error @+1 {{'arith.addi' op requires a static shape outside of TOSA, got 'tensor<?x4xi8>'; export the model with fixed input shapes}}
  %y = arith.addi %x, %x : tensor<?x4xi8>
  return %y : tensor<?x4xi8>
}

// -----

// A cast of the user stays, as does what it feeds.
func.func @user_cast(%x: tensor<4xi8>) -> tensor<?xi8> {
  // expected-error @+1 {{requires a shape that follows from those of the arguments, got 'tensor<?xi8>'; export the model with fixed input shapes}}
  %y = tensor.cast %x : tensor<4xi8> to tensor<?xi8>
  return %y : tensor<?xi8>
}

// -----

// Batch 1 where the network has 2.
// expected-error @+1 {{requires a shape that follows from those of the arguments, got 'tensor<?x4xi8>'}}
func.func @other_batch(%x: tensor<?x4xi8>) -> tensor<2x4xi8> {
  %y = tensor.cast %x : tensor<?x4xi8> to tensor<2x4xi8>
  return %y : tensor<2x4xi8>
}

// -----

func.func @returns(%c: i1, %x: tensor<?x4xi8>, %k: tensor<2x4xi8>) -> tensor<?x4xi8> {
  cf.cond_br %c, ^a, ^b
^a:
  return %x : tensor<?x4xi8>
^b:
  %y = tosa.identity %k : (tensor<2x4xi8>) -> tensor<?x4xi8>
  // expected-error @+1 {{'func.return' op requires the shapes of every other return, 'tensor<1x4xi8>', got 'tensor<2x4xi8>'; export the model with fixed input shapes}}
  return %y : tensor<?x4xi8>
}
