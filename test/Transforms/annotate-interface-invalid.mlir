// RUN: rescale-opt %s -split-input-file -verify-diagnostics \
// RUN:   -rescale-annotate-interface="inputs=0.5 outputs=none"

// expected-error @+1 {{requires scale:zero_point or none for each argument and result, got '0.5'}}
func.func @format(%x: tensor<4xi8>) -> tensor<4xi8> {
  return %x : tensor<4xi8>
}

// -----

// expected-error @+1 {{requires inputs and outputs to name each argument and result, got 1 and 1 for 1 arguments and 0 results}}
func.func @count(%x: tensor<4xi8>) {
  return
}

// -----

// expected-error @+1 {{requires one public function, got 2}}
module {
  func.func @first(%x: tensor<4xi8>) -> tensor<4xi8> {
    return %x : tensor<4xi8>
  }
  func.func @second(%x: tensor<4xi8>) -> tensor<4xi8> {
    return %x : tensor<4xi8>
  }
}
