// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   -rescale-annotate-interface="inputs=0.5 outputs=none"

// expected-error @+1 {{requires scale:zero_point or none for each argument and result, got '0.5'; write 0.5:-128, for example}}
func.func @format(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}

// -----

// expected-error @+1 {{requires inputs and outputs to name each argument and result, got 1 and 1 for 1 arguments and 0 results; give one scale:zero_point or none for each}}
func.func @count(%x: tensor<4xi8>) {
  return
}

// -----

// expected-error @+1 {{got 1 and 1 for 2 arguments and 1 results; give one scale:zero_point or none for each}}
func.func @count_of_arguments(%x: tensor<4xi8>, %y: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}

// -----

// expected-error @+1 {{got 1 and 1 for 0 arguments and 2 results; give one scale:zero_point or none for each}}
func.func @count_of_both() -> (tensor<4xi8>, tensor<4xi8>) {
  %x = "tosa.const"() <{values = dense<0> : tensor<4xi8>}> : () -> tensor<4xi8>
  return %x, %x : tensor<4xi8>, tensor<4xi8>
}

// -----

// expected-error @+1 {{requires one public function, got 2; make the others private}}
module {
  func.func @first(%x: tensor<4xi8>) -> tensor<4xi8> {
    return %x : tensor<4xi8>
  }
  func.func @second(%x: tensor<4xi8>) -> tensor<4xi8> {
    return %x : tensor<4xi8>
  }
}
